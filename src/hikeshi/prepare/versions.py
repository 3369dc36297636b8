"""Versions of the plan document (P3, S5.3): made once, kept as evidence, given out byte for byte ever after."""

import io
from collections.abc import Sequence
from datetime import date
from typing import Any, BinaryIO

from hikeshi.casebook import services as casebook
from hikeshi.casebook.services import Actor, Entry
from hikeshi.desk import services as desk
from hikeshi.engines.common.problem import Problem
from hikeshi.engines.paper.model import Document
from hikeshi.prepare import reading
from hikeshi.prepare.entries import PlanFile, PlanMeasure, PlanVersioned
from hikeshi.prepare.models import PlanVersion
from hikeshi.prepare.plan.compare import Change, compare
from hikeshi.prepare.plan.content import Measure, Revision
from hikeshi.prepare.plan.document import plan_document
from hikeshi.prepare.plan.source import from_source, to_source

LANGUAGES = ("ja", "en")
SUBJECT = "plan"  # what approvals of the plan are filed under
MIME = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
TRIES = 5


def document(workspace: Any, lang: str, version: int | None = None, *, links: bool = False) -> Document:
    """The plan as it stands now, or one of its versions exactly as it was. Raises Problem("prepare.no_version")."""
    if version is None:
        return plan_document(reading.content(workspace, lang, links=links))
    with casebook.open_evidence(workspace, row_of(workspace, version).source_sha256) as source:
        return from_source(source.read())[reading.language(lang)]


def row_of(workspace: Any, version: int) -> PlanVersion:
    row = PlanVersion.objects.filter(chain_id=workspace.pk, version=version).first()
    if row is None:
        raise Problem("prepare.no_version", version=version)
    return row


def propose(
    workspace: Any,
    lang: str,
    *,
    effective_on: date,
    reason: str = "",
    measures: Sequence[Measure] = (),
    incident: str = "",
) -> Document:
    """The next version as it would be; nothing is recorded."""
    past = reading.revisions(workspace)
    number = past[-1].version + 1 if past else 1
    revision = Revision(number, effective_on, reason, tuple(measures), incident)
    return plan_document(
        reading.content(
            workspace, lang, version=number, effective_on=effective_on, revisions=[*past, revision], links=False
        )
    )


def make(
    workspace: Any,
    actor: Actor,
    *,
    effective_on: date,
    reason: str = "",
    measures: Sequence[Measure] = (),
    incident: str = "",
    request_id: str | None = None,
) -> PlanVersion:
    """Make the next version: source and printed forms become evidence, then `plan.versioned` is recorded.

    A leader who makes it has approved exactly this text; one made by somebody else waits for approval.
    """
    casebook.begin_workspace(workspace, actor)
    for _ in range(TRIES):
        seen = _state_of(workspace)
        documents = {
            lang: propose(
                workspace, lang, effective_on=effective_on, reason=reason, measures=measures, incident=incident
            )
            for lang in LANGUAGES
        }
        source, files = _kept(workspace, actor, documents)
        number = casebook.head(workspace).number
        if _state_of(workspace) != seen:
            continue  # somebody changed the preparation meanwhile: the version must say what is true now
        data = PlanVersioned(
            version=_next(workspace),
            effective_on=effective_on.isoformat(),
            source_sha256=source,
            reason=casebook.keep_text(workspace, reason) if reason else None,
            files=files,
            measures=[
                PlanMeasure(
                    what=casebook.keep_text(workspace, m.what),
                    owner=casebook.keep_text(workspace, m.owner) if m.owner else None,
                    due=m.due or None,
                )
                for m in measures
            ],
            incident=incident,
        )
        try:
            recorded = casebook.record_for_workspace(
                workspace, [Entry(data, actor, step="S5.3")], expected_head=number, request_id=request_id
            )[0]
        except Problem as problem:
            if problem.code == "casebook.stale":
                continue
            raise
        row = row_of(workspace, recorded.data["version"])
        if desk.may(actor.role, "approve") and recorded.data["source_sha256"] == source:
            casebook.approve(workspace, SUBJECT, source, actor)
        return row
    raise Problem("prepare.busy")


def _next(workspace: Any) -> int:
    rows = reading.version_rows(workspace)
    return rows[-1].version + 1 if rows else 1


def _state_of(workspace: Any) -> tuple[tuple[str, int], ...]:
    items = tuple(sorted((row.id, row.number) for row in reading.rows(workspace)))
    return (*items, ("versions", _next(workspace)))


def _kept(workspace: Any, actor: Actor, documents: dict[str, Document]) -> tuple[str, list[PlanFile]]:
    source = to_source(documents)
    sha256 = _keep(workspace, actor, source, "plan.json", "plan-source")
    files = []
    for lang, made in documents.items():
        for form, content in _printed(made):
            name = f"plan-{lang}.{form}"
            kept = _keep(workspace, actor, content, name, "plan")
            files.append(PlanFile(lang=lang, form=form, sha256=kept, size=len(content)))  # type: ignore[arg-type]
    return sha256, files


def _keep(workspace: Any, actor: Actor, content: bytes, name: str, purpose: str) -> str:
    recorded = casebook.keep_file(workspace, io.BytesIO(content), name, actor, purpose=purpose)
    return str(recorded.data["sha256"])


def _printed(document: Document) -> list[tuple[str, bytes]]:
    from hikeshi.engines.paper import pdf, word  # here: python-docx is heavy, and most pages print nothing

    made = [("docx", word.to_docx(document))]
    try:
        made.insert(0, ("pdf", pdf.print_pdf(document, substitute=True).data))
    except Problem as problem:
        # Without typst or its fonts there is no PDF on this machine; the version itself must not wait for it.
        if not problem.code.startswith("paper."):
            raise
    return made


def printed(workspace: Any, lang: str, form: str, version: int | None = None) -> bytes:
    """The plan as "pdf" or "docx": of a version the very bytes that were kept, else made from what stands now."""
    if version is None:
        from hikeshi.engines.paper import pdf, word

        now = document(workspace, lang)
        return word.to_docx(now) if form == "docx" else pdf.print_pdf(now, substitute=True).data
    with _open(workspace, row_of(workspace, version), lang, form) as file:
        return file.read()


def _open(workspace: Any, row: PlanVersion, lang: str, form: str) -> BinaryIO:
    for file in row.data.get("files", []):
        if (file["lang"], file["form"]) == (lang, form):
            return casebook.open_evidence(workspace, file["sha256"])
    raise Problem("prepare.no_file", version=row.version, form=form)


def changes(workspace: Any, lang: str, old: int, new: int | None = None) -> list[Change]:
    """What differs between two versions, or (new=None) between a version and what stands now."""
    return compare(document(workspace, lang, old), document(workspace, lang, new))


def listed(workspace: Any) -> list[dict[str, Any]]:
    """The versions for a page, newest first: number, days, maker, reason, files, approvals."""
    return [
        {
            "version": row.version,
            "effective_on": date.fromisoformat(row.effective_on),
            "made_at": row.recorded_at,
            "made_by": row.actor_name,
            "reason": casebook.text(workspace, row.data.get("reason")),
            "incident": row.data.get("incident", ""),
            "measures": len(row.data.get("measures", [])),
            "sha256": row.source_sha256,
            "files": [(file["lang"], file["form"]) for file in row.data.get("files", [])],
            "approved_by": [a.actor_name for a in casebook.approvals(workspace, SUBJECT, row.source_sha256)],
            "number": row.number,
        }
        for row in reversed(reading.version_rows(workspace))
    ]
