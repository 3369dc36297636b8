"""Step 2: what other rooms may ask of the investigation, and the verbs that record it."""

import errno
import json
import os
import stat
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.utils.translation import get_language, gettext

from hikeshi import words
from hikeshi.casebook import services as casebook
from hikeshi.desk import services as desk
from hikeshi.engines import logs
from hikeshi.engines.common.problem import Problem
from hikeshi.engines.ledger.entry import Actor, Entry, Recorded
from hikeshi.investigate import judging, people, rules, scanning, telling
from hikeshi.investigate.entries import FindingJudged, FolderForgotten, FolderNamed
from hikeshi.investigate.models import Finding, Folder, PeopleCount, Scan, ScanProgress
from hikeshi.investigate.scanning import ask

__all__ = ["ask", "do_owed", "findings", "folders", "judge", "may_name", "name_folder", "point_at", "scans", "summary"]

LOG = "log"
CONSOLE = Actor("console", "console")
INCOMPLETE = ("data_items",)
"""What cannot be certain as long as something was not examined."""
AFFECTED = ("persons", "data_items", "data_subjects", "media")


def language() -> str:
    """The language of the page: ja or en."""
    return "en" if (get_language() or "ja").startswith("en") else "ja"


# --- taking logs ----------------------------------------------------------------------------------------------------


def folders(workspace: Any) -> list[str]:
    """The folders on this machine from which logs may be taken.

    The record says who named each last: what an owner named while every owner might, or who keeps this machine no
    longer, is not open any more. It is asked there, not in the table, so that older tables need not be made anew.
    """
    there = set(Folder.objects.filter(chain_id=workspace.pk).values_list("path", flat=True))
    if not there:
        return []
    named = {entry.data["path"]: entry.actor for entry in casebook.entries(workspace, ["investigate.folder_named"])}
    return sorted(path for path in there if path in named and may_name(named[path]))


def may_name(actor: Actor) -> bool:
    """Whether this machine's files are theirs to open: the person at its console, or who began the installation."""
    return actor.id == CONSOLE.id or desk.keeps_machine(actor.id)


def name_folder(workspace: Any, path: str, actor: Actor) -> None:
    """Let logs be taken from a folder; whoever can name one reads files of this machine, so few may (`may_name`).

    Raises Problem("investigate.not_your_machine" | "investigate.no_folder" | "investigate.our_own_data").
    """
    if not may_name(actor):
        raise Problem("investigate.not_your_machine", path=path)
    place = _resolved(path)
    if not place.is_dir():
        raise Problem("investigate.no_folder", path=path)
    if _forbidden(place):
        raise Problem("investigate.our_own_data", path=path)
    casebook.record_for_workspace(workspace, [Entry(FolderNamed(path=str(place)), actor)])


def forget_folder(workspace: Any, path: str, actor: Actor) -> None:
    if Folder.objects.filter(chain_id=workspace.pk, path=path).exists():
        casebook.record_for_workspace(workspace, [Entry(FolderForgotten(path=path), actor)])


def point_at(case: Any, workspace: Any, path: str, actor: Actor) -> Recorded:
    """Keep a file of this machine as evidence. Only inside the named folders, links followed first.

    Raises Problem("investigate.not_in_folder" | "investigate.our_own_data" | "investigate.no_file" |
    "casebook.too_large" | "casebook.disk_full").
    """
    place = _resolved(path)
    if not rules.within(place, map(Path, folders(workspace))):
        raise Problem("investigate.not_in_folder", path=path)
    if _forbidden(place):
        raise Problem("investigate.our_own_data", path=path)
    try:
        with _opened(place) as file:
            return casebook.keep_file(case, file, place.name, actor, purpose=LOG)
    except OSError as error:
        raise Problem("investigate.no_file", path=path) from error


def pointed_folder(workspace: Any, path: str) -> Path | None:
    """The folder that a path names, to be read where it lies; None when it names a file.

    Raises Problem("investigate.no_file" | "investigate.not_in_folder" | "investigate.our_own_data").
    """
    place = _resolved(path)
    if not rules.within(place, map(Path, folders(workspace))):
        raise Problem("investigate.not_in_folder", path=path)
    if _forbidden(place) or rules.within(Path(settings.HIKESHI_DATA).resolve(), [place]):
        raise Problem("investigate.our_own_data", path=path)
    return place if place.is_dir() else None


def do_owed() -> int:
    """Do one piece of work that is owed: logs to be read, people to be counted. How many were done."""
    return scanning.do_owed() or people.do_owed(_still_open)


def _still_open(case: Any, path: str) -> Path:
    """The folder of a count, asked once more when it is read: meanwhile it may have been closed."""
    place = pointed_folder(casebook.workspace_of(case), path)
    if place is None or str(place) != path:
        raise Problem("investigate.not_in_folder", path=path)
    return place


