"""Whom to tell: three groups with their reasons, the questions that settle them, and what was told."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, gettext_noop
from django.views.decorators.http import require_GET, require_http_methods

from hikeshi.casebook import services as casebook
from hikeshi.desk.services import may, member, refuse
from hikeshi.notify import documents, rules, services
from hikeshi.notify.deadlines import begun, standing
from hikeshi.notify.forms import FORMS
from hikeshi.notify.law import asking, lawfiles
from hikeshi.notify.law.days import day_in_japan
from hikeshi.notify.letters.sending import ToldForm

KINDS = {
    "duty": gettext_noop("法律の義務"),
    "contract": gettext_noop("契約の約束"),
    "effort": gettext_noop("努力義務"),
    "desirable": gettext_noop("望ましい"),
    "voluntary": gettext_noop("任意の連絡"),
}


@require_GET
@member("read", case=True)
def duties(request: Any) -> HttpResponse:
    """The list: required, to be settled, not required on the present facts."""
    evaluation = services.judged(request.case)
    groups = services.groups(request.case, evaluation)
    asked = services.questions(request.case, evaluation)
    today = day_in_japan(evaluation.evaluated_at)
    shown = standing.in_order(groups)
    review = shown.pop("review")
    context: dict[str, Any] = {
        **{name: [_row(request.case, row, today, evaluation) for row in rows] for name, rows in shown.items()},
        "bundles": [_bundle(request.case, *pair, today, evaluation) for pair in standing.bundles(evaluation, review)],
        "open_rows": len(review),
        "question": _next_question(request.case, asked[0]) if asked else None,
        "asked": len(open_ := _unanswered(request.case, asked)),
        "later": len(asked) - len(open_),
        "start": evaluation.start,
        "warnings": [warning[services.language()] for warning in evaluation.warnings],
        "may_record": may(request.role, "record"),
        "may_send": may(request.role, "send"),
    }
    talked = begun.begun(request.case)
    for row in [*context["required"], *context["voluntary"]]:
        first = next((due for due in row["dues"] if due["stage"] == "first"), None)
        row["begun"] = talked.get(row["target"]) if first is None or first["open"] else None
    return render(request, "notify/duties.html", context)


def _row(case: Any, row: standing.Row, today: Any, evaluation: rules.Evaluation) -> dict[str, Any]:
    """A row in the words of the page's language."""
    lang = services.language()
    duty = row.duty
    filing = lawfiles.shipped().filings.get(row.target)
    return {
        "target": row.target,
        "name": row.name[lang],
        "recipient": duty.recipient[lang],
        "kind": gettext(KINDS[duty.kind]),
        "law": duty.kind in ("duty", "effort"),
        "articles": standing.articles([result.duty for result in row.results], lang),
        "why": [_why(result, lang) for result in row.results],
        "asking": _questions(evaluation, row.asking or (row.results if row.group == "review" else ())),
        "dues": [_due(case, due, row, today, lang) for due in row.dues],
        "told": _told(case, row.told) if not row.dues else None,
        "open": row.open,
        "progress": standing.progress(row, lang),
        "page": filing.page if filing else "",
        "documents": _documents(row, lang),
        "note": duty.note[lang] if duty.note else "",
        "source": duty.source,
        "checked_on": duty.checked_on,
        "confidence": duty.confidence,
    }


def _bundle(
    case: Any, asked: rules.Question, rows: list[standing.Row], today: Any, evaluation: rules.Evaluation
) -> dict[str, Any]:
    """A question with the rows that wait for its answer."""
    return {**_question(asked), "rows": [_row(case, row, today, evaluation) for row in rows]}


def _documents(row: standing.Row, lang: Any) -> list[dict[str, str]]:
    """The kinds of document that serve this row."""
    filing = lawfiles.shipped().filings.get(row.target)
    kinds = documents.kinds()
    named = filing.documents if filing else row.duty.documents
    return [{"id": kind, "name": kinds[kind].name(lang)} for kind in named if kind in kinds]


def _why(result: Any, lang: str) -> dict[str, Any]:
    duty = result.duty
    return {
        "name": duty.name[lang],
        "reason": duty.why[lang],
        "full": result.reason[lang],
        "article": duty.article[lang],
        "deciding": [{"text": d.text[lang], "status": d.status} for d in result.deciding],
    }


