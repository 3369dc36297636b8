"""The first hour of an incident: one card a page, each answer an entry."""

import re
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hikeshi import words
from hikeshi.casebook import services as casebook
from hikeshi.contain import answering, drafts, forms, pages, reading
from hikeshi.desk.services import may, member, refuse
from hikeshi.engines.common.problem import Problem
from hikeshi.prepare import services as prepare

BASE = "desk/case.html"


@never_cache
@require_GET
@member("read", case=True)
def first_hour(request: Any) -> HttpResponse:
    """Where one left off: the next card without an answer. A draft written before sign-in is offered first."""
    walk = reading.walk_of(request.case)
    if may(request.role, "record") and (waiting := drafts.answers(request)):
        return render(request, "contain/draft.html", {"waiting": len(waiting), **_links(request, walk)})
    if walk.next is None:
        return redirect("contain:list", ref=request.case.reference)
    return redirect("contain:card", ref=request.case.reference, name=walk.next)


@never_cache
@require_http_methods(["GET", "POST"])
@member("read", case=True)
def card(request: Any, name: str) -> HttpResponse:
    """One card. Answering leads to the next one."""
    walk = reading.walk_of(request.case)
    if name not in walk.shelf.deck.cards:
        raise Problem("contain.no_such_card", card=name[:60])
    if name not in walk.order:
        return redirect("contain:first_hour", ref=request.case.reference)
    if request.method == "GET":
        row = walk.rows.get(name)
        kept = casebook.text(request.case, row.text_sha256) if row else ""
        return _page(request, walk, name, text=kept)
    if not may(request.role, "record"):
        refuse()
    given = None
    try:
        given = forms.read(request, name, photos=True)
        actor = casebook.actor_of(request)
        answering.answer(request.case, actor, given, lang=reading.language(), request_id=_request_id(request))
    except Problem as problem:
        if not problem.code.startswith("contain."):
            raise
        return _page(request, walk, name, given=given, text=request.POST.get("text", ""), problem=problem)
    # The next card without an answer: after a correction, too, nobody walks everything again.
    return redirect("contain:first_hour", ref=request.case.reference)


@never_cache
@require_GET
@member("read", case=True)
def card_list(request: Any) -> HttpResponse:
    """Every card of this incident in order, with what was answered: to go back to, and to see that it is done."""
    walk = reading.walk_of(request.case)
    shown = pages.list_page(walk, reading.language())
    return render(request, "contain/list.html", {"base": BASE, "draft": False, **shown, **_links(request, walk)})


@require_POST
@member("record", case=True)
def draft(request: Any) -> HttpResponse:
    """Take the draft of this session into the record, or drop it."""
    if "drop" in request.POST:
        drafts.drop(request)
        messages.success(request, gettext("下書きを消しました。"))
        return redirect("contain:first_hour", ref=request.case.reference)
    count = join(request, request.case)
    messages.success(request, gettext("下書きの答えを記録に入れました（%(count)d件）。") % {"count": count})
    return redirect("contain:first_hour", ref=request.case.reference)


def join(request: Any, case: Any) -> int:
    """The session's draft becomes part of the record; how many answers."""
    count = answering.adopt(case, casebook.actor_of(request), drafts.given(request), lang=reading.language())
    drafts.drop(request)
    return count


def _page(request: Any, walk: reading.Walk, name: str, *, problem: Problem | None = None, **shown: Any) -> HttpResponse:
    lang = reading.language()
    prepared = prepare.contacts(request.workspace, lang)
    context = {
        "base": BASE,
        "draft": False,
        "may_answer": may(request.role, "record"),
        "problem": words.problem(problem, lang) if problem else "",
        **pages.card_page(walk, name, lang, prepared=prepared, **shown),
        **_links(request, walk),
    }
    return render(request, "contain/card.html", context, status=422 if problem else 200)


def _links(request: Any, walk: reading.Walk) -> dict[str, Any]:
    base = f"/i/{request.case.reference}/first-hour/"
    return {"card_base": base, "list_href": f"{base}list/", "leave_href": f"/i/{request.case.reference}/"}


def _request_id(request: Any) -> str | None:
    said = request.POST.get("request_id", "")
    return said if re.fullmatch(r"[0-9a-f]{32}", said) else None
