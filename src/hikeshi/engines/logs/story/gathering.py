"""What the story needs of every event, in bounded memory: who logged on where, and what was sent to whom.

Works on whole batches: rows that agree in all that matters are one entry with a count. The quietest are forgotten
first, and counted; an address with a log-on is never quiet.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..columns import Batch, Column
from ..report import Sample

ADDRESSES, LOGONS, TARGETS, TRACES = 20_000, 20_000, 60, 2_000
LOGON = re.compile(r"\.(?:\w*_)?(?:log_?[io]n|sign_?in)$")
"""Actions that are log-ons, whatever the format: ssh.login, win.logon, win.rdp_logon, m365.sign_in …"""
TRACE = re.compile(
    r"\.(?:account_created|created|group_added|service_installed|task_created|log_cleared|protection_off|malware_\w+|"
    r"upload|deleted|file_deleted|rule_created|forwarding\w*)$"
)
"""Actions that a break-in leaves behind, and that an owner should look at when one is there."""
_MOST_TEXT = 500


@dataclass(slots=True)
class Span:
    """How often something happened, and when first and last."""

    count: int = 0
    first: float = float("inf")
    last: float = float("-inf")
    sample: Sample | None = None

    def add(self, count: int, first: float, last: float, sample: Sample) -> None:
        if first < self.first:
            self.sample = sample
        self.count += count
        self.first, self.last = min(self.first, first), max(self.last, last)


@dataclass(slots=True)
class Sent(Span):
    """What was sent to an address; `size` in bytes, where the log has it."""

    size: int = 0


@dataclass(slots=True)
class Came(Span):
    """One address: all its events, and the biggest things that were sent to it."""

    targets: dict[str, Sent] = field(default_factory=dict)
    hosts: set[str] = field(default_factory=set)
    size: int = 0

    def sent(self, target: str, size: int, *span: Any) -> None:
        one = self.targets.get(target)
        if one is None:
            if len(self.targets) >= 2 * TARGETS:
                kept = sorted(self.targets.items(), key=lambda item: -item[1].size)[:TARGETS]
                self.targets = dict(kept)
            one = self.targets[target] = Sent()
        one.add(*span)
        one.size += size


Logon = tuple[str, str, str, str, str]
"""address, account, host, action, outcome"""
Trace = tuple[str, str, str, str]
"""action, account, host, what it was about"""


class Gathered:
    """Fills while batches come. `forgotten` counts addresses that were dropped to keep memory bounded."""

    def __init__(self) -> None:
        self.addresses: dict[str, Came] = {}
        self.logons: dict[Logon, Span] = {}
        self.traces: dict[Trace, Span] = {}
        self.forgotten = 0

    def take(self, batch: Batch) -> None:
        address, action = batch.column("source.ip"), batch.column("event.action")
        outcome, user, host = (batch.column(n) for n in ("event.outcome", "user.name", "host.name"))
        logs_on = _chosen(action, LOGON)[action.codes]
        for row, count, first, last, _ in _groups(batch, logs_on, (address, user, host, action, outcome)):
            who = (address, user, host, action, outcome)
            self._logon(tuple(_at(column, row) for column in who), count, first, last, sample(batch, row))  # type: ignore[arg-type]
        what = batch.column("file.path") if batch.column("file.path").codes.any() else batch.column("url.original")
        traces = _chosen(action, TRACE)[action.codes]
        for row, count, first, last, _ in _groups(batch, traces, (action, user, host, what)):
            self._trace(
                tuple(_at(column, row) for column in (action, user, host, what)), count, first, last, batch, row
            )
        self._traffic(batch, address, host, what, outcome)

    def _traffic(self, batch: Batch, address: Column, host: Column, what: Column, outcome: Column) -> None:
        sizes = _numbers(batch.column("network.bytes"))
        there = address.codes > 0
        for row, count, first, last, size in _groups(batch, there, (address, host), sizes):
            came = self._came(_at(address, row))
            came.add(count, first, last, sample(batch, row))
            came.size += size
            if name := _at(host, row):
                came.hosts.add(name)
        won = there & (what.codes > 0) & _chosen(outcome, re.compile("success$"))[outcome.codes]
        for row, count, first, last, size in _groups(batch, won, (address, what), sizes):
            came = self._came(_at(address, row))
            came.sent(_at(what, row), size, count, first, last, sample(batch, row))

    def _came(self, address: str) -> Came:
        came = self.addresses.get(address)
        if came is None:
            if len(self.addresses) >= ADDRESSES:
                self._forget()
            came = self.addresses[address] = Came()
        return came

    def _forget(self) -> None:
        known = {who[0] for who in self.logons}
        quiet = sorted((c.count, name) for name, c in self.addresses.items() if name not in known)
        for _, name in quiet[: ADDRESSES // 4] or [(0, next(iter(self.addresses)))]:
            del self.addresses[name]
            self.forgotten += 1

    def _logon(self, who: Logon, count: int, first: float, last: float, shown: Sample) -> None:
        if who not in self.logons and len(self.logons) >= LOGONS:
            if who[4] != "success":
                self.forgotten += 1
                return
            failed = next((one for one in self.logons if one[4] != "success"), None)
            if failed is None:
                self.forgotten += 1
                return
            del self.logons[failed]
        self.logons.setdefault(who, Span()).add(count, first, last, shown)

    def _trace(self, what: Any, count: int, first: float, last: float, batch: Batch, row: int) -> None:
        if what in self.traces or len(self.traces) < TRACES:
            self.traces.setdefault(what, Span()).add(count, first, last, sample(batch, row))
        else:
            self.forgotten += 1


def sample(batch: Batch, row: int) -> Sample:
    """One row as evidence: where it stands, and its text where that is at hand."""
    raw = batch.raw[row][:2000].decode("utf-8", "replace") if batch.raw else ""
    file = str(batch.files.values[batch.files.codes[row]])
    return Sample(file, int(batch.records[row]), int(batch.offsets[row]), raw, float(batch.times[row]))


def _groups(
    batch: Batch, chosen: NDArray[np.bool_], columns: tuple[Column, ...], sizes: NDArray[np.int64] | None = None
) -> Iterator[tuple[int, int, float, float, int]]:
    """For rows that agree in these columns: (the earliest of them, how many, first, last, sum of sizes)."""
    rows = np.flatnonzero(chosen)
    if not len(rows):
        return
    key = np.zeros(len(rows), np.int64)
    for column in columns:
        key = key * len(column.values) + column.codes[rows]
        _, key = np.unique(key, return_inverse=True)  # kept small, so that no product overflows
    order = np.lexsort((batch.times[rows], key))
    rows, key = rows[order], key[order]
    starts = np.flatnonzero(np.r_[True, key[1:] != key[:-1]])
    ends = np.r_[starts[1:], len(rows)]
    totals = np.add.reduceat(sizes[rows], starts) if sizes is not None else np.zeros(len(starts), np.int64)
    for start, end, total in zip(starts.tolist(), ends.tolist(), totals.tolist(), strict=True):
        row = int(rows[start])
        yield row, end - start, float(batch.times[row]), float(batch.times[rows[end - 1]]), total


def _chosen(column: Column, rule: re.Pattern[str]) -> NDArray[np.bool_]:
    """Which of a column's distinct values a rule of ours fits."""
    return np.array([isinstance(v, str) and rule.search(v) is not None for v in column.values], bool)


def _numbers(column: Column) -> NDArray[np.int64]:
    found = [int(v) if isinstance(v, str) and v.isdecimal() and len(v) < 16 else 0 for v in column.values]
    return np.array(found, np.int64)[column.codes]


def _at(column: Column, row: int) -> str:
    value = column.values[column.codes[row]]
    return (", ".join(value) if isinstance(value, tuple) else value or "")[:_MOST_TEXT]
