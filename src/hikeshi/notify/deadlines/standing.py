"""Where a case stands: its facts as the rules read them, the duties judged, what was told, and the clocks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from hikeshi.casebook import services as casebook
from hikeshi.engines.common.problem import Problem
from hikeshi.engines.paper.model import Lang
from hikeshi.notify import rules
from hikeshi.notify.deadlines import reminders
from hikeshi.notify.law import asking, lawbook, lawfiles, reasons
from hikeshi.notify.law.days import day_in_japan
from hikeshi.notify.law.kleene import NOT_STATED, Fact
from hikeshi.notify.law.known import facts_from
from hikeshi.notify.law.lawbook import Both, Filing
from hikeshi.notify.models import Missed, Told
from hikeshi.notify.wording import day
from hikeshi.prepare import services as prepare

AHEAD = timedelta(hours=1)
"""So far a clock may be ahead of this machine's."""


@dataclass(frozen=True)
class Due:
    """A deadline of a row, with what became of it."""

    deadline: rules.Deadline
    told: Told | None
    title: Both
    missed: Missed | None = None

    @property
    def open(self) -> bool:
        return self.told is None or self.told.state == "open"

    @property
    def at(self) -> str:
        """The last day, or the moment where the term runs in hours, as entries write it."""
        end = self.deadline.moment or self.deadline.to_date
        return end.isoformat() if end else ""

    def passed(self, now: datetime) -> bool:
        """Whether its time was over at that moment; a term in days ends with its last day in Japan."""
        if self.deadline.moment is not None:
            return now > self.deadline.moment
        return self.deadline.to_date is not None and day_in_japan(now) > self.deadline.to_date

    def overran(self, now: datetime) -> bool:
        """Whether its time was over before it was made or waived (until now, where neither happened)."""
        return self.passed(now if self.open or self.told is None else self.told.at)

    @property
    def late(self) -> bool:
        """Made, but after its time."""
        return self.told is not None and self.told.state == "met" and self.passed(self.told.at)


@dataclass(frozen=True)
class Row:
    """One line of "whom to tell": a duty, or all duties that one filing meets."""

    target: str
    name: Both
    group: str
    results: tuple[rules.DutyResult, ...]
    asking: tuple[rules.DutyResult, ...] = ()
    dues: tuple[Due, ...] = ()
    told: Told | None = None

    @property
    def duty(self) -> lawbook.Duty:
        return self.results[0].duty

    @property
    def open(self) -> bool:
        """Whether anything is left to do; a row without deadline is done when it was told once."""
        return any(due.open for due in self.dues)


def statements(case: Any) -> dict[str, Fact]:
    """The facts of the case, each with what was stated before it. What cannot be read counts as not known."""
    from hikeshi.notify.models import Statement

    book = lawfiles.shipped()
    found: dict[str, Fact] = {}
    asked = {*book.used_facts(), "known_at", *rules.STAND_INS} & set(book.facts)
    rows = Statement.objects.filter(chain_id=case.chain_id, key__in=asked).order_by("number")
    for key, value, status, stated_at in rows.values_list("key", "value", "status", "stated_at"):
        try:
            read = facts_from({key: {"value": value, "status": status}}, book)[0][key]
        except Problem:
            read = NOT_STATED
        before = found.get(key)
        earlier = (*before.earlier, replace(before, earlier=())) if before else ()
        found[key] = replace(read, stated_at=stated_at, earlier=earlier)
    return found


def prepared(case: Any) -> dict[str, Fact]:
    """What preparation already answers, so that nobody is asked again on the bad day."""
    workspace = casebook.workspace_of(case)
    found = {}
    if prepare.insurance(workspace):
        found["insured"] = Fact(True, "confirmed")
    if any(contact.get("notice_hours") for contact in prepare.contacts(workspace) if contact["kind"] == "partner"):
        found["contract_notice"] = Fact(True, "confirmed")
    return found


