"""公表文: the public statement, first, follow-up or final. How they got in stays out, and so does who is to blame."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from hikeshi.engines.paper.model import Document, Lang, Paragraph
from hikeshi.notify import wording
from hikeshi.notify.documents import layout, pieces
from hikeshi.notify.wording import Facts

CLAUSE = "S4.2"
AUDIENCE = "customers"
HASTE = 40
PUBLISHED = True
_COURSE: layout.Keys = (
    ("known_at", True),
    ("occurred_at", True),
    ("incident_summary", True),
    ("period", False),
    ("course_of_events", False),
    ("contained_at", False),
)
_PERSONS: layout.Keys = (("data_subjects", False), ("persons", True))
_RESPONSE: layout.Keys = (
    ("containment_done", True),
    ("response_to_persons", True),
    ("authority_report", True),
    ("police_report", True),
    ("outside_investigation", False),
)
_WRONG = ("malicious", "crime_suspected")
_PREVENTION: layout.Keys = (("prevention_done", False), ("prevention_planned", True), ("recovered_at", False))


def build(facts: Facts, frame: layout.Frame) -> Document:
    """The statement as the facts stand; `stage` is "preliminary", "follow_up" or "final"."""
    texts, lang = frame.texts, frame.lang
    befell, named = layout.befell(facts, texts, lang)
    report = _report(facts, texts, frame.stage, lang)
    subject = pieces.fill(texts[f"subject_{befell}"], event=named, report=texts["reports"][report])
    sections: list[layout.Section] = [
        (texts["course"], layout.rows(facts, _COURSE, texts, lang)),
        (texts["data"], [*layout.items(facts, texts, lang), *layout.rows(facts, _PERSONS, texts, lang)]),
        (texts["cause"], [Paragraph(pieces.cause(facts, texts, lang))]),
        (texts["secondary"], [Paragraph(pieces.sentences(wording.say(facts, "secondary_damage", lang), lang))]),
        (texts["request"], [layout.advice(facts, texts, lang)]),
        (texts["response"], layout.rows(facts, _response(facts), texts, lang)),
        (texts["prevention"], layout.rows(facts, _PREVENTION, texts, lang)),
        (texts["desk"], layout.desk(facts, frame)),
    ]
    told = texts[f"event_{befell}"]
    # A final report that still has open questions must not sound like the end of them.
    still_open = befell != "confirmed" or pieces.open_questions(layout.numbered(sections, lang))
    paragraphs = [texts["greeting"], pieces.fill(told, event=named), texts["apology"]]
    paragraphs.append(texts["told_final_open" if report == "final" and still_open else f"told_{report}"])
    paragraphs += [texts["later"]] if report != "final" or still_open else []
    written = replace(frame, texts={**texts, "paragraphs": paragraphs})
    return layout.letter(written, sections, subject=subject, public=True)


def _response(facts: Facts) -> layout.Keys:
    """What we did; of the police only where it may be a crime, since 「未定」 would call a slip of the hand one."""
    slip = all((fact := facts.get(key)) and fact.status == "confirmed" and fact.value is False for key in _WRONG)
    return tuple((key, always and not (slip and key == "police_report")) for key, always in _RESPONSE)


def _report(facts: Facts, texts: Any, stage: str, lang: Lang) -> str:
    """The first report, a follow-up once something was published (as that fact says), or the final one."""
    if stage in ("final", "follow_up"):
        return stage
    said = wording.say(facts, "publication", lang)
    return "follow_up" if said.status == "confirmed" and re.search(texts["published"], said.text) else "first"