def _forbidden(place: Path) -> bool:
    """Our own data holds keys and every other workspace's record; the system's own folders hold no logs but secrets."""
    ours = Path(settings.HIKESHI_DATA).resolve()
    return rules.within(place, [ours, *(Path(system) for system in ("/proc", "/sys", "/dev"))])


def _opened(place: Path) -> BinaryIO:
    """Open exactly this resolved file: who writes in a log folder may swap a part of the way for a link meanwhile."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    file = os.fdopen(os.open(place, flags), "rb")
    try:
        opened = os.fstat(file.fileno())
        if not stat.S_ISREG(opened.st_mode) or _true_path(file.fileno(), place) != place:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(place))
        if not os.path.samestat(opened, place.lstat()):
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(place))
    except BaseException:
        file.close()
        raise
    return file


def _true_path(handle: int, place: Path) -> Path:
    """Where an open file lies: Linux knows it by the handle, elsewhere the path is followed once more."""
    try:
        return Path(f"/proc/self/fd/{handle}").readlink()
    except OSError:
        return place.resolve(strict=True)


def _resolved(path: str) -> Path:
    try:
        return Path(path).expanduser().resolve(strict=True)
    except (OSError, ValueError, RuntimeError) as error:
        raise Problem("investigate.no_file", path=path) from error


# --- scans and findings ---------------------------------------------------------------------------------------------


def scans(case: Any) -> list[dict[str, Any]]:
    """The scans, newest first, with progress where one runs and words where one failed."""
    running = {one.scan: one for one in ScanProgress.objects.all()}
    return [
        {
            "scan": scan,
            "progress": progress(running.get(scan.scan)) if scan.state == "owed" else None,
            "problem": words.problem(Problem(scan.problem["code"], **scan.problem["params"]), language())
            if scan.problem
            else "",
        }
        for scan in Scan.objects.filter(chain_id=case.chain_id).order_by("-number")
    ]


def progress(now: ScanProgress | None) -> dict[str, Any]:
    """Done, rate and time left, in whole MB and seconds."""
    if now is None or not now.total:
        return {"done": 0, "total": 0, "path": "", "rate": 0, "left": None}
    seconds = max((now.seen_at - now.started_at).total_seconds(), 0.001)
    rate = now.done / seconds
    left = int((now.total - now.done) / rate) if rate else None
    return {"done": now.done >> 20, "total": now.total >> 20, "path": now.path, "rate": int(rate) >> 20, "left": left}


def report_of(case: Any, scan: Scan) -> logs.Report | None:
    """The whole report that is kept as evidence."""
    if not scan.report_sha256:
        return None
    with casebook.open_evidence(case, scan.report_sha256) as file:
        return logs.Report.from_wire(json.loads(file.read().decode("utf-8", "surrogatepass")))


def findings(case: Any) -> list[dict[str, Any]]:
    """What was found, gravest first, with its title in words."""
    rows = Finding.objects.filter(chain_id=case.chain_id)
    return [shown(row) for row in sorted(rows, key=lambda row: (rules.RANK.get(row.level, 9), -row.events, row.number))]


def shown(row: Finding) -> dict[str, Any]:
    """A finding as the page wants it."""
    lang = language()
    return {
        "row": row,
        "title": telling.title(row.found, row.variant, row.params, lang),
        "about": telling.about(row.found, lang),
        "first": datetime.fromisoformat(row.first) if row.first else None,
        "last": datetime.fromisoformat(row.last) if row.last else None,
    }


def finding(case: Any, name: str) -> Finding:
    """One finding; raises Problem("investigate.no_finding")."""
    row = Finding.objects.filter(chain_id=case.chain_id, finding=name).first()
    if row is None:
        raise Problem("investigate.no_finding", finding=name)
    return row


def detail(case: Any, row: Finding) -> dict[str, Any]:
    """Original lines and what would settle it, from the kept report."""
    scan = Scan.objects.filter(chain_id=case.chain_id, scan=row.scan).first()
    report = report_of(case, scan) if scan else None
    place = int(row.finding.rsplit("-", 1)[1])
    about = {"clock_error": scan.clock_error if scan else 0}
    if report is None or place >= len(report.findings):
        return about | {"samples": [], "settle": []}
    found = report.findings[place]
    return about | {"samples": found.samples, "settle": telling.settle(found, language())}


def judge(
    case: Any, name: str, verdict: str, actor: Actor, *, reason: str = "", also: Sequence[str] = ()
) -> list[Recorded]:
    """A person says what a finding is. "fact" and "suspicion" state facts, "wrong" takes them back.

    `also`: "period", "route", "crime".
    """
    row = finding(case, name)
    kept = casebook.keep_text(case, reason) if reason else None
    judged = FindingJudged(finding=name, verdict=verdict, reason=kept)  # type: ignore[arg-type]
    entries = [Entry(judged, actor, step="S2.2")]
    entries += judging.entries(case, row, verdict, actor, also=also, said=_said(row))
    return casebook.record(case, entries)


def _said(row: Finding) -> str:
    return telling.title(row.found, row.variant, row.params, language())


# --- who is affected (S2.3) -----------------------------------------------------------------------------------------


def unexamined(case: Any) -> bool:
    """Whether somebody said that something was not examined yet, and nobody since that all of it was."""
    fact = casebook.facts(case).get("not_examined")
    return fact is not None and fact.status != "refuted"


def state_affected(case: Any, said: dict[str, Any], status: str, actor: Actor) -> list[Recorded]:
    """What is affected, typed in: persons {at_least, at_most}, data_items, data_subjects, media, remarks (text).

    What was left empty is not stated. Unchanged facts are not stated again. While something was not examined, the
    kinds of information are a suspicion: what nobody opened may hold others. `examined`: nothing is left to examine.
    """
    known = casebook.facts(case)
    entries = []
    left = bool(said.get("remarks")) or (unexamined(case) and not said.get("examined"))
    for key in AFFECTED:
        before = known.get(key)
        value, sure = said.get(key), status
        if left and key in INCOMPLETE:
            sure = "suspected" if status == "confirmed" else status
            if not value and before and before.status == "confirmed":
                value = before.value
        if value and not (before and (before.value, before.status) == (value, sure)):
            entries.append(casebook.fact_entry(case, key, value, sure, actor, step="S2.3", source=said["source"]))
    if said.get("remarks"):
        entries.append(
            casebook.fact_entry(case, "not_examined", None, "unknown", actor, step="S2.3", text=said["remarks"])
        )
    elif said.get("examined") and unexamined(case):
        entries.append(casebook.fact_entry(case, "not_examined", None, "refuted", actor, step="S2.3"))
    return casebook.record(case, entries)


def summary(case: Any) -> dict[str, Any]:
    """For the board: where step 2 stands, who is affected, what is next."""
    href = f"/i/{case.reference}/investigate/"
    states = list(Scan.objects.filter(chain_id=case.chain_id).values_list("state", flat=True))
    verdicts = list(Finding.objects.filter(chain_id=case.chain_id).values_list("verdict", flat=True))
    known = casebook.facts(case)
    persons = known.get("persons")
    waiting = verdicts.count("")
    following: list[dict[str, Any]] = []
    if waiting:
        title = gettext("ログで見つかった %(n)d 件を確かめる") % {"n": waiting}
        following.append(
            {"title": title, "why": gettext("事実にするか、違うかは、人が決めます。"), "href": href, "urgency": 62}
        )
    if not states:
        following.append(
            {
                "title": gettext("ログ（機械の記録）を集めて調べる"),
                "why": gettext("記録から、入口と期間がわかることがあります。古い記録は消えていきます。"),
                "href": href,
                "urgency": 55,
                "minutes": 5,
            }
        )
    counted = PeopleCount.objects.filter(chain_id=case.chain_id, state="done", confirmed="").order_by("-number").first()
    if counted is not None:
        following.append(
            {
                "title": gettext("数えた人数を確かめて、事実にする"),
                "why": gettext("報告が要るかどうかは、人数と情報の種類で決まります。"),
                "href": f"{href}people/{counted.counting}/",
                "urgency": 63,
                "minutes": 3,
            }
        )
    if persons is None:
        following.append(
            {
                "title": gettext("だれの、何の情報が関わるかを書く"),
                "why": gettext("わかる範囲でかまいません。「少なくとも・多くて」で書けます。"),
                "href": f"{href}affected/",
                "urgency": 58,
                "minutes": 3,
            }
        )
    lines = []
    if persons is not None:
        text = casebook.fact_said("persons", persons.value, language()) if persons.value else gettext("わからない")
        items = known.get("data_items")
        if items and items.value:
            text += "　" + casebook.fact_said("data_items", items.value, language())
        lines.append({"label": gettext("影響"), "text": text, "href": f"{href}affected/"})
    if states:
        text = gettext("%(n)d 回読みました。確かめていないもの %(w)d 件") % {"n": len(states), "w": waiting}
        lines.append({"label": gettext("ログ"), "text": text, "href": href})
    state = rules.state(states, verdicts, persons.status if persons else "", unexamined(case))
    return {"steps": {2: state}, "next": [{"hat": "technical", **one} for one in following], "lines": lines}
