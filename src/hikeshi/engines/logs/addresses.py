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

# From where Cloudflare asks its customers' servers: https://www.cloudflare.com/ips/ (since 2021).
_CLOUDFLARE = tuple(
    map(
        ip_network,
        ("173.245.48.0/20", "103.21.244.0/22", "103.22.200.0/22", "103.31.4.0/22", "141.101.64.0/18")
        + ("108.162.192.0/18", "190.93.240.0/20", "188.114.96.0/20", "197.234.240.0/22", "198.41.128.0/17")
        + ("162.158.0.0/15", "104.16.0.0/13", "104.24.0.0/14", "172.64.0.0/13", "131.0.72.0/22", "2400:cb00::/32")
        + ("2606:4700::/32", "2803:f800::/32", "2405:b500::/32", "2405:8100::/32", "2a06:98c0::/29", "2c0f:f248::/32"),
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
    return next((one for one in reversed(several) if not inside(plain(bare(one)))), several[0] if several else "")


def asker(peer: str, said: str) -> str:
    """Who asked: the other end of a connection, or whom it says it asks for (X-Forwarded-For) where it is a proxy.

    Only what stands in the firm's own network, and Cloudflare, is taken for a proxy: anybody else may write whatever
    they like into that header, and would hide behind it.
    """
    if not said or not (carries(peer) or peer in ("", "unix:")):
        return peer
    several = [one for part in said.split(",") if (one := plain(bare(part.strip())))]
    for one in reversed(several):
        if not is_address(one):
            return peer  # no proxy wrote this
        if not carries(one):
            return one
    return several[0] if several else peer


@lru_cache(100_000)
def carries(address: str) -> bool:
    """Whether requests from here are passed on for others: from inside, or from Cloudflare."""
    if inside(address):
        return True
    try:
        one = ip_address(address)
    except ValueError:
        return False
    return any(one in net for net in _CLOUDFLARE if net.version == one.version)


def bare(text: str) -> str:
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
