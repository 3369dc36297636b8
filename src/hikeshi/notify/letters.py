"""A document of a case on its way out: draft, facts checked, approved, sent, proved. Exactly one text at each step.

The text is made from the facts alone. Its hash is what people approve; a fact that changes makes another text, whose
steps begin anew. The date printed is the day on which the facts were checked.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from hikeshi.casebook import services as casebook
from hikeshi.engines import paper
from hikeshi.engines.common.problem import Problem
from hikeshi.engines.paper.model import Document, blanks
from hikeshi.notify import documents, done, lawfiles, standing, wording
from hikeshi.notify.documents import Kind, Parties, Party, pieces
from hikeshi.notify.entries import DocumentChecked, DocumentProved, DocumentSent, DocumentWithoutLawyer, DutyMet
from hikeshi.notify.models import Letter, Sender
from hikeshi.notify.standing import Row
from hikeshi.prepare import services as prepare

STAGES = documents.STAGES
# A stage of a document and the deadline that it meets.
DUTY_STAGE = {"preliminary": "first", "follow_up": "first", "final": "final"}
STEPS = ("draft", "checked", "approved", "lawyer", "sent", "proved")


@dataclass(frozen=True)
class Paper:
    """A document as the facts stand, and how far exactly this text has come."""

    kind: Kind
    lang: Any
    stage: documents.Stage
    document: Document
    text: str
    sha256: str
    used: tuple[str, ...]
    made_at: datetime
    letter: Letter | None
    leader: Any = None
    lawyer: Any = None

    @property
    def key(self) -> str:
        """What entries and approvals call it."""
        return key_of(self.kind.id, self.stage)

    @property
    def approved(self) -> bool:
        return self.leader is not None

    @property
    def blanks(self) -> tuple[str, ...]:
        return blanks(self.document)

    @property
    def reached(self) -> dict[str, bool]:
        """Which of the steps exactly this text has behind it."""
        letter = self.letter
        return {
            "draft": True,
            "checked": letter is not None and letter.checked_at is not None,
            "approved": self.approved,
            "lawyer": self.lawyer is not None or bool(letter and letter.no_lawyer_sha256),
            "sent": bool(letter and letter.sent_at),
            "proved": bool(letter and letter.proved_at),
        }


class _Used(Mapping[str, Any]):
    """The facts, noting which of them a document asks for."""

    def __init__(self, facts: Mapping[str, Any]) -> None:
        self.facts = facts
        self.asked: dict[str, None] = {}

    def __getitem__(self, key: str) -> Any:
        self.asked[key] = None
        return self.facts[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self.facts)

    def __len__(self) -> int:
        return len(self.facts)


def key_of(kind: str, stage: str) -> str:
    return kind if stage == "preliminary" else f"{kind}.{stage}"


def facts_of(case: Any, lang: Any) -> dict[str, wording.Fact]:
    """The case's facts as documents read them, free words included, and what follows from what was told."""
    stated = {
        key: wording.Fact(
            value=fact.value,
            status=fact.status,
            text=casebook.fact_words(case, fact, lang),
            recorded_at=fact.recorded_at,
            source=fact.source,
        )
        for key, fact in casebook.facts(case).items()
        if key in wording.vocabulary()
    }
    return stated | done.answered(stated, standing.told(case), lang)


def sender(workspace: Any) -> dict[str, str]:
    """Who letters come from: what was written for it, else what preparation knows."""
    row = Sender.objects.filter(chain_id=workspace.pk).first()
    leader = next((role for role in prepare.roles(workspace, "ja") if role["key"] == "leader"), {})
    known = {
        "name": workspace.name,
        "person": leader.get("name", ""),
        "phone": leader.get("phone", ""),
        "email": leader.get("mail", ""),
    }
    return {**known, **{name: value for name, value in (row.data if row else {}).items() if value}}


def parties(workspace: Any, kind: Kind, lang: Any) -> Parties:
    """Sender and addressee. The addressee's kind of contact stands in the document's own texts."""
    said = sender(workspace)
    business = said.pop("business", "")
    contact = pieces.texts_of(kind.folder, lang).get("addressee")
    found = prepare.insurance(workspace, lang) if contact == "insurance" else []
    to = found[0] if found else None
    return Parties(
        sender=Party(**said),
        addressee=Party(name=to["name"], person=to.get("person", "")) if to else None,
        business=business,
        policy_number=to.get("policy_no", "") if to else "",
    )


