"""銀行・カード発行会社への通知: stop the account or card, recall what was moved, and keep the records."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from hikeshi.engines.paper.model import Document, KeyValues, Lang
from hikeshi.notify.documents import layout, pieces
from hikeshi.notify.documents.parties import Parties
from hikeshi.notify.wording import Facts

KIND = "bank-notice"
CLAUSE = "S4.1a"
AUDIENCE = "money"
HASTE = 92
SUITS = {"money_moved": (True,), "data_items": ("bank_account",)}
_HERE = Path(__file__).parent
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
    """The notice as the facts stand."""
    texts = pieces.texts_of(_HERE, lang)
    frame = layout.Frame(KIND, parties, texts, lang, now, drill, reference)
    name = parties.sender.name or parties.sender.person
    holder = (str(texts["holder"]), pieces.given(name, texts["holder"]))
    sections: list[layout.Section] = [
        (texts["account"], [KeyValues((holder, *layout.gaps(texts, ("branch", "number")).rows))]),
        (texts["incident"], layout.rows(facts, _INCIDENT, texts, lang)),
        (texts["money"], layout.rows(facts, _MONEY, texts, lang)),
        (texts["moved"], [layout.form(texts["moved_head"], 4)]),
        (texts["demand"], [layout.steps(texts["demand_list"])]),
        (texts["done"], layout.rows(facts, _DONE, texts, lang)),
        (texts["contact"], [pieces.desk_rows(parties.desk, texts, lang)]),
    ]
    return layout.letter(frame, sections)
