"""Steps 5 and 6.2: cause, measures, the plan's next version, the review with its times."""

import secrets
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import dateformat
from django.utils.translation import get_language, gettext

from hikeshi.casebook import services as casebook
from hikeshi.engines.common.problem import Problem
from hikeshi.engines.ledger.entry import Actor, Entry, Recorded
from hikeshi.improve import rules
from hikeshi.improve.entries import MeasureAdded, MeasureDone, MeasureDropped, PlanRevised, Reviewed
from hikeshi.improve.models import Measure, Review
from hikeshi.prepare import services as prepare


def language() -> str:
    """The language of the page: ja or en."""
    return "en" if (get_language() or "ja").startswith("en") else "ja"


# --- cause and measures ---------------------------------------------------------------------------------------------


def state_cause(case: Any, kind: str, said: str, status: str, actor: Actor) -> list[Recorded]:
    """Why it happened (S5.1): kind of cause and words. What is left empty is not stated."""
    entries = []
    if kind:
        entries.append(casebook.fact_entry(case, "cause_kind", kind, status, actor, step="S5.1"))
    if said:
        entries.append(casebook.fact_entry(case, "cause", None, status, actor, text=said, step="S5.1"))
    return casebook.record(case, entries)


def measures(case: Any) -> list[Measure]:
    return list(Measure.objects.filter(chain_id=case.chain_id).order_by("number"))


def shown(case: Any) -> list[dict[str, Any]]:
    """The measures with their words."""
    return [
        {
            "row": row,
            "what": casebook.text(case, row.what_sha256),
            "owner": row.owner or casebook.text(case, row.owner_sha256),
            "said": casebook.text(case, row.said_sha256),
        }
        for row in measures(case)
    ]


def add_measure(case: Any, what: str, nature: str, actor: Actor, **named: Any) -> Recorded:
    """Decide a measure. Keywords: owner, due (date), request_id."""
    due = named.get("due")
    data = MeasureAdded(
        measure=secrets.token_hex(8),
        nature=nature,  # type: ignore[arg-type]
        what=casebook.keep_text(case, what),
        owner=casebook.keep_text(case, named["owner"]) if named.get("owner") else None,
        due=due.isoformat() if due else "",
    )
    (done,) = casebook.record(case, [Entry(data, actor, step="S5.2")], request_id=named.get("request_id"))
    _restate(case, actor)
    return done


def finish_measure(case: Any, name: str, actor: Actor, how: str = "") -> None:
    """A measure was carried out."""
    _known(case, name)
    data = MeasureDone(measure=name, how=casebook.keep_text(case, how) if how else None)
    casebook.record(case, [Entry(data, actor, step="S5.2")])
    _restate(case, actor)


def drop_measure(case: Any, name: str, reason: str, actor: Actor) -> None:
    """A measure will not be carried out."""
    _known(case, name)
    data = MeasureDropped(measure=name, reason=casebook.keep_text(case, reason))
    casebook.record(case, [Entry(data, actor, step="S5.2")])
    _restate(case, actor)


def _known(case: Any, name: str) -> None:
    if not Measure.objects.filter(chain_id=case.chain_id, measure=name).exists():
        raise Problem("improve.no_measure", measure=name)


def _restate(case: Any, actor: Actor) -> None:
    """Reports print prevention as two facts, done and planned, one line each (Rule 8, item 8)."""
    known = casebook.facts(case)
    entries = []
    for key, state in (("prevention_done", "done"), ("prevention_planned", "open")):
        said = "\n".join(_line(one) for one in shown(case) if one["row"].state == state)
        before = casebook.text(case, known[key].text_sha256) if key in known else ""
        if said != before:
            status = "confirmed" if said else "unknown"
            entries.append(casebook.fact_entry(case, key, None, status, actor, text=said or None, step="S5.2"))
    casebook.record(case, entries)


def _line(one: dict[str, Any]) -> str:
    row = one["row"]
    if not row.due or row.state != "open":
        return str(one["what"])
    due = dateformat.format(date.fromisoformat(row.due), gettext("Y年n月j日"))
    return gettext("%(what)s（%(due)sまで）") % {"what": one["what"], "due": due}


# --- the plan's next version (S5.3) ---------------------------------------------------------------------------------


def plan_measures(case: Any) -> list[Any]:
    """The measures as the plan's record of revisions takes them up."""
    return [
        prepare.Measure(what=one["what"], owner=one["owner"], due=one["row"].due)
        for one in shown(case)
        if one["row"].state != "dropped"
    ]