def paper_of(case: Any, kind_id: str, lang: Any, stage: documents.Stage, now: datetime | None = None) -> Paper:
    """The document now; with the steps of its last check if the text is still the same. Problem for an unknown kind."""
    kind = documents.kinds().get(kind_id)
    if kind is None or stage not in STAGES:
        raise Problem("notify.no_such_document", kind=kind_id, known="、".join(documents.kinds()))
    now = now or casebook.now()
    facts = facts_of(case, lang)
    of = parties(casebook.workspace_of(case), kind, lang)
    last = (
        Letter.objects.filter(chain_id=case.chain_id, document=key_of(kind.id, stage), language=lang)
        .exclude(checked_at=None)
        .order_by("-checked_at")
        .first()
    )
    if last is not None and last.checked_at is not None:
        paper_then = _made(case, kind, lang, stage, facts, of, last.checked_at)
        if paper_then.sha256 == last.sha256:
            return _standing(case, replace(paper_then, letter=last))
    return _made(case, kind, lang, stage, facts, of, now)


def _made(case: Any, kind: Kind, lang: Any, stage: Any, facts: Mapping[str, Any], of: Parties, at: datetime) -> Paper:
    used = _Used(facts)
    document = documents.build(kind.id, used, of, lang, now=at, drill=case.drill, stage=stage, reference=case.reference)
    text = paper.to_text(document)
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    return Paper(kind, lang, stage, document, text, sha256, tuple(used.asked), at, None)


def _standing(case: Any, found: Paper) -> Paper:
    given = casebook.approvals(case, f"document:{found.key}", found.sha256)
    leader = next((approval for approval in given if approval.by == "leader"), None)
    lawyer = next((approval for approval in given if approval.by == "lawyer"), None)
    return replace(found, leader=leader, lawyer=lawyer)


def printed(found: Paper, form: str) -> bytes:
    """The document as "pdf", "docx" or "html"; marked as a draft until exactly this text was approved."""
    document = replace(found.document, draft=not found.approved)
    if form == "html":
        return paper.to_page(document).encode()
    return paper.to_pdf(document, substitute=True) if form == "pdf" else paper.to_docx(document)


def earlier(case: Any, kind_id: str, lang: Any) -> list[Letter]:
    """The texts of this kind that went out, newest first."""
    keys = [key_of(kind_id, stage) for stage in STAGES]
    sent = Letter.objects.filter(chain_id=case.chain_id, document__in=keys, language=lang).exclude(sent_at=None)
    return list(sent.order_by("-sent_at"))


# --- the steps ------------------------------------------------------------------------------------------------------


def check(case: Any, found: Paper, actor: casebook.Actor, **named: Any) -> casebook.Recorded:
    """Record that the facts of exactly this text were checked; the text is kept."""
    _no_objections(case, found)
    kept = casebook.keep_text(case, found.text)
    data = DocumentChecked(document=found.key, language=found.lang, sha256=found.sha256, text=kept)
    # The moment of the text itself: its date must be the date that it bears when it is made again.
    return _record(case, found, [data], actor, at=found.made_at, **named)


def approve(case: Any, found: Paper, actor: casebook.Actor, *, by: str, how: str, name: str = "") -> casebook.Recorded:
    """Approve exactly this text. Only a checked text can be approved."""
    _must(found, "checked")
    return casebook.approve(case, f"document:{found.key}", found.sha256, actor, by=by, how=how, name=name)


def without_lawyer(case: Any, found: Paper, reason: str, actor: casebook.Actor) -> casebook.Recorded:
    """Go on without a lawyer, with the reason and the desk that was tried."""
    _must(found, "checked")
    kept = casebook.keep_text(case, reason)
    data = DocumentWithoutLawyer(document=found.key, language=found.lang, sha256=found.sha256, reason=kept)
    return _record(case, found, [data], actor)


