"""主要取引先への通知: what happened, whether their data or their supply is touched, and how to tell a false message."""

from __future__ import annotations

from hikeshi.engines.paper.model import Document
from hikeshi.notify.documents import layout
from hikeshi.notify.wording import Facts

CLAUSE = "S4.1a"
AUDIENCE = "partners"
HASTE = 45
SUITS = {"incident_kind": ("unauthorised_access", "malware", "fraud")}
_PARTS: dict[str, layout.Keys] = {
    "incident": (
        ("known_at", True),
        ("occurred_at", True),
        ("incident_kind", True),
        ("incident_summary", True),
        ("period", False),
    ),
    "data": (
        ("event", True),
        ("data_items", True),
        ("data_subjects", False),
        ("persons", False),
        ("secondary_damage", True),
    ),
    "trade": (("affected_systems", True), ("recovered_at", True)),
    "response": (
        ("containment_done", True),
        ("authority_report", True),
        ("police_report", True),
        ("outside_investigation", False),
        ("publication", True),
        ("prevention_done", False),
        ("prevention_planned", False),
    ),
}


def build(facts: Facts, frame: layout.Frame) -> Document:
    """The notice as the facts stand."""
    texts = frame.texts
    sections: list[layout.Section] = layout.parts(facts, _PARTS, frame)
    sections += [
        (texts["request"], [layout.bullets(texts["request_list"])]),
        layout.contact(frame),
    ]
    return layout.letter(frame, sections)
