"""How much a visitor may send: the web server spools a body to the disk before any page can ask who sends it."""

import copy
import re
from typing import Any

from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser

STRANGER_LIMIT = 4 << 20
"""Bytes of one request without a session. Signing in and the cards without sign-in need far less; a page of somebody
else's, open in the owner's browser, must not fill the disk of the machine that keeps the record."""
_SESSION = re.compile(r"(?:^|;\s*)hikeshi_session=[0-9a-z]{32}(?:;|$)")


def _lowered(adjustments: Any) -> Any:
    lower = copy.copy(adjustments)
    lower.max_request_body_size = min(STRANGER_LIMIT, lower.max_request_body_size)
    return lower


class Parser(HTTPRequestParser):
    """waitress's own, with a lower limit for who brings no session."""

    adj: Any

    def parse_header(self, header_plus: bytes) -> None:
        super().parse_header(header_plus)
        if not _SESSION.search(self.headers.get("COOKIE", "")):
            self.adj = _lowered(self.adj)


class Channel(HTTPChannel):
    """A connection that reads requests with `Parser`."""

    parser_class = Parser
