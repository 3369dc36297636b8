"""What a measurement writes down: figures with their aims, and the machine they were taken on."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path


@dataclass(frozen=True)
class Figure:
    """One measured value. `holds` is None where there is no aim."""

    what: str
    value: float
    unit: str
    aim: str = ""
    holds: bool | None = None
    beside: str = ""

    def row(self) -> str:
        """The figure as a line of the page's table."""
        mark = {True: "yes", False: "**no**", None: ""}[self.holds]
        return f"| {self.what} | {number(self.value)} {self.unit} | {self.aim} | {mark} | {self.beside} |"


@dataclass
class Report:
    """The figures of one module. `quick`: run on a few things only, to see that the measurement still works."""

    title: str
    command: str
    quick: bool = False
    figures: list[Figure] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def size(self, full: int, quick: int) -> int:
        """How many of something: `full` when measuring, `quick` when trying."""
        return quick if self.quick else full

    def figure(
        self,
        what: str,
        value: float,
        unit: str,
        *,
        at_most: float | None = None,
        at_least: float | None = None,
        beside: str = "",
    ) -> None:
        """Write down one value. `beside`: what it is compared with ("bare SQLite 410/s, ratio 0.62")."""
        holds = None
        if at_most is not None or at_least is not None:
            holds = (at_most is None or value <= at_most) and (at_least is None or value >= at_least)
        aims = [
            f"≤ {number(at_most)}" if at_most is not None else "",
            f"≥ {number(at_least)}" if at_least is not None else "",
        ]
        self.figures.append(Figure(what, value, unit, " ".join(aim for aim in aims if aim), holds, beside))

    def note(self, text: str) -> None:
        """A sentence below the table: what was not measured and why, or how."""
        self.notes.append(text)

    def section(self) -> str:
        """The report as a section of docs/benchmarks.md."""
        lines = [f"## {self.title}", "", f"`{self.command}`", ""]
        if self.figures:
            lines += ["| what | measured | aim | held | beside |", "|---|---|---|---|---|"]
            lines += [figure.row() for figure in self.figures] + [""]
        return "\n".join([*lines, *(f"- {note}" for note in self.notes)]).rstrip() + "\n"


def number(value: float) -> str:
    """A value with as many digits as it can bear."""
    if value == int(value) or abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.2f}" if abs(value) >= 1 else f"{value:.3g}"


def machine() -> list[str]:
    """The machine as lines of a list; nothing that names it or its owner."""
    memory = ""
    if hasattr(os, "sysconf") and "SC_PHYS_PAGES" in os.sysconf_names:
        memory = f", {os.sysconf('SC_PHYS_PAGES') * os.sysconf('SC_PAGE_SIZE') / 2**30:.0f} GB of memory"
    return [f"- {os.cpu_count()} cores{memory}, {platform.system()}, Python {platform.python_version()}"]


def when() -> str:
    """The day, and what else the machine had to do: a busy one stretches wall time, not processor time."""
    busy = ""
    if hasattr(os, "getloadavg"):
        busy = f", while {os.getloadavg()[0]:.1f} processes wanted the machine's {os.cpu_count()} cores"
    return f"Measured on {datetime.now(UTC).date().isoformat()}{busy}."


def waited(process: str = "thread-self") -> float:
    """Seconds that this thread (or a process's first) was ready to run and waited for a processor (Linux, else 0).

    Wall time less these is what the same work takes on a machine that is otherwise quiet.
    """
    file = Path("/proc") / process / "schedstat"
    return int(file.read_text().split()[1]) / 1e9 if file.exists() else 0.0
