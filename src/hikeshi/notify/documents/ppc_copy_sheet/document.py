"""転記用シート: the nine items of Rule 8 in their order, each with what is known and how sure it is.

The web form's own boxes (duties §1.12) were never compared with the real form; each is marked 未確認.
"""

from __future__ import annotations

from typing import Any

from hikeshi.engines.paper.model import Block, Document, Field, KeyValues, Lang, Note, Span
from hikeshi.notify import wording
from hikeshi.notify.documents import layout, pieces
from hikeshi.notify.documents.parties import Parties
from hikeshi.notify.law import lawfiles
from hikeshi.notify.wording import Facts

CLAUSE = "S4.1b"
AUDIENCE = "authorities"
HASTE = 58
# 規則第8条第1項各号 → the facts that answer it (ガイドライン通則編3-5-3-3). A pair is (label in the texts, fact).
ITEMS: dict[str, tuple[str | tuple[str, str], ...]] = {
    "1": (
        "occurred_at",
        "known_at",
        "event",
        "detected_by",
        "sensitive",
        "financial_harm",
        "malicious",
        ("persons_rule", "persons"),
        "role",
        "entrustment",
        "incident_summary",
        "what_was_seen",
        "course_of_events",
        "period",
        "affected_systems",
        "containment_done",
        "outside_investigation",
    ),
    "2": ("data_items", "media", "data_subjects"),
    "3": ("persons",),
    "4": ("cause_party", "cause_kind", "cause", "route"),
    "5": ("secondary_damage",),
    "6": ("response_to_persons",),
    "7": ("publication",),
    "8": ("prevention_done", "prevention_planned"),
    "9": ("protect_yourself", "police_report", "other_remarks"),
}

# 番号法の規則（平成27年特定個人情報保護委員会規則第5号）第2条各号: another report, of another Act.
MY_NUMBER: tuple[str | tuple[str, str], ...] = (
    "my_number",
    "mn_gov_system",
    ("mn_malicious", "malicious"),
    "mn_misuse",
    "mn_public_view",
    "mn_persons_max",
)


def build(facts: Facts, frame: layout.Frame) -> Document:
    """The sheet for the 速報 (stage "preliminary") or the 確報 ("final") as the facts stand."""
    texts, lang = frame.texts, frame.lang
    page = lawfiles.shipped().filings["ppc"].page
    blocks: list[Block] = [
        Note(texts[f"use_{frame.stage}"], title=texts["use_title"]),
        Note((Span(texts["page"]), Span(page, href=page)), title=texts["page_title"]),
        Note(texts["form"], title=texts["form_title"], tone="warning"),
        pieces.plain_heading(texts["reporter"]),
        _reporter(frame.parties, texts, lang),
    ]
    for number, keys in ITEMS.items():
        blocks.append(pieces.heading(int(number), texts["items"][number], lang))
        blocks += [_box(facts, key, texts, lang) for key in keys]
    with_numbers = _my_number(facts, lang)
    if with_numbers:
        blocks += [pieces.plain_heading(texts["my_number"]), Note(texts["my_number_note"])]
        blocks += [_box(facts, key, texts, lang) for key in MY_NUMBER]
    blocks += [pieces.plain_heading(texts["receipt"]), _receipt(texts)]
    return Document(
        title=texts[f"title_{frame.stage}"],
        subtitle=texts[f"subtitle_mn_{frame.stage}" if with_numbers else f"subtitle_{frame.stage}"],
        lang=lang,
        blocks=tuple(blocks),
        date=pieces.day_of(frame.now),
        kind=frame.kind,
        drill=frame.drill,
        reference=frame.reference,
        header=frame.parties.sender.name or frame.parties.sender.person,
        footer=texts["footer"],
        author=frame.parties.sender.name or frame.parties.sender.person,
    )


def _my_number(facts: Facts, lang: Lang) -> bool:
    """Whether My Number is or may be among the data: then the My Number Act asks for a report of its own."""
    fact = facts.get("my_number")
    return fact is not None and fact.value is True and wording.say(facts, "my_number", lang).known


def _box(facts: Facts, key: str | tuple[str, str], texts: Any, lang: Lang) -> Field:
    name, fact = key if isinstance(key, tuple) else (key, key)
    boxes = texts["boxes"].get(name)
    note = pieces.fill(texts["form_note"], boxes=boxes) if boxes else ""
    return pieces.field(facts, fact, lang, texts["labels"].get(name, ""), note)


def _reporter(parties: Parties, texts: Any, lang: Lang) -> KeyValues:
    sender, desk = parties.sender, parties.desk
    contact = (" " if lang == "ja" else ", ").join(p for p in (desk.department, pieces.person_of(desk, lang)) if p)
    values = {
        "reporter_name": sender.name or sender.person,
        "reporter_address": pieces.address_of(sender, lang),
        "reporter_person": pieces.person_of(sender, lang),
        "reporter_business": parties.business,
        "reporter_contact": contact,
        "reporter_phone": desk.phone,
        "reporter_email": desk.email,
    }
    return KeyValues(tuple((texts[key], pieces.given(value, texts[key])) for key, value in values.items()))


def _receipt(texts: Any) -> KeyValues:
    return KeyValues(
        tuple((texts[key], pieces.blank(texts[key])) for key in ("receipt_at", "receipt_by", "receipt_number"))
    )
