"""DDoS攻撃事案共通様式の転記用シート."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from hikeshi.engines.paper.model import Document, Lang
from hikeshi.notify.documents.common_form import build_form
from hikeshi.notify.documents.parties import Parties
from hikeshi.notify.wording import Facts

KIND = "common-form-ddos"
CLAUSE = "S4.1b"
AUDIENCE = "authorities"
HASTE = 30
SUITS = {"ddos": (True,)}
# Three forms serve one row: only the one for this attack is wanted.
ONLY_IF_SUITS = True
_ATTACK = ("ddos",)


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
    here = Path(__file__).parent
    return build_form(KIND, here, _ATTACK, facts, parties, lang, now=now, drill=drill, reference=reference)
