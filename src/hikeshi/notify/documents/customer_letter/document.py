"""お詫びとご報告: the letter to the customers affected. Items 1, 2, 4, 5 and 9 of Rule 8, as Rule 10 asks.

How they got in stays out (it would help others), and so does who is to blame; the season's greeting is left away.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hikeshi.engines.paper.model import Block, BulletList, Document, KeyValues, Lang, Paragraph, Status
from hikeshi.notify import wording
from hikeshi.notify.documents import layout, marks, pieces
from hikeshi.notify.documents.parties import Parties
from hikeshi.notify.wording import Facts

CLAUSE = "S4.1a"
AUDIENCE = "customers"
HASTE = 50
SUITS = {"event": ("leak", "loss", "damage"), "data_items": ()}
_MEASURES = (
    "containment_done",
    "authority_report",
    "police_report",
    "outside_investigation",
    "prevention_done",
    "prevention_planned",
)


def build(facts: Facts, frame: layout.Frame) -> Document:
    """The letter as the facts stand."""
    if not set(wording.codes(facts, "data_subjects")) <= {"customers"}:
        frame = replace(frame, texts={**frame.texts, **frame.texts["everybody"]})
    texts, lang = frame.texts, frame.lang
    event, named = layout.befell(facts, texts, lang)
    again = frame.stage != "preliminary"
    subject = pieces.fill(texts[f"subject_{event}"], event=named) + (texts["again"] if again else "")
    sections = _sections(facts, frame.parties, texts, lang)
    paragraphs = _opening(event, named, texts, lang, layout.numbered(sections, lang), again=again)
    return layout.letter(frame, sections, subject=subject, public=True, paragraphs=paragraphs)


def _opening(event: Status, named: str, texts: Any, lang: Lang, body: list[Block], *, again: bool) -> list[str]:
    news = pieces.fill(texts[f"event_{event}"], event=named)
    join = "" if lang == "ja" else " "
    still_open = event != "confirmed" or pieces.open_questions(body)
    report = join.join([texts["report_again" if again else "report"], *([texts["later"]] if still_open else [])])
    return [texts["greeting"], join.join([news, texts["apology"]]), report]


def _sections(facts: Facts, parties: Parties, texts: Any, lang: Lang) -> list[layout.Section]:
    always = ("occurred_at", "known_at", "incident_summary")
    keys = ("occurred_at", "known_at", "incident_kind", "incident_summary", "period", "course_of_events")
    summary = pieces.pairs(facts, [(key, texts[key], key in always) for key in keys], lang)
    sections: list[layout.Section] = [
        (texts["summary"], [KeyValues(summary)]),
        (texts["items"], _items(facts, texts, lang)),
        (texts["cause"], [Paragraph(pieces.cause(facts, texts, lang))]),
        (texts["secondary"], [Paragraph(pieces.sentences(wording.say(facts, "secondary_damage", lang), lang))]),
    ]
    measures = pieces.pairs(facts, [(key, texts[key], False) for key in _MEASURES], lang)
    if measures:
        sections.append((texts["measures"], [KeyValues(measures)]))
    return [
        *sections,
        (texts["request"], [_request(facts, texts, lang)]),
        (texts["desk"], [_desk(facts, parties, texts, lang)]),
    ]


def _items(facts: Facts, texts: Any, lang: Lang) -> list[Block]:
    blocks = marks.items(facts, lang)
    # Only what was verified may be called safe.
    if wording.say(facts, "data_items_not_included", lang).status == "confirmed":
        blocks += [Paragraph(texts["not_included"]), pieces.bullets(facts, "data_items_not_included", lang)]
    return blocks


def _request(facts: Facts, texts: Any, lang: Lang) -> Block:
    said = wording.say(facts, "protect_yourself", lang)
    if said.known:
        return BulletList(said.lines)
    return BulletList((*marks.advice(facts, texts["advice"], lang), *texts["advice_list"]))


def _desk(facts: Facts, parties: Parties, texts: Any, lang: Lang) -> Block:
    said = wording.say(facts, "contact_desk", lang)
    if said.known:
        return KeyValues(((texts["desk_label"], said.span),))
    return pieces.desk_rows(parties.desk, texts, lang)