def _due(case: Any, due: standing.Due, row: standing.Row, today: Any, lang: str) -> dict[str, Any]:
    shown = standing.clock(due, row, "", today, lang)
    # What was recorded as missed and then turns out to have been made in time is not held against anybody here.
    missed = due.missed if due.open or due.late else None
    return {
        **shown,
        "href": "",
        "told": _told(case, due.told),
        "open": due.open,
        "words": due.deadline.text[lang],
        "missed": casebook.text(case, missed.reason_sha256) if missed and missed.reason_sha256 else "",
        "unexplained": missed is not None and not missed.reason_sha256,
    }


def _told(case: Any, told: Any) -> dict[str, Any] | None:
    if told is None or told.state == "open":
        return None
    return {
        "state": told.state,
        "at": told.at,
        "receipt": told.receipt,
        "words": casebook.text(case, told.words_sha256),
        "evidence": told.evidence,
    }


def _questions(evaluation: rules.Evaluation, results: Iterable[Any]) -> list[dict[str, str]]:
    asked = (question for result in results for question in asking.to_ask(evaluation, result))
    return list({question.fact: _question(question) for question in asked}.values())


def _question(question: Any) -> dict[str, str]:
    lang = services.language()
    words = lawfiles.shipped().facts[question.fact]
    return {"fact": question.fact, "text": question.text[lang], "name": words.name[lang], "hint": words.meaning[lang]}


def _next_question(case: Any, asked: Any) -> dict[str, str]:
    """The one to answer next, with what was answered before if it was asked already."""
    fact = casebook.facts(case).get(asked.fact)
    if fact is None:
        return _question(asked)
    value = casebook.fact_said(asked.fact, fact.value, services.language()) if fact.value is not None else ""
    how_sure = {"suspected": gettext("疑い・見込み"), "unknown": gettext("わからない")}.get(fact.status, "")
    return {**_question(asked), "said": gettext("・").join(part for part in (value, how_sure) if part)}


@require_http_methods(["GET", "POST"])
@member("read", case=True)
def question(request: Any, key: str) -> HttpResponse:
    """One question a page; its answer is a fact at once, and the next question follows (or the page it came from)."""
    book = lawfiles.shipped()
    if key not in book.facts or book.facts[key].type not in FORMS:
        raise Http404(key)
    if request.method == "POST" and not may(request.role, "record"):
        refuse()
    lang = services.language()
    words = book.facts[key]
    fact = casebook.facts(request.case).get(key)
    form = FORMS[words.type](words, lang, request.POST if request.method == "POST" else None)
    if request.method == "GET":
        form.initial.update(_known(request.case, key, fact, form))
    asked_before = services.questions(request.case)
    if request.method == "POST" and form.is_valid():
        value, status = form.said()
        said = form.cleaned_data["words"] or None
        actor = casebook.actor_of(request)
        services.answer(request.case, key, value, status, actor, text=said, request_id=_request_id(form))
        following = _after(key, asked_before, _unanswered(request.case, services.questions(request.case)))
        if status == "confirmed" and services.waits_for_examination(request.case, key):
            messages.info(request, gettext("まだ調べていないものがあるので、「疑い」として記録しました。"))
        else:
            messages.success(request, gettext("答えを記録しました。"))
        if back := _back(request):
            return redirect(back)
        if following:
            return redirect("notify:question", request.case.reference, following)
        return redirect("notify:duties", request.case.reference)
    context = {
        "form": form,
        "question": {
            "text": book.questions.get(key, words.name)[lang],
            "name": words.name[lang],
            "hint": words.meaning[lang],
        },
        "back": _back(request),
        "fact": _stated(fact, key, lang),
        "may_record": may(request.role, "record"),
        "left": len(unanswered := _unanswered(request.case, asked_before)),
        "later": len(asked_before) - len(unanswered),
        "skip_to": _after(key, asked_before, unanswered, around=False),
    }
    return render(request, "notify/question.html", context, status=422 if form.errors else 200)


def _unanswered(case: Any, asked: Iterable[Any]) -> list[str]:
    """The open questions that nobody answered yet; 「わからない」 is an answer, to be looked into later."""
    known = standing.statements(case)
    return [question.fact for question in asked if question.fact not in known]


def _after(key: str, asked: Iterable[Any], open_: Sequence[str], *, around: bool = True) -> str:
    """The unanswered question behind this one, so that what was left for later does not come at once again."""
    order = [question.fact for question in asked]
    behind = order[order.index(key) + 1 :] if key in order else []
    rest = [fact for fact in open_ if fact != key]
    new = [fact for fact in rest if fact not in order]
    found = [fact for fact in behind if fact in rest] + new + (rest if around else [])
    return found[0] if found else ""


