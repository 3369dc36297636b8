"""How many people there are in records without a name, e-mail, telephone, address or identity number.

A row of a table with a card, an account and whose it is, a birthday, or a member's number and something about them is
somebody: nobody knows whether one of the named people, so they are the least only where they are more than those, and
all of them may come on top. What is less certain (a number of members and nothing else, a password, an account of
nobody known, what stands in running text) only raises what is the most. A record that shares a card, an account or a
member's number with a named one is that person's, and so is one that bears the same reading and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .estimating import UNKNOWN
from .linking import COLUMNS, mixed, united

SOMEBODY = [COLUMNS.index(name) for name in ("name", "kana", "email", "phone", "address", "identity")]
"""One of these says who it is; a postal code or a birthday alone does not."""
_LINKING = ("card", "bank", "member")
TELLING = SOMEBODY + [COLUMNS.index(name) for name in ("card", "bank", "member", "birth", "secret", "sketch")]
_NUMBERED = [COLUMNS.index(name) for name in _LINKING]
_SAYING = [COLUMNS.index(name) for name in ("card", "bank", "birth", "secret", "member")]
Numbers = np.ndarray


@dataclass(slots=True)
class Alone:
    """`sure`: people of tables, `beside` of them in files that name others, too; `perhaps`: who may be somebody;
    `floor`: what is said of somebody in text, without anything to tell people apart. `roots`: who each record is."""

    roots: Numbers
    sure: int = 0
    beside: int = 0
    perhaps: int = 0
    floor: int = 0


def telling(values: Numbers, masks: Numbers, grave: int) -> Numbers:
    """Which records say who it is, or hold what is somebody's. `grave`: kinds that are somebody's without a value."""
    said: Numbers = np.asarray(values[:, TELLING].any(axis=1))
    said |= (masks & np.uint64(grave)) != 0
    return said


def known(table: dict[str, Numbers]) -> Numbers:
    """Which records the linking takes. A reading alone (the holder of an account) is looked up among their people."""
    named = np.zeros(len(table["name"]), np.bool_)
    for n in SOMEBODY:
        if COLUMNS[n] != "kana":
            named |= table[COLUMNS[n]] != 0
    named |= (table["kana"] != 0) & (table["birth"] != 0)
    return named


def unnumbered(values: Numbers) -> Numbers:
    """Which records nothing tells apart from others that say the same: two of one birthday may be two people."""
    return np.asarray(~values[:, [*SOMEBODY, *_NUMBERED]].any(axis=1))


def alone(
    table: dict[str, Numbers], masks: Numbers, loose: Numbers, named: Numbers, roots: Numbers, grave: int
) -> Alone:
    """What the records that are not `named` say. `roots`: who the named ones are; `loose`: those of running text."""
    here = np.nonzero(~named)[0]
    whole = np.full(len(named), -1, np.int64)
    whole[named] = roots
    if not len(here):
        return Alone(whole)
    own = {name: table[name][here] for name in COLUMNS}
    keys = [own[name] for name in _LINKING]
    numbered = np.any([key != 0 for key in keys], axis=0)
    said = np.ones(len(here), np.uint64)
    for name in ("kana", "birth", "sketch", "postal", "secret"):
        said = mixed(said, own[name] | np.uint64(1))
    labels = united([*keys, np.where(numbered, np.uint64(0), said)], len(here))
    theirs = np.full(len(here), -1, np.int64)
    for name in (*_LINKING, "kana"):
        _find(theirs, own[name], table[name][named], roots)
    owner = np.full(len(here), -1, np.int64)
    np.maximum.at(owner, labels, theirs)
    owner = owner[labels]
    start = int(roots.max(initial=-1)) + 1
    whole[here] = np.where(owner >= 0, owner, labels + start)

    text, kept = loose[here] != 0, masks[here] & np.uint64(grave) != 0
    there = {name: own[name] != 0 for name in COLUMNS}
    about = there["sketch"] | there["postal"] | there["secret"] | there["birth"] | kept
    sure = ~text & (
        there["kana"] | there["card"] | there["birth"] | (there["bank"] & (there["sketch"] | there["member"]))
    )
    sure |= ~text & there["member"] & about
    saying = np.any([there[COLUMNS[n]] for n in _SAYING], axis=0)
    perhaps = ~sure & (saying | (~text & (there["sketch"] | kept)))
    free = owner < 0
    files = np.isin(table["file"][here], table["file"][named])
    them, beside = np.unique(labels[sure & free]), np.unique(labels[sure & free & files])
    others = np.setdiff1d(labels[perhaps & free], them)
    floor = len(np.unique(labels[free]))
    return Alone(whole, len(them), len(beside), len(others), floor)


def _find(theirs: Numbers, mine: Numbers, others: Numbers, roots: Numbers) -> None:
    """Whose of the named people each of my values is, where it is somebody's."""
    having = np.nonzero(others)[0]
    if not len(having):
        return
    values, first = np.unique(others[having], return_index=True)
    place = np.minimum(np.searchsorted(values, mine), len(values) - 1)
    right = (values[place] == mine) & (mine != 0)
    theirs[right] = roots[having[first[place[right]]]]


def together(named: tuple[int, int, int], found: Alone, again: int) -> tuple[int, int, int]:
    """(at least, about, at most) of the named people and the others. `again`: rows that were like one before."""
    low, best, high = named
    doubt = UNKNOWN * found.sure
    most = high + round(found.sure + doubt) + found.perhaps + again
    least = max(low, round(found.sure - doubt), min(found.sure, 1))
    if not most:
        most = found.floor
    return least, min(max(best + found.beside, found.sure, least), most), most
