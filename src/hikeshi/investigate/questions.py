"""Pages for those who want more than is shown: free questions in SQL, and all events for other tools."""

import csv
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_GET

from hikeshi.desk.services import member
from hikeshi.engines.common.claim import claimed
from hikeshi.engines.common.limited import Limits
from hikeshi.engines.common.problem import Problem
from hikeshi.engines.logs import asking, exporting
from hikeshi.engines.logs.browsing import Look
from hikeshi.investigate import services, tables
from hikeshi.investigate.forms import AskForm, LookForm
from hikeshi.investigate.models import Scan

SHOWN, GIVEN = 200, 10_000
"""Rows on the page, and in the file that holds the same answer."""
SECONDS = 30
EXPORT_SECONDS = 600
_PIECE = 1 << 16
_TYPES = {"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
_LINES = "application/x-ndjson"


def forms() -> list[tuple[str, str]]:
    """The forms in which all events are given, with what each is for."""
    named = {
        "xlsx": gettext("Excel の表"),
        "csv": gettext("CSV（表計算ソフト用）"),
        "jsonl": gettext("JSON Lines（1件1行。調査会社の道具用）"),
        "timesketch": gettext("Timesketch 用"),
    }
    return [(form, named[form]) for form in ("xlsx", "csv", "jsonl", "timesketch")]


def _examples(known: list[str]) -> list[tuple[str, str]]:
    """Questions to begin with, of those for which the table has the columns."""
    wanted = [
        (gettext("接続元ごとの件数"), ["source.ip"], 'SELECT "source.ip", count(*) AS n FROM events GROUP BY 1'),
        (
            gettext("失敗の多いアカウントと接続元"),
            ["user.name", "source.ip", "event.outcome"],
            'SELECT "user.name", "source.ip", count(*) AS n, min(time) AS "from", max(time) AS "to" FROM events\n'
            "WHERE \"event.outcome\" = 'failure' GROUP BY 1, 2",
        ),
        (
            gettext("接続元ごとに送られた量"),
            ["source.ip", "network.bytes"],
            'SELECT "source.ip", sum(TRY_CAST("network.bytes" AS BIGINT)) AS n FROM events GROUP BY 1',
        ),
        (
            gettext("日ごとの件数（日本時間）"),
            [],
            "SELECT CAST(time + INTERVAL 9 HOUR AS DATE) AS day, count(*) AS n FROM events GROUP BY 1",
        ),
    ]
    return [(name, f"{sql}\nORDER BY n DESC LIMIT 100") for name, needs, sql in wanted if set(needs) <= set(known)]


@require_GET
@member("read", case=True)
def ask(request: Any) -> HttpResponse:
    """One question in SQL to the events of all logs of the case; ?form=csv gives the answer as a file.

    One at a time a person: each may hold a thread of the server and a gigabyte for half a minute.
    """
    scans = tables.there(request.case)
    folders = [tables.place(scan) for scan in scans]
    form = AskForm(request.GET if "sql" in request.GET else None)
    found, known, busy = None, [], False
    as_file = request.GET.get("form") == "csv"
    if scans:
        try:
            if form.is_bound and form.is_valid():
                sql, most = form.cleaned_data["sql"], GIVEN if as_file else SHOWN
                with claimed(tables.turn(request.user.pk)) as mine:
                    busy = not mine
                    if busy:
                        raise Problem("investigate.one_question", seconds=SECONDS)
                    found = asking.ask(folders, sql, most=most, limits=Limits(wall=SECONDS, cpu=SECONDS))
                known = found["known"]
                if as_file:
                    return _answer(found)
        except Problem as problem:
            form.add_error("sql", services.words.problem(problem, services.language()))
    if scans and not known and not busy:
        known = asking.ask(folders, "SELECT 1", limits=Limits(wall=SECONDS, cpu=SECONDS))["known"]
    if found:
        found["rows"] = [list(zip(found["columns"], row, strict=True)) for row in found["rows"]]
    context: dict[str, Any] = {
        "form": form,
        "found": found,
        "known": known,
        "examples": _examples(known),
        "scans": scans,
    }
    context["file"] = "?" + urlencode({"sql": request.GET.get("sql", ""), "form": "csv"})
    return render(request, "investigate/ask.html", context, status=409 if busy else 422 if form.errors else 200)


def _answer(found: dict[str, Any]) -> HttpResponse:
    """As CSV that a spreadsheet carries nothing out of."""
    response = HttpResponse(content_type=_TYPES["csv"])
    response["Content-Disposition"] = 'attachment; filename="answer.csv"'
    response.write("\ufeff")
    writer = csv.writer(response)
    for row in [found["columns"], *found["rows"]]:
        writer.writerow(["" if one is None else exporting.safe(str(one)) for one in row])
    return response


@require_GET
@member("read", case=True)
def export(request: Any, name: str, form: str) -> StreamingHttpResponse:
    """All events of one scan, for a spreadsheet or another tool."""
    scan = next(iter(tables.there(request.case, name)), None)
    if scan is None:
        raise Http404
    return _given(request.case, [scan], form)


@require_GET
@member("read", case=True)
def export_shown(request: Any, form: str) -> HttpResponseBase:
    """The events that the timeline shows at this address (the same filter), or all of the case without one."""
    asked = LookForm(request.GET)
    if not asked.is_valid():
        return redirect(f"{reverse('investigate:timeline', args=[request.case.reference])}?{request.GET.urlencode()}")
    look = asked.look()
    return _given(request.case, tables.there(request.case), form, look if look.narrow else None)


def _given(case: Any, scans: list[Scan], form: str, look: Look | None = None) -> StreamingHttpResponse:
    if not scans or form not in exporting.FORMS:
        raise Http404
    end = "jsonl" if form == "timesketch" else form
    folder = Path(tempfile.mkdtemp(prefix="hikeshi-export-"))
    out = folder / f"events.{end}"
    try:
        limits = Limits(wall=EXPORT_SECONDS, cpu=EXPORT_SECONDS)
        exporting.export([tables.place(scan) for scan in scans], form, out, look=look, limits=limits)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    response = StreamingHttpResponse(_pieces(out), content_type=_TYPES.get(end, _LINES))
    # A sending that never begins closes no iterator; the answer itself is closed in any case.
    response._resource_closers.append(lambda: shutil.rmtree(folder, ignore_errors=True))  # type: ignore[attr-defined]
    response["Content-Length"] = str(out.stat().st_size)
    part = "-part" if look else ""
    response["Content-Disposition"] = f'attachment; filename="{case.reference}-{form}{part}.{end}"'
    return response


def _pieces(out: Path) -> Iterator[bytes]:
    """The file's bytes; it is taken away once they are sent."""
    try:
        with out.open("rb") as handle:
            while piece := handle.read(_PIECE):
                yield piece
    finally:
        shutil.rmtree(out.parent, ignore_errors=True)
