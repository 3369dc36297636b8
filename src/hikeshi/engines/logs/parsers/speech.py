"""What programs say, sentence by sentence: rules tell what a message means; their named groups are its fields.

A rule is (action, outcome, expression). A group named like a field of Event fills it, any other is a column of its own;
`__2` and so on tell two groups of one name apart. The tag is the action, with `_failed` where the outcome is failure
and the action does not say so itself (fw.blocked, web.refused); the tags of ..vocabulary follow from both.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ..addresses import plain
from ..table import ECS, Columns, Context, LogSource, Table, Value
from ..tags import bit
from ..vocabulary import shared

Meaning = tuple[str, str, bytes]
Cut = Callable[[bytes, Context], "tuple[Frame, bytes] | None"]
NUMBERS = ("status", "sent", "count")
_COLUMN = {name: column for name, column in ECS.items() if name not in ("action", "outcome", "zone", "message")}
_PLAIN = re.compile(rb"(?:[A-Za-z0-9 _:/%=,;<>\"'!-]|\\[^\w])*")
_LETTERS = 3
# Rules look at this much of a message, so that none can be made to cost more than its length.
_LONGEST = 4096
_SAYS_SO = ("blocked", "refused", "denied", "rejected", "failed", "error", "banned", "found", "down", "probe")
_SHAPES = 5_000
_PACKET = ("address", "destination", "port")


@dataclass(slots=True)
class Frame:
    """What stands around one message: when, on which host, from which program and process."""

    time: float
    host: bytes
    program: bytes
    process: bytes
    zone: str


@dataclass(frozen=True, slots=True)
class Rule:
    """One sentence: what it means, and the names of its groups in order."""

    action: str
    outcome: str
    tag: int
    match: Callable[[bytes], re.Match[bytes] | None]
    names: tuple[str, ...]


Found = tuple[Rule, Sequence[bytes | None]]


class Speech:
    """The sentences of one format. Without `otherwise`, messages that no rule knows are left to others."""

    def __init__(
        self,
        name: str,
        rules: Iterable[Meaning],
        *,
        sources: tuple[LogSource, ...] = (),
        otherwise: str = "",
        also: Mapping[str, tuple[str, ...]] | None = None,
        source: str = "",
        texts: bool = False,
    ) -> None:
        self.name, self._sources, self._also, self._source, self._texts = name, sources, also or {}, source, texts
        self._meanings = tuple(rules)
        self._shapes: dict[tuple[str, str, tuple[str, ...], bool], Rule] = {}
        self._unknown = Rule(otherwise, "unknown", 0, lambda _: None, ()) if otherwise else None

    @cached_property
    def _rules(self) -> dict[bytes, list[Rule]]:
        """By the first letters of their sentences. Made for the first message: most scans meet few of the formats."""
        known: dict[bytes, list[Rule]] = {b"": []}
        for meaning in self._meanings:
            _learn(known, *meaning)
        return known

    def recognise(self, message: bytes) -> Found | None:
        """The first rule that the message fits, and what its groups hold."""
        message = message[:_LONGEST]
        rules = self._rules.get(message[:_LETTERS])
        for rule in self._rules[b""] if rules is None else rules:
            if match := rule.match(message):
                return rule, match.groups()
        return (self._unknown, ()) if self._unknown else None

    def shape(self, action: str, outcome: str, names: tuple[str, ...], *, tagged: bool = True) -> Rule:
        """A rule for rows whose fields were cut out already, such as pairs of names and values."""
        key = (action, outcome, names, tagged)
        rule = self._shapes.get(key)
        if rule is None:
            if len(self._shapes) >= _SHAPES:
                self._shapes.clear()
            tag = tag_of(action, outcome) if tagged else 0
            rule = self._shapes[key] = Rule(action, outcome, tag, lambda _: None, names)
        return rule

    def knows(self, message: bytes) -> bool:
        found = self.recognise(message)
        return found is not None and found[0] is not self._unknown

    def read(self, messages: Sequence[bytes], rows: Sequence[int], frames: Sequence[Frame], context: Context) -> Table:
        """The events among these messages; it serves as a parser's `read_messages`."""
        found = [self.recognise(message) for message in messages]
        if None in found:
            kept = [i for i, one in enumerate(found) if one is not None]
            rows, frames = [rows[i] for i in kept], [frames[i] for i in kept]
            messages, found = [messages[i] for i in kept], [found[i] for i in kept]
        return self.table(messages, rows, frames, [one for one in found if one], context)

    def lines(self, cut: Cut) -> Callable[[Sequence[bytes], Sequence[int], Context], Table]:
        """A parser's `read`, where `cut` parts a line into its frame and message."""

        def read(lines: Sequence[bytes], rows: Sequence[int], context: Context) -> Table:
            cuts = [(row, made) for row, line in zip(rows, lines, strict=True) if (made := cut(line, context))]
            kept, frames = [row for row, _ in cuts], [made[0] for _, made in cuts]
            return self.read([made[1] for _, made in cuts], kept, frames, context)

        return read

    def table(
        self,
        messages: Sequence[bytes],
        rows: Sequence[int],
        frames: Sequence[Frame],
        found: Sequence[Found],
        context: Context,
    ) -> Table:
        """A table of messages whose rules and values are known."""

        def fields(i: int) -> dict[str, Any]:
            rule, values = found[i]
            frame = frames[i]
            made: dict[str, Any] = {
                "action": rule.action,
                "outcome": rule.outcome,
                "zone": frame.zone,
                "host": context.text(frame.host),
                "source": self._source or context.text(frame.program),
                "detail": context.text(frame.process),
                "message": context.text(messages[i]),
            }
            for name, value in zip(rule.names, values, strict=True):
                if value and name in _COLUMN:
                    made[name] = field(name, value, context)
                elif value and name == "count":
                    made[name] = max(1, number(value))
            return made

        def columns() -> Columns:
            return self._columns(messages, frames, found, context)

        tags = [rule.tag for rule, _ in found]
        texts = {"message": messages} if self._texts else {}
        times = [frame.time for frame in frames]
        more: dict[str, Any] = {"columns": columns, "sources": self._sources, "packets": _packets(found)}
        return Table(self.name, rows, times, fields, tags, texts, **more)

    def _columns(
        self, messages: Sequence[bytes], frames: Sequence[Frame], found: Sequence[Found], context: Context
    ) -> Columns:
        hosts = {host: context.text(host) or None for host in {frame.host for frame in frames}}
        programs = {name: self._source or context.text(name) or None for name in {f.program for f in frames}}
        made: Columns = {
            "event.action": [rule.action for rule, _ in found],
            "event.outcome": [rule.outcome for rule, _ in found],
            "event.timezone": [frame.zone for frame in frames],
            "host.name": [hosts[frame.host] for frame in frames],
            "event.provider": [programs[frame.program] for frame in frames],
            "process.pid": [context.text(frame.process) or None for frame in frames],
            "message": list(map(context.text, messages)),
        }
        return made | shaped([(rule.names, values) for rule, values in found], self._also, context)


