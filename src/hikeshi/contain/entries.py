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
