"""A document of a case on its way out: draft, facts checked, approved, sent, proved. Exactly one text at each step.

Its hash is what people approve; a fact that changes or a correction by hand makes another text, whose steps begin anew.
Each step makes the text again and looks at the record again: what a page, a form or a program brings along proves
nothing. The date printed is the day on which the facts were checked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from hikeshi.casebook import services as casebook
from hikeshi.desk import services as desk
from hikeshi.engines import paper
from hikeshi.engines.common.problem import Problem
from hikeshi.notify import wording
from hikeshi.notify.checks import Finding
from hikeshi.notify.deadlines import standing
from hikeshi.notify.deadlines.standing import Row
from hikeshi.notify.documents import marks
from hikeshi.notify.entries import (
    DocumentChecked,
    DocumentEdited,
    DocumentOverridden,
    DocumentProved,
    DocumentSent,
    DocumentWithoutLawyer,
    DutyMet,
)
from hikeshi.notify.law import lawfiles
from hikeshi.notify.letters import editing, lawyers, leaving, ways
from hikeshi.notify.letters.making import STAGES, Paper, facts_of, key_of, paper_of
from hikeshi.notify.models import Letter

# A stage of a document and the deadline that it meets.
DUTY_STAGE = {"preliminary": "first", "follow_up": "first", "final": "final"}
STEPS = ("draft", "checked", "approved", "lawyer", "sent", "proved")
_TRIES = 5
"""How often a sending begins again because somebody recorded something in the meantime."""


def printed(found: Paper, form: str) -> bytes:
    """The document as "pdf", "docx" or "html"; a draft, with the marks of what goes to whom, until it was approved.

    What leaves without a list is what anybody may get of whom nobody knows which kinds of data are theirs.
    """
    document = marks.document_for(found.document, marks.Own()) if found.released else found.document
    document = replace(document, draft=not found.released)
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
    _allowed(case, actor, "write_documents")
    found = _again(case, found)
    _no_objections(case, found)
    kept = casebook.keep_text(case, found.text)
    data = DocumentChecked(document=found.key, language=found.lang, sha256=found.sha256, text=kept)
    # The moment of the text itself: its date must be the date that it bears when it is made again.
    return _record(case, found, [data], actor, at=found.made_at, **named)


def edit(case: Any, found: Paper, edits: editing.Edits, actor: casebook.Actor) -> casebook.Recorded | None:
    """Lay these corrections over the text that the facts give; every step of the text so far falls away.

    None if nothing would change. What no document may hold (a My Number, a card number, a password) is not even kept.
    """
    _allowed(case, actor, "write_documents")
    found = _again(case, found)
    assert found.generated is not None
    if not editing.editable(found.generated):
        raise Problem("notify.not_editable", document=found.kind.name(found.lang))
    made, _ = editing.apply(found.generated, editing.sized(edits))
    text = paper.to_text(made)
    tried = replace(found, document=made, text=text, edits=edits)
    secret = next((one for one in leaving.findings(case, tried) if one.check in leaving.NEVER_KEPT), None)
    if secret is not None:
        raise Problem("notify.edit_holds_secret", what=secret.name(found.lang))
    if edits == found.edits:
        return None
    kept = casebook.keep_text(case, editing.to_json(edits)) if edits else None
    data = DocumentEdited(
        document=found.key,
        language=found.lang,
        base_sha256=leaving.sha256_of(found.generated),
        sha256=leaving.sha256_of(made),
        edits=kept,
    )
    return _record(case, found, [data], actor)


def approve(
    case: Any,
    found: Paper,
    actor: casebook.Actor,
    *,
    by: str,
    how: str,
    name: str = "",
    evidence: bytes | None = None,
    evidence_name: str = "approval",
    note: str = "",
) -> casebook.Recorded:
    """Approve exactly this text. Only a checked text can be approved, and the leader approves none that is held back.

    A lawyer's word comes by mail (`evidence` is the .eml), on paper (a scan or signed PDF), by telephone or on this
    screen (`note`: who, when, what was said). Where it is needed it must be proved.
    """
    _allowed(case, actor, "approve")
    found = _again(case, found)
    _must(found, "checked")
    if by == "leader":
        _not_held(case, found)
    if by == "lawyer":
        _by_lawyer(case, found, actor, how=how, name=name, evidence=evidence, evidence_name=evidence_name, note=note)
    worn = replace(actor, role=actor.role or desk.role_in(casebook.workspace_of(case), actor.id) or "")
    return casebook.approve(case, f"document:{found.key}", found.sha256, worn, by=by, how=how, name=name)


def _by_lawyer(case: Any, found: Paper, actor: casebook.Actor, *, how: str, **given: Any) -> None:
    """Keep what proves the lawyer's word, before the word itself is recorded."""
    closed = ways.closed(case, ways.LAWYER)
    if how in closed:
        raise Problem("notify.way_closed_to_lawyer")
    evidence, note = given["evidence"], given["note"].strip()
    if found.locked:
        if not given["name"].strip():
            raise Problem("notify.lawyer_name_wanted")
        if how not in ("by_mail", "on_paper", "by_phone", "on_screen"):
            raise Problem("notify.lawyer_way_wanted")
        if how in ("by_phone", "on_screen") and not note:
            raise Problem("notify.lawyer_note_wanted")
    elif evidence is None and not note:
        return
    proof = lawyers.Proof()
    if found.locked or evidence is not None:
        proof = lawyers.prove(case, found, how, evidence, given["evidence_name"], actor)
    kept = casebook.keep_text(case, note) if note else None
    _record(case, found, [lawyers.answered(found, how, proof, kept)], actor)


