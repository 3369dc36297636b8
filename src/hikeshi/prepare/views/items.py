"""Lists and forms: roles, contacts, insurance, devices, holdings, backups."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hikeshi.casebook import services as casebook
from hikeshi.desk import services as desk
from hikeshi.engines.common.problem import Problem
from hikeshi.prepare import models, reading, recording, rules, services, wording
from hikeshi.prepare.catalog import contact_kinds, texts
from hikeshi.prepare.forms import FORMS, PreparationForm

TITLES = {
    "role": _("役割と担当者"),
    "contact": _("連絡先"),
    "insurance": _("サイバー保険"),
    "device": _("機器と利用サービス"),
    "holding": _("持っている情報"),
    "backup": _("バックアップ"),
}
LEADS = {
    "role": _("だれが決め、だれが調べ、だれが外と話すかを決めておきます。一人で全部でもかまいません。"),
    "contact": _("事故のときに電話する相手です。番号は、つながることを確かめておきます。"),
    "insurance": _("調査会社などに頼む前に、保険会社の承認が要ることがあります。"),
    "device": _("切り離す機器と調べる場所が、すぐにわかるようにしておきます。"),
    "holding": _("だれに知らせるか、報告が要るかを決めるもとになります。"),
    "backup": _("暗号化されたり消えたりしたときに、ここから戻します。"),
}
IMPLICIT = {"role": rules.ROLES, "insurance": (rules.INSURANCE_KEY,)}
"""Keys that have a page before anything is written under them; a contact's kinds are such keys as well."""


def title_of(subject: str) -> str:
    return str(TITLES[subject])


@never_cache
@require_safe
@desk.member("read")
def listing(request: Any, subject: str) -> HttpResponse:
    """Everything written down of one sort."""
    listed = {
        "role": services.roles,
        "contact": lambda w: [c for c in services.contacts(w) if c["subject"] == "contact"],
        "insurance": services.insurance,
        "device": services.devices,
        "holding": services.holdings,
        "backup": services.backups,
    }[subject](request.workspace)
    old = {(o.subject, o.key) for o in rules.stale(reading.preparation(request.workspace), reading.today())}
    for line in listed:
        line["old"] = (subject, line["key"]) in old
        line["facts"] = _facts(subject, line)
    return render(
        request,
        "prepare/list.html",
        {
            "subject": subject,
            "title": title_of(subject),
            "lead": LEADS[subject],
            "lines": listed,
            "may_write": desk.may(request.role, "prepare"),
            "kinds": _kinds() if subject == "contact" else [],
            "removed": request.GET.get("removed", "")[:80],
            "verifiable": subject in ("contact", "insurance"),
        },
    )


SHOWN = {
    "role": ("mail", "deputy", "remarks"),
    "contact": ("person", "mail", "web", "hours", "contract_no", "remarks"),
    "insurance": ("person", "mail", "hours", "policy_no", "notice_clause", "remarks"),
    "device": ("kind_name", "place", "used_by", "admin", "holds", "backup", "remarks"),
    "holding": ("place", "retention", "entrusted_by", "remarks"),
    "backup": ("covers", "place", "remarks"),
}


def _facts(subject: str, line: dict[str, Any]) -> list[tuple[str, str]]:
    labels = {name: field.label for name, field in FORMS[subject].base_fields.items()}
    labels["kind_name"] = _("種類")
    return [(labels[name], line[name]) for name in SHOWN[subject] if line.get(name)]


def _kinds() -> list[tuple[str, str]]:
    lang = reading.language()
    return [(kind.id, kind.name[lang]) for kind in contact_kinds().values()]


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
    implicit = contact_kinds() if subject == "contact" else IMPLICIT.get(subject, ())
    if row is None and key not in implicit and request.method != "POST":
        raise Http404(key)
    kind = row.kind if row else (key if subject == "contact" else "")
    if subject == "contact" and row is None and key in implicit:
        # The first of a kind has the kind's own name as its key once there is none; several get numbered keys.
        kind = key
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
    return redirect("prepare:readiness" if request.POST.get("then") == "next" else _list_url(subject))


def _list_url(subject: str) -> str:
    return reverse("prepare:list", args=[subject])


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
    form.data = form.data.copy()
    form.data["seen"] = str(row.number if row else "")
    return _shown(request, subject, key, row, kind, form, status=409, problem=problem, pairs=pairs)


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
        form.fields.pop("also")


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


def _said(problem: Problem | None, lang: str) -> str:
    from hikeshi import words

    return words.problem(problem, lang) if problem else ""


def _cell(workspace: Any, subject: str, key: str | None) -> dict[str, Any] | None:
    """The blank that this form would fill, so that 「ない」 and 「わからない」 can answer it instead."""
    wanted = (key or "", "") if subject in ("role", "contact", "insurance") else ("",)
    for cell in rules.blanks(reading.preparation(workspace)):
        if cell.subject == subject and cell.key in wanted and not cell.missing:
            return wording.cell_words(cell, reading.language())
    return None


@require_POST
@desk.member("prepare")
def verify(request: Any, subject: str, key: str) -> HttpResponse:
    """One tap: checked today, still reached this way."""
    if subject not in ("contact", "insurance") or recording.find(request.workspace, subject, key) is None:
        raise Http404(subject)
    services.verify(request.workspace, casebook.actor_of(request), subject, key, reading.today())
    messages.success(request, gettext("今日確かめた、と記録しました。"))
    return redirect(_list_url(subject))


@require_POST
@desk.member("prepare")
def remove(request: Any, subject: str, key: str) -> HttpResponse:
    """Out of use, with a way back on the next page."""
    if recording.find(request.workspace, subject, key) is None:
        raise Http404(key)
    services.remove(request.workspace, casebook.actor_of(request), subject, key)
    messages.success(request, gettext("外しました。書いた記録は残っています。"))
    return redirect(f"{_list_url(subject)}?removed={key}")


@require_POST
@desk.member("prepare")
def restore(request: Any, subject: str, key: str) -> HttpResponse:
    try:
        recording.restore(request.workspace, casebook.actor_of(request), subject, key)
    except Problem as absent:
        if absent.code == "prepare.gone":
            raise Http404(key) from absent
        raise
    messages.success(request, gettext("元に戻しました。"))
    return redirect(_list_url(subject))
