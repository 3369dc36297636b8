"""事故の通知: the notice to the cyber insurer, before anybody is hired (S4.1c; approval before costs)."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from hikeshi.engines.paper.model import Block, Document, KeyValues, Lang, NumberedList, Paragraph
from hikeshi.notify.documents import layout, pieces
from hikeshi.notify.documents.parties import Parties
from hikeshi.notify.wording import Facts

KIND = "insurer-notice"
CLAUSE = "S4.1c"
AUDIENCE = "money"
HASTE = 70
_HERE = Path(__file__).parent
_INCIDENT = (
    ("known_at", True),
    ("occurred_at", True),
    ("detected_by", False),
    ("incident_kind", True),
    ("incident_summary", True),
    ("what_was_seen", False),
    ("affected_systems", True),
    ("period", False),
    ("cause", True),
    ("route", False),
    ("course_of_events", False),
)
_DAMAGE = (
    ("event", True),
    ("data_items", True),
    ("persons", True),
    ("secondary_damage", True),
    ("ransom", False),
    ("loss_estimate", True),
)
_AFTER = (("recovered_at", True), ("prevention_done", True), ("prevention_planned", True))
_RESPONSE = (
    ("containment_done", True),
    ("outside_investigation", True),
    ("authority_report", False),
    ("police_report", True),
    ("response_to_persons", False),
    ("publication", True),
)


def build(
    facts: Facts,
    parties: Parties,
    lang: Lang,
    *,
    now: datetime,
    drill: bool = False,
    stage: str = "preliminary",
    reference: str = "",
) -> Document:
    """The notice as the facts stand; `stage` "final" is the accident report, with costs and what they buy."""
    texts = pieces.texts_of(_HERE, lang)
    ja = lang == "ja"
    to = pieces.blank(texts["to"])
    final = stage == "final"
    subject = texts["subject_final" if final else "subject"]
    head = pieces.letterhead(parties, texts, lang, now=now, subject=subject, reference=reference, to=to)
    join = "" if ja else " "
    holder = parties.sender.name or parties.sender.person
    contract = KeyValues(
        (
            (texts["policy_holder"], pieces.given(holder, texts["policy_holder"])),
            (texts["policy_number"], pieces.given(parties.policy_number, texts["policy_number"])),
        )
    )
    sections: tuple[tuple[str, Block], ...] = (
        (texts["contract"], contract),
        (texts["incident"], _rows(facts, _INCIDENT, lang)),
        (texts["damage"], _rows(facts, _DAMAGE, lang)),
        (texts["response"], _rows(facts, _RESPONSE, lang)),
        *(
            (
                (texts["after"], _rows(facts, _AFTER, lang)),
                (texts["costs"], layout.form(texts["costs_head"], 6)),
                (texts["papers"], layout.ticks(texts["paper_list"])),
            )
            if final
            else ((texts["questions"], NumberedList(tuple(texts["question_list"]))),)
        ),
        (texts["contact"], pieces.desk_rows(parties.desk, texts, lang)),
    )
    body: list[Block] = []
    for number, (title, block) in enumerate(sections, 1):
        body += [pieces.heading(number, title, lang), block]
    opening: list[Block] = [
        Paragraph(text)
        for text in (
            texts["greeting"],
            join.join([texts["notice_final" if final else "notice"], texts["later"]]),
            "" if final else texts["approval"],
        )
        if text
    ]
    return Document(
        title=subject,
        lang=lang,
        blocks=(head, *opening, *pieces.closing(texts, lang), *body, *pieces.ending(parties, texts, lang)),
        date=pieces.day_of(now),
        kind=KIND,
        drill=drill,
        reference=reference,
        author=holder,
    )


def _rows(facts: Facts, keys: tuple[tuple[str, bool], ...], lang: Lang) -> KeyValues:
    labels = pieces.texts_of(_HERE, lang)["labels"]
    return KeyValues(pieces.pairs(facts, [(key, labels.get(key, ""), always) for key, always in keys], lang))
