"""Kinds of entry of the sealed record (S6.1)."""

from dataclasses import field

from hikeshi.engines.ledger.kinds import kind


@kind("archive.sealing", version=1)
class ArchiveSealing:
    """Somebody began to seal the record into an archive; this is the last entry that the archive holds."""

    name: str


@kind("archive.sealed", version=1)
class ArchiveSealed1:
    """The archive was written: the SHA-256 of its tag manifest. Read, no longer written."""

    name: str
    sha256: str
    files: int
    size: int
    lines: int


@kind("archive.sealed", version=2)
class ArchiveSealed:
    """The archive was written: the SHA-256 of its tag manifest, which covers everything in it.

    `changed`: kept files (by the SHA-256 that the record names) whose content was another one when it was sealed.
    """

    name: str
    sha256: str
    files: int
    size: int
    lines: int
    changed: list[str] = field(default_factory=list)


@kind("archive.failed", version=1)
class ArchiveFailed:
    """Sealing failed; nothing of the archive was left behind."""

    name: str
    why: str
