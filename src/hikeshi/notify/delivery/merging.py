"""One person's message out of exactly one approved text: the name in the addressee's place, the own items at the end.

Nothing else can get in. `unmerged` takes it out again and gives the approved text to the letter; so whoever holds a
message can show that it is the text that was approved.
"""
# words: data throughout, the words of a letter in its own language

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import replace
from typing import Any

from hikeshi.engines.mail.message import one_line
from hikeshi.engines.paper.model import Document, Heading, KeyValues, Letterhead, plain
from hikeshi.notify.delivery.people import Recipient, postal

WORDS: dict[str, dict[str, str]] = {
    "ja": {
        "to": "{name} 様",
        "to_business": "{name} 御中",
        "own": "{name}様についての情報",
        "own_nameless": "あなたについての情報",
        "items": "対象の項目",
        "records": "件数",
        "colon": "：",
        "rule": "－" * 20,
    },
    "en": {
        "to": "{name}",
        "to_business": "{name}",
        "own": "What concerns {name}",
        "own_nameless": "What concerns you",
        "items": "Items",
        "records": "Records",
        "colon": ": ",
        "rule": "-" * 40,
    },
}
_LONGEST, _LONGEST_NAME = 400, 60
# No name: an end of a sentence, a verb as letters end with it, an address of a page.
_NO_NAME = re.compile(r"[。｡！!？?]|://|ました|ません|ください|(?:いたし|おり|あり|ござい|なり|され)ます")
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
    lines = text.split("\n")
    if to := addressee(person, lang):
        if slot and slot in lines:
            lines[lines.index(slot)] = to
        else:
            lines = [to, "", *lines]
    return "\n".join(lines) + _own_lines(person, lang)


def unmerged(message: str, slot: str, person: Recipient, lang: str) -> str:
    """The approved text again."""
    own = _own_lines(person, lang)
    text = message.removesuffix(own) if own else message
    lines = text.split("\n")
    if to := addressee(person, lang):
        if slot:
            lines[lines.index(to)] = slot
        else:
            lines = lines[2:]
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


def _own_lines(person: Recipient, lang: str) -> str:
    pairs, words = own(person, lang), WORDS[lang]
    if not pairs:
        return ""
    said = [f"{label}{words['colon']}{value}" for label, value in pairs]
    return "\n".join(["", words["rule"], own_title(person, lang), *said, ""])


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
        blocks += [Heading(2, own_title(person, lang)), KeyValues(tuple(pairs))]
    return replace(document, blocks=tuple(blocks))


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
