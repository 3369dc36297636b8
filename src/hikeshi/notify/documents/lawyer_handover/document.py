"""弁護士への引継ぎ: what happened, what the law may ask for, what was said already, and what is asked of the lawyer."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from hikeshi.engines.paper.model import Document, Lang
from hikeshi.notify.documents import layout, pieces
from hikeshi.notify.documents.parties import Parties
from hikeshi.notify.wording import Facts

KIND = "lawyer-handover"
CLAUSE = "S4.2"
AUDIENCE = "helpers"
HASTE = 52
SUITS = {"event": ("leak", "loss", "damage"), "ransom": (True,)}
_HERE = Path(__file__).parent
_PARTS: dict[str, layout.Keys] = {
    "incident": (
        ("known_at", True),
        ("noticed_at", False),
        ("occurred_at", True),
        ("incident_kind", True),
        ("incident_summary", True),
        ("cause", True),
        ("cause_party", False),
        ("route", False),
        ("course_of_events", False),
    ),
    "law": (
        ("event", True),
        ("certainty", False),
        ("data_items", True),
        ("persons", True),
        ("personal_data", True),
        ("strong_protection", True),
        ("sensitive", True),
        ("financial_harm", True),
        ("malicious", True),
        ("my_number", True),
        ("role", True),
        ("entrustment", False),
        ("card_data", False),
        ("regions", False),
    ),
    "told": (
        ("authority_report", True),
        ("response_to_persons", True),
        ("publication", True),
        ("police_report", True),
        ("released_by_entrustee_notice", False),
        ("stop_use_requested", False),
        ("contract_notice", True),
        ("insured", True),
    ),
    "harm": (("secondary_damage", True), ("money_moved", False), ("ransom", False), ("loss_estimate", True)),
    "open": (("not_examined", True), ("outside_investigation", True)),
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
    """The sheet as the facts stand."""
    texts = pieces.texts_of(_HERE, lang)
    frame = layout.Frame(KIND, parties, texts, lang, now, drill, reference)
    sections: list[layout.Section] = [(texts["questions"], [layout.steps(texts["question_list"])])]
    sections += [(texts[part], layout.rows(facts, keys, texts, lang)) for part, keys in _PARTS.items()]
    sections += [
        (texts["papers"], [layout.ticks(texts["paper_list"])]),
        (texts["record"], [layout.form(texts["record_head"], 3)]),
    ]
    return layout.sheet(frame, sections)
