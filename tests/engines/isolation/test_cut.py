"""本物の通信で：切ったあとに何も通らず、責任者の道だけが通り、元に戻せば一字も変わらない。"""

from __future__ import annotations

import socket

import pytest

from tests.engines.isolation.world import (
    ATTACKER,
    ATTACKER6,
    BRIDGE,
    CONTAINER,
    HOST,
    HOST6,
    RESPONDER,
    RESPONDER6,
    World,
    echoes,
    eventually,
    gets_through,
    hears_datagram,
    hears_frame,
    inside,
    reaches,
    sh,
)

OTHER_RULES = "add table inet other; add chain inet other c { type filter hook input priority 0; policy accept; };"
USUAL = OTHER_RULES + " add rule inet other c ct state established,related counter accept"


def test_established_attackers_are_cut_and_do_not_come_back(world: World) -> None:
    """つながっていた攻撃者の通信150本とIPv6は一本も通らず、元に戻したあとも生き返らない。責任者の通信は続く。"""
    world.nft(USUAL)
    attackers = world.flows(world.host, world.attacker, ATTACKER, 100) + world.flows(
        world.attacker, world.host, HOST, 50
    )
    attackers += world.flows(world.host, world.attacker, ATTACKER6, 1) + world.flows(
        world.attacker, world.host, HOST6, 1
    )
    ours = world.flows(world.responder, world.host, HOST, 1, 22) + world.flows(
        world.host, world.responder, RESPONDER, 1, 443
    )
    ours += world.flows(world.responder, world.host, HOST6, 1, 22)
    assert all(flow.both() for flow in attackers + ours)
    # Before the sockets are ended, the rules alone hold them: shown on sockets that ss cannot reach.
    report = world.act("on", f"{RESPONDER}:22", f"{RESPONDER}:443", RESPONDER6)
    assert report.state == "isolated"
    assert not any(flow.passes(0.01) for flow in attackers)
    assert all(flow.both() for flow in ours)
    killed = report.step("flows_killed")
    assert killed is not None
    assert int(killed.detail) >= 152
    undone = world.act("off")
    assert undone.state == "open"
    assert not any(flow.passes(0.01) for flow in attackers)
    assert all(flow.both() for flow in ours)
    assert gets_through(world.host, world.attacker, ATTACKER, 8080)


def test_what_was_sent_while_cut_never_arrives(world: World) -> None:
    """切れている間に攻撃者が送ったものは、元に戻したあとも届かない：この機械の通信は終わらせてある。"""
    (flow,) = world.flows(world.attacker, world.host, HOST)
    assert flow.both()
    world.act("on")
    flow.near.send(b"an order of the attacker")
    world.act("off")
    flow.far.settimeout(60)
    with pytest.raises(ConnectionAbortedError):
        flow.far.recv(100)


def test_what_runs_in_a_container_is_held_by_the_rules_alone(world: World) -> None:
    """コンテナの通信は、切れている間は前からのものも新しいものも通らず、終わらせられないので、元に戻すと続く。"""
    (held,) = world.flows(world.container, world.attacker, ATTACKER)
    assert held.both()
    world.act("on")
    assert not held.passes()  # lives in the container's namespace, where the host's ss does not reach
    assert not reaches(world.container, world.attacker, ATTACKER, 8080)
    assert not reaches(world.attacker, world.container, CONTAINER, 8080)
    world.act("off")
    assert eventually(held.passes)  # as docs/user/isolation.md says


@pytest.mark.parametrize("allow", [(), (f"{RESPONDER}:22", f"[{RESPONDER6}]:22")])
def test_nothing_new_passes(world: World, allow: tuple[str, ...]) -> None:
    """新しいTCP・IPv6・UDP 53番・ping・生のフレーム・コンテナは、どちら向きにも通らない。この機械の中は通る。"""
    a, h = world.attacker, world.host
    ways = {
        "tcp out": lambda: reaches(h, a, ATTACKER, 80),
        "tcp in": lambda: reaches(a, h, HOST, 80),
        "tcp6 out": lambda: reaches(h, a, ATTACKER6, 80),
        "tcp6 in": lambda: reaches(a, h, HOST6, 80),
        "dns out": lambda: hears_datagram(h, a, ATTACKER),
        "dns in": lambda: hears_datagram(a, h, HOST),
        "dns6 out": lambda: hears_datagram(h, a, ATTACKER6),
        "ping out": lambda: echoes(h, ATTACKER),
        "ping in": lambda: echoes(a, HOST),
        "frame out": lambda: hears_frame(h, a),
        "container": lambda: reaches(world.container, a, ATTACKER, 80),
        "to container": lambda: reaches(a, world.container, CONTAINER, 80),
        "container to host": lambda: reaches(world.container, h, BRIDGE, 80),
        "responder's other port": lambda: reaches(world.responder, h, HOST, 80),
        "to responder's other port": lambda: reaches(h, world.responder, RESPONDER, 80),
    }
    assert [name for name, way in ways.items() if not eventually(way)] == []
    report = world.act("on", *allow)
    assert report.layers == ["inet", "ingress", "egress"]
    assert [name for name, way in ways.items() if way()] == []
    assert gets_through(h, h, "127.0.0.1", 8440)
    assert gets_through(h, h, "::1", 8440)
    assert gets_through(h, h, HOST, 8440)
    through = gets_through if allow else reaches
    ports = [through(world.responder, h, HOST, 22), through(h, world.responder, RESPONDER, 22)]
    ports += [through(world.responder, h, HOST6, 22), through(h, world.responder, RESPONDER6, 22)]
    assert ports == [bool(allow)] * 4
    world.act("off")
    assert [name for name, way in ways.items() if not eventually(way)] == []


