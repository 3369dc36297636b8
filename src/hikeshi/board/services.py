"""The incident as one picture: every room's summary() put together, and the note bar of every page."""

import uuid
from collections.abc import Mapping
from importlib import import_module
from typing import Any

from django.utils.translation import get_language, gettext

from hikeshi.board import rules
from hikeshi.casebook import services as casebook
from hikeshi.desk import services as desk
from hikeshi.notify import services as notify

# Downhill in the order of the plan's steps; each speaks through its services.summary alone.
ROOMS = ("contain", "investigate", "recover", "notify", "improve", "archive")
SHOWN_ENTRIES = 8


def summaries(case: Any) -> dict[str, dict[str, Any]]:
    """Every room's summary of a case."""
    return {room: import_module(f"hikeshi.{room}.services").summary(case) for room in ROOMS}


def overview(case: Any) -> dict[str, Any]:
    """All that the incident page shows."""
    said = summaries(case)
    following, later = rules.next_thing(said.values())
    facts = casebook.facts(case)
    lang = language()
    newest = list(casebook.entries(case, newest_first=True, limit=SHOWN_ENTRIES))
    names = file_names(case)
    return {
        "task": following,
        "later": later,
        "steps": steps(case, rules.step_states(said.values())),
        "lines": [line for summary in said.values() for line in summary.get("lines", ())],
        "facts": [shown_fact(case, fact, lang) for fact in sorted(facts.values(), key=lambda f: -f.number)],
        "counts": rules.fact_counts(fact.status for fact in facts.values()),
        "entries": [shown_entry(case, entry, lang, names) for entry in newest],
        "stale": casebook.stale(case),
    }


def steps(case: Any, states: dict[int, str]) -> list[dict[str, Any]]:
    """The plan's six steps as the steps component wants them."""
    base = f"/i/{case.reference}/"
    places = {
        1: (gettext("初動"), f"{base}first-hour/"),
        2: (gettext("調査"), f"{base}investigate/"),
        3: (gettext("復旧"), f"{base}recover/"),
        4: (gettext("連絡・報告"), f"{base}notify/"),
        5: (gettext("再発防止"), f"{base}improve/"),
        6: (gettext("記録"), f"{base}archive/"),
    }
    return [{"name": name, "href": href, "state": states[step]} for step, (name, href) in places.items()]


def shown_fact(case: Any, fact: Any, lang: str) -> dict[str, Any]:
    """A fact as the fact component wants it."""
    said = casebook.fact_explained(fact.key, fact.value, lang) if fact.value is not None else ""
    text = casebook.fact_words(case, fact, lang)
    return {
        "key": fact.key,
        "label": casebook.fact_label(fact.key, lang),
        "value": gettext("／").join(part for part in (said, text) if part),
        "status": fact.status,
        # A source that a room wrote itself is a text of its catalogue; anything else stays as it was written.
        "source": gettext(fact.source) if fact.source else "",
        "href": notify.question_address(case, fact.key),
        "recorded_at": fact.recorded_at,
    }


def file_names(case: Any) -> dict[str, str]:
    """What the kept files were called when they were brought, by their hash."""
    return dict(casebook.evidence_of(case).values_list("sha256", "name"))


def shown_entry(case: Any, entry: Any, lang: str, names: Mapping[str, str]) -> dict[str, Any]:
    """An entry as the entry component wants it. `names`: see file_names."""
    saying = casebook.saying(case, entry, lang)
    return {
        "number": entry.number,
        "occurred": entry.occurred.start if entry.occurred else None,
        "recorded_at": entry.recorded_at,
        "kind": saying.name,
        "who": entry.actor.name,
        "hat": entry.actor.role,
        "text": saying.line or saying.name,
        "drill": entry.drill,
        "correction": entry.corrects is not None,
        "files": _files(case, entry, names),
    }


def _files(case: Any, entry: Any, names: Mapping[str, str]) -> list[dict[str, str]]:
    hashes = [entry.data["sha256"]] if entry.kind == "evidence.kept" else list(entry.data.get("attachments", ()))
    base = f"/i/{case.reference}/evidence/"
    return [{"name": names.get(sha256) or f"{sha256[:12]}…", "href": f"{base}{sha256}/"} for sha256 in hashes]


def note_bar(case: Any, request: Any) -> dict[str, Any] | None:
    """The note bar of a case's page; None for who may only read."""
    if not desk.may(getattr(request, "role", None), "record"):
        return None
    return {
        "action": f"/i/{case.reference}/note/",
        "hidden": {"next": request.path, "request_id": uuid.uuid4().hex},
    }


def language() -> str:
    """The language of the page: ja or en."""
    return "en" if (get_language() or "ja").startswith("en") else "ja"
