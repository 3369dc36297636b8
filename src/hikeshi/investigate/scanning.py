"""Reading logs in the background: what is owed follows from the entries, a crash in between costs only time."""

import json
import logging
import secrets
import shutil
import tempfile
import time
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings

from hikeshi import words
from hikeshi.casebook import services as casebook
from hikeshi.engines import logs
from hikeshi.engines.common.mynumber import masked, masked_in
from hikeshi.engines.common.problem import Problem
from hikeshi.engines.ledger.entry import Actor, Entry
from hikeshi.investigate import rules, tables
from hikeshi.investigate.entries import FindingProposed, ScanAsked, ScanDone, ScanFailed
from hikeshi.investigate.models import Scan, ScanProgress

log = logging.getLogger(__name__)
ENGINE = Actor("hikeshi", "火消し Hikeshi")
STEP = "S2.2"
LEASE = timedelta(seconds=30)
LONGEST_TEXT = 300
LONGEST_NAME = 80  # of an account or an address; some type their password where the name belongs
MOST_NAMES = 50
ZONE = "Asia/Tokyo"
"""Of logs that say none: never the machine's, so that the same logs read the same on every machine."""


def ask(
    case: Any,
    kept: Sequence[Any],
    actor: Actor,
    *,
    zone: str = "",
    year: int | None = None,
    clock_error: int = 0,
    request_id: str | None = None,
) -> str:
    """Record that these kept files are to be read as logs; the id of the scan. `kept`: recorded `evidence.kept`.

    `zone` and `year` (of the last line) are for logs that do not say theirs; without a zone that is Japan's.
    `clock_error`: how many seconds their machine's clock was fast (below 0: slow).
    """
    scan = secrets.token_hex(8)
    data = ScanAsked(
        scan=scan,
        files=[one.data["sha256"] for one in kept],
        names=[one.data["name"] for one in kept],
        zone=zone or ZONE,
        year=year,
        clock_error=clock_error,
    )
    (done,) = casebook.record(case, [Entry(data, actor, step=STEP)], request_id=request_id)
    casebook.wake()
    return str(done.data["scan"])


def do_owed() -> int:
    """Do one scan that is owed and that nobody else is at; how many were done. For the background worker."""
    now = casebook.now()
    for scan in Scan.objects.filter(state="owed").order_by("asked_at"):
        if claimed(scan.scan, now):
            do(scan)
            return 1
    return 0


def claimed(work: str, now: Any, lease: timedelta = LEASE) -> bool:
    """Take the scan or count unless another process is at it: a lease that its progress renews."""
    fresh = {"path": "", "done": 0, "total": 0, "events": 0, "started_at": now, "seen_at": now}
    _progress, made = ScanProgress.objects.get_or_create(scan=work, defaults=fresh)
    if made:
        return True
    return bool(ScanProgress.objects.filter(scan=work, seen_at__lt=now - lease).update(**fresh))


def do(scan: Scan) -> None:
    """Read the files of one scan and record what came of it. Never raises for what the files hold."""
    case = casebook.Case.objects.get(chain_id=scan.chain_id)
    try:
        report = _read(case, scan)
    except Problem as problem:
        failed = ScanFailed(
            scan=scan.scan,
            code=problem.code,
            params={k: cleaned(str(v), LONGEST_TEXT) for k, v in problem.params.items()},
        )
        casebook.record(case, [Entry(failed, ENGINE, step=STEP)], request_id=f"{scan.scan}-done")
    else:
        _record(case, scan, report)
    finally:
        ScanProgress.objects.filter(scan=scan.scan).delete()


