"""Home with one big action, the incident page with one next thing, the record, the note bar."""

import re
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hikeshi.board import services
from hikeshi.board.forms import EndForm, NoteForm
from hikeshi.casebook import services as casebook
from hikeshi.desk.services import download_name, may, member, refuse, way_back
from hikeshi.notify import services as notify
from hikeshi.prepare import services as prepare

PAGE = 50


@require_GET
@member("read")
def home(request: Any) -> HttpResponse:
    """One big action; what is going on comes first when there is something; one task of preparation."""
    going_on = [(case, notify.clocks(case)[:1]) for case in casebook.cases(request.workspace, open_only=True)[:5]]
    return render(
        request,
        "board/home.html",
        {
            "going_on": going_on,
            "may_open": may(request.role, "open_case"),
            "next_task": prepare.next_task(request.workspace) if may(request.role, "prepare") else None,
            "earlier": casebook.cases(request.workspace).exclude(closed_at=None).exists(),
        },
    )


@require_GET
@member("read")
def incidents(request: Any) -> HttpResponse:
    """Every incident of the workspace, 50 a page."""
    page = Paginator(casebook.cases(request.workspace), PAGE).get_page(request.GET.get("page"))
    return render(request, "board/incidents.html", {"page": page})


@require_POST
@member("open_case")
def open_incident(request: Any) -> HttpResponse:
    """One tap, nothing asked: the first card comes next."""
    case = casebook.open_case(
        request.workspace, casebook.actor_of(request), request_id=_request_id(request.POST.get("request_id"))
    )
    return redirect(f"/i/{case.reference}/first-hour/")


def _request_id(said: str | None) -> str | None:
    return said if said and re.fullmatch(r"[0-9a-f]{32}", said) else None


@require_GET
@member("read", case=True)
def incident(request: Any) -> HttpResponse:
    """Exactly one next thing, the steps, what is known, the newest of the record."""
    return render(request, "board/incident.html", services.overview(request.case))


@require_GET
@member("read", case=True)
def whole_record(request: Any) -> HttpResponse:
    """The record, newest first; filtered by kind."""
    kind = request.GET.get("kind", "")
    before = request.GET.get("before", "")
    found = list(
        casebook.entries(
            request.case,
            [kind] if kind else None,
            newest_first=True,
            limit=PAGE + 1,
            before=int(before) if before.isascii() and before.isdigit() and len(before) < 16 else None,
        )
    )
    lang, names = services.language(), services.file_names(request.case)
    context = {
        "entries": [services.shown_entry(request.case, entry, lang, names) for entry in found[:PAGE]],
        "older": found[PAGE - 1].number if len(found) > PAGE else None,
        "kind": kind,
        "head": casebook.head(request.case),
    }
    return render(request, "board/record.html", context)


@require_GET
@member("read", case=True)
def facts(request: Any) -> HttpResponse:
    """All that is known, by status."""
    lang = services.language()
    shown = [services.shown_fact(request.case, fact, lang) for fact in casebook.facts(request.case).values()]
    groups = [(status, [fact for fact in shown if fact["status"] == status]) for status in casebook.STATUSES]
    context = {"groups": [group for group in groups if group[1]], "may_record": may(request.role, "record")}
    return render(request, "board/facts.html", context)


@require_POST
@member("record", case=True)
def note(request: Any) -> HttpResponse:
    """Record what was seen or done, at once; back to the page it was written on."""
    back = way_back(request, f"/i/{request.case.reference}/")
    form = NoteForm(request.POST, request.FILES)
    if not form.is_valid():
        bar = services.note_bar(request.case, request) or {}
        error = " ".join(str(e) for errors in form.errors.values() for e in errors)
        bar |= {"error": error, "value": request.POST.get("text", "")}
        bar["hidden"] = {**bar.get("hidden", {}), "next": back}
        context = {"note_bar": bar, **services.overview(request.case)}
        return render(request, "board/incident.html", context, status=422)
    said = form.cleaned_data
    actor = casebook.actor_of(request)
    files = [file for file in (said["photo"], said["file"]) if file]
    once = said["request_id"] or None
    attached = [casebook.keep_file(request.case, file, file.name, actor, form=once).data["sha256"] for file in files]
    written = said["text"] or gettext("写真・ファイルを付けました")
    casebook.add_note(
        request.case,
        written,
        actor,
        occurred_at=said["occurred_at"],
        attachments=attached,
        request_id=once,
        step="S1.2",
    )
    messages.success(request, gettext("記録しました。"))
    return redirect(back)


@require_GET
@member("read", case=True)
def evidence(request: Any, sha256: str) -> FileResponse:
    """A kept file, as a download only: it may come from the attacker and is never shown or run here."""
    kept = casebook.evidence_of(request.case).filter(sha256=sha256).first()
    if kept is None:
        raise casebook.Problem("casebook.no_evidence", sha256=sha256[:64])
    return FileResponse(
        casebook.open_evidence(request.case, sha256),
        as_attachment=True,
        filename=download_name(kept.name),
        content_type="application/octet-stream",
    )


@require_http_methods(["GET", "POST"])
@member("read", case=True)
def end(request: Any) -> HttpResponse:
    """Close an incident, or say that it was none; or open a closed one again."""
    if request.method == "POST" and not may(request.role, "close_case"):
        refuse()
    owed = notify.clocks(request.case)
    form = EndForm(request.POST if request.method == "POST" else None, owed=bool(owed))
    if request.method == "POST" and "reopen" in request.POST:
        casebook.reopen_case(request.case, casebook.actor_of(request))
        return redirect(f"/i/{request.case.reference}/")
    if request.method == "POST" and form.is_valid():
        casebook.close_case(
            request.case,
            casebook.actor_of(request),
            outcome=form.cleaned_data["outcome"],
            reason=form.cleaned_data["reason"],
        )
        messages.success(request, gettext("記録を閉じました。いつでももう一度開けます。"))
        return redirect(f"/i/{request.case.reference}/")
    context = {"form": form, "owed": owed, "may_end": may(request.role, "close_case")}
    return render(request, "board/end.html", context, status=422 if form.errors else 200)
