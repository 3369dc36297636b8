"""Pages of deliveries: the list, a new one, its columns, where it stands, its people, and one person."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hikeshi.casebook import services as casebook
from hikeshi.desk.services import may, member, refuse
from hikeshi.engines.common.problem import Problem
from hikeshi.engines.mail import journal, sheet
from hikeshi.notify import letters, services
from hikeshi.notify.delivery import acts, bounced, envelopes, keeping, merging, people, rules, saying, setup
from hikeshi.notify.delivery.forms import FIELDS, CallForm, ListForm
from hikeshi.notify.documents import marks
from hikeshi.notify.letters import ways

A_PAGE = 100
SHOWN_ROWS = 5


def _now(request: Any, delivery: str) -> rules.Standing:
    try:
        return acts.standing(request.case, delivery)
    except Problem as problem:
        raise Http404(delivery) from problem


def _named(now: rules.Standing) -> str:
    return services.document_name(now.document, services.language())


@require_GET
@member("read", case=True)
def listed(request: Any) -> HttpResponse:
    """Every delivery of the case, and what is needed before one can begin."""
    rows = [
        {
            "now": now,
            "name": _named(now),
            "way": saying.way(now.way),
            "stage": saying.stage(now),
            "counts": _counts(now),
        }
        for now in acts.of_case(request.case)
    ]
    context = {
        "rows": rows,
        "papers": acts.approved(request.case),
        "mail": setup.mail(request.workspace),
        "may_send": may(request.role, "send"),
        "may_set": may(request.role, "settings"),
    }
    return render(request, "notify/deliveries.html", context)


def _counts(now: rules.Standing) -> list[dict[str, Any]]:
    found, names = now.counts(), saying.states()
    return [{"state": state, "name": names[state], "count": found[state]} for state in rules.STATES if found[state]]


@require_http_methods(["GET", "POST"])
@member("read", case=True)
def new(request: Any) -> HttpResponse:
    """Which approved text, which way, which list."""
    if not may(request.role, "send"):
        refuse()
    papers = {f"{paper.key}/{paper.lang}": paper for paper in acts.approved(request.case)}
    names = {"ja": gettext("日本語"), "en": gettext("英語")}
    choices = [
        (key, f"{services.document_name(paper.key, services.language())} / {names[paper.lang]}")
        for key, paper in papers.items()
    ]
    form = ListForm(request.POST or None, request.FILES or None, papers=choices)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            rows = _rows(said)
        except Problem as problem:
            form.add_error("file", saying.problem(problem.code, problem.params))
        else:
            delivery = acts.draft(
                request.case,
                papers[said["paper"]],
                said["way"],
                rows,
                casebook.actor_of(request),
                source="upload" if said["file"] else "typed",
                request_id=said["request_id"] or None,
            )
            return redirect("notify:delivery_columns", request.case.reference, delivery)
    context = {"form": form, "papers": papers}
    return render(request, "notify/delivery_new.html", context, status=422 if form.errors else 200)


def _rows(said: dict[str, Any]) -> list[list[str]]:
    file = said["file"]
    if not file:
        return sheet.typed(said["typed"], gettext("書いた一覧"))
    # Read in a process of its own, which wants a file of its own; it is gone when its rows are kept.
    with tempfile.TemporaryDirectory(prefix="list-", dir=settings.FILE_UPLOAD_TEMP_DIR) as folder:
        path = Path(folder) / "list"
        with path.open("wb") as out:
            for chunk in file.chunks():
                out.write(chunk)
        return sheet.read(path, file.name)


@require_http_methods(["GET", "POST"])
@member("read", case=True)
def columns(request: Any, delivery: str) -> HttpResponse:
    """What each column is: guessed, shown with a few rows, said by a person."""
    now = _now(request, delivery)
    if not may(request.role, "send"):
        refuse()
    if now.begun_at:
        return redirect("notify:delivery", request.case.reference, delivery)
    rows = people.table(request.case, now.table)
    chosen, heading = now.columns or now.guessed, now.heading
    error = ""
    if request.method == "POST":
        chosen = [request.POST.get(f"column{n}", "") for n in range(len(now.guessed))]
        heading = request.POST.get("heading") == "yes"
        try:
            acts.settle(request.case, delivery, chosen, heading, casebook.actor_of(request))
        except Problem as problem:
            params = dict(problem.params)
            if "column" in params:
                params["column"] = str(dict(FIELDS)[str(params["column"])])
            error = saying.problem(problem.code, params)
        else:
            return redirect("notify:delivery", request.case.reference, delivery)
    shown = rows[1:] if heading else rows
    table = [
        {
            "number": n,
            "title": rows[0][n] if rows and heading else gettext("%(n)d列目") % {"n": n + 1},
            "cells": [row[n][:60] for row in shown[:SHOWN_ROWS]],
            "choices": [(value, label, value == chosen[n]) for value, label in FIELDS],
        }
        for n in range(len(now.guessed))
        if rows
    ]
    context = {
        "now": now,
        "name": _named(now),
        "columns": table,
        "heading": heading,
        "error": error,
        "count": len(shown),
    }
    return render(request, "notify/delivery_columns.html", context, status=422 if error else 200)


@require_GET
@member("read", case=True)
def one(request: Any, delivery: str) -> HttpResponse:
    """Where a delivery stands, and the next thing to do."""
    now = _now(request, delivery)
    if now.stage == "drafted":
        return redirect("notify:delivery_columns", request.case.reference, delivery)
    listed_ = people.kept(request.case, now.recipients)
    good = [person for person in listed_.values() if not person.wrong]
    counts = now.counts()
    names = saying.states()
    stands = _paper(request, now)
    done = now.count - counts["waiting"] - counts["later"] + _at_work(now)
    context = {
        "now": now,
        "name": _named(now),
        "way": saying.way(now.way),
        "stage": saying.stage(now),
        "good": len(good),
        "broken": [{"person": person, "why": saying.wrong(person)} for person in listed_.values() if person.wrong][
            :A_PAGE
        ],
        "sample": _sample(request, now, good, stands),
        "counts": _counts(now),
        "to_decide": [
            {"state": state, "name": names[state], "count": counts[state]}
            for state in rules.NEXT_THING
            if counts[state]
        ],
        "done": min(done, now.count),
        "problem": saying.stopped(now) if now.paused else "",
        "changed": now.paused and now.problem in saying.CHANGED,
        "rest": now.paused and acts.new_text(request.case, now) is not None,
        "tests": [saying.trial(test) for test in now.tests.values()][-3:],
        "stands": stands is not None,
        "to_all": _to_all(now, good, stands),
        "ask_clean": bool(ways.unasked(request.case, now.way)),
        "here": request.path,
        "mail": setup.mail(request.workspace),
        "own_address": services.sender(request.workspace).get("email", ""),
        "parts": envelopes.parts(now, listed_) if now.begun_at and now.way != "phone" else [],
        "lost": [gettext("いちど送ったメールは、取り戻せません。"), gettext("あて先：%(n)d人") % {"n": len(good)}],
        "unmet": _unmet(request, now),
        "may_send": may(request.role, "send"),
        "may_set": may(request.role, "settings"),
    }
    return render(request, "notify/delivery.html", context)


def _unmet(request: Any, now: rules.Standing) -> dict[str, Any] | None:
    """The duties that a person may say are met now, with the numbers that they say it on."""
    if not now.begun_at or not rules.over(now) or not (targets := acts.targets(request.case, now)):
        return None
    names = [services.duty_name(target, services.language()) for target in targets]
    return {"names": names, "numbers": saying.numbers(now)}


def _paper(request: Any, now: rules.Standing) -> letters.Paper | None:
    """The paper, as long as exactly this text may go out this way."""
    try:
        return acts.paper(request.case, now)
    except Problem:
        return None


def _to_all(now: rules.Standing, good: list[people.Recipient], paper: letters.Paper | None) -> list[str]:
    """Before it begins: what people with different items would all read of somebody's items."""
    if now.begun_at or paper is None or len({person.items for person in good}) < 2:
        return []
    return marks.named_to_all(paper.text, paper.facts or {}, paper.lang)


