"""GitHub の組織の監査ログを、JSON からも CSV からも読む。"""

from __future__ import annotations

from hikeshi.engines.logs.table import LogSource
from tests.engines.logs.parsers.records import read_sample, values


def test_actions_tell_who_did_what() -> None:
    """誰が・どこから・何にしたかを言う。日時はミリ秒でも UTC でも同じに読む。"""
    found = read_sample("github_audit", "sample.json")
    assert values(found.events, "action", "user", "address", "target", "host") == [
        ("github.shared", "hanako", "203.0.113.9", "example/keiri", "github.com/example"),
        ("github.file_downloaded", "taro", "2001:db8::10", "example/keiri", "github.com/example"),
        ("github.key_created", "hanako", "", "hanako", "github.com/example"),
        ("github.event", "hanako", "", "example/all", "github.com/example"),
    ]
    assert found.events[0].when().isoformat() == "2026-11-23T01:00:00+00:00"
    assert {source for table in found.tables for source in table.sources} == {LogSource("github", "", "audit")}
    assert found.rows[1]["action"] == "git.clone"


def test_the_export_as_csv() -> None:
    """CSV の書き出しも同じに読む。"""
    events = read_sample("github_audit", "sample.csv").events
    assert values(events, "action", "user", "target") == [
        ("github.key_created", "hanako", "example/keiri"),
        ("github.group_added", "hanako", "jiro"),
    ]
    assert events[0].when().isoformat() == "2026-11-23T01:00:00+00:00"
