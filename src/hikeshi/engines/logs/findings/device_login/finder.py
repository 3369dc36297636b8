"""Guessing at the administration of routers, firewalls and switches; and log-ins from new addresses."""

from __future__ import annotations

from ...guessing import LoginFinder


class Finder(LoginFinder):
    KIND = "device_login"
    FAMILY = "device"
