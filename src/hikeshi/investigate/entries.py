"""Kinds of entry of step 2: logs that are read, what they show, and what a person makes of it."""

from dataclasses import field
from typing import Any, Literal

from hikeshi.engines.ledger.kinds import Blob, kind


@kind("investigate.folder_named", version=1)
class FolderNamed:
    """The owner named a folder on this machine from which logs may be taken."""

    path: str


@kind("investigate.folder_forgotten", version=1)
class FolderForgotten:
    """Logs may no longer be taken from this folder."""

    path: str


@kind("investigate.scan_asked", version=1)
class ScanAsked:
    """Somebody asked to have these kept files read as logs (S2.2). Until a result follows, the work is owed."""

    scan: str
    files: list[str]
    names: list[str]
    zone: str = ""
    year: int | None = None


@kind("investigate.scan_done", version=1)
class ScanDone:
    """The logs were read; the whole report is kept as evidence."""

    scan: str
    report: str
    lines: int
    events: int
    broken: int
    findings: int
    not_read: int


@kind("investigate.scan_failed", version=1)
class ScanFailed:
    """The logs could not be read; the files themselves are kept."""

    scan: str
    code: str
    params: dict[str, Any] = field(default_factory=dict)


@kind("investigate.finding_proposed", version=1)
class FindingProposed:
    """The log engine found something. It is no fact until a person says so."""

    finding: str
    scan: str
    found: str
    variant: str
    level: str
    success: Literal["yes", "no", "unknown"]
    confidence: str
    addresses: list[str]
    accounts: list[str]
    first: str
    last: str
    events: int
    params: dict[str, Any] = field(default_factory=dict)


@kind("investigate.event_chosen", version=1)
class EventChosen:
    """A person made a fact of one event of a log: which record of which file. The fact follows."""

    scan: str
    file: Blob
    record: int


@kind("investigate.finding_judged", version=1)
class FindingJudged:
    """A person said what a finding is: a fact, or something else."""

    finding: str
    verdict: Literal["fact", "suspicion", "wrong"]
    reason: Blob | None = None
