"""Guessing at any program that logs people in and has no kind of its own; and log-ins from new addresses."""

from __future__ import annotations

from ...guessing import LoginFinder


class Finder(LoginFinder):
    KIND = "service_login"
    FAMILY = "service"