def _at_work(now: rules.Standing) -> int:
    """How many of the batch at work are through, as its journal tells."""
    if now.unfinished is None:
        return 0
    left = journal.left(keeping.journal_path(now.delivery), f"{now.unfinished['batch']} {now.unfinished['claim']}")
    return len(left.results) if left else 0


def _sample(request: Any, now: rules.Standing, good: list[people.Recipient], paper: letters.Paper | None) -> Any:
    """What one person gets, whole."""
    if not good or (paper is None and not now.begun_at):
        return None
    asked = request.GET.get("sample", "")
    person = next((one for one in good if str(one.number) == asked), good[0])
    following = next((one.number for one in good if one.number > person.number), good[0].number)
    text = casebook.text(request.case, now.text) if now.begun_at else paper.text if paper else ""
    slot = now.slot if now.begun_at else merging.slot_of(paper.document, text) if paper else ""
    return {
        "person": person,
        "note": saying.note(person),
        "next": following,
        "text": merging.merged(text, slot, person, now.language),
        "subject": now.subject or (paper.document.title if paper else ""),
    }


@require_GET
@member("read", case=True)
def persons(request: Any, delivery: str) -> HttpResponse:
    """The people of a delivery; by state, a hundred a page."""
    now = _now(request, delivery)
    listed_, names = people.kept(request.case, now.recipients), saying.states()
    asked = request.GET.get("state", "")
    numbers = [number for number, person in now.people.items() if asked in ("", person.state)]
    page = Paginator(numbers, A_PAGE).get_page(request.GET.get("page"))
    rows = [
        {
            "number": number,
            "person": listed_.get(number, people.Recipient(number)),
            "state": now.people[number].state,
            "name": names[now.people[number].state],
            "next": saying.next_thing(now.people[number], now.way),
        }
        for number in page
    ]
    context = {"now": now, "name": _named(now), "rows": rows, "page": page, "asked": asked, "counts": _counts(now)}
    return render(request, "notify/delivery_people.html", context)


