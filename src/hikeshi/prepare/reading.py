"""The preparation of a workspace as the rules and the plan document want it."""

from collections.abc import Callable, Iterable
from datetime import date
from functools import cache
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language

from hikeshi.casebook import services as casebook
from hikeshi.prepare import models, rules
from hikeshi.prepare.catalog import contact_kinds
from hikeshi.prepare.plan.content import Content, DutyRow, Measure, Revision

# `notify` stands above this room and knows the law; at start it tells here what to print as annex 5:
# prepare.duty_rows[:] = [lambda lang: [{"recipient": …, "name": …, "term": …, "basis": …}]]
duty_rows: list[Callable[[str], Iterable[dict[str, str]]]] = []


def language(lang: str | None = None) -> Any:
    """The language asked for, else that of the request."""
    return "en" if (lang or get_language() or "ja").startswith("en") else "ja"


@cache
def _kinds() -> tuple[rules.Kind, ...]:
    return tuple(rules.Kind(k.id, k.rank, k.needs, k.clause, k.optional) for k in contact_kinds().values())


def rows(workspace: Any) -> list[models.Item]:
    """The read table's rows in the order in which they are shown."""
    found = list(models.Item.objects.filter(chain_id=workspace.pk))
    return sorted(found, key=lambda row: (row.kind, row.key))


def as_item(row: models.Item) -> rules.Item:
    checked = date.fromisoformat(row.verified_on) if row.verified_on else None
    return rules.Item(row.subject, row.key, row.kind, row.data, row.number, checked)


def preparation(workspace: Any, found: list[models.Item] | None = None) -> rules.Preparation:
    """What is prepared now."""
    found = rows(workspace) if found is None else found
    return rules.Preparation(
        kinds=_kinds(),
        items=[as_item(row) for row in found if row.subject != "answer"],
        answers={row.key: row.kind for row in found if row.subject == "answer"},
        versions=models.PlanVersion.objects.filter(chain_id=workspace.pk).count(),
    )


def today() -> date:
    return timezone.localdate()


def href(subject: str, key: str) -> str:
    """The page on which a blank is filled in."""
    if subject == "plan":
        return reverse("prepare:versions")
    if key == "new":
        return reverse("prepare:new", args=[subject])
    return reverse("prepare:edit", args=[subject, key])


def remark(workspace: Any, data: Any) -> str:
    return casebook.text(workspace, data.get("remarks"))


def version_rows(workspace: Any) -> list[models.PlanVersion]:
    """The versions of the plan, oldest first."""
    return list(models.PlanVersion.objects.filter(chain_id=workspace.pk).order_by("version"))


def _owner(workspace: Any, said: str | None) -> str:
    """Who sees to a measure: a kept text, or in the first version of the entry the name itself."""
    return casebook.text(workspace, said) if said is None or len(said) == 64 else said


def revisions(workspace: Any) -> list[Revision]:
    """The record of revisions, its texts read from where they are kept."""
    return [
        Revision(
            row.version,
            date.fromisoformat(row.effective_on),
            casebook.text(workspace, row.data.get("reason")),
            tuple(
                Measure(casebook.text(workspace, m["what"]), _owner(workspace, m.get("owner")), m.get("due") or "")
                for m in row.data.get("measures", [])
            ),
            row.data.get("incident", ""),
        )
        for row in version_rows(workspace)
    ]


def content(workspace: Any, lang: str, *, links: bool = False, **more: Any) -> Content:
    """All that the plan says now; `more` overrides (a new version's number, day and revisions)."""
    prepared = preparation(workspace)
    given = {
        "revisions": revisions(workspace),
        "duties": [DutyRow(**row) for source in duty_rows for row in source(lang)],
        **more,
    }
    return Content(
        preparation=prepared,
        lang=language(lang),
        business=workspace.name,
        today=today(),
        remarks={(item.subject, item.key): remark(workspace, item.data) for item in prepared.items},
        drill=workspace.drill,
        href=href if links else None,
        **given,
    )
