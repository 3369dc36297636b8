"""What a scan answers: files, findings, log-ins, and what was not read; as data that can cross a pipe as JSON."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from ..common.mynumber import masked_in
from ..common.problem import Problem

Level = Literal["high", "medium", "low"]
Success = Literal["yes", "no", "unknown"]


@dataclass(slots=True)
class Sample:
    """One line as evidence: where it stands (`offset` in bytes of the unpacked file) and its text."""

    file: str
    line: int
    offset: int
    raw: str
    time: float | None = None


@dataclass(slots=True)
class Actor:
    """What one address did within a finding."""

    address: str
    events: int
    first: float
    last: float


@dataclass(slots=True)
class Finding:
    """Something that the lines show. `variant` and `params` choose and fill the title in the texts of its kind.

    `success` is "yes" only where lines say so. `settle` names texts: what would settle what is not known.
    `entered` is the time of the first line that says so.
    `events` counts lines; `attempts` may be more or fewer, since sshd writes several lines for one attempt.
    """

    kind: str
    variant: str
    level: Level
    success: Success
    confidence: Level
    addresses: list[str]
    accounts: list[str]
    hosts: list[str]
    first: float
    last: float
    events: int
    attempts: int = 0
    params: dict[str, Any] = field(default_factory=dict)
    samples: list[Sample] = field(default_factory=list)
    settle: list[str] = field(default_factory=list)
    targets: list[str] = field(default_factory=list)
    actors: list[Actor] = field(default_factory=list)
    entered: float | None = None

    @property
    def folder(self) -> Path:
        """Where its texts lie (`ja.toml`, `en.toml`)."""
        return Path(__file__).parent / "findings" / self.kind


@dataclass(slots=True)
class LogIn:
    """A successful log-in, by account, address and method."""

    service: str
    account: str
    address: str
    method: str
    host: str
    first: float
    last: float
    events: int


@dataclass(slots=True)
class Hit:
    """One rule that matched: `rule` has id, title, level, author (whose work must be named) and source."""

    rule: dict[str, Any]
    count: int
    first: float | None
    last: float | None
    samples: list[Sample] = field(default_factory=list)


@dataclass(slots=True)
class FileReport:
    """One file. `errors` counts broken lines, of which the first few are kept in `broken`.

    `clock_error`: the seconds by which the times were corrected, because that clock was fast (below 0: slow).
    `unset` counts lines of a clock that was not set (see clocks.py); `first` and `last` leave them out.
    """

    path: str
    format: str
    encoding: str = "utf-8"
    zone: str = ""
    clock_error: float = 0.0
    lines: int = 0
    events: int = 0
    errors: int = 0
    unset: int = 0
    first: float | None = None
    last: float | None = None
    broken: list[Sample] = field(default_factory=list)
    formats: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class Report:
    """The whole answer. Times are seconds since 1970 UTC; `as_json` gives RFC 3339."""

    files: list[FileReport] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    logins: list[LogIn] = field(default_factory=list)
    not_read: list[tuple[str, Problem]] = field(default_factory=list)
    events: int = 0
    lines: int = 0
    seconds: float = 0.0
    forgotten: int = 0
    hits: list[Hit] = field(default_factory=list)
    story: dict[str, Any] = field(default_factory=dict)
    old_packs: list[str] = field(default_factory=list)
    """Rule packs that an earlier version compiled: made anew, they might see more."""

    def to_wire(self) -> dict[str, Any]:
        """As JSON; a My Number that a line held is masked, since it stands in no report."""
        wire = asdict(self) | {"not_read": [[path, p.code, p.params] for path, p in self.not_read]}
        clean: dict[str, Any] = masked_in(wire)[0]
        return clean

    @classmethod
    def from_wire(cls, wire: dict[str, Any]) -> Report:
        report = cls(**{k: wire[k] for k in ("events", "lines", "seconds", "forgotten", "story")})
        report.old_packs = wire.get("old_packs", [])
        report.not_read = [(path, Problem(code, **params)) for path, code, params in wire["not_read"]]
        report.logins = [LogIn(**one) for one in wire["logins"]]
        report.files = [FileReport(**one | {"broken": [Sample(**s) for s in one["broken"]]}) for one in wire["files"]]
        report.hits = [Hit(**one | {"samples": [Sample(**s) for s in one["samples"]]}) for one in wire["hits"]]
        for one in wire["findings"]:
            samples, actors = [Sample(**s) for s in one["samples"]], [Actor(**a) for a in one["actors"]]
            report.findings.append(Finding(**one | {"samples": samples, "actors": actors}))
        return report


def rfc3339(time: float | None) -> str | None:
    """UTC to the second, or to the microsecond where the log has one; None stays None."""
    if time is None:
        return None
    moment = datetime.fromtimestamp(time, UTC)
    return moment.isoformat(timespec="microseconds" if moment.microsecond else "seconds").replace("+00:00", "Z")
