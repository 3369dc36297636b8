"""One person's message out of exactly one approved text: the name in the addressee's place, the own items in theirs.

They stand at the end of the section that names the kinds of data, else before the close. Nothing else can get in.
`unmerged` takes it out again and gives the approved text to the letter; so whoever holds a message can show that it is
the text that was approved.
"""
# words: data throughout, the words of a letter in its own language

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import replace
from pathlib import Path
from typing import Any

from hikeshi.engines.mail.message import one_line
from hikeshi.engines.paper.model import Document, Heading, KeyValues, Letterhead, Paragraph, plain
from hikeshi.notify import documents
from hikeshi.notify.delivery.people import Recipient, postal
from hikeshi.notify.documents.pieces import texts_of

WORDS: dict[str, dict[str, str]] = {
    "ja": {
        "to": "{name} 様",
        "to_business": "{name} 御中",
        "own": "{name}様についての情報",
        "own_nameless": "あなたについての情報",
        "items": "対象の項目",
        "records": "件数",
        "colon": "：",
    },
    "en": {
        "to": "{name}",
        "to_business": "{name}",
        "own": "What concerns {name}",
        "own_nameless": "What concerns you",
        "items": "Items",
        "records": "Records",
        "colon": ": ",
    },
}
_LONGEST, _LONGEST_NAME = 400, 60
# No name: an end of a sentence, a verb as letters end with it, an address of a page.
_NO_NAME = re.compile(r"[。｡！!？?]|://|ました|ません|ください|(?:いたし|おり|あり|ござい|なり|され)ます")
_NUMBERED = re.compile(r"[０-９0-9]+(?:．|\. )")
_LETTER = Path(documents.__file__).parent / "customer_letter"
_TITLED = re.compile(r"(?:様|さま|殿|先生|御中)$")
# A business alone, with no person's name behind it: 株式会社山田商店, 医療法人社団 花の会.
_KINDS = (
    "株式会社|有限会社|合同会社|合資会社|合名会社|[(（][株有][)）]|㈱|㈲"
    "|(?:(?:一般|公益)(?:社団|財団)|医療|学校|社会福祉|宗教|特定非営利活動|NPO)法人(?:社団|財団)?"
)
_BUSINESS = re.compile(rf"(?:{_KINDS})[\s　]?\S+|\S+[\s　]?(?:{_KINDS})")


def slot_of(document: Document, text: str) -> str:
    """The line of the text where the addressee stands (「お客様各位」); "" where there is no such line, or several."""
    head = next((block for block in document.blocks if isinstance(block, Letterhead)), None)
    if head is None or len(head.addressee) != 1:
        return ""
    line = plain(head.addressee[0])
    return line if text.split("\n").count(line) == 1 else ""


def merged(text: str, slot: str, person: Recipient, lang: str) -> str:
    """The approved text as this person gets it."""
    lines = _with_own(text.split("\n"), _own_lines(person, lang), lang)
    if to := addressee(person, lang):
        if slot and slot in lines:
            lines[lines.index(slot)] = to
        else:
            lines = [to, "", *lines]
    return "\n".join(lines)


def unmerged(message: str, slot: str, person: Recipient, lang: str) -> str:
    """The approved text again; of a message that was changed, a text that nobody approved."""
    lines, own_lines = message.split("\n"), _own_lines(person, lang)
    if to := addressee(person, lang):
        if slot and to in lines:
            lines[lines.index(to)] = slot
        elif not slot:
            lines = lines[2:]
    for at in range(len(lines)) if own_lines else ():
        for lead in (0, 1):  # the blank line before, where one was added
            rest = [*lines[: at - lead], *lines[at + len(own_lines) :]] if at >= lead else lines
            if lines[at : at + len(own_lines)] == own_lines and _with_own(rest, own_lines, lang) == lines:
                return "\n".join(rest)
    return "\n".join(lines)


def is_text(message: str, slot: str, person: Recipient, lang: str, sha256: str) -> bool:
    """Whether a message holds exactly the text of this hash."""
    return hashlib.sha256(unmerged(message, slot, person, lang).encode()).hexdigest() == sha256


