"""One message as it goes over the wire: headers that nobody can break out of, a body that every mailer reads."""

from __future__ import annotations

import hashlib
import hmac
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from email import policy
from email.headerregistry import Address as HeaderAddress
from email.message import EmailMessage
from email.utils import format_datetime
from functools import lru_cache

from hikeshi.engines.common.problem import Problem
from hikeshi.engines.mail.address import Address, parse

MARK = re.compile(r"<?hks\.([0-9a-f]{16})\.([0-9]{1,6})\.([0-9a-f]{16})@", re.ASCII)
"""The names that `mark` gives, wherever they stand in a returned message."""
_LONGEST_NAME = 120
_POLICY = policy.SMTP.clone(max_line_length=76, refold_source="none")


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes along; `kind` is its media type."""

    name: str
    data: bytes
    kind: str = "application/pdf"


@dataclass(frozen=True, slots=True)
class Letter:
    """What one person gets. `headers` are the few further ones that a caller may set, by name."""

    sender: Address
    sender_name: str
    to: Address
    to_name: str
    subject: str
    text: str
    message_id: str
    at: datetime
    reply_to: Address | None = None
    automatic: bool = False
    lang: str = "ja"
    attachments: tuple[Attachment, ...] = ()
    headers: dict[str, str] = field(default_factory=dict)


def mark(delivery: str, number: int, key: bytes, domain: str) -> str:
    """The Message-ID of one person's message: the same at every try, and nobody without the key can make another's.

    `delivery` is 16 hex digits. A bounce that names it is about this message, and about no other.
    """
    sign = hmac.new(key, f"{delivery}.{number}".encode(), hashlib.sha256).hexdigest()[:16]
    return f"<hks.{delivery}.{number}.{sign}@{domain}>"


def marked(text: str, key: bytes) -> list[tuple[str, int]]:
    """The (delivery, number) of our messages that a text names; names that we did not give are not ours."""
    found = dict.fromkeys((m[1], int(m[2]), m[3]) for m in MARK.finditer(text))
    return [
        (delivery, number)
        for delivery, number, sign in found
        if hmac.compare_digest(mark(delivery, number, key, "x").rpartition("@")[0].rpartition(".")[2], sign)
    ]


def written(letter: Letter) -> bytes:
    """The message with CR LF at every line end, ready for DATA (dots are doubled by whoever sends it).

    Problem("mail.bad_header") for a header that would not stay one line.
    """
    try:
        head = b"".join(_line(name, value) for name, value in _headers(letter))
    except ValueError as wrong:
        raise Problem("mail.bad_header", reason=str(wrong)) from None
    body = EmailMessage(policy=_POLICY)
    # Base64: no line of a letter can be longer than SMTP allows, and no server on the way touches a letter of it.
    body.set_content(sent_text(letter.text), charset="utf-8", cte="base64")
    for file in letter.attachments:
        kind, _, sub = file.kind.partition("/")
        body.add_attachment(file.data, maintype=kind, subtype=sub, filename=one_line(file.name))
    return head + body.as_bytes(policy=_POLICY)


def _headers(letter: Letter) -> Iterator[tuple[str, str]]:
    yield "From", _named(letter.sender, letter.sender_name)
    yield "To", _named(letter.to, letter.to_name)
    if letter.reply_to:
        yield "Reply-To", _named(letter.reply_to, letter.sender_name)
    yield "Subject", one_line(letter.subject)
    yield "Date", format_datetime(letter.at)
    yield "Message-ID", letter.message_id
    yield "Content-Language", letter.lang
    if letter.automatic:  # RFC 3834: no out-of-office answer to what no person sent
        yield "Auto-Submitted", "auto-generated"
    yield from letter.headers.items()


@lru_cache(maxsize=64)
def _line(name: str, value: str) -> bytes:
    """One header as it goes out; ValueError for one that would not stay one. A list's messages share most of them."""
    stored, parsed = _POLICY.header_store_parse(name, value)
    return _POLICY.fold_binary(stored, parsed)


def sent_text(text: str) -> str:
    """The text as it is sent: letters that would steer a screen are gone, line ends are plain."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(char for char in text if char in "\n\t" or unicodedata.category(char) not in ("Cc", "Cs"))


def one_line(text: str) -> str:
    """A name or subject on one line: what would end the line, or turn its direction, becomes a space."""
    kept = "".join(" " if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp") else c for c in text)
    # "=?" would begin an encoded word (RFC 2047): a name is no place for another header to hide in.
    return " ".join(kept.replace("=?", "= ?").split())[: _LONGEST_NAME * 2]


def _named(address: Address, name: str) -> str:
    local, _, domain = address.spec.rpartition("@")
    return str(HeaderAddress(one_line(name)[:_LONGEST_NAME], local.strip('"'), domain))


def address_of(text: str, what: str) -> Address:
    """An address that must be one. Problem("mail.bad_address")."""
    found = parse(text)
    if not isinstance(found, Address):
        raise Problem("mail.bad_address", address=text[:120], what=what)
    return found
