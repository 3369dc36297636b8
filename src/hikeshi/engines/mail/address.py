"""Is this a mail address, and how is it written in an SMTP command? RFC 5321 4.1.2, and what Japan's carriers gave out.

Until 2009 carriers let people choose addresses with dots in a row or before the @ (`taro..hana.@docomo.ne.jp`). These
are no dot-atoms, yet they are in use: as quoted strings they are right, and arrive.
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

MAX_LENGTH = 254  # RFC 5321 4.5.3.1.3, without the angle brackets
MAX_LOCAL = 64
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_DOT_ATOM = re.compile(rf"{_ATOM}(?:\.{_ATOM})*")
_LOOSE = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+")
_LABEL = re.compile(r"(?!-)[A-Za-z0-9-]{1,63}(?<!-)")


class Address(NamedTuple):
    """`spec` as a command and a header write it; `plain` as people write it, to compare and to show."""

    spec: str
    plain: str


def parse(text: str) -> Address | str:
    """The address, or the code of what is wrong with it: empty, no_at, several, letters, local, domain, too_long.

    Full-width letters (ｔａｒｏ＠…) are what a Japanese keyboard gives: read as the letters that they stand for.
    """
    found = unicodedata.normalize("NFKC", text).strip().strip("<>").strip()
    if not found:
        return "empty"
    if any(unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp") for char in found):
        return "letters"
    if found.count("@") > 1 or any(mark in found for mark in ",;、 "):
        return "several"
    local, at, domain = found.rpartition("@")
    if not at:
        return "no_at"
    if not local or not _LOOSE.fullmatch(local) or len(local) > MAX_LOCAL:
        return "local"  # letters outside ASCII need SMTPUTF8 (RFC 6531), which few mailboxes of Japan take
    ascii_domain = _domain(domain)
    if ascii_domain is None:
        return "domain"
    spec = f"{local}@{ascii_domain}" if _DOT_ATOM.fullmatch(local) else f'"{local}"@{ascii_domain}'
    if len(spec) > MAX_LENGTH:
        return "too_long"
    return Address(spec, f"{local}@{ascii_domain}")


def _domain(text: str) -> str | None:
    """The domain as DNS has it (日本語.jp becomes xn--…), or None."""
    text = text.rstrip(".").lower()
    if not text.isascii():
        try:
            text = text.encode("idna").decode("ascii")
        except UnicodeError:
            return None
    labels = text.split(".")
    if len(labels) < 2 or not all(_LABEL.fullmatch(label) for label in labels) or labels[-1].isdigit():
        return None
    return text


def same(one: str, other: str) -> bool:
    """Whether two addresses are one mailbox for us: nobody in Japan tells mailboxes apart by capitals."""
    return key(one) == key(other)


def key(text: str) -> str:
    """What equal addresses have in common."""
    found = parse(text.replace('"', ""))
    return found.plain.lower() if isinstance(found, Address) else text.strip().lower()
