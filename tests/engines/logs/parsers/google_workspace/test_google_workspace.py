"""Google Workspace の監査ログを、API の JSON からも管理コンソールの CSV からも読む。"""

from __future__ import annotations

import pytest

from hikeshi.engines.logs.table import LogSource
from tests.engines.logs.parsers.records import Read, read_sample, values


@pytest.mark.parametrize("name", ["sample.json", "sample.csv"])
def test_log_ins_tell_who_from_where_and_how_it_ended(name: str) -> None:
    """ログインは、誰が・どこから・できたかを言う。"""
    found = read_sample("google_workspace", name)
    assert found.report.errors == 0
    assert values(found.events[:2], "action", "outcome", "user", "address", "host") == [
        ("google.login", "failure", "hanako@example.co.jp", "203.0.113.9", "Google Workspace"),
        ("google.login", "success", "hanako@example.co.jp", "203.0.113.9", "Google Workspace"),
    ]
    assert found.events[1].when().isoformat() == "2026-11-23T01:00:20+00:00"


def test_the_rest_tells_what_was_done() -> None:
    """転送、ダウンロード、設定の変更が、それと分かる。いくつもの出来事は、意味の分かるもので言う。"""
    events = read_sample("google_workspace", "sample.json").events
    assert values(events[2:], "action", "user", "path", "target") == [
        ("google.forwarding_changed", "hanako@example.co.jp", "", "taro@example.net"),
        ("google.file_downloaded", "hanako@example.co.jp", "顧客名簿.xlsx", "1abc"),
        ("google.second_factor_changed", "admin@example.co.jp", "", ""),
        ("google.consent", "hanako@example.co.jp", "", "MailSync"),
        ("google.event", "hanako@example.co.jp", "", ""),
    ]


def test_columns_have_the_names_that_rules_use() -> None:
    """列は、コミュニティのルールが使う名前を持つ。"""
    found = read_sample("google_workspace", "sample.json")
    row = found.rows[4]
    assert (row["eventService"], row["new_value"], row["NEW_VALUE"]) == ("admin.googleapis.com", "false", "false")
    assert row["eventName"] == ("ENFORCE_STRONG_AUTHENTICATION",)
    assert found.rows[3]["eventName"] == ("prefetch_hint", "download")
    assert found.rows[1]["is_suspicious"] is True
    sources = {source for table in found.tables for source in table.sources}
    assert {LogSource("gcp", "", "google_workspace.admin"), LogSource("gcp", "", "google_workspace.login")} <= sources


def test_flattened_activities_are_read() -> None:
    """ほかの道具が平らにした記録（name と parameters）も読む。"""
    data = (
        b'{"id":{"time":"2026-11-23T01:00:00Z","applicationName":"drive"},"actor":{"email":"x@example.jp"},'
        b'"name":"download","parameters":{"doc_title":"a","new_value":["b"]}}'
    )
    (event,) = Read(data).events
    assert (event.action, event.user, event.path) == ("google.file_downloaded", "x@example.jp", "a")
