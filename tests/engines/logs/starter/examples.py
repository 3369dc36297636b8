"""Runs the starter rules over the example logs that lie beside them: through the parsers, as a scan would."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path

from hikeshi.engines.common.walk import Found, walk
from hikeshi.engines.logs.columns import Batch, Encoder
from hikeshi.engines.logs.reading import Reading, zone_of
from hikeshi.engines.logs.running import STARTER
from hikeshi.engines.logs.sigma.build import build
from hikeshi.engines.logs.sigma.correlate import Correlator
from hikeshi.engines.logs.sigma.files import rule_files
from hikeshi.engines.logs.sigma.kernel import Kernel
from hikeshi.engines.logs.sigma.pack import Pack
from hikeshi.engines.logs.table import LogSource
from tests.engines.logs.reading import NOW

FOLDER = STARTER.parent
CLOUD = (LogSource("m365", "", "audit"),)
_REPEAT = re.compile(r"^@(\d+) (.*)$")


def rule_names() -> list[str]:
    """Every rule by its file, as "ssh/guessing"."""
    return sorted(path.relative_to(FOLDER).with_suffix("").as_posix() for path in FOLDER.rglob("*.yml"))


def examples(name: str) -> dict[str, list[str]]:
    """`fires` and `quiet`: logs as text, with the repeated lines written out."""
    raw = tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
    return {kind: ["\n".join(_lines(text)) + "\n" for text in raw[kind]] for kind in ("fires", "quiet")}


def _lines(text: str) -> list[str]:
    lines = []
    for line in text.strip("\n").split("\n"):
        repeated = _REPEAT.match(line)
        if repeated:
            lines += [repeated[2].replace("{n}", str(n + 1)) for n in range(int(repeated[1]))]
        else:
            lines.append(line)
    return lines


@cache
def compiled() -> Pack:
    return build(rule_files(FOLDER), source="starter")


@cache
def kernel() -> Kernel:
    return Kernel([compiled()], None, ())


def batch_of(folder: Path, text: str) -> Batch:
    """The events of a log, as the sinks of a scan get them; every line must be understood.

    Records of JSON that no format of its own claims count as of the cloud service that wrote them.
    """
    path = folder / "example.log"
    path.write_text(text, encoding="utf-8")
    (found,) = walk([path])
    assert isinstance(found, Found)
    reading, encoder = Reading(found, now=NOW, zone=zone_of("Asia/Tokyo")), Encoder()
    for chunk, tables in reading:
        for table in tables:
            encoder.add(chunk, table, found.shown)
    reading.close()
    assert not reading.report.errors, text
    batch = encoder.take()
    batch.sources = [CLOUD if sources == (LogSource(),) else sources for sources in batch.sources]
    return batch


def fired(folder: Path, text: str) -> set[str]:
    """The rules that fire on a log, by their files."""
    rules = kernel()
    correlator = Correlator(rules)
    hits, renamed = rules.run(batch_of(folder, text))
    correlator.take(renamed, hits)
    numbers = {number for number, _ in hits} | set(correlator.alerts())
    return {rules.rules[n]["file"].removesuffix(".yml") for n in numbers if rules.rules[n]["shown"]}
