"""Security products that write one record a line under a header, alone or inside of syslog: what CEF and LEEF share."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path

from ..flatten import Record
from ..mapped import text_at
from ..table import Columns, Context, LogSource, Table
from .meanings import Meanings, toml
from .speech import Frame

Parse = Callable[[bytes, Context], "Record | None"]
FRAME = "hikeshi.received"
_WORDS = {name: re.compile(rule, re.IGNORECASE) for name, rule in toml(Path(__file__).with_suffix(".toml")).items()}


class Appliances(Meanings):
    """`parse` makes a record of a line or message; `stopped` are the fields that say what the device did."""

    def __init__(self, parser: str, parse: Parse, names: tuple[str, ...], stopped: tuple[str, ...]) -> None:
        self._parse, self._says, self._stopped = parse, names, stopped
        super().__init__(parser, _sources, rename=_rename, outcome=self._outcome_of, operation=self._operation_of)

    def lines(self, lines: Sequence[bytes], rows: Sequence[int], context: Context) -> list[Table]:
        """A parser's `read`."""
        made = [(row, one) for row, line in zip(rows, lines, strict=True) if (one := self._parse(line, context))]
        return self.read([one for _, one in made], [row for row, _ in made], context)

    def messages(
        self, messages: Sequence[bytes], rows: Sequence[int], frames: Sequence[Frame], context: Context
    ) -> Table:
        """A parser's `read_messages`: syslog's time and host where the record has none of its own."""
        kept: list[int] = []
        records: list[Record] = []
        for row, message, frame in zip(rows, messages, frames, strict=True):
            if record := self._parse(message, context):
                kept.append(row)
                host = context.text(frame.host)
                records.append(record | {FRAME: frame.time} | ({"syslog.host": host} if host else {}))
        return _one(self.mapping.name, self.read(records, kept, context))

    def _operation_of(self, record: Record) -> str:
        said = " ".join(text_at(record, name) for name in self._says)
        if _WORDS["malware"].search(said):
            return "malware"
        if _WORDS["login"].search(said):
            return "login"
        if _WORDS["logout"].search(said):
            return "logout"
        if _WORDS["intrusion"].search(said):
            return "intrusion"
        done = text_at(record, *self._stopped)
        return "blocked" if _WORDS["stopped"].search(done) and text_at(record, "src", "dst") else "event"

    def _outcome_of(self, record: Record) -> str:
        told = text_at(record, "outcome", "categoryOutcome", "eventOutcome", "result")
        done = told or text_at(record, *self._stopped)
        said = done if done else " ".join(text_at(record, name) for name in self._says)
        if _WORDS["failed"].search(said) or _WORDS["stopped"].search(said):
            return "failure"
        return "success" if _WORDS["worked"].search(said) else "unknown"


def _sources(record: Record) -> tuple[LogSource, ...]:
    vendor, product = (text_at(record, name).lower()[:80] for name in ("deviceVendor", "deviceProduct"))
    own = [LogSource(one, "", "") for one in dict.fromkeys([vendor, product]) if one]
    return (*own, LogSource("", "firewall", "")) if text_at(record, "src") and text_at(record, "dst") else tuple(own)


def _rename(columns: Columns, records: Sequence[Record]) -> Columns:
    """cs1Label=Rule cs1=7 is a column "Rule", too. What syslog said is no field of the record."""
    columns.pop(FRAME, None)
    labels = {name for one in records for name in one if name.endswith("Label")}
    for label in sorted(labels):
        value = label.removesuffix("Label")
        for name in {text_at(one, label) for one in records} - {""} - columns.keys():
            found = [text_at(one, value) or None if text_at(one, label) == name else None for one in records]
            if any(found) and len(name) <= 80 and len(columns) < 1_000:
                columns[name] = found
    return columns


def _one(name: str, tables: list[Table]) -> Table:
    """Several tables as one: syslog takes one of a parser."""
    if len(tables) == 1:
        return tables[0]
    places = [(table, i) for table in tables for i in range(len(table))]

    def columns() -> Columns:
        given = [(table.columns() if table.columns else {}, len(table)) for table in tables]
        names = dict.fromkeys(key for some, _ in given for key in some)
        return {key: [v for some, size in given for v in some.get(key, [None] * size)] for key in names}

    return Table(
        name,
        [row for table in tables for row in table.rows],
        [time for table in tables for time in table.times],
        lambda i: places[i][0].fields(places[i][1]),
        [tag for table in tables for tag in table.tags or [0] * len(table)],
        columns=columns,
        sources=tuple(dict.fromkeys(source for table in tables for source in table.sources)),
    )
