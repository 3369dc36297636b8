"""The kinds of entry that belong to the record itself. docs/entries.md is made from these."""

from dataclasses import field
from typing import Any, Literal

from hikeshi.engines.ledger.kinds import Blob, kind


@kind("case.opened", version=1)
class CaseOpened:
    """An incident was opened; this is the first entry of its chain."""

    reference: str
    workspace: str
    title: str = ""
    situation: str = ""


@kind("case.renamed", version=1)
class CaseRenamed:
    """The incident was given another title or kind of situation."""

    title: str
    situation: str = ""


@kind("case.closed", version=1)
class CaseClosed:
    """The incident was closed (S6.2), or found to be none."""

    outcome: Literal["incident", "not_an_incident"]
    reason: Blob | None = None


@kind("case.reopened", version=1)
class CaseReopened:
    """A closed incident was opened again."""

    reason: Blob | None = None


@kind("case.head", version=1)
class CaseHeadNoted:
    """On the workspace's chain: the head of a case's chain at open, checkpoint, close or disposal."""

    case: str
    reference: str
    reason: Literal["open", "checkpoint", "close", "reopen", "disposal"]
    number: int
    sha256: str


@kind("workspace.made", version=1)
class WorkspaceMade:
    """The workspace's record begins."""

    name: str


@kind("note.added", version=1)
class NoteAdded:
    """Somebody wrote down what they saw or did (S1.2)."""

    text: Blob
    attachments: list[str] = field(default_factory=list)


@kind("fact.stated", version=1)
class FactStated1:
    """Something is known, suspected, not known or refuted about the incident (S1.2, S2). Read, no longer written."""

    key: str
    status: Literal["confirmed", "suspected", "unknown", "refuted"]
    value: Any = None
    source: str = ""
    text: Blob | None = None


@kind("fact.stated", version=2)
class FactStated:
    """Something is known, suspected, not known or refuted about the incident (S1.2, S2).

    `value` holds codes, numbers and times; `others` a list's items in words of somebody's own, one a line.
    """

    key: str
    status: Literal["confirmed", "suspected", "unknown", "refuted"]
    value: Any = None
    others: Blob | None = None
    source: str = ""
    text: Blob | None = None


@kind("evidence.kept", version=1)
class EvidenceKept:
    """A file was put into the evidence store under its SHA-256."""

    sha256: str
    size: int
    name: str
    purpose: str = ""


@kind("evidence.handed_over", version=1)
class EvidenceHandedOver1:
    """Evidence changed hands, and was hashed again before it did (chain of custody). Read, no longer written."""

    sha256: str
    to: str
    why: str
    intact: bool


@kind("evidence.handed_over", version=2)
class EvidenceHandedOver:
    """Evidence changed hands, and was hashed again before it did (chain of custody)."""

    sha256: str
    to: Blob
    why: Blob
    intact: bool


@kind("text.disposed", version=1)
class TextDisposed1:
    """A disposable text or file was destroyed; its hash stays in the chain. Read, no longer written."""

    blob: str
    reason: str


@kind("text.disposed", version=2)
class TextDisposed:
    """A disposable text or file was destroyed; its hash stays in the chain."""

    blob: str
    reason: Blob


@kind("approval.given", version=1)
class ApprovalGiven:
    """Somebody approved exactly the text with this SHA-256."""

    subject: str
    sha256: str
    by: Literal["leader", "lawyer", "insurer", "other"]
    how: Literal["on_screen", "on_paper", "by_mail", "by_phone"]
    name: str = ""


@kind("approval.withdrawn", version=1)
class ApprovalWithdrawn1:
    """An approval was taken back. Read, no longer written."""

    number: int
    reason: str = ""


@kind("approval.withdrawn", version=2)
class ApprovalWithdrawn:
    """An approval was taken back."""

    number: int
    reason: Blob | None = None


@kind("desk.happened", version=1)
class DeskHappened:
    """Something happened at the desk: a person joined or left, a role changed, the owner was reset on the console."""

    what: str
    about: dict[str, str]
