"""Download the kit (no sign-in needed: then without contacts), and bring back what was ticked on it."""

import hashlib
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from hikeshi import words
from hikeshi.casebook import services as casebook
from hikeshi.desk.services import may, member, refuse
from hikeshi.engines.common.problem import Problem
from hikeshi.kit import rules, services


@never_cache
@require_GET
def page(request: Any) -> HttpResponse:
    """What the kit is, how it gets onto phone and paper, and how to bring back what was done."""
    workspace = request.workspace
    return render(request, "kit/page.html", {"named": workspace is not None, "size": _kilobytes(workspace)})


def _kilobytes(workspace: Any) -> int:
    return -(-len(services.build(workspace)) // 1000)


@never_cache
@require_GET
def download(request: Any) -> HttpResponse:
    """The file, always as a download: it brings its own rules and does not run inside this site."""
    made = services.build(request.workspace)
    response = HttpResponse(made, content_type="text/html; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{services.FILE_NAME}"'
    return response


@never_cache
@require_GET
def tools(request: Any) -> HttpResponse:
    """The scripts for a machine that acts strangely: to copy, or all as one zip. Nothing in them is anybody's."""
    packed = services.tools_zip()
    shown = {"tools": services.tools(), "sha256": hashlib.sha256(packed).hexdigest(), "size": -(-len(packed) // 1000)}
    return render(request, "kit/tools.html", shown)


@never_cache
@require_GET
def tools_zip(request: Any) -> HttpResponse:
    """The zip."""
    response = HttpResponse(services.tools_zip(), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{services.TOOLS_NAME}"'
    return response


@never_cache
@require_http_methods(["GET", "POST"])
@member("record")
def bring(request: Any) -> HttpResponse:
    """Read the kit's text, show what it says, then put it into a record."""
    text = _text(request)
    problem = ""
    found = None
    if request.method == "POST":
        found = services.read_back(text)
        problem = _fault(text, found)
        if not problem and "take" in request.POST:
            case = _case(request)
            count = services.take_in(case, casebook.actor_of(request), found, lang=_lang())
            messages.success(request, gettext("携帯キットの内容を記録に入れました（%(count)d件）。") % {"count": count})
            return redirect("contain:first_hour", ref=case.reference)
    context = {
        "text": text,
        "found": None if problem else found,
        "problem": problem,
        "going_on": list(casebook.cases(request.workspace, open_only=True)[:20]),
        "may_open": may(request.role, "open_case"),
    }
    return render(request, "kit/bring.html", context, status=422 if problem else 200)


def _text(request: Any) -> str:
    file = request.FILES.get("file")
    if file:
        # Windows puts a mark before the text; shown on the next page it would be sent back as visible signs.
        return file.read(rules.SIZE_LIMIT + 1).decode("utf-8-sig", errors="replace").replace("\x00", "\ufffd")
    return request.POST.get("text", "").lstrip("\ufeff").replace("\x00", "\ufffd")


def _fault(text: str, found: rules.Reading) -> str:
    code = "kit.too_long" if len(text) > rules.SIZE_LIMIT else "kit.not_a_kit" if not found.genuine else ""
    if not code and not found.lines:
        code = "kit.nothing_done"
    return words.problem(Problem(code, limit=rules.SIZE_LIMIT // 1024), _lang()) if code else ""


def _case(request: Any) -> Any:
    case = casebook.find_case(request.workspace, request.POST.get("case", ""))
    if case is not None:
        return case
    if not may(request.role, "open_case"):
        refuse()
    return casebook.open_case(request.workspace, casebook.actor_of(request))


def _lang() -> str:
    return "en" if (get_language() or "ja").startswith("en") else "ja"
