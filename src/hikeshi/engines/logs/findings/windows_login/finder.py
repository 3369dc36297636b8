"""Guessing at Windows: the Security log, Kerberos, NTLM and remote desktop; and log-ins from new addresses."""

from __future__ import annotations

from ...guessing import LoginFinder


class Finder(LoginFinder):
    KIND = "windows_login"
    FAMILY = "windows"
