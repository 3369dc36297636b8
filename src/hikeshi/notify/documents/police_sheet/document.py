"""警察への相談シート: who, when, where, what and how, in the order in which a desk asks."""

from __future__ import annotations

from hikeshi.engines.paper.model import Document
from hikeshi.notify.documents import layout
from hikeshi.notify.wording import Facts

CLAUSE = "S4.1b"
AUDIENCE = "authorities"
HASTE = 46
SUITS = {"money_moved": (True,)}
_PARTS: dict[str, layout.Keys] = {
    "when": (("known_at", True), ("occurred_at", True), ("period", False), ("signalled_at", False)),
    "what": (
        ("incident_kind", True),
        ("incident_summary", True),
        ("affected_systems", True),
        ("what_was_seen", True),
        ("route", False),
        ("cause", False),
        ("malicious", False),
        ("crime_suspected", False),
        ("ransom", False),
        ("phishing_site", False),
    ),
    "damage": (
        ("money_moved", True),
        ("event", True),
        ("data_items", True),
        ("persons", True),
        ("secondary_damage", False),
        ("loss_estimate", True),
    ),
    "done": (
        ("containment_done", True),
        ("power_kept", True),
        ("authority_report", False),
        ("outside_investigation", False),
        ("publication", False),
    ),
    "course": (("course_of_events", True),),
}


def build(facts: Facts, frame: layout.Frame) -> Document:
    """The sheet as the facts stand."""
    texts = frame.texts
    sections: list[layout.Section] = [(texts["wish"], [layout.ticks(texts["wish_list"])])]
    sections += layout.parts(facts, _PARTS, frame)
    sections += [
        (texts["bring"], [layout.ticks(texts["bring_list"])]),
        (texts["questions"], [layout.steps(texts["question_list"])]),
        (texts["record"], [layout.form(texts["record_head"], 3)]),
    ]
    return layout.sheet(frame, sections)
