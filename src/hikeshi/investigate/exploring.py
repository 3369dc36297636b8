"""Pages for looking through all events of the logs: the story, the timeline, who logged on where."""

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hikeshi.casebook import services as casebook
from hikeshi.desk.services import may, member, refuse
from hikeshi.engines.logs.browsing import Look
from hikeshi.investigate import drawing, looking, questions, tables
from hikeshi.investigate.forms import EventForm, LookForm, pair

EDGES = 60
AROUND, LONGEST = timedelta(minutes=10), 1_000


@require_GET
@member("read", case=True)
def story(request: Any) -> HttpResponse:
    """Route, period, accounts, what was reached and taken: proposed, each to be made a fact by a person."""
    stories = looking.told(request.case)
    names = [part["name"] for one in stories for section in one["sections"] for part in section["parts"]]
    states = looking.states(request.case, names)
    for one in stories:
        for section in one["sections"]:
            for part in section["parts"]:
                part["status"] = states.get(part["name"], "")
    context = {"stories": stories, "may_record": may(request.role, "record")}
    return render(request, "investigate/story.html", context)


@require_POST
@member("record", case=True)
def state_part(request: Any) -> HttpResponse:
    """One part of the story becomes a fact, as sure as the person says."""
    status = "confirmed" if request.POST.get("status") == "confirmed" else "suspected"
    looking.state_part(request.case, request.POST.get("part", ""), status, casebook.actor_of(request))
    messages.success(request, gettext("記録しました。"))
    return redirect("investigate:story", request.case.reference)


@require_GET
@member("read", case=True)
def logons(request: Any) -> HttpResponse:
    """Who logged on where: a picture, and the same as a table."""
    edges = [edge for one in looking.told(request.case) for edge in one["story"].get("graph", [])]
    edges.sort(key=lambda edge: (not edge["intruder"], not edge["success"]))
    context = {"graph": drawing.graph(edges), "edges": edges[:EDGES], "more": max(0, len(edges) - EDGES)}
    return render(request, "investigate/logons.html", context)


@require_GET
@member("read", case=True)
def timeline(request: Any) -> HttpResponse:
    """All events of the logs that were read, narrowed down as the address says."""
    form = LookForm(request.GET)
    valid = form.is_valid()
    look = form.look() if valid else Look()
    view = looking.view(request.case, "", look)
    here = _query(look)
    context = {
        "form": form,
        "view": view,
        "look": look,
        "bars": [(bar, _changed(here, since=bar.since, until=bar.until)) for bar in _bars(view)],
        "filters": [
            (name, value, sign, _without(here, sign, name, value), pair(name, value))
            for sign, name, value in _filters(look)
        ],
        "tops": [
            (name, [(value, n, _with(here, name, value)) for value, n in tops]) for name, tops in view.tops.items()
        ],
        "rows": [(row, _at(row), looking.what(row)) for row in view.rows],
        "span": _span(here) if look.since or look.until else "",
        "earlier": _changed(here, page=str(look.page - 1)) if look.page else "",
        "later": _changed(here, page=str(look.page + 1)) if (look.page + 1) * look.size < view.total else "",
        "scans": tables.there(request.case),
        "forms": questions.forms(),
        "shown": "?" + here.urlencode() if look.narrow else "",
        "may_record": may(request.role, "record"),
    }
    return render(request, "investigate/timeline.html", context, status=200 if valid else 422)


@require_http_methods(["GET", "POST"])
@member("read", case=True)
def event(request: Any) -> HttpResponse:
    """One event with all its fields; a person may make a fact of it."""
    said = request.POST if request.method == "POST" else request.GET
    scan, row = looking.one_event(request.case, *(said.get(name, "") for name in ("file", "record", "time", "scan")))
    form = EventForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        if not may(request.role, "record"):
            refuse()
        if form.is_valid():
            about, actor = form.cleaned_data, casebook.actor_of(request)
            looking.state_event(request.case, row, scan, about["told"], about["status"], actor)
            messages.success(request, gettext("記録しました。"))
            return redirect("investigate:timeline", request.case.reference)
    context = {"row": row, "form": form, "may_record": may(request.role, "record"), "around": _around(row["time"])}
    context["scan"] = scan
    context["fields"] = [
        (name, value, _pivot("only", name, value), _pivot("without", name, value))
        for name, value in row["fields"].items()
    ]
    return render(request, "investigate/event.html", context, status=422 if form.errors else 200)


def _pivot(sign: str, name: str, value: Any) -> str:
    """The timeline with only, or without, the events of this value; nothing for one too long for an address."""
    return "?" + urlencode({sign: pair(name, value)}) if len(str(value)) <= LONGEST else ""


def _around(time: str) -> str:
    """The timeline of the minutes before and after a moment."""
    moment = datetime.fromisoformat(time)
    since, until = (f"{moment + sign * AROUND:%Y-%m-%dT%H:%M:%SZ}" for sign in (-1, 1))
    return "?" + urlencode({"since": since, "until": until})


def _bars(view: Any) -> list[drawing.Bar]:
    return drawing.bars(view.bins, view.last)


def _filters(look: Look) -> list[tuple[str, str, str]]:
    return [("only", *one) for one in look.only] + [("without", *one) for one in look.without]


def _query(look: Look) -> QueryDict:
    """The address that gives this look, without its page."""
    query = QueryDict(mutable=True)
    for name in ("since", "until", "text"):
        if value := getattr(look, name):
            query[name] = value
    for sign, name, value in _filters(look):
        query.appendlist(sign, pair(name, value))
    return query


def _with(query: QueryDict, name: str, value: str) -> str:
    changed = query.copy()
    if pair(name, value) not in changed.getlist("only"):
        changed.appendlist("only", pair(name, value))
    return "?" + changed.urlencode()


def _without(query: QueryDict, sign: str, name: str, value: str) -> str:
    changed = query.copy()
    changed.setlist(sign, [one for one in query.getlist(sign) if one != pair(name, value)])
    return "?" + changed.urlencode()


def _changed(query: QueryDict, **named: str) -> str:
    changed = query.copy()
    for name, value in named.items():
        changed[name] = value
    return "?" + changed.urlencode()


def _span(query: QueryDict) -> str:
    changed = query.copy()
    for name in ("since", "until"):
        changed.pop(name, None)
    return "?" + changed.urlencode()


def _at(row: dict[str, Any]) -> str:
    return "?" + urlencode({name: row[name] for name in ("file", "record", "time", "scan")})
