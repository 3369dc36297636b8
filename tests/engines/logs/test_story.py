"""ログが合わせて語ること：どこから、いつからいつまで、だれの名前で、どこへ届き、何が持ち出されたか。"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from hikeshi import words
from hikeshi.engines.logs import Report, rescan, scan, story

NOW = datetime(2026, 11, 23, tzinfo=UTC)
TEXTS = Path(story.__file__).parent
ATTACKER, OWNER = "203.0.113.9", "198.51.100.7"


def ssh(time: datetime, host: str, said: str) -> str:
    return f"{time:%b %d %H:%M:%S} {host} {said}\n"


def auth_log(folder: Path, *, success: bool) -> Path:
    """Forty wrong passwords; then perhaps the right one, an account made, and a step to the next machine."""
    time = datetime(2026, 11, 22, 1, 0)
    lines = []
    for i in range(40):
        lines.append(ssh(time, "shop", f"sshd[{i}]: Failed password for root from {ATTACKER} port {4000 + i} ssh2"))
        time += timedelta(seconds=5)
    if success:
        lines.append(ssh(time, "shop", f"sshd[90]: Accepted password for root from {ATTACKER} port 5000 ssh2"))
    time += timedelta(minutes=5)
    lines.append(ssh(time, "db", "sshd[91]: Accepted publickey for root from 192.168.1.10 port 9 ssh2: RSA SHA256:x"))
    lines.append(ssh(time, "shop", f"sshd[92]: Accepted password for hanako from {OWNER} port 5 ssh2"))
    log = folder / "auth.log"
    log.write_text("".join(lines))
    return log


def told(log: Path, **how: Any) -> Report:
    return scan([log], now=NOW, zone="UTC", **how)


def test_a_break_in_has_a_way_a_time_and_an_account(tmp_path: Path) -> None:
    """成功の記録がある攻撃から、経路・期間・アカウント・届いた先がわかる。"""
    found = told(auth_log(tmp_path, success=True)).story
    (way,) = found["route"]
    assert way["code"] == "finding:ssh_bruteforce:success"
    assert (way["addresses"], way["hosts"]) == ([ATTACKER], ["shop"])
    assert found["period"]["from"] == "2026-11-22T01:03:20Z"
    assert found["tried_from"] == "2026-11-22T01:00:00Z"
    assert (found["accounts"], found["addresses"]) == (["root"], [ATTACKER])
    assert OWNER not in str(found["route"] + found["reached"])
    reached = {one["code"]: one for one in found["reached"]}
    assert reached["logged_on"]["params"]["host"] == "shop"
    assert reached["logged_on"]["events"][0]["record"] == 41
    assert reached["onward"]["params"]["host"] == "db"
    assert reached["onward"]["confidence"] == "low"


def test_no_success_no_way_in(tmp_path: Path) -> None:
    """成功の記録がなければ、経路も期間も言わない。試みられたことだけを言う。"""
    found = told(auth_log(tmp_path, success=False)).story
    assert found["route"] == found["accounts"] == found["addresses"] == found["reached"] == found["taken"] == []
    assert found["period"] == {"from": None, "to": None}
    assert found["tried_from"] == "2026-11-22T01:00:00Z"


def test_the_graph_tells_who_was_let_in(tmp_path: Path) -> None:
    """ログオンの図には、成功と失敗が別々に数えられ、攻撃者が先に並ぶ。"""
    first, *rest = told(auth_log(tmp_path, success=True)).story["graph"]
    assert (first["from"], first["to"], first["account"], first["intruder"]) == (ATTACKER, "shop", "root", True)
    assert (first["success"], first["failure"]) == (1, 40)
    assert {(e["from"], e["intruder"]) for e in rest} == {("192.168.1.10", False), (OWNER, False)}


def test_what_was_sent_is_counted_after_the_break_in(tmp_path: Path) -> None:
    """持ち出されたおそれのあるものは、入られたあとに送られた分だけを、大きい順に数える。"""
    time = datetime(2026, 11, 22, 2, 0)
    lines = []

    def web(address: str, request: str, status: int, size: int) -> None:
        nonlocal time
        time += timedelta(seconds=2)
        lines.append(f'{address} - - [{time:%d/%b/%Y:%H:%M:%S} +0000] "{request} HTTP/1.1" {status} {size} "-" "x"\n')

    web(ATTACKER, "GET /before.zip", 200, 7_000_000)
    for _ in range(30):
        web(ATTACKER, "POST /wp-login.php", 200, 3000)
    web(ATTACKER, "POST /wp-login.php", 302, 20)
    web(ATTACKER, "GET /wp-admin/", 200, 5000)
    web(ATTACKER, "GET /backup/customers.csv", 200, 90_000)
    web(OWNER, "GET /backup/customers.csv", 200, 90_000)
    web(ATTACKER, "GET /secret.csv", 403, 100)
    (tmp_path / "access.log").write_text("".join(lines))
    report = told(tmp_path / "access.log")
    assert [f.success for f in report.findings if f.kind == "wordpress_login"] == ["yes"]
    (taken,) = report.story["taken"]
    assert taken["params"]["address"] == ATTACKER
    assert report.story["period"]["from"] == "2026-11-22T02:01:04Z"
    assert taken["targets"][0] == {"what": "/backup/customers.csv", "bytes": 90_000, "count": 1}
    assert "/before.zip" not in str(taken["targets"])
    assert "/secret.csv" not in str(taken["targets"])
    assert taken["params"]["bytes"] == sum(one["bytes"] for one in taken["targets"])


def test_a_rescan_tells_the_same_story(tmp_path: Path) -> None:
    """ログがなくても、出来事の表から同じ話になる。"""
    first = told(auth_log(tmp_path, success=True), out=tmp_path / "table").story
    (tmp_path / "auth.log").unlink()
    again = rescan(tmp_path / "table", None).story

    def bare(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: bare(one) for key, one in value.items() if key != "raw"}
        return [bare(one) for one in value] if isinstance(value, list) else value

    assert bare(again) == bare(first)


def test_each_time_is_that_of_an_event(tmp_path: Path) -> None:
    """話に出る時刻には、その出来事が記録にある。期間は、あとの失敗した試みでは延びない。"""
    log = auth_log(tmp_path, success=True)
    owner = "sshd[7]: Accepted publickey for root from 192.168.1.20 port 9 ssh2: RSA SHA256:x"
    late = datetime(2026, 11, 22, 20, 0)
    lines = [ssh(datetime(2026, 11, 20, 1, 0), "db", owner), log.read_text(), ssh(late, "db", owner)]
    failed = f"sshd[8]: Failed password for root from {ATTACKER} port 4000 ssh2"
    lines += [ssh(late + timedelta(minutes=n), "shop", failed) for n in range(5)]
    log.write_text("".join(lines))
    found = told(log).story
    assert found["period"] == {"from": "2026-11-22T01:03:20Z", "to": "2026-11-22T01:03:20Z"}
    (onward,) = [one for one in found["reached"] if one["params"].get("address") == "192.168.1.20"]
    assert onward["params"]["time"] == "2026-11-22T20:00:00Z"
    assert [(one["time"], one["record"]) for one in onward["events"]] == [("2026-11-22T20:00:00Z", 45)]


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_every_part_has_its_words(lang: str) -> None:
    """話のどの部分にも、二つの言葉の文がある。"""
    texts = words.texts(TEXTS, lang)
    source = (TEXTS / "telling.py").read_text(encoding="utf-8")
    for code in ("logged_on", "onward", "trace", "sent", "opened"):
        assert f'"{code}"' in source
        assert len(texts[code]) > 10
    for name in ("ask_account", "ask_host", "ask_trace", "look_at_files"):
        assert f'"{name}"' in source
        assert len(texts["settle"][name]) > 5