# The greatest number of one fact, where that of another is not stated: nobody counts the same people twice.
COUNTED_BY = {"mn_persons_max": "persons"}


def _known(case: Any, key: str, fact: Any, form: Any) -> dict[str, Any]:
    """What the form begins with: the answer given before, so that it is confirmed and not typed again."""
    if fact is not None and fact.status != "refuted":
        return dict(form.known(fact.value, fact.status, casebook.text(case, fact.text_sha256)))
    counted = casebook.facts(case).get(COUNTED_BY.get(key, ""))
    if fact is None and counted is not None and isinstance(counted.value, dict):
        return {"value": counted.value.get("at_most")}
    return {}


def _back(request: Any) -> str:
    """The page of this case to return to; anything else is ignored."""
    back = str(request.POST.get("next") or request.GET.get("next") or "")
    here = (services.address(request.case), f"/i/{request.case.reference}/facts/")
    return back if back.startswith(here) and "//" not in back else ""


def _stated(fact: Any, key: str, lang: str) -> dict[str, Any] | None:
    if fact is None:
        return None
    value = casebook.fact_said(key, fact.value, lang) if fact.value is not None else ""
    label = lawfiles.shipped().facts[key].name[lang]
    return {"label": label, "value": value, "status": fact.status, "recorded_at": fact.recorded_at}


def _request_id(form: Any) -> str | None:
    said = form.cleaned_data.get("request_id")
    return said if said and re.fullmatch(r"[0-9a-f]{32}", said) else None


@require_http_methods(["GET", "POST"])
@member("read", case=True)
def told(request: Any, target: str, stage: str) -> HttpResponse:
    """That it was reported, with receipt and proof; or why not; or that it is due again."""
    case = request.case
    row = next((r for rows in services.groups(case).values() for r in rows if r.target == target), None)
    if row is None or stage not in ("first", "final"):
        raise Http404(target)
    if request.method == "POST" and not may(request.role, "send"):
        refuse()
    if request.method == "POST" and "again" in request.POST:
        services.open_again(case, target, stage, casebook.actor_of(request))
        messages.success(request, gettext("取り消しました。まだ済んでいないものとして表示します。"))
        return redirect("notify:duties", case.reference)
    due = next((d for d in row.dues if d.deadline.stage == stage), None)
    talked = begun.begun(case).get(target)
    past = due is not None and (due.passed(casebook.now()) and due.open or due.late)
    form = ToldForm(
        request.POST if request.method == "POST" else None,
        request.FILES or None,
        past=past,
        # Only a filing has a form on the web; for all others nothing is presumed of how they were told,
        # but a card of the first hour may have said that they were called, and when.
        initial={
            "how": "web_form" if target in lawfiles.shipped().filings else "phone" if talked else "",
            "at": talked,
        },
    )
    form.ahead = case.drill
    if request.method == "POST" and form.is_valid():
        _record_told(request, target, stage, form)
        messages.success(request, gettext("記録しました。"))
        return redirect(f"{services.address(case)}#{target}")
    lang = services.language()
    context = {
        "form": form,
        "name": (due.title if due else row.name)[lang],
        "recipient": row.duty.recipient[lang],
        "told": _told(case, due.told if due else row.told),
        "may_send": may(request.role, "send"),
    }
    return render(request, "notify/told.html", context, status=422 if form.errors else 200)


def _record_told(request: Any, target: str, stage: str, form: ToldForm) -> None:
    said = form.cleaned_data
    actor = casebook.actor_of(request)
    again = {"at": said["at"], "request_id": _request_id(form)}
    if said["what"] == "waived":
        services.waive(request.case, target, stage, said["words"], actor, **again)
        return
    if said["what"] == "missed":
        services.mark_missed(request.case, target, stage, said["words"], actor, request_id=_request_id(form))
        return
    evidence = []
    if said["proof"]:
        once: dict[str, Any] = {"purpose": "proof", "form": again["request_id"]}
        kept = casebook.keep_file(request.case, said["proof"], said["proof"].name, actor, **once)
        evidence.append(kept.data["sha256"])
    services.mark_told(
        request.case,
        target,
        stage,
        actor,
        how=said["how"] or "other",
        receipt=said["receipt"],
        evidence=evidence,
        remarks=said["words"],
        **again,
    )