def judged(case: Any, now: datetime | None = None, *, quick: bool = False) -> rules.Evaluation:
    """The duties of this case. `quick` leaves preparation aside: it answers for contracts, which have no clock."""
    facts = {**({} if quick else prepared(case)), **statements(case)}
    return rules.evaluate(facts, now=now or casebook.now(), opened_at=case.opened_at)


def told(case: Any) -> dict[tuple[str, str], Told]:
    """What was told, by target and stage."""
    return {(row.target, row.stage): row for row in Told.objects.filter(chain_id=case.chain_id)}


def missed(case: Any) -> dict[tuple[str, str, str], Missed]:
    """The deadlines that were recorded as missed, by target, stage and day."""
    return {(row.target, row.stage, row.due): row for row in Missed.objects.filter(chain_id=case.chain_id)}


def rows(
    evaluation: rules.Evaluation,
    made: Mapping[tuple[str, str], Told],
    past: Mapping[tuple[str, str, str], Missed] | None = None,
) -> dict[str, list[Row]]:
    """The three groups. Duties that one filing meets are one row; its open questions stand with it."""
    filings = lawfiles.shipped().filings
    grouped: dict[str, list[rules.DutyResult]] = {}
    for result in evaluation.duties:
        grouped.setdefault(result.duty.filing or result.id, []).append(result)
    found: dict[str, list[Row]] = {name: [] for name in rules.GROUPS}
    for target, results in grouped.items():
        filing = filings.get(target)
        for name in rules.GROUPS:
            mine = tuple(r for r in results if r.group == name)
            if not mine:
                continue
            if filing is None or name == "not_required":
                found[name] += [_row(r.id, r.duty.name, name, (r,), (), made, None) for r in mine]
                continue
            asking = tuple(r for r in results if r.group == "review") if name == "required" else ()
            found[name].append(_row(target, filing.name, name, mine, asking, made, filing))
            if name == "required":
                results = [r for r in results if r.group == "not_required"]
    for name in ("required", "review"):
        found[name].sort(key=_order)
    if past:
        found = {name: [_with_missed(row, past) for row in rows_] for name, rows_ in found.items()}
    return found


def _with_missed(row: Row, past: Mapping[tuple[str, str, str], Missed]) -> Row:
    dues = tuple(replace(due, missed=past.get((row.target, due.deadline.stage, due.at))) for due in row.dues)
    return replace(row, dues=dues)


def _order(row: Row) -> tuple[bool, bool, date, int]:
    """What law and contract demand first; within that the nearest day, then what has no day, by kind.

    What few of us meet comes last while it is open, and in its place once it is due.
    """
    days = [due.deadline.to_date for due in row.dues if due.deadline.to_date and due.open]
    rare = row.duty.rare and row.group == "review"
    kind = row.duty.kind
    return rare, kind not in ("duty", "contract"), min(days, default=date.max), lawbook.KINDS.index(kind)


def _row(
    target: str,
    name: Both,
    group: str,
    results: tuple[rules.DutyResult, ...],
    asking: tuple[rules.DutyResult, ...],
    made: Mapping[tuple[str, str], Told],
    filing: Filing | None,
) -> Row:
    earliest: dict[str, rules.Deadline] = {}
    for deadline in (d for r in results for d in r.deadlines):
        kept = earliest.get(deadline.stage)
        if kept is None or (deadline.to_date or date.max) < (kept.to_date or date.max):
            earliest[deadline.stage] = deadline
    dues = tuple(
        Due(deadline, made.get((target, stage)), filing.stages.get(stage, name) if filing else name)
        for stage, deadline in earliest.items()
    )
    return Row(target, name, group, results, asking, dues, made.get((target, "first")))


def watched(groups: Mapping[str, Iterable[Row]]) -> list[reminders.Watched]:
    """The deadlines that reminders look at: what is required, and a watched filing while it is not settled."""
    filings = lawfiles.shipped().filings
    mine = [
        *(row for row in groups["required"] if row.duty.kind in ("duty", "contract")),
        *(row for row in groups["review"] if row.target in filings and filings[row.target].watch),
    ]
    return [reminders.Watched(row.target, due.title, due.deadline, due.open) for row in mine for due in row.dues]


