"""Everything written down of one sort, and what one press does to a line: checked, out of use, back again."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from hikeshi import words
from hikeshi.casebook import services as casebook
from hikeshi.desk import services as desk
from hikeshi.engines.common.problem import Problem
from hikeshi.prepare import reading, recording, rules, services
from hikeshi.prepare.catalog import contact_kinds, texts
from hikeshi.prepare.forms import FORMS

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


def title_of(subject: str) -> str:
    return str(TITLES[subject])


def list_url(subject: str) -> str:
    return reverse("prepare:list", args=[subject])


READ: dict[str, Callable[[Any], list[dict[str, Any]]]] = {
    "role": services.roles,
    "contact": lambda workspace: [c for c in services.contacts(workspace) if c["subject"] == "contact"],
    "insurance": services.insurance,
    "device": services.devices,
    "holding": services.holdings,
    "backup": services.backups,
}


@never_cache
@require_safe
@desk.member("read")
def listing(request: Any, subject: str) -> HttpResponse:
    """Everything written down of one sort."""
    listed = READ[subject](request.workspace)
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
            "verifiable": subject in rules.CHECKED,
        },
    )


APART = ("kind", "name", "phone", "people_min", "people_max", "verified_on", "tested_on", "seen", "also")
"""Fields that a list shows in a way of its own."""


def _facts(subject: str, line: dict[str, Any]) -> list[tuple[Any, str]]:
    """What else was written of a line, labelled as its form labels it."""
    said: list[tuple[Any, str]] = [(_("種類"), line["kind_name"])] if subject == "device" else []
    for name, field in FORMS[subject].base_fields.items():
        value = line.get(name)
        if name in APART or value in (None, "", []):
            continue
        named = dict(getattr(field, "choices", ()))
        values = value if isinstance(value, list) else [value]
        said.append(
            (
                field.label,
                words.visible(texts(reading.language())["cells"]["and"].join(str(named.get(v, v)) for v in values)),
            )
        )
    return said


def _kinds() -> list[tuple[str, str]]:
    lang = reading.language()
    return [(kind.id, kind.name[lang]) for kind in contact_kinds().values()]


@require_POST
@desk.member("prepare")
def verify(request: Any, subject: str, key: str) -> HttpResponse:
    """One tap: checked today, still reached this way (a backup: still restores)."""
    if subject not in rules.CHECKED or recording.find(request.workspace, subject, key) is None:
        raise Http404(subject)
    services.verify(request.workspace, casebook.actor_of(request), subject, key, reading.today())
    messages.success(request, gettext("今日確かめた、と記録しました。"))
    return redirect(list_url(subject))


@require_POST
@desk.member("prepare")
def remove(request: Any, subject: str, key: str) -> HttpResponse:
    """Out of use, with a way back on the next page."""
    if recording.find(request.workspace, subject, key) is None:
        raise Http404(key)
    services.remove(request.workspace, casebook.actor_of(request), subject, key)
    messages.success(request, gettext("外しました。書いた記録は残っています。"))
    return redirect(f"{list_url(subject)}?removed={key}")


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
    return redirect(list_url(subject))
