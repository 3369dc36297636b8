"""DDoS攻撃事案共通様式の転記用シート."""

from __future__ import annotations

from hikeshi.engines.paper.model import Document
from hikeshi.notify.documents import layout
from hikeshi.notify.documents.common_form import build_form
from hikeshi.notify.wording import Facts

CLAUSE = "S4.1b"
AUDIENCE = "authorities"
HASTE = 30
SUITS = {"ddos": (True,)}
# Three forms serve one row: only the one for this attack is wanted.
ONLY_IF_SUITS = True
_ATTACK = ("ddos",)


def build(facts: Facts, frame: layout.Frame) -> Document:
    """The sheet as the facts stand."""
    return build_form(_ATTACK, facts, frame)
