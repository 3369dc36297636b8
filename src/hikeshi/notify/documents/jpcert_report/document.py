"""JPCERT/CCへの報告の転記用シート: the boxes were never compared with the real form by us; each is marked so."""

from __future__ import annotations

from hikeshi.engines.paper.model import Document, Table
from hikeshi.notify.documents import layout, pieces
from hikeshi.notify.wording import Facts

CLAUSE = "S4.1b"
AUDIENCE = "authorities"
HASTE = 20
_BOXES: dict[str, tuple[str, ...]] = {
    "incident": (
        "incident_kind",
        "incident_summary",
        "what_was_seen",
        "route",
        "cause",
        "ransom",
        "ddos",
        "phishing_site",
    ),
    "system": ("affected_systems",),
    "time": ("occurred_at", "known_at", "period"),
    "state": ("containment_done", "outside_investigation", "police_report", "other_remarks"),
}


def build(facts: Facts, frame: layout.Frame) -> Document:
    """The sheet as the facts stand."""
    texts, lang = frame.texts, frame.lang
    labels = texts["labels"]
    # Lines to write on, not gaps: the form may be sent without them.
    by_hand = tuple((str(name), "") for name in texts["asked"].values())
    sections: list[layout.Section] = [(texts["wish"], [layout.ticks(texts["wish_list"])])]
    sections += [
        (texts[part], [pieces.field(facts, key, lang, labels.get(key, "")) for key in keys])
        for part, keys in _BOXES.items()
    ]
    sections += [
        (texts["technical"], [Table(tuple(texts["technical_head"]), by_hand, (1, 2))]),
        (texts["care"], [layout.bullets(texts["care_list"])]),
        (texts["record"], [layout.form(texts["record_head"], 1)]),
    ]
    return layout.sheet(frame, sections)
