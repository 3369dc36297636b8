"""加盟店契約会社への通知: cards may be concerned; asks for instructions before anything is changed."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from hikeshi.engines.paper.model import Document, Lang
from hikeshi.notify.documents import layout, pieces
from hikeshi.notify.documents.parties import Parties
from hikeshi.notify.wording import Facts

KIND = "acquirer-notice"
CLAUSE = "S4.1a"
AUDIENCE = "money"
HASTE = 88
SUITS = {"card_data": (True,), "data_items": ("card_number", "card_expiry", "card_security_code")}
_HERE = Path(__file__).parent
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
    sections: list[layout.Section] = [(texts["contract"], [layout.gaps(texts, ("merchant_number", "provider"))])]
    sections += [(texts[part], layout.rows(facts, keys, texts, lang)) for part, keys in _PARTS.items()]
    sections += [
        (texts["questions"], [layout.steps(texts["question_list"])]),
        (texts["contact"], [pieces.desk_rows(parties.desk, texts, lang)]),
    ]
    return layout.letter(frame, sections)
