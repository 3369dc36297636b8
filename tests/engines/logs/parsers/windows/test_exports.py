"""調査の道具が書き出した形でも、同じ時刻と項目になる。"""

from __future__ import annotations

import csv
import io
import json

from tests.engines.logs.parsers.evtx.writing import Element, event, evtx_file
from tests.engines.logs.parsers.records import Read

NINE = 1795132801  # 2026-11-20 09:00:01 +09:00
RECORD = {
    "Event": {
        "System": {
            "Provider": {"#attributes": {"Name": "Microsoft-Windows-Security-Auditing"}},
            "EventID": 4625,
            "TimeCreated": {"#attributes": {"SystemTime": "2026-11-20T00:00:01Z"}},
            "Channel": "Security",
            "Computer": "PC01",
        },
        "EventData": {"TargetUserName": "administrator", "IpAddress": "203.0.113.5", "LogonType": 3},
    }
}
XML = (
    "<?xml version='1.0' encoding='utf-8'?>\n<Event><System><Provider Name='Microsoft-Windows-Security-Auditing'/>"
    "<EventID>4625</EventID><TimeCreated SystemTime='2026-11-20T00:00:01Z'/><Channel>Security</Channel></System>"
    "<EventData><Data Name='TargetUserName'>administrator</Data><Data Name='IpAddress'>203.0.113.5</Data></EventData>"
    "</Event>"
)


def told(data: bytes) -> set[tuple[float, str, str, str]]:
    found = Read(data, "a.txt")
    assert found.report.errors == 0
    return {(event.time, event.action, event.user, event.address) for event in found.events}


FAILED = {(NINE, "win.logon_failed", "administrator", "203.0.113.5")}


def test_evtx_dump_numbers_each_record() -> None:
    """evtx_dump の「Record 5」の行は、記録の番号であり、壊れた記録ではない。"""
    dumped = "".join(f"Record {i}\n{json.dumps(RECORD, indent=2)}\n" for i in range(3))
    assert told(dumped.encode()) == FAILED
    assert told(dumped.encode("utf-16")) == FAILED
    assert told(f"Record 1\n{XML}\nRecord 2\n{XML}\n".encode()) == FAILED


def test_evtxecmd_writes_utc_and_the_data_as_json() -> None:
    """EvtxECmd の CSV は UTC で、出来事の項目は Payload の JSON にある。"""
    data = [{"@Name": "TargetUserName", "#text": "administrator"}, {"@Name": "IpAddress", "#text": "203.0.113.5"}]
    row = {
        "RecordNumber": "1",
        "EventRecordId": "5",
        "TimeCreated": "2026-11-20 00:00:01.0000000",
        "EventId": "4625",
        "Provider": "Microsoft-Windows-Security-Auditing",
        "Channel": "Security",
        "Computer": "PC01",
        "ChunkNumber": "0",
        "UserName": "-\\-",
        "RemoteHost": "EVIL (203.0.113.5)",
        "Payload": json.dumps({"EventData": {"Data": data}}),
    }
    text = io.StringIO()
    writer = csv.DictWriter(text, row)
    writer.writeheader()
    writer.writerow(row)
    assert told(text.getvalue().encode("utf-8-sig")) == FAILED
    assert told(json.dumps(row).encode()) == FAILED


def test_powershell_5_may_wrap_a_date() -> None:
    """PowerShell 5 の ConvertTo-Json が日時を {value, DateTime} で包んでも、時刻と説明文の項目が読める。"""
    message = (
        "An account failed to log on.\r\n\r\nAccount For Which Logon Failed:\r\n\tAccount Name:\t\tadministrator\r\n"
    )
    message += "\r\nNetwork Information:\r\n\tSource Network Address:\t203.0.113.5\r\n"
    one = {
        "Id": 4625,
        "ProviderName": "Microsoft-Windows-Security-Auditing",
        "LogName": "Security",
        "MachineName": "PC01",
        "TimeCreated": {"value": f"/Date({NINE}000)/", "DisplayHint": 2, "DateTime": "2026年11月20日 9:00:01"},
        "Message": message,
    }
    assert told(json.dumps(one, indent=4).encode("utf-8-sig")) == FAILED


def test_forwarded_events_are_those_of_the_machines_that_recorded_them() -> None:
    """転送されたイベント（ForwardedEvents）では、集めた機械ではなく記録した機械の、元のログの出来事になる。"""
    rendered: Element = (
        "RenderingInfo",
        {"Culture": "ja-JP"},
        [("Message", {}, "ログオンに失敗しました。"), ("Level", {}, "情報")],
    )
    records: list[Element] = []
    for number, computer in enumerate(("PC-HANAKO", "PC-TARO.shop.example"), 1):
        data = {"TargetUserName": "administrator", "IpAddress": "203.0.113.5", "LogonType": 3}
        name, attributes, inside = event(4625, data, computer=computer, record=number, second=number)
        assert isinstance(inside, list)
        records.append((name, attributes, [*inside, rendered]))
    found = Read(evtx_file(records), "ForwardedEvents.evtx")
    assert found.report.errors == 0
    assert [(one.host, one.action, one.user, one.address) for one in found.events] == [
        ("PC-HANAKO", "win.logon_failed", "administrator", "203.0.113.5"),
        ("PC-TARO.shop.example", "win.logon_failed", "administrator", "203.0.113.5"),
    ]
    assert [row["Channel"] for row in found.rows] == ["Security", "Security"]
