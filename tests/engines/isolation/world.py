"""A small world of network namespaces: a host, its attacker, its responder, and a container behind the host.

Nothing here touches the machine's own network: every rule is made in a namespace that the test made.
"""

from __future__ import annotations

import ctypes
import itertools
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from hikeshi.engines.isolation import Local, Plan, Report, act, resolved

COUNT = itertools.count()
NEWNET = 0x40000000
LIBC = ctypes.CDLL(None, use_errno=True)
HOST, ATTACKER, RESPONDER = "10.77.0.1", "10.77.0.66", "10.77.0.10"
HOST6, ATTACKER6, RESPONDER6 = "fd77::1", "fd77::66", "fd77::10"
CONTAINER, BRIDGE = "172.30.0.2", "172.30.0.1"
DIED = 'if [ -e "$STATE/die.{0}" ]; then rm -f "$STATE/die.{0}"; kill -9 $$; fi'


def sh(script: str) -> None:
    """Run commands that must work."""
    subprocess.run(["sh", "-ec", script], check=True, capture_output=True, text=True)


@dataclass(frozen=True)
class Inside(Local):
    """A host that is a network namespace. `deadly`: its script dies at each mark for which a file lies ready."""

    space: str = ""
    deadly: bool = False
    layers: str = ""

    def run(self, text: str, shell: list[str]) -> str:
        if self.deadly:
            text = "\n".join(
                DIED.format(line.strip().removeprefix("#: ")) if line.strip().startswith("#: ") else line
                for line in text.splitlines()
            )
        if self.layers:
            # As on an older kernel, where nft would refuse the fuller ones.
            text = text.replace("'inet ingress egress' 'inet ingress bridge' 'inet bridge' inet", f"'{self.layers}'")
        return super().run(text + "\n", ["ip", "netns", "exec", self.space, *shell])


@dataclass
class World:
    """Names of the namespaces and the folder in which the host keeps its notes."""

    folder: Path
    name: str = field(default_factory=lambda: f"hk{os.getpid()}x{next(COUNT)}")
    deadly: bool = False
    layers: str = ""
    sockets: list[socket.socket] = field(default_factory=list)

    @property
    def host(self) -> str:
        return f"{self.name}h"

    @property
    def attacker(self) -> str:
        return f"{self.name}a"

    @property
    def responder(self) -> str:
        return f"{self.name}r"

    @property
    def container(self) -> str:
        return f"{self.name}c"

    @property
    def state(self) -> str:
        return str(self.folder)

    def act(self, verb: str, *allow: str, timer: int = 0, escape: bool = True) -> Report:
        """One verb in the host's namespace."""
        place = Inside(space=self.host, deadly=self.deadly, layers=self.layers)
        return act(verb, place, Plan(resolved(allow), timer, escape), folder=self.state)

    def flows(self, client: str, server: str, address: str, count: int = 1, port: int = 4444) -> list[Flow]:
        """`count` connections from one namespace to a server in another."""
        with inside(server):
            listening = socket.create_server((address, port), family=family_of(address), backlog=count)
        listening.settimeout(60)
        made = []
        with listening:
            for _ in range(count):
                with inside(client):
                    near = socket.create_connection((address, port), 60)
                self.sockets.append(near)
                far = listening.accept()[0]
                self.sockets.append(far)
                made.append(Flow(near, far))
        return made

    def nft(self, *words: str) -> str:
        """nft in the host's namespace."""
        command = ["ip", "netns", "exec", self.host, "nft", *words]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    def time_is_up(self) -> None:
        """The timer ends now: its deadline is past, and whoever sleeps until then wakes."""
        Path(self.state, "deadline").write_text("0\n")
        for process in subprocess.run(
            ["ip", "netns", "pids", self.host], capture_output=True, text=True
        ).stdout.split():
            with suppress(OSError):
                if Path("/proc", process, "cmdline").read_bytes().startswith(b"sleep\0"):
                    os.kill(int(process), signal.SIGTERM)

    def is_cut(self) -> bool:
        return "hikeshi_isolation" in self.nft("list", "tables")

    def build(self, *, whole: bool = True) -> None:
        """The namespaces and their wires; without `whole` only the host and its responder."""
        others = {self.responder: (RESPONDER, RESPONDER6)}
        if whole:
            others[self.attacker] = (ATTACKER, ATTACKER6)
        lines = [f"ip netns add {self.host}", f"ip -n {self.host} link set lo up"]
        if not whole:
            lines += self._wire(self.responder, "eth0", self.host, "eth0")
        else:
            lines += [f"ip netns add {self.name}s", f"ip -n {self.name}s link add sw type bridge"]
            lines += [f"ip -n {self.name}s link set sw up", *self._wire(self.host, "eth0", f"{self.name}s", "p0")]
        for number, space in enumerate(others, 1):
            lines += [f"ip netns add {space}", f"ip -n {space} link set lo up"]
            if whole:
                lines += self._wire(space, "eth0", f"{self.name}s", f"p{number}")
        if not whole:  # both ends must stand before the wire
            lines.sort(key=lambda line: not line.startswith("ip netns add"))
        for space, (four, six) in {self.host: (HOST, HOST6), **others}.items():
            lines += [f"ip -n {space} addr add {four}/24 dev eth0", f"ip -n {space} addr add {six}/64 dev eth0 nodad"]
        if whole:
            lines += [f"ip -n {self.name}s link set p{n} master sw" for n in range(len(others) + 1)] + self._container()
        sh("\n".join(lines))

    def _wire(self, one: str, device: str, other: str, far: str) -> list[str]:
        made = f"ip link add {device} netns {one} type veth peer name {far} netns {other}"
        return [made, f"ip -n {one} link set {device} up", f"ip -n {other} link set {far} up"]

    def _container(self) -> list[str]:
        return [
            f"ip netns add {self.container}",
            f"ip -n {self.host} link add br0 type bridge",
            f"ip -n {self.host} addr add {BRIDGE}/24 dev br0",
            f"ip -n {self.host} link set br0 up",
            *self._wire(self.container, "eth0", self.host, "vc0"),
            f"ip -n {self.host} link set vc0 master br0",
            f"ip -n {self.container} addr add {CONTAINER}/24 dev eth0",
            f"ip -n {self.container} route add default via {BRIDGE}",
            f"ip netns exec {self.host} sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward'",
            f"ip -n {self.attacker} route add 172.30.0.0/24 via {HOST}",
        ]

    def destroy(self) -> None:
        """End what was begun in these namespaces, then take them away."""
        for one in self.sockets:
            one.close()
        for space in (self.host, self.attacker, self.responder, self.container, f"{self.name}s"):
            if not Path("/run/netns", space).exists():
                continue
            found = subprocess.run(["ip", "netns", "pids", space], capture_output=True, text=True).stdout.split()
            for process in found:
                if int(process) != os.getpid():
                    subprocess.run(["kill", "-9", process], capture_output=True)
            subprocess.run(["ip", "netns", "del", space], capture_output=True)


