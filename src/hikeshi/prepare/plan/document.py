"""The plan document in the shape of the original: 1. purpose and organisation, 2. procedure; annexes follow."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hikeshi.engines.paper.model import (
    Block,
    BulletList,
    Document,
    Heading,
    KeyValues,
    Paragraph,
    Span,
    Table,
    Text,
)
from hikeshi.prepare import rules
from hikeshi.prepare.catalog import contact_kinds
from hikeshi.prepare.plan.annexes import annexes
from hikeshi.prepare.plan.content import Content, day, joined
from hikeshi.prepare.rules import CLAUSES, INSURANCE_KEY, ROLES, Item

STEPS: dict[str, tuple[str | tuple[str, tuple[str, ...]], ...]] = {
    "S1": ("S1.1", "S1.2", ("S1.3", ("S1.3a", "S1.3b", "S1.3c"))),
    "S2": ("S2.1", "S2.2", "S2.3"),
    "S3": ("S3.1", "S3.2", "S3.3"),
    "S4": (("S4.1", ("S4.1a", "S4.1b", "S4.1c")), "S4.2"),
    "S5": ("S5.1", "S5.2", "S5.3"),
    "S6": ("S6.1", "S6.2"),
}
"""The clauses of each step; a group gathers those of one number under a sentence of its own."""


def plan_document(content: Content) -> Document:
    """The plan as it stands, in one language. Every clause of plan.md is in it."""
    words = content.words["plan"]
    return Document(
        title=words["title"],
        lang=content.lang,
        blocks=(*_front(content), *_organisation(content), *_procedure(content), *annexes(content)),
        date=content.effective_on or content.today,
        kind="plan",
        drill=content.drill,
        draft=content.version is None,
        author=content.business,
        footer=content.business,
        reference=words["version_n"].format(n=content.version) if content.version else "",
    )


def _front(content: Content) -> Iterator[Block]:
    words = content.words["plan"]
    last = content.revisions[-1] if content.revisions else None
    effective: Text = day(content.effective_on or (last.effective_on if last else None), content.lang) or (
        content.blank(content.words["fields"]["effective_on"], "plan", "plan"),
    )
    if content.version:
        version = words["version_n"].format(n=content.version)
    else:
        version = words["draft_of"].format(n=last.version + 1) if last else words["draft_version"]
    rows: list[tuple[str, Text]] = [(words["effective"], effective), (words["version"], version)]
    if content.business:
        rows.append((words["business"], content.business))
    yield KeyValues(tuple(rows))


def _organisation(content: Content) -> Iterator[Block]:
    words, clauses = content.words["plan"], content.words["clauses"]
    yield Heading(1, words["part1"])
    yield Heading(2, words["part1_1"])
    yield Paragraph(clauses["P2"]["text"])
    yield Paragraph(words["kinds"])
    yield BulletList(tuple(clauses["P1"]["items"]))
    yield Paragraph(clauses["P3"]["text"])
    yield Heading(2, words["part1_2"])
    rows = tuple(_role(content, role) for role in ROLES)
    yield Table((words["role"], words["person"], words["reach"]), rows, widths=(5, 4, 6))
    yield Paragraph(clauses["R4"]["text"])
    yield Heading(2, words["part1_3"])
    yield Paragraph(clauses["C0"]["text"])
    yield Table((words["item"], words["contact"], words["remarks"]), tuple(_contacts(content)), widths=(4, 6, 6))


def _titled(clause: Any) -> tuple[Span, ...]:
    return (Span(clause["title"], strong=True), Span("\n" + clause["text"]))


def _role(content: Content, role: str) -> tuple[Text, ...]:
    words = content.words["plan"]
    item = content.preparation.item("role", role) or Item("role", role, "", {})
    belongs = words["belongs"].format(name=item.said("belongs")) if item.said("belongs") else ""
    deputy = " ".join(part for part in (item.said("deputy"), item.said("deputy_phone")) if part)
    return (
        _titled(content.words["clauses"][CLAUSES[role]]),
        joined([content.said(item, "name"), belongs]),
        joined(
            [
                content.said(item, "phone"),
                item.said("mail"),
                words["deputy"].format(name=deputy) if deputy else "",
                content.remark(item),
            ]
        ),
    )


def _contacts(content: Content) -> Iterator[tuple[Text, ...]]:
    for at, kind in enumerate(contact_kinds().values()):
        if at == 1:
            yield from _insurers(content)
        items = content.preparation.of("contact", kind.id)
        if not items and kind.optional:
            continue
        helper = rules.helper(content.preparation) if kind.id == "it" else None
        clause = content.words["clauses"].get(kind.clause) if kind.id in _CLAUSE_KINDS else None
        head: Text = (Span(clause["title"] if clause else kind.name[content.lang], strong=True),)
        what = clause["text"] if clause else kind.what[content.lang]
        for item in items:
            yield (head, _reach(content, item, kind.needs), joined([what, *_notes(content, item)]))
        if not items and helper is not None:
            yield (
                head,
                joined([helper.said("name"), content.words["cells"]["role_technical"], helper.said("phone")]),
                what,
            )
        elif not items:
            yield (head, _nobody(content, f"contact.{kind.id}", "contact", kind.id), what)


# Of the two kinds that carry C5 the first has the clause's own words.
_CLAUSE_KINDS = ("lawyer", "police", "partner", "provider")


def _insurers(content: Content) -> Iterator[tuple[Text, ...]]:
    clause = content.words["clauses"]["C2"]
    words = content.words["plan"]
    head: Text = (Span(clause["title"], strong=True),)
    items = content.preparation.of("insurance")
    for item in items:
        number = item.said("policy_no")
        policy = words["policy_no"].format(number=number) if number else ""
        yield (head, _reach(content, item, "phone"), joined([clause["text"], policy, *_notes(content, item)]))
    if not items:
        yield (head, _nobody(content, f"insurance.{INSURANCE_KEY}", "insurance", INSURANCE_KEY), clause["text"])


def _nobody(content: Content, cell: str, subject: str, key: str) -> Text:
    """「該当なし」 where somebody said so; else the gaps for a name and a number."""
    words, fields = content.words["plan"], content.words["fields"]
    if content.preparation.answers.get(cell) == "none":
        return str(words["none_insurance"] if subject == "insurance" else words["none"])
    return joined([(content.blank(fields[name], subject, key),) for name in ("name", "phone")])


def _reach(content: Content, item: Item, needs: str) -> Text:
    ways: list[Text] = [item.said(way) for way in ("phone", "mail", "web") if item.said(way)]
    if not item.said("phone") and (needs == "phone" or not ways):
        ways.insert(0, (content.blank(content.words["fields"][needs], item.subject, item.key),))
    return joined([content.said(item, "name"), item.said("person"), *ways])


def _notes(content: Content, item: Item) -> list[Text]:
    words = content.words["plan"]
    notes: list[Text] = []
    for name, text in (("hours", words["hours"]), ("contract_no", words["contract_no"])):
        if item.said(name):
            notes.append(text.format(hours=item.said(name), number=item.said(name)))
    if item.data.get("notice_hours"):
        notes.append(words["notice_hours"].format(hours=item.data["notice_hours"]))
    notes.append(content.remark(item))
    checked = day(item.verified_on, content.lang)
    notes.append(words["verified"].format(day=checked) if checked else words["not_verified"])
    return notes


def _procedure(content: Content) -> Iterator[Block]:
    words = content.words
    yield Heading(1, words["plan"]["part2"])
    for step, parts in STEPS.items():
        yield Heading(2, words["steps"][step])
        if step in words["lead"]:
            yield Paragraph(words["lead"][step])
        for number, part in enumerate(parts, start=1):
            if isinstance(part, str):
                clause = words["clauses"][part]
                yield Heading(3, f"({number}) {clause['title']}")
                yield Paragraph(clause["text"])
                continue
            group, inner = part
            yield Heading(3, f"({number}) {words['groups'][group]['title']}")
            yield Paragraph(words["groups"][group]["text"])
            yield BulletList(tuple(_item(words["clauses"][name], words["plan"]["colon"]) for name in inner))


def _item(clause: Any, colon: str) -> Text:
    return (Span(clause["title"], strong=True), Span(colon + clause["text"]))
