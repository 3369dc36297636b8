"""Which events a rule is about: `logsource`, by the table's own word or by Windows' channel and event number."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..columns import Batch, Codes, Column, Text
from ..table import LogSource

Rows = NDArray[np.int64]
Renames = tuple[tuple[str, tuple[str, ...]], ...]
_REMEMBERED = 20_000
_ROOTS = {"\\registry\\machine": "HKLM", "\\registry\\user": "HKU"}


@cache
def _windows() -> dict[str, Any]:
    """The table of `sources.toml`, its words in lower case."""
    raw = tomllib.loads(Path(__file__).with_name("sources.toml").read_text(encoding="utf-8"))
    lower = {name: {one.lower() for one in channels} for name, channels in raw["services"].items()}
    categories = {
        name: {service: set(map(str, events)) for service, events in where.items()}
        for name, where in raw["categories"].items()
    }
    providers = {name: {one.lower() for one in names} for name, names in raw["providers"].items()}
    renamed: dict[tuple[str, str], Renames] = {}
    for service, events in raw["renamed"].items():
        for event, names in events.items():
            pairs = [(name, (own,) if isinstance(own, str) else tuple(own)) for name, own in names.items()]
            for channel in lower[service]:
                renamed[channel, event] = tuple(pairs)
    return {"services": lower, "categories": categories, "providers": providers, "renamed": renamed}


def applies(wanted: LogSource, sources: Sequence[LogSource], channel: str, event: str, provider: str) -> bool:
    """Whether a rule for `wanted` is about an event of these sources, channel, number and provider (in lower case)."""
    for source in sources:
        if all(not want or want == has.lower() for want, has in zip(wanted, source, strict=True)):
            return True
        if source.product.lower() == "windows" and _on_windows(wanted, channel, event, provider):
            return True
    return False


def _on_windows(wanted: LogSource, channel: str, event: str, provider: str) -> bool:
    table = _windows()
    product = "linux" if channel.startswith("linux-") else "windows"
    if wanted.product not in ("", product) or not (wanted.category or wanted.service):
        return False
    services = table["services"]
    if wanted.service and not (
        channel in services.get(wanted.service, ()) or provider in table["providers"].get(wanted.service, ())
    ):
        return False
    return not wanted.category or any(
        channel in services[service] and event in events
        for service, events in table["categories"].get(wanted.category, {}).items()
    )


def renames(channel: str, event: str) -> Renames:
    """Names that Sigma gives to fields of this Windows event, each with the event's own name (or several, joined)."""
    found: Renames = _windows()["renamed"].get((channel, event), ())
    return found


class Router:
    """Finds each log source's rows in a batch; a kind of event is looked at once."""

    def __init__(self, wanted: Sequence[LogSource]) -> None:
        self._wanted = wanted
        self._known: dict[tuple[Any, ...], tuple[tuple[int, ...], Renames]] = {}

    def route(self, batch: Batch) -> tuple[dict[int, Rows], Batch]:
        """Number of a log source → its rows, where there are some; and the batch with fields under Sigma's names."""
        columns = [batch.column(name) for name in ("Channel", "EventID", "Provider_Name")]
        key = batch.source_of.astype(np.int64)
        for column in columns:
            key = key * len(column.values) + column.codes
        found, inverse = np.unique(key, return_inverse=True)
        members: dict[int, list[int]] = {}
        renamed: dict[Renames, list[int]] = {}
        for place, number in enumerate(found.tolist()):
            texts = []
            for column in reversed(columns):
                number, code = divmod(number, len(column.values))
                texts.append(_word(column.values[code]))
            sources, names = self._kind(batch.sources[number], *reversed(texts))
            for source in sources:
                members.setdefault(source, []).append(place)
            if names:
                renamed.setdefault(names, []).append(place)
        everything = np.arange(len(batch))
        rows = {}
        for source, places in members.items():
            rows[source] = everything if len(places) == len(found) else _rows(places, len(found), inverse)
        for names, places in renamed.items():
            batch = _renamed(batch, names, _rows(places, len(found), inverse))
        spaced = [name for name in batch.columns if " " in name]
        if spaced:  # Defender says "Threat Name", rules say ThreatName
            batch = _renamed(batch, tuple((name.replace(" ", ""), (name,)) for name in spaced), everything)
        return rows, batch

    def _kind(
        self, sources: tuple[LogSource, ...], channel: str, event: str, provider: str
    ) -> tuple[tuple[int, ...], Renames]:
        key = (sources, channel, event, provider)
        known = self._known.get(key)
        if known is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            fitting = [i for i, one in enumerate(self._wanted) if applies(one, sources, channel, event, provider)]
            windows = any(source.product.lower() == "windows" for source in sources)
            known = self._known[key] = (tuple(fitting), renames(channel, event) if windows else ())
        return known


def _word(value: Text) -> str:
    return value.lower() if isinstance(value, str) else ""


def _rows(places: Sequence[int], size: int, inverse: NDArray[np.int64]) -> Rows:
    chosen = np.zeros(size, bool)
    chosen[list(places)] = True
    return np.flatnonzero(chosen[inverse])


def _renamed(batch: Batch, names: Renames, rows: Rows) -> Batch:
    """The batch with more columns: what these rows lack under Sigma's name, they get from their own."""
    columns = dict(batch.columns)
    for name, own in names:
        if any(one in columns for one in own):
            columns[name] = _filled(batch.column(name), [batch.column(one) for one in own], rows)
    return Batch(
        batch.times,
        columns,
        batch.sources,
        batch.source_of,
        batch.formats,
        batch.files,
        batch.records,
        batch.offsets,
        batch.raw,
    )


def _filled(column: Column, own: Sequence[Column], rows: Rows) -> Column:
    rows = rows[column.codes[rows] == 0]
    given = own[0] if len(own) == 1 else _joined(own, rows)
    codes: Codes = column.codes.copy()
    fresh = given.codes[rows]
    codes[rows] = np.where(fresh > 0, fresh + (len(column.values) - 1), 0)
    return Column(column.values + given.values[1:], codes)


def _joined(own: Sequence[Column], rows: Rows) -> Column:
    """A registry key and a value's name as one path, as Sysmon writes it."""
    codes = np.zeros(len(own[0].codes), np.int32)
    known: dict[tuple[int, ...], int] = {}
    values: list[Text] = [None]
    for row, key in zip(rows.tolist(), zip(*(column.codes[rows].tolist() for column in own), strict=True), strict=True):
        if not any(key):
            continue
        if key not in known:
            known[key] = len(values)
            parts = [column.values[code] for column, code in zip(own, key, strict=True)]
            values.append(joined(parts))
        codes[row] = known[key]
    return Column(values, codes)


def joined(parts: Sequence[Text]) -> str:
    """Parts of a registry path as one, its root named as Sysmon names it."""
    path = "\\".join(part for part in parts if isinstance(part, str) and part)
    for root, short in _ROOTS.items():
        if path.lower().startswith(root):
            return short + path[len(root) :]
    return path
