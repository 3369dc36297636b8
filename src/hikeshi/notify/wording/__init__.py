"""How a fact may leave the house (DESIGN truth 5). Pure: no Django, no clock, no file but the vocabulary.

Confirmed leaves as it is. Suspected leaves only as 「〜のおそれ／可能性（調査中）」, each line of it. Unknown says
「調査中」. Refuted never leaves: it is said like something unknown. Nothing is said that is not in a fact.
Every document says its facts through `say`; no other way leads from a fact to paper.
"""

from .last_look import Objection, objections, own_words, said_otherwise
from .model import Fact, FactLike, Facts, Said, label, vocabulary
from .saying import codes, instead, items, say, stated, unknown
from .suspicion import casual, marked, suspected
from .values import JST, choice_name, day, moment, value_lines

__all__ = [
    "JST",
    "Fact",
    "FactLike",
    "Facts",
    "Objection",
    "Said",
    "casual",
    "choice_name",
    "codes",
    "day",
    "instead",
    "items",
    "label",
    "marked",
    "moment",
    "objections",
    "own_words",
    "said_otherwise",
    "say",
    "stated",
    "suspected",
    "unknown",
    "value_lines",
    "vocabulary",
]
