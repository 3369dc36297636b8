"""The person's accounts: which there are, one a page, one step a card, each answer an entry."""

import re
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from hikeshi import words
from hikeshi.casebook import services as casebook
from hikeshi.contain import accounts_pages as pages
from hikeshi.contain import accounts_reading as reading
from hikeshi.contain import accounts_recording as recording
from hikeshi.contain.accounts.guard import looks_secret
from hikeshi.contain.accounts_recording import Done, Said
from hikeshi.contain.forms import PHOTOS
from hikeshi.contain.reading import language
from hikeshi.desk.services import may, member, refuse
from hikeshi.engines.common.problem import Problem


@never_cache
@require_http_methods(["GET", "POST"])
@member("read", case=True)
def accounts(request: Any) -> HttpResponse:
    """Every account in the order in which it is to be closed; more are put on the list here."""
    if request.method == "GET":
        return _list(request)
    _may_record(request)
    try:
        recording.name_accounts(
            request.case,
            casebook.actor_of(request),
            request.POST.getlist("services")[:40],
            _said(request),
            lang=language(),
            request_id=_request_id(request),
        )
    except Problem as problem:
        return _list(request, problem)
    return redirect("contain:accounts", ref=request.case.reference)


@never_cache
@require_http_methods(["GET", "POST"])
@member("read", case=True)
def account(request: Any, account: str) -> HttpResponse:
    """One account: its steps, what was answered, how it stands. POST corrects what was said of it."""
    one, lang = _found(request, account), language()
    if request.method == "GET":
        return _account(request, one)
    _may_record(request)
    case, actor, once = request.case, casebook.actor_of(request), _request_id(request)
    act = request.POST.get("act", "")
    try:
        if act == "drop":
            recording.drop(case, actor, one, lang=lang, request_id=once)
            messages.success(request, gettext("一覧から外しました。記録には残っています。"))
            return redirect("contain:accounts", ref=case.reference)
        if act == "again":
            made = recording.name_accounts(case, actor, [one.row.service], _said(request), lang=lang, request_id=once)
            return redirect("contain:account", ref=case.reference, account=made[0])
        if act != "about":
            raise Problem("contain.choose_one")
        recording.say_more(case, actor, one, _said(request), lang=lang, request_id=once)
    except Problem as problem:
        return _account(request, one, problem)
    return redirect("contain:account", ref=case.reference, account=one.id)


@never_cache
@require_http_methods(["GET", "POST"])
@member("read", case=True)
def step(request: Any, account: str, part: str) -> HttpResponse:
    """One step of one account. Answering leads to the next one without an answer."""
    one = _found(request, account)
    if part not in {each.id for each in one.account.steps}:
        raise Problem("contain.no_such_account")
    if request.method == "GET":
        row = one.rows.get(part)
        return _step(request, one, part, casebook.text(request.case, row.text_sha256) if row else "")
    _may_record(request)
    text = request.POST.get("text", "")
    files = [file for file in request.FILES.getlist("photo") if file][:PHOTOS]
    done = Done(request.POST.get("answer", ""), text, [(file, file.name or "photo") for file in files])
    try:
        actor, once = casebook.actor_of(request), _request_id(request)
        one = recording.do_step(request.case, actor, one, part, done, lang=language(), request_id=once)
    except Problem as problem:
        return _step(request, one, part, "" if looks_secret(text) else text, problem)
    if done.answer == "cannot":
        messages.info(request, one.words(language()).help)
    following = one.next
    if following is None:
        return redirect("contain:account", ref=request.case.reference, account=one.id)
    return redirect("contain:account_step", ref=request.case.reference, account=one.id, part=following.id)


def _list(request: Any, problem: Problem | None = None) -> HttpResponse:
    lang = language()
    chosen, label = request.POST.getlist("services"), request.POST.get("label", "")
    context = {
        **pages.list_page(request.case, request.workspace, lang),
        **_shown(request, problem),
        "chosen": chosen,
        "label": "" if looks_secret(label) else label[:200],
        "suspected": request.POST.get("suspected", "unknown"),
    }
    return render(request, "contain/account_list.html", context, status=422 if problem else 200)


def _account(request: Any, one: reading.Standing, problem: Problem | None = None) -> HttpResponse:
    context = {**pages.account_page(request.case, one, language()), **_shown(request, problem)}
    return render(request, "contain/account.html", context, status=422 if problem else 200)


def _step(request: Any, one: reading.Standing, part: str, text: str, problem: Problem | None = None) -> HttpResponse:
    found = next(each for each in one.account.steps if each.id == part)
    context = {**pages.step_page(one, found, language()), **_shown(request, problem), "text": text}
    return render(request, "contain/account_step.html", context, status=422 if problem else 200)


def _shown(request: Any, problem: Problem | None) -> dict[str, Any]:
    if problem and not problem.code.startswith(("contain.", "casebook.text")):
        raise problem
    return {
        "problem": words.problem(problem, language()) if problem else "",
        "may_record": may(request.role, "record"),
        "base": f"/i/{request.case.reference}/accounts/",
    }


def _found(request: Any, account: str) -> reading.Standing:
    one = reading.standing(request.case, account)
    if one is None:
        raise Problem("contain.no_such_account")
    return one


def _said(request: Any) -> Said:
    posted = request.POST
    return Said(
        posted.get("label", ""), posted.get("suspected", "unknown"), tuple(posted.getlist("recovered_by")[:100])
    )


def _may_record(request: Any) -> None:
    if not may(request.role, "record"):
        refuse()


def _request_id(request: Any) -> str | None:
    sent = request.POST.get("request_id", "")
    return sent if re.fullmatch(r"[0-9a-f]{32}", sent) else None
