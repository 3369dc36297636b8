"""The kinds of entry that preparation adds to the workspace's chain. Every entry holds the whole of what it states.

An edit is a new entry that corrects the old one. Names and numbers are needed at once on the bad day and stand in the
entry; free remarks may hold somebody's private matters and are disposable texts.
"""

from dataclasses import dataclass, field
from typing import Literal

from hikeshi.engines.ledger.kinds import Blob, kind


@kind("role.given", version=1)
class RoleGiven:
    """A role of the plan (R1-R3) was given to somebody; one person may hold all three, and hand one on (R4)."""

    key: Literal["leader", "technical", "liaison"]
    name: str
    phone: str = ""
    mail: str = ""
    belongs: str = ""
    deputy: str = ""
    deputy_phone: str = ""
    remarks: Blob | None = None


@kind("contact.stated", version=1)
class ContactStated:
    """Somebody to call in an incident (C1, C3-C5, bank, card acquirer, forensic firm …), as known now."""

    key: str
    kind: str
    name: str
    person: str = ""
    phone: str = ""
    mail: str = ""
    web: str = ""
    hours: str = ""
    contract_no: str = ""
    notice_hours: int | None = None
    verified_on: str | None = None
    remarks: Blob | None = None


@kind("preparation.verified", version=1)
class PreparationVerified:
    """Somebody checked that a contact or the insurer is reached this way, or that a backup restores (C0, S3.3)."""

    subject: Literal["contact", "insurance", "backup"]
    key: str
    on: str


@kind("insurance.stated", version=1)
class InsuranceStated:
    """A cyber insurance (C2): whom to call, which policy, and whether the insurer must approve costs beforehand."""

    key: str
    name: str
    policy_no: str = ""
    person: str = ""
    phone: str = ""
    mail: str = ""
    hours: str = ""
    notice_clause: str = ""
    notice_hours: int | None = None
    prior_approval: Literal["yes", "no", "unknown"] = "unknown"
    period_from: str | None = None
    period_to: str | None = None
    verified_on: str | None = None
    remarks: Blob | None = None


@kind("device.stated", version=1)
class DeviceStated:
    """A device or a service that the business uses: where it is, who administers it, what is on it."""

    key: str
    kind: str
    name: str
    place: str = ""
    used_by: str = ""
    admin: str = ""
    holds: str = ""
    backup: str = ""
    remarks: Blob | None = None


@kind("holding.stated", version=1)
class HoldingStated:
    """Information about people that the business holds: which kinds, of how many people, where, and whose it is."""

    key: str
    name: str
    kinds: list[str] = field(default_factory=list)
    people_min: int | None = None
    people_max: int | None = None
    place: str = ""
    whose: Literal["own", "entrusted", "both", "unknown"] = "unknown"
    entrusted_by: str = ""
    sensitive: Literal["yes", "no", "unknown"] = "unknown"
    retention: str = ""
    remarks: Blob | None = None


@kind("backup.stated", version=1)
class BackupStated:
    """A backup (S3.3): what it covers, where it is, whether it is out of an intruder's reach, when it was tested."""

    key: str
    name: str
    covers: str = ""
    place: str = ""
    separate: Literal["yes", "no", "unknown"] = "unknown"
    tested_on: str | None = None
    remarks: Blob | None = None


@kind("preparation.removed", version=1)
class PreparationRemoved:
    """A contact, device, holding, insurance or backup is no longer in use; the entries about it stay."""

    subject: Literal["role", "contact", "insurance", "device", "holding", "backup"]
    key: str


@kind("blank.answered", version=1)
class BlankAnswered:
    """A blank cell of the plan was answered without filling it in: there is none, or nobody knows yet (C0)."""

    slot: str
    answer: Literal["none", "unknown", "open"]


@dataclass(frozen=True, kw_only=True)
class PlanFile:
    """A printed form of a plan version, kept as evidence."""

    lang: Literal["ja", "en"]
    form: Literal["pdf", "docx"]
    sha256: str
    size: int


@dataclass(frozen=True, kw_only=True)
class PlanMeasure1:
    """A prevention measure that a version of the plan took up (S5.2), as it was written first."""

    what: Blob
    owner: str = ""
    due: str | None = None


@kind("plan.versioned", version=1)
class PlanVersioned1:
    """A version of the plan document was made (P3, S5.3). Read, no longer written."""

    version: int
    effective_on: str
    source_sha256: str
    reason: Blob | None = None
    files: list[PlanFile] = field(default_factory=list)
    measures: list[PlanMeasure1] = field(default_factory=list)
    incident: str = ""


@dataclass(frozen=True, kw_only=True)
class PlanMeasure:
    """A prevention measure that a version of the plan took up (S5.2)."""

    what: Blob
    owner: Blob | None = None
    due: str | None = None


@kind("plan.versioned", version=2)
class PlanVersioned:
    """A version of the plan document was made (P3, S5.3); its canonical source is kept as evidence under its hash."""

    version: int
    effective_on: str
    source_sha256: str
    reason: Blob | None = None
    files: list[PlanFile] = field(default_factory=list)
    measures: list[PlanMeasure] = field(default_factory=list)
    incident: str = ""
