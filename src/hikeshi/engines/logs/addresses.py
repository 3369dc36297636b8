"""Addresses: which are inside a firm's own network, and which are neighbours on the internet."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import ip_address, ip_network

# Not `is_private`: Python counts addresses kept for documentation and measurements as private, too.
_INSIDE = tuple(
    map(
        ip_network,
        ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "169.254.0.0/16", "100.64.0.0/10")
        + ("::1/128", "fc00::/7", "fe80::/10"),
    )
)


@lru_cache(100_000)
def is_address(text: str) -> bool:
    """Whether this is an address, and not a machine's name."""
    try:
        return bool(ip_address(text.partition("%")[0]))
    except ValueError:
        return False


@lru_cache(100_000)
def plain(text: str) -> str:
    """One address in its one form: 2001:DB8:0::7 is 2001:db8::7, ::ffff:192.0.2.1 is 192.0.2.1; a name stays a name."""
    text = text.strip("[]")
    if ":" not in text:
        return text
    try:
        one = ip_address(text)
    except ValueError:
        return text
    return str(getattr(one, "ipv4_mapped", None) or one)


def forwarded(text: str) -> str:
    """Of a list as proxies make it (X-Forwarded-For), the last that is not inside: who asked may write what is before.

    The first where all are inside.
    """
    if "," not in text:
        return text.strip()
    several = [one.strip() for one in text.split(",") if one.strip()]
    return next((one for one in reversed(several) if not inside(plain(_bare(one)))), several[0] if several else "")


def _bare(text: str) -> str:
    """Without a port: 192.0.2.1:50000, [2001:db8::7]:443."""
    if text.startswith("["):
        return text[1:].partition("]")[0]
    return text.partition(":")[0] if text.count(":") == 1 else text


@lru_cache(100_000)
def inside(address: str) -> bool:
    """Whether this is an address of an inner network, or the machine itself; a name is not taken for one."""
    try:
        one = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    return any(one in net for net in _INSIDE if net.version == one.version)


@lru_cache(100_000)
def network(address: str) -> str:
    """The network of an address of the internet: neighbours are no strangers. Empty for inner addresses and names."""
    try:
        one = ip_address(address)
    except ValueError:
        return ""
    if inside(address):
        return ""
    return address.rpartition(".")[0] if one.version == 4 else one.exploded[:19]
