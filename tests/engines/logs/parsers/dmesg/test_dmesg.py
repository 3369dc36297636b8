"""dmesg -T の表示の読み取り。"""

from __future__ import annotations

import pytest

from hikeshi.engines.common.problem import Problem
from tests.engines.logs.parsers.records import Read
from tests.engines.logs.reading import PARSERS, events

DAY = "[Mon Nov 23 10:00:00 2026]"
PACKET = f"{DAY} IN=eth0 OUT= MAC= SRC=203.0.113.81 DST=192.0.2.5 LEN=84 PROTO=TCP SPT=1 DPT=22"


def test_what_the_kernel_says_is_read_by_who_knows_it() -> None:
    """止めた通信は通信制限の記録として読み、ほかはカーネルの言葉のまま残す。日本語の日付も読む。"""
    found = events(PARSERS / "dmesg" / "sample.txt")
    assert [(e.format, e.action, e.outcome, e.address, e.source) for e in found] == [
        ("syslog", "syslog.message", "unknown", "", "kernel"),
        ("syslog", "syslog.message", "unknown", "", "kernel"),
        ("linux_firewall", "fw.blocked", "failure", "203.0.113.80", "kernel"),
        ("linux_firewall", "fw.packet", "unknown", "203.0.113.81", "kernel"),
        ("syslog", "syslog.message", "unknown", "", "kernel"),
        ("linux_firewall", "fw.blocked", "failure", "2001:db8::66", "kernel"),
    ]
    assert [e.when().isoformat() for e in found[-2:]] == ["2026-11-23T01:00:02+00:00", "2026-11-23T01:00:03+00:00"]
    assert {e.zone for e in found} == {"Asia/Tokyo"}


def test_what_powershell_kept_is_read() -> None:
    """PowerShell が UTF-16 で保存した表示も、同じに読む。"""
    text = (PARSERS / "dmesg" / "sample.txt").read_text(encoding="utf-8")
    found = Read(text.encode("utf-16"))
    assert (len(found.events), found.report.errors) == (6, 0)


def test_apaches_error_log_stays_apaches() -> None:
    """Apache 2.2 のエラーの記録は、カーネルの行が紛れ込んでいても Apache のものとして読む。"""
    line = f"{DAY} [error] [client 203.0.113.9] File does not exist: /var/www/x"
    found = Read("\n".join([line] * 8 + [PACKET] * 3).encode())
    assert found.report.format == "apache_error"
    assert {event.format for event in found.events} == {"apache_error"}


@pytest.mark.parametrize("said", ["shop.cgi: {}", "127.0.0.1:5000 [200]: GET /{}", "PHP Notice: {}", "[info] {}"])
def test_what_a_web_server_runs_is_not_the_kernels(said: str) -> None:
    """CGI や PHP の開発用サーバーの行は日付が同じ書き方でも、本文に何を書かれても、カーネルの記録としない。"""
    lines = [f"{DAY} {said.format(PACKET)}" for _ in range(8)]
    try:
        found = Read("\n".join(lines).encode())
    except Problem:
        return
    assert {event.format for event in found.events} == {"apache_error"}
