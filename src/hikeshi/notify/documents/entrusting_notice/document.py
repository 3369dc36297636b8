"""The notice to the client who entrusted the data: the nine items of Rule 8, in their order (Rule 9)."""

from __future__ import annotations

from dataclasses import replace

from hikeshi.engines.paper.model import Document, Lang
from hikeshi.notify import wording
from hikeshi.notify.documents import layout
from hikeshi.notify.wording import Facts

CLAUSE = "S4.1a"
AUDIENCE = "partners"
HASTE = 66
# The items of Rule 8(1) in their order; the first fact of each stands even while nobody stated it.
_ITEMS: dict[str, layout.Keys] = {
    "1": (
        ("incident_summary", True),
        ("occurred_at", True),
        ("known_at", True),
        ("event", True),
        ("detected_by", False),
        ("sensitive", False),
        ("financial_harm", False),
        ("malicious", False),
        ("my_number", False),
        ("entrustment", True),
        ("period", False),
        ("affected_systems", False),
        ("course_of_events", False),
        ("containment_done", False),
        ("outside_investigation", False),
    ),
    "2": (("data_items", True), ("data_subjects", False), ("media", False)),
    "3": (("persons", True),),
    "4": (("cause", True), ("cause_party", False), ("cause_kind", False), ("route", False)),
    "5": (("secondary_damage", True),),
    "6": (("response_to_persons", True),),
    "7": (("publication", True),),
    "8": (("prevention_done", True), ("prevention_planned", True)),
    "9": (("protect_yourself", True), ("police_report", False), ("other_remarks", False)),
}


def build(facts: Facts, frame: layout.Frame) -> Document:
    """The notice as the facts stand; a `stage` other than "preliminary" is a supplement."""
    if frame.stage != "preliminary":
        frame = replace(frame, texts={**frame.texts, **frame.texts["again"]})
    texts, lang = frame.texts, frame.lang
    sections: list[layout.Section] = [
        (texts["items"][number], layout.rows(facts, keys, texts, lang)) for number, keys in _ITEMS.items()
    ]
    sections += [
        (texts["after"], [layout.bullets(texts["after_list"])]),
        (texts["request"], [layout.steps(texts["request_list"])]),
        layout.contact(frame),
    ]
    if _my_number(facts, lang):
        sections.insert(len(_ITEMS), (texts["my_number"], [layout.bullets(texts["my_number_list"])]))
    return layout.letter(frame, sections)


def _my_number(facts: Facts, lang: Lang) -> bool:
    """Whether My Number is or may be among the data: then another Act asks for the same notice."""
    fact = facts.get("my_number")
    return fact is not None and fact.value is True and wording.say(facts, "my_number", lang).known
