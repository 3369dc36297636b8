"""What other rooms may ask of the preparation: whom to call, who does what, what is held, the plan, what is blank."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from hikeshi import words
from hikeshi.casebook.services import Actor
from hikeshi.engines.paper.model import Document
from hikeshi.prepare import models, reading, rules, versions, wording
from hikeshi.prepare.catalog import contact_kinds, name_of, texts
from hikeshi.prepare.plan.content import Measure
from hikeshi.prepare.reading import duty_rows
from hikeshi.prepare.recording import answer, remove, state, verify

__all__ = [
    "Measure",
    "answer",
    "backups",
    "contacts",
    "devices",
    "duty_rows",
    "help_line",
    "holdings",
    "insurance",
    "make_version",
    "next_task",
    "plan_changes",
    "plan_document",
    "plan_file",
    "plan_versions",
    "propose_revision",
    "readiness",
    "remove",
    "roles",
    "state",
    "summary",
    "verify",
]

# Whom to call first (reference/pages.md): where money, permission and hands come from.
HELP_ORDER = ("insurance", "it", "bank", "acquirer", "hosting", "lawyer", "forensic", "police", "ipa")
PUBLIC = ("police", "ipa")
"""Public desks that are named even while nobody has written their number down."""


def help_line(workspace: Any, lang: str | None = None) -> list[dict[str, Any]]:
    """The people to call, for the foot of every page: name role phone hours verified note, href and action to fill in.

    While nothing is written down it still names the insurer and the public desks, without any invented number.
    """
    lang = reading.language(lang)
    found = reading.rows(workspace)
    line: list[dict[str, Any]] = []
    for kind in HELP_ORDER:
        rows = [r for r in found if (r.subject, r.kind) == ("contact", kind) or r.subject == kind]
        known = [_person(row, lang) for row in rows if row.data.get("phone")]
        if kind == "it" and not known:
            helper = rules.helper(rules.Preparation(items=[reading.as_item(row) for row in found]))
            known = [
                _technical(row, lang) for row in found if helper and (row.subject, row.key) == ("role", helper.key)
            ]
        if not known and (kind in PUBLIC or (kind == "insurance" and not _answered(found, "insurance.cyber"))):
            known = [_nobody(kind, lang)]
        line += known
    return line


def _answered(found: Iterable[models.Item], cell: str) -> bool:
    return any(row.subject == "answer" and row.key == cell and row.kind == "none" for row in found)


def _person(row: models.Item, lang: str) -> dict[str, Any]:
    seen = _visible(row.data)
    kind = texts(lang)["help"]["insurer"] if row.subject == "insurance" else name_of("contact", row.kind, lang)
    return {
        "name": seen["name"],
        "role": " ".join(part for part in (kind, seen.get("person", "")) if part),
        "phone": seen["phone"],
        "hours": seen.get("hours", ""),
        "verified": reading.as_item(row).verified_on,
        "note": texts(lang)["help"]["police"] if row.kind == "police" else "",
        "kind": row.kind or row.subject,
        "href": "",
        "action": "",
    }


def _technical(row: models.Item, lang: str) -> dict[str, Any]:
    return {**_person(row, lang), "role": texts(lang)["help"]["technical"], "kind": "technical"}


def _nobody(kind: str, lang: str) -> dict[str, Any]:
    said = texts(lang)["help"]
    key = rules.INSURANCE_KEY if kind == "insurance" else kind
    mail = contact_kinds()[kind].mail if kind in PUBLIC else ""
    note = said["no_number"] + (said["police"] if kind == "police" else "")
    return {
        "name": said["insurer"] if kind == "insurance" else contact_kinds()[kind].name[lang],
        "role": "",
        "phone": "",
        "hours": "",
        "verified": None,
        "note": note + (words.fill(said["mail"], {"mail": mail}) if mail else ""),
        "kind": kind,
        "href": reading.href("insurance" if kind == "insurance" else "contact", key),
        "action": said["fill_in"],
    }


def contacts(workspace: Any, lang: str | None = None) -> list[dict[str, Any]]:
    """Every contact in the plan's order: the entry's fields, subject, kind, kind_name, clause, remarks, verified.

    The insurer (subject "insurance", kind "insurer") is among them. While nobody is written down as IT person, a
    technical lead who is not the leader stands in (subject "role", kind "it").
    """
    order = list(contact_kinds())
    found = _listed(workspace, ("contact", "insurance", "role"), lang)
    helper = rules.helper(reading.preparation(workspace))
    if helper is not None and not any(contact["kind"] == "it" for contact in found):
        for contact in found:
            if (contact["subject"], contact["key"]) == ("role", helper.key):
                contact["kind"] = "it"
    found = [contact for contact in found if contact["subject"] != "role" or contact["kind"] == "it"]
    return sorted(found, key=lambda c: order.index(c["kind"]) if c["kind"] in order else 0.5)


def roles(workspace: Any, lang: str | None = None) -> list[dict[str, Any]]:
    """R1, R2, R3 in order, also those still without anybody (name "")."""
    language = reading.language(lang)
    known = {row["key"]: row for row in _listed(workspace, ("role",), lang)}
    named = texts(language)["cells"]
    return [
        {
            "name": "",
            "phone": "",
            "mail": "",
            **known.get(role, {}),
            "key": role,
            "role": named[f"role_{role}"],
            "clause": rules.CLAUSES[role],
        }
        for role in rules.ROLES
    ]


def devices(workspace: Any, lang: str | None = None) -> list[dict[str, Any]]:
    """Devices and services: key kind kind_name name place used_by admin holds backup remarks."""
    return _listed(workspace, ("device",), lang)


def holdings(workspace: Any, lang: str | None = None) -> list[dict[str, Any]]:
    """Information holdings: key name kinds people_min people_max place whose entrusted_by sensitive retention …"""
    return _listed(workspace, ("holding",), lang)


def insurance(workspace: Any, lang: str | None = None) -> list[dict[str, Any]]:
    """Insurances: key name policy_no phone hours notice_clause notice_hours prior_approval period_from/_to …"""
    return _listed(workspace, ("insurance",), lang)


def backups(workspace: Any, lang: str | None = None) -> list[dict[str, Any]]:
    """Backups: key name covers place separate tested_on remarks."""
    return _listed(workspace, ("backup",), lang)


def _listed(workspace: Any, subjects: Sequence[str], lang: str | None) -> list[dict[str, Any]]:
    language = reading.language(lang)
    found = []
    for row in reading.rows(workspace):
        if row.subject not in subjects:
            continue
        kind = row.kind or ("insurer" if row.subject == "insurance" else "")
        names = {
            "contact": name_of("contact", kind, language),
            "device": name_of("device", kind, language),
            "role": texts(language)["cells"].get(f"role_{row.key}", ""),
        }
        clause = "C2" if row.subject == "insurance" else getattr(contact_kinds().get(kind), "clause", "")
        found.append(
            {
                **_visible(row.data),
                "subject": row.subject,
                "kind": kind,
                "kind_name": names.get(row.subject, texts(language)["cells"].get(row.subject, "")),
                "clause": clause,
                "remarks": words.visible(reading.remark(workspace, row.data)),
                "verified": reading.as_item(row).verified_on,
                "number": row.number,
                "written_at": row.recorded_at,
                "written_by": row.actor_name,
            }
        )
    return found


def _visible(data: Mapping[str, Any]) -> dict[str, Any]:
    """Texts with control and direction characters shown, so that no contact can redraw a page."""
    return {name: words.visible(value) if isinstance(value, str) else value for name, value in data.items()}


def readiness(workspace: Any, lang: str | None = None) -> dict[str, Any]:
    """How ready: blank and done (numbers of cells), next (see next_task), blanks and stale by name."""
    language = reading.language(lang)
    prepared, today = reading.preparation(workspace), reading.today()
    counted = rules.readiness(prepared, today)
    return {
        "blank": counted.blank,
        "done": counted.done,
        "next": wording.task_words(counted.next, language),
        "blanks": [wording.cell_words(cell, language) for cell in rules.blanks(prepared)],
        "stale": [wording.old_words(old, language) for old in rules.stale(prepared, today)],
    }


def next_task(workspace: Any, lang: str | None = None) -> dict[str, Any] | None:
    """The next five minutes: title why href minutes; None when nothing is left to do."""
    prepared = reading.preparation(workspace)
    return wording.task_words(rules.next_task(prepared, reading.today()), reading.language(lang))


def plan_document(workspace: Any, lang: str | None = None, version: int | None = None) -> Document:
    """The plan as a document: as it stands now (a draft), or a version exactly as it was."""
    return versions.document(workspace, reading.language(lang), version)


def plan_file(workspace: Any, lang: str, form: str, version: int | None = None) -> bytes:
    """The plan as "pdf" or "docx"; of a version the very bytes that were kept."""
    return versions.printed(workspace, reading.language(lang), form, version)


def plan_versions(workspace: Any) -> list[dict[str, Any]]:
    """The versions, newest first."""
    return versions.listed(workspace)


def plan_changes(workspace: Any, lang: str, old: int, new: int | None = None) -> list[Any]:
    """What differs: .mark (added, removed), .text, .section."""
    return versions.changes(workspace, reading.language(lang), old, new)


def propose_revision(
    workspace: Any,
    *,
    effective_on: date,
    reason: str = "",
    measures: Sequence[Measure] = (),
    incident: str = "",
    lang: str | None = None,
) -> tuple[Document, list[Any]]:
    """The next version with the measures added (S5.2, S5.3), and what it changes; nothing is recorded."""
    language = reading.language(lang)
    named: Any = {"effective_on": effective_on, "reason": reason, "measures": measures, "incident": incident}
    proposed = versions.propose(workspace, language, **named)
    past = reading.version_rows(workspace)
    before = versions.document(workspace, language, past[-1].version if past else None)
    return proposed, versions.compare(before, proposed)


def make_version(workspace: Any, actor: Actor, *, effective_on: date, **named: Any) -> dict[str, Any]:
    """Make the next version of the plan. Keywords: reason, measures, incident, request_id."""
    row = versions.make(workspace, actor, effective_on=effective_on, **named)
    return {"version": row.version, "effective_on": effective_on, "sha256": row.source_sha256, "number": row.number}


def summary(workspace: Any) -> dict[str, Any]:
    """For the board: blank, done, next, stale (a number), version (the latest, or None), href of the readiness page."""
    said = readiness(workspace)
    past = reading.version_rows(workspace)
    return {
        "blank": said["blank"],
        "done": said["done"],
        "next": said["next"],
        "stale": len(said["stale"]),
        "version": past[-1].version if past else None,
        "href": reading.reverse("prepare:readiness"),
    }
