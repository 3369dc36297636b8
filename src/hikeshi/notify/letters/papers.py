"""Pages of the documents: the list, a document beside its facts, its steps and its files."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.template.defaultfilters import linebreaksbr
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST

from hikeshi import words
from hikeshi.casebook import services as casebook
from hikeshi.desk.services import may, member, refuse
from hikeshi.engines import paper as printing
from hikeshi.engines.common.problem import Problem
from hikeshi.engines.paper.model import Field, Heading, KeyValues, Note, blanks, plain, spans
from hikeshi.notify import documents, letters, services, wording
from hikeshi.notify.deadlines import standing
from hikeshi.notify.letters import closing, editing, lawyers, leaving, shelf, since, ways
from hikeshi.notify.letters.sending import LawyerForm, SendForm
from hikeshi.prepare import services as prepare

TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "html": "text/html; charset=utf-8",
}


def asked(request: Any, kind: str) -> letters.Paper:
    """The document that the address names: its kind, language and stage."""
    lang = request.GET.get("lang") or request.POST.get("lang") or services.language()
    stage = request.GET.get("stage") or request.POST.get("stage") or "preliminary"
    if kind not in documents.kinds() or lang not in ("ja", "en") or stage not in letters.STAGES:
        raise Http404(kind)
    return letters.paper_of(request.case, kind, lang, stage)


def address(case: Any, found: letters.Paper) -> str:
    """The page of this document in its language and stage."""
    base = reverse("notify:document", args=[case.reference, found.kind.id])
    return f"{base}?lang={found.lang}&stage={found.stage}"


@require_GET
@member("read", case=True)
def listed(request: Any) -> HttpResponse:
    """Every kind of document, for whom it is and how far it has come; the one that is next comes first."""
    return render(request, "notify/documents.html", {"shelf": shelf.of(request.case)})


def _progress(rows: list[Any], kind: str) -> str:
    """That the first report which this document serves was made, and when the final one is due."""
    served = letters.serves(kind)
    said = (standing.progress(row, services.language()) for row in rows if row.target in served)
    return next(filter(None, said), "")


@require_GET
@member("read", case=True)
def document(request: Any, kind: str) -> HttpResponse:
    """The text beside the facts it is made from, where it stands, and what may be done next."""
    return _page(request, asked(request, kind))


def _page(request: Any, found: letters.Paper, status: int = 200, **forms: Any) -> HttpResponse:
    case = request.case
    staged = any(kind == "ppc" for kind in letters.serves(found.kind.id)) or found.stage == "final"
    context = {
        "paper": found,
        "name": found.kind.name(services.language()),
        "purpose": found.kind.purpose(services.language()),
        "progress": _progress([row for rows in services.groups(case).values() for row in rows], found.kind.id),
        "boxes": _boxes(found) if any(isinstance(block, Field) for block in found.document.blocks) else [],
        "html": mark_safe(printing.to_html(found.document, level=2)),  # noqa: S308 the writer escapes every text
        "facts": (shown := _facts(request, found)),
        "unknown": sum(fact["status"] == "unknown" for fact in shown),
        "blanks": _blanks(found),
        "steps": _steps(found),
        "reached": found.reached,
        "here": address(case, found),
        "stages": _stages(case, found),
        "changes": since.changes(case, found),
        "other_language": {"ja": "en", "en": "ja"}[found.lang],
        "findings": (seen := _findings(case, found)),
        "held": sum(not row["passed"] for row in seen),
        "hand": _hand(found),
        "closed": closing.closed_words(case),
        "ask_clean": bool(ways.unasked(case)),
        "earlier": letters.earlier(case, found.kind.id, found.lang),
        "targets": _targets(case, found),
        "may_write": may(request.role, "write_documents"),
        "may_approve": may(request.role, "approve"),
        "may_send": may(request.role, "send"),
        "send_form": SendForm(initial={"how": "web_form" if staged else "post"}),
        # While a mail proves nothing, the telephone is offered first.
        "lawyer_form": LawyerForm(initial={"how": "by_phone"} if ways.suspect(case) else None),
        "lawyer_contacts": _lawyers(case),
        **forms,
    }
    return render(request, "notify/document.html", context, status=status)


def _steps(found: letters.Paper) -> list[dict[str, Any]]:
    names = {
        "draft": gettext("下書き"),
        "checked": gettext("事実確認"),
        "approved": gettext("責任者承認"),
        "lawyer": gettext("弁護士確認") if found.locked else gettext("弁護士確認（任意）"),
        "sent": gettext("送った"),
        "proved": gettext("送った証拠"),
    }
    reached = found.reached
    current = next((step for step in letters.STEPS if not reached[step] and (step != "lawyer" or found.locked)), None)
    states = {step: "done" if done else "open" for step, done in reached.items()}
    if found.letter and found.letter.no_lawyer_sha256:
        states["lawyer"] = "waived"
    return [{"name": names[step], "state": states[step], "current": step == current} for step in letters.STEPS]


def _findings(case: Any, found: letters.Paper) -> list[dict[str, Any]]:
    """What holds the text back: where, why, what to write instead; and what the leader let pass, with the reason."""
    lang = services.language()
    let = leaving.passed(case, found)
    shown = []
    for one in leaving.findings(case, found):
        passed = let.get(one.id) if one.override else None
        words = {"name": one.name(lang), "why": one.why(lang), "instead": one.instead(lang)}
        reason = casebook.text(case, passed.reason_sha256) if passed else ""
        by = passed.by if passed else ""
        shown.append({**words, "one": one, "passed": passed is not None, "reason": reason, "by": by})
    return sorted(shown, key=lambda row: row["passed"])


def _hand(found: letters.Paper) -> dict[str, Any]:
    """What was corrected by hand, as a comparison, and what no longer fits."""
    if found.generated is None or not editing.editable(found.generated):
        return {}
    lost = [getattr(one, "now", "") or getattr(one, "text", "") or getattr(one, "was", "") for one in found.lost]
    rows = editing.compared(printing.to_text(found.generated), found.text) if found.edits else []
    return {"may": True, "rows": rows, "lost": lost}


def _lawyers(case: Any) -> list[dict[str, Any]]:
    """The lawyers that preparation names, to be called on a number that is known."""
    found = prepare.contacts(casebook.workspace_of(case), services.language())
    return [one for one in found if one["kind"] == "lawyer"]


def _stages(case: Any, found: letters.Paper) -> list[dict[str, Any]]:
    base = reverse("notify:document", args=[case.reference, found.kind.id])
    names = found.kind.stages(services.language())
    return [
        {"name": name, "href": f"{base}?lang={found.lang}&stage={stage}", "current": stage == found.stage}
        for stage, name in names.items()
    ]


def _facts(request: Any, found: letters.Paper) -> list[dict[str, Any]]:
    """The facts that this text asked for, as they stand; each can be answered from here."""
    known = casebook.facts(request.case)
    here = address(request.case, found)
    lang = services.language()
    read = letters.facts_of(request.case, lang)
    shown = []
    for key in found.used:
        fact = known.get(key)
        said = casebook.fact_said(key, fact.value, lang) if fact is not None and fact.value is not None else ""
        words = casebook.fact_words(request.case, fact, lang) if fact is not None else ""
        answered = wording.say(read, key, lang) if fact is None or fact.status == "unknown" else None
        shown.append(
            {
                "label": wording.label(key, lang),
                "status": answered.status if answered else fact.status if fact else "unknown",
                "value": answered.text
                if answered and answered.status != "unknown"
                else " ".join(part for part in (said, words) if part),
                "recorded_at": fact.recorded_at if fact else None,
                "href": f"{reverse('notify:question', args=[request.case.reference, key])}?next={_quoted(here)}",
            }
        )
    return shown


def _quoted(address_: str) -> str:
    from urllib.parse import quote

    return quote(address_, safe="/")


def _boxes(found: letters.Paper) -> list[dict[str, Any]]:
    """The sheet's boxes, each to be copied: headings, notes, and fields with their texts."""
    boxes: list[dict[str, Any]] = []
    for number, block in enumerate(found.document.blocks):
        match block:
            case Heading(text=text):
                boxes.append({"heading": plain(text)})
            case Note():
                links = [span.href for span in spans(block.text) if span.href]
                words = "".join(span.text for span in spans(block.text) if not span.href)
                boxes.append({"note": words, "links": links, "title": block.title, "warning": block.tone == "warning"})
            case Field():
                boxes.append(
                    {
                        "id": f"box-{number}",
                        "label": block.label,
                        "value": mark_safe(linebreaksbr(plain(block.value), autoescape=True)),  # noqa: S308 escaped here
                        "status": block.status,
                        "small": block.note,
                    }
                )
            case KeyValues(rows=rows):
                boxes += [
                    {"id": f"box-{number}-{n}", "label": label, "value": plain(value), "gap": _gap(value)}
                    for n, (label, value) in enumerate(rows)
                ]
    return boxes


