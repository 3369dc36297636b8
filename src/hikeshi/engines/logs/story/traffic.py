"""What was sent to whom: of every answer a few numbers, so that in the end the intruders' can be added up exactly.

Who the intruders are is known only when everything was read. Names are numbered once for all batches; a row is some 40
bytes, and only answers that worked are kept.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..columns import Batch, Codes, Column
from ..report import Sample

ROWS, NAMES = 5_000_000, 500_000
OTHER = "…"
_MOST_TEXT = 500
_FIELDS = ("address", "what", "host", "file", "record", "offset", "size", "time")


class Names:
    """Numbers names over all batches; beyond a bound every new one is "…"."""

    def __init__(self) -> None:
        self.known: dict[str, int] = {"": 0, OTHER: 1}

    def codes(self, column: Column) -> Codes:
        known = self.known
        numbers = []
        for value in column.values:
            name = (", ".join(value) if isinstance(value, tuple) else value or "")[:_MOST_TEXT]
            number = known.get(name)
            if number is None:
                number = 1 if len(known) >= NAMES else known.setdefault(name, len(known))
            numbers.append(number)
        return np.array(numbers, np.int32)[column.codes]

    def list(self) -> list[str]:
        return list(self.known)


@dataclass(slots=True)
class Item:
    """One thing that was sent to an address: how often, how much in bytes, when, and the first line of it."""

    what: str
    count: int
    size: int
    first: float
    last: float
    sample: Sample


@dataclass(slots=True)
class Came:
    """What one address got. `last` is its last answer of all; `items` are the biggest first."""

    last: float
    hosts: list[str]
    items: list[Item] = field(default_factory=list)


class Traffic:
    """Answers that worked, by address. `forgotten` counts rows that had no room any more."""

    def __init__(self) -> None:
        self._names = {name: Names() for name in ("address", "what", "host", "file")}
        self._parts: list[dict[str, NDArray[Any]]] = []
        self._rows = 0
        self.forgotten = 0

    def take(
        self,
        batch: Batch,
        address: Column,
        host: Column,
        what: Column,
        outcome: Column,
        sends: NDArray[np.bool_],
        ends: NDArray[np.bool_],
    ) -> None:
        """`sends`: rows whose bytes go to who asked, which an upload's do not; `ends`: sessions that are over."""
        worked = np.array([value == "success" for value in outcome.values], bool)[outcome.codes]
        rows = np.flatnonzero((worked | ends) & sends & (address.codes > 0) & (what.codes > 0))
        room = max(0, ROWS - self._rows)
        self.forgotten += max(0, len(rows) - room)
        rows = rows[:room]
        if not len(rows):
            return
        self._rows += len(rows)
        columns = {"address": address, "what": what, "host": host, "file": batch.files}
        found: dict[str, NDArray[Any]] = {n: self._names[n].codes(c)[rows] for n, c in columns.items()}
        found["size"] = _numbers(batch.column("network.bytes"))[rows]
        found |= {"record": batch.records[rows], "offset": batch.offsets[rows], "time": batch.times[rows]}
        self._parts.append(found)

    def of(self, address: str, since: float, most: int) -> Came | None:
        """What this address got at or after a moment; None where nothing is known of it."""
        number = self._names["address"].known.get(address)
        if number is None:
            return None
        chosen = [{n: part[n][part["address"] == number] for n in _FIELDS} for part in self._parts]
        rows = {name: np.concatenate([part[name] for part in chosen]) for name in _FIELDS}
        if not len(rows["time"]):
            return None
        hosts = self._names["host"].list()
        came = Came(float(rows["time"].max()), sorted({hosts[n] for n in np.unique(rows["host"]).tolist()} - {""}))
        after = rows["time"] >= since
        rows = {name: values[after] for name, values in rows.items()}
        came.items = self._items(rows, most)
        return came

    def _items(self, rows: dict[str, NDArray[Any]], most: int) -> list[Item]:
        whats, files = self._names["what"].list(), self._names["file"].list()
        numbers, where = np.unique(rows["what"], return_inverse=True)
        sizes = np.zeros(len(numbers), np.int64)
        np.add.at(sizes, where, rows["size"])
        counts = np.bincount(where, minlength=len(numbers))
        items = []
        for i in np.argsort(-sizes, kind="stable")[:most].tolist():
            mine = np.flatnonzero(where == i)
            at = mine[np.argmin(rows["time"][mine])]
            first, last = float(rows["time"][at]), float(rows["time"][mine].max())
            file, record, offset = files[rows["file"][at]], int(rows["record"][at]), int(rows["offset"][at])
            shown = Sample(file, record, offset, "", first)
            items.append(Item(whats[numbers[i]], int(counts[i]), int(sizes[i]), first, last, shown))
        return items

    def totals(self, address: str, since: float) -> tuple[int, int]:
        """(different things, bytes) that this address got at or after a moment."""
        number = self._names["address"].known.get(address, -1)
        mine = [(p["address"] == number) & (p["time"] >= since) for p in self._parts]
        size = sum(int(p["size"][m].sum()) for p, m in zip(self._parts, mine, strict=True))
        things = {n for p, m in zip(self._parts, mine, strict=True) for n in np.unique(p["what"][m]).tolist()}
        return len(things), size


def _numbers(column: Column) -> NDArray[np.int64]:
    found = [int(v) if isinstance(v, str) and v.isdecimal() and len(v) < 16 else 0 for v in column.values]
    return np.array(found, np.int64)[column.codes]