def without_lawyer(case: Any, found: Paper, reason: str, actor: casebook.Actor, desk_tried: str = "") -> Any:
    """Go on without a lawyer, with the reason and the desk that was tried."""
    _allowed(case, actor, "approve")
    found = _again(case, found)
    _must(found, "checked")
    if not reason.strip() or (found.locked and not desk_tried.strip()):
        raise Problem("notify.no_lawyer_reason_wanted")
    kept = casebook.keep_text(case, "\n".join(part.strip() for part in (reason, desk_tried) if part.strip()))
    data = DocumentWithoutLawyer(document=found.key, language=found.lang, sha256=found.sha256, reason=kept)
    return _record(case, found, [data], actor)


def override(case: Any, found: Paper, finding: str, reason: str, actor: casebook.Actor) -> casebook.Recorded:
    """Let one finding of exactly this text pass, with a written reason. What is refuted or secret never passes."""
    _allowed(case, actor, "approve")
    found = _again(case, found)
    one = next((one for one in leaving.findings(case, found) if one.id == finding), None)
    if one is None:
        raise Problem("notify.text_changed")
    if not one.override:
        raise Problem("notify.never_passes", finding=one.name(found.lang))
    if len(reason.strip()) < leaving.LEAST_REASON:
        raise Problem("notify.override_reason_wanted")
    kept = casebook.keep_text(case, reason.strip())
    about: dict[str, Any] = {"document": found.key, "language": found.lang, "sha256": found.sha256}
    return _record(case, found, [DocumentOverridden(**about, finding=one.id, check=one.check, reason=kept)], actor)


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
    Nothing is recorded unless the text, its approvals and the findings stand so at the very moment of recording.
    """
    _allowed(case, actor, "send", machine=True)
    standing.not_ahead(case, at or casebook.now())
    _leaves(case, _again(case, found), how)
    files = [_file(case, found, form, actor) for form in ("pdf", "docx")]
    shas = [str(file.data.sha256) for file in files]
    about: dict[str, Any] = {"document": found.key, "language": found.lang, "sha256": found.sha256}
    kept = casebook.keep_text(case, to) if to else None
    entries: list[Any] = [DocumentSent(**about, how=how, files=shas, to=kept)]
    if receipt or proof:
        entries.append(DocumentProved(**about, evidence=list(proof), receipt=receipt[:200]))
    stage: Any = DUTY_STAGE[found.stage]
    way: Any = "other" if how == "published" else how
    entries += [
        DutyMet(target=target, stage=stage, how=way, receipt=receipt[:200], evidence=[*shas, *proof])
        for target in targets
    ]
    moment = at or casebook.now()
    made = files + [casebook.Entry(data, actor, moment, step=found.kind.clause) for data in entries]
    made += [
        casebook.fact_entry(case, key, value, "confirmed", actor, occurred_at=moment, step=found.kind.clause)
        for key, value in {
            **dict.fromkeys(lawfiles.shipped().proved_by(targets), True),
            **standing.dated_by(case, targets, moment),
        }.items()
    ]
    recorded = _as_it_stands(case, found, how, made, request_id)
    sent = [one for one in recorded if one.kind == "document.sent"]
    if not sent or any(one.data["sha256"] != found.sha256 or one.data["document"] != found.key for one in sent):
        raise Problem("notify.request_used")  # the number of a form that said something else
    return [one for one in recorded if one.kind != "evidence.kept"]


def _as_it_stands(case: Any, found: Paper, how: str, made: Sequence[Any], request_id: str | None) -> list[Any]:
    """Record on the very head of the record at which everything was looked at."""
    for left in reversed(range(_TRIES)):
        seen = casebook.head(case).number
        _leaves(case, _again(case, found), how)
        try:
            return casebook.record(case, made, expected_head=seen, request_id=request_id)
        except Problem as problem:
            if problem.code != "casebook.stale" or not left:
                raise
    raise AssertionError


def prove(
    case: Any, found: Paper, actor: casebook.Actor, *, evidence: Sequence[str], receipt: str = ""
) -> casebook.Recorded:
    """File the proof that it went out."""
    _allowed(case, actor, "send")
    sent = (one.data for one in casebook.entries(case, ["document.sent"]))
    if not any(one["sha256"] == found.sha256 and one["document"] == found.key for one in sent):
        raise Problem("notify.step_missing", document=found.kind.name(found.lang))
    about: dict[str, Any] = {"document": found.key, "language": found.lang, "sha256": found.sha256}
    return _record(case, found, [DocumentProved(**about, evidence=list(evidence), receipt=receipt[:200])], actor)


def serves(kind_id: str) -> list[str]:
    """The duties and filings that this kind of document meets, as the duty files say."""
    book = lawfiles.shipped()
    filings = [target for target, filing in book.filings.items() if kind_id in filing.documents]
    return [*filings, *dict.fromkeys(duty.id for duty in book.duties if kind_id in duty.documents)]


def beforehand(found: Paper, rows: Sequence[Row]) -> list[str]:
    """Of these the duties that count as met unless somebody says otherwise: not those that are reported by itself."""
    apart = {word for word, filing in lawfiles.shipped().filings.items() if filing.apart}
    return [row.target for row in open_targets(found, rows) if row.target not in apart]


def open_targets(found: Paper, rows: Sequence[Row]) -> list[Row]:
    """The rows that sending this document would meet."""
    served, stage = serves(found.kind.id), DUTY_STAGE[found.stage]
    mine = [row for row in rows if row.target in served]
    return [r for r in mine if not r.dues or any(due.open and due.deadline.stage == stage for due in r.dues)]


def findings(case: Any, found: Paper) -> tuple[Finding, ...]:
    """What in this text must not leave, whether or not the leader let it pass."""
    return leaving.findings(case, found)


def objections(case: Any, found: Paper) -> tuple[wording.Objection, ...]:
    """What the text says against the facts; empty for a text made from facts, unless a template went wrong."""
    return wording.objections(found.text, facts_of(case, found.lang), found.lang)


# --- what every step looks at ---------------------------------------------------------------------------------------


def _again(case: Any, found: Paper) -> Paper:
    """The same document made anew from the record; Problem if it is no longer the text that was given."""
    again = paper_of(case, found.kind.id, found.lang, found.stage, found.made_at)
    if again.sha256 != found.sha256:
        raise Problem("notify.text_changed")
    return again


def _allowed(case: Any, actor: casebook.Actor, verb: str, *, machine: bool = False) -> None:
    """Whether this person may, as the table of roles stands now, in the workspace of this case, while it is open."""
    workspace = casebook.workspace_of(case)
    fresh = casebook.find_case(workspace, case.reference)
    if fresh is None or fresh.chain_id != case.chain_id or fresh.closed_at is not None:
        raise Problem("notify.case_closed", reference=case.reference)
    role = desk.role_in(workspace, actor.id)
    if role is None and machine:
        return  # the program itself, on the way that people approved
    if not desk.may(role, verb) or not desk.may(actor.role or role, verb):
        raise Problem("notify.not_allowed")


def may_leave(case: Any, found: Paper, how: str, actor: casebook.Actor | None = None) -> None:
    """Problem unless exactly this text may go out in this way now; with `actor`, unless that person may send it."""
    if actor is not None:
        _allowed(case, actor, "send")
    _leaves(case, _again(case, found), how)


def _leaves(case: Any, found: Paper, how: str) -> None:
    """Problem unless exactly this text may go out in this way."""
    _must(found, "approved")
    _no_objections(case, found)
    _not_held(case, found)
    if found.locked and not found.reached["lawyer"]:
        raise Problem("notify.lawyer_missing", document=found.kind.name(found.lang))
    if how in ways.closed(case, ways.SEND):
        raise Problem("notify.send_way_closed")
    if ways.unasked(case, how):
        raise Problem("notify.clean_first")


def _no_objections(case: Any, found: Paper) -> None:
    wrong = objections(case, found)
    if wrong:
        raise Problem("notify.text_against_facts", words=" / ".join(objection.words for objection in wrong))


def _not_held(case: Any, found: Paper) -> None:
    held = leaving.held(case, found)
    if held:
        names = " / ".join(dict.fromkeys(one.name(found.lang) for one in held))
        raise Problem("notify.findings_open", names=names, count=len(held))


def _must(found: Paper, step: str) -> None:
    if not found.reached[step]:
        raise Problem("notify.step_missing", document=found.kind.name(found.lang))


def _file(case: Any, found: Paper, form: str, actor: casebook.Actor) -> casebook.Entry:
    """The file as an entry that is recorded together with the sending."""
    name = f"{case.reference}-{found.key}-{found.lang}.{form}"
    return casebook.evidence_entry(case, printed(found, form), name, actor, purpose=f"document:{found.key}")


def _record(case: Any, found: Paper, data: list[Any], actor: casebook.Actor, **named: Any) -> casebook.Recorded:
    entries = [casebook.Entry(one, actor, named.get("at"), step=found.kind.clause) for one in data]
    return casebook.record(case, entries, request_id=named.get("request_id"))[0]