def fit(name: str) -> str:
    """A name on one line; "" for what is none: a sentence, an address of a page, far too long."""
    line = one_line(name)
    plain_ = unicodedata.normalize("NFKC", line)
    return "" if len(line) > _LONGEST_NAME or _NO_NAME.search(plain_) else line


def addressee(person: Recipient, lang: str) -> str:
    """The name as a letter addresses it; a title that the list already gives is not doubled."""
    name = fit(person.name)
    if not name or _TITLED.search(name):
        return name
    return WORDS[lang]["to_business" if _BUSINESS.fullmatch(name) else "to"].replace("{name}", name)


def own(person: Recipient, lang: str) -> list[tuple[str, str]]:
    """What concerns this person alone: (label, value)."""
    words = WORDS[lang]
    pairs = ((words["items"], person.items), (words["records"], person.records))
    return [(label, said) for label, value in pairs if (said := _value(value))]


def own_title(person: Recipient, lang: str) -> str:
    name = _TITLED.sub("", fit(person.name)).strip()
    return WORDS[lang]["own"].replace("{name}", name) if name else WORDS[lang]["own_nameless"]


def _own_lines(person: Recipient, lang: str) -> list[str]:
    pairs, words = own(person, lang), WORDS[lang]
    return [own_title(person, lang), "", *(f"{label}{words['colon']}{value}" for label, value in pairs), ""] * bool(
        pairs
    )


def _with_own(lines: list[str], own_lines: list[str], lang: str) -> list[str]:
    """The text with somebody's own lines in their place."""
    if not own_lines:
        return lines
    at = _place([line.strip() for line in lines], lang)
    lead = [""] if at and lines[at - 1].strip() else []
    return [*lines[:at], *lead, *own_lines, *lines[at:]]


def _place(said: list[str], lang: str) -> int:
    """Before which line or block the own items stand: the heading after that of the kinds of data, else the close."""
    texts = texts_of(_LETTER, lang)
    headings = [n for n, line in enumerate(said) if _NUMBERED.match(line)]
    titled = [n for n in headings if _NUMBERED.sub("", said[n], count=1) == texts["items"]]
    after = [n for n in headings if titled and n > titled[0]]
    close = [n for n, line in enumerate(said) if line and line in (texts["end"], texts["closing"])]
    return after[0] if after else close[-1] if close else len(said)


def _value(text: str) -> str:
    return "、".join(part.strip() for part in text.split("\n") if part.strip())[:_LONGEST]


def letter(document: Document, person: Recipient) -> Document:
    """The approved document as this person gets it on paper."""
    lang = document.lang
    to = addressee(person, lang)
    blocks: list[Any] = [
        replace(block, addressee=(to,)) if isinstance(block, Letterhead) and to and len(block.addressee) == 1 else block
        for block in document.blocks
    ]
    if pairs := own(person, lang):
        at = _place([_said(block) for block in blocks], lang)
        blocks[at:at] = [Heading(2, own_title(person, lang)), KeyValues(tuple(pairs))]
    return replace(document, blocks=tuple(blocks))


def _said(block: Any) -> str:
    """A heading or the close as the text has it; "" for what may hold anybody's words."""
    if isinstance(block, Heading):
        return block.text
    return plain(block.text).strip() if isinstance(block, Paragraph) else ""


def window(person: Recipient) -> tuple[str, ...]:
    """The lines of the address as they stand in the window."""
    lines = [
        postal(person.postal_code),
        *person.address.split("\n"),
        "",
        addressee(person, "ja"),
    ]
    return tuple(one_line(line) for line in lines)[:7]


def letters(document: Document, people: list[Recipient], block: Any) -> Document:
    """One document with a letter for each: an address for the window, the letter, the next one on a new page."""
    blocks: list[Any] = []
    for person in people:
        blocks += [block(window(person)), *letter(document, person).blocks]
    return replace(document, blocks=tuple(blocks))
