"""One person's message out of exactly one approved text: the name in the addressee's place, and the lines for them.

The text says itself which lines are for whom (documents/marks.py). So who holds the approved text and a row of the list
can make the message again, to the letter; nothing else of the list gets in.
"""
# words: data throughout, the words of a letter in its own language

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from typing import Any

from hikeshi.engines.mail.message import one_line
from hikeshi.engines.paper.model import Document, Letterhead, plain
from hikeshi.notify.delivery.people import Recipient, postal
from hikeshi.notify.documents import marks

TO = {"ja": ("{name} 様", "{name} 御中"), "en": ("{name}", "{name}")}
_LONGEST_NAME = 60
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


def merged(text: str, slot: str, person: Recipient, lang: Any) -> str:
    """The approved text as this person gets it."""
    lines = marks.text_for(text, own(person), lang).split("\n")
    if to := addressee(person, lang):
        if slot and slot in lines:
            lines[lines.index(slot)] = to
        else:
            lines = [to, "", *lines]
    return "\n".join(lines)


def own(person: Recipient) -> marks.Own:
    """What a letter may say of this person alone."""
    return marks.own(person.items.split("\n"), person.records)


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
    return TO[lang][bool(_BUSINESS.fullmatch(name))].replace("{name}", name)


def letter(document: Document, person: Recipient) -> Document:
    """The approved document as this person gets it on paper."""
    document, to = marks.document_for(document, own(person)), addressee(person, document.lang)
    blocks = (
        replace(block, addressee=(to,)) if isinstance(block, Letterhead) and to and len(block.addressee) == 1 else block
        for block in document.blocks
    )
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
