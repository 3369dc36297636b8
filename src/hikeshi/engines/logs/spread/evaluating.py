"""What a worker does: rules on one batch after another. The same kernel as everywhere."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from ..columns import Batch
from ..sigma.kernel import Kernel
from ..sigma.sink import kernel_of
from .packing import Hits, only, packed, packed_hits, unpacked, unpacked_hits
from .spool import HITS, TAKEN, claims, write


def work(order: dict[str, Any], say: Callable[[dict[str, Any]], None]) -> int:
    """Runs in a limited process until the folder's last batch is taken. Answers how many batches were its own."""
    kernel = kernel_of(order["rules"])
    folder = Path(order["folder"])
    count = 0
    for name, data in claims(folder):
        write(folder / f"{name}{HITS}", evaluated(kernel, data))
        (folder / f"{name}{TAKEN}").unlink()
        count += 1
    return count


def evaluated(kernel: Kernel, data: bytes) -> bytes:
    """The hits in a batch with the rows that they are about, both as bytes; nobody needs the other rows again."""
    batch = unpacked(data)
    hits, _ = kernel.run(batch)
    rows = np.unique(np.concatenate([np.zeros(0, np.int64), *(some for _, some in hits)]))
    about = packed(only(batch, rows))
    said = packed_hits([(number, np.searchsorted(rows, some)) for number, some in hits])
    return len(about).to_bytes(8, "little") + about + said


def opened(data: bytes) -> tuple[Batch, Hits]:
    """What `evaluated` found. Raises ValueError."""
    end = 8 + int.from_bytes(data[:8], "little")
    return unpacked(data[8:end]), unpacked_hits(data[end:])
