"""Pure decisions of step 2."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, tzinfo
from pathlib import PurePath
from typing import Any
from zoneinfo import ZoneInfo

RANK = {"high": 0, "medium": 1, "low": 2}
MOST_FINDINGS = 200
JAPAN = ZoneInfo("Asia/Tokyo")


NO_ACCOUNT = {"ja": "入られたアカウント", "en": "the account that was entered"}


def named(params: Mapping[str, Any], lang: str) -> dict[str, Any]:
    """The parameters of a sentence; a log that names no account must not leave 「」 behind."""
    return {**params, "account": NO_ACCOUNT[lang]} if params.get("account") == "" else dict(params)


def size(count: int, unit: str) -> str:
    """Bytes as people say them: 512 bytes, 81.1 MB."""
    shown, name = float(count), unit
    for larger in ("KB", "MB", "GB", "TB"):
        if shown < 1000:
            break
        shown, name = shown / 1000, larger
    return f"{count} {unit}" if name == unit else f"{shown:.1f} {name}"


def clock(text: str, where: tzinfo | None) -> str:
    """A time of a log as a clock on the wall shows it there; what is no time stays as it is."""
    moment = _moment(text)
    return text if moment is None else f"{moment.astimezone(where):%Y-%m-%d %H:%M:%S}"


def within(path: PurePath, folders: Iterable[PurePath]) -> bool:
    """Whether a resolved path lies inside one of the resolved folders."""
    return any(folder == path or folder in path.parents for folder in folders)


def grown(period: Mapping[str, Any] | None, first: str, last: str) -> dict[str, Any]:
    """A period that also covers a finding: earliest beginning, latest end, whatever zone each is written in."""
    known = period or {}
    begins = [(moment, text) for text in (first, known.get("from")) if (moment := _moment(text))]
    ends = [(moment, text) for text in (last, known.get("to")) if (moment := _moment(text))]
    return {"from": min(begins)[1] if begins else first, "to": max(ends)[1] if ends else last}


def _moment(text: Any) -> datetime | None:
    """A written time; without a zone it is Japan's; None for what is none."""
    try:
        moment = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=JAPAN)


def persons(at_least: int | None, at_most: int | None) -> dict[str, int | None] | None:
    """The number of people as an interval; None when nothing is known. Swapped bounds are a mistake the form tells."""
    if at_least is None and at_most is None:
        return None
    return {"at_least": at_least, "at_most": at_most}


def state(scans: Sequence[str], verdicts: Sequence[str], scope: str, unexamined: bool = False) -> str:
    """todo | open | done for step 2: everything read, every finding judged, and the scope fixed (S2.3).

    `scope` is the status of the number of people, "" when nobody wrote it. A guess is a beginning, never the end.
    """
    if not scans and not verdicts and scope in ("", "unknown"):
        return "todo"
    finished = all(one != "owed" for one in scans) and all(verdicts) and scope == "confirmed" and not unexamined
    return "done" if finished else "open"
