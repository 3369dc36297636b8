"""The mailbox to which bounces return, read over IMAP (RFC 3501): encrypted, read-only, and nothing but bounces."""

from __future__ import annotations

import base64
import contextlib
import imaplib
import re
import socket
import ssl
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from hikeshi.engines.common.problem import Problem
from hikeshi.engines.mail import bounces
from hikeshi.engines.mail.smtp import Security, context, local

MOST_BYTES = 1_000_000
"""Of one mail; the report and the head of what came back stand before that."""
MOST_MAILS = 5000
_HEADERS = "(BODY.PEEK[HEADER.FIELDS (FROM SUBJECT CONTENT-TYPE RETURN-PATH X-FAILED-RECIPIENTS)])"
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_UID = re.compile(rb"\bUID (\d+)\b")
_FOLDER = re.compile(r"[^\x00-\x1f\x7f\"\\]{1,200}")


@dataclass(frozen=True, slots=True)
class Mailbox:
    """Where bounces come in."""

    host: str
    port: int = 993
    security: Security = "tls"
    user: str = ""
    folder: str = "INBOX"
    trust: str = ""
    patience: float = 60.0


@dataclass(frozen=True, slots=True)
class Seen:
    """How far a mailbox was read: valid as long as the server's UIDVALIDITY is the same (RFC 3501 2.3.1.1)."""

    validity: int = 0
    uid: int = 0


@dataclass(frozen=True, slots=True)
class Fetched:
    """A mail that may be a bounce, as it lies on the server (cut at MOST_BYTES)."""

    uid: int
    raw: bytes


def fetch(
    box: Mailbox, password: str, since: date, seen: Seen, *, most: int = MOST_MAILS
) -> tuple[list[Fetched], Seen]:
    """Mails since that day that may be bounces and were not read before; and how far it was read."""
    with _told(box):
        server = _opened(box)
        try:
            _signed_in(server, box.user, password)
            return _read(server, box, since, seen, most)
        finally:
            with contextlib.suppress(OSError, imaplib.IMAP4.error):
                server.logout()


def _opened(box: Mailbox) -> imaplib.IMAP4:
    if box.security == "none" and not local(box.host):
        raise Problem("mail.not_encrypted", host=box.host)
    if box.security == "tls":
        return imaplib.IMAP4_SSL(box.host, box.port, ssl_context=context(box.trust), timeout=box.patience)
    server = imaplib.IMAP4(box.host, box.port, timeout=box.patience)
    if box.security == "starttls":
        try:
            server.starttls(context(box.trust))
        except BaseException:
            server.shutdown()
            raise
    return server


def _signed_in(server: imaplib.IMAP4, user: str, password: str) -> None:
    """SASL PLAIN takes every letter (RFC 4616); LOGIN takes ASCII, and is for servers that have nothing else."""
    if "AUTH=PLAIN" in server.capabilities:
        server.authenticate("PLAIN", lambda _challenge: f"\0{user}\0{password}".encode())
        return
    try:
        server.login(user, password)
    except UnicodeEncodeError:
        raise Problem("mail.no_sign_in", host=server.host) from None


def _folder(name: str) -> str:
    """A folder's name as IMAP writes it: UTF-7 with a comma for the slash (RFC 3501 5.1.3)."""

    def coded(run: re.Match[str]) -> str:
        if run[0] == "&":
            return "&-"
        packed = base64.b64encode(run[0].encode("utf-16-be")).decode("ascii").rstrip("=")
        return f"&{packed.replace('/', ',')}-"

    return re.sub(r"&|[^\x20-\x7e]+", coded, name)


def _read(server: Any, box: Mailbox, since: date, seen: Seen, most: int) -> tuple[list[Fetched], Seen]:
    if not _FOLDER.fullmatch(box.folder):
        raise Problem("mail.no_folder", folder=box.folder[:80], host=box.host)
    kind, _ = server.select(f'"{_folder(box.folder)}"', readonly=True)
    if kind != "OK":
        raise Problem("mail.no_folder", folder=box.folder, host=box.host)
    validity = _number(server.response("UIDVALIDITY")[1])
    last = seen.uid if seen.validity == validity and validity else 0
    day = f"{since.day:02d}-{_MONTHS[since.month - 1]}-{since.year}"
    words = f"UID {last + 1}:* SINCE {day}" if last else f"SINCE {day}"
    kind, answer = server.uid("SEARCH", words)
    if kind != "OK":
        raise Problem("mail.imap_refused", host=box.host, said=_text(answer))
    # "n:*" always names the last mail, even one that was seen.
    uids = sorted(uid for uid in map(int, (answer[0] or b"").split()) if uid > last)[:most]
    found = []
    for uid in _candidates(server, uids):
        raw = next(
            (body for _uid, body in _bodies(server.uid("FETCH", str(uid), f"(BODY.PEEK[]<0.{MOST_BYTES}>)"))), b""
        )
        if raw:
            found.append(Fetched(uid, raw))
    return found, Seen(validity, max([last, *uids]))


def _candidates(server: Any, uids: Sequence[int]) -> Iterator[int]:
    for at in range(0, len(uids), 200):
        some = ",".join(map(str, uids[at : at + 200]))
        for uid, headers in _bodies(server.uid("FETCH", some, _HEADERS)):
            if uid and bounces.suspicious(headers):
                yield uid


def _bodies(answer: tuple[str, Sequence[Any]]) -> Iterator[tuple[int, bytes]]:
    """(uid, bytes) of a FETCH. Servers put the UID before the bytes or after them."""
    kind, rows = answer
    if kind != "OK":
        return
    for n, row in enumerate(rows):
        if isinstance(row, tuple) and len(row) >= 2:
            after = rows[n + 1] if n + 1 < len(rows) and isinstance(rows[n + 1], bytes) else b""
            uid = _UID.search(row[0]) or _UID.search(after)
            yield (int(uid[1]) if uid else 0), row[1]


def _number(answer: Any) -> int:
    first = answer[0] if isinstance(answer, list) and answer else None
    return int(first) if isinstance(first, bytes) and first.isdigit() else 0


@contextlib.contextmanager
def _told(box: Mailbox) -> Iterator[None]:
    try:
        yield
    except ssl.SSLCertVerificationError as wrong:
        raise Problem("mail.certificate", host=box.host, reason=wrong.verify_message) from None
    except imaplib.IMAP4.abort as lost:
        raise Problem("mail.unreachable", host=box.host, port=box.port, reason=_text(lost)) from None
    except imaplib.IMAP4.error as wrong:
        raise Problem("mail.sign_in", host=box.host, user=box.user, said=_text(wrong)) from None
    except OSError as lost:
        why = "timeout" if isinstance(lost, socket.timeout | TimeoutError) else _text(lost)
        raise Problem("mail.unreachable", host=box.host, port=box.port, reason=why) from None


def _text(said: Any) -> str:
    if isinstance(said, list | tuple):
        said = b" ".join(one for one in said if isinstance(one, bytes))
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
    return " ".join(text.split())[:200]
