"""Reminders of deadlines on their way: by mail and to a chat, once each, off until the owner has set it up.

What is owed is computed from the clock and the record each time; so a machine that slept loses none, and floods nobody.
"""

from __future__ import annotations

import json
import logging
import time
import urllib.error
import urllib.request
from datetime import datetime
from typing import Any, NoReturn
from urllib.parse import urlsplit

from django.utils import translation

from hikeshi.casebook import services as casebook
from hikeshi.desk import services as desk
from hikeshi.engines.common.problem import Problem
from hikeshi.engines.mail import message
from hikeshi.engines.mail.smtp import Connection, Server, local
from hikeshi.notify import services
from hikeshi.notify.deadlines import reminders
from hikeshi.notify.delivery import acts, keeping, setup
from hikeshi.notify.letters import ways

log = logging.getLogger(__name__)
EVERY = 60.0
TIMEOUT = 10.0
PATIENCE = 0.2
"""A reminder that cannot go now goes a minute later: no server is waited for long."""

_looked = float("-inf")
_not_before: dict[str, tuple[float, float]] = {}


def do_owed() -> int:
    """Send the reminders that are owed, looking at most once a minute; how many went."""
    global _looked
    if time.monotonic() - _looked < EVERY:
        return 0
    _looked = time.monotonic()
    return sum(of_workspace(workspace) for workspace in desk.all_workspaces() if not workspace.drill)


def of_workspace(workspace: Any, now: datetime | None = None) -> int:
    """Send what is owed in one workspace. A way that fails is tried again later, a little later each time."""
    said = setup.reminders(workspace)
    if not (said.mail or said.chat_host):
        return 0
    name = str(workspace.pk)
    wait, until = _not_before.get(name, (0.0, 0.0))
    if time.monotonic() < until:
        return 0
    now = now or casebook.now()
    sent = 0
    try:
        for case in casebook.cases(workspace, open_only=True).filter(drill=False):
            for owed in services.reminders_owed(case, now):
                with translation.override(workspace.language):
                    how = _out(workspace, case, reminders.said(owed, now, workspace.language))
                if not how:
                    continue
                services.mark_reminded(case, owed.key, how, acts.ENGINE)
                sent += 1
        _not_before.pop(name, None)
    except Problem as problem:
        wait = min(max(wait * 2, EVERY), 3600.0)
        _not_before[name] = (wait, time.monotonic() + wait)
        log.warning("a reminder did not go out: %s", problem.code)
    return sent


def _out(workspace: Any, case: Any, line: str) -> str:
    """Send one line each way that is set up; the way it went. Problem when it went no way at all.

    Nothing goes by mail while the mail is closed for this case, and "" is the way while no other is set up: the line
    goes once the way is open again, if it is still owed.
    """
    said, gone, failed = setup.reminders(workspace), [], None
    suspect = ways.closed(case, ways.SEND)
    for how, way in (("mail", mail), ("chat", chat)):
        if (said.mail if how == "mail" else said.chat_host) == "" or how in suspect:
            continue
        try:
            way(workspace, f"{case.reference} {line}")
            gone.append(how)
        except Problem as problem:
            failed = problem
    if not gone and failed:
        raise failed
    return gone[0] if gone else ""


def mail(workspace: Any, line: str) -> None:
    """One line by mail to the owner. Problems as of the mail engine, "notify.mail_not_set_up"."""
    said, to = setup.mail(workspace), setup.reminders(workspace).mail
    if said is None:
        raise Problem("notify.mail_not_set_up")
    server = setup.server(said)
    link = Connection(
        Server(server.host, server.port, server.security, server.user, server.trust, PATIENCE),
        keeping.secret(workspace, "smtp"),
    )
    sender = message.address_of(said.sender, "from")
    at = casebook.now()
    letter = message.Letter(
        sender=sender,
        sender_name="火消し Hikeshi",
        to=message.address_of(to, "to"),
        to_name="",
        subject=line,
        text=f"{line}\n",
        message_id=f"<hks-reminder.{at.timestamp():.6f}@{sender.spec.rpartition('@')[2]}>",
        at=at,
        automatic=True,
        lang=workspace.language,
    )
    try:
        outcome = link.send(sender.spec, letter.to.spec, message.written(letter))
    finally:
        link.close()
    if outcome.state not in ("sent", "open"):
        raise Problem("mail.refused", host=said.host, said=f"{outcome.code} {outcome.said}"[:200])


class _NoTurns(urllib.request.HTTPRedirectHandler):
    """A webhook answers itself; whoever sends us elsewhere is not followed."""

    def redirect_request(self, *_: Any, **__: Any) -> NoReturn:
        raise urllib.error.URLError("redirect")


def chat(workspace: Any, line: str) -> None:
    """One line to the chat's webhook. Problems "notify.chat_address", "notify.chat_failed"."""
    address = keeping.secret(workspace, "chat")
    post(address, line)


def post(address: str, line: str) -> None:
    """POST {"text": …, "content": …}: what Slack, Teams, Mattermost and Google Chat read, and what Discord reads."""
    host = checked(address)
    body = json.dumps({"text": line, "content": line}, ensure_ascii=False).encode()
    request = urllib.request.Request(  # noqa: S310 - the scheme was checked
        address, data=body, headers={"Content-Type": "application/json", "User-Agent": "Hikeshi"}, method="POST"
    )
    opener = urllib.request.build_opener(_NoTurns())
    try:
        with opener.open(request, timeout=TIMEOUT) as answer:
            answer.read(1000)
    except urllib.error.HTTPError as refused:
        refused.close()
        raise Problem("notify.chat_failed", host=host, reason=f"HTTP {refused.code}") from None
    except (OSError, ValueError) as lost:
        reason = str(getattr(lost, "reason", "") or type(lost).__name__)[:120]
        raise Problem("notify.chat_failed", host=host, reason=reason) from None


def checked(address: str) -> str:
    """The host of a webhook's address; Problem("notify.chat_address") unless it is https (http on this machine)."""
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        raise Problem("notify.chat_address") from None
    if not host or any(char.isspace() or not char.isprintable() for char in address):
        raise Problem("notify.chat_address")
    if parts.scheme != "https" and not (parts.scheme == "http" and local(host)):
        raise Problem("notify.chat_address")
    return host


def try_out(workspace: Any) -> list[str]:
    """Send a test each way that is set up; the ways that it went. Problem of the first that failed."""
    said = setup.reminders(workspace)
    with translation.override(workspace.language):
        from django.utils.translation import gettext

        line = gettext("試しのお知らせです。これが届けば、期限のお知らせも届きます。")
    gone = []
    for how, way, there in (("mail", mail, said.mail), ("chat", chat, said.chat_host)):
        if there:
            way(workspace, line)
            gone.append(how)
    return gone
