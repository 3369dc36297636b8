"""Step 3: what is to be removed, hardened and restored, each ticked off with its proof."""

import hashlib
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hikeshi.casebook import services as casebook
from hikeshi.desk.services import may, member, refuse
from hikeshi.recover import services
from hikeshi.recover.forms import STAGES, AddForm, DoneForm, RestoredForm, WaiveForm


def _page(request: Any, form: AddForm, restored_form: RestoredForm | None = None, status: int = 200) -> HttpResponse:
    lang = services.language()
    found = services.shown(request.case)
    fitting, hands_off = services.fitting(request.case), services.hands_off(request.case)
    stages = [(name, title, [one for one in found if one["item"].stage == name]) for name, title in STAGES]
    context = {
        "stages": [stage for stage in stages if stage[2]],
        "suggestions": [(name, s[lang]) for name, s in fitting if not hands_off or "fact" in s],
        "later": [(name, s[lang]) for name, s in fitting if hands_off and "fact" not in s],
        "hands_off": hands_off,
        "ask_cards": services.card_data(request.case) is None,
        "open_items": [one for one in found if one["item"].state == "open"],
        "form": form,
        "restored_form": restored_form or RestoredForm(services.reason_needed(request.case)),
        "is_restored": services.is_restored(request.case),
        "may_record": may(request.role, "record"),
    }
    return render(request, "recover/page.html", context, status=status)


@require_GET
@member("read", case=True)
def page(request: Any) -> HttpResponse:
    """The list of step 3."""
    return _page(request, AddForm())


@require_POST
@member("record", case=True)
def add(request: Any) -> HttpResponse:
    """Add an item of one's own."""
    form = AddForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    said = form.cleaned_data
    services.add(
        request.case,
        said["stage"],
        said["what"],
        casebook.actor_of(request),
        who=said["who"],
        request_id=said["request_id"] or None,
    )
    return redirect("recover:page", request.case.reference)


@require_POST
@member("record", case=True)
def take(request: Any, name: str) -> HttpResponse:
    """Take up a suggestion, in the words it was shown in."""
    suggestion = services.suggestions().get(name)
    if suggestion is not None and name in dict(services.fitting(request.case)):
        actor = casebook.actor_of(request)
        # One item a suggestion, however often the button was pressed.
        once = hashlib.sha256(f"{request.case.chain_id} {name}".encode()).hexdigest()[:32]
        said = suggestion[services.language()]
        services.add(request.case, suggestion["stage"], said, actor, suggestion=name, request_id=once)
    return redirect("recover:page", request.case.reference)


@require_http_methods(["GET", "POST"])
@member("read", case=True)
def item(request: Any, name: str) -> HttpResponse:
    """One item: done with proof, waived with a reason, or open again."""
    found = services.item(request.case, name)
    forms = {"done_form": DoneForm(), "waive_form": WaiveForm()}
    if request.method == "POST":
        if not may(request.role, "record"):
            refuse()
        wrong = _act(request, name)
        if wrong is None:
            return redirect("recover:page", request.case.reference)
        forms |= wrong
    context = {"item": found, "what": services.what(request.case, found), **forms}
    return render(request, "recover/item.html", context, status=422 if request.method == "POST" else 200)


def _act(request: Any, name: str) -> dict[str, Any] | None:
    """Do what the button says; the form with its errors when something is missing."""
    actor = casebook.actor_of(request)
    if "reopen" in request.POST:
        services.reopen(request.case, name, actor)
    elif "waive" in request.POST:
        waive = WaiveForm(request.POST)
        if not waive.is_valid():
            return {"waive_form": waive}
        services.waive(request.case, name, waive.cleaned_data["reason"], actor)
    else:
        done = DoneForm(request.POST, request.FILES)
        if not done.is_valid():
            return {"done_form": done}
        said = done.cleaned_data
        file = said["proof"]
        kept = [casebook.keep_file(request.case, file, file.name, actor, purpose="recovery")] if file else []
        services.done(
            request.case,
            name,
            actor,
            how=said["how"],
            occurred_at=said["occurred_at"],
            proof=[entry.data["sha256"] for entry in kept],
        )
        messages.success(request, gettext("記録しました。"))
    return None


@require_POST
@member("record", case=True)
def restored(request: Any) -> HttpResponse:
    """Business goes on as before."""
    form = RestoredForm(services.reason_needed(request.case), request.POST)
    if not form.is_valid():
        return _page(request, AddForm(), form, status=422)
    services.restored(
        request.case,
        casebook.actor_of(request),
        occurred_at=form.cleaned_data["occurred_at"],
        remarks=form.cleaned_data["remarks"],
    )
    return redirect("recover:page", request.case.reference)
