"""The kinds of entry that the first hour adds to the record."""

from dataclasses import field
from typing import Literal

from hikeshi.engines.ledger.kinds import Blob, kind


@kind("card.answered", version=1)
class CardAnswered:
    """A card of the first hour was answered: what was seen, or that it is not known or cannot be done (S1.2, S1.3).

    `title` and `said` are the words that the person had before them: the record can be read without the cards.
    """

    card: str
    title: str
    answer: Literal["seen", "unknown", "cannot", "skipped"]
    said: list[str]
    chips: list[str] = field(default_factory=list)
    situation: str = ""
    text: Blob | None = None
    photos: list[str] = field(default_factory=list)
    checked: str = ""
    from_draft: bool = False
