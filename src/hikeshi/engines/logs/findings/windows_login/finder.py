"""Guessing at Windows: the Security log, Kerberos, NTLM and remote desktop; and log-ins from new addresses."""

from __future__ import annotations

from ...guessing import LoginFinder


class Finder(LoginFinder):
    KIND = "windows_login"
    FAMILY = "windows"
    ITSELF_TOO = False  # somebody at the keyboard; and 127.0.0.1 is another machine in every machine's log
