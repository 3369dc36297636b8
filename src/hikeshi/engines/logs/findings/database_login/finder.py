"""Guessing at databases; and log-ins from new addresses."""

from __future__ import annotations

from ...guessing import LoginFinder


class Finder(LoginFinder):
    KIND = "database_login"
    FAMILY = "database"
