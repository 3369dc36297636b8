"""Correlation rules over the hits of other rules: gathered in little memory while events pass, answered at the end."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ..columns import Batch, Text
from ..report import Sample
from .atoms import fold
from .kernel import Kernel
from .sources import Rows
from .windows import Condition, points, runs

MOST = 1_000_000
_GROUP = 1_000
_RAW = 16 << 20
_SHOWN = 2_000
Key = tuple[str, ...]


@dataclass(slots=True)
class Alert:
    """A correlation that held: over these events, at `when` for the first time. `said` are the fields it is about."""

    when: float
    first: float
    last: float
    said: dict[str, str]
    events: list[_Event]


class _Event(NamedTuple):
    """One hit of a rule that a correlation is about. `order` is its place among all events that were read."""

    time: float
    order: int
    rule: int
    value: str | None
    file: str
    record: int
    offset: int
    raw: bytes

    def sample(self) -> Sample:
        return Sample(self.file, self.record, self.offset, self.raw.decode("utf-8", "replace"), self.time)


@dataclass(slots=True)
class _Correlation:
    """One correlation rule: its condition, how its fields are called in each of its rules, its events by group."""

    number: int
    condition: Condition
    by: tuple[str, ...]
    aliases: dict[str, dict[int, str]]
    fields: tuple[str, ...]
    groups: dict[Key, tuple[Key, list[_Event]]] = field(default_factory=dict)
    left: int = 0
    """So many more events it may keep of its own share."""
    most: int = 0
    """So many of them may be of one group."""

    def names(self, rule: int, wanted: Sequence[str]) -> list[str]:
        """What this rule's events call these fields."""
        return [self.aliases.get(name, {}).get(rule, name) for name in wanted]