@require_http_methods(["GET", "POST"])
@member("read", case=True)
def person(request: Any, delivery: str, number: int) -> HttpResponse:
    """One person: what became of it, what to do next, the telephone script and what was said."""
    now = _now(request, delivery)
    listed_ = people.kept(request.case, now.recipients).get(number, people.Recipient(number))
    if not now.begun_at or number not in now.people:
        raise Http404(number)
    form = CallForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        if not may(request.role, "send"):
            refuse()
        if form.is_valid():
            said = form.cleaned_data
            actor, once = casebook.actor_of(request), said["request_id"] or None
            acts.called(request.case, delivery, number, said["outcome"], said["said"], actor, request_id=once)
            messages.success(request, gettext("電話のことを記録しました。"))
            return redirect("notify:delivery_person", request.case.reference, delivery, number)
    one_ = now.people[number]
    context = {
        "now": now,
        "name": _named(now),
        "person": listed_,
        "one": one_,
        "state": saying.states()[one_.state],
        "wrong": saying.wrong(listed_),
        "next": saying.next_thing(one_, now.way),
        "again": now.way == "mail" and one_.state not in ("waiting", "later") and not listed_.wrong,
        "remarks": casebook.text(request.case, one_.remarks) if one_.remarks else "",
        "calls": [
            {"at": at, "outcome": saying.outcome(code), "said": casebook.text(request.case, said)}
            for at, code, said in one_.calls
        ],
        "script": saying.script(request.case, services.sender(request.workspace), listed_),
        "text": merging.merged(casebook.text(request.case, now.text), now.slot, listed_, now.language),
        "form": form,
        "lost": [gettext("前のメールが届いていれば、この人には同じメールが2通届きます。")],
        "may_send": may(request.role, "send"),
    }
    return render(request, "notify/delivery_person.html", context, status=422 if form.errors else 200)


@require_POST
@member("send", case=True)
def decide(request: Any, delivery: str, number: int) -> HttpResponse:
    """What is to become of one person."""
    _now(request, delivery)
    what = request.POST.get("what")
    if what not in ("went", "again", "post", "phone", "leave"):
        raise Http404(what)
    if what == "again" and request.POST.get("confirm") != "yes":
        messages.error(request, gettext("「読みました」に印がないので、送っていません。"))
        return redirect("notify:delivery_person", request.case.reference, delivery, number)
    remarks = request.POST.get("remarks", "")[:2000]
    actor, once = casebook.actor_of(request), request.POST.get("request_id") or None
    acts.decide(request.case, delivery, number, what, actor, remarks=remarks, request_id=once)
    messages.success(request, gettext("記録しました。"))
    return redirect("notify:delivery_person", request.case.reference, delivery, number)


@require_POST
@member("send", case=True)
def act(request: Any, delivery: str, what: str) -> HttpResponse:
    """Try out, begin, stop, go on, look for what came back."""
    now, actor = _now(request, delivery), casebook.actor_of(request)
    back = redirect(f"{reverse('notify:delivery', args=[request.case.reference, delivery])}#next-step")
    once = request.POST.get("request_id") or None
    if what == "test":
        acts.ask_test(request.case, delivery, request.POST.get("to", ""), actor, request_id=once)
        messages.success(request, gettext("試しの1通を頼みました。少しして受信箱を見てください。"))
    elif what == "begin":
        if request.POST.get("confirm") != "yes":
            messages.error(request, gettext("「読みました」に印がないので、始めていません。"))
            return back
        acts.begin(request.case, delivery, request.POST.get("sha256", ""), actor, request_id=once)
        messages.success(request, gettext("始めました。このページを閉じても続きます。"))
    elif what in ("pause", "resume"):
        acts.pause(request.case, delivery, what == "pause", actor)
    elif what == "rest":
        new_ = acts.rest(request.case, delivery, actor, request_id=once)
        messages.success(request, gettext("残りの人の送信を作りました。列を確かめ、見本を読んでから始めます。"))
        return redirect("notify:delivery_columns", request.case.reference, new_)
    elif what == "posted":
        part = request.POST.get("part", "")
        envelopes.posted(request.case, delivery, int(part) if part.isdecimal() else 0, actor, request_id=once)
        messages.success(request, gettext("投函したことを記録しました。"))
    elif what == "met":
        acts.met(request.case, delivery, actor, saying.numbers(now), request_id=once)
        messages.success(request, gettext("本人への通知を済みにしました。"))
    elif what == "returned":
        found = bounced.look(request.workspace)
        messages.success(request, gettext("戻ってきたメールを探しました。新しく見つかったもの：%(n)d件") % {"n": found})
    else:
        raise Http404(what)
    return back if now else back


@require_GET
@member("read", case=True)
def letters_file(request: Any, delivery: str, number: int) -> HttpResponse:
    """Letters for window envelopes, some at a time."""
    now = _now(request, delivery)
    if not may(request.role, "send"):
        refuse()
    data = envelopes.made(request.case, now, number, casebook.actor_of(request))
    name = f"{request.case.reference}-letters-{number}.pdf"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(data, content_type="application/pdf", headers=headers)
