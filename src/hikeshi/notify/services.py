"""What other rooms may ask of step 4: the clocks, the summary, the duties judged, and the verbs that record."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import get_language, gettext, gettext_noop, ngettext

from hikeshi.casebook import services as casebook
from hikeshi.engines.common.problem import Problem
from hikeshi.engines.paper.model import Lang
from hikeshi.notify import documents, letters, rules
from hikeshi.notify.deadlines import late, reminders, standing
from hikeshi.notify.deadlines.standing import Row
from hikeshi.notify.entries import DutyMet, DutyOpenedAgain, DutyReminded, DutyWaived, SenderStated
from hikeshi.notify.forms import FORMS
from hikeshi.notify.law import lawfiles
from hikeshi.notify.law.days import day_in_japan
from hikeshi.notify.models import Reminded

__all__ = [
    "answer",
    "approve_paper",
    "check_paper",
    "clocks",
    "document_file",
    "document_kinds",
    "do_owed",
    "document_name",
    "duty_name",
    "groups",
    "judged",
    "letters",
    "mark_missed",
    "mark_reminded",
    "mark_told",
    "open_again",
    "paper",
    "planned",
    "questions",
    "reminders_owed",
    "send_paper",
    "sender",
    "state_sender",
    "summary",
    "waive",
    "question_address",
    "waits_for_examination",
]

STEP_AUTHORITIES = "S4.1b"
INCOMPLETE = ("data_items",)
"""What cannot be certain as long as something was not examined."""


def language() -> Lang:
    """The language of the page."""
    return "en" if (get_language() or "ja").startswith("en") else "ja"


def address(case: Any) -> str:
    return f"/i/{case.reference}/notify/"


# --- reading --------------------------------------------------------------------------------------------------------


def judged(case: Any, now: datetime | None = None) -> rules.Evaluation:
    """The duties over the facts of the case."""
    return standing.judged(case, now)


def groups(case: Any, evaluation: rules.Evaluation | None = None) -> dict[str, list[Row]]:
    """required, review, not_required: one row a duty or filing, with what became of each deadline."""
    return standing.rows(evaluation or judged(case), standing.told(case), standing.missed(case))


def clocks(case: Any, now: datetime | None = None) -> list[dict[str, Any]]:
    """The clock strip of the case's pages, nearest first; empty once the case is closed."""
    if case.closed_at:
        return []
    now = now or casebook.now()
    found = groups(case, standing.judged(case, now, quick=True))
    return standing.clocks(found, address(case), day_in_japan(now), language())


def reminders_owed(case: Any, now: datetime | None = None) -> list[reminders.Reminder]:
    """The reminders of this case whose time has come and that did not go out; none for a closed case."""
    if case.closed_at:
        return []
    now = now or casebook.now()
    found = groups(case, judged(case, now))
    sent = set(Reminded.objects.filter(chain_id=case.chain_id).values_list("key", flat=True))
    return reminders.owed(standing.watched(found), now, sent=sent)


def questions(case: Any, evaluation: rules.Evaluation | None = None) -> list[rules.Question]:
    """What is still to be answered, most telling first; what was answered 「わからない」 comes last."""
    return standing.questions(evaluation or judged(case), standing.statements(case))


def summary(case: Any) -> dict[str, Any]:
    """For the board: where step 4 stands, the next things, one line."""
    now = casebook.now()
    evaluation = judged(case, now)
    found = groups(case, evaluation)
    demanded = [row for row in found["required"] if row.duty.kind in ("duty", "contract")]
    waiting = [row for row in demanded if row.open]
    strip = standing.clocks(found, address(case), day_in_japan(now), language())
    asked = questions(case, evaluation)
    asking = [row for row in found["review"] if row.duty.kind in ("duty", "contract")]
    if waiting or asking:
        begun = standing.told(case) or any(row.group == "required" for row in demanded)
        state = "open" if begun else "todo"
    else:
        state = "done" if demanded else "waived"
    return {
        "steps": {4: state},
        "lines": [
            {
                "label": gettext("連絡・報告"),
                "text": _in_short(demanded, waiting, len(standing.bundles(evaluation, asking))),
                "href": address(case),
            }
        ],
        "next": _next(case, waiting, strip, asked),
        "required": [row.target for row in demanded],
        "waiting": [row.target for row in waiting],
        "to_settle": [row.target for row in asking],
        "provisional": bool(evaluation.start and evaluation.start.provisional),
    }


def _in_short(demanded: Sequence[Row], waiting: Sequence[Row], asking: int) -> str:
    """What is due, what was done, and how many questions stand between the rest and an answer."""
    done = len(demanded) - len(waiting)
    parts = []
    if waiting:
        parts.append(ngettext("必要 %(n)d件", "必要 %(n)d件", len(waiting)) % {"n": len(waiting)})
    if done:
        parts.append(ngettext("済み %(n)d件", "済み %(n)d件", done) % {"n": done})
    if asking:
        parts.append(ngettext("確認が必要 %(n)d件", "確認が必要 %(n)d件", asking) % {"n": asking})
    return gettext("・").join(parts) or gettext("いまの事実では、法律や契約上の連絡は不要です")


