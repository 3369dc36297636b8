"""How ready: the next five minutes, what is still blank by name, and the plan itself with its gaps."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from hikeshi.casebook import services as casebook
from hikeshi.desk import services as desk
from hikeshi.prepare import reading, rules, services, versions
from hikeshi.prepare.folding import folded
from hikeshi.prepare.views.lists import title_of

ANSWERS = ("none", "unknown", "open")


@never_cache
@require_safe
@desk.member("read")
def readiness(request: Any) -> HttpResponse:
    """The plan as a page, its blank cells links; above it exactly one task and the count of blanks by name."""
    workspace = request.workspace
    may_write = desk.may(request.role, "prepare")
    said = services.readiness(workspace)
    past = reading.version_rows(workspace)
    document = versions.document(workspace, reading.language(), links=may_write)
    return render(
        request,
        "prepare/readiness.html",
        {
            **said,
            "next": {**said["next"], "minutes": None} if said["next"] else None,  # the heading says it
            "total": said["blank"] + said["done"],
            "may_write": may_write,
            "plan": folded(document),
            "latest": past[-1] if past else None,
            "changed": bool(past) and _changed_since(workspace, past[-1].number),
            "sections": [(subject, title_of(subject)) for subject in rules.SUBJECTS],
            "lang": reading.language(),
        },
    )


def _changed_since(workspace: Any, number: int) -> bool:
    return any(row.number > number for row in reading.rows(workspace))


@require_POST
@desk.member("prepare")
def answer(request: Any) -> HttpResponse:
    """「ない」 or 「わからない」: a blank is answered without being filled in."""
    cell, said = request.POST.get("cell", ""), request.POST.get("answer", "")
    known = {cell.id for cell in rules.cells(reading.preparation(request.workspace))}
    if cell in known and said in ANSWERS:
        request_id = request.POST.get("request_id") or None
        services.answer(request.workspace, casebook.actor_of(request), cell, said, request_id=request_id)
        if said == "none":
            messages.success(request, gettext("「ない」と記録しました。できたときは、いつでも書き足せます。"))
        elif said == "unknown":
            messages.success(
                request, gettext("「わからない」と記録しました。空欄として残し、あとでもう一度お聞きします。")
            )
    return redirect("prepare:readiness")
