"""通り道を探す動き、メールサーバーの無断利用、ファイルの大量の取り出しと削除を見つける。"""

from __future__ import annotations

from pathlib import Path

import pytest

from hikeshi.engines.logs.report import Finding
from tests.engines.logs.reading import report

BAD = "203.0.113.9"


def found(folder: Path, lines: list[str], kind: str) -> list[Finding]:
    log = folder / "written.log"
    log.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return [one for one in report(log).findings if one.kind == kind]


def rejected(second: int, port: int, address: str = BAD, to: str = "192.0.2.10", way: str = "IN") -> str:
    clock = f"10:{second // 60:02}:{second % 60:02}"
    return f"2026/11/23 {clock}: PP[01] Rejected at {way}(1012) filter: TCP {address}:40000 > {to}:{port}"


def test_knocking_at_many_ports_is_a_scan(tmp_path: Path) -> None:
    """ルーターが断った、次々の入口への通信は、入口を探す動きである。"""
    (one,) = found(tmp_path, [rejected(i, 20 + i) for i in range(30)], "port_scan")
    assert (one.variant, one.success, one.level, one.addresses) == ("ports", "no", "low", [BAD])
    assert one.events == 30


def test_the_same_door_at_many_machines_is_a_scan(tmp_path: Path) -> None:
    """同じ入口を多くの機器で探すのも、入口を探す動きである。"""
    lines = [rejected(i, 445, to=f"192.0.2.{i + 1}") for i in range(40)]
    assert [one.variant for one in found(tmp_path, lines, "port_scan")] == ["hosts"]


def test_a_machine_inside_that_scans_is_graver(tmp_path: Path) -> None:
    """社内の機器が探しているなら、その機器を調べるべきである。"""
    lines = [rejected(i, 445, "192.168.100.12", f"198.18.0.{i + 1}", "OUT") for i in range(40)]
    (one,) = found(tmp_path, lines, "port_scan")
    assert (one.variant, one.level, one.addresses) == ("from_inside", "medium", ["192.168.100.12"])


@pytest.mark.parametrize(
    "lines",
    [
        [rejected(i * 60, 20 + i) for i in range(30)],
        [rejected(i, 23) for i in range(40)],
        [rejected(i, 20 + i, f"203.0.113.{i}") for i in range(40)],
    ],
    ids=["slow", "one port", "everybody"],
)
def test_everyday_knocking_is_nothing(lines: list[str], tmp_path: Path) -> None:
    """ゆっくりしたもの、一つの入口だけのもの、別々の接続元からのものは、ふつうの雑音である。"""
    assert found(tmp_path, lines, "port_scan") == []


def refused(second: int, why: str, address: str = BAD) -> str:
    tail = "from=<a@example.net> to=<b@example.org> proto=ESMTP helo=<x>"
    return (
        f"Nov 23 10:{second // 60:02}:{second % 60:02} sv postfix/smtpd[3]: NOQUEUE: reject: RCPT from"
        f" unknown[{address}]: 454 4.7.1 {why}; {tail}"
    )


@pytest.mark.parametrize(
    ("why", "many", "variant"),
    [
        ("<b@example.org>: Relay access denied", 2, "relay"),
        ("<x>: Helo command rejected: need fully-qualified hostname", 2, "helo"),
        ("Service unavailable; blocked using a list", 12, "refused"),
    ],
)
def test_misuse_of_the_mail_server_is_told(why: str, many: int, variant: str, tmp_path: Path) -> None:
    """中継の依頼、偽の名乗り、立て続けの迷惑メールは、断られたものとして知らせる。"""
    (one,) = found(tmp_path, [refused(i * 20, why) for i in range(many)], "mail_abuse")
    assert (one.variant, one.success, one.level, one.addresses) == (variant, "no", "low", [BAD])


def test_one_refused_mail_is_nothing(tmp_path: Path) -> None:
    """一通の断られたメールは、何でもない。"""
    lines = [refused(0, "Service unavailable"), refused(900, "<b@example.org>: Relay access denied")]
    assert found(tmp_path, lines, "mail_abuse") == []


def ftp(second: int, what: str, path: str, user: str = "designer") -> str:
    clock = f"10:{second // 60:02}:{second % 60:02}"
    return f'Mon Nov 23 {clock} 2026 [pid 3] [{user}] OK {what}: Client "{BAD}", "{path}", 2048 bytes, 9.00Kbyte/sec'


@pytest.mark.parametrize(("what", "many", "variant"), [("DOWNLOAD", 400, "fetched"), ("DELETE", 150, "deleted")])
def test_many_files_at_once_are_told(what: str, many: int, variant: str, tmp_path: Path) -> None:
    """短い間に多くのファイルが取り出され、消されたら、だれがどこからかとともに知らせる。攻撃とは言い切らない。"""
    (one,) = found(tmp_path, [ftp(i, what, f"/www/{i}.html") for i in range(many)], "mass_files")
    assert (one.variant, one.success, one.level) == (variant, "unknown", "medium")
    assert (one.addresses, one.params["address"], one.params["account"]) == ([BAD], BAD, "designer")
    assert [actor.address for actor in one.actors] == [BAD]


def test_one_file_many_times_is_nothing(tmp_path: Path) -> None:
    """同じファイルを何度取り出しても、大量の取り出しとは言わない。多くの人が少しずつでも同じである。"""
    assert found(tmp_path, [ftp(i, "DOWNLOAD", "/www/a.html") for i in range(500)], "mass_files") == []
    lines = [ftp(i, "DOWNLOAD", f"/www/{i}.html", f"user{i % 10}") for i in range(400)]
    assert found(tmp_path, lines, "mass_files") == []


def test_whom_fail2ban_shut_out_is_told(tmp_path: Path) -> None:
    """fail2ban が締め出した接続元は、一度でも、止められたものとして知らせる。"""
    line = f"2026-11-23 10:00:00,100 fail2ban.actions        [700]: NOTICE  [sshd] Ban {BAD}"
    (one,) = found(tmp_path, [line], "ids_alert")
    assert (one.variant, one.success, one.level, one.addresses) == ("banned", "no", "low", [BAD])
