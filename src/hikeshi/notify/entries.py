"""The kinds of entry that step 4 adds: reports made, not made, taken back; texts checked, sent and proved.

Names and addresses of those who were written to are disposable texts; a report's receipt number is needed and stays.
"""

from dataclasses import dataclass, field
from typing import Literal

from hikeshi.engines.ledger.kinds import Blob, kind
from hikeshi.notify.delivery import entries as of_delivery  # noqa: F401  (its kinds are declared on import)


@dataclass(frozen=True, kw_only=True)
class _OfDuty:
    """What every entry about a report says: which duty or filing, first or final."""

    target: str
    stage: Literal["first", "final"]


@dataclass(frozen=True, kw_only=True)
class _OfText:
    """What every entry about a text says: whose it is, and its very hash."""

    document: str
    language: Literal["ja", "en"]
    sha256: str


@kind("duty.met", version=1)
class DutyMet(_OfDuty):
    """A report or notice was made (S4.1): which duty or filing, first or final, and the receipt that proves it."""

    how: Literal["web_form", "mail", "post", "phone", "in_person", "other"]
    receipt: str = ""
    evidence: list[str] = field(default_factory=list)
    remarks: Blob | None = None


@kind("duty.waived", version=1)
class DutyWaived(_OfDuty):
    """It was decided not to make a report or notice, with the reason."""

    reason: Blob


@kind("duty.missed", version=1)
class DutyMissed(_OfDuty):
    """A deadline (or the day of a guide) passed before the report was made or waived; the reason once somebody says it.

    `due` is the last day, or the moment where the term runs in hours. `provisional`: the time of knowing was not
    answered yet.
    """

    kind: Literal["guide", "limit"]
    due: str
    provisional: bool = False
    reason: Blob | None = None


@kind("duty.reminded", version=1)
class DutyReminded:
    """A reminder of a deadline went out: its key (duty, stage, day, how far from it) and the way it went."""

    key: str
    how: Literal["mail", "chat", "screen"]


@kind("duty.opened_again", version=1)
class DutyOpenedAgain(_OfDuty):
    """A report noted as made or waived was found not to be, and is due again."""

    reason: Blob | None = None


@kind("document.checked", version=1)
class DocumentChecked(_OfText):
    """Somebody checked the facts of exactly this text (its SHA-256) before it is approved; the text is kept."""

    text: Blob


@kind("document.no_lawyer", version=1)
class DocumentWithoutLawyer(_OfText):
    """No lawyer could be asked about exactly this text: why, and which desk was tried."""

    reason: Blob


@kind("document.edited", version=1)
class DocumentEdited(_OfText):
    """A text was corrected by hand (none: the corrections were taken back): what it was, and what it says now."""

    base_sha256: str
    edits: Blob | None = None


@kind("document.overridden", version=1)
class DocumentOverridden(_OfText):
    """The leader lets exactly one finding of exactly this text pass, with a written reason."""

    finding: str
    check: str
    reason: Blob


@kind("document.lawyer_answered", version=1)
class DocumentLawyerAnswered(_OfText):
    """What proves that a lawyer approved exactly this text: the mail or paper that was kept, or the note of a call.

    `found`: what in the mail names the text, its hash or the text itself.
    """

    how: Literal["by_mail", "on_paper", "by_phone", "on_screen"]
    evidence: list[str] = field(default_factory=list)
    found: Literal["", "hash", "text"] = ""
    note: Blob | None = None


@kind("document.sent", version=1)
class DocumentSent(_OfText):
    """Exactly this text went out: how, to whom, and the files that left."""

    how: Literal["web_form", "mail", "post", "phone", "in_person", "published", "other"]
    files: list[str]
    to: Blob | None = None


@kind("document.proved", version=1)
class DocumentProved(_OfText):
    """Proof that a text went out was filed: a receipt, a delivery slip, a picture of the page."""

    evidence: list[str]
    receipt: str = ""


@kind("sender.stated", version=1)
class SenderStated:
    """On the workspace's chain: who letters come from and who answers questions about them, as now printed."""

    name: str = ""
    person: str = ""
    title: str = ""
    postal_code: str = ""
    address: str = ""
    phone: str = ""
    email: str = ""
    hours: str = ""
    business: str = ""


@kind("lawyer.rule_stated", version=1)
class LawyerRuleStated:
    """On the workspace's chain: which documents leave only with a lawyer's word, beside public statements."""

    documents: list[str] = field(default_factory=list)
