"""The forms: roles, contacts, insurance, devices, holdings, backups."""

from typing import Any

from django.contrib import messages
from django.forms import MultipleChoiceField
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from hikeshi import words
from hikeshi.casebook import services as casebook
from hikeshi.desk import services as desk
from hikeshi.engines.common.problem import Problem
from hikeshi.prepare import models, reading, recording, rules, services, wording
from hikeshi.prepare.catalog import contact_kinds, texts
from hikeshi.prepare.forms import FIRST, FORMS, PreparationForm
from hikeshi.prepare.views.lists import LEADS, list_url, title_of

IMPLICIT = {"role": rules.ROLES, "insurance": (rules.INSURANCE_KEY,)}
"""Keys that have a page before anything is written under them; a contact's kinds are such keys as well."""


@never_cache
@require_http_methods(["GET", "POST"])
@desk.member("prepare")
def new(request: Any, subject: str) -> HttpResponse:
    """A new line of a list."""
    kind = request.POST.get("kind") or request.GET.get("kind") or ("other" if subject == "contact" else "")
    if subject == "contact" and kind not in contact_kinds():
        raise Http404(kind)
    if subject == "role":
        return redirect("prepare:list", subject)
    return _form_page(request, subject, None, None, kind)


@never_cache
@require_http_methods(["GET", "POST"])
@desk.member("prepare")
def edit(request: Any, subject: str, key: str) -> HttpResponse:
    """One line; the keys of roles, of the insurance and of each kind of contact have a page before they are written."""
    row = recording.find(request.workspace, subject, key)
    kind = row.kind if row else (key if subject == "contact" else "")
    implicit = contact_kinds() if subject == "contact" else IMPLICIT.get(subject, ())
    if row is None and key not in implicit:
        kind = request.POST.get("kind", "") if subject == "contact" else ""
        if request.method == "GET" or subject == "role" or (subject == "contact" and kind not in contact_kinds()):
            raise Http404(key)
        if request.POST.get("seen") in (None, "", "0"):
            # Somebody removed the line while it was being written, and its writer wants it all the same: a new one.
            return _form_page(request, subject, None, None, kind)
    return _form_page(request, subject, key, row, kind)


def _form_page(request: Any, subject: str, key: str | None, row: models.Item | None, kind: str) -> HttpResponse:
    form_class = FORMS[subject]
    if request.method == "GET":
        return _shown(request, subject, key, row, kind, form_class(initial=_initial(request, subject, key, row, kind)))
    form = form_class(request.POST)
    _fit(form, subject, key)
    if not form.is_valid():
        return _shown(request, subject, key, row, kind, form, status=422)
    try:
        _save(request, subject, key, form)
    except Problem as problem:
        if problem.code not in ("prepare.changed", "prepare.gone"):
            raise
        return _conflict(request, subject, key, kind, form, problem)
    messages.success(request, gettext("保存しました。"))
    return redirect("prepare:readiness" if request.POST.get("then") == "next" else list_url(subject))


def _save(request: Any, subject: str, key: str | None, form: PreparationForm) -> None:
    fields = form.entry_fields()
    said = form.cleaned_data
    actor, request_id = casebook.actor_of(request), request.POST.get("request_id") or None
    services.state(
        request.workspace, actor, subject, fields, key=key, seen=said.get("seen") or 0, request_id=request_id
    )
    if said.get("also"):
        # R4: one person may hold all three.
        for role in rules.ROLES:
            if role != key:
                services.state(request.workspace, actor, "role", fields, key=role)


