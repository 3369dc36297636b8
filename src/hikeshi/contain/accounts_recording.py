"""Records what was done about an account: named, each step with its proof, and how it ends. Secrets are refused."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, BinaryIO
from uuid import uuid4

from hikeshi.casebook import services as casebook
from hikeshi.contain import accounts_facts
from hikeshi.contain import accounts_reading as reading
from hikeshi.contain.accounts import ordering
from hikeshi.contain.accounts.accounts import services
from hikeshi.contain.accounts.guard import looks_secret
from hikeshi.contain.accounts_reading import OTHER, Standing
from hikeshi.contain.entries import AccountClosed, AccountDropped, AccountLeftOpen, AccountNamed, AccountStepDone
from hikeshi.engines.common.problem import Problem
from hikeshi.engines.ledger.entry import Actor

STEP = "S1.3b"
PHOTO_LIMIT = 60 * 1024 * 1024
TEXT_LIMIT, LABEL_LIMIT = 2000, 60
SUSPICIONS = ("yes", "no", "unknown")
ANSWERS = ("seen", "not_there", "cannot", "unknown", "later")


@dataclass(frozen=True)
class Said:
    """What a person said of an account."""

    label: str = ""
    suspected: str = "unknown"
    recovered_by: tuple[str, ...] = ()


@dataclass(frozen=True)
class Done:
    """The answer to a step. `kept`: hashes of proofs that lie in the evidence store already."""

    answer: str
    text: str = ""
    photos: Sequence[tuple[BinaryIO, str]] = field(default=())
    kept: tuple[str, ...] = ()


def name_accounts(
    case: Any, actor: Actor, chosen: Iterable[str], about: Said, *, lang: str, request_id: str | None = None
) -> list[str]:
    """Put accounts on the list, one for each service chosen; their ids. Sent twice under one number: named once."""
    shelf, wanted = services(), list(dict.fromkeys(chosen))
    if not wanted:
        raise Problem("contain.account_choose")
    if unknown := [name for name in wanted if name not in shelf]:
        raise Problem("contain.no_such_service", service=unknown[0][:60])
    label = _label(about)
    if OTHER in wanted and not label:
        raise Problem("contain.account_which")
    made = [
        AccountNamed(
            account=uuid4().hex[:16],
            service=name,
            name=shelf[name].words[lang].name,
            suspected=about.suspected,  # type: ignore[arg-type]
            label=casebook.keep_text(case, label) if label else None,
        )
        for name in wanted
    ]
    entries = [casebook.Entry(one, actor, step=STEP) for one in made]
    recorded = casebook.record(case, entries, request_id=request_id)
    return [one.data["account"] for one in recorded if one.kind == "account.named"]


def say_more(case: Any, actor: Actor, one: Standing, about: Said, *, lang: str, request_id: str | None = None) -> None:
    """Correct what was said of an account: which one it is, the suspicion, what opens it again."""
    label = _label(about)
    if one.row.service == OTHER and not label:
        raise Problem("contain.account_which")
    others = {other.id for other in reading.standings(case)} - {one.id}
    data = AccountNamed(
        account=one.id,
        service=one.row.service,
        name=one.words(lang).name,
        suspected=about.suspected,  # type: ignore[arg-type]
        recovered_by=[name for name in about.recovered_by if name in others],
        label=casebook.keep_text(case, label) if label else None,
    )
    casebook.record(case, [casebook.Entry(data, actor, step=STEP, corrects=one.row.number)], request_id=request_id)


def drop(case: Any, actor: Actor, one: Standing, *, lang: str, request_id: str | None = None) -> None:
    """Take an account off the list that was named by mistake; what was recorded of it stays in the record."""
    data = AccountDropped(account=one.id, name=one.name(lang)[:200] if not one.label else one.words(lang).name)
    casebook.record(case, [casebook.Entry(data, actor, step=STEP, corrects=one.row.number)], request_id=request_id)


def do_step(
    case: Any, actor: Actor, one: Standing, step: str, done: Done, *, lang: str, request_id: str | None = None
) -> Standing:
    """Record the answer to a step with its proof; with the last one, how the account ends. The account afterwards."""
    found = next((each for each in one.account.steps if each.id == step), None)
    if found is None:
        raise Problem("contain.no_such_account")
    check(found.phase, done, attached=bool(one.progress.attached.get(step) or done.kept))
    once: dict[str, Any] = {"purpose": "photo", "form": request_id, "max_bytes": PHOTO_LIMIT}
    photos = [casebook.keep_file(case, stream, name, actor, **once).data["sha256"] for stream, name in done.photos]
    earlier, said, text = one.rows.get(step), one.said(found, lang), done.text.strip()
    data = AccountStepDone(
        account=one.id,
        service=one.row.service,
        name=one.words(lang).name,
        step=step,
        phase=found.phase,  # type: ignore[arg-type]
        title=said.do,
        answer=done.answer,  # type: ignore[arg-type]
        photos=list(dict.fromkeys([*(earlier.photos if earlier else []), *photos, *done.kept])),
        text=casebook.keep_text(case, text) if text else None,
    )
    entry = casebook.Entry(data, actor, step=STEP, corrects=earlier.number if earlier else None)
    progress = ordering.Progress(
        {**one.progress.answers, step: data.answer}, {**one.progress.attached, step: tuple(data.photos)}
    )
    casebook.record(case, [entry, *_ended(case, one, progress, actor, lang)], request_id=request_id)
    return reading.standing(case, one.id) or one


def check(phase: str, done: Done, *, attached: bool) -> None:
    """Raise a Problem unless this answer can be taken."""
    if done.answer not in ANSWERS:
        raise Problem("contain.choose_one")
    if len(done.text) > TEXT_LIMIT:
        raise Problem("contain.text_too_long", limit=TEXT_LIMIT)
    if looks_secret(done.text):
        raise Problem("contain.account_secret")
    if phase == "verify" and done.answer == "seen" and not (done.photos or attached):
        raise Problem("contain.account_attach")


def _ended(case: Any, one: Standing, progress: ordering.Progress, actor: Actor, lang: str) -> list[Any]:
    """The entry that says how the account ends, once every step has its answer, and what the facts gain by it."""
    if ordering.next_step(one.account, progress) is not None:
        return []
    told, outcome = one.words(lang).steps, ordering.outcome(one.account, progress)
    about = {"account": one.id, "service": one.row.service, "name": one.words(lang).name}
    if outcome.ending == "closed_with_proof":
        proofs = [sha for step in one.account.phase("verify") for sha in progress.attached.get(step.id, ())]
        made: Any = AccountClosed(**about, proofs=proofs, lost=[told[name].do for name in outcome.lost])
    else:
        made = AccountLeftOpen(**about, missing=[told[name].do for name in outcome.missing])
    closed = outcome.ending == "closed_with_proof"
    facts = accounts_facts.entries(case, one, actor, lang, closed=closed) if closed or one.state == "closed" else []
    return [casebook.Entry(made, actor, step=STEP), *facts]


def _label(about: Said) -> str:
    label = " ".join(about.label.split())
    if about.suspected not in SUSPICIONS:
        raise Problem("contain.choose_one")
    if len(label) > LABEL_LIMIT:
        raise Problem("contain.text_too_long", limit=LABEL_LIMIT)
    if looks_secret(label):
        raise Problem("contain.account_secret")
    return label
