"""Batches made by hand, and rules made of dicts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import yaml

from hikeshi.engines.logs.columns import Batch, Column, Text
from hikeshi.engines.logs.sigma.build import Parsed, build, parse
from hikeshi.engines.logs.sigma.kernel import Kernel
from hikeshi.engines.logs.sigma.pack import Pack
from hikeshi.engines.logs.table import LogSource

TEST = (LogSource("test"),)
WINDOWS = (LogSource("windows"),)


def column(values: Sequence[Text]) -> Column:
    known: dict[Text, int] = {None: 0}
    codes = [known.setdefault(value, len(known)) for value in values]
    return Column(list(known), np.array(codes, np.int32))


def batch(
    events: Sequence[Mapping[str, Any]],
    *,
    sources: tuple[LogSource, ...] = TEST,
    raw: Sequence[str] = (),
    times: Sequence[float] = (),
    file: str = "log",
) -> Batch:
    """Events as dicts: text, tuples of text, or None."""
    size = len(events)
    names = list(dict.fromkeys(name for event in events for name in event))
    return Batch(
        times=np.array(times or range(size), np.float64),
        columns={name: column([event.get(name) for event in events]) for name in names},
        sources=[(), sources],
        source_of=np.ones(size, np.int32),
        formats=column(["test"] * size),
        files=column([file] * size),
        records=np.arange(1, size + 1, dtype=np.int64),
        offsets=np.arange(size, dtype=np.int64) * 100,
        raw=[text.encode() for text in raw] or [b""] * size,
    )


def files(rules: Sequence[Mapping[str, Any]]) -> list[tuple[str, bytes]]:
    """Each rule as a YAML file."""
    return [(f"{i:05}.yml", yaml.safe_dump(dict(rule), allow_unicode=True).encode()) for i, rule in enumerate(rules)]


def rule(detection: Mapping[str, Any], number: int = 0, **more: Any) -> dict[str, Any]:
    return {
        "title": f"rule {number}",
        "id": f"00000000-0000-4000-8000-{number:012}",
        "logsource": {"product": "test"},
        "detection": dict(detection),
        "level": "high",
        "author": "花子",
    } | more


def pack_of(rules: Sequence[Mapping[str, Any]], **more: Any) -> Pack:
    return build(files(rules), **more)


def parsed_of(rules: Sequence[Mapping[str, Any]]) -> Parsed:
    return parse(files(rules))


def fired(kernel: Kernel, some: Batch) -> set[tuple[str, int]]:
    """(rule id, row)."""
    return {(kernel.rules[number]["id"], row) for number, rows in kernel.run(some)[0] for row in rows.tolist()}


def matches(detection: Mapping[str, Any], event: Mapping[str, Any], *, raw: str = "") -> bool:
    """Whether one rule holds for one event."""
    made = pack_of([rule(detection if "condition" in detection else {"s": detection, "condition": "s"})])
    assert not made.refused, made.refused
    return bool(Kernel([made]).run(batch([event], raw=[raw]))[0])


def cut(whole: Batch, start: int, end: int) -> Batch:
    """Some rows of a batch, with the dictionaries of all."""
    some = slice(start, end)
    return Batch(
        times=whole.times[some],
        columns={name: Column(one.values, one.codes[some]) for name, one in whole.columns.items()},
        sources=whole.sources,
        source_of=whole.source_of[some],
        formats=Column(whole.formats.values, whole.formats.codes[some]),
        files=Column(whole.files.values, whole.files.codes[some]),
        records=whole.records[some],
        offsets=whole.offsets[some],
        raw=whole.raw[some],
    )
