"""IPAへの届出の転記用シート: the boxes were never compared with the whole form by us; each is marked so."""

from __future__ import annotations

from hikeshi.engines.paper.model import Document, Field, Table
from hikeshi.notify.documents import layout, pieces
from hikeshi.notify.wording import Facts

CLAUSE = "S4.1b"
AUDIENCE = "authorities"
HASTE = 22
_BOXES: dict[str, tuple[str, ...]] = {
    "found": ("noticed_at", "known_at", "detected_by"),
    "damaged": ("affected_systems", "media"),
    "incident": ("incident_kind", "incident_summary", "what_was_seen", "occurred_at", "period"),
    "way": ("route", "cause"),
    "harm": ("event", "data_items", "persons", "secondary_damage", "ransom", "money_moved"),
    "done": ("containment_done", "recovered_at", "prevention_done", "prevention_planned"),
}


def build(facts: Facts, frame: layout.Frame) -> Document:
    """The sheet as the facts stand."""
    texts, lang = frame.texts, frame.lang

    def box(key: str) -> Field:
        boxes = texts["boxes"].get(key, "")
        note = pieces.fill(texts["form_note"], boxes=boxes) if boxes else ""
        return pieces.field(facts, key, lang, texts["labels"].get(key, ""), note)

    # Lines to write on, not gaps: IPA takes what can be written.
    by_hand = tuple((str(name), "") for name in texts["asked"].values())
    sections: list[layout.Section] = [(texts["wish"], [layout.ticks(texts["wish_list"])])]
    sections += [(texts[part], [box(key) for key in keys]) for part, keys in _BOXES.items()]
    sections += [
        (texts["technical"], [Table(tuple(texts["technical_head"]), by_hand, (1, 2))]),
        (texts["care"], [layout.bullets(texts["care_list"])]),
        (texts["record"], [layout.form(texts["record_head"], 1)]),
    ]
    return layout.sheet(frame, sections)
