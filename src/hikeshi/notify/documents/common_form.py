"""被害組織の共通様式: what the three copy sheets share. Their boxes are known second-hand only; each is marked so."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from hikeshi.engines.paper.model import Document, Note, Table
from hikeshi.notify.documents import layout, pieces
from hikeshi.notify.wording import Facts

SHARED = Path(__file__).parent / "common_form"
_BEFORE: dict[str, tuple[str, ...]] = {
    "time": ("occurred_at", "known_at", "period", "detected_by"),
    "state": ("incident_summary", "what_was_seen", "affected_systems", "contained_at", "recovered_at"),
}
_AFTER: dict[str, tuple[str, ...]] = {
    "impact": ("event", "data_items", "persons", "secondary_damage", "money_moved"),
    "response": ("containment_done", "outside_investigation", "police_report", "authority_report"),
    "publication": ("publication",),
    "course": ("course_of_events", "other_remarks"),
}


def build_form(attack: tuple[str, ...], facts: Facts, frame: layout.Frame) -> Document:
    """The sheet of one form: the common blocks, and `attack`, the facts that this form alone asks for."""
    lang = frame.lang
    texts = {**pieces.texts_of(SHARED, lang), **frame.texts}
    frame = replace(frame, texts=texts)
    asked = texts["asked"].values()
    by_hand = tuple((f"{one['name']}\n{one['hint']}".strip(), "") for one in asked)

    def part(name: str, keys: tuple[str, ...]) -> layout.Section:
        labels = texts["labels"]
        return texts[name], [pieces.field(facts, key, lang, labels.get(key, ""), texts["form_note"]) for key in keys]

    sections = [part(name, keys) for name, keys in _BEFORE.items()]
    title, boxes = part("attack", attack)
    sections.append((title, [*boxes, Table(tuple(texts["asked_head"]), by_hand, (2, 3))]))
    sections += [part(name, keys) for name, keys in _AFTER.items()]
    sections += [
        (texts["infrastructure"], [layout.ticks(texts["infrastructure_list"])]),
        (texts["consent"], [layout.ticks(texts["consent_list"])]),
        (texts["care"], [layout.bullets(texts["care_list"])]),
        (texts["submitted"], [layout.form(texts["submitted_head"], 3)]),
    ]
    made = layout.sheet(frame, sections)
    first, *others = made.blocks
    # After how to use it, what about it nobody has verified.
    warned = Note(texts["unverified"], title=texts["unverified_title"], tone="warning")
    return replace(made, blocks=(first, warned, *others))
