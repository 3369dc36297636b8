"""Docker の json-file の中の行を、それを知っている形式で読む。"""

from __future__ import annotations

import json

from tests.engines.logs.parsers.records import Read, read_sample, values


def test_lines_are_read_by_the_format_that_knows_them() -> None:
    """アクセスログも JSON も、その形式の出来事になる。切られた長い行は、つないで読む。"""
    found = read_sample("docker", "sample.log")
    assert found.report.errors == 0
    assert values(found.events, "format", "address", "target", "message") == [
        ("web_access", "203.0.113.9", "/wp-login.php", ""),
        ("docker", "", "", "ready for start up"),
        ("caddy", "203.0.113.9", "/", ""),
        ("web_access", "203.0.113.9", "/long", ""),
        ("docker", "", "", "in between"),
        ("docker", "", "", 'long HTTP/1.1" 200 1 "-" "Mozilla/5.0"'),
        ("web_access", "198.51.100.7", "/", ""),
        ("docker", "", "", "shutting down"),
    ]
    assert found.events[1].source == "web"
    assert [row["stream"] for row in found.rows[:3]] == ["stdout", "stderr", "stdout"]


def test_a_log_inside_of_a_log_ends() -> None:
    """何重に包まれていても、1つ開けて終わる。"""
    line = "hello\n"
    for _ in range(6):
        line = json.dumps({"log": line, "stream": "stdout", "time": "2026-11-23T01:00:00Z"})
    found = Read(line.encode())
    assert [event.action for event in found.events] == ["docker.message"]


def test_a_record_without_a_time_is_counted() -> None:
    """日時の壊れた記録は、読めないものとして数える。"""
    found = Read(
        b'{"log":"a\\n","stream":"stdout","time":"2026-11-23T01:00:00Z"}\n{"log":"b\\n","stream":"stdout","time":"x"}\n'
    )
    assert (len(found.events), found.report.errors) == (1, 1)
