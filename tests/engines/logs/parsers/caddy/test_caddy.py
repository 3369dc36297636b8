"""Caddy の JSON：要求と、WAF（Coraza）の判断を読む。"""

from __future__ import annotations

from pathlib import Path

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
