"""Pages on which the owner sets up mail and reminders, and tries them out."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from hikeshi.casebook import services as casebook
from hikeshi.desk.services import may, member, refuse
from hikeshi.engines.common.problem import Problem
from hikeshi.engines.mail.smtp import local
from hikeshi.notify import services
from hikeshi.notify.delivery import keeping, reminding, saying, setup
from hikeshi.notify.delivery.entries import MailSetUp, RemindersSetUp
from hikeshi.notify.delivery.forms import MailForm, RemindersForm


@require_http_methods(["GET", "POST"])
@member("read", case=True)
def mail(request: Any) -> HttpResponse:
    """How mail goes out and comes back. Passwords are taken, never shown."""
    now = setup.mail(request.workspace)
    if request.method == "POST" and not may(request.role, "settings"):
        refuse()
    known = services.sender(request.workspace)
    first = {"sender": known.get("email", ""), "sender_name": known.get("name", "")}
    form = MailForm(request.POST if request.method == "POST" else None, initial=vars(now) if now else first)
    if request.method == "POST" and form.is_valid() and _encrypted(form):
        said = dict(form.cleaned_data)
        passwords = {name: said.pop(name) for name in ("password", "imap_password")}
        said["imap_port"] = said["imap_port"] or 993
        said["imap_security"] = said["imap_security"] or "tls"
        setup.set_up_mail(request.workspace, MailSetUp(**said), casebook.actor_of(request), **passwords)
        messages.success(request, gettext("メールの設定を記録しました。送る前に、試しの1通で確かめます。"))
        return redirect("notify:deliveries", request.case.reference)
    context = {
        "form": form,
        "there": bool(keeping.secret(request.workspace, "smtp")) if now else False,
        "may_set": may(request.role, "settings"),
    }
    return render(request, "notify/mail_setting.html", context, status=422 if form.errors else 200)


def _encrypted(form: MailForm) -> bool:
    said = form.cleaned_data
    for host, security in (("host", "security"), ("imap_host", "imap_security")):
        if said[host] and said[security] == "none" and not local(said[host]):
            form.add_error(
                security, gettext("この機械の外へは、暗号化せずに送れません。TLS か STARTTLS を選んでください。")
            )
    return form.is_valid()


@require_http_methods(["GET", "POST"])
@member("read", case=True)
def reminders(request: Any) -> HttpResponse:
    """Where reminders of deadlines go; nowhere until somebody says so."""
    now = setup.reminders(request.workspace)
    if request.method == "POST" and not may(request.role, "settings"):
        refuse()
    form = RemindersForm(request.POST if request.method == "POST" else None, initial={"mail": now.mail})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            host = reminding.checked(said["chat"]) if said["chat"] else now.chat_host
        except Problem as problem:
            form.add_error("chat", saying.problem(problem.code, problem.params))
        else:
            chat = "" if said["no_chat"] else said["chat"] or None
            data = RemindersSetUp(mail=said["mail"], chat_host="" if said["no_chat"] else host)
            setup.set_up_reminders(request.workspace, data, casebook.actor_of(request), chat=chat)
            messages.success(request, gettext("お知らせの送り先を記録しました。下のボタンで試せます。"))
            return redirect("notify:reminder_setting", request.case.reference)
    context = {
        "form": form,
        "now": now,
        "on": bool(now.mail or now.chat_host),
        "mail_ready": setup.mail(request.workspace) is not None,
        "may_set": may(request.role, "settings"),
    }
    return render(request, "notify/reminder_setting.html", context, status=422 if form.errors else 200)


@require_POST
@member("settings", case=True)
def try_reminders(request: Any) -> HttpResponse:
    """Send a test each way, and say how it went."""
    try:
        gone = reminding.try_out(request.workspace)
    except Problem as problem:
        messages.error(request, saying.problem(problem.code, problem.params))
    else:
        ways = {"mail": gettext("メール"), "chat": gettext("チャット")}
        names = gettext("・").join(ways[how] for how in gone)
        messages.success(request, gettext("試しのお知らせを送りました：%(ways)s") % {"ways": names or gettext("なし")})
    return redirect("notify:reminder_setting", request.case.reference)
