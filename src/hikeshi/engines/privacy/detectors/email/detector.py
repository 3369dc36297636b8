"""E-mail addresses, as the address that mail is sent to."""
# words: data throughout, headings of columns

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ... import normal, normals

QUICK = (rb"[a-z0-9._%+-]@[a-z0-9-]+\.[a-z]{2}", rb"\xef\xbc\xa0")
HEADER: re.Pattern[str] | None = re.compile(r".*(?:e-?mail|メール|mail_?address|メアド|^mail$).*")
VOTE = 0.7
FIELD = "email"
_ROLES = (
    "info support contact sales admin webmaster postmaster noreply no-reply root help office order shop "
    "mailer-daemon abuse hostmaster newsletter donotreply do-not-reply recruit saiyo privacy security system "
    "notify notification"
)
ROLES = frozenset(_ROLES.split())
"""Names before the @ that are a desk, not a person: they count as found, and as nobody."""
_FOUND = re.compile(
    r"(?<![\w.%+-])[A-Za-z0-9][\w.%+-]{0,63}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,62})\.){1,6}[A-Za-z]{2,18}(?![\w-]|\.[a-z0-9])",
    re.A,
)
# What looks like an address and is a file at two sizes (icon@2x.png).
_FILE = re.compile(r"@\dx\.|\.(?:png|jpe?g|gif|svg|webp|js|css)$", re.I)


def hits(text: str) -> Iterator[tuple[int, int, str]]:
    for found in _FOUND.finditer(text):
        if not _FILE.search(found[0]) and (value := normal.email(found[0])):
            yield found.start(), found.end(), value


def value(cell: str) -> str | None:
    return normal.email(cell)


def values(cells: Sequence[str]) -> list[str | None]:
    return normals.emails(cells)


def person(value: str) -> bool:
    """Whether this is somebody's address, not a desk's."""
    return value.partition("@")[0] not in ROLES
