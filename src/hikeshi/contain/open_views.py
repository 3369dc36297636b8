"""The cards for who has not signed in: everything can be read; what is written is a draft, not the record."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hikeshi import words
from hikeshi.casebook import services as casebook
from hikeshi.contain import drafts, forms, pages, phonebook, reading, rules, views
from hikeshi.contain.answering import Given
from hikeshi.desk.services import may, member
from hikeshi.engines.common.problem import Problem

BASE = "contain/open.html"
START = "start"
"""In an address: no situation chosen yet, the first look decides."""


@never_cache
@require_GET
def begin(request: Any) -> HttpResponse:
    """The first card. Who is signed in is first offered to record what follows."""
    if may(getattr(request, "role", None), "open_case"):
        going_on = list(casebook.cases(request.workspace, open_only=True)[:5])
        return render(request, "contain/begin.html", {"going_on": going_on, "waiting": drafts.answers(request)})
    return _next(request, START)


@never_cache
@require_GET
def situations(request: Any) -> HttpResponse:
    """All situations, to begin with one at once."""
    walk = _walk(request, START)
    found = pages.situation_links(walk, reading.language())
    return render(request, "contain/situations.html", {"found": found, **_context(request)})


@never_cache
@require_GET
def situation(request: Any, situation: str) -> HttpResponse:
    """The next card of a situation."""
    _known(situation)
    return _next(request, situation)


@never_cache
@require_http_methods(["GET", "POST"])
def card(request: Any, situation: str, name: str) -> HttpResponse:
    """One card; the answer goes into the draft."""
    _known(situation)
    walk = _walk(request, situation)
    if name not in walk.shelf.deck.cards:
        raise Http404(name)
    if name not in walk.order:
        return _next(request, situation)
    if request.method == "GET":
        row = walk.rows.get(name)
        return _page(request, walk, situation, name, text=row.text if row else "")
    given = None
    try:
        given = forms.read(request, name, photos=False)
        if situation != START and rules.FIRST_LOOK not in walk.rows:
            # Coming by a situation's address says what was seen: the record will want to know it.
            drafts.write(request, walk, Given(rules.FIRST_LOOK, "seen", (situation,)))
        drafts.write(request, walk, given)
    except Problem as problem:
        return _page(request, walk, situation, name, given=given, text=request.POST.get("text", ""), problem=problem)
    return _next(request, situation)


@never_cache
@require_GET
def card_list(request: Any, situation: str) -> HttpResponse:
    """Every card of the draft in order."""
    _known(situation)
    walk = _walk(request, situation)
    shown = pages.list_page(walk, reading.language())
    return render(request, "contain/list.html", {**shown, **_context(request), **_links(situation)})


@never_cache
@require_http_methods(["GET", "POST"])
@member("record")
def join(request: Any) -> HttpResponse:
    """After signing in: into which record the draft goes."""
    going_on = list(casebook.cases(request.workspace, open_only=True)[:20])
    if request.method == "GET":
        waiting = drafts.answers(request)
        may_open = may(request.role, "open_case")
        return render(request, "contain/join.html", {"waiting": waiting, "going_on": going_on, "may_open": may_open})
    case = casebook.find_case(request.workspace, request.POST.get("case", ""))
    if case is None:
        if not may(request.role, "open_case"):
            raise Http404
        case = casebook.open_case(request.workspace, casebook.actor_of(request))
    count = views.join(request, case)
    if count:
        messages.success(request, gettext("下書きの答えを記録に入れました（%(count)d件）。") % {"count": count})
    return redirect("contain:first_hour", ref=case.reference)


@require_POST
def forget(request: Any) -> HttpResponse:
    """Throw the draft away: a second person at the same browser begins anew."""
    drafts.drop(request)
    messages.success(request, gettext("下書きを消しました。"))
    return redirect("contain:situations")


def _walk(request: Any, situation: str) -> reading.Walk:
    return reading.Walk(drafts.answers(request), None if situation == START else situation)


def _known(situation: str) -> None:
    if situation != START and situation not in reading.shelf().deck.situations:
        raise Http404(situation)


def _next(request: Any, situation: str) -> HttpResponse:
    walk = _walk(request, situation)
    if walk.next is None:
        return redirect("contain:open_list", situation=situation)
    return redirect("contain:open_card", situation=situation, name=walk.next)


def _page(
    request: Any, walk: reading.Walk, situation: str, name: str, *, problem: Problem | None = None, **shown: Any
) -> HttpResponse:
    lang = reading.language()
    context = {
        "may_answer": True,
        "problem": words.problem(problem, lang) if problem else "",
        **pages.card_page(walk, name, lang, prepared=(), **shown),
        **_context(request),
        **_links(situation),
    }
    return render(request, "contain/card.html", context, status=422 if problem else 200)


def _context(request: Any) -> dict[str, Any]:
    """Signed out nobody's contacts are shown: only the desks that anybody may call."""
    context: dict[str, Any] = {"base": BASE, "draft": True, "waiting": len(drafts.answers(request))}
    if not request.user.is_authenticated:
        context["help_line"] = phonebook.public(reading.language())
    return context


def _links(situation: str) -> dict[str, Any]:
    base = f"/cards/{situation}/"
    return {"card_base": base, "list_href": f"{base}list/", "leave_href": "/cards/situations/"}
