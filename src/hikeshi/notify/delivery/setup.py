"""How a workspace's mail goes out and comes back, and where its reminders go: off until the owner sets it up."""

from __future__ import annotations

from typing import Any

from hikeshi.casebook import services as casebook
from hikeshi.engines.common.problem import Problem
from hikeshi.engines.mail.imap import Mailbox
from hikeshi.engines.mail.smtp import Server
from hikeshi.notify.delivery import keeping
from hikeshi.notify.delivery.entries import MailSetUp, RemindersSetUp
from hikeshi.notify.delivery.models import MailSetting


def _data(workspace: Any, what: str) -> dict[str, Any]:
    row = MailSetting.objects.filter(chain_id=workspace.pk, what=what).first()
    return dict(row.data) if row else {}


def mail(workspace: Any) -> MailSetUp | None:
    """The mail servers of a workspace; None until the owner has set them up."""
    found = _data(workspace, "mail.set_up")
    return MailSetUp(**found) if found else None


def reminders(workspace: Any) -> RemindersSetUp:
    """Where reminders go; nowhere until the owner has set it up."""
    return RemindersSetUp(**_data(workspace, "reminders.set_up"))


def set_up_mail(
    workspace: Any, said: MailSetUp, actor: casebook.Actor, *, password: str = "", imap_password: str = ""
) -> None:
    """Record the servers; passwords go into their files, and only when new ones are given."""
    shared = _shared(workspace)
    if password:
        keeping.keep_secret(workspace, "smtp", password)
    if imap_password or (password and shared):
        keeping.keep_secret(workspace, "imap", imap_password or password)
    casebook.record_for_workspace(workspace, [casebook.Entry(said, actor)])


def _shared(workspace: Any) -> bool:
    """Whether the mailbox has no password of its own: none yet, or the one of the outgoing server."""
    try:
        return keeping.secret(workspace, "imap") in ("", keeping.secret(workspace, "smtp"))
    except Problem:  # a file that others could read is not read: what lies there stays
        return False


def set_up_reminders(workspace: Any, said: RemindersSetUp, actor: casebook.Actor, *, chat: str | None = None) -> None:
    """Record where reminders go. `chat` is the whole address of the chat's webhook; None keeps the one there is."""
    if chat is not None:
        keeping.keep_secret(workspace, "chat", chat)
    casebook.record_for_workspace(workspace, [casebook.Entry(said, actor)])


def server(said: MailSetUp) -> Server:
    return Server(said.host, said.port, said.security, said.user, trust=trust(), patience=patience())


def mailbox(said: MailSetUp) -> Mailbox | None:
    """The mailbox of bounces; None where none was set up."""
    if not said.imap_host:
        return None
    user = said.imap_user or said.user
    return Mailbox(said.imap_host, said.imap_port, said.imap_security, user, said.imap_folder or "INBOX", trust())


def trust() -> str:
    """A file of certificates that count besides the system's own: a firm's own mail server may have such a one."""
    import os

    return os.environ.get("HIKESHI_MAIL_CA", "")


def patience() -> float:
    return 1.0
