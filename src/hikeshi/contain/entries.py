"""The kinds of entry that the first hour adds to the record."""

from dataclasses import field
from typing import Literal

from hikeshi.engines.ledger.kinds import Blob, kind


@kind("card.answered", version=1)
class CardAnswered:
    """A card of the first hour was answered: what was seen, or that it is not known or cannot be done (S1.2, S1.3).

    `title` and `said` are the words that the person had before them: the record can be read without the cards.
    """

    card: str
    title: str
    answer: Literal["seen", "unknown", "cannot", "skipped"]
    said: list[str]
    chips: list[str] = field(default_factory=list)
    situation: str = ""
    text: Blob | None = None
    photos: list[str] = field(default_factory=list)
    checked: str = ""
    from_draft: bool = False


@kind("collection.begun", version=1)
class CollectionBegun:
    """Evidence is about to be collected from a machine: written before anything is done there (S1.2)."""

    collection: str
    host: str
    way: Literal["here", "ssh"]
    system: str
    stages: list[str]
    tool: str
    why: Blob | None = None


@kind("collection.done", version=1)
class CollectionDone:
    """Evidence was collected from a machine into one package, whose hash this is (S1.2).

    `failed` names the items that gave an error or were cut; `clock_ahead_ms` is how far that machine's clock was ahead
    of this one's, give or take `clock_within_ms`.
    """

    collection: str
    host: str
    name: str
    sha256: str
    size: int
    manifest_sha256: str
    intact: bool
    items: int
    failed: list[str]
    started: str
    ended: str
    clock_ahead_ms: int | None = None
    clock_within_ms: int | None = None


@kind("collection.failed", version=1)
class CollectionFailed:
    """Evidence could not be collected, or only in part; what had arrived is kept under `sha256` (S1.2)."""

    collection: str
    host: str
    problem: str
    sha256: str = ""
    reason: Blob | None = None


@kind("collection.imported", version=1)
class CollectionImported:
    """A package collected elsewhere was hashed again and taken in; what was wrong with it is named (S1.2)."""

    collection: str
    host: str
    name: str
    sha256: str
    size: int
    manifest_sha256: str
    intact: bool
    whole: bool
    files: int
    altered: list[str]
    missing: list[str]
    unlisted: list[str]
    refused: list[str]
    started: str
    ended: str
    collected_by: Blob | None = None
    why: Blob | None = None


@kind("isolation.intended", version=1)
class IsolationIntended:
    """A host is about to be cut off the network, the cut to be kept, or to be undone (S1.3a).

    `timer`: seconds after which the host goes back by itself unless confirmed; 0 for none.
    """

    isolation: str
    host: str
    verb: Literal["on", "confirm", "off"]
    way: Literal["here", "ssh"]
    allow: list[str]
    timer: int
    tool: str


@kind("isolation.done", version=1)
class IsolationDone:
    """How the host stands after it: what worked, what failed, what may still pass, and how it is undone (S1.3a)."""

    isolation: str
    host: str
    machine: str
    verb: Literal["on", "confirm", "off"]
    state: Literal["isolated", "pending", "open", "lost", "undoing", "unknown"]
    already: bool
    allow: list[str]
    layers: list[str]
    worked: list[str]
    failed: list[str]
    after_reboot: bool
    undo: str
    seconds_left: int | None = None
    cut_us: int | None = None
    output: Blob | None = None


@kind("isolation.failed", version=1)
class IsolationFailed:
    """A host could not be cut off, or its answer broke off: how it stands must be looked at (S1.3a)."""

    isolation: str
    host: str
    verb: Literal["on", "confirm", "off"]
    problem: str
    last_step: str = ""
    reason: Blob | None = None


@kind("isolation.noticed", version=1)
class IsolationNoticed:
    """A later look at the host found another state than the record had: the timer ran out, another hand."""

    host: str
    machine: str
    state: Literal["isolated", "pending", "open", "lost", "undoing", "unknown"]


@kind("account.named", version=1)
class AccountNamed:
    """One of the person's accounts is to be closed to others; named again, it corrects what was said of it (S1.3b).

    `label` tells several of one service apart. `recovered_by` are the accounts whose mail or sign-in opens this one.
    """

    account: str
    service: str
    name: str
    suspected: Literal["yes", "no", "unknown"]
    recovered_by: list[str] = field(default_factory=list)
    label: Blob | None = None


@kind("account.dropped", version=1)
class AccountDropped:
    """An account was named by mistake: it is not the person's, or it is named already."""

    account: str
    name: str


@kind("account.step_done", version=1)
class AccountStepDone:
    """A trace was secured, a way in closed, or a check made at the service's own page, with what was seen (S1.3b).

    `title` is what the person was asked to do. `photos` are all proofs attached to this step so far.
    """

    account: str
    service: str
    name: str
    step: str
    phase: Literal["proof", "revoke", "verify"]
    title: str
    answer: Literal["seen", "not_there", "cannot", "unknown", "later"]
    photos: list[str] = field(default_factory=list)
    text: Blob | None = None


@kind("account.closed", version=1)
class AccountClosed:
    """Nobody else can use this account any more: every way in is closed and each check has its proof (S1.3b).

    `lost` names the traces that could not be secured.
    """

    account: str
    service: str
    name: str
    proofs: list[str]
    lost: list[str] = field(default_factory=list)


@kind("account.left_open", version=1)
class AccountLeftOpen:
    """Every step has its answer and the account still stands open: `missing` are the steps that keep it so (S1.3b)."""

    account: str
    service: str
    name: str
    missing: list[str]


@kind("account.intended", version=1)
class AccountIntended:
    """A program is about to close an account: written before anything is done (S1.3b).

    `account` is the one of this incident that it belongs to; empty when none was named.
    """

    run: str
    account: str
    service: str
    user: str
    host: str
    steps: list[str]
    tool: str


@kind("account.done", version=1)
class AccountDone:
    """How an account stands after a program closed it: what worked, what failed, and how it is undone (S1.3b).

    `output_sha256` is the hash of everything that the host or the service answered.
    """

    run: str
    account: str
    service: str
    user: str
    host: str
    state: Literal["closed", "open", "unknown"]
    worked: list[str]
    failed: list[str]
    output_sha256: str
    undo: str = ""
    requests: list[str] = field(default_factory=list)
    output: Blob | None = None


@kind("account.failed", version=1)
class AccountFailed:
    """A program could not close an account, or its answer broke off: how it stands must be looked at (S1.3b)."""

    run: str
    account: str
    service: str
    user: str
    host: str
    problem: str
    reason: Blob | None = None
