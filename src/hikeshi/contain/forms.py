"""What a card's form sends: a button, chips, a few words, photos, and when it happened."""

import datetime as dt
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime

from hikeshi.contain.answering import Given
from hikeshi.engines.common.problem import Problem

AGO = (10, 30, 60, 180)
"""「10分前」… as one tap: minutes before now."""
PHOTOS = 6
SLACK = dt.timedelta(minutes=10)
"""A phone's clock may run ahead of this machine's."""


def read(request: Any, card: str, *, photos: bool) -> Given:
    """The answer in a POST. `answer` is the pressed button: seen, unknown, cannot, seen:<chip> or skipped:<reason>."""
    pressed, _, more = request.POST.get("answer", "").partition(":")
    if pressed not in ("seen", "unknown", "cannot", "skipped"):
        raise Problem("contain.choose_one")
    skipped = pressed == "skipped"
    chips = [value for value in (*request.POST.getlist("chips"), more) if value][:40] if not skipped else []
    files = [file for file in request.FILES.getlist("photo") if file][:PHOTOS] if photos else []
    return Given(
        card=card,
        answer=pressed,
        chips=tuple(dict.fromkeys(chips)),
        text=(request.POST.get("reason", "").strip() if skipped else "") or request.POST.get("text", ""),
        occurred_at=when(request.POST),
        photos=[(file, file.name or "photo") for file in files],
        reason=more if skipped else "",
    )


def when(posted: Any) -> dt.datetime | None:
    """When it happened: a written time before a tapped one; None when neither was given."""
    written = posted.get("occurred_at", "").strip()
    if written:
        try:
            moment = parse_datetime(written)
        except ValueError:
            moment = None
        if moment is None or moment.year < 1900:  # a slip of the hand: 0002
            raise Problem("contain.time_unreadable")
        if timezone.is_naive(moment):
            moment = timezone.make_aware(moment)
        if moment > timezone.now() + SLACK:
            raise Problem("contain.time_ahead")
        return moment
    ago = posted.get("ago", "")
    if ago.isascii() and ago.isdigit() and int(ago) in (0, *AGO):
        return timezone.now() - dt.timedelta(minutes=int(ago))
    return None
