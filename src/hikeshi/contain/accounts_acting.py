"""Closing an account by program with a record of it: the intent before, the result after, a failure too (S1.3b)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from hikeshi.contain.isolation import InJournal
from hikeshi.engines.accounts import Report
from hikeshi.engines.common.problem import Problem
from hikeshi.engines.ledger.entry import Actor

OUTPUT = 20_000


@dataclass
class InCase:
    """An incident's casebook. `account`: the one of its list that this run belongs to; empty when none does."""

    case: Any
    actor: Actor
    account: str = ""

    @property
    def name(self) -> str:
        return str(self.case.reference)

    def write(self, kind: str, data: Mapping[str, Any], texts: Mapping[str, str]) -> None:
        """One entry; its free texts are kept apart, disposable."""
        from hikeshi.casebook import services as casebook
        from hikeshi.engines.ledger.kinds import check, from_data

        whole = {**data, **{name: casebook.keep_text(self.case, said) for name, said in texts.items() if said}}
        check(kind, 1, whole)
        casebook.record(self.case, [casebook.Entry(from_data(kind, 1, whole), self.actor, step="S1.3b")])

    def keep(self, files: Mapping[str, bytes]) -> None:
        """The answers as they came and each proof that was in them, as evidence."""
        from hikeshi.casebook import services as casebook

        made = [
            casebook.evidence_entry(self.case, content, name, self.actor) for name, content in files.items() if content
        ]
        if made:
            casebook.record(self.case, made)


Book = InCase | InJournal


def run(book: Book, service: str, user: str, host: str, steps: Sequence[str], act: Callable[[], Report]) -> Report:
    """Write the intent, do it, write the result. Raises what the engine raises, after it is recorded.

    Unlike a cut, nothing is closed that cannot be written down first: accounts wait, a spreading attack does not.
    """
    about = {
        "run": uuid4().hex[:16],
        "account": book.account if isinstance(book, InCase) else "",
        "service": service,
        "user": user[:200],
        "host": host[:200],
    }
    book.write("account.intended", {**about, "steps": list(steps), "tool": f"hikeshi {_version()}"}, {})
    try:
        report = act()
    except BaseException as error:
        code = error.code if isinstance(error, Problem) else type(error).__name__
        reason = str(error.params.get("detail", "")) if isinstance(error, Problem) else ""
        book.write("account.failed", {**about, "problem": code}, {"reason": reason})
        raise
    if isinstance(book, InCase):
        name = f"{service}-{about['run']}"
        proofs = {f"{name}-{kind}" + ("" if "." in kind else ".txt"): file for kind, file in report.files.items()}
        book.keep({f"{name}.txt": report.said, **proofs})
    book.write("account.done", {**about, **_done(report)}, {"output": _shown(report.said)})
    if isinstance(book, InCase) and book.account:
        _tick(book, report)
    return report


def traces_left(book: Book, lang: str) -> list[str]:
    """What is to be done for the proof that only a person can take and nobody has answered: closing destroys some."""
    from hikeshi.contain import accounts_reading

    if not isinstance(book, InCase) or not book.account:
        return []
    one = accounts_reading.standing(book.case, book.account)
    if one is None:
        return []
    answers = one.progress.answers
    left = [each for each in one.account.phase("proof") if answers.get(each.id, "later") == "later"]
    return [one.said(each, lang).do for each in left if not each.done_by]


def _done(report: Report) -> dict[str, Any]:
    return {
        "state": report.state,
        "worked": [step.name for step in report.steps if step.result in ("ok", "done")][:200],
        "failed": [f"{step.name} {step.detail}".strip()[:200] for step in report.failed][:200],
        "output_sha256": report.sha256,
        "undo": report.undo[:500],
        "requests": report.requests[:500],
    }


def _tick(book: InCase, report: Report) -> None:
    """The account's steps that the program did and saw done get its answers as their proof; the rest stay open."""
    from hikeshi import words
    from hikeshi.contain import accounts_reading, accounts_recording

    worked = {step.name for step in report.steps if step.result in ("ok", "done")}
    one = accounts_reading.standing(book.case, book.account)
    for step in one.account.steps if one else ():
        answered = one.rows.get(step.id) if one else None
        by_program = step.done_by and set(step.done_by) <= worked
        if one and by_program and (answered is None or answered.answer != "seen"):
            done = accounts_recording.Done("seen", kept=(report.sha256,))
            one = accounts_recording.do_step(book.case, book.actor, one, step.id, done, lang=words.user_language())


def _shown(said: bytes) -> str:
    return said.decode("utf-8", "replace")[:OUTPUT]


def _version() -> str:
    from hikeshi import __version__

    return __version__
