"""Seals a case's record into a folder that a court can check without our software (S6.1)."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.utils.translation import gettext

from hikeshi import __version__, words
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
    known = changed(case)
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
            verify_txt=verify_text(name, _note(case, known)),
        )
    except (Problem, OSError) as error:
        why = error.code if isinstance(error, Problem) else type(error).__name__
        casebook.record(case, [Entry(ArchiveFailed(name=name, why=why), actor, step="S6.1")])
        raise
    told = sorted({str(problem.params["path"]).rsplit("/", 1)[-1] for problem in sealed.changed})
    done = ArchiveSealed(
        name=name, sha256=sealed.sha256, files=sealed.files, size=sealed.size, lines=last, changed=told
    )
    casebook.record(case, [Entry(done, actor, step="S6.1")])
    casebook.checkpoint(case, actor)
    return sealed


DRILL_NOTE = (
    "【訓練】これは訓練の記録です。実際の事故ではありません。"
    " / DRILL: this is the record of a drill, not of a real incident."
)


CHANGED_NOTE = (  # words: data, both languages at once
    "【注意】封印したとき、次のファイルの中身は、記録されたときと違っていました。中身は今のまま入っています。\n"
    "受け取ったときの元のファイルと見比べるまで、証拠として使わないでください（7 の方法で、だれでも確かめられます）。\n"
    "NOTE: When this was sealed, the content of these files was not what it was when it was recorded. They are in\n"
    "here as they are now. Do not use them as evidence before comparing them with the originals (anybody can check\n"
    "this in the way of 7)."
)


def changed(case: Any) -> list[dict[str, str]]:
    """The kept files whose content is no longer what the record says: sha256, and the name (of a text: none)."""
    names = dict(casebook.evidence_of(case).values_list("sha256", "name"))
    return [
        {"sha256": path.name, "name": names.get(path.name, "")}
        for path in casebook.kept_files(case)
        if not casebook.is_intact(case, path.name)
    ]


def _note(case: Any, known: list[dict[str, str]]) -> str:
    """What stands at the head of VERIFY.txt."""
    parts = [DRILL_NOTE] if case.drill else []
    if known:
        files = [f"- data/evidence/{one['sha256']} {_one_line(one['name'])}".rstrip() for one in known]
        parts.append("\n".join([CHANGED_NOTE, *files]))
    return "\n\n".join(parts)


def _one_line(name: str) -> str:
    return words.visible(name).replace("\n", "<U+000A>")


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