def clocks(groups: Mapping[str, Iterable[Row]], base: str, today: date, lang: str) -> list[dict[str, Any]]:
    """The clock strip, nearest first: what is required, and a watched filing while it is not settled."""
    filings = lawfiles.shipped().filings
    strip = []
    for row in [*groups["required"], *groups["review"]]:
        filing = filings.get(row.target)
        if row.group == "review" and not (filing and filing.watch):
            continue
        strip += [clock(due, row, base, today, lang) for due in row.dues if due.open and due.deadline.to_date]
    return sorted(strip, key=lambda shown: (shown["due"], shown["kind"] == "guide"))


def clock(due: Due, row: Row, base: str, today: date, lang: str) -> dict[str, Any]:
    """A deadline as the deadline component wants it."""
    deadline = due.deadline
    moved = [deadline.moved[lang]] if deadline.moved else []
    title = due.title[lang]
    if row.group == "review":
        title = lawfiles.shipped().words["checking"][lang].format(title=title)
    same_day = deadline.from_date == deadline.to_date
    return {
        "title": title,
        "kind": deadline.kind,
        "due_from": None if same_day else deadline.from_date,
        "due": deadline.to_date,
        "days_left": (deadline.to_date - today).days if deadline.to_date else None,
        "counted_from": day_in_japan(deadline.counted_from) if deadline.counted_from else None,
        "provisional": deadline.provisional,
        "article": deadline.article[lang],
        "article_text": "\n\n".join([deadline.text[lang], *moved]),
        "met": not due.open and due.told is not None and due.told.state == "met",
        "met_at": due.told.at if due.told else None,
        "late": due.late,
        "at": deadline.moment,
        "href": f"{base}#{row.target}",
        "stage": deadline.stage,
        "target": row.target,
    }


def questions(evaluation: rules.Evaluation, stated: Mapping[str, Fact]) -> list[rules.Question]:
    """Open questions in the order of the duties (law first); those already answered 「わからない」 go last."""
    book = lawfiles.shipped()
    found: dict[str, rules.Question] = {}
    if evaluation.start is None or evaluation.start.provisional:
        found["known_at"] = rules.Question("known_at", book.questions["known_at"])
    for result in evaluation.duties:
        if result.group == "review":
            found.update({q.fact: q for q in asking.to_ask(evaluation, result) if q.fact not in found})
    return sorted(found.values(), key=lambda question: question.fact in stated)


def in_order(groups: Mapping[str, list[Row]]) -> dict[str, list[Row]]:
    """The groups as the page shows them: what is demanded and open first, then whose clock runs, the rest folded."""
    filings = lawfiles.shipped().filings
    demanded = [row for row in groups["required"] if row.duty.kind in ("duty", "contract")]
    others = [row for row in groups["required"] if row not in demanded]
    watched = [row for row in groups["review"] if row.target in filings and filings[row.target].watch]

    def left(row: Row) -> bool:
        return row.open or (not row.dues and (row.told is None or row.told.state == "open"))

    return {
        "required": [row for row in demanded if left(row)],
        "watched": watched,
        "voluntary": [row for row in others if left(row)],
        "done": [row for row in [*demanded, *others] if not left(row)],
        "review": [row for row in groups["review"] if row not in watched],
        "not_required": list(groups["not_required"]),
    }


def bundles(evaluation: rules.Evaluation, rows_: Iterable[Row]) -> list[tuple[rules.Question, list[Row]]]:
    """The questions that open rows wait for next, each with its rows: one answer settles them or leads on."""
    waiting: dict[str, tuple[rules.Question, list[Row]]] = {}
    for row in rows_:
        asked = [question for result in row.results for question in asking.to_ask(evaluation, result)]
        if asked:
            waiting.setdefault(asked[0].fact, (asked[0], []))[1].append(row)
    return list(waiting.values())