def _next(
    case: Any, waiting: Sequence[Row], strip: Sequence[dict[str, Any]], asked: Sequence[rules.Question]
) -> list[dict[str, Any]]:
    things: list[dict[str, Any]] = []
    lang = language()
    for shown in strip:
        left = shown["days_left"]
        if shown["target"] in {row.target for row in waiting} and (left is not None and left <= 5):
            urgency = 90 if left < 0 else 80 if left <= 2 else 60
            things.append({"title": shown["title"], "why": shown["article"], "href": shown["href"], "urgency": urgency})
            break
    undated = [row for row in waiting if all(due.deadline.to_date is None for due in row.dues)]
    if undated and not things:
        row = undated[0]
        href = f"{address(case)}#{row.target}"
        # Mostly "at once" (the acquirer, the insurer): before logs are read, after the first hour.
        things.append({"title": row.name[lang], "why": row.duty.why[lang], "href": href, "urgency": 64})
    if asked:
        things.append(
            {
                "title": gettext("だれに知らせる必要があるか、質問に答える"),
                "why": asked[0].text[lang],
                "href": f"{address(case)}questions/{asked[0].fact}/",
                "urgency": 45,
                "minutes": 3,
            }
        )
    return [{"hat": "liaison", **thing} for thing in things]


def do_owed() -> int:
    """Deadlines that passed, mail that somebody asked for, reminders: what is owed now, for the background worker."""
    from hikeshi.notify.delivery import reminding, running

    return late.do_owed() + running.do_owed() + reminding.do_owed()


def sender(workspace: Any) -> dict[str, str]:
    """Who the workspace's letters come from."""
    return letters.sender(workspace)


def paper(case: Any, kind: str, lang: str | None = None, stage: Any = "preliminary") -> letters.Paper:
    """A document of the case as its facts stand: .document .text .sha256 .reached .blanks."""
    return letters.paper_of(case, kind, lang or language(), stage)


def document_file(case: Any, kind: str, form: str, lang: str | None = None, stage: Any = "preliminary") -> bytes:
    """The document as "pdf" or "docx"; a draft until exactly this text was approved."""
    return letters.printed(paper(case, kind, lang, stage), form)


def document_kinds() -> list[str]:
    """The kinds of document there are."""
    return list(documents.kinds())


def duty_name(target: str, lang: str) -> str:
    """What a duty or filing is called; one that the files no longer know is its own name."""
    book = lawfiles.shipped()
    known = book.filings.get(target) or next((duty for duty in book.duties if duty.id == target), None)
    return known.name[lang] if known else target


def document_name(key: str, lang: Any) -> str:
    """What a document is called, as entries name it: "ppc-copy-sheet", "ppc-copy-sheet.final"."""
    kind_id, _, stage = key.partition(".")
    kind = documents.kinds().get(kind_id)
    if kind is None:
        return key
    stages = {
        "final": {"ja": "（最終）", "en": " (final)"},
        "follow_up": {"ja": "（続報）", "en": " (follow-up)"},
    }  # words: data
    return kind.name(lang) + stages.get(stage, {}).get(lang, "")


def planned(lang: str) -> list[dict[str, str]]:
    """For the plan's annex: the reports that law and contract call for, with their days."""
    return standing.planned(lang)


# --- recording ------------------------------------------------------------------------------------------------------


def answer(case: Any, key: str, value: Any, status: str, actor: casebook.Actor, **named: Any) -> casebook.Recorded:
    """An answer to a question becomes a fact. Keywords: text, occurred_at, request_id.

    What nobody opened yet may hold other kinds of information: until then these are a suspicion.
    """
    named.setdefault("source", gettext_noop("連絡・報告の質問への答え"))
    if status == "confirmed" and waits_for_examination(case, key):
        status = "suspected"
    return casebook.state_fact(case, key, value, status, actor, step="S4.1", **named)


def waits_for_examination(case: Any, key: str) -> bool:
    """Whether this cannot be certain, since somebody said that something was not examined yet."""
    left = casebook.facts(case).get("not_examined")
    return key in INCOMPLETE and left is not None and left.status != "refuted"


def question_address(case: Any, key: str) -> str:
    """Where a fact is answered anew, back to the facts afterwards; "" for what no question asks."""
    known = lawfiles.shipped().facts
    if key not in known or known[key].type not in FORMS:
        return ""
    return f"{address(case)}questions/{key}/?next=/i/{case.reference}/facts/"


