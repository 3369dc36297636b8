"""記録の保全と提供のお願い: asks a hosting firm to keep its logs before they expire, and to hand over copies."""

from __future__ import annotations

from hikeshi.engines.paper.model import Document, KeyValues
from hikeshi.notify.documents import layout, pieces
from hikeshi.notify.wording import Facts

CLAUSE = "S2.2"
AUDIENCE = "helpers"
HASTE = 85
SUITS = {"incident_kind": ("unauthorised_access", "malware", "fraud")}
_INCIDENT: layout.Keys = (
    ("incident_kind", True),
    ("incident_summary", True),
    ("affected_systems", True),
    ("known_at", True),
)
_SPAN: layout.Keys = (("occurred_at", True), ("period", True))
_CONTRACT = ("contract_number", "service", "domain")


def build(facts: Facts, frame: layout.Frame) -> Document:
    """The letter as the facts stand."""
    texts, lang = frame.texts, frame.lang
    name = frame.parties.sender.name or frame.parties.sender.person
    holder = (str(texts["contract_holder"]), pieces.given(name, texts["contract_holder"]))
    span = [*layout.rows(facts, _SPAN, texts, lang), layout.bullets(texts["span_list"])]
    sections: list[layout.Section] = [
        (texts["contract"], [KeyValues((holder, *layout.gaps(texts, _CONTRACT).rows))]),
        (texts["incident"], layout.rows(facts, _INCIDENT, texts, lang)),
        (texts["demand"], [layout.steps(texts["demand_list"])]),
        (texts["logs"], [layout.bullets(texts["log_list"])]),
        (texts["span"], span),
        (texts["answer"], [layout.steps(texts["answer_list"])]),
        layout.contact(frame),
    ]
    return layout.letter(frame, sections)
