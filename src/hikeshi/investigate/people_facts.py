"""From a count to facts: what it proposes, in words, and what is recorded once a person confirmed it."""

from collections.abc import Collection
from pathlib import Path
from typing import Any

from django.utils.translation import gettext

from hikeshi import words
from hikeshi.casebook import services as casebook
from hikeshi.engines.common.problem import Problem
from hikeshi.engines.ledger.entry import Actor, Entry, Recorded
from hikeshi.engines.privacy import kinds
from hikeshi.engines.privacy.report import Report
from hikeshi.investigate import people_rules
from hikeshi.investigate.entries import PeopleConfirmed
from hikeshi.investigate.models import PeopleCount
from hikeshi.investigate.people_rules import Counted, Proposal

STEP = "S2.3"
MOST_NAMED = 30
SAID = ("suspected", "confirmed")


def name_of(kind: str, lang: str) -> str:
    """A kind of data in plain words."""
    return str(words.texts(kinds.DETECTORS / kind, lang)["name"])


def format_of(name: str, lang: str) -> str:
    return str(words.texts(kinds.EXTRACTORS / name, lang)["name"])


def proposed(case: Any, report: Report, lang: str, *, looked: bool = False) -> list[Proposal]:
    """The facts that a count proposes. `looked`: a person saw that what was not examined holds nobody else."""
    items = casebook.facts(case).get("data_items")
    known = items.value if items and items.status in SAID and isinstance(items.value, list) else []
    counted = Counted(
        at_least=report.people.at_least,
        at_most=report.people.at_most,
        kinds={name: (kind.found, kind.people) for name, kind in report.kinds.items()},
        formats=frozenset(file.format for file in report.files if file.kinds),
        left=bool(report.not_examined) and not looked,
    )
    names = {name: name_of(name, lang) for name in report.kinds}
    return people_rules.proposals(counted, names, [str(one) for one in known])


def confirm(
    case: Any,
    row: PeopleCount,
    report: Report,
    keys: Collection[str],
    status: str,
    actor: Actor,
    *,
    lang: str,
    looked: bool = False,
) -> list[Recorded]:
    """The chosen proposals become facts, as sure as the person says. Unchanged facts are not stated again.

    While something was not examined, the kinds of data stay a suspicion and what was not examined is a fact, too.
    """
    known = casebook.facts(case)
    left = bool(report.not_examined) and not looked
    source = gettext("ファイルを調べて数えた結果")
    chosen = [one for one in proposed(case, report, lang, looked=looked) if one.key in keys]
    entries = []
    for one in chosen:
        sure = "suspected" if left and one.key == "data_items" else status
        before = known.get(one.key)
        if before and (before.value, before.status) == (one.value, sure):
            continue
        text = _told(one.key, report)
        entries.append(casebook.fact_entry(case, one.key, one.value, sure, actor, step=STEP, source=source, text=text))
    if left and chosen:
        told = _not_examined(report)
        entries.append(
            casebook.fact_entry(case, "not_examined", None, "unknown", actor, step=STEP, source=source, text=told)
        )
    confirmed = PeopleConfirmed(
        counting=row.counting,
        status=status,  # type: ignore[arg-type]
        keys=[one.key for one in chosen],
    )
    return casebook.record(case, [Entry(confirmed, actor, step=STEP), *entries])


def _told(key: str, report: Report) -> str | None:
    """The estimate stands beside the number: the letters say the interval, people ask for one number."""
    if key != "persons":
        return None
    return gettext("およそ %(n)s 人（ファイル %(files)s 個を数えた結果）") % {
        "n": f"{report.people.estimate:,}",
        "files": f"{len(report.files):,}",
    }


def _not_examined(report: Report) -> str:
    """What was not examined, one line each, for the fact of that name."""
    paths = list(dict.fromkeys(path for path, _why in report.not_examined))
    lines = paths[:MOST_NAMED]
    if rest := len(paths) - len(lines):
        lines.append(gettext("ほか %(n)s 個") % {"n": f"{rest:,}"})
    return "\n".join(lines)


def reasons(report: Report, lang: str) -> list[dict[str, Any]]:
    """What was not examined, by its reason: the sentence of the first, the paths of all, the most first."""
    groups: dict[str, dict[str, Any]] = {}
    for path, problem in report.not_examined:
        group = groups.setdefault(problem.code, {"said": words.problem(problem, lang), "paths": []})
        group["paths"].append(path)
    return sorted(groups.values(), key=lambda group: -len(group["paths"]))


def failed(row: PeopleCount, place: str, lang: str) -> str:
    """Why a count could not be made, in words."""
    problem = row.problem or {}
    params = {"path": Path(place).name, **problem.get("params", {})}
    return words.problem(Problem(problem.get("code", "common.limited_died"), **params), lang)
