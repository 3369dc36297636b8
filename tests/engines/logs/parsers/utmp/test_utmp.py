"""ログインの記録（wtmp・btmp・utmp）の読み取り。"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.engines.logs.parsers.records import Read, values
from tests.engines.logs.reading import PARSERS, events, find

HERE = PARSERS / "utmp"


def test_what_the_sample_says() -> None:
    """だれが、どこから、いつ入り、出たかが読める。"""
    assert [(e.action, e.outcome, e.user, e.address, e.method, e.source) for e in events(HERE / "sample.wtmp")] == [
        ("system.boot", "unknown", "", "", "~", "wtmp"),
        ("auth.login", "success", "hanako", "192.0.2.50", "pts/0", "wtmp"),
        ("auth.login", "success", "taro", "2001:db8::5", "ftpd901", "wtmp"),
        ("session.closed", "unknown", "", "", "pts/0", "wtmp"),
        ("system.shutdown", "unknown", "", "", "~", "wtmp"),
    ]


def test_the_time_is_utc() -> None:
    """時刻は世界標準時（UTC）になる。"""
    assert events(HERE / "sample.wtmp")[0].when().isoformat() == "2026-11-23T01:00:00.005000+00:00"


def test_what_arm64_wtmp_says() -> None:
    """だれが、どこから、いつ入り、出たかが読める。"""
    assert [(e.action, e.outcome, e.user, e.address, e.method, e.source) for e in events(HERE / "arm64.wtmp")] == [
        ("system.boot", "unknown", "", "", "~", "wtmp"),
        ("auth.login", "success", "hanako", "192.0.2.50", "pts/0", "wtmp"),
        ("auth.login", "success", "taro", "2001:db8::5", "ftpd901", "wtmp"),
        ("session.closed", "unknown", "", "", "pts/0", "wtmp"),
        ("system.shutdown", "unknown", "", "", "~", "wtmp"),
    ]


def test_what_btmp_says() -> None:
    """だれが、どこから、いつ入り、出たかが読める。"""
    assert [(e.action, e.outcome, e.user, e.address, e.method, e.source) for e in events(HERE / "btmp")] == [
        ("auth.login", "failure", "root", "203.0.113.9", "ssh:notty", "btmp"),
        ("auth.login", "failure", "root", "203.0.113.9", "ssh:notty", "btmp"),
    ]


def test_btmp_is_known_by_what_is_in_it() -> None:
    """名前を変えた btmp でも、失敗したログインは失敗として読む。getty の待ち受け（LOGIN）は失敗ではない。"""
    data = (HERE / "btmp").read_bytes()
    assert set(values(Read(data, "a.txt").events, "action", "outcome")) == {("auth.login", "failure")}
    waiting = data.replace(b"root\0\0", b"LOGIN\0")
    assert set(values(Read(waiting, "a.txt").events, "action", "outcome")) == {("utmp.login_process", "unknown")}


def test_what_last_and_lastb_print_is_read() -> None:
    """画面から写した last と lastb も読む。成否は命令や行が言うとおりにし、曜日から年を決める。"""
    found = events(HERE / "sample_last.txt")
    assert [(e.action, e.outcome, e.user, e.address, e.method) for e in found] == [
        ("auth.login", "success", "hanako", "192.0.2.50", "pts/0"),
        ("auth.login", "success", "taro", "2001:db8::5", "pts/1"),
        ("auth.login", "success", "hanako", "", "tty1"),
        ("system.boot", "unknown", "", "", "system boot"),
        ("auth.login", "failure", "root", "203.0.113.9", "ssh:notty"),
        ("auth.login", "failure", "", "203.0.113.9", "ssh:notty"),
        ("auth.login", "failure", "$ last", "203.0.113.9", "ssh:notty"),
        ("auth.login", "failure", "taro", "", "tty1"),
    ]
    assert found[0].when().isoformat() == "2026-11-23T01:00:05+00:00"
    assert [e.when().year for e in found[4:]] == [2026, 2026, 2026, 2025]


ROW = "taro     {tty:12} {host:16} {time}"
NOTHING = "Mon Nov 23 09:56 - 09:56  (00:00)"


@pytest.mark.parametrize(
    ("line", "foot", "name", "outcome"),
    [
        (ROW.format(tty="tty1", host="", time=NOTHING), "", "a.txt", "unknown"),
        (ROW.format(tty="tty1", host="", time=NOTHING), "wtmp begins Mon Nov  2 09:00:00 2026", "a.txt", "success"),
        (ROW.format(tty="tty1", host="", time=NOTHING), "btmp begins Mon Nov  2 09:00:00 2026", "a.txt", "failure"),
        (ROW.format(tty="tty1", host="", time=NOTHING), "", "lastb.txt", "failure"),
        (ROW.format(tty="ssh:notty", host="203.0.113.9", time=NOTHING), "", "last.txt", "failure"),
        (ROW.format(tty="pts/0", host="192.0.2.1", time="Mon Nov 23 09:56   gone - no logout"), "", "a", "success"),
    ],
)
def test_the_outcome_is_never_more_than_the_list_says(line: str, foot: str, name: str, outcome: str) -> None:
    """last か lastb か分からない行の成否は「不明」で、分かるものだけを言う。"""
    assert values(Read(f"{line}\n{foot}\n".encode(), name).events, "outcome") == [(outcome,)]


def test_each_way_of_printing_is_read_and_a_cut_address_is_none() -> None:
    """-i、-a、-w、--time-format iso のどれでも読み、欄に収まらず切れた IPv6 を接続元にしない。"""
    lines = [
        ROW.format(tty="pts/0", host="0.0.0.0", time=NOTHING),
        ROW.format(tty="pts/0", host="2001:db8::1234:5", time=NOTHING),
        f"taro     pts/0        {NOTHING}     192.0.2.9",
        ROW.format(
            tty="pts/0", host="192.0.2.9", time="2026-11-23T09:56:00+09:00 - 2026-11-23T09:57:00+09:00  (00:01)"
        ),
        f"very.long.name.of.somebody pts/0        2001:db8:1:2:3:4:5:6 {NOTHING}",
    ]
    found = Read("\n".join(lines).encode()).events
    assert [e.address for e in found] == ["", "", "192.0.2.9", "192.0.2.9", "2001:db8:1:2:3:4:5:6"]
    assert {e.when().isoformat() for e in found} == {"2026-11-23T00:56:00+00:00"}


def test_lines_of_last_in_another_logs_messages_do_not_take_it() -> None:
    """ほかのログの本文に last の行をいくつ書かれても、そのログの読み方は変わらない。"""
    row = ROW.format(tty="pts/0", host="192.0.2.1", time=NOTHING)
    found = Read("\n".join(f"Nov 23 10:00:00 web app[1]: {row}" for _ in range(9)).encode())
    assert (found.report.format, {e.action for e in found.events}) == ("syslog", {"syslog.message"})


def test_guesses_in_a_list_of_failures_are_found(tmp_path: Path) -> None:
    """lastb の表示だけからも、パスワードの総当たりが見つかる。"""
    row = "root     ssh:notty    203.0.113.9      Mon Nov 23 09:{:02} - 09:{:02}  (00:00)"
    found = find(tmp_path, [row.format(minute, minute) for minute in range(20)])
    assert [(one.kind, one.addresses, one.success) for one in found] == [("service_login", ["203.0.113.9"], "no")]


def test_what_the_collector_gathered_is_read() -> None:
    """証拠の収集が集めた「ログオンしている人」のファイルから、成功と失敗が読める。"""
    listed = "{}   {}        Mon Nov 23 10:00:0{} 2026 - Mon Nov 23 10:00:0{} 2026  (00:00)     203.0.113.9"
    lines = ["root     pts/0        2026-11-23 10:00", "== last"]
    lines += [listed.format("taro", "pts/1", second, second) for second in range(3)]
    lines += ["", "wtmp begins Mon Nov  2 09:00:00 2026", "== failed"]
    lines += [listed.format("a.long.name", "tty1", second, second) for second in range(3)]
    found = Read("\n".join(lines).encode(), "logons.txt")
    assert values(found.events, "outcome", "user", "address") == [
        *[("success", "taro", "203.0.113.9")] * 3,
        *[("failure", "a.long.name", "203.0.113.9")] * 3,
    ]
    assert found.report.errors == 1