def _packets(found: Sequence[Found]) -> dict[str, Sequence[bytes]] | None:
    """From where, to where and to which port, if any row says so: port scans are seen without a row made an event."""
    where: dict[tuple[str, ...], tuple[int, ...]] = {}
    for rule, _ in found:
        if "dst_port" in rule.names and rule.names not in where:
            where[rule.names] = tuple(_at(rule.names, name) for name in ("address", "destination", "dst_port"))
    if not where:
        return None
    at = [(where.get(rule.names), values) for rule, values in found]
    return {name: [(v[w[i]] or b"") if w and w[i] >= 0 else b"" for w, v in at] for i, name in enumerate(_PACKET)}


def _at(names: tuple[str, ...], name: str) -> int:
    return names.index(name) if name in names else -1


def tag_of(action: str, outcome: str) -> int:
    if action.endswith(".message"):
        return 0
    own = bit(action + "_failed" if outcome == "failure" and not action.endswith(_SAYS_SO) else action)
    return own | shared(action, outcome)


def shaped(
    cells: Sequence[tuple[tuple[str, ...], Sequence[bytes | None]]],
    also: Mapping[str, tuple[str, ...]],
    context: Context,
) -> Columns:
    """Columns of rows that have different fields: rows of one shape are turned into columns together."""
    shapes: dict[tuple[str, ...], list[int]] = {}
    for i, (names, _) in enumerate(cells):
        shapes.setdefault(names, []).append(i)
    made: dict[str, list[Value]] = {}
    for names, where in shapes.items():
        for name, values in zip(names, zip(*[cells[i][1] for i in where], strict=True), strict=True):
            column = _COLUMN.get(name, "")
            texts = [field(name, value, context) if value else None for value in values]
            for title in ((column,) if column else ()) + also.get(name, () if column else (name,)):
                filled = made.setdefault(title, [None] * len(cells))
                for i, text in zip(where, texts, strict=True):
                    if text is not None:
                        filled[i] = text
    return dict(made)


