"""What a worker does: rules on one batch after another. The same kernel as everywhere."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from ..sigma.kernel import Kernel
from ..sigma.sink import kernel_of
from .packing import packed_hits, unpacked
from .spool import HITS, claims, write


def work(order: dict[str, Any], say: Callable[[dict[str, Any]], None]) -> int:
    """Runs in a limited process until the folder's last batch is taken. Answers how many batches were its own."""
    kernel = kernel_of(order["rules"])
    folder = Path(order["folder"])
    count = 0
    for name, data in claims(folder):
        write(folder / f"{name}{HITS}", evaluated(kernel, data))
        count += 1
    return count


def evaluated(kernel: Kernel, data: bytes) -> bytes:
    """The hits in a batch, both as bytes."""
    return packed_hits(kernel.run(unpacked(data))[0])
