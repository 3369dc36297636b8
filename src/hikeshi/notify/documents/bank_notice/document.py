"""銀行・カード発行会社への通知: stop the account or card, recall what was moved, and keep the records."""

from __future__ import annotations

from hikeshi.engines.paper.model import Document, KeyValues
from hikeshi.notify.documents import layout, pieces
from hikeshi.notify.wording import Facts

CLAUSE = "S4.1a"
AUDIENCE = "money"
HASTE = 92
SUITS = {"money_moved": (True,), "data_items": ("bank_account",)}
_INCIDENT: layout.Keys = (
    ("known_at", True),
    ("occurred_at", True),
    ("incident_kind", True),
    ("incident_summary", True),
    ("what_was_seen", False),
)
_MONEY: layout.Keys = (
    ("money_moved", True),
    ("event", False),
    ("data_items", False),
    ("loss_estimate", False),
    ("secondary_damage", False),
)
_DONE: layout.Keys = (("containment_done", True), ("police_report", True))


def build(facts: Facts, frame: layout.Frame) -> Document:
    """The notice as the facts stand."""
    texts, lang = frame.texts, frame.lang
    name = frame.parties.sender.name or frame.parties.sender.person
    holder = (str(texts["holder"]), pieces.given(name, texts["holder"]))
    sections: list[layout.Section] = [
        (texts["account"], [KeyValues((holder, *layout.gaps(texts, ("branch", "number")).rows))]),
        (texts["incident"], layout.rows(facts, _INCIDENT, texts, lang)),
        (texts["money"], layout.rows(facts, _MONEY, texts, lang)),
        (texts["moved"], [layout.form(texts["moved_head"], 4)]),
        (texts["demand"], [layout.steps(texts["demand_list"])]),
        (texts["done"], layout.rows(facts, _DONE, texts, lang)),
        layout.contact(frame),
    ]
    return layout.letter(frame, sections)