def progress(row: Row, lang: Lang) -> str:
    """「最初の報告は済み。最終報告は…まで」 once the first of two reports was made; else nothing."""
    made = [due for due in row.dues if due.told is not None and due.told.state == "met"]
    ahead = [due for due in row.dues if due.open and due.deadline.to_date]
    if not made or not ahead or ahead[0].deadline.to_date is None:
        return ""
    words = lawfiles.shipped().words["progress"][lang]
    return words.format(made=made[0].title[lang], ahead=ahead[0].title[lang], day=day(ahead[0].deadline.to_date, lang))


def planned(lang: str) -> list[dict[str, str]]:
    """What law and contract may call for, for the plan: recipient, name, term, basis. One line a filing."""
    book = lawfiles.shipped()
    found: dict[str, list[lawbook.Duty]] = {}
    for duty in book.duties:
        if duty.kind in ("duty", "contract") and not duty.rare:
            found.setdefault(duty.filing or duty.id, []).append(duty)
    return [
        {
            "recipient": duties[0].recipient[lang],
            "name": book.filings[target].name[lang] if target in book.filings else duties[0].name[lang],
            "term": ("。" if lang == "ja" else "; ").join(_terms(duties, lang)),
            "basis": basis(duties, lang),
        }
        for target, duties in found.items()
    ]


def _terms(duties: Iterable[lawbook.Duty], lang: str) -> list[str]:
    """Each term once: first reports, then final ones, the shorter first (30 days, and 60 for No. 3)."""
    terms = [term for duty in duties for term in duty.terms]
    terms.sort(key=lambda term: (lawbook.STAGES.index(term.stage), term.days))
    return list(dict.fromkeys(term.text[lang] for term in terms))


def basis(duties: Iterable[lawbook.Duty], lang: str) -> str:
    """The law, named once, and every article; a contract's article names the contract itself."""
    first, *_rest = duties = list(duties)
    comma = reasons.JOIN["ja"] if lang == "ja" else ", "
    parts = list(dict.fromkeys(part for duty in duties for part in duty.article[lang].split(comma)))
    if first.kind == "contract":
        return comma.join(parts)
    short = next((s for s in lawfiles.shipped().words["this_law"][lang].split("|") if parts[0].startswith(s)), "")
    gap = "" if lang == "ja" and short else " "
    return first.law[lang] + gap + comma.join([parts[0].removeprefix(short), *parts[1:]])


def articles(duties: Iterable[lawbook.Duty], lang: str) -> str:
    """The articles of several duties, each once."""
    comma = reasons.JOIN["ja"] if lang == "ja" else ", "
    return comma.join(dict.fromkeys(part for duty in duties for part in duty.article[lang].split(comma)))


def proved_by(targets: Iterable[str]) -> list[str]:
    """The facts that are so once these were told."""
    return lawfiles.shipped().proved_by(targets)


def not_ahead(case: Any, moment: datetime) -> None:
    """Problem for what is said to be done at a time to come: the next letter would tell of it as done. A drill's clock
    is its own."""
    if not case.drill and moment > casebook.now() + AHEAD:
        raise Problem("notify.told_ahead")


def dated_by(case: Any, targets: Iterable[str], moment: datetime) -> dict[str, str]:
    """The moments that become facts when these are told at `moment`, unless they are confirmed already."""
    known = casebook.facts(case)
    return {
        key: moment.isoformat()
        for key in lawfiles.shipped().dated_by(targets)
        if key not in known or known[key].status != "confirmed"
    }


def undated_by(case: Any, target: str, stage: str) -> dict[str, Any]:
    """The moments that are no longer so when `target` turns out not to be told, unless another report keeps them."""
    book, known = lawfiles.shipped(), casebook.facts(case)
    others = [name for (name, at), row in told(case).items() if row.state == "met" and (name, at) != (target, stage)]
    kept = {*book.dated_by(others)}
    return {
        key: known[key].value
        for key in book.dated_by([target])
        if key in known and key not in kept and known[key].status == "confirmed"
    }
