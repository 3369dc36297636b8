"""Whose data was it, and how many people: bring files, watch them being counted, make facts of the answer (S2.3)."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hikeshi.casebook import services as casebook
from hikeshi.desk.services import may, member, refuse
from hikeshi.engines.common.problem import Problem
from hikeshi.engines.privacy.report import Report
from hikeshi.investigate import people, people_facts, people_rules, services
from hikeshi.investigate.models import PeopleCount, ScanProgress
from hikeshi.investigate.people_forms import ConfirmForm, PeopleForm

MOST_FILES = 100
MOST_PATHS = 50


def _why(code: str) -> str:
    """Why a fact is proposed, or what it means, in plain words."""
    said = {
        "left": gettext("調べていないファイルがあるので、「多くて何人」はまだ言えません。"),
        "items": gettext("前に書いた項目は残し、見つかった項目を足します。"),
        "database": gettext("名簿や表のように、人を探し出せる形で入っていました。"),
        "special_care": gettext("病歴などの言葉が見つかりました。1つは開いて、本当にその人のことか確かめてください。"),
        "card_number": gettext("カード会社（加盟店契約会社）への連絡が、すぐに要ることがあります。"),
        "card_harm": gettext("カード番号は、悪用されるとお金の被害につながります。1人分でも報告の対象です。"),
        "password": gettext("お金を払える・送れるサービスのパスワードなら、印を付けてください。"),
        "my_number": gettext("番号そのものは、画面にも記録にも出しません。"),
        "mn_most": gettext("見つかった番号の数です。100人を超えるかどうかで、報告の要る・要らないが変わります。"),
    }
    return said.get(code, "")


def counts(case: Any) -> list[dict[str, Any]]:
    """The counts, newest first, with progress where one runs and words where one failed."""
    running = {one.scan: one for one in ScanProgress.objects.all()}
    names = {one.sha256: one.name for one in casebook.evidence_of(case)}
    found = []
    for row in PeopleCount.objects.filter(chain_id=case.chain_id).order_by("-number"):
        place = casebook.text(case, row.place_sha256)
        found.append(
            {
                "row": row,
                "names": [place] if place else [names.get(sha, "") for sha in row.files[:5]],
                "more": max(0, len(row.files) - 5),
                "progress": services.progress(running.get(row.counting)) if row.state == "owed" else None,
                "problem": people_facts.failed(row, place, services.language()) if row.state == "failed" else "",
            }
        )
    return found


def _counts(case: Any) -> dict[str, Any]:
    found = counts(case)
    return {"counts": found, "running": any(one["row"].state == "owed" for one in found)}


def _page(request: Any, form: PeopleForm, status: int = 200) -> HttpResponse:
    context = {
        "form": form,
        "folders": services.folders(request.workspace) if may(request.role, "point_at") else [],
        **_counts(request.case),
        "may_record": may(request.role, "record"),
        "may_point": may(request.role, "point_at"),
    }
    return render(request, "investigate/people.html", context, status=status)


@require_GET
@member("read", case=True)
def page(request: Any) -> HttpResponse:
    """Bring files; what was counted."""
    return _page(request, PeopleForm())


@require_GET
@member("read", case=True)
def states(request: Any) -> HttpResponse:
    """The list of counts alone, for the page to renew while one runs."""
    return render(request, "investigate/people_counts.html", _counts(request.case))


@require_POST
@member("record", case=True)
def take(request: Any) -> HttpResponse:
    """Keep the files as evidence, then ask for their people to be counted; a folder is read where it lies."""
    form = PeopleForm(request.POST, request.FILES)
    if form.is_valid() and form.cleaned_data["path"] and not may(request.role, "point_at"):
        refuse()
    if not form.is_valid():
        return _page(request, form, status=422)
    said, actor = form.cleaned_data, casebook.actor_of(request)
    number = said["request_id"] or None
    once: dict[str, Any] = {"purpose": people.PURPOSE, "form": number}
    kept = [casebook.keep_file(request.case, file, file.name, actor, **once) for file in said["files"]]
    place = None
    if said["path"]:
        try:
            place = services.pointed_folder(request.workspace, said["path"])
            if place is None:
                kept.append(services.point_at(request.case, request.workspace, said["path"], actor))
        except Problem as problem:
            if not kept:
                raise
            messages.error(request, services.words.problem(problem, services.language()))
    if kept:
        people.ask(request.case, kept, actor, request_id=number)
    if place:
        people.ask(request.case, [], actor, place=place, request_id=f"{number}-place" if number else None)
    messages.success(request, gettext("数え始めました。この画面を閉じても、数え続けます。"))
    return redirect("investigate:people", request.case.reference)


@require_http_methods(["GET", "POST"])
@member("read", case=True)
def counted(request: Any, name: str) -> HttpResponse:
    """The answer of one count, and what a person makes of it."""
    row = PeopleCount.objects.filter(chain_id=request.case.chain_id, counting=name).first()
    report = people.report_of(request.case, row) if row else None
    if row is None or report is None:
        raise Http404
    lang, left = services.language(), bool(report.not_examined)
    offered = [
        {
            "key": one.key,
            "ticked": one.ticked,
            "label": casebook.fact_label(one.key, lang),
            "value": casebook.fact_said(one.key, one.value, lang) if one.value is not True else gettext("はい"),
            "why": _why(one.why),
        }
        for one in people_facts.proposed(request.case, report, lang)
    ]
    named: dict[str, Any] = {"choices": [(one["key"], one["label"]) for one in offered], "left": left}
    form = ConfirmForm(request.POST if request.method == "POST" else None, **named)
    if request.method == "POST":
        if not may(request.role, "record"):
            refuse()
        for one in offered:
            one["ticked"] = one["key"] in request.POST.getlist("keys")
        if form.is_valid():
            said = form.cleaned_data
            how: dict[str, Any] = {"lang": lang, "looked": said.get("looked", False)}
            actor = casebook.actor_of(request)
            people_facts.confirm(request.case, row, report, said["keys"], said["status"], actor, **how)
            messages.success(request, gettext("記録しました。どこへ報告するかは「連絡・報告」が示します。"))
            return redirect("board:incident", request.case.reference)
    known = casebook.facts(request.case).get("persons")
    context = {
        "row": row,
        "people": report.people,
        "kinds": _kinds(report, lang),
        "kind_columns": [gettext("種類"), gettext("人数"), gettext("見つかった数")],
        "files": _files(report, lang),
        "file_columns": [gettext("ファイル"), gettext("形式"), gettext("人数"), gettext("見つかった情報")],
        "more_files": max(0, len(report.files) - MOST_FILES),
        "reasons": [
            {**group, "shown": group["paths"][:MOST_PATHS], "more": max(0, len(group["paths"]) - MOST_PATHS)}
            for group in people_facts.reasons(report, lang)
        ],
        "left": len(report.not_examined),
        "form": form,
        "offered": offered,
        "known": casebook.fact_said("persons", known.value, lang) if known and known.value else "",
        "may_record": may(request.role, "record"),
    }
    return render(request, "investigate/people_count.html", context, status=422 if form.errors else 200)


def _kinds(report: Report, lang: str) -> list[list[Any]]:
    order = people_rules.in_order((name, kind.people) for name, kind in report.kinds.items())
    return [
        [people_facts.name_of(name, lang), f"{report.kinds[name].people:,}", f"{report.kinds[name].found:,}"]
        for name in order
    ]


def _files(report: Report, lang: str) -> list[list[str]]:
    comma = "、" if lang == "ja" else ", "
    made = []
    for file in sorted(report.files, key=lambda one: -sum(kind.people for kind in one.kinds.values()))[:MOST_FILES]:
        order = people_rules.in_order((name, kind.people) for name, kind in file.kinds.items())
        found = comma.join(people_facts.name_of(name, lang) for name in order) or gettext("なし")
        whole = "" if file.examined else gettext("（途中まで）")
        most = max((kind.people for kind in file.kinds.values()), default=0)
        made.append(
            [services.words.visible(file.path) + whole, people_facts.format_of(file.format, lang), f"{most:,}", found]
        )
    return made
