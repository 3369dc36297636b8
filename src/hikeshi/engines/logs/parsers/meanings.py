"""Formats of records whose meaning is data: events.toml says what operations mean, names.toml what Sigma calls them.

events.toml: by, otherwise, host, utc; [outcome] by, success, failure, other; [[event]] action, is, like, outcome.
names.toml: whole (inner records also as JSON text), pairs (lists of {Name, Value}: columns), [names] name = [columns].
fields.toml: the fields of Event and their columns; see mapped.py.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC
from pathlib import Path
from typing import Any

from ..flatten import Record, dumps, first_of
from ..mapped import Mapping, as_text, text_at
from ..objects import Object
from ..table import Columns, Context, LogSource, Table, Value
from .speech import tag_of

_KEEP, _MOST_PAIRS, _LONGEST = 5_000, 300, 200
_ADDRESS = re.compile(r"[\d.]+$|[\da-fA-F:.]*:[\da-fA-F:.]*$")
_BRACES = re.compile(r"\{([^{}]+)\}")
Sources = tuple[LogSource, ...] | Callable[[Record], tuple[LogSource, ...]]
Rename = Callable[[Columns, Sequence[Record]], Columns]


@dataclass(frozen=True, slots=True)
class Meaning:
    """What one operation means. Without an outcome, the record says how it ended."""

    action: str
    outcome: str = ""
    known: bool = True


class Meanings:
    """One format: what is in the TOML files beside its parser.py."""

    def __init__(
        self,
        parser: str,
        sources: Sources,
        *,
        rename: Rename | None = None,
        outcome: Callable[[Record], str] | None = None,
        operation: Callable[[Record], str] | None = None,
    ) -> None:
        folder = Path(parser).parent
        self._events = toml(folder / "events.toml")
        names = toml(folder / "names.toml")
        self._whole, self._pairs = names.get("whole", []), names.get("pairs", [])
        self._names: dict[str, list[str]] = names.get("names", {})
        self._by: list[str] = self._events.get("by", [])
        self._host: str = self._events.get("host", "")
        self._rename, self._own_outcome, self._operation = rename, outcome, operation
        self._exact: dict[str, Meaning] = {}
        self._like: list[tuple[re.Pattern[str], Meaning]] = []
        for event in self._events.get("event", []):
            meaning = Meaning(event["action"], event.get("outcome", ""))
            self._exact |= {name.lower(): meaning for name in event.get("is", [])}
            if "like" in event:
                self._like.append((re.compile(event["like"], re.IGNORECASE), meaning))
        self._otherwise = Meaning(self._events["otherwise"], known=False)
        self._seen: dict[str, Meaning] = {}
        ends = self._events.get("outcome", {})
        self._ends = {word.lower(): end for end in ("success", "failure", "unknown") for word in ends.get(end, [])}
        self._ends_by: list[str] = ends.get("by", [])
        self._other: str
        self._missing: str
        self._other, self._missing = ends.get("other", "unknown"), ends.get("missing", "unknown")
        self.mapping = Mapping.of(
            parser, sources, action=self.action, outcome=self.outcome, tags=self.tags, rename=self.columns
        )
        self.mapping.fields.setdefault("host", ("host.name",))
        self.mapping.fields.setdefault("zone", ("event.timezone",))

    def read(self, objects: Sequence[Object], rows: Sequence[int], context: Context) -> list[Table]:
        """The events among these records; it serves as a parser's `read_objects`."""
        if self._events.get("utc"):
            context = replace(context, zone=UTC, zone_name="UTC")
        return self.mapping.read(objects, rows, context)

    def operation(self, record: Record) -> str:
        return self._operation(record) if self._operation else text_at(record, *self._by)

    def meaning(self, record: Record) -> Meaning:
        return self._of(self.operation(record))

    def knows(self, name: str) -> bool:
        """Whether events.toml says what this operation means."""
        return self._of(name).known

    def _of(self, name: str) -> Meaning:
        name = name[:_LONGEST].lower()
        found = self._seen.get(name)
        if found is None:
            if len(self._seen) > _KEEP:
                self._seen.clear()
            likes = (meaning for rule, meaning in self._like if rule.search(name))
            found = self._seen[name] = self._exact.get(name) or next(likes, self._otherwise)
        return found

    def action(self, record: Record) -> str:
        return self.meaning(record).action

    def outcome(self, record: Record) -> str:
        said = self.meaning(record).outcome or (self._own_outcome(record) if self._own_outcome else "")
        if said:
            return said
        word = text_at(record, *self._ends_by).lower()
        return self._ends.get(word, self._other) if word else self._missing

    def tags(self, record: Record) -> int:
        meaning = self.meaning(record)
        return tag_of(meaning.action, self.outcome(record)) if meaning.known else 0

    def columns(self, columns: Columns, records: Sequence[Record]) -> Columns:
        """The columns with Sigma's names among them."""
        for name in self._pairs:
            spread(columns, [one.get(name) for one in records])
        for name in self._whole:
            texts = [text_of(one, name) for one in records]
            if name not in columns and any(texts):
                columns[name] = [text or None for text in texts]
        if self._rename:
            columns = self._rename(columns, records)
        for name, ways in self._names.items():
            found = first_of(columns, name, *ways)
            if found is not None:
                columns[name] = found
        if self._host:
            columns.setdefault("host.name", self._hosts(columns, len(records)))
        if self._events.get("utc"):
            columns.setdefault("event.timezone", ["UTC"] * len(records))
        return columns

    def _hosts(self, columns: Columns, size: int) -> list[Value]:
        """What stands for the host, such as "AWS {recipientAccountId}"."""
        names = _BRACES.findall(self._host)
        if not names:
            return [self._host] * size
        blank = [None] * size
        rows = zip(*(columns.get(name, blank) for name in names), strict=True)
        known: dict[Any, str] = {}
        for row in (made := list(rows)):
            if row not in known:
                values = dict(zip(names, map(as_text, row), strict=True))
                known[row] = _BRACES.sub(lambda m, values=values: values[m[1]], self._host).strip()  # type: ignore[misc]
        return [known[row] for row in made]


def spread(columns: Columns, lists: Sequence[Any], key: str = "Name", value: str = "Value", prefix: str = "") -> None:
    """Makes columns of lists such as [{"Name": "ForwardTo", "Value": "…"}], under names that are not there yet."""
    made: dict[str, list[Value]] = {}
    for i, pairs in enumerate(lists):
        for pair in pairs[:_MOST_PAIRS] if type(pairs) is list else ():
            name = pair.get(key) if type(pair) is dict else None
            if type(name) is not str or not name or prefix + name in columns:
                continue
            if prefix + name not in made and len(made) >= _MOST_PAIRS:
                continue
            given = pair.get(value)
            if given is not None:
                made.setdefault(prefix + name, [None] * len(lists))[i] = (
                    dumps(given) if isinstance(given, dict | list) else given
                )
    columns.update(made)


def addresses(records: Sequence[Record], *paths: str) -> list[Value]:
    """Addresses only: clouds write names of services, "private" and the like where others have an address."""
    came = (text_at(one, *paths) for one in records)
    return [one if _ADDRESS.match(one) else None for one in came]


def text_of(record: Record, path: str) -> str:
    """An inner record or list as JSON text; "" where there is none."""
    inner: Any = record
    for name in path.split("."):
        inner = inner.get(name) if type(inner) is dict else None
    return dumps(inner) if isinstance(inner, dict | list) else ""


def toml(file: Path) -> dict[str, Any]:
    """A TOML file beside a parser; an absent one is empty."""
    return tomllib.loads(file.read_text("utf-8")) if file.is_file() else {}
