"""Pieces that several documents are put together from. Facts come in only through `wording.say`."""

# words: data throughout, the grammar of Japanese letters; each function has its English branch beside it.
from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from hikeshi.engines.paper.model import (
    Block,
    BulletList,
    Field,
    Heading,
    KeyValues,
    Lang,
    Letterhead,
    Paragraph,
    Span,
    Text,
    block_texts,
    plain,
)
from hikeshi.notify import wording
from hikeshi.notify.documents.parties import Parties, Party
from hikeshi.notify.wording import JST, Facts, Said

_HERE = Path(__file__).parent
_POLITE = re.compile("(ます|ました|ません|です|でした|ください|ましょう)$")
_PLAIN = re.compile("(た|る|ない)$")


@cache
def texts_of(folder: Path, lang: Lang) -> Mapping[str, Any]:
    """The texts of one kind, with those that all documents share beneath them."""
    shared = tomllib.loads((_HERE / f"{lang}.toml").read_text(encoding="utf-8"))
    return {**shared, **tomllib.loads((folder / f"{lang}.toml").read_text(encoding="utf-8"))}


def fill(sentence: str, **values: str) -> str:
    """The sentence with {names} replaced, once and literally: a value that looks like a slot stays as it is."""
    return re.sub(r"\{(\w+)\}", lambda slot: values.get(slot[1], slot[0]), sentence)


def day_of(now: datetime) -> date:
    """The day in Japan."""
    return now.astimezone(JST).date()


def blank(name: str) -> Text:
    """A gap to be filled in."""
    return (Span(name, blank=True),)


def given(value: str, name: str) -> Text:
    """What preparation gave, or a gap that names what is missing."""
    return value.strip() or blank(name)


def field(facts: Facts, key: str, lang: Lang, label: str = "", note: str = "") -> Field:
    """One box of a form, filled from one fact."""
    said = wording.say(facts, key, lang)
    return Field(label or wording.label(key, lang), said.text, said.status, note)


def pairs(facts: Facts, keys: Iterable[tuple[str, str, bool]], lang: Lang) -> tuple[tuple[str, Text], ...]:
    """Rows of (label, fact) from (key, label, always): what is not `always` is left out while nobody has stated it."""
    return tuple(
        (label or wording.label(key, lang), wording.say(facts, key, lang).span)
        for key, label, always in keys
        if always or wording.stated(facts, key)
    )


def sentences(said: Said, lang: Lang) -> Text:
    """The fact as sentences of a letter, each on a line of its own."""
    # The first line of a Japanese paragraph is set in by the page; those after it are set in here.
    join = "\n　" if lang == "ja" else "\n"
    return (Span(join.join(sentence(line, said, lang) for line in said.lines), status=said.status),)


def cause(facts: Facts, texts: Mapping[str, Any], lang: Lang) -> Text:
    """The cause in sentences; where only its kind is known, that kind, and that the rest is being looked into."""
    told, kind = wording.say(facts, "cause", lang), wording.say(facts, "cause_kind", lang)
    named = facts.get("cause_kind")
    if told.known or not kind.known or named is None or named.value in (None, "other"):
        return sentences(told, lang)
    if kind.status != "confirmed":
        return sentences(kind, lang)
    said = fill(texts["cause_by"], kind=kind.text)
    return (Span(said[:1].upper() + said[1:], status=kind.status),)


def sentence(line: str, said: Said, lang: Lang) -> str:
    """「設定の誤り」→「設定の誤りです。」, 「不正アクセスの可能性（調査中）」→「…があります。」"""
    if lang == "en":
        whole = line if line.endswith((".", "!", "?")) else f"{line}."
        return whole[:1].upper() + whole[1:]
    if line.endswith("。"):
        return line
    if said.status == "suspected":
        return f"{line}があります。"
    if _POLITE.search(line):
        return f"{line}。"
    if _PLAIN.search(line) and said.known:
        return f"{line}ことがわかっています。"
    return f"{line}です。"


def heading(number: int, title: str, lang: Lang) -> Heading:
    """「１．事案の概要」 / "1. What happened"."""
    if lang == "ja":
        return Heading(1, f"{str(number).translate(str.maketrans('0123456789', '０１２３４５６７８９'))}．{title}")
    return Heading(1, f"{number}. {title}")