@contextmanager
def inside(space: str) -> Iterator[None]:
    """This thread stands in that namespace; sockets made here stay there."""
    home = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
    there = os.open(f"/run/netns/{space}", os.O_RDONLY)
    try:
        assert LIBC.setns(there, NEWNET) == 0, os.strerror(ctypes.get_errno())
        yield
    finally:
        assert LIBC.setns(home, NEWNET) == 0
        os.close(home)
        os.close(there)


@dataclass
class Flow:
    """An established TCP connection between two namespaces."""

    near: socket.socket
    far: socket.socket

    def passes(self, patience: float = 0.05) -> bool:
        """Whether a fresh word gets through, either way."""
        return says(self.near, self.far, patience) or says(self.far, self.near, patience)

    def both(self, patience: float = 60.0) -> bool:
        return says(self.near, self.far, patience) and says(self.far, self.near, patience)


def family_of(address: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in address else socket.AF_INET


def says(one: socket.socket, other: socket.socket, patience: float) -> bool:
    """Whether a word that was never said before arrives."""
    word = os.urandom(8)
    try:
        one.setblocking(False)
        one.send(word)
        other.settimeout(patience)
        heard = b""
        while word not in heard:
            got = other.recv(4096)
            if not got:
                return False
            heard += got
    except OSError:
        return False
    return True


def reaches(client: str, server: str, address: str, port: int, patience: float = 0.15) -> bool:
    """Whether a new TCP connection comes about at once; what must come about is asked for with `gets_through`."""
    family = family_of(address)
    with inside(server):
        listening = socket.create_server((address, port), family=family)
    with listening, inside(client):
        try:
            with socket.create_connection((address, port), patience):
                return True
        except OSError:
            return False


def gets_through(client: str, server: str, address: str, port: int) -> bool:
    """Whether a new TCP connection comes about, however busy this machine is."""
    return eventually(lambda: reaches(client, server, address, port))


def hears_datagram(client: str, server: str, address: str, port: int = 53) -> bool:
    """Whether a UDP datagram arrives."""
    family = family_of(address)
    with inside(server):
        there = socket.socket(family, socket.SOCK_DGRAM)
    with inside(client):
        here = socket.socket(family, socket.SOCK_DGRAM)
    with here, there:
        there.bind((address, port))
        there.settimeout(0.1)
        try:
            here.sendto(b"word", (address, port))
            return there.recv(16) == b"word"
        except OSError:
            return False


def hears_frame(client: str, server: str, device: str = "eth0") -> bool:
    """Whether a raw frame of a made-up protocol arrives, past every address."""
    with inside(server):
        there = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x88B5))
        there.bind(("eth0", 0x88B5))
    with inside(client):
        here = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x88B5))
    word = os.urandom(50)
    with here, there:
        there.settimeout(0.1)
        try:
            here.bind((device, 0x88B5))
            here.send(b"\xff" * 6 + b"\x02\x00\x00\x00\x00\x01" + b"\x88\xb5" + word)
            return word in there.recv(4096)
        except OSError:
            return False


def echoes(client: str, address: str) -> bool:
    """Whether a ping comes back."""
    with inside(client):
        here = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
    with here:
        here.settimeout(0.1)
        try:
            here.sendto(b"\x08\x00\xf7\xfe\x00\x01\x00\x00", (address, 0))
            while True:
                packet = here.recv(4096)
                if packet[20] == 0 and packet[12:16] == socket.inet_aton(address):
                    return True
        except OSError:
            return False


def eventually(seen: Callable[[], bool], patience: float = 60.0) -> bool:
    """Whether it comes true before our patience ends."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        if seen():
            return True
        time.sleep(0.15)
    return False