def proposed(case: Any, workspace: Any, effective_on: date) -> list[Any]:
    """What the next version of the plan would change."""
    _document, changes = prepare.propose_revision(
        workspace,
        effective_on=effective_on,
        reason=reason(case),
        measures=plan_measures(case),
        incident=case.reference,
        lang=language(),
    )
    return changes


def reason(case: Any) -> str:
    """The reason in the plan's record of revisions."""
    return gettext("事故 %(reference)s から学んだことを反映") % {"reference": case.reference}


def revise(case: Any, workspace: Any, effective_on: date, actor: Actor, request_id: str | None = None) -> int:
    """Make the plan's next version with the measures; its number."""
    made = prepare.make_version(
        workspace,
        actor,
        effective_on=effective_on,
        reason=reason(case),
        measures=plan_measures(case),
        incident=case.reference,
        request_id=request_id,
    )
    data = PlanRevised(version=made["version"], effective_on=effective_on.isoformat(), sha256=made["sha256"])
    casebook.record(case, [Entry(data, actor, step="S5.3")])
    return int(made["version"])


# --- the review (S6.2) ----------------------------------------------------------------------------------------------


def moments(case: Any) -> dict[str, datetime | None]:
    """The moments on the review's line, each from a fact or from the record itself."""
    known = casebook.facts(case)

    def fact(key: str) -> datetime | None:
        found = known.get(key)
        return rules.moment(found.value) if found and found.status in ("confirmed", "suspected") else None

    period = known.get("period")
    trace = rules.moment(period.value.get("from")) if period and isinstance(period.value, dict) else None
    return {
        "first_trace": trace or fact("occurred_at"),
        "noticed": fact("noticed_at") or fact("signalled_at") or fact("known_at") or case.opened_at,
        "recorded": case.opened_at,
        "contained": fact("contained_at"),
        "reported": fact("reported_at"),
        "recovered": fact("recovered_at"),
        "closed": case.closed_at,
    }


def review_of(case: Any) -> dict[str, Any]:
    """The latest review: its words, when, and the plan's version that came of it."""
    row = Review.objects.filter(chain_id=case.chain_id).first()
    if row is None:
        return {}
    said = {
        name: casebook.text(case, getattr(row, f"{name}_sha256")) for name in ("worked", "to_improve", "to_prepare")
    }
    return {**said, "reviewed_at": row.reviewed_at, "plan_version": row.plan_version}


def review(case: Any, actor: Actor, *, worked: str = "", to_improve: str = "", to_prepare: str = "") -> Recorded:
    """Look back on the whole response: three questions, each may stay empty."""

    def kept(said: str) -> Any:
        return casebook.keep_text(case, said) if said else None

    data = Reviewed(worked=kept(worked), to_improve=kept(to_improve), to_prepare=kept(to_prepare))
    return casebook.record(case, [Entry(data, actor, step="S6.2")])[0]


def duration(length: timedelta | None) -> str:
    """A length of time as a person says it."""
    if length is None:
        return gettext("まだわかりません")
    minutes = int(length.total_seconds() // 60)
    days, hours = minutes // 1440, minutes % 1440 // 60
    if days:
        return gettext("%(d)d日と%(h)d時間") % {"d": days, "h": hours}
    if hours:
        return gettext("%(h)d時間%(m)d分") % {"h": hours, "m": minutes % 60}
    return gettext("%(m)d分") % {"m": minutes}


def summary(case: Any) -> dict[str, Any]:
    """For the board: where step 5 stands and what is next."""
    href = f"/i/{case.reference}/improve/"
    states = [row.state for row in measures(case)]
    cause = casebook.facts(case).get("cause")
    known = cause is not None and cause.status in ("confirmed", "suspected")
    said = review_of(case)
    state = rules.state(known, states, bool(said.get("plan_version")))
    lines: Sequence[dict[str, str]] = ()
    if states:
        text = gettext("済み %(done)d・残り %(left)d") % {"done": states.count("done"), "left": states.count("open")}
        lines = [{"label": gettext("再発防止"), "text": text, "href": href}]
    following = []
    if state != "done":
        why = gettext("原因を一言で書き、次に起こさないためにすることを、人と日付つきで決めます。")
        title = gettext("再発防止を決める")
        following.append({"title": title, "why": why, "href": href, "hat": "owner", "urgency": 20, "minutes": 10})
    elif not said.get("reviewed_at"):
        why = gettext("うまくいったこと、直したいことを、忘れないうちに書きます。")
        title = gettext("対応を振り返る")
        following.append({"title": title, "why": why, "href": f"{href}review/", "hat": "owner", "urgency": 18})
    return {"steps": {5: state}, "next": following, "lines": list(lines)}
