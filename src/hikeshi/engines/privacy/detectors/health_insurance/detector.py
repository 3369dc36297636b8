"""Health insurance: the insurer's number (保険者番号) or sign and number (記号・番号), behind their words."""
# words: data throughout, headings of columns

from __future__ import annotations

import re
from collections.abc import Iterator

from ... import normal

QUICK = (
    rb"\xe4\xbf\x9d\xe9\x99\xba\xe8\x80\x85",
    rb"\xe8\xa2\xab\xe4\xbf\x9d\xe9\x99\xba\xe8\x80\x85",
    rb"\xe4\xbf\x9d\xe9\x99\xba\xe8\xa8\xbc",
)
HEADER: re.Pattern[str] | None = re.compile(
    r".*(?:被?保険者(?:証)?(?:の?記号|番号|記号番号)|保険証番号|健康保険(?:証|被保険者|の?記号|の?番号)|insurance_?(?:number|no)).*"
)
VOTE = 0.0
FIELD = ""
_NUMBER = re.compile(r"\d{1,8}(?:[ -]\d{1,8})?(?:[ -]\d{2})?", re.A)
_LABEL = re.compile(
    r"(?:被保険者番号|保険者番号|保険証(?:の)?番号|被保険者証?(?:の)?記号・?番号"
    r"|記号・?番号)[^0-9A-Za-z\n]{0,8}(\d{1,8}(?:[ -]\d{1,8})?(?:[ -]\d{2})?)(?![\w-])",
    re.A,
)


def hits(text: str) -> Iterator[tuple[int, int, str]]:
    for found in _LABEL.finditer(text):
        if number := value(found[1]):
            yield found.start(1), found.end(1), number


def value(cell: str) -> str | None:
    text = normal.plain(cell).strip()
    return text.replace("-", "").replace(" ", "").upper() if _NUMBER.fullmatch(text) else None