class Correlator:
    """All correlations among a kernel's rules."""

    def __init__(self, kernel: Kernel, most: int = MOST) -> None:
        self._kernel = kernel
        self._raw_left = _RAW
        self._read = 0
        self.forgotten = 0
        self._all = [
            _of(number, kernel.rules[number]["correlation"], kernel.starts[number][1])
            for number in sorted(kernel.chosen)
            if "correlation" in kernel.rules[number]
        ]
        self._common = most - most // 2
        for one in self._all:
            one.left = most // 2 // len(self._all)
            one.most = max(_GROUP, one.left // 4)
        self._about: dict[int, list[_Correlation]] = {}
        for one in self._all:
            for rule in set(one.condition.rules):
                self._about.setdefault(rule, []).append(one)

    def take(self, batch: Batch, hits: Iterable[tuple[int, Rows]]) -> None:
        """Keeps of these hits what correlations need."""
        for rule, rows in hits:
            for one in self._about.get(rule, ()):
                self._gather(one, rule, batch, rows)
        self._read += len(batch)

    def alerts(self) -> dict[int, list[Alert]]:
        """The answers by rule, in order of time."""
        found: dict[int, list[Alert]] = {}
        for one in self._all:  # those that others build on come first
            found[one.number] = []
            again: list[Alert] = []
            sequences = any(above.condition.kind.startswith("temporal") for above in self._about.get(one.number, ()))
            for said, events in one.groups.values():
                alerts, every = _alerts(one, dict(zip(one.by, said, strict=True)), events)
                found[one.number] += alerts
                again += every if sequences else ()
            one.groups.clear()
            found[one.number].sort(key=lambda alert: (alert.when, sorted(alert.said.items())))
            for above in self._about.get(one.number, ()):
                # A sequence may go on from any moment at which this held; a count counts it once.
                moments = again if above.condition.kind.startswith("temporal") else found[one.number]
                for alert in moments:
                    self._chain(above, one.number, alert)
        return {number: alerts for number, alerts in found.items() if alerts}

    def _gather(self, one: _Correlation, rule: int, batch: Batch, rows: Rows) -> None:
        columns = [batch.column(name) for name in one.names(rule, one.by)]
        measured = [batch.column(name) for name in one.names(rule, one.fields)]
        codes = [column.codes[rows].tolist() for column in (*columns, *measured)]
        split = len(columns)
        known: dict[tuple[int, ...], tuple[Key | None, str | None]] = {}
        for at, row in enumerate(rows.tolist()):
            key = tuple(some[at] for some in codes)
            if key not in known:
                values = [column.values[code] for column, code in zip((*columns, *measured), key, strict=True)]
                known[key] = _whole(values[:split]), _joined(values[split:])
            group, value = known[key]
            if group is None:  # an event that lacks what they are grouped by belongs to no group
                continue
            if self._room(one, group):
                self._put(one, group, self._event(batch, row, rule, value))
            else:
                self.forgotten += 1

    def _room(self, one: _Correlation, group: Key) -> bool:
        """Whether one more event may be kept. Half of the room is common to all, half is shared out beforehand.

        So a flood that feeds one correlation leaves the others their shares, and a group's flood leaves the others of
        its correlation three quarters of theirs.
        """
        if one.left > 0:
            held = one.groups.get(tuple(map(fold, group)))
            if held is None or len(held[1]) < one.most:
                one.left -= 1
                return True
        self._common -= 1
        return self._common >= 0

    def _put(self, one: _Correlation, group: Key, event: _Event) -> None:
        one.groups.setdefault(tuple(map(fold, group)), (group, []))[1].append(event)

    def _event(self, batch: Batch, row: int, rule: int, value: str | None) -> _Event:
        raw = batch.raw[row][:_SHOWN] if self._raw_left > 0 else b""
        self._raw_left -= len(raw)
        file = str(batch.files.values[batch.files.codes[row]] or "")
        place = int(batch.records[row]), int(batch.offsets[row])
        return _Event(float(batch.times[row]), self._read + row, rule, value, file, *place, raw)

    def _chain(self, above: _Correlation, number: int, alert: Alert) -> None:
        group = [alert.said.get(name) for name in above.names(number, above.by)]
        values = [alert.said.get(name) for name in above.names(number, above.fields)]
        whole = _whole(group)
        if whole is not None and alert.events:
            last = alert.events[-1]
            self._put(above, whole, last._replace(time=alert.when, rule=number, value=_joined(values)))


def _of(number: int, data: dict[str, Any], start: int) -> _Correlation:
    said = data["condition"]
    condition = Condition(
        kind=data["type"],
        rules=tuple(rule + start for rule in data["rules"]),
        seconds=data["seconds"],
        op=said.get("op", "gte"),
        count=said.get("count", 1),
        percentile=50 if said.get("percentile") is None else said["percentile"],
        tree=_shifted(said["tree"], start) if "tree" in said else None,
        also=tuple((op, count) for op, count in said.get("also", ())),
    )
    aliases = {name: {rule + start: own for rule, own in pairs} for name, pairs in data["aliases"].items()}
    return _Correlation(number, condition, tuple(data["by"]), aliases, tuple(said.get("fields", ())))


def _shifted(tree: Any, by: int) -> Any:
    return tree + by if isinstance(tree, int) else [tree[0], *(_shifted(one, by) for one in tree[1:])]


def _whole(values: Sequence[Text]) -> Key | None:
    texts = [_text(value) for value in values]
    return None if None in texts else tuple(text or "" for text in texts)


def _joined(values: Sequence[Text]) -> str | None:
    """The values that are counted as one; case does not tell them apart."""
    whole = _whole(values)
    return fold("\x1f".join(whole)) if whole else None


def _text(value: Text) -> str | None:
    return ", ".join(value) if isinstance(value, tuple) else value


def _alerts(one: _Correlation, said: dict[str, str], events: list[_Event]) -> tuple[list[Alert], list[Alert]]:
    """Of one group: the alerts, and each moment at which the condition held as one of its own."""
    events.sort(key=lambda event: (event.time, event.order))
    times = [event.time for event in events]
    found = points(one.condition, times, [event.rule for event in events], [event.value for event in events])
    every = [Alert(times[at.last], times[at.first], times[at.last], said, [events[at.last]]) for at in found]
    alerts = [
        Alert(times[begin.last], times[begin.first], times[end.last], said, _some(events[begin.first : end.last + 1]))
        for begin, end in runs(found, times, one.condition.seconds)
    ]
    return alerts, every


def _some(events: Sequence[_Event]) -> list[_Event]:
    """At most eight of these, spread evenly."""
    last = len(events) - 1
    return [events[i * last // 7] for i in range(8)] if last > 7 else list(events)
