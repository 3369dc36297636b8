"""The answer of `hikeshi duties evaluate --json`, whose form is a contract (docs/kinds/duty.md).

Texts are in one language; `texts` holds both, for whoever shows them.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from hikeshi.notify.law.asking import settling
from hikeshi.notify.law.days import TOKYO
from hikeshi.notify.rules import Deadline, DutyResult, Evaluation


def as_json(evaluation: Evaluation, lang: str) -> dict[str, Any]:
    """The whole answer as plain data."""
    start = evaluation.start
    return {
        "evaluated_at": _iso(evaluation.evaluated_at),
        "language": lang,
        "known_at": _iso(start.at if start else None),
        "counted_fact": start.fact if start else None,
        "provisional": bool(start and start.provisional),
        "ignored": list(evaluation.ignored),
        "warnings": [warning[lang] for warning in evaluation.warnings],
        "duties": [_duty(evaluation, result, lang) for result in evaluation.duties],
    }


def _duty(evaluation: Evaluation, result: DutyResult, lang: str) -> dict[str, Any]:
    duty = result.duty
    asked = settling(evaluation, result)
    texts = {"name": duty.name, "because": result.reason, "recipient": duty.recipient, "note": duty.note}
    return {
        "id": duty.id,
        "status": result.status,
        "because": result.reason[lang],
        "question": asked.text[lang] if asked else None,
        "recipient": duty.recipient[lang],
        "known_at": _iso(result.known_at),
        "deadlines": [_deadline(deadline, lang) for deadline in result.deadlines],
        "contents": list(duty.contents),
        "source": {
            "law": duty.law[lang],
            "article": duty.article[lang],
            "checked_on": duty.checked_on,
            "confidence": duty.confidence,
            "source": duty.source,
            "valid_from": _iso(duty.valid_from),
            "valid_to": _iso(duty.valid_to),
        },
        "name": duty.name[lang],
        "kind": duty.kind,
        "filing": duty.filing,
        "group": result.group,
        "released": result.released,
        "provisional": result.provisional,
        "note": duty.note[lang] if duty.note else None,
        "asks": asked.fact if asked else None,
        "questions": [{"fact": q.fact, "text": q.text[lang]} for q in result.questions],
        "deciding": [{"fact": d.fact, "status": d.status, "text": d.text[lang]} for d in result.deciding],
        "texts": {key: both for key, both in texts.items() if both},
    }


def _deadline(deadline: Deadline, lang: str) -> dict[str, Any]:
    return {
        "stage": deadline.stage,
        "kind": deadline.kind,
        "at": _iso(deadline.moment or deadline.to_date),
        "target_at": _iso(deadline.from_date) if deadline.kind == "guide" else None,
        "nominal_at": _iso(deadline.nominal),
        "days": list(deadline.days),
        "hours": list(deadline.hours),
        "counted_from": _iso(deadline.counted_from),
        "counted_fact": deadline.counted_fact,
        "provisional": deadline.provisional,
        "article": deadline.article[lang],
        "text": deadline.text[lang],
        "moved": deadline.moved[lang] if deadline.moved else None,
    }


def _iso(moment: date | datetime | None) -> str | None:
    """A day as it is; a moment in Japan's time, so that its date is the day that was counted from."""
    if isinstance(moment, datetime):
        moment = moment.astimezone(TOKYO)
    return moment.isoformat() if moment is not None else None
