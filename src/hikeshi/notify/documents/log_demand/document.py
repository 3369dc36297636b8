"""記録の保全と提供のお願い: asks a hosting firm to keep its logs before they expire, and to hand over copies."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from hikeshi.engines.paper.model import Document, KeyValues, Lang
from hikeshi.notify.documents import layout, pieces
from hikeshi.notify.documents.parties import Parties
from hikeshi.notify.wording import Facts

KIND = "log-demand"
CLAUSE = "S2.2"
AUDIENCE = "helpers"
HASTE = 85
SUITS = {"incident_kind": ("unauthorised_access", "malware", "fraud")}
_HERE = Path(__file__).parent
_INCIDENT: layout.Keys = (
    ("incident_kind", True),
    ("incident_summary", True),
    ("affected_systems", True),
    ("known_at", True),
)
_SPAN: layout.Keys = (("occurred_at", True), ("period", True))
_CONTRACT = ("contract_number", "service", "domain")


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
    """The letter as the facts stand."""
    texts = pieces.texts_of(_HERE, lang)
    frame = layout.Frame(KIND, parties, texts, lang, now, drill, reference)
    name = parties.sender.name or parties.sender.person
    holder = (str(texts["contract_holder"]), pieces.given(name, texts["contract_holder"]))
    span = [*layout.rows(facts, _SPAN, texts, lang), layout.bullets(texts["span_list"])]
    sections: list[layout.Section] = [
        (texts["contract"], [KeyValues((holder, *layout.gaps(texts, _CONTRACT).rows))]),
        (texts["incident"], layout.rows(facts, _INCIDENT, texts, lang)),
        (texts["demand"], [layout.steps(texts["demand_list"])]),
        (texts["logs"], [layout.bullets(texts["log_list"])]),
        (texts["span"], span),
        (texts["answer"], [layout.steps(texts["answer_list"])]),
        (texts["contact"], [pieces.desk_rows(parties.desk, texts, lang)]),
    ]
    return layout.letter(frame, sections)
