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
    "info support contact sales admin webmaster postmaster noreply root help office order orders shop store "
    "mailerdaemon abuse hostmaster newsletter donotreply recruit saiyo privacy security system notify notification "
    "notifications inquiry inquiries toiawase otoiawase soumu somu jinji keiri eigyo kouhou koho uketsuke madoguchi "
    "customer customers customerservice customersupport cs helpdesk servicedesk service reservation reservations "
    "yoyaku booking feedback news mailmagazine mailmag merumaga melmaga alert alerts billing invoice account accounts "
    "accounting hr pr press media marketing team staff everyone reply bounce bounces daemon nobody webmail careers "
    "jobs jimukyoku honbu honsha soudan shien autoreply"
)
ROLES = frozenset(_ROLES.split())
"""Names before the @ that are a desk, not a person: they count as found, and as nobody. Dashes are left out."""
_DESK = re.compile(
    r"(?:info|support|contact|noreply|no[._-]reply|do[._-]?not[._-]?reply|inquiry|toiawase|newsletter|helpdesk)"
    r"(?:[0-9]{1,3}|[._-].*)?"
)
"""The desk of a shop, a country or a year: info-tokyo, support2."""
_DASHES = re.compile("[._-]")
_FOR_ALL = (
    "gmail.com googlemail.com yahoo.co.jp ymail.ne.jp outlook.com outlook.jp hotmail.com hotmail.co.jp live.jp "
    "icloud.com me.com docomo.ne.jp ezweb.ne.jp au.com softbank.ne.jp i.softbank.jp ymobile.ne.jp disney.ne.jp "
    "rakumail.jp"
)
_PRIVATE = frozenset(_FOR_ALL.split())
"""Mail for everybody, where a firm has no desk: info.taro@ is what a person, or somebody alone in a shop, is called."""
_MACHINES = frozenset(
    ("noreply", "donotreply", "mailerdaemon", "postmaster", "abuse", "bounce", "bounces", "daemon", "root", "nobody")
)
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
    local = value.partition("@")[0].partition("+")[0]
    if value.partition("@")[2] in _PRIVATE:
        return _DASHES.sub("", local) not in _MACHINES
    return _DASHES.sub("", local) not in ROLES and not _DESK.fullmatch(local)