def _conflict(
    request: Any, subject: str, key: str | None, kind: str, form: PreparationForm, problem: Problem
) -> HttpResponse:
    """Both texts side by side; saving again says that the writer has seen the other one."""
    row = recording.find(request.workspace, subject, key) if key else None
    mine = form.entry_fields()
    theirs = {**row.data, "remarks": reading.remark(request.workspace, row.data)} if row else {}
    differing = rules.differing(mine, theirs) if row else []
    pairs = [
        {"label": form.fields[name].label, "theirs": _plain(theirs.get(name)), "mine": _plain(mine.get(name))}
        for name in differing
        if name in form.fields
    ]
    # Saved again, the writer has seen this entry.
    form.data = {**form.data.dict(), **_lists(form), "seen": str(row.number if row else "")}  # type: ignore[attr-defined]
    return _shown(request, subject, key, row, kind, form, status=409, problem=problem, pairs=pairs)


def _lists(form: PreparationForm) -> dict[str, list[str]]:
    """Fields with several ticks, which `dict()` of posted data would cut to the last one."""
    many = [name for name, field in form.fields.items() if isinstance(field, MultipleChoiceField)]
    return {name: form.data.getlist(name) for name in many}  # type: ignore[attr-defined]


def _plain(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)


def _initial(request: Any, subject: str, key: str | None, row: models.Item | None, kind: str) -> dict[str, Any]:
    if row is not None:
        checked = row.verified_on or None
        return {
            **row.data,
            "remarks": reading.remark(request.workspace, row.data),
            "verified_on": checked,
            "tested_on": checked,
            "seen": row.number,
        }
    initial: dict[str, Any] = {"seen": 0}
    if subject == "contact":
        known = contact_kinds()[kind]
        initial |= {"kind": kind, "web": known.web, "mail": known.mail}
        if known.web or known.mail:  # a public desk is called the same everywhere
            initial["name"] = known.name[reading.language()]
    if subject == "role" and key == "leader" and request.role == "owner":
        initial["name"] = str(request.user)  # never ask for what is known
    return initial


def _fit(form: PreparationForm, subject: str, key: str | None) -> None:
    if subject == "role" and key != "leader":
        form.fields.pop("also", None)


def _shown(
    request: Any,
    subject: str,
    key: str | None,
    row: models.Item | None,
    kind: str,
    form: PreparationForm,
    *,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    _fit(form, subject, key)
    lang = reading.language()
    known = contact_kinds().get(kind) if subject == "contact" else None
    cell = _cell(request.workspace, subject, key)
    name = known.name[lang] if known else texts(lang)["cells"].get(f"role_{key}", title_of(subject))
    hint = known.hint[lang] if known and known.hint else ""
    return render(
        request,
        "prepare/form.html",
        {
            "subject": subject,
            "key": key,
            "row": row,
            "form": form,
            "first": [field for field in form if field.name in FIRST[subject] and not field.is_hidden],
            "rest": [field for field in form if field.name not in FIRST[subject] and not field.is_hidden],
            "hidden": form.hidden_fields(),
            "rest_open": _said_more(form, subject),
            "title": name,
            "why": known.why[lang] if known else LEADS[subject],
            "hint": hint,
            "cell": cell,
            "list_title": title_of(subject),
            **more,
            "said": _said(more.get("problem"), lang),
        },
        status=status,
    )


def _said_more(form: PreparationForm, subject: str) -> bool:
    """Whether the rest is opened from the start: something stands there, or is wrong there."""
    rest = [field for field in form if field.name not in (*FIRST[subject], "seen", "kind")]
    return any(field.errors or field.value() not in (None, "", [], False, field.field.initial) for field in rest)


def _said(problem: Problem | None, lang: str) -> str:
    return words.problem(problem, lang) if problem else ""


def _cell(workspace: Any, subject: str, key: str | None) -> dict[str, Any] | None:
    """The blank that this form would fill, so that 「ない」 and 「わからない」 can answer it instead."""
    wanted = (key or "", "") if subject in ("role", "contact", "insurance") else ("",)
    for cell in rules.blanks(reading.preparation(workspace)):
        if cell.subject == subject and cell.key in wanted and not cell.missing:
            return wording.cell_words(cell, reading.language())
    return None
