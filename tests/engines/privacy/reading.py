"""Reading files in this process, and judging many made-up towns: the parts of the tests of engines/privacy."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from hikeshi.engines.common.walk import walk
from hikeshi.engines.privacy import Report
from hikeshi.engines.privacy.counting import Counting, is_document
from tests.engines.privacy.town import Town
from tests.engines.privacy.village import Village


def read(*paths: Path) -> Report:
    """What counting answers, without the limited process."""
    return Counting().run(list(walk(paths, None, is_document)))


def kinds(report: Report) -> dict[str, int]:
    """Kind -> how many were found."""
    return {name: kind.found for name, kind in report.kinds.items()}


@dataclass(frozen=True)
class Judged:
    """One town: the truth and the answer."""

    seed: int
    truth: int
    at_least: int
    estimate: int
    at_most: int

    @property
    def inside(self) -> bool:
        return self.at_least <= self.truth <= self.at_most

    @property
    def width(self) -> float:
        return (self.at_most - self.at_least) / self.truth

    @property
    def error(self) -> float:
        return abs(self.estimate - self.truth) / self.truth


def judge(seed: int, most: int = 3000, place: type[Town] | type[Village] = Town) -> Judged:
    """Make a town (or a village), count its people, compare."""
    with tempfile.TemporaryDirectory() as folder:
        truth = place(seed, most).write(Path(folder))
        people = read(Path(folder)).people
    return Judged(seed, truth, people.at_least, people.estimate, people.at_most)
