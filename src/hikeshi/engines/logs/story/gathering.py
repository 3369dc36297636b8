"""What the story needs of every event, in bounded memory: who logged on where, and what was sent to whom.

Works on whole batches: rows that agree in all that matters are one entry with a count. What has no room any more is
forgotten, failures first, and counted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..addresses import inside
from ..columns import Batch, Column
from ..report import Sample
from ..vocabulary import LOGIN
from .traffic import Traffic

LOGONS, TRACES, GIVEN = 20_000, 2_000, 5_000
TRACE = re.compile(
    r"\.(?:account_created|created|group_added|member_added|service_installed|task_created|log_cleared|protection_off|"
    r"malware_\w+|rule_created|forwarding\w*|key_created|consent|second_factor_changed|mailbox_\w+ed|"
    r"mailbox_permission|config_changed|firewall_changed|application_changed|\w*exported)$"
)
"""Actions that a break-in leaves behind, and that an owner should look at when one is there."""
TOUCH = re.compile(
    r"\.(?:upload|\w*written|(?:file_)?deleted|(?:file_)?renamed|shared|mail_sent|\w*password_\w+|secret_\w+)$"
)
"""Everyday actions, which matter where an intruder's address did them."""
_CAME_IN = re.compile(
    r"\.(?:upload|written|deleted|renamed|folder|permissions|file_changed|file_deleted|file_renamed)$"
)
"""Actions on files that send nothing to who asked for them."""
_VPN = re.compile(r"^vpn\.(?:login|connected|up)$")
_TUNNEL = re.compile(r"^vpn\.(?:down|disconnected)$")
"""The end of a session, which tells how many bytes went out through it."""
_MOST_TEXT = 500


@dataclass(slots=True)
class Span:
    """How often something happened, and when first and last, each with the event as its sample."""

    count: int = 0
    first: float = float("inf")
    last: float = float("-inf")
    sample: Sample | None = None
    final: Sample | None = None

    def add(self, count: int, sample: Sample, final: Sample) -> None:
        """Some more of it, the first and the last of them given."""
        first, last = sample.time or 0.0, final.time or 0.0
        if first < self.first:
            self.first, self.sample = first, sample
        if last > self.last:
            self.last, self.final = last, final
        self.count += count

    def since(self, start: float) -> tuple[float, Sample | None]:
        """An event at or after a moment, by its own time: the first, or else the last of all."""
        return (self.first, self.sample) if self.first >= start else (self.last, self.final)


Logon = tuple[str, str, str, str, str]
"""address, account, host, action, outcome"""
Trace = tuple[str, str, str, str, str]
"""action, account, host, what it was about, address"""


class Gathered:
    """Fills while batches come. `forgotten` counts what was dropped to keep memory bounded."""

    def __init__(self) -> None:
        self.traffic = Traffic()
        self.logons: dict[Logon, Span] = {}
        self.traces: dict[Trace, Span] = {}
        self.given: dict[tuple[str, str], Span] = {}
        """(inner address that a VPN gave, address from outside that got it)"""
        self._forgotten = 0

    @property
    def forgotten(self) -> int:
        return self._forgotten + self.traffic.forgotten

    def take(self, batch: Batch) -> None:
        address, action = batch.column("source.ip"), batch.column("event.action")
        outcome, user, host = (batch.column(n) for n in ("event.outcome", "user.name", "host.name"))
        logs_on = _chosen(action, LOGIN)[action.codes]
        who = (address, user, host, action, outcome)
        for row, end, count in _groups(batch, logs_on, who):
            self._logon(tuple(at(column, row) for column in who), count, sample(batch, row), sample(batch, end))  # type: ignore[arg-type]
        gives = _chosen(action, _VPN)[action.codes]
        for row, end, count in _groups(batch, gives, (address, batch.column("destination.ip"), outcome)):
            inner, outer = at(batch.column("destination.ip"), row), at(address, row)
            if inside(inner) and at(outcome, row) != "failure" and len(self.given) < GIVEN:
                self.given.setdefault((inner, outer), Span()).add(count, sample(batch, row), sample(batch, end))
        what = _either(batch.column("file.path"), batch.column("url.original"))
        traces = (_chosen(action, TRACE) | _chosen(action, TOUCH))[action.codes]
        told = (action, user, host, what, address)
        for row, end, count in _groups(batch, traces, told):
            self._trace(tuple(at(column, row) for column in told), count, batch, row, end)
        sends = ~(_chosen(action, _CAME_IN) | _chosen(action, LOGIN) | _chosen(action, _VPN))[action.codes]
        ends = _chosen(action, _TUNNEL)
        through = Column(action.values, np.where(ends[action.codes], action.codes, 0).astype(np.int32))
        self.traffic.take(batch, address, host, _either(what, through), outcome, sends, ends[action.codes])

    def _logon(self, who: Logon, count: int, first: Sample, last: Sample) -> None:
        if who not in self.logons and len(self.logons) >= LOGONS:
            if who[4] != "success":
                self._forgotten += 1
                return
            failed = next((one for one in self.logons if one[4] != "success"), None)
            if failed is None:
                self._forgotten += 1
                return
            del self.logons[failed]
        self.logons.setdefault(who, Span()).add(count, first, last)

    def _trace(self, what: Any, count: int, batch: Batch, row: int, end: int) -> None:
        if what in self.traces or len(self.traces) < TRACES:
            self.traces.setdefault(what, Span()).add(count, sample(batch, row), sample(batch, end))
        else:
            self._forgotten += 1


def sample(batch: Batch, row: int) -> Sample:
    """One row as evidence: where it stands, and its text where that is at hand."""
    raw = batch.raw[row][:2000].decode("utf-8", "replace") if batch.raw else ""
    file = str(batch.files.values[batch.files.codes[row]])
    return Sample(file, int(batch.records[row]), int(batch.offsets[row]), raw, float(batch.times[row]))


def _groups(batch: Batch, chosen: NDArray[np.bool_], columns: tuple[Column, ...]) -> Iterator[tuple[int, int, int]]:
    """For rows that agree in these columns: (the earliest of them, the latest, how many)."""
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
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        yield int(rows[start]), int(rows[end - 1]), end - start


def _chosen(column: Column, rule: re.Pattern[str]) -> NDArray[np.bool_]:
    """Which of a column's distinct values a rule of ours fits."""
    return np.array([isinstance(v, str) and rule.search(v) is not None for v in column.values], bool)


def _either(first: Column, second: Column) -> Column:
    """A row's value of the first column, else of the second: files and web pages may stand in one batch."""
    if not first.codes.any() or not second.codes.any():
        return first if first.codes.any() else second
    shift = len(first.values) - 1
    codes = np.where(first.codes > 0, first.codes, np.where(second.codes > 0, second.codes + shift, 0))
    return Column([*first.values, *second.values[1:]], codes.astype(np.int32))


def at(column: Column, row: int) -> str:
    """A row's value as one text; empty where it has none."""
    value = column.values[column.codes[row]]
    return (", ".join(value) if isinstance(value, tuple) else value or "")[:_MOST_TEXT]
