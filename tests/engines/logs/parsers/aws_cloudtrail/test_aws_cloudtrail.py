"""AWS CloudTrail を、バケットのファイル・コマンドの出力・管理画面の CSV のどれからも読む。"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path

from hikeshi.engines.logs.table import LogSource
from tests.engines.logs.parsers.records import read_sample, values
from tests.engines.logs.reading import report


def test_each_way_of_export_tells_the_same() -> None:
    """どの書き出し方でも、誰が・どこから・何を・できたかは同じになる。"""
    bucket, command, console = (
        read_sample("aws_cloudtrail", f"{n}") for n in ("sample.json", "lookup.json", "sample.csv")
    )
    login = ("aws.console_login", "success", "hanako", "203.0.113.9", "signin.amazonaws.com")
    for found, row in ((bucket, 1), (command, 1), (console, 0)):
        assert found.report.errors == 0
        assert values([found.events[row]], "action", "outcome", "user", "address", "source") == [login]
        assert found.events[row].when().isoformat() == "2026-11-23T01:00:30+00:00"
    assert bucket.events[1].host == "AWS 111122223333"


def test_failures_services_and_roles() -> None:
    """失敗は失敗、サービスの名前は接続元とせず、ロールとルートも名前で言う。"""
    events = read_sample("aws_cloudtrail", "sample.json").events
    assert values(events, "action", "outcome", "user", "address", "sent") == [
        ("aws.console_login", "failure", "hanako", "203.0.113.9", None),
        ("aws.console_login", "success", "hanako", "203.0.113.9", None),
        ("aws.key_created", "success", "hanako", "203.0.113.9", None),
        ("aws.protection_off", "failure", "hanako", "203.0.113.9", None),
        ("aws.event", "success", "Admin/taro", "", None),
        ("aws.file_downloaded", "success", "root", "2001:db8::10", 52310),
        ("aws.event", "success", "autoscaling.amazonaws.com", "203.0.113.9", None),
    ]


def test_columns_have_the_names_that_rules_use() -> None:
    """列は記録そのものの名前を持ち、要求と応答はまとめた文としても調べられる。"""
    found = read_sample("aws_cloudtrail", "sample.json")
    row = found.rows[4]
    assert row["requestParameters.VersioningConfiguration.Status"] == "Suspended"
    assert json.loads(str(row["requestParameters"]))["bucketName"] == "example-backup"
    assert found.rows[0]["additionalEventData.MFAUsed"] == "No"
    assert "errorCode" not in found.rows[0]
    assert all(table.sources == (LogSource("aws", "", "cloudtrail"),) for table in found.tables)


def test_files_of_the_bucket_are_read_packed(tmp_path: Path) -> None:
    """バケットの .json.gz を、ほどかずにそのまま読む。"""
    packed = tmp_path / "111122223333_CloudTrail_ap-northeast-1_20261123T0100Z_x.json.gz"
    packed.write_bytes(gzip.compress((Path(__file__).parent / "sample.json").read_bytes()))
    done = report(tmp_path)
    assert [(one.format, one.events, one.errors) for one in done.files] == [("aws_cloudtrail", 7, 0)]


def test_recorded_attacks_are_read_whole(test_data: Callable[[str], Path]) -> None:
    """よその人が集めた攻撃の記録を、1件も落とさずに読む（HIKESHI_TEST_DATA）。"""
    done = report(test_data("cloudtrail-stratus"))
    read = [one for one in done.files if one.format == "aws_cloudtrail"]
    assert (sum(one.events for one in read), sum(one.errors for one in read)) == (2900, 0)
