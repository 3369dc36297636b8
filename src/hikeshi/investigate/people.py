"""Counting people in the background (S2.3): files are read in the limited process, the record holds numbers only."""

import json
import re
import secrets
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings

from hikeshi.casebook import services as casebook
from hikeshi.engines import privacy
from hikeshi.engines.common.mynumber import masked, masked_in
from hikeshi.engines.common.problem import Problem
from hikeshi.engines.ledger.entry import Actor, Entry
from hikeshi.engines.privacy.report import Report
from hikeshi.investigate.entries import PeopleAsked, PeopleCounted, PeopleFailed
from hikeshi.investigate.models import PeopleCount, ScanProgress
from hikeshi.investigate.scanning import ENGINE, claimed, laid_out

STEP = "S2.3"
PURPOSE = "people"
LEASE = timedelta(minutes=2)
"""Longer than for logs: uniting a million people into clusters says nothing on the way."""
Opened = Callable[[Any, str], Path]
"""(case, path as it was asked) → the folder, if it still may be read. Raises Problem."""


def ask(
    case: Any, kept: Sequence[Any], actor: Actor, *, place: Path | None = None, request_id: str | None = None
) -> str:
    """Record that people are to be counted, in these kept files or in this folder where it lies; the count's id."""
    data = PeopleAsked(
        counting=secrets.token_hex(8),
        files=[one.data["sha256"] for one in kept],
        place=casebook.keep_text(case, str(place)) if place else None,
    )
    (done,) = casebook.record(case, [Entry(data, actor, step=STEP)], request_id=request_id)
    casebook.wake()
    return str(done.data["counting"])


def do_owed(opened: Opened) -> int:
    """Do one count that is owed and that nobody else is at; how many were done."""
    now = casebook.now()
    for row in PeopleCount.objects.filter(state="owed").order_by("asked_at"):
        if claimed(row.counting, now, LEASE):
            do(row, opened)
            return 1
    return 0


def do(row: PeopleCount, opened: Opened) -> None:
    """Read the files of one count and record what came of it. Never raises for what the files hold."""
    case = casebook.Case.objects.get(chain_id=row.chain_id)
    try:
        report = _read(case, row, opened)
    except Problem as problem:
        failed = PeopleFailed(counting=row.counting, code=problem.code, params=_numbers(problem))
        casebook.record(case, [Entry(failed, ENGINE, step=STEP)], request_id=f"{row.counting}-done")
    else:
        _record(case, row, report)
    finally:
        ScanProgress.objects.filter(scan=row.counting).delete()


def _numbers(problem: Problem) -> dict[str, int]:
    """What a problem says in numbers: its texts are paths, which stay out of the record."""
    return {name: value for name, value in problem.params.items() if type(value) is int and abs(value) < 1 << 53}


def _read(case: Any, row: PeopleCount, opened: Opened) -> Report:
    said = 0.0

    def on_progress(now: privacy.Progress) -> None:
        nonlocal said
        if time.monotonic() - said < 1.0:
            return
        said = time.monotonic()
        name = masked(Path(now.path).name)[0][:300]
        shown = {"path": name, "done": now.done, "total": now.total, "seen_at": casebook.now()}
        ScanProgress.objects.filter(scan=row.counting).update(**shown)

    how: dict[str, Any] = {"on_progress": on_progress, "hashes": True}
    with tempfile.TemporaryDirectory(prefix="people-", dir=settings.FILE_UPLOAD_TEMP_DIR) as folder:
        names = {one.sha256: one.name for one in casebook.evidence_of(case)}
        given = [(sha, names.get(sha, sha[:12])) for sha in row.files]
        paths = [laid_out(case, Path(folder), i, sha, name) for i, (sha, name) in enumerate(given)]
        known = {str(path): name for path, (_sha, name) in zip(paths, given, strict=True)}
        place = casebook.text(case, row.place_sha256)
        if row.place_sha256:
            root = opened(case, place)
            paths, known = [root], {str(root): root.name}
            how["inside"] = root
        report = privacy.count(paths, **how) if paths else Report()
    return _called(report, known)


def _called(report: Report, known: dict[str, str]) -> Report:
    """The report with the names that people know: their own of an uploaded file, from the folder's name down else."""
    pattern = re.compile("|".join(re.escape(path) for path in sorted(known, key=len, reverse=True)) or r"(?!)")

    def called(path: str) -> str:
        return pattern.sub(lambda found: known[found[0]], path, count=1)

    for file in report.files:
        file.path = called(file.path)
    report.hashed = [(called(path), sha256, size) for path, sha256, size in report.hashed]
    report.not_examined = [
        (called(path), Problem(why.code, **{**why.params, "path": called(str(why.params.get("path", path)))}))
        for path, why in report.not_examined
    ]
    return report


def _record(case: Any, row: PeopleCount, report: Report) -> None:
    """The whole report is evidence; the entry holds its numbers."""
    wire, _count = masked_in(report.to_wire())
    content = json.dumps(wire, ensure_ascii=False, sort_keys=True).encode("utf-8", "surrogatepass")
    kept = casebook.evidence_entry(case, content, f"people-{row.counting}.json", ENGINE, purpose="people-report")
    done = PeopleCounted(
        counting=row.counting,
        report=kept.data.sha256,
        at_least=report.people.at_least,
        estimate=report.people.estimate,
        at_most=report.people.at_most,
        files=len(report.files),
        not_examined=len(report.not_examined),
        kinds={name: kind.people for name, kind in sorted(report.kinds.items())},
    )
    casebook.record(case, [kept, Entry(done, ENGINE, step=STEP)], request_id=f"{row.counting}-done")


def report_of(case: Any, row: PeopleCount) -> Report | None:
    """The whole report that is kept as evidence."""
    if not row.report_sha256:
        return None
    with casebook.open_evidence(case, row.report_sha256) as file:
        return Report.from_wire(json.loads(file.read().decode("utf-8", "surrogatepass")))
