"""Guessing at mail servers: IMAP, POP and sending; and log-ins from new addresses."""

from __future__ import annotations

from ...guessing import LoginFinder


class Finder(LoginFinder):
    KIND = "mail_login"
    FAMILY = "mail"
