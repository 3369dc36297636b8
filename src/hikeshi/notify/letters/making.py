"""A document of a case made from its facts, with what was corrected by hand, and how far exactly that text has come."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from hikeshi.casebook import services as casebook
from hikeshi.desk import services as desk
from hikeshi.engines import paper
from hikeshi.engines.common.problem import Problem
from hikeshi.engines.paper.model import Document, blanks
from hikeshi.notify import documents, wording
from hikeshi.notify.deadlines import done, standing
from hikeshi.notify.documents import Kind, Parties, Party, pieces
from hikeshi.notify.letters import editing, hand, lawyers
from hikeshi.notify.models import Letter, Sender
from hikeshi.prepare import services as prepare

STAGES = documents.STAGES


@dataclass(frozen=True)
class Paper:
    """A document as the facts stand, and how far exactly this text has come.

    `generated` is the document without what was corrected by hand; `lost` are corrections that no longer fit it.
    `locked`: it leaves only with a lawyer's word, or with the reason why none could be asked.
    """

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
    generated: Document | None = None
    edits: editing.Edits = editing.Edits()
    lost: tuple[Any, ...] = ()
    locked: bool = False
    parties: Parties | None = None
    facts: Mapping[str, wording.Fact] | None = None

    @property
    def key(self) -> str:
        """What entries and approvals call it."""
        return key_of(self.kind.id, self.stage)

    @property
    def approved(self) -> bool:
        return self.leader is not None

    @property
    def released(self) -> bool:
        """Whether everybody whose word it needs has given it."""
        return self.approved and (self.reached["lawyer"] or not self.locked)

    @property
    def blanks(self) -> tuple[str, ...]:
        return blanks(self.document)

    @property
    def reached(self) -> dict[str, bool]:
        """Which of the steps exactly this text has behind it."""
        letter = self.letter
        # Where a lawyer must be asked, a name alone is no proof that one was.
        proved = self.lawyer is not None and (not self.locked or bool(letter and letter.lawyer_how))
        return {
            "draft": True,
            "checked": letter is not None and letter.checked_at is not None,
            "approved": self.approved,
            "lawyer": proved or bool(letter and letter.no_lawyer_sha256),
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
    if kind is None or stage not in STAGES or lang not in ("ja", "en"):
        raise Problem("notify.no_such_document", kind=kind_id, known=" / ".join(documents.kinds()))
    now = now or casebook.now()
    facts = facts_of(case, lang)
    workspace = casebook.workspace_of(case)
    of = parties(workspace, kind, lang)
    locked = kind.id in lawyers.locked(workspace)
    last = (
        Letter.objects.filter(chain_id=case.chain_id, document=key_of(kind.id, stage), language=lang)
        .exclude(checked_at=None)
        .order_by("-checked_at")
        .first()
    )
    if last is not None and last.checked_at is not None:
        paper_then = _made(case, kind, lang, stage, facts, of, last.checked_at, locked)
        if paper_then.sha256 == last.sha256:
            return _standing(case, replace(paper_then, letter=last))
    return _made(case, kind, lang, stage, facts, of, now, locked)


def _made(
    case: Any, kind: Kind, lang: Any, stage: Any, facts: Mapping[str, Any], of: Parties, at: datetime, locked: bool
) -> Paper:
    used = _Used(facts)
    made = documents.build(kind.id, used, of, lang, now=at, drill=case.drill, stage=stage, reference=case.reference)
    edits = hand.edits_of(case, key_of(kind.id, stage), lang)
    document, lost = editing.apply(made, edits) if edits else (made, ())
    text = paper.to_text(document)
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    found = Paper(kind, lang, stage, document, text, sha256, tuple(used.asked), at, None)
    return replace(found, generated=made, edits=edits, lost=lost, locked=locked, parties=of, facts=facts)


def _standing(case: Any, found: Paper) -> Paper:
    given = casebook.approvals(case, f"document:{found.key}", found.sha256)
    leader = next((approval for approval in given if approval.by == "leader" and _from_leader(case, approval)), None)
    lawyer = next((approval for approval in given if approval.by == "lawyer" and _from_leader(case, approval)), None)
    return replace(found, leader=leader, lawyer=lawyer)


def _from_leader(case: Any, approval: Any) -> bool:
    """Whether whoever recorded it may approve: the table of roles holds in the record as well, not on pages alone."""
    entry = next(casebook.entries(case, newest_first=True, before=approval.number + 1, limit=1), None)
    return entry is not None and entry.number == approval.number and desk.may(entry.actor.role, "approve")
