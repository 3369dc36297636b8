"""Looking through all events of a case's logs, and the story that they tell, in the user's language."""

import hashlib
from collections.abc import Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext

from hikeshi.casebook import services as casebook
from hikeshi.engines import logs
from hikeshi.engines.common.problem import Problem
from hikeshi.engines.ledger.entry import Actor, Entry, Recorded
from hikeshi.engines.logs import browsing
from hikeshi.investigate import services, tables, telling
from hikeshi.investigate.entries import EventChosen
from hikeshi.investigate.models import Scan

STEP = "S2.2"
SECTIONS = ("route", "reached", "taken")


def view(case: Any, chosen: str, look: browsing.Look) -> browsing.View:
    """The events that fit, of one scan or of all, each with its `scan`.

    Raises Problem("logs.bad_filter" | "common.limited_…").
    """
    scans = tables.there(case, chosen)
    found = browsing.browse([tables.place(scan) for scan in scans], look)
    for row in found.rows:
        row["scan"] = scans[row["table"]].scan
    return found


def one_event(case: Any, file: str, record: str, time: str = "", chosen: str = "") -> tuple[Scan, dict[str, Any]]:
    """An event by its place, and the scan that read it: two scans may have read files of one name.

    Without the scan, as older addresses are, its time tells them apart. Raises Problem("investigate.no_event").
    """
    only = (("log.file.path", file), ("log.record", record))
    for scan in tables.there(case, chosen):
        found = browsing.browse([tables.place(scan)], browsing.Look(only=only, since=time, size=1, whole=True))
        if found.rows and time in ("", found.rows[0]["time"]):
            return scan, found.rows[0]
    raise Problem("investigate.no_event", file=file, record=record)


def said(event: dict[str, Any]) -> str:
    """An event on one line: its time as the tables keep it (UTC), and what it says of itself."""
    return f"{event['time']} {what(event)}"


def what(event: dict[str, Any]) -> str:
    """What an event says of itself, for a page that shows its time in the reader's own zone beside it."""
    fields = event["fields"]
    shown = [fields[name] for name in browsing.SHOWN if name in fields and name not in ("log.format", "event.provider")]
    return " ".join(dict.fromkeys(map(str, shown)))


def state_event(case: Any, event: dict[str, Any], scan: Scan, told: str, status: str, actor: Actor) -> list[Recorded]:
    """A person makes a fact of one event. The line itself stands in its text, its place in the source."""
    place = f"{scan.scan}\0{event['file']}\0{event['record']}"
    name = hashlib.sha256(place.encode("utf-8", "replace")).hexdigest()[:12]
    line = said(event)[:1500]
    text = f"{told}\n{line}" if told else line
    source = traced(f"{event['file']}:{event['record']}"[:140], scan)
    data = EventChosen(scan=scan.scan, file=casebook.keep_text(case, str(event["file"])), record=int(event["record"]))
    fact = casebook.fact_entry(case, f"finding:{name}", None, status, actor, text=text, source=source[:200], step=STEP)
    return casebook.record(case, [Entry(data, actor, step=STEP), fact])


def traced(place: str, scan: Scan) -> str:
    """A place in a log, and which upload it is of: the entry of the record with which its logs were handed over."""
    return gettext("%(place)s（記録 %(n)d 番で渡したログ）") % {"place": place, "n": scan.number}


# --- the story --------------------------------------------------------------------------------------------------------


def told(case: Any) -> list[dict[str, Any]]:
    """The story of each finished scan, newest first: {"scan", "story", "sections": [{"name", "parts"}]}."""
    stories = []
    for scan in Scan.objects.filter(chain_id=case.chain_id, state="done").order_by("-number"):
        report = services.report_of(case, scan)
        if report and report.story:
            sections = [{"name": name, "parts": _parts(scan, report, name)} for name in SECTIONS]
            stories.append({"scan": scan, "report": report, "story": report.story, "sections": sections})
    return stories


def _parts(scan: Scan, report: logs.Report, section: str) -> list[dict[str, Any]]:
    lang = services.language()
    where = timezone.get_current_timezone()
    parts = []
    for place, part in enumerate(report.story.get(section, [])):
        code, params = part["code"], part["params"]
        shown: dict[str, Any] = {"name": f"{scan.scan}-{section}-{place}", "part": part, "events": part["events"]}
        shown["said"] = telling.part(code, params, lang, where)
        shown["settle"] = telling.part_settled(code, part["settle"], params, lang)
        if code.startswith("finding:"):
            shown["finding"] = _of(scan, report, part)
        parts.append(shown)
    return parts


def _of(scan: Scan, report: logs.Report, part: dict[str, Any]) -> str:
    """The number of the finding that a way in stands for: it is judged on its own page."""
    for place, one in enumerate(report.findings):
        if f"finding:{one.kind}:{one.variant}" == part["code"] and one.addresses[:50] == part.get("addresses", []):
            return f"{scan.scan}-{place}"
    return ""


def state_part(case: Any, name: str, status: str, actor: Actor) -> list[Recorded]:
    """A person makes a fact of a part of the story. Raises Problem("investigate.no_event")."""
    for one in told(case):
        for section in one["sections"]:
            for part in section["parts"]:
                if part["name"] == name:
                    return _state(case, one["scan"], part, status, actor)
    raise Problem("investigate.no_event", file=name, record="")


def _state(case: Any, scan: Scan, part: dict[str, Any], status: str, actor: Actor) -> list[Recorded]:
    lines = "\n".join(f"{e['file']}:{e['record']} {e['raw']}"[:500] for e in part["events"])
    named: dict[str, Any] = {"source": traced(gettext("ログの調査"), scan), "step": STEP}
    text = f"{part['said']}\n{lines}".strip()
    return casebook.record(
        case, [casebook.fact_entry(case, f"finding:{part['name']}", None, status, actor, text=text, **named)]
    )


def states(case: Any, names: Sequence[str]) -> dict[str, str]:
    """Which parts are facts already, and how sure."""
    known = casebook.facts(case)
    return {name: known[f"finding:{name}"].status for name in names if f"finding:{name}" in known}
