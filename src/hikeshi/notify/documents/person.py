"""One person's share of the facts, for a letter that speaks of nobody else's data (ガイドライン通則編 3-5-4-3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hikeshi.engines.common.problem import Problem
from hikeshi.notify.documents.parties import Party
from hikeshi.notify.wording import Fact, Facts, vocabulary

ITEMS, NOT_INCLUDED = "data_items", "data_items_not_included"
# Numbers and kinds of persons tell of the others.
OTHERS = ("persons", "data_subjects", "mn_persons")


@dataclass(frozen=True, slots=True)
class Person:
    """Whom a letter goes to: the name as on the envelope, and the codes (or words) of their own kinds of data."""

    name: str
    items: Sequence[str]
    postal_code: str = ""
    address: str = ""
    email: str = ""

    @property
    def party(self) -> Party:
        return Party(person=self.name, postal_code=self.postal_code, address=self.address, email=self.email)


def only(facts: Facts, person: Person) -> dict[str, Fact]:
    """The facts with this person's items alone; free words beside the list are left away, for they may tell of others.

    As long as nobody stated which kinds of data are concerned, the letter says 「調査中」 and no item may be given.
    """
    mine = list(dict.fromkeys(person.items))
    said = facts.get(ITEMS)
    known = said.status in ("confirmed", "suspected") if said else False
    stated = _listed(said.value) | {line.strip() for line in said.text.splitlines()} if said and known else set()
    if set(mine) - stated or (known and not mine):
        raise Problem("notify.items_no_fact_carries", items="、".join(sorted(set(mine) - stated)) or "-")
    order = [*vocabulary()[ITEMS]["values"], *mine]
    kept = {key: Fact(fact.value, fact.status, fact.text) for key, fact in facts.items() if key not in (ITEMS, *OTHERS)}
    if said is not None and known:
        kept[ITEMS] = Fact(sorted(mine, key=order.index), said.status)
    if NOT_INCLUDED in kept:
        safe = kept[NOT_INCLUDED]
        absent = [item for item in safe.value or () if item not in mine] if isinstance(safe.value, list | tuple) else []
        kept[NOT_INCLUDED] = Fact(absent or None, safe.status if absent else "unknown")
    return kept


def _listed(value: object) -> set[str]:
    return {str(item) for item in value} if isinstance(value, list | tuple | set) else set()
