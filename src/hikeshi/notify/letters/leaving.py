"""A document of a case held against everything it must agree with before it leaves, and what the leader lets pass."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from hikeshi.casebook import services as casebook
from hikeshi.engines import paper as printing
from hikeshi.engines.paper.model import Document
from hikeshi.notify import checks
from hikeshi.notify.checks import Finding
from hikeshi.notify.documents import Kind, Parties, pieces
from hikeshi.notify.models import Overridden
from hikeshi.prepare import services as prepare

# Who reads a kind that says nothing of its readers, by the clause that it carries out.
_BY_CLAUSE = {"S4.1a": "customers", "S4.2": "customers", "S4.1b": "authorities", "S4.1c": "money"}


NEVER_KEPT = frozenset({"numbers_of_persons", "secrets"})
"""What a document may not hold is not kept as a correction either."""
LEAST_REASON = 5


def sha256_of(document: Document) -> str:
    """The hash of a document's text: what people approve."""
    return hashlib.sha256(printing.to_text(document).encode()).hexdigest()


def findings(case: Any, found: Any) -> tuple[Finding, ...]:
    """What in this text must not leave: by the checks over the whole text, and by the very words of facts."""
    return checks.check(reading(case, found))


def reading(case: Any, found: Any) -> checks.Reading:
    """The text with all that it is held against."""
    of: Parties | None = found.parties
    said = casebook.facts(case)
    desk = said.get("contact_desk")
    known = [*_known(casebook.workspace_of(case), found.lang), *_values(of), case.reference]
    if desk is not None and desk.status in ("confirmed", "suspected"):
        known.append(casebook.fact_words(case, desk, found.lang))
    return checks.read(
        found.text,
        found.lang,
        found.facts or {},
        generated=printing.to_text(found.generated) if found.generated is not None else found.text,
        audience=audience(found.kind),
        templates=templates(found.kind, found.lang),
        known=known,
    )


def audience(kind: Kind) -> str:
    """Who reads this kind of document: as its folder says, else by its clause; helpers of ours for all others."""
    try:
        return kind.audience
    except AttributeError:
        return _BY_CLAUSE.get(kind.clause, "helpers")


@cache
def templates(kind: Kind, lang: Any) -> tuple[str, ...]:
    """The fixed words of a kind, and those that all documents and every sheet of paper share."""
    return tuple(_texts(pieces.texts_of(kind.folder, lang)))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _texts(one)


def _values(of: Parties | None) -> list[str]:
    parties = [] if of is None else [one for one in (of.sender, of.addressee, of.contact) if one is not None]
    named = [getattr(one, name) for one in parties for name in one.__dataclass_fields__]
    return [value for value in [*named, of.business if of else "", of.policy_number if of else ""] if value]


def _known(workspace: Any, lang: Any) -> list[str]:
    """Names and numbers of desks that preparation knows: they are no affected person's."""
    found = [workspace.name]
    for contact in [*prepare.contacts(workspace, lang), *prepare.roles(workspace, lang)]:
        found += [str(contact[name]) for name in ("name", "person", "phone", "mail", "web") if contact.get(name)]
    return found


# --- what the leader lets pass --------------------------------------------------------------------------------------


def passed(case: Any, found: Any) -> dict[str, Overridden]:
    """The findings of exactly this text that the leader let pass, by their id."""
    rows = Overridden.objects.filter(
        chain_id=case.chain_id, document=found.key, language=found.lang, sha256=found.sha256
    )
    return {row.finding: row for row in rows}


def held(case: Any, found: Any, given: tuple[Finding, ...] | None = None) -> tuple[Finding, ...]:
    """The findings that hold exactly this text back: those that never pass, and those without a reason."""
    let = passed(case, found)
    return tuple(
        one for one in (findings(case, found) if given is None else given) if not (one.override and one.id in let)
    )
