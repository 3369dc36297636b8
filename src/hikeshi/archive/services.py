"""Seals a case's record into a folder that a court can check without our software (S6.1)."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.utils.translation import gettext

from hikeshi import __version__
from hikeshi.archive.entries import ArchiveFailed, ArchiveSealed, ArchiveSealing
from hikeshi.archive.models import Archive
from hikeshi.casebook import services as casebook
from hikeshi.engines.common.problem import Problem
from hikeshi.engines.ledger.bag import Item, Sealed, write_bag
from hikeshi.engines.ledger.entry import Actor, Entry, timestamp
from hikeshi.engines.ledger.verifytext import verify_text

DOCUMENT = "document"
"""Evidence kept with this purpose (or `document:…`) is also laid into data/documents/ under its readable name."""


def seal(case: Any, target: Path, actor: Actor) -> Sealed:
    """Write the sealed record of `case` to `target` (a zip when it ends in .zip, else a folder).

    The intent is recorded before, the result after. Raises Problem("ledger.target_exists" | "common.disk_full" …);
    the record then holds that it failed, and nothing of the archive is left behind.
    """
    if target.exists():
        raise Problem("ledger.target_exists", path=str(target), exit=2)
    name = archive_name(case)
    casebook.record(case, [Entry(ArchiveSealing(name=name), actor, step="S6.1")])
    last = casebook.head(case).number
    try:
        sealed = write_bag(
            target,
            name=name,
            chain=str(case.chain_id),
            lines=casebook.lines(case, up_to=last),
            items=_items(case),
            key=casebook.signing_key(),
            at=timestamp(datetime.now(UTC)),
            info=_info(case),
            verify_txt=verify_text(name, DRILL_NOTE if case.drill else ""),
        )
    except (Problem, OSError) as error:
        why = error.code if isinstance(error, Problem) else type(error).__name__
        casebook.record(case, [Entry(ArchiveFailed(name=name, why=why), actor, step="S6.1")])
        raise
    done = ArchiveSealed(name=name, sha256=sealed.sha256, files=sealed.files, size=sealed.size, lines=last)
    casebook.record(case, [Entry(done, actor, step="S6.1")])
    casebook.checkpoint(case, actor)
    return sealed


DRILL_NOTE = (
    "【訓練】これは訓練の記録です。実際の事故ではありません。"
    " / DRILL: this is the record of a drill, not of a real incident."
)


def archive_name(case: Any) -> str:
    """HKS-2026-001 and the day; a drill says so in its name."""
    day = datetime.now(casebook.JAPAN).strftime("%Y%m%d-%H%M%S")
    return f"{case.reference}-{day}" + ("-DRILL" if case.drill else "")


def _info(case: Any) -> dict[str, str]:
    info = {
        "Source-Organization": casebook.workspace_of(case).name or "-",
        "External-Identifier": case.reference,
        "External-Description": case.title or "-",
        "Bag-Software-Agent": f"Hikeshi {__version__}",
    }
    if case.drill:
        info["Hikeshi-Drill"] = "訓練 drill"
    return info


def _items(case: Any) -> Iterator[Item]:
    if case.drill:
        # A file of this name, so that the manifest itself says what this is.
        yield Item("訓練-DRILL.txt", f"{DRILL_NOTE}\n".encode())  # words: data, both languages in one name
    for path in casebook.kept_files(case):
        yield Item(f"evidence/{path.name}", path)
    for kept in casebook.evidence_of(case):
        if kept.purpose.split(":")[0] == DOCUMENT:
            # Evidence names come from outside; in the archive only plain characters remain.
            plain = re.sub(r"[^\w.\-]+", "_", kept.name).strip("._") or "document"
            path = casebook.evidence_path(case, kept.sha256)
            yield Item(f"documents/{kept.number:06d}-{plain}", path)


def archives(case: Any) -> list[Archive]:
    """The archives sealed so far, newest first."""
    return list(Archive.objects.filter(chain_id=case.chain_id).order_by("-recorded_at"))


def summary(case: Any) -> dict[str, Any]:
    """Step 6: sealed after closing, or still to do."""
    sealed = Archive.objects.filter(chain_id=case.chain_id).order_by("-recorded_at").first()
    done = sealed is not None and case.closed_at is not None and sealed.recorded_at >= case.closed_at
    href = f"/i/{case.reference}/archive/"
    return {
        "steps": {6: "done" if done else "open" if sealed or case.closed_at else "todo"},
        "next": []
        if done
        else [
            {
                "title": gettext("記録を封印して、外に保管する"),
                "why": gettext("あとで「この記録は書き換えられていない」と示せるようにします。"),
                "href": href,
                "hat": "owner",
                "urgency": 45 if case.closed_at else 5,
                "minutes": 2,
            }
        ],
        "lines": [
            {
                "label": gettext("封印"),
                "text": gettext("%(lines)s 行まで封印済み") % {"lines": f"{sealed.lines:,}"} if sealed else "",
                "href": href,
            }
        ]
        if sealed
        else [],
    }
