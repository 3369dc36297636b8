"""加盟店契約会社への通知: cards may be concerned; asks for instructions before anything is changed."""

from __future__ import annotations

from hikeshi.engines.paper.model import Document
from hikeshi.notify.documents import layout
from hikeshi.notify.wording import Facts

CLAUSE = "S4.1a"
AUDIENCE = "money"
HASTE = 88
SUITS = {"card_data": (True,), "data_items": ("card_number", "card_expiry", "card_security_code")}
_PARTS: dict[str, layout.Keys] = {
    "incident": (
        ("known_at", True),
        ("occurred_at", True),
        ("period", True),
        ("incident_kind", True),
        ("incident_summary", True),
        ("affected_systems", True),
        ("cause", False),
        ("route", False),
    ),
    "cards": (
        ("card_data", True),
        ("event", True),
        ("data_items", True),
        ("data_items_not_included", False),
        ("persons", True),
        ("secondary_damage", True),
    ),
    "response": (
        ("containment_done", True),
        ("power_kept", True),
        ("outside_investigation", True),
        ("authority_report", False),
        ("police_report", False),
        ("response_to_persons", False),
        ("publication", True),
    ),
}


def build(facts: Facts, frame: layout.Frame) -> Document:
    """The notice as the facts stand."""
    texts = frame.texts
    sections: list[layout.Section] = [(texts["contract"], [layout.gaps(texts, ("merchant_number", "provider"))])]
    sections += layout.parts(facts, _PARTS, frame)
    sections += [
        (texts["questions"], [layout.steps(texts["question_list"])]),
        layout.contact(frame),
    ]
    return layout.letter(frame, sections)
