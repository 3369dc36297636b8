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