def field(name: str, value: bytes, context: Context) -> str | int:
    """What a group holds, as the field of this name."""
    if name in NUMBERS:
        return number(value)
    text = context.text(value)
    return plain_address(text) if name in ("address", "destination") else text


def number(value: bytes) -> int:
    return int(value) if value.isdigit() and len(value) < 19 else 0


def plain_address(text: str) -> str:
    """An address as people know it: ::ffff:192.0.2.1 is 192.0.2.1, and brackets are no part of one."""
    return plain(text)


def stamped(context: Context, stamp: bytes, made: Callable[[], float | None]) -> float | None:
    """The time of a stamp, worked out once: many lines share a second."""
    known: dict[bytes, float | None] = context.memory.setdefault("speech.stamps", {})
    if stamp not in known:
        if len(known) > 20_000:
            known.clear()
        known[stamp] = made()
    return known[stamp]


def _learn(known: dict[bytes, list[Rule]], action: str, outcome: str, expression: bytes) -> None:
    compiled = re.compile(expression, re.DOTALL)
    ordered = sorted(compiled.groupindex, key=compiled.groupindex.__getitem__)
    if len(ordered) != compiled.groups:
        raise ValueError(f"groups without a name in {expression!r}")
    rule = Rule(
        action, outcome, tag_of(action, outcome), compiled.match, tuple(name.partition("__")[0] for name in ordered)
    )
    letters = _first_letters(expression)
    if letters and letters not in known:
        known[letters] = list(known[b""])  # those before it that begin with anything
    for begin in [letters] if letters else list(known):
        known[begin].append(rule)


def _first_letters(expression: bytes) -> bytes:
    """The letters that every message of this expression begins with; none where that is not sure."""
    match = _PLAIN.match(expression)
    plain = match[0] if match else b""
    after = expression[len(plain) : len(plain) + 1]
    if b"|" in expression and not _alternatives_inside(expression):
        return b""
    if after in (b"?", b"*", b"+", b"{"):
        plain = plain[:-1]
    letters = plain.replace(b"\\", b"")
    return letters[:_LETTERS] if len(letters) >= _LETTERS else b""


def _alternatives_inside(expression: bytes) -> bool:
    """Whether every `|` stands within a group or a class."""
    depth, escaped, in_class = 0, False, False
    for letter in expression:
        char = chr(letter)
        if escaped:
            escaped = False
        elif char == "\\":
            escaped = True
        elif in_class:
            in_class = char != "]"
        elif char == "[":
            in_class = True
        elif char in "()":
            depth += 1 if char == "(" else -1
        elif char == "|" and depth == 0:
            return False
    return True
