"""Google Cloud の監査ログを、封筒に入っていても読む。"""

from __future__ import annotations

from hikeshi.engines.logs.table import LogSource
from tests.engines.logs.parsers.records import read_sample, values


def test_calls_tell_who_from_where_and_how_it_ended() -> None:
    """誰が・どこから・何を・できたかを言い、内側の通信は接続元とせず、封筒の中も読む。"""
    found = read_sample("gcp_audit", "sample.jsonl")
    assert found.report.errors == 0
    assert values(found.events, "action", "outcome", "user", "address", "source") == [
        ("gcp.key_created", "success", "hanako@example.co.jp", "203.0.113.9", "iam.googleapis.com"),
        ("gcp.event", "failure", "hanako@example.co.jp", "", "storage.googleapis.com"),
        ("google.login", "success", "hanako@example.co.jp", "203.0.113.9", "login.googleapis.com"),
        ("gcp.firewall_changed", "success", "hanako@example.co.jp", "203.0.113.9", "compute.googleapis.com"),
    ]
    assert found.events[0].host == "Google Cloud example-keiri"


def test_columns_have_the_names_that_rules_use() -> None:
    """列は、コミュニティのルールが使う名前を持つ。Workspace の記録は Workspace のルールにも掛かる。"""
    found = read_sample("gcp_audit", "sample.jsonl")
    assert found.rows[1]["gcp.audit.method_name"] == "storage.buckets.list"
    assert found.rows[0]["data.protoPayload.authorizationInfo.permission"] == ("x.y.z",)
    login = found.rows[2]
    assert login["protoPayload.metadata.event.eventName"] == ("suspicious_login",)
    assert (login["login_type"], login["eventService"]) == ("google_password", "login.googleapis.com")
    sources = {source for table in found.tables for source in table.sources}
    assert sources == {LogSource("gcp", "", "gcp.audit"), LogSource("gcp", "", "google_workspace.login")}
