"""After the cut: what must pass and what must not, tried with real sockets from this machine."""

from __future__ import annotations

import contextlib
import errno
import socket
import threading
from collections.abc import Iterable
from pathlib import Path

from hikeshi.engines.isolation.allow import Allowed
from hikeshi.engines.isolation.answer import Step

# TEST-NET-1 and the documentation prefix (RFC 5737, RFC 3849): nobody is there; a cut host may not even send to them.
NOBODY = (("192.0.2.1", socket.AF_INET), ("2001:db8::1", socket.AF_INET6))
PATIENCE = 1.0
# 10013: Windows' own word for a connection that its firewall forbids.
STOPPED = (errno.EPERM, errno.EACCES, 10013)


def tried(allow: Iterable[Allowed] = ()) -> list[Step]:
    """Loopback must work; TCP, UDP 53 and ICMP to strangers must be stopped; each allowed address with a port is asked.

    An allowed address that does not answer is told as `skipped`: the way may be open and nobody at home.
    """
    steps = [loopback()]
    known = {entry.address for entry in allow}
    for address, family in NOBODY:
        if address not in known:
            steps += [stopped(f"{kind} {address}", address, family, kind) for kind in ("tcp", "udp", "icmp")]
    for server in nameservers():
        if server not in known:
            family = socket.AF_INET6 if ":" in server else socket.AF_INET
            steps.append(stopped(f"dns {server}", server, family, "udp"))
    return steps + [answering(entry) for entry in allow if entry.port]


def loopback() -> Step:
    """A connection to ourselves: the product's own pages."""
    try:
        with socket.create_server(("127.0.0.1", 0)) as server:
            server.settimeout(PATIENCE)
            echo = threading.Thread(target=_echo, args=(server,), daemon=True)
            echo.start()
            with socket.create_connection(server.getsockname(), PATIENCE) as client:
                client.sendall(b"hikeshi")
                fine = client.recv(16) == b"hikeshi"
            echo.join(PATIENCE)
    except OSError as error:
        return Step("loopback", "failed", str(error))
    return Step("loopback", "ok" if fine else "failed")


def stopped(what: str, address: str, family: int, kind: str) -> Step:
    """Sending must fail, or nothing may come back. Whoever could not be tried (no IPv6, no right) is `skipped`."""
    types = {"tcp": (socket.SOCK_STREAM, 0), "udp": (socket.SOCK_DGRAM, 0)}
    icmp = socket.IPPROTO_ICMPV6 if family == socket.AF_INET6 else socket.IPPROTO_ICMP
    number = {"tcp": 80, "udp": 53, "icmp": 0}[kind]
    try:
        sock = socket.socket(family, *types.get(kind, (socket.SOCK_RAW, icmp)))
    except OSError as error:
        return Step("forbidden", "skipped", f"{what}: {error}")
    with sock:
        sock.settimeout(PATIENCE / 5)
        try:
            if kind == "tcp":
                sock.connect((address, number))
                return Step("forbidden", "failed", what)
            sock.sendto(
                b"\x08\x00\xf7\xff\x00\x00\x00\x00" if family == socket.AF_INET else b"\x80" + b"\0" * 7,
                (address, number),
            )
        except TimeoutError:
            return Step("forbidden", "ok", what)
        except OSError as error:
            if error.errno in STOPPED:
                return Step("forbidden", "ok", what)
            if error.errno == errno.ECONNREFUSED:  # an answer came back
                return Step("forbidden", "failed", what)
            return Step("forbidden", "skipped", f"{what}: {error}")
    return Step("forbidden", "failed", what)


def answering(entry: Allowed) -> Step:
    """Whether an allowed address takes our connection."""
    try:
        with socket.create_connection((entry.address, entry.port), PATIENCE):
            return Step("allowed", "ok", str(entry))
    except ConnectionRefusedError:
        return Step("allowed", "ok", f"{entry} (refused there)")
    except OSError as error:
        return Step("allowed", "failed" if error.errno in STOPPED else "skipped", f"{entry}: {error}")


def nameservers(file: Path = Path("/etc/resolv.conf")) -> list[str]:
    """The resolvers that this machine asks, but those on itself."""
    found: list[str] = []
    with contextlib.suppress(OSError):
        for line in file.read_text(errors="replace").splitlines():
            words = line.split()
            if words[:1] == ["nameserver"] and len(words) > 1 and not words[1].startswith("127.") and words[1] != "::1":
                found.append(words[1].partition("%")[0])
    return found[:3]


def _echo(server: socket.socket) -> None:
    with contextlib.suppress(OSError):
        peer, _ = server.accept()
        with peer:
            peer.settimeout(PATIENCE)
            peer.sendall(peer.recv(16))