def _read(case: Any, scan: Scan) -> logs.Report:
    said = 0.0

    def on_progress(now: logs.Progress) -> None:
        nonlocal said
        if time.monotonic() - said < 1.0:
            return
        said = time.monotonic()
        name = masked(Path(now.path).name)[0][:300]
        shown = {"path": name, "done": now.done, "total": now.total, "events": now.events}
        ScanProgress.objects.filter(scan=scan.scan).update(**shown, seen_at=casebook.now())

    with tempfile.TemporaryDirectory(prefix="scan-", dir=settings.FILE_UPLOAD_TEMP_DIR) as folder:
        paths = [laid_out(case, Path(folder), i, sha, name) for i, (sha, name) in enumerate(_pairs(scan))]
        how: dict[str, Any] = {"zone": scan.zone or ZONE, "year": scan.year, "on_progress": on_progress}
        how |= {"inside": folder, "rules": logs.rules_order([]), "clock_error": scan.clock_error}
        table = tables.place(scan)
        tables.forget(scan)
        try:
            return logs.scan(paths, out=table, **how)
        except Problem as problem:
            tables.forget(scan)
            if problem.code != "logs.cannot_write":
                raise
            # No room for the table: what was found matters more than looking through all of it.
            log.warning("the event table of a scan could not be written: %s", problem.params.get("why"))
            return logs.scan(paths, **how)


def _pairs(scan: Scan) -> list[tuple[str, str]]:
    return list(zip(scan.files, scan.names, strict=True))


def laid_out(case: Any, folder: Path, i: int, sha256: str, name: str) -> Path:
    """The kept file under a name like its own: rotated parts are put in order by their names, and zip knows .zip."""
    plain = "".join(c if c.isascii() and (c.isalnum() or c in "._-") else "_" for c in name).lstrip(".")[-80:] or "log"
    place = folder / f"{i:04d}"
    place.mkdir()
    source = casebook.evidence_path(case, sha256)
    # A second name for the same bytes: no copy of a large log, and no link that could be pointed elsewhere meanwhile.
    try:
        (place / plain).hardlink_to(source)
    except OSError:  # a file system without hard links
        shutil.copyfile(source, place / plain)
    return place / plain


def _record(case: Any, scan: Scan, report: logs.Report) -> None:
    """The whole report is evidence; each finding becomes an entry that proposes it."""
    wire, _count = masked_in(report.to_wire())  # a My Number in a line stays in the log itself, and nowhere else
    content = json.dumps(wire, ensure_ascii=False, sort_keys=True).encode("utf-8", "surrogatepass")
    kept = casebook.evidence_entry(case, content, f"scan-{scan.scan}.json", ENGINE, purpose="scan-report")
    done = ScanDone(
        scan=scan.scan,
        report=kept.data.sha256,
        lines=report.lines,
        events=report.events,
        broken=sum(file.errors for file in report.files),
        findings=len(report.findings),
        not_read=len(report.not_read),
    )
    proposed = [_proposed(scan, i, finding) for i, finding in enumerate(report.findings[: rules.MOST_FINDINGS])]
    entries = [kept, Entry(done, ENGINE, step=STEP), *(Entry(one, ENGINE, step=STEP) for one in proposed)]
    casebook.record(case, entries, request_id=f"{scan.scan}-done")


def cleaned(value: Any, longest: int) -> Any:
    """A value out of a log as it may stand in the record: bounded, on one line, without power over a screen."""
    if isinstance(value, list):
        return [cleaned(one, longest) for one in value[:MOST_NAMES]]
    if not isinstance(value, str):
        return value
    clean = words.visible(value[:longest]).replace("\n", "<U+000A>")
    return clean if len(value) <= longest and len(clean) <= longest else f"{clean[: longest - 1]}…"


def _proposed(scan: Scan, i: int, finding: logs.Finding) -> FindingProposed:
    return FindingProposed(
        finding=f"{scan.scan}-{i}",
        scan=scan.scan,
        found=finding.kind,
        variant=finding.variant,
        level=finding.level,
        success=finding.success,
        confidence=finding.confidence,
        addresses=cleaned(finding.addresses, LONGEST_NAME),
        accounts=cleaned(finding.accounts, LONGEST_NAME),
        first=logs.rfc3339(finding.first) or "",
        last=logs.rfc3339(finding.last) or "",
        events=finding.events,
        params={name: cleaned(value, LONGEST_TEXT) for name, value in finding.params.items()},
    )
