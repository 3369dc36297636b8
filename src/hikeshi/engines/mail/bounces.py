"""A mail that came back: which of our messages it is about, and whether for good. RFC 3464, RFC 3462, and what is none.

Everybody can write a mail that looks like a bounce. What counts is the Message-ID that only we can make (message.mark);
an address alone is a hint, and said to be one.
"""
# words: data throughout, what servers write

from __future__ import annotations

import base64
import email
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from email import policy
from email.message import Message
from typing import Any, Literal

from hikeshi.engines.common import limited

Kind = Literal["failed", "delayed", "other"]
MOST_PARTS = 40
MOST_RECIPIENTS = 20
MOST_TEXT = 100_000
_STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
_REPLY = re.compile(r"\b([45]\d\d)[ -]")
_MESSAGE_ID = re.compile(r"<hks\.[0-9a-f]{16}\.[0-9]{1,6}\.[0-9a-f]{16}@[A-Za-z0-9.-]{1,253}>")
_ADDRESS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9.-]{1,253}")
# What servers write that send no report by RFC 3464: qmail, Exim, and the carriers and providers of Japan.
# (what is said, for good?, the status it comes to)
PHRASES: tuple[tuple[re.Pattern[str], bool, str], ...] = tuple(
    (re.compile(said, re.IGNORECASE), final, status)
    for said, final, status in (
        (r"mailbox (?:is )?full|over ?quota|quota exceeded|メールボックス.{0,20}(?:容量|いっぱい)", True, "5.2.2"),
        (r"too much mail data|message (?:size|too)|サイズ.{0,12}(?:超え|大き)", True, "5.3.4"),
        (r"(?:account|mailbox).{0,40}(?:disabled|suspended|temporarily limited|inactive|利用停止)", True, "5.2.1"),
        (
            r"user unknown|unknown user|no such (?:user|mailbox|address)|no mailbox here|does ?n[o']t exist",
            True,
            "5.1.1",
        ),
        (
            r"recipient(?: address)? rejected|invalid recipient|宛先.{0,20}(?:見つかりません|存在しません|不明)",
            True,
            "5.1.1",
        ),
        (
            r"host(?: or domain)? (?:name )?(?:not found|unknown)|domain.{0,20}not found|ドメイン.{0,20}(?:見つ|存在)",
            True,
            "5.1.2",
        ),
        (r"(?:blocked|rejected|refused).{0,60}(?:spam|policy|domain)|なりすまし|受信拒否", True, "5.7.1"),
        (r"will (?:be )?(?:retried|keep trying)|not yet been delivered|delayed|遅延|再送", False, "4.4.7"),
    )
)
_FROM = re.compile(r"(?:mailer-daemon|postmaster|mail delivery (?:sub)?system|mailadmin|no-?reply)", re.IGNORECASE)
_SUBJECT = re.compile(
    r"undeliver|returned mail|delivery (?:status|failure|failed|has failed)|failure notice|mail system error"
    r"|mail could not be|配信不能|配信エラー|送信できません|届きませんでした|不達|返信?戻",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Returned:
    """What one returned mail says of one recipient. `ids`: the Message-IDs of ours that it carries, not yet judged."""

    kind: Kind
    status: str
    address: str
    original: str
    said: str
    report: bool
    ids: tuple[str, ...]


def suspicious(headers: bytes) -> bool:
    """Whether these headers may be a bounce's: only such a mail is read at all, the others are somebody's post."""
    message = email.message_from_bytes(headers[:64_000], policy=policy.compat32)
    kind = str(message.get("Content-Type", "")).lower()
    if "multipart/report" in kind and "delivery-status" in kind:
        return True
    if message.get("X-Failed-Recipients") or str(message.get("Return-Path", "")).strip() == "<>":
        return True
    return bool(_FROM.search(_decoded(message, "From")) or _SUBJECT.search(_decoded(message, "Subject")))


def read(raws: list[bytes], limits: limited.Limits | None = None) -> list[list[Returned]]:
    """What each mail says, read in a process of its own: whoever writes to us wrote these bytes."""
    if not raws:
        return []
    given = [base64.b64encode(raw).decode("ascii") for raw in raws]
    bounds = limits or limited.Limits(memory=1 << 30, cpu=60, wall=120)
    found = limited.run("hikeshi.engines.mail.bounces:work", {"mails": given}, bounds)
    return [[Returned(**{**one, "ids": tuple(one["ids"])}) for one in mail] for mail in found]


def work(arguments: dict[str, Any], _say: Any) -> list[list[dict[str, Any]]]:
    """What the limited process does."""
    return [[asdict(one) for one in parse(base64.b64decode(mail))] for mail in arguments["mails"]]


def parse(raw: bytes) -> list[Returned]:
    """What one mail says; empty when it is no bounce. Never raises for what a mail holds."""
    try:
        message = email.message_from_bytes(raw, policy=policy.compat32)
        parts = list(_parts(message))
        texts = [_text(part) for part in parts if part.get_content_maintype() == "text"]
        ids = tuple(dict.fromkeys(_MESSAGE_ID.findall(raw[: 2 << 20].decode("latin-1") + "\n".join(texts))))[:20]
        status = next((part for part in parts if part.get_content_type() == "message/delivery-status"), None)
        return _report(status, ids) if status is not None else _guessed(message, texts, ids)
    except (ValueError, LookupError, RecursionError, AttributeError, TypeError, IndexError, KeyError):
        return []  # a parser of mail breaks in many ways on what was written to break it


def _parts(message: Message) -> Iterator[Message]:
    queue = [message]
    seen = 0
    while queue and seen < MOST_PARTS:
        part = queue.pop(0)
        seen += 1
        yield part
        inner = part.get_payload()
        if isinstance(inner, list) and part.get_content_type() != "message/delivery-status":
            queue += [one for one in inner if isinstance(one, Message)][:MOST_PARTS]


def _report(status: Message, ids: tuple[str, ...]) -> list[Returned]:
    """RFC 3464: one block for the message, then one for each recipient."""
    blocks = status.get_payload()
    fields = [one for one in blocks if isinstance(one, Message)] if isinstance(blocks, list) else []
    found = []
    for block in [one for one in fields if one.get("Action") or one.get("Status")][:MOST_RECIPIENTS]:
        action = _field(block, "Action").lower()
        code = _STATUS.search(_field(block, "Status"))
        status_ = ".".join(code.groups()) if code else ""
        kind: Kind = "other"
        if action == "failed" or (not action and status_.startswith("5")):
            kind = "failed"
        elif action == "delayed":
            kind = "delayed"
        said = _after(_field(block, "Diagnostic-Code"))
        addresses = [_one_address(_after(_field(block, name))) for name in ("Final-Recipient", "Original-Recipient")]
        found.append(Returned(kind, status_, addresses[0], addresses[1], said, True, ids))
    return found


def _guessed(message: Message, texts: list[str], ids: tuple[str, ...]) -> list[Returned]:
    """No report: what the text says. Without a message of ours in it, or such a sender, it is no bounce."""
    said = "\n".join(texts)[:MOST_TEXT]
    named = _decoded(message, "X-Failed-Recipients")
    looks = bool(_FROM.search(_decoded(message, "From"))) or bool(_SUBJECT.search(_decoded(message, "Subject")))
    if not (looks or named):
        return []
    phrase = next(((final, status) for words, final, status in PHRASES if words.search(said)), None)
    code = _STATUS.search(said)
    reply = _REPLY.search(said)
    if phrase is None and code is None and reply is None and not named:
        return []
    status = ".".join(code.groups()) if code else phrase[1] if phrase else "5.0.0"
    if code is None and phrase is None and reply is not None:
        status = f"{reply[1][0]}.0.0"
    final = phrase[0] if phrase and code is None else not status.startswith("4")
    line = next((line for line in said.splitlines() if any(words.search(line) for words, _f, _s in PHRASES)), "")
    address = _one_address(named) or _one_address(said)
    return [Returned("failed" if final else "delayed", status, address, "", _short(line), False, ids)]


def _text(part: Message) -> str:
    raw = part.get_payload(decode=True)
    if not isinstance(raw, bytes):
        return ""
    raw = raw[: MOST_TEXT * 4]
    for charset in (part.get_content_charset() or "", "utf-8", "iso-2022-jp", "cp932"):
        try:
            return raw.decode(charset)[:MOST_TEXT]
        except (LookupError, UnicodeDecodeError, ValueError):
            continue
    return raw.decode("latin-1")[:MOST_TEXT]


def _decoded(message: Message, name: str) -> str:
    from email.header import decode_header, make_header

    value = str(message.get(name, ""))[:2000]
    try:
        return str(make_header(decode_header(value)))
    except (ValueError, LookupError):
        return value


def _field(block: Message, name: str) -> str:
    return _short(str(block.get(name, "")))


def _after(value: str) -> str:
    """`rfc822; taro@example.com` → the part after the type."""
    _kind, mark, rest = value.partition(";")
    return (rest if mark else value).strip()


def _one_address(text: str) -> str:
    found = _ADDRESS.search(text)
    return found[0] if found else ""


def _short(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:300]
