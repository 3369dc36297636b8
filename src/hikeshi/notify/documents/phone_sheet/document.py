"""電話の想定問答: what is said on the telephone, what is not, and what is written down. Stays in the house."""

from __future__ import annotations

from hikeshi.engines.paper.model import Document, KeyValues
from hikeshi.notify.documents import layout
from hikeshi.notify.wording import Facts

CLAUSE = "S4.1a"
AUDIENCE = "customers"
HASTE = 48
SUITS = {"event": ("leak", "loss", "damage"), "incident_kind": ("outage",)}
_SAFE = ("known_at", "occurred_at", "incident_kind", "event", "data_items", "persons", "cause", "secondary_damage")
_DONE = ("containment_done", "authority_report", "police_report", "outside_investigation", "response_to_persons")
_LATER = ("publication", "prevention_planned")


def build(facts: Facts, frame: layout.Frame) -> Document:
    """The sheet as the facts stand."""
    texts, lang = frame.texts, frame.lang
    rows = layout.rows(facts, tuple((key, True) for key in (*_SAFE, *_DONE, *_LATER)), texts, lang)
    answers = KeyValues(tuple((one["q"], one["a"]) for one in texts["answers"].values()))
    sections: list[layout.Section] = [
        (texts["greeting"], [layout.steps(texts["greeting_list"])]),
        (texts["questions"], rows),
        (texts["fixed"], [answers]),
        (texts["ask"], [layout.advice(facts, texts, lang)]),
        (texts["may"], [layout.bullets(texts["may_list"])]),
        (texts["never"], [layout.bullets(texts["never_list"])]),
        (texts["desk"], layout.desk(facts, frame)),
        (texts["record"], [layout.form(texts["record_head"], 8)]),
    ]
    return layout.sheet(frame, sections)
