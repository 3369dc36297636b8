"""Mail (eml, mbox): senders and receivers with their names, the text, and what is attached."""

from __future__ import annotations

import email
import email.errors
import email.header
import email.utils
import re
from collections.abc import Iterator
from email.message import Message

from ....common.problem import Problem
from ...markup import pieces
from ...pieces import Inner, Piece, Rows, Text
from ...source import Source
from ...uuencoded import taken_out
from ..html.extractor import TAGS

LARGEST = 64 << 20
_HEADERS = ("from", "to", "cc", "bcc", "reply-to", "sender")
_FIELD = re.compile(rb"(?im)^(?:from|to|subject|date|message-id|received|return-path|mime-version|delivered-to):[ \t]")
_START = re.compile(rb"(?m)^From \S+ .*\d{4}\r?$")
_PARTS = 2000


def fits(source: Source) -> float:
    head = source.head[:8192]
    if _START.match(head) or (head.startswith(b"From ") and _FIELD.search(head)):
        return 0.85
    block = re.split(rb"\r?\n\r?\n", head, maxsplit=1)[0]
    return 0.8 if len({m[0].lower() for m in _FIELD.finditer(block)}) >= 3 else 0.0


def read(source: Source) -> Iterator[Piece]:
    for nth, raw in enumerate(_messages(source)):
        if raw is None:
            yield Problem("privacy.mail_too_large", path=source.shown, limit=LARGEST)
        else:
            yield from message(email.message_from_bytes(raw), source.shown, nth)


def _messages(source: Source) -> Iterator[bytes | None]:
    """Each message of an mbox (or the one of an eml); None in place of one too large to hold."""
    lines: list[bytes] = []
    size, many = 0, source.head.startswith(b"From ")
    carry = b""
    for block in source.blocks():
        data = carry + block
        cut = data.rfind(b"\n") + 1
        if not cut and len(data) < LARGEST:
            carry = data
            continue
        cut = cut or len(data)
        carry = data[cut:]
        for part in _cut(data[:cut]) if many else [(False, data[:cut])]:
            begins, text = part
            if begins and size:
                yield b"".join(lines) if size <= LARGEST else None
                lines, size = [], 0
            size += len(text)
            if size <= LARGEST:
                lines.append(text)
            else:
                lines = []
    size += len(carry)
    if size:
        yield b"".join([*lines, carry]) if size <= LARGEST else None


def _cut(data: bytes) -> Iterator[tuple[bool, bytes]]:
    starts = [found.start() for found in re.finditer(rb"(?m)^From ", data)]
    if not starts or starts[0] > 0:
        yield False, data[: starts[0]] if starts else data
    for start, end in zip(starts, [*starts[1:], len(data)], strict=True):
        line = data.find(b"\n", start, end) + 1
        yield True, data[line or end : end]


def message(mail: Message, shown: str, nth: int = 0) -> Iterator[Piece]:
    """The pieces of one mail, the `nth` of the file that is shown so: its tables are its own."""
    people: list[tuple[str, str]] = []
    for header in _HEADERS:
        values = [_decoded(value) for value in mail.get_all(header, [])[:50]]
        people += [pair for pair in email.utils.getaddresses(values)[:2000] if pair[1]]
    if people:
        yield Rows("people of mails", ("氏名", "email"), [list(pair) for pair in people])  # words: data
    sender = people[0] if people and people[0][0] and mail.get("from") else None
    yield Text(_decoded(mail.get("subject", "")).encode("utf-8", "replace") + b"\n\n")
    for number, part in enumerate(mail.walk()):
        if number >= _PARTS:
            break
        if part.is_multipart():
            continue
        data = part.get_payload(decode=True)
        if not isinstance(data, bytes) or not data:
            continue
        name = part.get_filename()
        if name is None and part.get_content_maintype() == "text":
            data, files = taken_out(data)
            for inner, content, whole in files:
                yield Inner(_text(inner, part.get_content_charset()), content)
                if not whole:
                    named = _text(inner, part.get_content_charset())
                    yield Problem("privacy.uuencoded_broken", path=shown, name=named)
            text = _text(data, part.get_content_charset())
            if part.get_content_subtype() == "html":
                yield from pieces(iter([text]), TAGS, f"mail {nth} {number}")
            else:
                yield Text(text.replace("\r\n", "\n").encode("utf-8", "replace") + b"\n\n", sender)
        else:
            yield Inner(_decoded(str(name or f"part-{number}"))[:200].replace("\n", " "), data)


def _decoded(value: str | email.header.Header) -> str:
    """A header in words; raw bytes, which old programs put there, are taken for UTF-8."""
    try:
        chunks = email.header.decode_header(value)
    except (ValueError, email.errors.MessageError):
        return str(value)
    return "".join(
        text if isinstance(text, str) else _text(text, None if charset == "unknown-8bit" else charset)
        for text, charset in chunks
    )


def _text(data: bytes, charset: str | None) -> str:
    # What says ISO-2022-JP often holds the vendor characters (①, 髙) of its extensions.
    name = {"iso-2022-jp": "iso2022_jp_ext", "shift_jis": "cp932", "sjis": "cp932"}.get(
        (charset or "").lower(), charset
    )
    try:
        return data.decode(name or "utf-8", "replace")
    except LookupError:
        return data.decode("utf-8", "replace")
