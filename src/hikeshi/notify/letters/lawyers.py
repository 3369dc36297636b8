"""The lawyer's lock (S4.2): what leaves only with a lawyer's approval of exactly that text, and what proves one.

The mail that approves is kept whole, headers and all; in it must stand the hash of the text, or the text itself. It is
only looked at as text here: nothing of it is run or fetched, and who really wrote it is for people to judge.
"""

from __future__ import annotations

import email
import email.policy
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import getaddresses
from html.parser import HTMLParser
from typing import Any, Literal

from hikeshi.casebook import services as casebook
from hikeshi.engines.common.problem import Problem
from hikeshi.notify.checks import normal
from hikeshi.notify.entries import DocumentLawyerAnswered, LawyerRuleStated
from hikeshi.notify.models import LawyerRule
from hikeshi.prepare import services as prepare

# Words to everybody bind the business; whatever else the owner names comes on top (S4.2).
ALWAYS = frozenset({"public-statement"})
LARGEST = 25 << 20
_QUOTES = re.compile(r"(?m)^[ \t]*(?:[>|｜＞][ \t]*)+")


def locked(workspace: Any) -> frozenset[str]:
    """The kinds of document of this workspace that need a lawyer's word."""
    rule = LawyerRule.objects.filter(chain_id=workspace.pk).first()
    return ALWAYS | frozenset(rule.documents if rule else ())


def state_rule(workspace: Any, kinds: list[str], actor: casebook.Actor) -> None:
    """Write down which kinds need a lawyer's word, beside those that always do."""
    data = LawyerRuleStated(documents=sorted(set(kinds) - ALWAYS))
    casebook.record_for_workspace(workspace, [casebook.Entry(data, actor, step="S4.2")])


@dataclass(frozen=True, slots=True)
class Proof:
    """What proves a lawyer's word. `found`: what of the text stands in the mail."""

    evidence: tuple[str, ...] = ()
    found: Literal["", "hash", "text"] = ""


def prove(case: Any, found: Any, how: str, content: bytes | None, name: str, actor: casebook.Actor) -> Proof:
    """Keep the file that proves the approval, if it names exactly this text. Nothing is kept of one that does not.

    Problems: notify.lawyer_mail_wanted, notify.not_a_mail, notify.mail_names_other_text, notify.mail_from_ourselves,
    notify.mail_from_another, notify.lawyer_paper_wanted, notify.not_a_paper, notify.lawyer_file_too_large.
    """
    if content is not None and len(content) > LARGEST:
        raise Problem("notify.lawyer_file_too_large", limit=LARGEST >> 20)
    stands: Literal["", "hash", "text"] = ""
    if how == "by_mail":
        if content is None:
            raise Problem("notify.lawyer_mail_wanted")
        stands = mail_names(case, found, content)
    elif how == "on_paper":
        if content is None:
            raise Problem("notify.lawyer_paper_wanted")
        if not content.startswith((b"%PDF-", b"\xff\xd8\xff", b"\x89PNG\r\n", b"II*\x00", b"MM\x00*")):
            raise Problem("notify.not_a_paper")
    if content is None:
        return Proof()
    kept = casebook.keep_file(case, io.BytesIO(content), name, actor, purpose=f"approval:{found.key}")
    return Proof((str(kept.data["sha256"]),), stands)


def answered(found: Any, how: Any, proof: Proof, note: Any) -> DocumentLawyerAnswered:
    """The entry that goes with the approval."""
    return DocumentLawyerAnswered(
        document=found.key,
        language=found.lang,
        sha256=found.sha256,
        how=how,
        evidence=list(proof.evidence),
        found=proof.found,
        note=note,
    )


# --- the mail -------------------------------------------------------------------------------------------------------


def mail_names(case: Any, found: Any, content: bytes) -> Literal["hash", "text"]:
    """What in this mail names exactly this text. Problem if nothing does, or if it comes from anybody but a lawyer."""
    message = email.message_from_bytes(content, policy=email.policy.default)
    senders = [address.lower() for _, address in getaddresses(_headers(message, "From")) if "@" in address]
    if len(senders) != 1 or not _headers(message, "Date"):
        raise Problem("notify.not_a_mail")
    if senders[0] in _own(case, found):
        raise Problem("notify.mail_from_ourselves", address=senders[0])
    lawyers = _lawyers(casebook.workspace_of(case))
    if lawyers and senders[0] not in lawyers:
        raise Problem("notify.mail_from_another", address=senders[0], known=" / ".join(sorted(lawyers)))
    said = "\n".join(_texts(message))
    if found.sha256 in re.sub(r"\s", "", said).lower():
        return "hash"
    if _squeezed(found.text) in _squeezed(_QUOTES.sub("", said)):
        return "text"
    raise Problem("notify.mail_names_other_text", mark=found.sha256)


def _headers(message: EmailMessage, name: str) -> list[str]:
    try:
        return [str(value) for value in message.get_all(name, [])]
    except (ValueError, TypeError, IndexError, AttributeError):  # a header made to break the reader is no header
        return []


def _squeezed(text: str) -> str:
    """The letters of a text alone: mail programs break and indent lines as they like."""
    return re.sub(r"\s", "", normal(" ".join(text.split())))


def _own(case: Any, found: Any) -> set[str]:
    workspace = casebook.workspace_of(case)
    own = {role.get("mail", "") for role in prepare.roles(workspace)}
    if found.parties is not None:
        own.add(found.parties.sender.email)
    return {one.lower() for one in own if one}


def _lawyers(workspace: Any) -> set[str]:
    contacts = prepare.contacts(workspace)
    return {str(one["mail"]).lower() for one in contacts if one["kind"] == "lawyer" and one.get("mail")}


def _texts(message: EmailMessage) -> Iterator[str]:
    """The readable parts, HTML without its dress. An attached file's words count as little as its name."""
    for part in list(message.walk())[:200]:
        kind = part.get_content_type()
        if kind not in ("text/plain", "text/html") or part.get_content_disposition() == "attachment":
            continue
        said = _decoded(part)
        if kind == "text/html":
            dress = _Plain()
            dress.feed(said[:2_000_000])
            said = " ".join(dress.said)
        yield said


def _decoded(part: Any) -> str:
    raw = part.get_payload(decode=True) or b""
    for charset in (part.get_content_charset() or "", "utf-8", "iso2022_jp_ext", "cp932"):
        try:
            return str(raw.decode(charset))
        except (LookupError, UnicodeDecodeError):
            continue
    return str(raw.decode("utf-8", "replace"))


class _Plain(HTMLParser):
    """The words of an HTML part that a reader sees."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.hidden += tag in ("script", "style", "title")

    def handle_endtag(self, tag: str) -> None:
        self.hidden -= tag in ("script", "style", "title") and self.hidden > 0

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.said.append(data)
