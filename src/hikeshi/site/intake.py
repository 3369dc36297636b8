"""How much a visitor may send: the web server spools a body to the disk before any page can ask who sends it."""

import copy
import re
from typing import Any

from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser

STRANGER_LIMIT = 4 << 20
"""Bytes of one request of who is not signed in. Signing in and the cards without sign-in need far less; a page of
somebody else's, open in the owner's browser, must not fill the disk of the machine that keeps the record."""
_SESSION = re.compile(r"(?:^|;\s*)hikeshi_session=([0-9a-z]{32})(?:;|$)")


def _lowered(adjustments: Any) -> Any:
    lower = copy.copy(adjustments)
    lower.max_request_body_size = min(STRANGER_LIMIT, lower.max_request_body_size)
    return lower


class Parser(HTTPRequestParser):
    """waitress's own, with a lower limit for who is not signed in."""

    adj: Any

    def parse_header(self, header_plus: bytes) -> None:
        super().parse_header(header_plus)
        if self.chunked or self.content_length > STRANGER_LIMIT:
            key = _SESSION.search(self.headers.get("COOKIE", ""))
            if key is None or not _signed_in(key[1]):
                self.adj = _lowered(self.adj)


def _signed_in(key: str) -> bool:
    """Whether this is the session of somebody who signed in: a made-up one, or a visitor's, costs nothing to bring."""
    from django.contrib.auth import SESSION_KEY
    from django.contrib.sessions.models import Session
    from django.db import OperationalError, close_old_connections, connection
    from django.utils import timezone

    if not connection.in_atomic_block:
        close_old_connections()  # this is the web server's own thread, where no request ends
    try:
        found = Session.objects.filter(pk=key, expire_date__gt=timezone.now()).first()
    except OperationalError:
        return True  # what is wrong with the database, the page itself will tell
    return found is not None and SESSION_KEY in found.get_decoded()


class Channel(HTTPChannel):
    """A connection that reads requests with `Parser`."""

    parser_class = Parser
