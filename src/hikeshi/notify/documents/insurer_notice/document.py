"""事故の通知: the notice to the cyber insurer, before anybody is hired (S4.1c; approval before costs)."""

from __future__ import annotations

from hikeshi.engines.paper.model import Document, KeyValues
from hikeshi.notify.documents import layout, pieces
from hikeshi.notify.wording import Facts

CLAUSE = "S4.1c"
AUDIENCE = "money"
HASTE = 70
_INCIDENT: layout.Keys = (
    ("known_at", True),
    ("occurred_at", True),
    ("detected_by", False),
    ("incident_kind", True),
    ("incident_summary", True),
    ("what_was_seen", False),
    ("affected_systems", True),
    ("period", False),
    ("cause", True),
    ("route", False),
    ("course_of_events", False),
)
_DAMAGE: layout.Keys = (
    ("event", True),
    ("data_items", True),
    ("persons", True),
    ("secondary_damage", True),
    ("ransom", False),
    ("loss_estimate", True),
)
_AFTER: layout.Keys = (("recovered_at", True), ("prevention_done", True), ("prevention_planned", True))
_RESPONSE: layout.Keys = (
    ("containment_done", True),
    ("outside_investigation", True),
    ("authority_report", False),
    ("police_report", True),
    ("response_to_persons", False),
    ("publication", True),
)
_PARTS = {"incident": _INCIDENT, "damage": _DAMAGE, "response": _RESPONSE}


def build(facts: Facts, frame: layout.Frame) -> Document:
    """The notice as the facts stand; `stage` "final" is the accident report, with costs and what they buy."""
    texts, lang = frame.texts, frame.lang
    final = frame.stage == "final"
    holder = frame.parties.sender.name or frame.parties.sender.person
    contract = KeyValues(
        (
            (texts["policy_holder"], pieces.given(holder, texts["policy_holder"])),
            (texts["policy_number"], pieces.given(frame.parties.policy_number, texts["policy_number"])),
        )
    )
    asked: list[layout.Section] = [(texts["questions"], [layout.steps(texts["question_list"])])]
    spent: list[layout.Section] = [
        (texts["after"], layout.rows(facts, _AFTER, texts, lang)),
        (texts["costs"], [layout.form(texts["costs_head"], 6)]),
        (texts["papers"], [layout.ticks(texts["paper_list"])]),
    ]
    sections: list[layout.Section] = [
        (texts["contract"], [contract]),
        *layout.parts(facts, _PARTS, frame),
        *(spent if final else asked),
        layout.contact(frame),
    ]
    notice = ("" if lang == "ja" else " ").join([texts["notice_final" if final else "notice"], texts["later"]])
    paragraphs = (texts["greeting"], notice, "" if final else texts["approval"])
    return layout.letter(frame, sections, subject=texts["subject_final" if final else "subject"], paragraphs=paragraphs)
