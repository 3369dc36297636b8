"""Cause → measure → owner → date → new version of the plan → review."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hikeshi.casebook import services as casebook
from hikeshi.desk.services import may, member, refuse
from hikeshi.improve import rules, services
from hikeshi.improve.forms import CauseForm, EndMeasureForm, MeasureForm, ReviewForm, RevisionForm


def _page(request: Any, status: int = 200, **forms: Any) -> HttpResponse:
    known = casebook.facts(request.case)
    cause = known.get("cause")
    context = {
        "measures": services.shown(request.case),
        "cause": casebook.text(request.case, cause.text_sha256) if cause else "",
        "cause_status": cause.status if cause else "",
        "cause_form": forms.get("cause_form") or CauseForm(lang=services.language(), initial=_cause(request, known)),
        "measure_form": forms.get("measure_form") or MeasureForm(),
        "end_form": EndMeasureForm(),
        "review": services.review_of(request.case),
        "may_record": may(request.role, "record"),
        "may_prepare": may(request.role, "prepare"),
    }
    return render(request, "improve/page.html", context, status=status)


def _cause(request: Any, known: dict[str, Any]) -> dict[str, Any]:
    """What was said before fills the form: nobody is asked twice."""
    initial: dict[str, Any] = {}
    if "cause_kind" in known:
        initial["kind"] = known["cause_kind"].value
    if "cause" in known:
        initial["said"] = casebook.text(request.case, known["cause"].text_sha256)
        if known["cause"].status in ("suspected", "confirmed"):
            initial["status"] = known["cause"].status
    return initial


@require_GET
@member("read", case=True)
def page(request: Any) -> HttpResponse:
    """Cause and measures."""
    return _page(request)


@require_POST
@member("record", case=True)
def cause(request: Any) -> HttpResponse:
    """State why it happened."""
    form = CauseForm(request.POST, lang=services.language())
    if not form.is_valid():
        return _page(request, 422, cause_form=form)
    said = form.cleaned_data
    services.state_cause(request.case, said["kind"], said["said"], said["status"], casebook.actor_of(request))
    messages.success(request, gettext("記録しました。"))
    return redirect("improve:page", request.case.reference)


@require_POST
@member("record", case=True)
def add_measure(request: Any) -> HttpResponse:
    """Decide a measure."""
    form = MeasureForm(request.POST)
    if not form.is_valid():
        return _page(request, 422, measure_form=form)
    said = form.cleaned_data
    services.add_measure(
        request.case,
        said["what"],
        said["nature"],
        casebook.actor_of(request),
        owner=said["owner"],
        due=said["due"],
        request_id=said["request_id"] or None,
    )
    return redirect("improve:page", request.case.reference)


@require_POST
@member("record", case=True)
def end_measure(request: Any, name: str) -> HttpResponse:
    """Carried out, or dropped with a reason."""
    said = request.POST.get("said", "").strip()[:2000]
    actor = casebook.actor_of(request)
    if "drop" not in request.POST:
        services.finish_measure(request.case, name, actor, said)
    elif said:
        services.drop_measure(request.case, name, said, actor)
    else:
        messages.error(request, gettext("取りやめる理由を書いてください。まだ何も変わっていません。"))
    return redirect("improve:page", request.case.reference)


@require_http_methods(["GET", "POST"])
@member("read", case=True)
def plan(request: Any) -> HttpResponse:
    """The plan's next version: what it would change, then from when it holds (S5.3)."""
    if request.method == "POST" and not may(request.role, "prepare"):
        refuse()
    tomorrow = timezone.localdate() + timedelta(days=1)
    form = RevisionForm(request.POST if request.method == "POST" else None, initial={"effective_on": tomorrow})
    if request.method == "POST" and form.is_valid():
        actor = casebook.actor_of(request)
        version = services.revise(request.case, request.workspace, form.cleaned_data["effective_on"], actor)
        messages.success(request, gettext("計画を第%(n)d版に改めました。") % {"n": version})
        return redirect("improve:page", request.case.reference)
    context = {
        "form": form,
        "changes": services.proposed(request.case, request.workspace, tomorrow),
        "may_prepare": may(request.role, "prepare"),
    }
    return render(request, "improve/plan.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@member("read", case=True)
def review(request: Any) -> HttpResponse:
    """One line of time, four lengths, three questions."""
    if request.method == "POST" and not may(request.role, "record"):
        refuse()
    form = ReviewForm(
        request.POST if request.method == "POST" else None, initial=services.review_of(request.case) or None
    )
    if request.method == "POST" and form.is_valid():
        services.review(request.case, casebook.actor_of(request), **form.cleaned_data)
        messages.success(request, gettext("記録しました。"))
        return redirect("improve:review", request.case.reference)
    found = services.moments(request.case)
    names = {
        "first_trace": gettext("最初の跡"),
        "noticed": gettext("気づいた"),
        "recorded": gettext("記録を始めた"),
        "contained": gettext("広がりを止めた"),
        "reported": gettext("報告した"),
        "recovered": gettext("再開した"),
        "closed": gettext("記録を閉じた"),
    }
    spans = {
        "detect": gettext("気づくまで"),
        "contain": gettext("止めるまで"),
        "report": gettext("報告するまで"),
        "recover": gettext("再開するまで"),
    }
    known = sorted((when, names[name]) for name, when in found.items() if when is not None)
    context = {
        "moments": known,
        "missing": [names[name] for name, when in found.items() if when is None],
        "spans": [(spans[span.name], services.duration(span.length)) for span in rules.spans(found)],
        "form": form,
        "may_record": may(request.role, "record"),
    }
    return render(request, "improve/review.html", context, status=422 if form.errors else 200)
