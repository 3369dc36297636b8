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
class ScanAsked1:
    """Somebody asked to have these kept files read as logs (S2.2). Read, no longer written."""

    scan: str
    files: list[str]
    names: list[str]
    zone: str = ""
    year: int | None = None


@kind("investigate.scan_asked", version=2)
class ScanAsked:
    """Somebody asked to have these kept files read as logs (S2.2). Until a result follows, the work is owed.

    `clock_error`: how many seconds the clock of the machine that wrote them was fast (below 0: slow).
    """

    scan: str
    files: list[str]
    names: list[str]
    zone: str = ""
    year: int | None = None
    clock_error: int = 0


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


@kind("investigate.people_asked", version=1)
class PeopleAsked:
    """Somebody asked how many people these files hold data of (S2.3). Until a result follows, the work is owed.

    `files`: kept files, by their SHA-256; `place`: a folder of this machine that is read where it lies.
    """

    counting: str
    files: list[str] = field(default_factory=list)
    place: Blob | None = None


@kind("investigate.people_counted", version=1)
class PeopleCounted:
    """The people were counted: numbers only, `kinds` says of how many people each kind of data is.

    The whole report (which files, what could not be examined) is kept as evidence; no value that was found is in it.
    """

    counting: str
    report: str
    at_least: int
    estimate: int
    at_most: int
    files: int
    not_examined: int
    kinds: dict[str, int] = field(default_factory=dict)


@kind("investigate.people_failed", version=1)
class PeopleFailed:
    """The people could not be counted; the files themselves are as they were."""

    counting: str
    code: str
    params: dict[str, int] = field(default_factory=dict)


@kind("investigate.people_confirmed", version=1)
class PeopleConfirmed:
    """A person made facts of a count: which, and how sure. The facts follow."""

    counting: str
    status: Literal["suspected", "confirmed"]
    keys: list[str] = field(default_factory=list)
