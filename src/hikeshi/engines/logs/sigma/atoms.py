"""The smallest question that a rule asks an event: one field, one way of comparing, one value. Plain data."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

ANY, ONE = 0, 1
"""Wildcards within the parts of a "wild" value: any text, and one character."""
Parts = list[str | int]
TEXT = frozenset({"eq", "sw", "ew", "ct", "wild"})
"""Kinds that compare text: equal, starts with, ends with, contains, with wildcards. All but `cased` fold case."""


class Atom(NamedTuple):
    """`field` is None for a keyword, which may stand anywhere in the event. `value` is what JSON can hold.

    kind        value
    eq sw ew ct the text, case-folded unless `cased`
    wild        its parts: text, ANY, ONE
    any         None: the field has some text
    re          [pattern, flags out of "ims"]; always on the text as it is
    cidr        "192.0.2.0/24"
    cmp         [lt | lte | gt | gte | neq, number]
    part        [minute | hour | day | week | month | year, eq | lt | …, number]: of the time in the field, in UTC
    null exists None: the field is missing, is there
    ref         [other field, starts with, ends with]: compared with another field of the same event
    """

    field: str | None
    kind: str
    cased: bool
    value: Any

    @property
    def key(self) -> str:
        """Equal for equal questions."""
        return repr(tuple(self))


def fold(text: str) -> str:
    """Text as it is compared where case does not count."""
    return text.casefold()


def text_atom(field: str | None, parts: Iterable[str | int], cased: bool) -> Atom:
    """The simplest kind that says the same as these parts. A keyword need not be the whole of a value."""
    whole: Parts = list(parts)
    if field is None:
        whole = [ANY, *whole, ANY]
    whole = _tidy([p if cased or isinstance(p, int) else fold(p) for p in whole])
    match whole:  # 0 is ANY
        case []:
            return Atom(field, "eq", cased, "")
        case [0]:
            return Atom(field, "any", False, None)
        case [str(text)]:
            return Atom(field, "eq", cased, text)
        case [str(text), 0]:
            return Atom(field, "sw", cased, text)
        case [0, str(text)]:
            return Atom(field, "ew", cased, text)
        case [0, str(text), 0]:
            return Atom(field, "ct", cased, text)
    return Atom(field, "wild", cased, whole)


def _tidy(parts: Parts) -> Parts:
    """Neighbouring texts joined, empty ones and repeated ANY left out."""
    out: Parts = []
    for part in parts:
        if part == "":
            continue
        if out and isinstance(part, str) and isinstance(out[-1], str):
            out[-1] += part
        elif not (part == ANY and out and out[-1] == ANY and not isinstance(part, str)):
            out.append(part)
    return out
