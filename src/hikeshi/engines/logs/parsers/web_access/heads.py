"""Who asked: what stands before the time of a request, and what proxies say of the asker behind its last field.

203.0.113.9 - hanako [               address ident user
www.example.jp:443 203.0.113.9 - - [ the site first
203.0.113.9, 10.0.0.1 - - [          X-Forwarded-For in place of the address
"203.0.113.9" 10.0.0.2 - - [         X-Forwarded-For before the address, with or without quotes
"""

from __future__ import annotations

import re
from ipaddress import ip_address
from typing import NamedTuple

from ...addresses import bare, forwarded

_FOUR = re.compile(r"(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)$")
_FIRST = re.compile(r'(?:([^\s"]+) )?"((?:[^"\\]|\\.)*)" (.*)', re.DOTALL)
_FIELD = re.compile(r'"([^"\\]*+(?:\\.[^"\\]*)*+)"|([^\s",]++(?:, ?[^\s",]++)*+)')


class Head(NamedTuple):
    """`address` is the other end of the connection, or the asker where the log has only what proxies said.

    `said` is a list of proxies (X-Forwarded-For) as it was written: who asked may have begun it.
    """

    host: str = ""
    address: str = ""
    user: str = ""
    said: str = ""


def head_of(text: str) -> Head:
    """What stands before the time."""
    if first := _FIRST.match(text) if '"' in text else None:
        site, quoted, rest = first.groups()
        head = head_of(rest)
        if is_listed(quoted) or quoted == "-":
            return head._replace(host=head.host or _host(site or ""), said="" if quoted == "-" else quoted)
        return head._replace(host=head.host or _host(quoted))
    words, said = _asker(text.split()) if "," in text else (text.split(), "")
    if not words:
        return Head()
    for place, word in enumerate(words[:3]):
        if place and word == "-":  # ident: what follows is the user, who may be called like an address
            break
        if address := address_of(word):
            rest = words[place + 1 :]
            if len(rest) >= 2 and rest[1] == "-" and (peer := address_of(rest[0])):  # the first was what a proxy said
                return Head(_host(words[0] if place else ""), peer, user_of(rest[1:]), said or word)
            sited = len(rest) >= 2 and "." in rest[0] and (len(rest) == 2 or rest[1] == "-")
            if not place and sited:  # some hosts put the site where ident would be, or before it
                return Head(_host(rest[0]), address, user_of(rest if len(rest) == 2 else rest[1:]), said)
            return Head(_host(words[0]) if place else "", address, user_of(rest), said)
    if len(words) >= 4 and words[1] != "-":  # names instead of numbers: the site's comes first
        return Head(_host(words[0]), words[1], user_of(words[2:]))
    return Head("", words[0], user_of(words[1:]))


def said_after(tail: str) -> str:
    """What proxies said, out of the fields that follow the agent: the first list with an address from outside.

    What stands in quotes goes first: without them it may be the server itself. Where all are inside, only that counts:
    else it is the server to which the request was passed on.
    """
    fields = [(quoted, plain) for quoted, plain in _FIELD.findall(tail) if is_listed(quoted or plain)]
    outside = [(quoted, plain) for quoted, plain in fields if not _inside(quoted or plain)]
    for said in ([quoted for quoted, _ in outside], [plain for _, plain in outside], [quoted for quoted, _ in fields]):
        if found := next(filter(None, said), ""):
            return str(found)
    return ""


def is_listed(text: str) -> bool:
    """Whether this is a list as proxies make it; what the asker wrote at its beginning may be anything."""
    return bool(address_of(bare(text.rpartition(",")[2].strip())))


def _inside(text: str) -> bool:
    from ...addresses import inside, plain

    return inside(plain(bare(forwarded(text))))


def _asker(words: list[str]) -> tuple[list[str], str]:
    """One address in place of a list such as `203.0.113.9, 10.0.0.1`, first or after the site; and the list."""
    for place in range(2):
        end = place
        while end + 1 < len(words) and words[end].endswith(","):
            end += 1
        said = " ".join(words[place : end + 1])
        if "," in said and address_of(one := forwarded(said)):
            return [*words[:place], one, *words[end + 1 :]], said
    return words, ""


def user_of(words: list[str]) -> str:
    """What follows the address: ident, then the user, who may have blanks in the name."""
    name = " ".join(words[1:]) if len(words) > 1 else ""
    return "" if name == "-" else name


def _host(word: str) -> str:
    name, _, port = word.rpartition(":")
    host = name if port.isdigit() and name else word
    return "" if host in ("-", "_") else host


def address_of(word: str) -> str:
    """An address in its one form; nothing when it is none."""
    if _FOUR.match(word):
        return word
    word = word.strip("[]")
    try:
        found = ip_address(word)
    except ValueError:
        return ""
    return str(getattr(found, "ipv4_mapped", None) or found)
