"""Kinds of entry of the sealed record (S6.1)."""

from hikeshi.engines.ledger.kinds import kind


@kind("archive.sealing", version=1)
class ArchiveSealing:
    """Somebody began to seal the record into an archive; this is the last entry that the archive holds."""

    name: str


@kind("archive.sealed", version=1)
class ArchiveSealed:
    """The archive was written: the SHA-256 of its tag manifest, which covers everything in it."""

    name: str
    sha256: str
    files: int
    size: int
    lines: int


@kind("archive.failed", version=1)
class ArchiveFailed:
    """Sealing failed; nothing of the archive was left behind."""

    name: str
    why: str
