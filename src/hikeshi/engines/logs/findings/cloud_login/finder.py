"""Guessing at cloud services: Microsoft 365, Entra, Google, AWS …; and log-ins from new addresses."""

from __future__ import annotations

from ...guessing import LoginFinder


class Finder(LoginFinder):
    KIND = "cloud_login"
    FAMILY = "cloud"