def send(
    case: Any,
    found: Paper,
    actor: casebook.Actor,
    *,
    how: Any,
    to: str = "",
    receipt: str = "",
    proof: Sequence[str] = (),
    targets: Sequence[str] = (),
    at: datetime | None = None,
    request_id: str | None = None,
) -> list[casebook.Recorded]:
    """Record that exactly this approved text went out; the files are kept, and the duties it serves are met.

    `targets` are the duties or filings in force (see `serves`). With a receipt or proof the proof is filed as well.
    """
    _must(found, "approved")
    _no_objections(case, found)
    files = [_keep(case, found, form, actor) for form in ("pdf", "docx")]
    about: dict[str, Any] = {"document": found.key, "language": found.lang, "sha256": found.sha256}
    kept = casebook.keep_text(case, to) if to else None
    entries: list[Any] = [DocumentSent(**about, how=how, files=files, to=kept)]
    if receipt or proof:
        entries.append(DocumentProved(**about, evidence=list(proof), receipt=receipt[:200]))
    stage: Any = DUTY_STAGE[found.stage]
    way: Any = "other" if how == "published" else how
    entries += [
        DutyMet(target=target, stage=stage, how=way, receipt=receipt[:200], evidence=[*files, *proof])
        for target in targets
    ]
    moment = at or casebook.now()
    made = [casebook.Entry(data, actor, moment, step=found.kind.clause) for data in entries]
    made += [
        casebook.fact_entry(case, key, value, "confirmed", actor, occurred_at=moment, step=found.kind.clause)
        for key, value in {
            **dict.fromkeys(lawfiles.shipped().proved_by(targets), True),
            **standing.dated_by(case, targets, moment),
        }.items()
    ]
    return casebook.record(case, made, request_id=request_id)


def prove(
    case: Any, found: Paper, actor: casebook.Actor, *, evidence: Sequence[str], receipt: str = ""
) -> casebook.Recorded:
    """File the proof that it went out."""
    _must(found, "sent")
    about: dict[str, Any] = {"document": found.key, "language": found.lang, "sha256": found.sha256}
    return _record(case, found, [DocumentProved(**about, evidence=list(evidence), receipt=receipt[:200])], actor)


def serves(kind_id: str) -> list[str]:
    """The duties and filings that this kind of document meets, as the duty files say."""
    book = lawfiles.shipped()
    filings = [target for target, filing in book.filings.items() if kind_id in filing.documents]
    return [*filings, *dict.fromkeys(duty.id for duty in book.duties if kind_id in duty.documents)]


def open_targets(found: Paper, rows: Sequence[Row]) -> list[Row]:
    """The rows that sending this document would meet."""
    served, stage = serves(found.kind.id), DUTY_STAGE[found.stage]
    mine = [row for row in rows if row.target in served]
    return [r for r in mine if not r.dues or any(due.open and due.deadline.stage == stage for due in r.dues)]


def objections(case: Any, found: Paper) -> tuple[wording.Objection, ...]:
    """What the text says against the facts; empty for a text made from facts, unless a template went wrong."""
    return wording.objections(found.text, facts_of(case, found.lang), found.lang)


def _no_objections(case: Any, found: Paper) -> None:
    wrong = objections(case, found)
    if wrong:
        raise Problem("notify.text_against_facts", words="、".join(objection.words for objection in wrong))


def _must(found: Paper, step: str) -> None:
    if not found.reached[step]:
        raise Problem("notify.step_missing", document=found.kind.name(found.lang))


def _keep(case: Any, found: Paper, form: str, actor: casebook.Actor) -> str:
    name = f"{case.reference}-{found.key}-{found.lang}.{form}"
    kept = casebook.keep_file(case, io.BytesIO(printed(found, form)), name, actor, purpose=f"document:{found.key}")
    return str(kept.data["sha256"])


def _record(case: Any, found: Paper, data: list[Any], actor: casebook.Actor, **named: Any) -> casebook.Recorded:
    entries = [casebook.Entry(one, actor, named.get("at"), step=found.kind.clause) for one in data]
    return casebook.record(case, entries, request_id=named.get("request_id"))[0]
