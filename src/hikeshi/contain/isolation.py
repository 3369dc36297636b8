"""Cutting a host off with a record of it: the intent before, the result after, a failure too (S1.3a).

The record is an incident's casebook, or a journal where no casebook is at hand. Evidence comes before the cut.
"""

import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol
from uuid import uuid4

from hikeshi.engines import isolation
from hikeshi.engines.common.problem import Problem
from hikeshi.engines.evidence.journal import Journal
from hikeshi.engines.isolation import Local, Place, Plan, Report
from hikeshi.engines.ledger.entry import Actor, Entry
from hikeshi.engines.ledger.kinds import check, from_data

OUTPUT = 20_000
HURRY_MS = 5000


class Book(Protocol):
    """Where it is written down."""

    @property
    def name(self) -> str:
        """The incident's reference, or the journal's path."""

    def write(self, kind: str, data: Mapping[str, Any], texts: Mapping[str, str]) -> None:
        """Record one entry of this kind; `texts` are its fields of free text."""


@dataclass
class InJournal:
    """A journal of its own; `hikeshi evidence import` takes it into an incident later."""

    path: Path
    actor: Actor
    _journal: Journal | None = field(default=None, repr=False)

    @property
    def name(self) -> str:
        return str(self.path)

    def write(self, kind: str, data: Mapping[str, Any], texts: Mapping[str, str]) -> None:
        """One line, on the disk before it is acknowledged."""
        if self._journal is None:
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._journal = Journal(self.path)
        self._journal.append(kind, 1, {**data, **texts}, self.actor)


@dataclass
class InCase:
    """An incident's casebook."""

    case: Any
    actor: Actor

    @property
    def name(self) -> str:
        return str(self.case.reference)

    def write(self, kind: str, data: Mapping[str, Any], texts: Mapping[str, str]) -> None:
        """One entry; its free texts are kept apart, disposable."""
        from hikeshi.casebook import services as casebook

        casebook.record(self.case, [entry_of(self.case, self.actor, kind, data, texts)])


def entry_of(case: Any, actor: Actor, kind: str, data: Mapping[str, Any], texts: Mapping[str, str]) -> Entry:
    """An entry of one of the kinds of isolation."""
    from hikeshi.casebook import services as casebook

    whole = {**data, **{name: casebook.keep_text(case, said) for name, said in texts.items() if said}}
    check(kind, 1, whole)
    return Entry(from_data(kind, 1, whole), actor, step="S1.3a")


def act(verb: str, place: Place, plan: Plan, book: Book, *, folder: str | None = None) -> Report:
    """Write the intent, do it, try what must and must not pass, write the result. Raises what the engine raises.

    A record that cannot be written keeps nobody from cutting: the evidence of a spreading attack is worth less than
    stopping it. Then the problem is `report.steps`' "recorded failed", and the host's own journal has the lines.
    """
    number = uuid4().hex
    about = {"isolation": number, "host": place.name, "verb": verb}
    intended = {
        **about,
        "way": "ssh" if place.remote else "here",
        "allow": [str(entry) for entry in plan.allow],
        "timer": plan.timer,
        "tool": f"hikeshi {_version()}",
    }
    unwritten = _write(book, "isolation.intended", intended, {})
    try:
        report = isolation.act(verb, place, plan, folder=folder)
        if verb == "on":
            report.steps += isolation.tried(plan.allow) if isinstance(place, Local) else _asked_again(place, folder)
    except BaseException as error:
        _write(book, "isolation.failed", {**about, **_failure(error)}, {"reason": _reason(error)})
        raise
    unwritten = (
        _write(book, "isolation.done", {**about, **_done(report)}, {"output": report.said[:OUTPUT]}) or unwritten
    )
    if unwritten:
        report.steps.append(isolation.Step("recorded", "failed", unwritten))
    return report


def look(place: Place, *, folder: str | None = None) -> Report:
    """How a host stands; changes and records nothing."""
    return isolation.act("status", place, folder=folder)


def noticed(report: Report, case: Any, actor: Actor) -> bool:
    """Record a state that the record does not know yet (the timer ran out, another hand undid it); was it new."""
    from hikeshi.casebook import services as casebook

    kinds = ["isolation.done", "isolation.noticed"]
    last = next(
        (one for one in casebook.entries(case, kinds=kinds, newest_first=True) if one.data["host"] == report.where),
        None,
    )
    if last is None or last.data["state"] == report.state:
        return False
    data = {"host": report.where, "machine": report.host[:200], "state": report.state}
    casebook.record(case, [entry_of(case, actor, "isolation.noticed", data, {})])
    return True


def hurry() -> None:
    """Wait for a database that another program holds only as long as a cut can wait. Needs Django."""
    from django.db import connection

    if connection.vendor == "sqlite":
        with suppress(Exception), connection.cursor() as cursor:
            cursor.execute(f"PRAGMA busy_timeout = {HURRY_MS}")


def folder_at_hand() -> Path:
    """Where journals and packages lie when no casebook is at hand: in the data folder, but beside any casebook."""
    if named := os.environ.get("HIKESHI_DATA"):
        return Path(named).expanduser() / "isolation"
    import platformdirs

    return Path(platformdirs.user_data_dir("hikeshi", appauthor=False)) / "isolation"


def fresh_name(host: str) -> str:
    """A name for a file of this host and moment."""
    safe = "".join(c if c.isascii() and (c.isalnum() or c in ".-_") else "_" for c in host)[:80]
    return f"{safe}-{datetime.now(UTC):%Y%m%dT%H%M%S%f}Z"


def _asked_again(place: Place, folder: str | None) -> list[isolation.Step]:
    """A new connection, as the confirmation will need one."""
    try:
        isolation.act("status", place, folder=folder)
    except Problem as problem:
        return [isolation.Step("reached_again", "failed", problem.code)]
    return [isolation.Step("reached_again", "ok")]


def _done(report: Report) -> dict[str, Any]:
    return {
        "machine": report.host[:200],
        "state": report.state,
        "already": report.already,
        "allow": report.allow[:1000],
        "layers": report.layers,
        "worked": [step.name for step in report.steps if step.result == "ok"][:200],
        "failed": [f"{step.name} {step.detail}".strip()[:200] for step in report.failed][:200],
        "seconds_left": report.seconds_left,
        "after_reboot": report.after_reboot,
        "cut_us": None if report.cut_ms is None else round(report.cut_ms * 1000),
        "undo": report.undo,
    }


def _failure(error: BaseException) -> dict[str, Any]:
    if isinstance(error, Problem):
        return {"problem": error.code, "last_step": str(error.params.get("step", ""))[:200]}
    return {"problem": type(error).__name__, "last_step": ""}


def _reason(error: BaseException) -> str:
    return str(error.params.get("detail", "")) if isinstance(error, Problem) else ""


def _write(book: Book, kind: str, data: Mapping[str, Any], texts: Mapping[str, str]) -> str:
    try:
        book.write(kind, data, texts)
    except Exception as error:  # whatever it is, also a locked or damaged database: it must not keep us from cutting
        return named(error)
    return ""


def named(error: Exception) -> str:
    """An error in one line: a Problem by its code, any other by its kind and words."""
    return error.code if isinstance(error, Problem) else f"{type(error).__name__}: {error}"[:300]


def _version() -> str:
    from hikeshi import __version__

    return __version__


__all__ = ["InCase", "InJournal", "act", "folder_at_hand", "fresh_name", "hurry", "look", "named", "noticed"]
