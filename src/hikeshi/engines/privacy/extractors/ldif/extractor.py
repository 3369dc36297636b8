"""LDIF (RFC 2849): address books of Thunderbird and Outlook Express, and what LDAP directories give out."""
# words: data throughout, headings

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator

from ...pieces import Piece, Rows, Text
from ...source import Source

HEADER = ("氏名", "カナ", "email", "email", "電話", "携帯電話", "郵便番号", "住所", "生年月日", "パスワード", "備考")
_DN = re.compile(r"^dn::? ?\S", re.M | re.I)
_ATTRIBUTE = re.compile(r"^(?:mail|cn|sn|objectclass|uid|changetype)::? ?\S", re.M | re.I)
_LINE = re.compile(r"([A-Za-z0-9.-]{1,60})(?:;[^:]{0,100})?:(:?)[ ]?(.*)", re.S)
_LONGEST, _VALUES, _ROWS = 1 << 16, 20, 1000
_MEMBERS = ("member", "uniquemember")
_NAMES = ("displayname", "cn", "commonname", "name")
_PHONES = ("telephonenumber", "homephone", "facsimiletelephonenumber", "othertelephone")
_MOBILES = ("mobile", "cellphone", "pager")
_PLACE = ("st", "mozillahomestate", "l", "mozillahomelocalityname", "street", "streetaddress", "mozillahomestreet")
_TAKEN = frozenset([*_NAMES, *_PHONES, *_MOBILES, *_PLACE, "mail", "sn", "givenname", "userpassword", "objectclass"])


def fits(source: Source) -> float:
    text = source.beginning[:16384]
    begins = _DN.search(text)
    return 0.9 if begins and begins.start() < 2000 and _ATTRIBUTE.search(text, begins.start()) else 0.0


def read(source: Source) -> Iterator[Piece]:
    """Each entry is a row; the members of a group, and what is no LDIF, are text: each is about somebody else."""
    rows: list[list[str]] = []
    text: list[str] = []
    entry: dict[str, list[str]] = {}
    for line in _unfolded(source):
        found = _LINE.fullmatch(line)
        if len(text) >= _ROWS:
            yield _text(text)
            text = []
        if found and (name := found[1].lower()) != "dn":
            value = _value(found[3], encoded=bool(found[2]))
            values = entry.setdefault(name, [])
            if name in _MEMBERS or len(values) >= _VALUES:
                text += [value, ""]
            else:
                values.append(value)
        elif not found and line.strip():
            text.append(line)
        elif entry and (found or not line.strip()):
            rows.append(_row(entry))
            entry = {}
            if len(rows) >= _ROWS:
                yield Rows("entries", HEADER, rows)
                rows = []
    if entry:
        rows.append(_row(entry))
    if rows:
        yield Rows("entries", HEADER, rows)
    if text:
        yield _text(text)


def _text(lines: list[str]) -> Text:
    return Text("\n".join([*lines, "", ""]).encode("utf-8", "replace"))


def _unfolded(source: Source) -> Iterator[str]:
    """Lines, with those that begin with a blank put to the one before; comments left out."""
    whole = ""
    for line in source.lines():
        if line[:1] == " " and whole:
            whole += line[1:] if len(whole) < _LONGEST else ""
            continue
        if not whole.startswith("#"):
            yield whole
        whole = line
    yield whole


def _value(text: str, *, encoded: bool) -> str:
    if not encoded:
        return text[:_LONGEST].strip()
    try:
        return base64.b64decode(text).decode("utf-8", "replace")
    except (binascii.Error, ValueError):
        return ""


def _row(entry: dict[str, list[str]]) -> list[str]:
    def first(*names: str) -> str:
        return next((entry[name][0] for name in names if name in entry), "")

    mails = [*entry.get("mail", []), *entry.get("mozillasecondemail", []), "", ""]
    place = first("postaladdress", "homepostaladdress").replace("$", " ")
    place = place or "".join(first(*_PLACE[n : n + 2]) for n in (0, 2)) + first(*_PLACE[4:])
    written = first("sn") + first("givenname") if entry.keys() & {"givenname"} else first(*_NAMES) or first("sn")
    kana = first("phoneticlastname") + first("phoneticfirstname") or first("phoneticdisplayname", "furigana")
    postal = first("postalcode", "mozillahomepostalcode")
    birth = "-".join(filter(None, (first("birthyear"), first("birthmonth"), first("birthday"))))
    rest = [value for name, values in entry.items() if name not in _TAKEN for value in values]
    return [
        *(written, kana, mails[0], mails[1], first(*_PHONES), first(*_MOBILES), postal, place, birth),
        *(first("userpassword"), "\n".join(["", *mails[2:], *rest])[:_LONGEST].strip()),
    ]
