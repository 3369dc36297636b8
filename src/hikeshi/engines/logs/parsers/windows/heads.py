"""The heads of Windows' records: what thousands of them say alike is read once.

A record is {"Event": {"System": …, "EventData": …}}, its names always in one order. Of System only the time, the
number, the activity, the process and the thread are another in each; the rest is the same text again and again. Where
all records of a batch are so they are cut up by their text; where one is not, all are read whole.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

import orjson

from ...flatten import Record
from ...table import Columns, Same, Value
from . import shapes

_TEXT, _NUMBER = r'"([ !#-\[\]-~]*+)"', r"(0|[1-9][0-9]{0,17}+)"
_MORE = r'(?:, ?"(?:ProcessorID|SessionID|KernelTime|UserTime|ProcessorTime)": ?(?:0|[1-9][0-9]{0,17}+))*+'
_EACH = re.compile(
    (
        rf'"TimeCreated": ?\{{"#attributes": ?\{{"SystemTime": ?{_TEXT}\}}\}}, ?"EventRecordID": ?{_NUMBER}, ?'
        rf'(?:("Correlation"): ?(?:null|\{{"#attributes": ?\{{"ActivityID": ?{_TEXT}\}}\}}), ?'
        rf'"Execution": ?(?:null|\{{"#attributes": ?\{{"ProcessID": ?{_NUMBER}, ?"ThreadID": ?{_NUMBER}{_MORE}'
        r"\}\}), ?)?"
        r'("Channel": ?(?:null|"[^"\\]{0,1000}+"), ?"Computer": ?"[^"\\]{0,1000}+", ?'
        r'"Security": ?(?:null|\{"#attributes": ?\{"UserID": ?"[^"\\]{0,1000}+"\}\}))\}'
    ).encode()
)
"""What is another in each record, and the end of System."""
_BEGINS, _CLOSES = b'"TimeCreated"', b"}}"
_TIME = b'"TimeCreated":{"#attributes":{"SystemTime":""}},"EventRecordID":0,'
_CALLER = b'"Correlation":null,"Execution":null,'
_ORDER = ("TimeCreated", "EventRecordID", "Correlation", "Execution", "Channel", "Computer", "Security")
_MOST, _FEW = 5_000, 1_000
_LONGEST = 2_000
"""Heads are remembered, so none may be long; Windows' have some hundred bytes before the time."""


class Head:
    """A System element but for what is another in each record. `values` is None where it is out of the ordinary."""

    __slots__ = ("key", "values")

    def __init__(self, key: shapes.Key, values: dict[str, Value] | None) -> None:
        self.key, self.values = key, values


Part = tuple[Head, bytes, bytes, bytes | None, bytes | None, bytes | None, Record]
"""A record's head, time, number, activity, process and thread; and what stands beside System."""


class Heads:
    """The heads of one file."""

    def __init__(self) -> None:
        self._known: dict[tuple[bytes, bool, bytes], Head | None] = {}
        self._read = 0

    def cut(self, texts: Sequence[bytes]) -> list[Part] | None:
        """These records cut up; None where one of them is unlike the rest, or where nothing repeats."""
        known = self._known
        if len(known) > _FEW + self._read // 4:
            return None
        parts: list[Part] = []
        match, loads = _EACH.match, orjson.loads
        for text in texts:
            start = text.find(_BEGINS, 0, _LONGEST)
            found = match(text, start) if start > 0 else None
            if found is None:
                return None
            time, number, caller, activity, process, thread, tail = found.groups()
            key = text[:start], caller is None, tail
            try:
                head = known[key]
            except KeyError:
                head = self._learn(*key)
            if head is None:
                return None
            end = found.end()
            rest: Record = {}
            if text[end : end + 3] != _CLOSES:
                if text[end : end + 1] != b"," or text[-1:] != b"}":
                    return None
                try:  # as deep as it stood
                    (rest,) = loads(b"[{" + text[end + 1 : -1] + b"]")
                except ValueError:
                    return None
                if not rest or "System" in rest:  # nothing after a comma is no JSON
                    return None
            parts.append((head, time, number, activity, process, thread, rest))
        self._read += len(parts)
        return parts

    def _learn(self, before: bytes, no_caller: bool, tail: bytes) -> Head | None:
        if len(self._known) >= _MOST:
            self._known.clear()
        head = self._known[before, no_caller, tail] = _head(before, no_caller, tail)
        return head


@lru_cache(_MOST)  # files of one machine have many in common
def _head(before: bytes, no_caller: bool, tail: bytes) -> Head | None:
    """None where this is no record as Windows has them."""
    if b"\\" in before:  # a name may be written so that only JSON sees which it is
        return None
    try:
        record = orjson.loads(b"".join((before, _TIME, b"" if no_caller else _CALLER, tail, b"}}}")))
        system = record["Event"]["System"]
        names = [name for name in _ORDER if not no_caller or name not in ("Correlation", "Execution")]
        if len(record) > 1 or not record["Event"].keys() <= {"#attributes", "System"}:
            return None
        if [one for one in system if one in _ORDER] != names or (facts := shapes.facts_of_evtx([record])) is None:
            return None
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return None
    known = shapes.system_columns([system])
    own: dict[str, Value] = {name: values[0] for name, values in (known or {}).items() if name != "EventRecordID"}
    return Head(next(facts), own if known else None)


def columns(parts: Sequence[Part], facts: shapes.Facts) -> Columns:
    """All fields of these records of one provider and event id; their heads are ordinary."""
    heads, _, numbers, activities, processes, threads, rests = zip(*parts, strict=True)
    distinct = [head.values or {} for head in dict.fromkeys(heads)]
    names = dict.fromkeys(name for one in distinct for name in one)
    shared = {name: _shared(name, distinct, heads) for name in names}
    providers = sorted(name for name in names if name.startswith("Provider_"))
    out: Columns = {name: shared[name] for name in ("Version", "Level", "Task", "Opcode", "Keywords")}
    out["EventRecordID"] = [*map(int, numbers)]
    out["Computer"] = shared["Computer"]
    if any(processes):
        out["Execution_ProcessID"] = [one and int(one) for one in processes]
        out["Execution_ThreadID"] = [one and int(one) for one in threads]
    if "Security_UserID" in names:
        out["Security_UserID"] = shared["Security_UserID"]
    if set(activities) != {None}:
        out["Correlation_ActivityID"] = [None if one is None else one.decode() for one in activities]
    out |= {name: shared[name] for name in providers}
    return shapes.with_data(out | shapes.constant(facts, len(parts)), rests)


def _shared(name: str, distinct: Sequence[dict[str, Value]], heads: Sequence[Head]) -> Sequence[Value]:
    if len({repr(one.get(name)) for one in distinct}) == 1:
        return Same(distinct[0].get(name), len(heads))
    return [head.values and head.values.get(name) for head in heads]  # type: ignore[misc]
