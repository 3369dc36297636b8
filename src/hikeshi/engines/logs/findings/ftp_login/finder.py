"""Guessing at FTP and SFTP servers; and log-ins from new addresses."""

from __future__ import annotations

from ...guessing import LoginFinder


class Finder(LoginFinder):
    KIND = "ftp_login"
    FAMILY = "ftp"
