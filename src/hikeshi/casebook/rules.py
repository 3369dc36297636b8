"""Pure decisions of the casebook."""

import re

STATUSES = ("confirmed", "suspected", "unknown", "refuted")


def reference(year: int, count: int) -> str:
    """The reference of a year's case: HKS-2026-001, …, HKS-2026-999, HKS-2026-1000."""
    return f"HKS-{year}-{count:03d}"


def plain_name(name: str) -> str:
    """A file's own name without any path, short enough to show; never empty."""
    bare = re.split(r"[/\\]", name)[-1].strip()
    return bare[:200] or "file"


def is_sha256(text: str) -> bool:
    """Whether this is a SHA-256 as we write it: 64 lower-case hex digits."""
    return re.fullmatch(r"[0-9a-f]{64}", text) is not None
