"""どの製品のログからも、入り口・アカウント・届いた先・持ち出されたものが語られる。"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from hikeshi import words
from hikeshi.engines.logs import story
from hikeshi.engines.logs.story import Story
from tests.engines.logs.findings.test_logins import fortigate, m365, tries, vsftpd, windows
from tests.engines.logs.reading import report

BAD, START = "203.0.113.9", datetime(2026, 11, 16, 1, 0, tzinfo=UTC)
INSIDE = START + timedelta(minutes=5)
TEXTS = Path(story.__file__).parent


def told(folder: Path, **files: list[str]) -> dict[str, Any]:
    for name, lines in files.items():
        (folder / f"{name}.log").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return report(folder, zone="UTC", sinks=[Story()]).story


def moved(second: int, what: str, path: str, size: int) -> str:
    time = INSIDE + timedelta(seconds=second)
    return (
        f"{time:%a %b} {time.day:2} {time:%H:%M:%S %Y} [pid 3] [designer] OK {what}:"
        f' Client "{BAD}", "{path}", {size} bytes, 9.00Kbyte/sec'
    )


def test_ftp_tells_what_was_fetched_and_what_was_put(tmp_path: Path) -> None:
    """FTP では、取り出されたものだけを持ち出しに数え、置かれたものは攻撃者のしたこととして挙げる。"""
    lines = [
        *tries(vsftpd, 30, "designer"),
        vsftpd(INSIDE, True, "designer", BAD),
        moved(10, "DOWNLOAD", "/backup/customers.sql", 900_000),
        moved(20, "UPLOAD", "/www/img/x.php", 4_000),
    ]
    found = told(tmp_path, ftp=lines)
    assert [way["code"] for way in found["route"]] == ["finding:ftp_login:success"]
    assert (found["accounts"], found["addresses"]) == (["designer"], [BAD])
    assert found["period"]["from"] == "2026-11-16T01:05:00Z"
    assert [(one["account"], one["action"], one["count"]) for one in found["sessions"]] == [
        ("designer", "ftp.login", 1)
    ]
    (taken,) = found["taken"]
    assert (taken["params"]["bytes"], taken["params"]["count"]) == (900_000, 1)
    assert taken["targets"][0]["what"] == "/backup/customers.sql"
    (done,) = [one for one in found["reached"] if one["code"] == "done"]
    assert (done["params"]["what"], done["params"]["action"]) == ("/www/img/x.php", "ftp.upload")
    assert done["confidence"] == "medium"


def test_windows_tells_the_steps_further_inside(tmp_path: Path) -> None:
    """リモートデスクトップから入られた後、同じアカウントでの社内の移動を、確かめるべきこととして挙げる。"""
    lines = [*tries(windows, 30, "admin"), windows(INSIDE, True, "admin", BAD)]
    onward = windows(INSIDE + timedelta(minutes=9), True, "EXAMPLE\\Admin", "192.168.1.20").replace('"PC1"', '"FILES"')
    before = windows(START - timedelta(hours=1), True, "admin", "192.168.1.20").replace('"PC1"', '"MAIL"')
    found = told(tmp_path, security=[*lines, onward, before])
    codes = {one["code"]: one["params"]["host"] for one in found["reached"]}
    assert codes == {"logged_on": "PC1", "onward": "FILES"}
    assert found["graph"][0] == {
        "from": BAD,
        "to": "PC1",
        "account": "admin",
        "success": 1,
        "failure": 30,
        "intruder": True,
        "first": "2026-11-16T01:00:00Z",
        "last": "2026-11-16T01:05:00Z",
    }


def test_the_cloud_tells_what_the_intruder_changed(tmp_path: Path) -> None:
    """Microsoft 365 では、不正な接続元から作られた転送の規則が挙がり、ほかの人の同じ操作は弱く挙がる。"""

    def rule(user: str, address: str, minutes: int) -> str:
        record = json.loads(m365(INSIDE + timedelta(minutes=minutes), True, user, address))
        return json.dumps(record | {"Operation": "New-InboxRule", "Workload": "Exchange", "RecordType": 1})

    lines = [*tries(m365, 30, "hanako@example.jp"), m365(INSIDE, True, "hanako@example.jp", BAD)]
    lines += [rule("hanako@example.jp", BAD, 3), rule("taro@example.jp", "198.51.100.7", 9)]
    found = told(tmp_path, audit=lines)
    assert [way["code"] for way in found["route"]] == ["finding:cloud_login:success"]
    assert found["accounts"] == ["hanako@example.jp"]
    parts = {o["code"]: (o["params"].get("account"), o["confidence"]) for o in found["reached"]}
    assert parts["done"] == ("hanako@example.jp", "medium")
    assert parts["trace"] == ("taro@example.jp", "low")


def test_files_and_pages_of_one_batch_are_both_counted(tmp_path: Path) -> None:
    """FTP と Web のログを一緒に読んでも、どちらで持ち出されたものも数える。"""
    lines = [*tries(vsftpd, 30, "designer"), vsftpd(INSIDE, True, "designer", BAD), moved(10, "DOWNLOAD", "/a.zip", 5)]
    time = f"{INSIDE + timedelta(minutes=1):%d/%b/%Y:%H:%M:%S} +0000"
    page = f'{BAD} - - [{time}] "GET /customers.csv HTTP/1.1" 200 7000 "-" "Mozilla/5.0"'
    (taken,) = told(tmp_path, access=[page], ftp=lines)["taken"]
    assert {one["what"]: one["bytes"] for one in taken["targets"]} == {"/customers.csv": 7000, "/a.zip": 5}


def test_what_went_out_through_the_vpn_is_counted(tmp_path: Path) -> None:
    """VPN のつなぎが切れた行から、その間に外へ出た量を数える。"""
    lines = [*tries(fortigate, 30), fortigate(INSIDE, True, "hanako", BAD)]
    end = fortigate(INSIDE + timedelta(hours=2), True, "hanako", BAD).replace("tunnel-up", "tunnel-down")
    found = told(tmp_path, vpn=[*lines, end + " sentbyte=7654321 rcvdbyte=999"])
    assert [way["code"] for way in found["route"]] == ["finding:vpn_login:success"]
    assert [(one["params"]["bytes"], one["targets"][0]["what"]) for one in found["taken"]] == [(7654321, "vpn.down")]


def test_a_vpn_leads_to_the_machines_behind_it(tmp_path: Path) -> None:
    """VPN で渡された社内の番地からのログオンは、どのアカウントでも、VPN に入った者の足どりとして挙げる。"""
    entered = fortigate(INSIDE, True, "hanako", BAD) + " tunnelip=10.212.134.200"
    later = windows(INSIDE + timedelta(hours=1), True, "administrator", "10.212.134.200").replace('"PC1"', '"FILES"')
    sooner = windows(INSIDE - timedelta(hours=1), True, "taro", "10.212.134.200").replace('"PC1"', '"MAIL"')
    found = told(tmp_path, vpn=[*tries(fortigate, 30), entered], security=[later, sooner])
    (step,) = [one for one in found["reached"] if one["code"] == "through"]
    assert step["params"] == {
        "outer": BAD,
        "address": "10.212.134.200",
        "account": "administrator",
        "host": "FILES",
        "time": "2026-11-16T02:05:00Z",
    }
    assert (step["confidence"], len(step["events"])) == ("medium", 2)


def test_an_owners_device_is_no_way_in(tmp_path: Path) -> None:
    """古いパスワードの残った機器や、初めての接続元だけでは、侵入されたとは言わない。"""
    home = "198.51.100.7"
    lines = [vsftpd(START - timedelta(days=1), True, "designer", home), *tries(vsftpd, 40, "designer", home)]
    found = told(tmp_path, ftp=[*lines, vsftpd(START + timedelta(hours=1), True, "designer", home)])
    assert found["route"] == found["addresses"] == found["reached"] == found["taken"] == []


def test_every_part_has_its_texts() -> None:
    """語られることのどれにも、日英の文がある。"""
    for lang in ("ja", "en"):
        texts = words.texts(TEXTS, lang)
        assert {"logged_on", "onward", "trace", "done", "through", "sent", "opened"} <= texts.keys()
        assert {"ask_account", "ask_host", "ask_trace", "look_at_change", "look_at_files"} <= texts["settle"].keys()


def test_a_connection_is_nothing_that_was_opened(tmp_path: Path) -> None:
    """VPN やルーターへの接続そのものは、開いたファイルに数えない。"""
    lines = [f"2026/11/16 01:00:{i:02}: Login failed for TELNET: {BAD}" for i in range(30)]
    lines += [
        f"2026/11/16 01:01:00: Login succeeded for TELNET: {BAD}",
        f"2026/11/16 01:02:00: [L2TP] TUNNEL[1] connected from {BAD}",
    ]
    found = told(tmp_path, router=lines)
    assert [way["code"] for way in found["route"]] == ["finding:device_login:success"]
    assert found["taken"] == []
