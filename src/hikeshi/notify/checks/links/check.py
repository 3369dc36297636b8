"""Links written by hand to a place that is not ours: in a letter about a leak they look like the next phishing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from hikeshi.notify.checks.reading import Hit, Reading, normal

OVERRIDE = True
_LINK = re.compile(
    r"https?://[\w.~:/?#@!$&'*+,;=%-]+"
    r"|(?<![\w@.-])(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,6}"
    r"(?:jp|com|net|org|info|biz|io|me|app|dev|shop|site|store|online|xyz|link|ly|page|cc|top|club|gle)\b"
    r"(?:/[\w.~:/?#!$&'*+,;=%-]*)?",
    re.I | re.A,
)
_MAIL = re.compile(r"@([a-z0-9.-]+)", re.I | re.A)


def hits(reading: Reading) -> Iterator[Hit]:
    """Each link whose host stands neither in what preparation names nor in what the facts gave."""
    ours = _hosts(normal(f"{reading.generated} {' '.join(reading.known)}"))
    for line in reading.by_hand:
        for found in _LINK.finditer(line.text):
            if _host(found[0]) not in ours:
                yield Hit(line, found[0])


def _hosts(text: str) -> set[str]:
    return {_host(found[0]) for found in _LINK.finditer(text)} | {one.lower().strip(".") for one in _MAIL.findall(text)}


def _host(link: str) -> str:
    """The host that a browser would ask: not what stands before an @."""
    try:
        host = urlsplit(link if "://" in link else f"//{link}").hostname
    except ValueError:
        host = None
    return (host or link).lower().removeprefix("www.")
