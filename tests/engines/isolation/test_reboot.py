"""再起動：確定したものは起動のときに戻り、確定していないものは戻らない（systemdのない名前空間で、その命令だけを動かす）。"""

from __future__ import annotations

import shutil
import socket
import struct
import subprocess
from contextlib import suppress
from pathlib import Path

import pytest

from hikeshi.engines.isolation.platforms.linux.platform import functions
from tests.components import needs
from tests.engines.isolation.world import (
    HOST,
    RESPONDER,
    RESPONDER6,
    World,
    eventually,
    gets_through,
    inside,
    reaches,
    sh,
)


def reboot(world: World) -> None:
    """What a reboot leaves: the notes on the disk; no process, no rule, another boot."""
    for name in ("watch", "owner"):
        sh(f"kill -9 $(cat {world.state}/{name}.pid)")
    assert eventually(lambda: "owned" not in world.nft("list", "tables"))
    world.nft("flush", "ruleset")
    Path(world.state, "boot").write_text("an earlier one\n")
    assert world.nft("list", "ruleset") == ""


def start(world: World, *words: str) -> None:
    """As the unit does it: `boot` before the network, then the watch."""
    host = f"ip netns exec {world.host} sh {world.state}/host.sh"
    sh(f"{host} boot; (setsid {host} watch </dev/null >/dev/null 2>&1 &)")


def test_what_was_confirmed_is_cut_again(pair: World) -> None:
    """確定した切り離しは、起動のときに、ネットワークより先に元どおり入る。"""
    pair.act("on", f"{RESPONDER}:22", timer=600)
    pair.act("confirm")
    reboot(pair)
    assert pair.act("status").state == "lost"
    start(pair)
    assert not reaches(pair.host, pair.responder, RESPONDER, 80)
    assert gets_through(pair.responder, pair.host, HOST, 22)
    # The copy that cannot be flushed comes with the watch, a moment later.
    assert eventually(lambda: pair.act("status").owned)
    assert pair.act("status").state == "isolated"
    pair.act("off")
    assert pair.nft("list", "ruleset") == ""


def asks(world: World, client: str, server: str, near: int, far: int) -> bool:
    """Whether a broadcast from one port to another arrives, as a lease is asked for and given, also without address."""
    with inside(server):
        there = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    with inside(client):
        here = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    with here, there:
        for one, port in ((here, near), (there, far)):
            one.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b"eth0")
            one.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
            one.bind(("", port))
            one.settimeout(0.3)
        try:
            here.sendto(b"lease", ("255.255.255.255", far))
            return there.recv(16) == b"lease"
        except OSError:
            return False


def test_a_lease_is_got_again_after_a_reboot(pair: World) -> None:
    """アドレスを借りている機械は、再起動のあとも借り直せて、通すものまでの道の途中の機械とも話せる。ほかは通らない。"""
    sh(
        f"ip -n {pair.host} addr change {HOST}/24 dev eth0 valid_lft 600 preferred_lft 600;"
        f"ip -n {pair.host} route add 203.0.113.0/24 via {RESPONDER}"
    )
    pair.act("on", "203.0.113.5", timer=600)
    pair.act("confirm")
    reboot(pair)
    sh(f"ip -n {pair.host} -4 addr flush dev eth0")
    start(pair)
    assert eventually(lambda: pair.act("status").owned)
    assert eventually(lambda: asks(pair, pair.host, pair.responder, 68, 67))
    assert eventually(lambda: asks(pair, pair.responder, pair.host, 67, 68))
    assert not asks(pair, pair.host, pair.responder, 68, 69)
    assert f"arp daddr ip {RESPONDER} accept" in pair.nft("list", "ruleset")
    pair.act("off")
    assert pair.nft("list", "ruleset") == ""
    assert [name for name in ("leased", "near4", "near6") if Path(pair.state, name).exists()] == []
    # A fixed address is not taken for one on lease because of what was there once.
    sh(f"ip -n {pair.host} addr add {HOST}/24 dev eth0")
    pair.act("on", RESPONDER)
    assert not asks(pair, pair.host, pair.responder, 68, 67)


@pytest.mark.parametrize("allow", [RESPONDER6, RESPONDER])
def test_a_router_is_asked_for_only_where_ipv6_may_pass(pair: World, allow: str) -> None:
    """IPv6で通すものがあるときだけ、再起動のあとすぐにアドレスをもらうため、ルーターに尋ねられる。"""
    pair.act("on", allow)
    kind = (socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_ICMPV6)
    with inside(pair.responder):
        there = socket.socket(*kind)
    with inside(pair.host):
        here = socket.socket(*kind)
        device = socket.if_nametoindex("eth0")
    with here, there:
        here.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_HOPS, 255)
        routers = socket.inet_pton(socket.AF_INET6, "ff02::2") + struct.pack("i", index(pair))
        there.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_JOIN_GROUP, routers)
        there.settimeout(60 if allow == RESPONDER6 else 0.3)
        arrived: list[int] = []
        with suppress(OSError):
            here.sendto(b"\x85" + bytes(7), ("ff02::2", 0, 0, device))
            while 0x85 not in arrived:
                arrived.append(there.recv(1500)[0])
    assert (0x85 in arrived) == (allow == RESPONDER6)


def index(world: World) -> int:
    """The number of the responder's own device."""
    with inside(world.responder):
        return socket.if_nametoindex("eth0")


@pytest.mark.parametrize("kept", [False, True])
def test_what_was_not_confirmed_is_not(pair: World, kept: bool) -> None:
    """確定を待つ間に再起動したら、確定していた前の切り離しに、それがなければ元に戻る。"""
    if kept:
        pair.act("on", f"{RESPONDER}:22")
    pair.act("on", "192.0.2.1", timer=600)
    reboot(pair)
    start(pair)
    assert eventually(lambda: pair.act("status").state == ("isolated" if kept else "open"))
    assert gets_through(pair.responder, pair.host, HOST, 22)
    through = reaches if kept else gets_through
    assert through(pair.host, pair.responder, RESPONDER, 80) != kept


def test_the_unit_is_one_that_systemd_understands(tmp_path: Path) -> None:
    """書かれるユニットは、systemd が読める形をしている。"""
    needs("systemd-analyze")
    text = functions("/var/lib/hikeshi-isolation")
    body = text[text.index("[Unit]") : text.index("\n\tE\n", text.index("[Unit]"))]
    unit = tmp_path / "hikeshi-isolation.service"
    unit.write_text(
        "\n".join(line.strip() for line in body.splitlines()).replace("$STATE", str(tmp_path)), encoding="utf-8"
    )
    assert "Before=network-pre.target" in unit.read_text()
    done = subprocess.run([str(shutil.which("systemd-analyze")), "verify", unit], capture_output=True, text=True)
    assert "hikeshi" not in done.stderr, done.stderr