def test_macvlan_and_later_interfaces_are_cut(world: World) -> None:
    """本体の規則をくぐるmacvlanも、切ったあとに現れたインターフェースも通らない。"""
    sh(f"""ip -n {world.host} link add link eth0 name mv0 type macvlan mode bridge
    ip -n {world.host} link set mv0 netns {world.container}
    ip -n {world.container} link set mv0 up
    ip -n {world.container} addr add 10.77.0.3/24 dev mv0""")
    assert gets_through(world.container, world.attacker, ATTACKER, 80)
    world.act("on")
    assert not reaches(world.container, world.attacker, ATTACKER, 80)
    assert not reaches(world.attacker, world.container, "10.77.0.3", 80)
    sh(f"""ip link add eth1 netns {world.host} type veth peer name far1 netns {world.attacker}
    ip -n {world.host} link set eth1 up; ip -n {world.attacker} link set far1 up
    ip -n {world.host} addr add 10.88.0.1/24 dev eth1; ip -n {world.attacker} addr add 10.88.0.66/24 dev far1""")
    assert not reaches(world.host, world.attacker, "10.88.0.66", 80)
    assert not reaches(world.attacker, world.host, "10.88.0.1", 80)
    assert eventually(lambda: '"eth1"' in world.nft("list", "table", "netdev", "hikeshi_isolation"))
    with inside(world.attacker):
        there = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x88B5))
        there.bind(("far1", 0x88B5))
    with inside(world.host):
        here = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(0x88B5))
        here.bind(("eth1", 0x88B5))
    with here, there:
        there.settimeout(0.2)
        with pytest.raises(OSError):
            here.send(b"\xff" * 6 + b"\x02\x00\x00\x00\x00\x01" + b"\x88\xb5" + b"word" * 12)
            there.recv(100)


def test_another_firewall_can_neither_open_nor_flush_it(world: World) -> None:
    """ほかのファイアウォールが全部通しても、規則を全部消しても、切れたまま。消された規則は見張りが戻す。"""
    (flow,) = world.flows(world.responder, world.host, HOST, 1, 22)
    world.act("on", f"{RESPONDER}:22")
    world.nft(OTHER_RULES + " add rule inet other c accept")
    assert not reaches(world.attacker, world.host, HOST, 80)
    world.nft("flush", "ruleset")
    # At once, by the copy that belongs to a living process.
    assert not reaches(world.host, world.attacker, ATTACKER, 80)
    assert not hears_frame(world.host, world.attacker)
    assert not echoes(world.attacker, HOST)
    assert flow.both()
    assert eventually(lambda: "table inet hikeshi_isolation {" in world.nft("list", "ruleset"))
    assert world.act("status").state == "isolated"
    world.act("off")
    assert world.nft("list", "ruleset") == ""


def test_undo_restores_the_rules_to_the_byte(world: World) -> None:
    """元に戻すと、ほかの規則の一覧は切る前と一字も違わない。違えば、そう知らせる。"""
    world.nft(USUAL)
    world.nft("add set inet other s { type ipv4_addr; elements = { 192.0.2.7, 192.0.2.9 }; }; add table ip6 empty")
    before = world.nft("-s", "list", "ruleset")
    world.act("on", RESPONDER)
    assert world.nft("-s", "list", "ruleset") != before
    same = world.act("off").step("same_as_before")
    assert same is not None
    assert same.result == "ok"
    assert world.nft("-s", "list", "ruleset") == before
    world.act("on", RESPONDER)
    world.nft("add element inet other s { 192.0.2.10 }")
    same = world.act("off").step("same_as_before")
    assert same is not None
    assert same.result == "failed"
    assert "192.0.2.10" in world.nft("-s", "list", "ruleset")


@pytest.mark.parametrize("layers", ["inet ingress bridge", "inet bridge", "inet"])
def test_older_kernels_cut_what_they_can(world: World, layers: str) -> None:
    """出口のフックがない古いカーネルでも、IPの通信とコンテナは止まり、どこまで切れたかを正直に知らせる。"""
    world.layers = layers
    (forwarded,) = world.flows(world.container, world.attacker, ATTACKER)
    report = world.act("on", f"{RESPONDER}:22")
    assert report.layers == layers.split()
    assert not forwarded.passes()
    assert not reaches(world.host, world.attacker, ATTACKER, 80)
    assert not reaches(world.attacker, world.host, HOST, 80)
    assert not reaches(world.container, world.attacker, ATTACKER, 80)
    assert not reaches(world.attacker, world.container, CONTAINER, 80)
    assert not hears_datagram(world.host, world.attacker, ATTACKER6)
    assert not echoes(world.host, ATTACKER)
    # What this cannot stop, and what the product tells of: a raw frame out.
    assert eventually(lambda: hears_frame(world.host, world.attacker))
    assert gets_through(world.responder, world.host, HOST, 22)
    world.act("off")
    assert world.nft("list", "ruleset") == ""
