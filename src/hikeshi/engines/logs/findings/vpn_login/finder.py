"""Guessing at VPN gateways; and log-ins from new addresses."""

from __future__ import annotations

from ...guessing import LoginFinder


class Finder(LoginFinder):
    KIND = "vpn_login"
    FAMILY = "vpn"
