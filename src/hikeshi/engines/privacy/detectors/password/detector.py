"""Passwords and PINs, in the clear or as a hash: behind their word, or in a column called so."""
# words: data throughout, headings of columns

from __future__ import annotations

import re
from collections.abc import Iterator

QUICK = (
    rb"(?:password|passwd|\bpwd?)[\"']?\s?[:=]",
    rb"\xe3\x83\x91\xe3\x82\xb9\xe3\x83\xaf\xe3\x83\xbc\xe3\x83\x89",
    rb"\xe6\x9a\x97\xe8\xa8\xbc\xe7\x95\xaa\xe5\x8f\xb7",
    rb"\$2[aby]\$|\$P\$B|\$argon2|\$6\$",
)
HEADER: re.Pattern[str] | None = re.compile(r".*(?:パスワード|password|passwd|^pwd$|user_?pass|暗証番号|passcode).*")
VOTE = 0.0
FIELD = "secret"
_LABEL = re.compile(
    r"(?i:password|passwd|pwd|\bpw|パスワード|暗証番号)[\"']?[ \t]{0,3}(?:[:=]"
    r"|は[、 ]?)[ \t]{0,3}[\"'「]?([!-~]{4,72}?)(?=[\"'」、。,;\s]|です|$)"
)
_HASH = re.compile(
    r"\$2[aby]\$\d\d\$[./A-Za-z0-9]{53}|\$P\$B[./A-Za-z0-9]{30}|\$argon2[id]{1,2}\$[!-~]{20,200}"
    r"|\$6\$[./A-Za-z0-9$=]{40,120}"
)
_NONE = frozenset(
    [
        "none",
        "null",
        "nil",
        "true",
        "false",
        "required",
        "string",
        "yes",
        "no",
        "****",
        "********",
        "*****",
        "******",
        "xxxx",
        "undefined",
    ]
)


def hits(text: str) -> Iterator[tuple[int, int, str]]:
    for found in _LABEL.finditer(text):
        if word := value(found[1]):
            yield found.start(1), found.end(1), word
    for found in _HASH.finditer(text):
        yield found.start(), found.end(), found[0]


def value(cell: str) -> str | None:
    word = cell.strip()
    return word if 1 < len(word) <= 300 and word.lower() not in _NONE and set(word) != {"*"} else None