def mark_told(case: Any, target: str, stage: str, actor: casebook.Actor, **named: Any) -> casebook.Recorded:
    """Record that a report or notice was made. Keywords: how, receipt, evidence, remarks, at, request_id."""
    row = _known(case, target, stage)
    standing.not_ahead(case, _moment(named.get("at")))
    remarks = named.pop("remarks", "")
    data = DutyMet(
        target=target,
        stage=stage,  # type: ignore[arg-type]
        how=named.pop("how", "other"),
        receipt=named.pop("receipt", "")[:200],
        evidence=list(named.pop("evidence", ())),
        remarks=casebook.keep_text(case, remarks) if remarks else None,
    )
    facts = {**dict.fromkeys(standing.proved_by([target]), True), **_dated(case, target, named.get("at"))}
    moment = _moment(named.get("at"))
    over = [d for d in row.dues if d.deadline.stage == stage and d.missed is None and d.passed(moment)]
    before = [late.entry(row, due, late.CLOCK) for due in over if row.group == "required"]
    return _record(case, data, actor, facts=facts, before=before, **named)


def waive(case: Any, target: str, stage: str, reason: str, actor: casebook.Actor, **named: Any) -> casebook.Recorded:
    """Record the decision not to report, with its reason."""
    _known(case, target, stage)
    data = DutyWaived(target=target, stage=stage, reason=casebook.keep_text(case, reason))  # type: ignore[arg-type]
    return _record(case, data, actor, **named)


def mark_missed(case: Any, target: str, stage: str, reason: str, actor: casebook.Actor, **named: Any) -> None:
    """Record why a deadline that passed was not kept. Keyword: request_id."""
    now = casebook.now()
    row = _known(case, target, stage)
    due = next((d for d in row.dues if d.deadline.stage == stage and (d.passed(now) or d.late)), None)
    if due is None:
        raise Problem("notify.not_past", target=duty_name(target, language()))
    data = late.entry(row, due, actor, reason=casebook.keep_text(case, reason))
    casebook.record(case, [data], request_id=named.get("request_id"))


def mark_reminded(case: Any, key: str, how: str, actor: casebook.Actor) -> None:
    """Record that a reminder went out, so that it goes once."""
    data = DutyReminded(key=key, how=how)  # type: ignore[arg-type]
    casebook.record(case, [casebook.Entry(data, actor, step=STEP_AUTHORITIES)], request_id=f"reminded:{key}")


def open_again(case: Any, target: str, stage: str, actor: casebook.Actor, **named: Any) -> casebook.Recorded:
    """Take back that a report was made or waived: it is due again."""
    _known(case, target, stage)
    taken_back = dict.fromkeys(standing.proved_by([target]), False)
    data = DutyOpenedAgain(target=target, stage=stage)  # type: ignore[arg-type]
    return _record(case, data, actor, facts=taken_back, refuted=standing.undated_by(case, target, stage), **named)


def check_paper(case: Any, found: letters.Paper, actor: casebook.Actor) -> letters.Paper:
    """Record that the facts of exactly this text were checked; the paper with that step behind it."""
    letters.check(case, found, actor)
    return letters.paper_of(case, found.kind.id, found.lang, found.stage)


def approve_paper(case: Any, found: letters.Paper, actor: casebook.Actor, **named: Any) -> letters.Paper:
    """Approve exactly this text. Keywords: by (leader | lawyer), how, name."""
    letters.approve(case, found, actor, **{"by": "leader", "how": "on_screen", **named})
    return letters.paper_of(case, found.kind.id, found.lang, found.stage)


def send_paper(case: Any, found: letters.Paper, actor: casebook.Actor, **named: Any) -> letters.Paper:
    """Record that exactly this approved text went out. Keywords: how, to, receipt, proof, at, targets.

    Without `targets` it meets the duties that the document's page ticks beforehand: none that is reported by itself.
    """
    if "targets" not in named:
        named["targets"] = letters.beforehand(found, groups(case)["required"])
    letters.send(case, found, actor, **named)
    return letters.paper_of(case, found.kind.id, found.lang, found.stage)


def state_sender(workspace: Any, actor: casebook.Actor, **said: str) -> None:
    """Write down who letters come from, on the workspace's chain."""
    casebook.record_for_workspace(workspace, [casebook.Entry(SenderStated(**said), actor)])


def _dated(case: Any, target: str, at: Any) -> dict[str, str]:
    return standing.dated_by(case, [target], _moment(at))


def _moment(at: Any) -> datetime:
    return (at.start if isinstance(at, casebook.When) else at) or casebook.now()


def _record(case: Any, data: Any, actor: casebook.Actor, **named: Any) -> casebook.Recorded:
    before: list[casebook.Entry] = named.get("before", [])
    entries = [*before, casebook.Entry(data, actor, named.get("at"), step=STEP_AUTHORITIES)]
    for key, value in named.get("facts", {}).items():
        entries.append(casebook.fact_entry(case, key, value, "confirmed", actor, occurred_at=named.get("at")))
    for key, value in named.get("refuted", {}).items():
        entries.append(casebook.fact_entry(case, key, value, "refuted", actor, step=STEP_AUTHORITIES))
    return casebook.record(case, entries, request_id=named.get("request_id"))[len(before)]


def _known(case: Any, target: str, stage: str) -> Row:
    """The row of that name; one that is not required now may still have been told, so all groups count."""
    for row in (row for found in groups(case).values() for row in found):
        if row.target == target and (stage == "first" or stage in {due.deadline.stage for due in row.dues}):
            return row
    raise Problem("notify.no_such_duty", target=target)
