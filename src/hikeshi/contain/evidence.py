"""Collecting evidence with a record of it: the intent before, the result after, a failure too (S1.2).

The record is an incident's casebook, or a journal beside the package where no casebook is at hand.
"""

import hashlib
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

from hikeshi.engines import evidence
from hikeshi.engines.common.problem import Problem
from hikeshi.engines.evidence import Order, Package, Taken
from hikeshi.engines.evidence.journal import Journal, beside
from hikeshi.engines.ledger.entry import Actor, Entry, timestamp


class Book(Protocol):
    """Where a collection is written down."""

    @property
    def name(self) -> str:
        """The incident's reference, or the journal's path."""

    def write(self, kind: str, data: Mapping[str, Any], texts: Mapping[str, str]) -> None:
        """Record one entry of this kind; `texts` are its fields of free text."""

    def keep(self, path: Path, name: str) -> None:
        """Keep the file with the record, where the record has a place for files."""


@dataclass(frozen=True)
class Outcome:
    """What was collected. `package` has been examined; `clock` is (ahead, within) of the other machine."""

    taken: Taken
    package: Package
    clock: tuple[timedelta, timedelta] | None
    book: str


class InJournal:
    """A journal beside the package, taken into a casebook later (`hikeshi evidence import`)."""

    def __init__(self, package: Path, actor: Actor) -> None:
        self._journal, self._actor = Journal(beside(package)), actor

    @property
    def name(self) -> str:
        return str(self._journal.path)

    def write(self, kind: str, data: Mapping[str, Any], texts: Mapping[str, str]) -> None:
        """One line. Free text stands in it as it is: here is no store for texts that can be disposed of."""
        self._journal.append(kind, 1, {**data, **texts}, self._actor)

    def keep(self, path: Path, name: str) -> None:
        """The package already lies beside the journal."""


class InCase:
    """An incident's casebook."""

    def __init__(self, case: Any, actor: Actor) -> None:
        self._case, self._actor = case, actor

    @property
    def name(self) -> str:
        return str(self._case.reference)

    def write(
        self, kind: str, data: Mapping[str, Any], texts: Mapping[str, str], *, at: datetime | None = None
    ) -> None:
        """One entry; its free texts are kept apart, disposable."""
        from hikeshi.casebook import services as casebook

        casebook.record(self._case, [entry_of(self._case, self._actor, kind, data, texts, at)])

    def keep(self, path: Path, name: str) -> None:
        from hikeshi.casebook import services as casebook

        with path.open("rb") as stream:
            casebook.keep_file(self._case, stream, name, self._actor, purpose="collection", max_bytes=1 << 40)


def entry_of(
    case: Any,
    actor: Actor,
    kind: str,
    data: Mapping[str, Any],
    texts: Mapping[str, str],
    at: datetime | None = None,
    version: int = 1,
) -> Entry:
    """An entry of one of the kinds of collection."""
    from hikeshi.casebook import services as casebook
    from hikeshi.engines.ledger.kinds import check, from_data

    blobs = {name: casebook.keep_text(case, said) for name, said in texts.items() if said}
    whole = {**data, **blobs}
    check(kind, version, whole)
    return Entry(from_data(kind, version, whole), actor, at, step="S1.2")


def collect(order: Order, book: Book, on_item: Callable[[str], None] | None = None) -> Outcome:
    """Write the intent, collect, examine, keep, write the result. Raises what `evidence.take` raises, recorded too."""
    host = order.host or "localhost"
    begun = {
        "collection": order.id,
        "host": host,
        "way": "ssh" if order.host else "here",
        "system": order.system,
        "stages": list(order.stages),
        "tool": f"hikeshi {order.version}".rstrip(),
    }
    book.write("collection.begun", begun, {"why": order.why})
    try:
        taken = evidence.take(order, on_item)
        package = evidence.verify(taken.path)
        book.keep(taken.path, taken.path.name)
    except BaseException as error:
        _failed(order, book, host, error)
        raise
    clock = clock_error(order, taken, package)
    book.write("collection.done", done(order, taken, package, clock), {})
    return Outcome(taken, package, clock, book.name)


def done(order: Order, taken: Taken, package: Package, clock: tuple[timedelta, timedelta] | None) -> dict[str, Any]:
    """The data of `collection.done`."""
    ahead, within = (round(one / timedelta(milliseconds=1)) for one in clock) if clock else (None, None)
    return {
        "collection": order.id,
        "host": order.host or package.host or "localhost",
        "name": taken.path.name,
        "sha256": taken.sha256,
        "size": taken.size,
        "manifest_sha256": package.manifest_sha256,
        # Nobody may have changed the file between its arrival and its examination.
        "intact": package.intact and package.sha256 == taken.sha256,
        "items": len(package.items),
        "failed": [item["name"] for item in package.failed][:100],
        "started": timestamp(package.moment("started") or taken.asked_at),
        "ended": timestamp(package.moment("ended") or taken.ended_at),
        "clock_ahead_ms": ahead,
        "clock_within_ms": within,
    }


def clock_error(order: Order, taken: Taken, package: Package) -> tuple[timedelta, timedelta] | None:
    """How far the other machine's clock is ahead of this one's, and within what bound. None for this machine.

    The collector said its time between the asking and the first byte that was heard.
    """
    started = package.moment("started")
    if not order.host or started is None:
        return None
    half = (taken.heard_at - taken.asked_at) / 2
    ahead = started - (taken.asked_at + half)
    return (ahead, half) if abs(ahead) < timedelta(days=36500) else None


def _failed(order: Order, book: Book, host: str, error: BaseException) -> None:
    part = order.out.with_name(order.out.name + ".part")
    sha256 = ""
    left = part if part.is_file() else order.out if order.out.is_file() and _is_new(error) else None
    if left is not None:
        with left.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        # Where there is no room for a second copy the first stays where it is; the failure is recorded all the same.
        with suppress(Problem, OSError):
            book.keep(left, left.name)
    code = error.code if isinstance(error, Problem) else type(error).__name__
    reason = str(error.params.get("reason", "")) if isinstance(error, Problem) else ""
    book.write(
        "collection.failed",
        {"collection": order.id, "host": host, "problem": code, "sha256": sha256},
        {"reason": reason[:2000]},
    )


def _is_new(error: BaseException) -> bool:
    """Whether what lies under the name was made by this collection, and is not an older file that stood in the way."""
    return not (isinstance(error, Problem) and error.code == "evidence.exists")
