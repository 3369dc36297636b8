"""Microsoft 365 の監査ログを、書き出し方によらず同じ意味に読む。"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hikeshi.engines.logs import scan, tags
from hikeshi.engines.logs.table import LogSource
from tests.engines.logs.parsers.records import Read, read_sample, values


@pytest.mark.parametrize("name", ["sample.json", "sample.csv", "graph.json"])
def test_sign_ins_tell_who_from_where_and_how_it_ended(name: str) -> None:
    """サインインは、誰が・どこから・できたかを、UTC で言う。"""
    found = read_sample("m365_audit", name)
    assert found.report.errors == 0
    assert values(found.events[:3], "action", "outcome", "user", "address", "host") == [
        ("m365.sign_in", "failure", "hanako@example.co.jp", "203.0.113.9", "Microsoft 365"),
        ("m365.sign_in", "failure", "hanako@example.co.jp", "203.0.113.9", "Microsoft 365"),
        ("m365.sign_in", "success", "hanako@example.co.jp", "203.0.113.9", "Microsoft 365"),
    ]
    assert found.events[0].when().isoformat() == "2026-11-23T01:00:00+00:00"
    assert [set(tags.names(e.tags)) for e in found.events[1:3]] == [
        {"m365.sign_in_failed", "login.cloud_failed"},
        {"m365.sign_in", "login.cloud"},
    ]


def test_the_rest_tells_what_was_done() -> None:
    """転送ルール、持ち出し、権限などが、それと分かる。"""
    events = read_sample("m365_audit", "sample.json").events
    assert values(events[4:], "action", "address", "path", "sent") == [
        ("m365.rule_created", "203.0.113.9", "", None),
        ("m365.mail_read", "203.0.113.9", "", None),
        (
            "m365.file_downloaded",
            "203.0.113.9",
            "https://example.sharepoint.com/sites/keiri/Shared Documents/顧客名簿.xlsx",
            284113,
        ),
        (
            "m365.file_deleted",
            "203.0.113.9",
            "https://example-my.sharepoint.com/personal/hanako/Documents/控え.docx",
            None,
        ),
        ("m365.group_added", "", "", None),
        ("m365.alert", "", "", None),
        ("m365.event", "", "", None),
    ]


def test_files_that_were_fetched_count_as_taken(tmp_path: Path) -> None:
    """結果の欄がないダウンロードも、したこととして数え、破られたアカウントの持ち出しの話になる。"""
    base = {"CreationTime": "", "RecordType": 15, "Workload": "AzureActiveDirectory", "UserId": "hanako@example.co.jp"}
    lines = [
        base | {"CreationTime": f"2026-11-23T01:00:{i:02}", "Operation": "UserLoginFailed", "ClientIP": "203.0.113.9"}
        for i in range(12)
    ]
    lines.append(lines[0] | {"CreationTime": "2026-11-23T01:01:00", "Operation": "UserLoggedIn"})
    for i in range(8):
        about = {"Workload": "OneDrive", "ItemType": "File", "ObjectId": f"https://example-my.sharepoint.com/{i}.xlsx"}
        lines.append(lines[0] | about | {"CreationTime": f"2026-11-23T01:02:{i:02}", "Operation": "FileDownloaded"})
    (tmp_path / "audit.json").write_text("\n".join(map(json.dumps, lines)))
    (taken,) = scan([tmp_path], rules=None).story["taken"]
    assert (taken["code"], taken["params"]["count"], taken["params"]["address"]) == ("opened", 8, "203.0.113.9")


def test_columns_have_the_names_that_rules_use() -> None:
    """列は、コミュニティのルールが使う名前を持つ。"""
    found = read_sample("m365_audit", "sample.json")
    assert (found.rows[0]["Operation"], found.rows[0]["RequestType"]) == ("UserLoginFailed", "OAuth2:Authorize")
    rule = found.rows[4]
    assert rule["Parameters.Name"] == ("Name", "ForwardTo", "DeleteMessage")
    assert '"ForwardTo"' in str(rule["Parameters"])
    assert rule["ForwardTo"] == "smtp:taro@example.net"
    alert = found.rows[9]
    assert [alert[key] for key in ("eventSource", "eventName", "status")] == [
        "SecurityComplianceCenter",
        "Suspicious inbox forwarding",
        "success",
    ]
    sources = {source.service for table in found.tables for source in table.sources}
    assert sources == {"audit", "exchange", "threat_management", "threat_detection"}
    assert all(LogSource("m365", "", "audit") in table.sources for table in found.tables)


def test_a_cut_record_keeps_what_stands_outside() -> None:
    """表計算ソフトが途中で切った AuditData でも、外側の列から誰がいつ何をしたかは残る。"""
    last = read_sample("m365_audit", "sample.csv").events[-1]
    assert (last.action, last.user) == ("m365.alert", "SecurityComplianceAlerts")
    assert last.when().isoformat() == "2026-11-23T01:30:00+00:00"


def test_old_powershell_exports_are_read() -> None:
    """AuditData が文字列のままの、PowerShell の書き出しも読む。"""
    data = {
        "CreationTime": "2026-11-23T01:00:00",
        "Operation": "UserLoggedIn",
        "UserId": "x@example.jp",
        "Workload": "A",
    }
    record = {"CreationDate": "2026/11/23 1:00:00", "UserIds": "x@example.jp", "Operations": "UserLoggedIn"}
    (event,) = Read(json.dumps(record | {"AuditData": json.dumps(data)}).encode()).events
    assert (event.action, event.user, event.outcome) == ("m365.sign_in", "x@example.jp", "success")