def letterhead(
    parties: Parties, texts: Mapping[str, Any], lang: Lang, *, now: datetime, subject: str, reference: str, to: Text
) -> Letterhead:
    """日付, 宛名, 差出人, 件名. `to` stands for the addressee when none is given."""
    return Letterhead(
        date=wording.day(day_of(now), lang, weekday=False),
        addressee=addressee_lines(parties.addressee, lang) or (to,),
        sender=sender_lines(parties.sender, texts, lang),
        subject=subject,
        opening=texts["opening"],
        number=reference,
    )


def addressee_lines(party: Party | None, lang: Lang) -> tuple[Text, ...]:
    """様 for a person, 御中 for a business; none if nobody is named."""
    if party is None or not (party.name or party.person):
        return ()
    ja = lang == "ja"
    if not party.person:
        office = " ".join(part for part in (party.name, party.department) if part)
        return (f"{office}　御中" if ja else office,)
    person = person_of(party, lang)
    lines = (party.name, party.department, f"{person}　様" if ja else person)
    return tuple(line for line in lines if line)


def person_of(party: Party, lang: Lang) -> str:
    """代表　佐倉 花子 / Hanako Sakura, Owner."""
    parts = (party.title, party.person) if lang == "ja" else (party.person, party.title)
    return ("　" if lang == "ja" else ", ").join(part for part in parts if part)


def address_of(party: Party, lang: Lang) -> str:
    """〒100-0001 東京都… / 1-1-1 Chiyoda, Tokyo 100-0001."""
    postal = f"〒{party.postal_code}" if party.postal_code and lang == "ja" else party.postal_code
    parts = (postal, party.address) if lang == "ja" else (party.address, postal)
    return " ".join(part for part in parts if part)


def sender_lines(party: Party, texts: Mapping[str, Any], lang: Lang) -> tuple[Text, ...]:
    """Address, business, person; the gaps that a letter must not have stay visible."""
    person = person_of(party, lang)
    lines: list[Text] = [
        given(address_of(party, lang), texts["sender_address"]),
        given(party.name or person, texts["sender_name"]),
    ]
    if party.name:
        lines.append(given(person, texts["sender_person"]))
    return tuple(lines)


def desk_rows(party: Party, texts: Mapping[str, Any], lang: Lang) -> KeyValues:
    """The contact desk from preparation, where no fact names one."""
    join = "　" if lang == "ja" else ", "
    who = join.join(part for part in (party.name, party.department, person_of(party, lang)) if part)
    rows: list[tuple[str, Text]] = [
        (texts["desk_who"], given(who, texts["sender_name"])),
        (texts["desk_phone"], given(party.phone, texts["desk_phone"])),
        (texts["desk_email"], given(party.email, texts["desk_email"])),
    ]
    if party.hours:
        rows.append((texts["desk_hours"], party.hours))
    return KeyValues(tuple(rows))


def bullets(facts: Facts, key: str, lang: Lang) -> BulletList | Paragraph:
    """A confirmed list as bullets; else a sentence: 「氏名、住所が含まれるおそれ（調査中）があります。」"""
    parts = wording.items(facts, key, lang)
    if not parts:
        return Paragraph(sentences(wording.say(facts, key, lang), lang))
    return BulletList(tuple((Span(part, status="confirmed"),) for part in parts))


def closing(texts: Mapping[str, Any], lang: Lang) -> list[Block]:
    """敬具 and 記, which stand between a Japanese letter and its list; English has neither here."""
    if lang != "ja":
        return []
    return [Paragraph(texts["closing"], align="right"), Paragraph(texts["record"], align="center")]


def ending(parties: Parties, texts: Mapping[str, Any], lang: Lang) -> list[Block]:
    """以上, or the English close with its signature."""
    if lang == "ja":
        return [Paragraph(texts["end"], align="right")]
    sender = parties.sender
    signature = "\n".join(line for line in (sender.person, sender.title, sender.name) if line)
    return [Paragraph(texts["closing"]), Paragraph(signature or blank(texts["sender_person"]))]


def open_questions(blocks: Iterable[Block]) -> bool:
    """True if anything in these blocks is still being looked into."""
    lines = [plain(text) for block in blocks for text in block_texts(block)]
    return any(mark in line for line in lines for mark in ("調査中", "under investigation"))


def plain_heading(title: str) -> Heading:
    """A heading outside the numbered ones."""
    return Heading(1, title)
