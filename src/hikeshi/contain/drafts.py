"""Notes on the cards by somebody who has not signed in: small, kept apart, and not the record until they join it."""

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from hikeshi.contain.answering import Given, check
from hikeshi.contain.models import Draft
from hikeshi.contain.reading import Walk
from hikeshi.engines.common.problem import Problem

KEY = "contain_draft"
SIZE_LIMIT = 48 * 1024
"""Bytes of JSON a draft: a hundred answers with a few lines each."""
DRAFTS_LIMIT = 300
"""A flood of visitors who write nothing useful must not fill the disk; the drafts untouched longest go first."""
KEPT = dt.timedelta(days=30)


@dataclass(frozen=True)
class Drafted:
    """One answer of a draft, shaped like a row of the read table."""

    card: str
    answer: str
    chips: list[str]
    text: str
    occurred_at: dt.datetime | None
    recorded_at: dt.datetime
    photos: Sequence[str] = ()
    said: Sequence[str] = ()
    reason: str = ""


def answers(request: Any) -> list[Drafted]:
    """The draft of this session, oldest answer first; empty when there is none."""
    draft = _draft(request)
    return [_read(item) for item in draft.answers] if draft else []


def write(request: Any, walk: Walk, given: Given) -> None:
    """Add an answer to the session's draft; answering again replaces the earlier one."""
    check(walk, given)
    draft = _draft(request) or Draft()
    kept = [item for item in draft.answers if item["card"] != given.card]
    draft.answers = [*kept, _item(given)]
    draft.size = len(json.dumps(draft.answers, ensure_ascii=False).encode())
    if draft.size > SIZE_LIMIT:
        raise Problem("contain.draft_full", limit=SIZE_LIMIT // 3)
    with transaction.atomic():
        _make_room(draft)
        draft.save()
    request.session[KEY] = str(draft.pk)


def given(request: Any) -> list[Given]:
    """The draft's answers as they will be recorded: they happened when they were written, unless told otherwise."""
    return [
        Given(
            one.card,
            one.answer,  # type: ignore[arg-type]
            tuple(one.chips),
            one.text,
            one.occurred_at or one.recorded_at,
            from_draft=True,
            reason=one.reason,
        )
        for one in answers(request)
    ]


def drop(request: Any) -> None:
    """Forget the session's draft."""
    draft = _draft(request)
    if draft:
        draft.delete()
    request.session.pop(KEY, None)


def _draft(request: Any) -> Draft | None:
    # The number stands in the session's data, which Django carries over when a visitor signs in.
    key = request.session.get(KEY)
    return Draft.objects.filter(pk=key).first() if key else None


def _item(given: Given) -> dict[str, Any]:
    return {
        "card": given.card,
        "answer": given.answer,
        "chips": list(given.chips),
        "text": given.text,
        "occurred_at": given.occurred_at.isoformat() if given.occurred_at else None,
        "recorded_at": timezone.now().isoformat(),
        "reason": given.reason,
    }


def _read(item: dict[str, Any]) -> Drafted:
    occurred = item["occurred_at"]
    return Drafted(
        item["card"],
        item["answer"],
        item["chips"],
        item["text"],
        dt.datetime.fromisoformat(occurred) if occurred else None,
        dt.datetime.fromisoformat(item["recorded_at"]),
        reason=item.get("reason", ""),
    )


def _make_room(draft: Draft) -> None:
    Draft.objects.filter(updated_at__lt=timezone.now() - KEPT).delete()
    others = Draft.objects.exclude(pk=draft.pk).order_by("-updated_at").values_list("pk", flat=True)
    Draft.objects.filter(pk__in=list(others[DRAFTS_LIMIT - 1 :])).delete()