def _blanks(found: letters.Paper) -> tuple[str, ...]:
    """Gaps to fill before it leaves. A sheet's last box, for the receipt, is filled after."""
    blocks = found.document.blocks
    sheet = any(isinstance(block, Field) for block in blocks)
    return blanks(replace(found.document, blocks=blocks[:-1])) if sheet else blanks(found.document)


def _gap(value: Any) -> bool:
    return any(span.blank for span in spans(value))


def _targets(case: Any, found: letters.Paper) -> list[dict[str, Any]]:
    """The duties in force that sending this document meets; what is reported by itself is not ticked beforehand."""
    lang = services.language()
    required = services.groups(case)["required"]
    ticked = letters.beforehand(found, required)
    rows = letters.open_targets(found, required)
    return [{"target": row.target, "name": row.name[lang], "ticked": row.target in ticked} for row in rows]


@require_GET
@member("read", case=True)
def file(request: Any, kind: str, form: str) -> HttpResponse:
    """The document as PDF or Word, marked as a draft until exactly this text was approved."""
    found = asked(request, kind)
    if form not in TYPES:
        raise Http404(form)
    name = f"{request.case.reference}-{found.key}-{found.lang}.{form}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(letters.printed(found, form), content_type=TYPES[form], headers=headers)


# --- the steps ------------------------------------------------------------------------------------------------------

