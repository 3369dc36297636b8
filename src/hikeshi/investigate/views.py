"""Step 2 in the web: bring logs, watch them being read, judge what was found, say who is affected."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hikeshi.casebook import services as casebook
from hikeshi.desk.services import may, member, refuse
from hikeshi.engines.common.problem import Problem
from hikeshi.investigate import questions, rules, services, tables, telling
from hikeshi.investigate.forms import AffectedForm, FolderForm, JudgeForm, UploadForm
from hikeshi.investigate.models import Scan


def _page(request: Any, form: UploadForm, folder_form: FolderForm | None = None, status: int = 200) -> HttpResponse:
    found = services.findings(request.case)
    context = {
        "form": form,
        "folder_form": folder_form or FolderForm(),
        "folders": services.folders(request.workspace) if may(request.role, "point_at") else [],
        **_scans(request.case),
        "waiting": [one for one in found if not one["row"].verdict],
        "judged": [one for one in found if one["row"].verdict],
        "may_look": any(one["scan"].state == "done" for one in services.scans(request.case)),
        "may_record": may(request.role, "record"),
        "may_point": may(request.role, "point_at"),
        "may_name": services.may_name(casebook.actor_of(request)),
    }
    return render(request, "investigate/page.html", context, status=status)


@require_GET
@member("read", case=True)
def page(request: Any) -> HttpResponse:
    """Bring logs; what was found; what was decided."""
    return _page(request, UploadForm())


@require_POST
@member("record", case=True)
def take(request: Any) -> HttpResponse:
    """Keep the files as evidence, then ask for them to be read."""
    form = UploadForm(request.POST, request.FILES)
    if form.is_valid() and form.cleaned_data["path"] and not may(request.role, "point_at"):
        refuse()
    if not form.is_valid():
        return _page(request, form, status=422)
    said, actor = form.cleaned_data, casebook.actor_of(request)
    once: dict[str, Any] = {"purpose": services.LOG, "form": said["request_id"] or None}
    kept = [casebook.keep_file(request.case, file, file.name, actor, **once) for file in said["files"]]
    if said["path"]:
        try:
            kept.append(services.point_at(request.case, request.workspace, said["path"], actor))
        except Problem as problem:
            if not kept:
                raise
            messages.error(request, services.words.problem(problem, services.language()))
    about = {"zone": said["zone"], "year": said["year"], "clock_error": form.seconds_fast()}
    about["request_id"] = said["request_id"] or None
    services.ask(request.case, kept, actor, **about)
    messages.success(request, gettext("ファイルを証拠として保管し、読み始めました。"))
    return redirect("investigate:page", request.case.reference)


@require_POST
@member("point_at", case=True)
def name_folder(request: Any) -> HttpResponse:
    """Forget a folder from which logs may be taken, or name one: only who began the installation may (`may_name`)."""
    actor = casebook.actor_of(request)
    if "forget" in request.POST:
        services.forget_folder(request.workspace, request.POST["forget"], actor)
        return redirect("investigate:page", request.case.reference)
    form = FolderForm(request.POST)
    if not form.is_valid():
        return _page(request, UploadForm(), form, status=422)
    services.name_folder(request.workspace, form.cleaned_data["folder"], actor)
    return redirect("investigate:page", request.case.reference)


@require_GET
@member("read", case=True)
def scan_states(request: Any) -> HttpResponse:
    """The list of scans alone, for the page to renew while one runs."""
    return render(request, "investigate/scans.html", _scans(request.case))


def _scans(case: Any) -> dict[str, Any]:
    found = services.scans(case)
    return {"scans": found, "running": any(one["scan"].state == "owed" for one in found)}


@require_GET
@member("read", case=True)
def scan(request: Any, name: str) -> HttpResponse:
    """One scan: each file, its format, broken lines, what was not read, successful log-ins."""
    found = Scan.objects.filter(chain_id=request.case.chain_id, scan=name).first()
    report = services.report_of(request.case, found) if found else None
    if found is None or report is None:
        raise Http404
    not_read = [(path, services.words.problem(problem, services.language())) for path, problem in report.not_read]
    forms = questions.forms() if tables.there(request.case, name) else []
    context = {"scan": found, "report": report, "not_read": not_read, "forms": forms}
    context["hits"] = telling.hits(report, services.language())
    return render(request, "investigate/scan.html", context)


@require_http_methods(["GET", "POST"])
@member("read", case=True)
def finding(request: Any, name: str) -> HttpResponse:
    """One finding with its original lines; a person decides."""
    row = services.finding(request.case, name)
    form = JudgeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        if not may(request.role, "record"):
            refuse()
        if form.is_valid():
            said = form.cleaned_data
            actor = casebook.actor_of(request)
            services.judge(request.case, name, said["verdict"], actor, reason=said["reason"], also=said["also"])
            messages.success(request, gettext("記録しました。"))
            return redirect("investigate:page", request.case.reference)
    context = {
        "found": services.shown(row),
        "form": form,
        "may_record": may(request.role, "record"),
        **services.detail(request.case, row),
    }
    return render(request, "investigate/finding.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@member("read", case=True)
def affected(request: Any) -> HttpResponse:
    """Who is affected, as an interval one can defend; and what was not examined."""
    lang = services.language()
    known = casebook.facts(request.case)
    left = services.unexamined(request.case)
    if request.method == "POST":
        if not may(request.role, "record"):
            refuse()
        form = AffectedForm(request.POST, lang=lang, unexamined=left)
        if form.is_valid():
            said = dict(form.cleaned_data)
            said["persons"] = rules.persons(said["at_least"], said["at_most"])
            said["source"] = gettext("聞き取り・名簿などから")
            services.state_affected(request.case, said, said["status"], casebook.actor_of(request))
            messages.success(request, gettext("記録しました。"))
            if said["status"] == "confirmed" and said["data_items"] and services.unexamined(request.case):
                why = gettext("まだ調べていないものがあるため、情報の項目は「疑い」として記録しました。")
                messages.warning(request, why)
            return redirect("board:incident", request.case.reference)
    else:
        form = AffectedForm(initial=_known(known), lang=lang, unexamined=left)
    context = {"form": form, "may_record": may(request.role, "record")}
    return render(request, "investigate/affected.html", context, status=422 if form.errors else 200)


def _known(known: dict[str, Any]) -> dict[str, Any]:
    """What was said before fills the form: nobody is asked twice."""
    initial = {key: known[key].value for key in services.AFFECTED if key in known and known[key].value}
    persons = initial.pop("persons", None)
    initial |= persons if isinstance(persons, dict) else {}
    if "persons" in known and known["persons"].status in ("suspected", "confirmed"):
        initial["status"] = known["persons"].status
    if "not_examined" in known:
        initial["remarks"] = ""
    return initial
