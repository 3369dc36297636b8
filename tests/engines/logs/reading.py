"""What the tests of the log engine share: reading without a process of its own, and lines written by the test."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from hikeshi.engines.common.problem import Problem
from hikeshi.engines.common.walk import walk
from hikeshi.engines.logs.reading import zone_of
from hikeshi.engines.logs.report import Finding, Report
from hikeshi.engines.logs.scanning import Scan, read_events
from hikeshi.engines.logs.table import Event

NOW = datetime(2026, 11, 24, tzinfo=UTC)
PARSERS = Path(__file__).parent / "parsers"


def events(path: Path, zone: str = "Asia/Tokyo", now: datetime = NOW) -> list[Event]:
    """All events of a file, in the order of its lines."""
    found = list(read_events(path, now=now, zone=zone))
    assert not [one for one in found if isinstance(one, Problem)]
    return sorted((one for one in found if isinstance(one, Event)), key=lambda e: e.offset)


def sample(format_name: str) -> list[Event]:
    """The events of a format's own sample."""
    return events(PARSERS / format_name / "sample.log")


def report(*paths: Path, **choices: object) -> Report:
    """A scan in this process, so that a debugger and coverage see it."""
    zone = zone_of(str(choices.pop("zone", "Asia/Tokyo")))
    return Scan(now=NOW, zone=zone, **choices).run(list(walk(paths)))  # type: ignore[arg-type]


def find(folder: Path, lines: list[str], kind: str | None = None) -> list[Finding]:
    """What is found in these lines; with a kind, only that."""
    path = folder / "written.log"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    done = report(path)
    assert not done.not_read
    assert not sum(one.errors for one in done.files)
    return [one for one in done.findings if kind in (None, one.kind)]


def web(
    request: str,
    status: int = 404,
    *,
    address: str = "203.0.113.5",
    second: int = 0,
    size: int = 162,
    user: str = "-",
    agent: str = "Mozilla/5.0",
    referer: str = "-",
) -> str:
    """A line of an access log, `second` seconds after ten o'clock."""
    clock = f"{10 + second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}"
    return f'{address} - {user} [23/Nov/2026:{clock} +0900] "{request} HTTP/1.1" {status} {size} "{referer}" "{agent}"'


def sshd(message: str, second: int = 0) -> str:
    """A line that sshd wrote, `second` seconds after ten o'clock."""
    day, rest = divmod(second + 36_000, 86_400)
    clock = f"{rest // 3600:02}:{rest // 60 % 60:02}:{rest % 60:02}"
    return f"Nov {20 + day} {clock} web sshd[{1000 + second % 9000}]: {message}"
