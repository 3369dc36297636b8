"""Guessing at shared folders and NAS; and log-ins from new addresses."""

from __future__ import annotations

from ...guessing import LoginFinder


class Finder(LoginFinder):
    KIND = "share_login"
    FAMILY = "share"
