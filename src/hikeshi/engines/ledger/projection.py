"""What a room's pure ``apply(entry)`` may answer: a row to write, or a row to take away."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Upsert:
    """Write the row of ``table`` (``"room.Model"``) whose columns equal ``key``; ``values`` are its other columns."""

    table: str
    key: Mapping[str, Any]
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Delete:
    """Take away the row of ``table`` whose columns equal ``key``; a row that is not there is no error."""

    table: str
    key: Mapping[str, Any]
