"""A warning to customers of messages in our name. It needs no numbers, so that it may go out before they are known."""

from __future__ import annotations

from hikeshi.engines.paper.model import Document
from hikeshi.notify.documents import layout, pieces
from hikeshi.notify.wording import Facts

CLAUSE = "S4.1a"
AUDIENCE = "customers"
HASTE = 55
SUITS = {"phishing_site": (True,), "incident_kind": ("fraud",), "event": ("leak",)}
PUBLISHED = True
_WHAT: layout.Keys = (
    ("known_at", True),
    ("incident_kind", False),
    ("phishing_site", False),
    ("event", True),
    ("data_items", False),
    ("publication", False),
)


def build(facts: Facts, frame: layout.Frame) -> Document:
    """The warning as the facts stand."""
    texts, lang = frame.texts, frame.lang
    name = frame.parties.sender.name or frame.parties.sender.person
    subject = pieces.fill(texts["subject_named"], name=name) if name else texts["subject"]
    sections: list[layout.Section] = [
        (texts["what"], layout.rows(facts, _WHAT, texts, lang)),
        (texts["beware"], [layout.bullets(texts["beware_list"])]),
        (texts["request"], [layout.advice(facts, texts, lang)]),
        (texts["ours"], [layout.bullets(texts["ours_list"])]),
        (texts["desk"], layout.desk(facts, frame)),
    ]
    return layout.letter(frame, sections, subject=subject, public=True)
