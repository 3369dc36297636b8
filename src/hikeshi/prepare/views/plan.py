"""The plan document: its files, its versions, what changed between them."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hikeshi.casebook import services as casebook
from hikeshi.desk import services as desk
from hikeshi.engines.common.problem import Problem
from hikeshi.prepare import reading, services
from hikeshi.prepare import versions as kept
from hikeshi.prepare.folding import folded
from hikeshi.prepare.forms import VersionForm


def _file(content: bytes, form: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kept.MIME[form])
    response["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _known(lang: str, form: str) -> None:
    if lang not in kept.LANGUAGES or form not in kept.MIME:
        raise Http404(form)


@never_cache
@require_safe
@desk.member("read")
def now_file(request: Any, lang: str, form: str) -> HttpResponse:
    """The plan as it stands now, marked as a draft."""
    _known(lang, form)
    return _file(services.plan_file(request.workspace, lang, form), form, f"plan-draft-{lang}")


@never_cache
@require_http_methods(["GET", "POST"])
@desk.member("read")
def versions(request: Any) -> HttpResponse:
    """All versions, and the form that makes the next one."""
    may_write = desk.may(request.role, "prepare")
    form = VersionForm(initial={"effective_on": reading.today()})
    status = 200
    if request.method == "POST":
        if not may_write:
            desk.refuse()
        form = VersionForm(request.POST)
        if form.is_valid():
            made = services.make_version(
                request.workspace,
                casebook.actor_of(request),
                effective_on=form.cleaned_data["effective_on"],
                reason=form.cleaned_data["reason"],
                request_id=request.POST.get("request_id") or None,
            )
            messages.success(request, gettext("第%(number)s版を作りました。") % {"number": made["version"]})
            return redirect("prepare:versions")
        status = 422
    listed = services.plan_versions(request.workspace)
    return render(
        request,
        "prepare/versions.html",
        {
            "form": form,
            "versions": listed,
            "may_write": may_write,
            "may_approve": desk.may(request.role, "approve"),
            "lang": reading.language(),
        },
        status=status,
    )


@never_cache
@require_safe
@desk.member("read")
def version(request: Any, version: int) -> HttpResponse:
    """One version exactly as it was."""
    document = services.plan_document(request.workspace, reading.language(), _there(request, version))
    listed = next(v for v in services.plan_versions(request.workspace) if v["version"] == version)
    plan = folded(document)
    return render(request, "prepare/version.html", {"plan": plan, "version": listed})


@never_cache
@require_safe
@desk.member("read")
def version_file(request: Any, version: int, lang: str, form: str) -> HttpResponse:
    """The very bytes that were kept when the version was made."""
    _known(lang, form)
    content = services.plan_file(request.workspace, lang, form, _there(request, version))
    return _file(content, form, f"plan-v{version}-{lang}")


@never_cache
@require_safe
@desk.member("read")
def changes(request: Any, version: int) -> HttpResponse:
    """What differs between a version and a later one (`?to=`), or what stands now."""
    to = request.GET.get("to", "")
    later = _there(request, int(to)) if to.isascii() and to.isdigit() and len(to) < 9 else None
    found = services.plan_changes(request.workspace, reading.language(), _there(request, version), later)
    return render(request, "prepare/changes.html", {"changes": found, "old": version, "new": later})


@require_POST
@desk.member("approve")
def approve(request: Any, version: int) -> HttpResponse:
    """The leader approves exactly this text (R1)."""
    row = kept.row_of(request.workspace, _there(request, version))
    if not casebook.approvals(request.workspace, kept.SUBJECT, row.source_sha256):
        casebook.approve(request.workspace, kept.SUBJECT, row.source_sha256, casebook.actor_of(request))
        messages.success(request, gettext("第%(number)s版を承認しました。") % {"number": version})
    return redirect("prepare:versions")


def _there(request: Any, version: int) -> int:
    """404 for a version that is not there: another workspace's versions cannot be told from none."""
    try:
        return kept.row_of(request.workspace, version).version
    except Problem as absent:
        raise Http404(version) from absent
