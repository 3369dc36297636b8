"""調査会社への引継ぎ: what is to be found out, what is known, what is handed over; and questions before a contract."""

from __future__ import annotations

from hikeshi.engines.paper.model import Document
from hikeshi.notify.documents import layout
from hikeshi.notify.wording import Facts

CLAUSE = "S2.1"
AUDIENCE = "helpers"
HASTE = 42
SUITS = {"incident_kind": ("unauthorised_access", "malware")}
_PARTS: dict[str, layout.Keys] = {
    "incident": (
        ("known_at", True),
        ("signalled_at", False),
        ("occurred_at", True),
        ("period", True),
        ("incident_kind", True),
        ("incident_summary", True),
        ("what_was_seen", True),
        ("detected_by", False),
        ("ransom", False),
    ),
    "state": (("affected_systems", True), ("power_kept", True), ("containment_done", True), ("contained_at", False)),
    "known": (
        ("route", True),
        ("cause", True),
        ("event", True),
        ("data_items", True),
        ("persons", True),
        ("not_examined", True),
    ),
    "course": (("course_of_events", True),),
}


def build(facts: Facts, frame: layout.Frame) -> Document:
    """The sheet as the facts stand."""
    texts = frame.texts
    sections: list[layout.Section] = [(texts["aim"], [layout.steps(texts["aim_list"])])]
    sections += layout.parts(facts, _PARTS, frame)
    sections += [
        (texts["care"], [layout.bullets(texts["care_list"])]),
        (texts["handed"], [layout.form(texts["handed_head"], 5)]),
        (texts["insurer"], [layout.ticks(texts["insurer_list"])]),
    ]
    sections += [(part["title"], [layout.ticks(part["list"])]) for part in texts["vendor"].values()]
    return layout.sheet(frame, sections)
