"""Microsoft Entra ID のサインインと監査を、書き出し方によらず同じ意味に読む。"""

from __future__ import annotations

import pytest

from hikeshi.engines.logs.table import LogSource
from tests.engines.logs.parsers.records import Read, read_sample, values


@pytest.mark.parametrize("name", ["sample.json", "sample.csv", "monitor.json"])
def test_sign_ins_tell_who_from_where_and_how_it_ended(name: str) -> None:
    """サインインの成功・失敗を言い、確認の途中で止まったものは、どちらとも言わない。"""
    found = read_sample("entra", name)
    assert found.report.errors == 0
    assert values(found.events[:3], "action", "outcome", "user", "address", "method") == [
        ("entra.sign_in", "failure", "hanako@example.co.jp", "203.0.113.9", "IMAP"),
        ("entra.sign_in", "unknown", "hanako@example.co.jp", "203.0.113.9", "Browser"),
        ("entra.sign_in", "success", "hanako@example.co.jp", "203.0.113.9", "Browser"),
    ]
    assert found.events[0].when().isoformat() == "2026-11-23T01:00:00+00:00"
    row = found.rows[0]
    assert str(row["ResultType"]) == "50126"
    assert str(row["ResultDescription"]).startswith("Error validating")
    assert (row["ClientApp"], found.rows[2]["Status"]) == ("IMAP", "Success")
    assert found.tables[0].sources == (LogSource("azure", "", "signinlogs"),)


def test_refused_factors_and_flows_are_told() -> None:
    """断られた多要素の確認と、装置コードの流れが、ルールから見える。"""
    row = read_sample("entra", "sample.json").rows[3]
    assert row["Status"] == ("Failure", "MFA denied; user declined the authentication")
    assert (row["properties.message"], row["NetworkLocationDetails"]) == ("Device Code", "[]")


def test_audits_tell_what_was_changed() -> None:
    """監査は、誰が何を変えたかを言い、ルールが使う名前を持つ。"""
    found = read_sample("entra", "sample_audit.jsonl")
    assert values(found.events, "action", "outcome", "user", "address") == [
        ("entra.group_added", "success", "admin@example.co.jp", "203.0.113.9"),
        ("entra.consent", "success", "hanako@example.co.jp", ""),
        ("entra.policy_changed", "failure", "Example", ""),
    ]
    first, second, _ = found.rows
    assert (first["operationName"], first["properties.message"]) == ("Add member to role", "Add member to role")
    assert "Global Administrator" in str(first["properties.targetResources"])
    assert first["TargetResources.ModifiedProperties.DisplayName"] == ("Role.DisplayName",)
    assert second["ConsentContext.IsAdminConsent"] == "false"
    assert {s for t in found.tables for s in t.sources} == {LogSource("azure", "", "auditlogs")}


def test_the_portal_in_japanese() -> None:
    """日本語の管理センターから書き出した CSV も読む。"""
    data = (
        "日付 (UTC),要求 ID,ユーザー,ユーザー名,IP アドレス,状態,サインイン エラー コード,失敗の理由\n"
        "2026-11-23T01:00:00Z,1,花子,hanako@example.co.jp,203.0.113.9,失敗,50126,パスワードが違います\n"
        "2026-11-23T01:00:05Z,2,花子,hanako@example.co.jp,203.0.113.9,成功,,\n"
    )
    found = Read(data.encode("utf-8-sig"), "サインイン.csv")
    assert values(found.events, "action", "outcome", "user", "address", "detail") == [
        ("entra.sign_in", "failure", "hanako@example.co.jp", "203.0.113.9", "パスワードが違います"),
        ("entra.sign_in", "success", "hanako@example.co.jp", "203.0.113.9", ""),
    ]


def test_risk_detections() -> None:
    """危険なサインインの検知は、その種類を言う。"""
    data = (
        b'{"riskEventType":"anonymizedIPAddress","detectedDateTime":"2026-11-23T01:00:00Z","ipAddress":"203.0.113.9"}'
    )
    found = Read(data)
    assert values(found.events, "action", "address", "detail") == [
        ("entra.risk_detected", "203.0.113.9", "anonymizedIPAddress")
    ]
    assert found.tables[0].sources[0] == LogSource("azure", "", "riskdetection")
