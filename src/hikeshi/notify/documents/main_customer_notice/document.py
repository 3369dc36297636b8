"""主要取引先への通知: what happened, whether their data or their supply is touched, and how to tell a false message."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from hikeshi.engines.paper.model import Document, Lang
from hikeshi.notify.documents import layout, pieces
from hikeshi.notify.documents.parties import Parties
from hikeshi.notify.wording import Facts

KIND = "main-customer-notice"
CLAUSE = "S4.1a"
AUDIENCE = "partners"
HASTE = 45
SUITS = {"incident_kind": ("unauthorised_access", "malware", "fraud")}
_HERE = Path(__file__).parent
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
    sections: list[layout.Section] = [
        (texts[part], layout.rows(facts, keys, texts, lang)) for part, keys in _PARTS.items()
    ]
    sections += [
        (texts["request"], [layout.bullets(texts["request_list"])]),
        (texts["contact"], [pieces.desk_rows(parties.desk, texts, lang)]),
    ]
    return layout.letter(frame, sections)
