"""vCard address books (2.1 to 4.0), also as phones of Japan write them: quoted-printable in Shift_JIS."""
# words: data throughout, headings

from __future__ import annotations

import quopri
import re
from collections.abc import Iterator

from ...pieces import Piece, Rows
from ...source import Source

HEADER = ("氏名", "カナ", "email", "email", "電話", "電話", "郵便番号", "住所", "生年月日", "備考")
_LINE = re.compile(r"(?:[\w-]+\.)?([A-Za-z-]+)((?:;[^:]{0,200})?):(.*)", re.S)
_ROWS = 1000


def fits(source: Source) -> float:
    return 0.95 if source.beginning.lstrip()[:12].upper() == "BEGIN:VCARD\n"[:11] or _begins(source) else 0.0


def _begins(source: Source) -> bool:
    return source.beginning.lstrip("\ufeff\r\n ")[:11].upper() == "BEGIN:VCARD"


def read(source: Source) -> Iterator[Piece]:
    rows: list[list[str]] = []
    card: dict[str, list[str]] = {}
    for line in _unfolded(source):
        found = _LINE.fullmatch(line)
        if not found:
            continue
        name, params, value = found[1].upper(), found[2].upper(), found[3]
        if "QUOTED-PRINTABLE" in params:
            charset = re.search(r"CHARSET=([\w-]+)", params)
            value = _unquoted(value, charset[1] if charset else "utf-8")
        if name == "BEGIN":
            card = {}
        elif name == "END":
            rows.append(_row(card))
            if len(rows) >= _ROWS:
                yield Rows("cards", HEADER, list(rows))
                rows = []
        elif len(value) < 65536 and len(card.setdefault(name, [])) < 10:
            card[name].append(value)
    if rows:
        yield Rows("cards", HEADER, rows)


def _unfolded(source: Source) -> Iterator[str]:
    whole = ""
    for line in source.lines():
        if line[:1] in (" ", "\t") and len(whole) < 1 << 20:
            whole += line[1:]
        elif whole.endswith("=") and "QUOTED-PRINTABLE" in whole[:200].upper() and len(whole) < 1 << 20:
            whole = whole[:-1] + line
        else:
            yield whole
            whole = line
    yield whole


def _unquoted(value: str, charset: str) -> str:
    try:
        return quopri.decodestring(value.encode("utf-8", "replace")).decode(charset, "replace")
    except LookupError:
        return value


def _row(card: dict[str, list[str]]) -> list[str]:
    def get(name: str, n: int = 0) -> str:
        values = card.get(name, [])
        return values[n].replace("\\,", ",") if n < len(values) else ""

    parts = get("N").split(";")
    written = get("FN") or "".join(parts[:2])
    home = (get("ADR").split(";") + [""] * 7)[:7]
    kana = get("X-PHONETIC-LAST-NAME") + get("X-PHONETIC-FIRST-NAME") or get("SOUND").replace(";", "")
    place = "".join((home[4], home[3], home[2], home[1]))
    phones = [get("TEL").removeprefix("tel:"), get("TEL", 1).removeprefix("tel:")]
    return [written, kana, get("EMAIL"), get("EMAIL", 1), *phones, home[5], place, get("BDAY"), get("NOTE")]
