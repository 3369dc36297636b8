"""How loud the product is on plain logs: findings of level high and hits of starter rules of level high or above."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from hikeshi.engines import logs
from hikeshi.engines.logs.sigma.sink import Rules
from tests.engines.logs.reading import report

STARTER = Path(logs.__file__).parent / "starter" / "starter.pack"
GRAVE = ("high", "critical")


@dataclass
class Alarms:
    """`high` names each finding and each hit of a rule, as often as it spoke."""

    lines: int
    errors: int
    formats: set[str]
    high: list[str] = field(default_factory=list)
    lower: list[str] = field(default_factory=list)

    @property
    def lines_for_each(self) -> float:
        return self.lines / max(1, len(self.high))


def listen(path: Path, cache: Path) -> Alarms:
    """Scans with all findings and all starter rules."""
    done = report(path, sinks=[Rules({"packs": [str(STARTER)], "cache": str(cache)})])
    formats = {name for one in done.files for name in one.formats or {one.format: 0}}
    alarms = Alarms(done.lines, sum(one.errors for one in done.files), formats)
    for finding in done.findings:
        (alarms.high if finding.level == "high" else alarms.lower).append(f"{finding.kind}/{finding.variant}")
    for hit in done.hits:
        chosen = alarms.high if hit.rule["level"] in GRAVE else alarms.lower
        chosen.extend([str(hit.rule["title"])] * hit.count)
    return alarms