VERBS = {
    "check": "write_documents",
    "approve": "approve",
    "override": "approve",
    "lawyer": "approve",
    "send": "send",
    "prove": "send",
}


@require_POST
@member("read", case=True)
def step(request: Any, kind: str, act: str) -> HttpResponse:
    """One step of exactly the text that the page showed; a text that has changed since is refused."""
    if act not in VERBS:
        raise Http404(act)
    if not may(request.role, VERBS[act]):
        refuse()
    found = asked(request, kind)
    if request.POST.get("sha256") != found.sha256:
        raise Problem("notify.text_changed")
    return _ACTS[act](request, found, casebook.actor_of(request))


def _check(request: Any, found: letters.Paper, actor: Any) -> HttpResponse:
    letters.check(request.case, found, actor)
    return _done(request, found, gettext("事実を確かめたと記録しました。"))


def _approve(request: Any, found: letters.Paper, actor: Any) -> HttpResponse:
    letters.approve(request.case, found, actor, by="leader", how="on_screen")
    return _done(request, found, gettext("この文を承認しました。文が変わると、承認はやり直しになります。"))


def _override(request: Any, found: letters.Paper, actor: Any) -> HttpResponse:
    reason = request.POST.get("reason", "")[:2000]
    letters.override(request.case, found, request.POST.get("finding", ""), reason, actor)
    return _done(request, found, gettext("理由を記録しました。この文のこの指摘だけが、通せるようになりました。"))


def _lawyer(request: Any, found: letters.Paper, actor: Any) -> HttpResponse:
    form = LawyerForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, found, 422, lawyer_form=form)
    said = form.cleaned_data
    try:
        _lawyers_word(request, found, actor, said)
    except Problem as problem:
        form.add_error(None, words.problem(problem, services.language()))  # what was typed stays on the page
        return _page(request, found, 422, lawyer_form=form)
    return _done(request, found, gettext("弁護士の確認について記録しました。"))


def _lawyers_word(request: Any, found: letters.Paper, actor: Any, said: Any) -> None:
    if said["lawyer"] == "none":
        letters.without_lawyer(request.case, found, said["reason"], actor, said["desk"])
        return
    file = said["file"]
    if file is not None and file.size > lawyers.LARGEST:
        raise Problem("notify.lawyer_file_too_large", limit=lawyers.LARGEST >> 20)
    given = {"evidence": file.read(), "evidence_name": file.name} if file else {}
    how = said["how"] or "by_mail"
    letters.approve(request.case, found, actor, by="lawyer", how=how, name=said["name"], note=said["note"], **given)


def _send(request: Any, found: letters.Paper, actor: Any) -> HttpResponse:
    form = SendForm(request.POST, request.FILES)
    form.ahead = request.case.drill
    if not form.is_valid():
        return _page(request, found, 422, send_form=form)
    said = form.cleaned_data
    offered = {target["target"] for target in _targets(request.case, found)}
    try:
        letters.may_leave(request.case, found, said["how"], actor)
    except Problem as problem:
        if problem.code != "notify.clean_first":
            raise
        form.add_error("how", words.problem(problem, services.language()))  # what was typed stays on the page
        return _page(request, found, 422, send_form=form)
    letters.send(
        request.case,
        found,
        actor,
        how=said["how"],
        to=said["to"],
        receipt=said["receipt"],
        proof=_kept(request, said["proof"], actor),
        targets=[target for target in request.POST.getlist("targets") if target in offered],
        at=said["at"],
        request_id=said["request_id"] or None,
    )
    return _done(request, found, gettext("送ったことを記録し、送った文書を証拠として保管しました。"))


def _prove(request: Any, found: letters.Paper, actor: Any) -> HttpResponse:
    proof = request.FILES.get("proof")
    receipt = request.POST.get("receipt", "").strip()
    if proof is None and not receipt:
        missing = gettext("受付番号・控えの言葉か、証拠のファイルを入れてください。まだ記録していません。")
        messages.error(request, missing)
        return redirect(address(request.case, found))
    letters.prove(request.case, found, actor, evidence=_kept(request, proof, actor), receipt=receipt)
    return _done(request, found, gettext("送った証拠を保管しました。"))


def _kept(request: Any, proof: Any, actor: Any) -> list[str]:
    if not proof:
        return []
    return [str(casebook.keep_file(request.case, proof, proof.name, actor, purpose="proof").data["sha256"])]


def _done(request: Any, found: letters.Paper, said: str) -> HttpResponse:
    messages.success(request, said)
    return redirect(address(request.case, found))


_ACTS = {
    "check": _check,
    "approve": _approve,
    "override": _override,
    "lawyer": _lawyer,
    "send": _send,
    "prove": _prove,
}
