"""Caddy の JSON：要求と、WAF（Coraza）の判断を読む。"""

from __future__ import annotations

from pathlib import Path

import pytest

from hikeshi.engines.common.problem import Problem
from tests.engines.logs.parsers.records import Read, values
from tests.engines.logs.reading import report, sample


def test_requests_and_the_guard_are_told_apart() -> None:
    """要求はだれが何をしたか、WAF は攻撃とみなしたときだけ警報として読む。"""
    first, refused, signed_in, alert, warned = sample("caddy")
    assert (first.action, first.address, first.target, first.status) == ("web.request", "198.51.100.7", "/", 200)
    assert (first.host, first.agent, first.sent) == ("www.example.jp", "Mozilla/5.0", 812)
    assert (refused.outcome, refused.status) == ("failure", 401)
    assert (signed_in.user, signed_in.outcome) == ("hanako", "success")
    assert (alert.action, alert.address) == ("waf.alert", "203.0.113.9")
    assert (warned.action, warned.address) == ("waf.message", "198.51.100.7")


def test_refused_passwords_add_up(tmp_path: Path) -> None:
    """パスワードを求める 401 が続けば、総当たりとして見つける。"""
    line = (Path(__file__).parent / "sample.log").read_text().splitlines()[1]
    log = tmp_path / "caddy.log"
    log.write_text("\n".join(line.replace("1795399201.5", f"{1795399201 + i}") for i in range(8)) + "\n")
    found = report(log).findings
    assert [(one.kind, one.addresses) for one in found] == [("http_bruteforce", ["203.0.113.9"])]


@pytest.mark.parametrize("tab", ["\t", " ", "    "])
def test_what_a_terminal_shows_is_read_like_the_file(tab: str) -> None:
    """`caddy run` の画面の出力も、タブのままでも写して空白になっていても、JSON の記録と同じに読む。"""
    data = (Path(__file__).parent / "sample_console.log").read_text().replace("\t", tab)
    data = data.replace("00    ", "00 ")
    found = Read(data.encode())
    assert found.report.errors == 0
    assert values(found.events, "action", "outcome", "address", "user", "target", "status") == [
        ("caddy.message", "unknown", "", "", "", 0),
        ("caddy.message", "unknown", "", "", "", 0),
        ("caddy.message", "unknown", "", "", "", 0),
        ("web.request", "success", "198.51.100.7", "", "/", 200),
        ("web.request", "failure", "203.0.113.9", "", "/admin/", 401),
        ("web.request", "success", "198.51.100.7", "hanako", "/admin/", 200),
        ("waf.alert", "unknown", "203.0.113.9", "", "", 0),
    ]
    assert found.events[3].when().isoformat() == "2026-11-23T01:00:01.500000+00:00"
    assert found.events[5].agent == 'x  {"a": 1}'


def test_programs_that_write_alike_are_not_caddy() -> None:
    """日時とレベルの書き方が同じだけの、ほかのプログラムの行は、Caddy の記録としない。"""
    line = "2026/11/23 10:00:00.123 INFO  [main] com.example.App - handled request {}\n"
    with pytest.raises(Problem):
        Read(line.encode() * 5)
    with pytest.raises(Problem):
        Read(line.replace("INFO  ", "INFO\t").encode() * 5)
