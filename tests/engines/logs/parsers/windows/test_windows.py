"""Windows の出来事を、EVTX からも、ほかの道具の JSON からも、同じ意味に読む。"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hikeshi.engines.logs import tags
from hikeshi.engines.logs.parsers.windows import meaning, parser
from hikeshi.engines.logs.table import LogSource
from tests.engines.logs.parsers.evtx.writing import Element, event, evtx_file
from tests.engines.logs.parsers.records import Read, context, values

LSM = "Microsoft-Windows-TerminalServices-LocalSessionManager"
RCM = "Microsoft-Windows-TerminalServices-RemoteConnectionManager"
FAILURE = "0x8010000000000000"


def read(*events: Element) -> Read:
    return Read(evtx_file(list(events)), "Security.evtx")


def user_data(name: str, **fields: str) -> list[Element]:
    return [(name, {"xmlns": "Event_NS"}, [(key, {}, value) for key, value in fields.items()])]


def test_log_ons_tell_who_from_where_and_how() -> None:
    """ログオンは、誰が・どこから・どうやって・できたかを言う。"""
    found = read(
        event(4624, {"TargetUserName": "hanako", "IpAddress": "::ffff:192.0.2.1", "LogonType": "10"}),
        event(
            4625, {"TargetUserName": "admin", "IpAddress": "203.0.113.9", "SubStatus": "0xc000006a"}, keywords=FAILURE
        ),
        event(4634, {"TargetUserName": "hanako", "LogonType": "10"}),
        event(4672, {"SubjectUserName": "hanako"}),
    )
    assert values(found.events, "action", "outcome", "user", "address", "method") == [
        ("win.logon", "success", "hanako", "192.0.2.1", "10"),
        ("win.logon_failed", "failure", "admin", "203.0.113.9", ""),
        ("win.logoff", "success", "hanako", "", "10"),
        ("win.logon_privileged", "success", "hanako", "", ""),
    ]
    assert [set(tags.names(e.tags)) for e in found.events[:2]] == [
        {"login.windows", "win.logon"},
        {"login.windows_failed", "win.logon_failed"},
    ]
    assert found.events[1].detail == "0xc000006a"
    assert found.events[0].when().isoformat() == "2026-11-23T10:00:00.250000+00:00"


def test_columns_have_the_names_that_rules_use() -> None:
    """列は、記録そのものの名前と、共通の名前（ECS）の両方を持つ。"""
    found = read(event(4624, {"TargetUserName": "hanako", "IpAddress": "192.0.2.1"}, record=77))
    (row,) = found.rows
    assert row["EventID"] == 4624
    assert row["EventRecordID"] == "77"
    assert (row["Channel"], row["Provider_Name"], row["Computer"]) == (
        "Security",
        "Microsoft-Windows-Security-Auditing",
        "PC-HANAKO",
    )
    assert (row["TargetUserName"], row["user.name"], row["source.ip"], row["event.action"]) == (
        "hanako",
        "hanako",
        "192.0.2.1",
        "win.logon",
    )
    assert row["Execution_ProcessID"] == "4"
    assert found.tables[0].sources == (LogSource("windows"),)


def test_tickets_and_credentials_fail_by_their_status() -> None:
    """Kerberos と NTLM は、状態の値で成否が分かれる。"""
    found = read(
        event(4776, {"TargetUserName": "hanako", "Workstation": "PC1", "Status": "0x0"}),
        event(4776, {"TargetUserName": "admin", "Workstation": "PC1", "Status": "0xc000006a"}, keywords=FAILURE),
        event(4768, {"TargetUserName": "admin", "IpAddress": "::ffff:192.0.2.7", "Status": "0x6"}, keywords=FAILURE),
        event(4771, {"TargetUserName": "admin", "IpAddress": "::ffff:192.0.2.7", "Status": "0x18"}, keywords=FAILURE),
        event(4769, {"TargetUserName": "hanako", "ServiceName": "files", "Status": "0x0"}),
    )
    assert values(found.events, "action", "outcome", "address") == [
        ("win.credential_checked", "success", ""),
        ("win.logon_failed", "failure", ""),
        ("win.logon_failed", "failure", "192.0.2.7"),
        ("win.logon_failed", "failure", "192.0.2.7"),
        ("win.kerberos_service", "success", ""),
    ]


def test_fields_inside_user_data_are_columns() -> None:
    """UserData の中の項目も列になり、重なる名前は失われない。"""
    found = read(
        event(
            104,
            user_data("LogFileCleared", SubjectUserName="hanako", Channel="System"),
            provider="Microsoft-Windows-Eventlog",
            channel="System",
            part="UserData",
        ),
        event(
            1102,
            user_data("LogFileCleared", SubjectUserName="太郎"),
            provider="Microsoft-Windows-Eventlog",
            part="UserData",
        ),
        event(
            21,
            user_data("EventXML", User="PC\\hanako", Address="198.51.100.4"),
            provider=LSM,
            channel=LSM,
            part="UserData",
        ),
        event(
            1149,
            user_data("EventXML", Param1="hanako", Param2="PC", Param3="198.51.100.4"),
            provider=RCM,
            channel=RCM,
            part="UserData",
        ),
    )
    assert values(found.events, "action", "outcome", "user", "target", "address") == [
        ("win.log_cleared", "success", "hanako", "System", ""),
        ("win.log_cleared", "success", "太郎", "Security", ""),
        ("win.rdp_logon", "success", "PC\\hanako", "", "198.51.100.4"),
        ("win.rdp_connected", "unknown", "hanako", "PC", "198.51.100.4"),
    ]
    assert found.rows[0]["Channel"] == "System"
    assert found.rows[0]["UserData_Channel"] == "System"
    assert "xmlns" not in found.rows[0]


def test_services_accounts_tasks_and_protection_have_their_tags() -> None:
    """サービス・アカウント・タスク・ウイルス対策の出来事に、探す側の印が付く。"""
    scm, defender = "Service Control Manager", "Microsoft-Windows-Windows Defender"
    found = read(
        event(7045, {"ServiceName": "evil", "ImagePath": "C:\\x.exe"}, provider=scm, channel="System"),
        event(4720, {"TargetUserName": "new", "SubjectUserName": "hanako"}),
        event(4732, {"MemberSid": "S-1-5-21-1", "TargetUserName": "Administrators", "SubjectUserName": "hanako"}),
        event(4698, {"TaskName": "\\x", "SubjectUserName": "hanako"}),
        event(1116, {"Threat Name": "EICAR", "Path": "C:\\e"}, provider=defender, channel=defender + "/Operational"),
        event(5001, {}, provider=defender, channel=defender + "/Operational"),
        event(4104, {"ScriptBlockText": "iex"}, provider="Microsoft-Windows-PowerShell", channel="x"),
        event(9999, {"User": "hanako"}, provider="Somebody"),
    )
    assert values(found.events, "action", "target", "detail") == [
        ("win.service_installed", "evil", ""),
        ("win.account_created", "new", ""),
        ("win.group_added", "S-1-5-21-1", "Administrators"),
        ("win.task_created", "\\x", ""),
        ("win.malware_found", "EICAR", ""),
        ("win.protection_off", "", ""),
        ("win.script", "", "iex"),
        ("win.event", "", ""),
    ]
    assert found.events[-1].user == "hanako"


def test_unnamed_data_is_one_column_of_several_values() -> None:
    """名前のない Data は、値の並んだ1つの列になる。"""
    old = {"Event": {"System": SYSTEM | {"EventID": {"#attributes": {"Qualifiers": 0}, "#text": 18456}}}}
    one = {"Event": old["Event"] | {"EventData": {"Data": {"#text": ["sa", "192.0.2.3"]}, "Binary": None}}}
    named = {
        "Event": old["Event"] | {"EventData": {"Data": [{"@Name": "a", "#text": "b"}, {"@Name": "c", "#text": None}]}}
    }
    (table,) = parser.read_objects([one, named], [0, 1], context())
    assert table.columns is not None
    columns = table.columns()
    assert columns["Data"] == [("sa", "192.0.2.3"), None]
    assert list(columns["EventID"]) == [18456, 18456]
    assert columns["a"] == [None, "b"]


SYSTEM: dict[str, Any] = {
    "Provider": {"#attributes": {"Name": "Microsoft-Windows-Security-Auditing"}},
    "EventID": 4624,
    "Version": 0,
    "Level": 0,
    "Task": 0,
    "Opcode": 0,
    "Keywords": "0x8020000000000000",
    "TimeCreated": {"#attributes": {"SystemTime": "2026-11-23T10:00:00Z"}},
    "EventRecordID": 5,
    "Correlation": None,
    "Execution": {"#attributes": {"ProcessID": 4, "ThreadID": 8}},
    "Channel": "Security",
    "Computer": "PC-HANAKO",
    "Security": None,
}
DATA = {"TargetUserName": "hanako", "IpAddress": "192.0.2.1", "LogonType": 3}
NAME = "Microsoft-Windows-Security-Auditing"
SHAPES: dict[str, dict[str, Any]] = {
    "evtx": {"Event": {"#attributes": {"xmlns": "x"}, "System": SYSTEM, "EventData": DATA}},
    "xmltodict": {
        "Event": {
            "@xmlns": "x",
            "System": SYSTEM
            | {"Provider": {"@Name": NAME}, "TimeCreated": {"@SystemTime": "2026-11-23T10:00:00Z"}, "EventID": "4624"},
            "EventData": {"Data": [{"@Name": k, "#text": str(v)} for k, v in DATA.items()]},
        }
    },
    "velociraptor": {
        "System": {
            "Provider": {"Name": NAME},
            "EventID": {"Value": 4624},
            "TimeCreated": {"SystemTime": 1795428000.0},
            "Channel": "Security",
            "Computer": "PC-HANAKO",
        },
        "EventData": DATA,
        "Message": "…",
    },
    "winlogbeat": {
        "@timestamp": "2026-11-23T10:00:00.000Z",
        "winlog": {
            "channel": "Security",
            "event_id": "4624",
            "provider_name": NAME,
            "computer_name": "PC-HANAKO",
            "record_id": 5,
            "event_data": DATA,
        },
        "message": "…",
    },
    "nxlog": {
        "EventTime": "2026-11-23 19:00:00",
        "Hostname": "PC-HANAKO",
        "EventID": 4624,
        "SourceName": NAME,
        "Channel": "Security",
        **DATA,
    },
    "splunk": {
        "_time": "2026-11-23T19:00:00.000+09:00",
        "ComputerName": "PC-HANAKO",
        "EventCode": "4624",
        "SourceName": NAME,
        "LogName": "Security",
        **DATA,
    },
    "powershell": {
        "Id": 4624,
        "ProviderName": NAME,
        "LogName": "Security",
        "MachineName": "PC-HANAKO",
        "TimeCreated": "/Date(1795428000000)/",
        **DATA,
    },
}


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_of_export_means_the_same(shape: str) -> None:
    """どの道具の書き出しでも、同じ出来事は同じ列と同じ意味になる。"""
    obj = SHAPES[shape]
    assert parser.recognises(obj, "a.json") >= 0.9
    (table,) = parser.read_objects([obj, obj], [0, 1], context())
    assert list(table.rows) == [0, 1]
    assert table.times[0] == 1795428000.0
    fields = table.fields(0)
    assert (fields["action"], fields["user"], fields["address"], fields["host"], fields["method"]) == (
        "win.logon",
        "hanako",
        "192.0.2.1",
        "PC-HANAKO",
        "3",
    )
    assert table.columns is not None
    row = {name: column[0] for name, column in table.columns().items()}
    assert str(row["EventID"]) == "4624"
    assert (row["Channel"], row["Provider_Name"], row["Computer"]) == ("Security", NAME, "PC-HANAKO")
    assert (row["TargetUserName"], str(row["LogonType"])) == ("hanako", "3")


def test_a_record_without_time_or_number_is_left_out() -> None:
    """日時や番号のない記録は、出来事にしない。"""
    broken = [
        {"Event": {"System": SYSTEM | {"TimeCreated": None}}},
        {"Event": {"System": SYSTEM | {"EventID": None}}},
        {"Event": {"System": SYSTEM | {"TimeCreated": {"#attributes": {"SystemTime": "never"}}}}},
        {"Event": None},
        SHAPES["evtx"],
    ]
    tables = parser.read_objects(broken, range(5), context())
    assert [row for table in tables for row in table.rows] == [4]


@pytest.mark.parametrize("obj", [{}, {"a": 1}, {"Event": 3}, {"EventID": 3}, {"EventID": "x", "Channel": "y"}])
def test_other_objects_are_left_alone(obj: dict[str, Any]) -> None:
    """Windows の出来事でないものは、自分のものと言わない。"""
    assert parser.recognises(obj, "a.json") == 0


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(1 << 40), 1 << 40) | st.text(max_size=5) | st.floats(allow_nan=False),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["#text", "#attributes", "Name", "Data", "x"]), inner, max_size=3)
    ),
    max_leaves=6,
)


@st.composite
def mutated(draw: st.DrawFn) -> Any:
    """A known shape with something else somewhere in it."""
    obj = draw(st.sampled_from(list(SHAPES.values())))

    def change(value: Any, depth: int) -> Any:
        if draw(st.integers(0, 8)) == 0:
            return draw(JSON)
        if isinstance(value, dict) and depth < 4:
            return {k: change(v, depth + 1) for k, v in value.items() if draw(st.integers(0, 30))}
        return value

    return {k: change(v, 1) for k, v in obj.items()}


@settings(max_examples=300, deadline=None)
@given(st.lists(mutated(), max_size=6))
def test_no_shape_breaks_the_parser(objects: list[Any]) -> None:
    """どんな形の記録でも倒れず、同じ行を2度出さず、どの列も行の数だけある。"""
    tables = parser.read_objects(objects, range(len(objects)), context())
    rows = [row for table in tables for row in table.rows]
    assert len(rows) == len(set(rows))
    for table in tables:
        assert table.columns is not None
        assert {len(column) for column in table.columns().values()} == {len(table)} == {len(table.times)}
        for i in range(len(table)):
            assert all(isinstance(v, str) for v in table.fields(i).values())
    for obj in objects:
        assert 0 <= parser.recognises(obj, "a") <= 1


def test_every_tag_is_of_this_format() -> None:
    """印の名前は、どれも win. で始まる。"""
    assert {"win.logon", "win.logon_failed", "win.log_cleared", "win.service_installed"} <= meaning.tags()
    assert all(tag.startswith(("win.", "db.")) for tag in meaning.tags())


def test_every_real_event_is_read(test_data: Callable[[str], Path]) -> None:
    """よその人が集めた EVTX の記録は、すべて Windows の出来事になる。"""
    events = cleared = 0
    for name in ("sigma-regression", "evtx-attack-samples"):
        for path in sorted(test_data(name).rglob("*.evtx")):
            found = Read(path.read_bytes(), path.name)
            assert found.report.errors == 0
            assert {table.format for table in found.tables} <= {"windows"}
            events += found.report.events
            cleared += sum(e.action == "win.log_cleared" for e in found.events)
    assert (events, cleared) == (8493, 26)
