"""Web サーバーが JSON で書くアクセスログを、項目名の流儀によらず同じに読む。"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.engines.logs.parsers.records import Read, read_sample, values
from tests.engines.logs.reading import report


def test_each_way_of_naming_is_read() -> None:
    """nginx のいくつかの流儀、Traefik、ECS の項目名から、誰が何を求めたかを読む。"""
    found = read_sample("web_json", "sample.log")
    assert found.report.errors == 0
    assert values(found.events, "address", "user", "method", "target", "status", "sent") == [
        ("203.0.113.9", "", "GET", "/?id=1%20union%20select", 200, 512),
        ("2001:db8::10", "hanako", "POST", "/login?a=1", 401, 12),
        ("203.0.113.9", "", "GET", "/.env", 403, 19),
        ("203.0.113.9", "", "GET", "/a", 304, 0),
        ("198.51.100.7", "", "", "", 400, 0),
    ]
    assert [e.when().isoformat()[11:22] for e in found.events] == [
        "01:00:00+00",
        "01:00:01+00",
        "01:00:02.50",
        "01:00:03+00",
        "01:00:04.25",
    ]


def test_attacks_are_found_as_in_any_access_log(tmp_path: Path) -> None:
    """JSON のアクセスログからも、攻撃の要求が見つかる。"""
    lines = [
        {
            "time_iso8601": f"2026-11-23T10:00:{second:02}+09:00",
            "remote_addr": "203.0.113.9",
            "request": f"GET /?id={second}%20union%20select%20password%20from%20users HTTP/1.1",
            "status": "200",
            "body_bytes_sent": "512",
        }
        for second in range(20)
    ]
    (tmp_path / "access.json").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    found = [one for one in report(tmp_path).findings if one.kind == "web_injection"]
    assert [one.addresses for one in found] == [["203.0.113.9"]]


@pytest.mark.parametrize(
    "more", ['"a":1', '"remote_addr":"203.0.113.9"', '"remote_addr":"203.0.113.9","request":"GET /"']
)
def test_other_records_are_left_alone(more: str) -> None:
    """アドレスや要求だけの記録は、アクセスログとはしない。"""
    found = Read(f'{{"@timestamp":"2026-11-23T01:00:00Z",{more}}}\n'.encode())
    assert found.report.format == "json_records"
