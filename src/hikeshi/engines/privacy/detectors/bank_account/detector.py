"""Bank accounts: seven digits behind 普通, 当座 or 口座番号."""
# words: data throughout, headings of columns

from __future__ import annotations

import re
from collections.abc import Iterator

from ... import normal

QUICK = (
    rb"\xe5\x8f\xa3\xe5\xba\xa7",
    rb"\xe6\x99\xae\xe9\x80\x9a\xe9\xa0\x90\xe9\x87\x91",
    rb"\xe6\x99\xae\xe9\x80\x9a",
    rb"\xe5\xbd\x93\xe5\xba\xa7",
)
HEADER: re.Pattern[str] | None = re.compile(
    r"(?!.*(?:名義|口座名|種[別類]|銀行名|支店名|holder|account_?name))"
    r".*(?:口座番号|account_?(?:number|no)|口座|預金).*"
)
VOTE = 0.0
FIELD = "bank"
_NUMBER = re.compile(r"\d{6,8}", re.A)
_LABEL = re.compile(r"(?:口座番号|口座|普通預金|普通|当座預金|当座|貯蓄)[^0-9A-Za-z\n]{0,8}(\d{6,8})(?![\w-])", re.A)


def hits(text: str) -> Iterator[tuple[int, int, str]]:
    for found in _LABEL.finditer(text):
        if number := value(found[1]):
            yield found.start(1), found.end(1), number


def value(cell: str) -> str | None:
    text = normal.plain(cell).strip()
    return text.replace("-", "").replace(" ", "").upper() if _NUMBER.fullmatch(text) else None
