"""Keys and tokens by the form that their issuers give them: private keys, AWS, GitHub, Slack, Stripe, Google."""
# words: data throughout, headings of columns

from __future__ import annotations

import re
from collections.abc import Iterator

QUICK = (
    rb"-----BEGIN [A-Z ]{0,20}PRIVATE KEY-----",
    rb"A[KS]IA[0-9A-Z]{16}",
    rb"gh[pousr]_[0-9a-zA-Z]{36}",
    rb"xox[abprs]-[0-9a-zA-Z-]{10}",
    rb"[sr]k_live_[0-9a-zA-Z]{16}",
    rb"AIza[0-9A-Za-z_-]{35}",
    rb"(?:secret|api)_?(?:access_)?key[\"']?\s?[:=]",
)
HEADER: re.Pattern[str] | None = re.compile(
    r".*(?:api_?key|secret_?key|private_?key|access_?token|refresh_?token|秘密鍵).*"
)
VOTE = 0.0
FIELD = ""
_FOUND = re.compile(
    r"-----BEGIN [A-Z ]{0,20}PRIVATE KEY-----|(?<![A-Za-z0-9])(?:A[KS]IA[0-9A-Z]{16}|gh[pousr]_[0-9a-zA-Z]{36,255}"
    r"|xox[abprs]-[0-9a-zA-Z-]{10,72}|[sr]k_live_[0-9a-zA-Z]{16,99}|AIza[0-9A-Za-z_-]{35})(?![A-Za-z0-9])"
    r"|(?i:(?:secret|api)_?(?:access_)?key)[\"']?\s?[:=]\s?[\"']?([A-Za-z0-9/+_-]{20,80})"
)


def hits(text: str) -> Iterator[tuple[int, int, str]]:
    for found in _FOUND.finditer(text):
        yield found.start(), found.end(), found[1] or found[0]


def value(cell: str) -> str | None:
    word = cell.strip()
    return word if 16 <= len(word) <= 8192 and " " not in word[:16] else None
