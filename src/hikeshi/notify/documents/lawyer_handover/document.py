"""弁護士への引継ぎ: what happened, what the law may ask for, what was said already, and what is asked of the lawyer."""

from __future__ import annotations

from hikeshi.engines.paper.model import Document
from hikeshi.notify.documents import layout
from hikeshi.notify.wording import Facts

CLAUSE = "S4.2"
AUDIENCE = "helpers"
HASTE = 52
SUITS = {"event": ("leak", "loss", "damage"), "ransom": (True,)}
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


def build(facts: Facts, frame: layout.Frame) -> Document:
    """The sheet as the facts stand."""
    texts = frame.texts
    sections: list[layout.Section] = [(texts["questions"], [layout.steps(texts["question_list"])])]
    sections += layout.parts(facts, _PARTS, frame)
    sections += [
        (texts["papers"], [layout.ticks(texts["paper_list"])]),
        (texts["record"], [layout.form(texts["record_head"], 3)]),
    ]
    return layout.sheet(frame, sections)
