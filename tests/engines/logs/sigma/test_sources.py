"""規則は、その規則が見る記録にだけあたる。"""

from __future__ import annotations

from typing import Any

import pytest

from hikeshi.engines.logs.sigma.kernel import Kernel
from hikeshi.engines.logs.table import LogSource
from tests.engines.logs.sigma.batches import WINDOWS, batch, fired, pack_of, rule

SYSMON = "Microsoft-Windows-Sysmon/Operational"
ANY = {"s": {"X": "1"}, "condition": "s"}


def about(logsource: dict[str, str], sources: tuple[LogSource, ...], **fields: str) -> bool:
    return bool(
        fired(Kernel([pack_of([rule(ANY, logsource=logsource)])]), batch([{"X": "1"} | fields], sources=sources))
    )


@pytest.mark.parametrize(
    ("logsource", "channel", "event", "expected"),
    [
        ({"category": "process_creation"}, SYSMON, "1", True),
        ({"category": "process_creation"}, SYSMON.lower(), "1", True),
        ({"category": "process_creation"}, SYSMON, "3", False),
        ({"category": "process_creation"}, "Security", "4688", True),
        ({"category": "process_creation"}, "Security", "1", False),
        ({"category": "registry_event"}, SYSMON, "14", True),
        ({"category": "registry_set"}, "Security", "4657", True),
        ({"category": "ps_script"}, "Microsoft-Windows-PowerShell/Operational", "4104", True),
        ({"category": "ps_script"}, "PowerShellCore/Operational", "4104", True),
        ({"service": "security"}, "Security", "4624", True),
        ({"service": "security"}, "System", "4624", False),
        ({"service": "windefend"}, "Microsoft-Windows-Windows Defender/Operational", "1116", True),
        ({"service": "sysmon", "category": "process_creation"}, "Security", "4688", False),
        ({"service": "nobody-knows"}, "Security", "4624", False),
        ({}, "Anything", "9", True),
    ],
)
def test_windows(logsource: dict[str, str], channel: str, event: str, expected: bool) -> None:
    """Windows の規則は、チャネルとイベントの番号で見る記録が決まる。"""
    assert about({"product": "windows"} | logsource, WINDOWS, Channel=channel, EventID=event) is expected


def test_other_products() -> None:
    """ほかの記録は、形式が名のる product・category・service で決まり、書かれていないものは問わない。"""
    web = (LogSource("apache", "webserver", "access"),)
    assert about({"category": "webserver"}, web)
    assert about({"product": "Apache", "service": "access"}, web)
    assert not about({"category": "webserver", "product": "nginx"}, web)
    assert not about({"product": "linux"}, web)
    assert about(
        {"product": "linux", "service": "sshd"}, (LogSource("linux", "", "auth"), LogSource("linux", "", "sshd"))
    )


def test_linux_sysmon_is_no_windows() -> None:
    """Linux の Sysmon は Linux の規則が見る。"""
    fields = {"Channel": "Linux-Sysmon/Operational", "EventID": "1"}
    assert about({"product": "linux", "category": "process_creation"}, WINDOWS, **fields)
    assert not about({"product": "windows", "category": "process_creation"}, WINDOWS, **fields)


def named(fields: dict[str, Any], **event: str) -> bool:
    one = rule({"s": fields, "condition": "s"}, logsource={"product": "windows"})
    return bool(fired(Kernel([pack_of([one])]), batch([event, {"Channel": "x"}], sources=WINDOWS)))


def test_fields_have_sigmas_names() -> None:
    """監査の記録の項目は、Sysmon の名前でも当たる。自分の名前で持っていれば、それが先。"""
    audit = {"Channel": "Security", "EventID": "4688", "NewProcessName": r"C:\x.exe", "ParentProcessName": r"C:\p.exe"}
    assert named({"Image|endswith": r"\x.exe", "ParentImage|endswith": r"\p.exe"}, **audit)
    assert named({"NewProcessName|endswith": r"\x.exe"}, **audit)
    assert not named({"Image|endswith": r"\x.exe"}, **audit, Image="own")
    assert not named({"Image|endswith": r"\x.exe"}, **audit | {"EventID": "4689"})


def test_registry_paths_are_as_sysmon_writes_them() -> None:
    """監査のレジストリの記録は、鍵と値の名前をつなぎ、根の名前をそろえる。"""
    audit = {
        "Channel": "Security",
        "EventID": "4657",
        "ObjectName": r"\REGISTRY\MACHINE\SOFTWARE\Run",
        "ObjectValueName": "evil",
    }
    assert named({"TargetObject": r"HKLM\SOFTWARE\Run\evil"}, **audit)


def test_names_with_blanks() -> None:
    """空白の入った項目の名前は、詰めた名前でも当たる。"""
    assert named({"ThreatName|contains": "EICAR"}, **{"Threat Name": "EICAR-Test"})


def test_a_rule_is_not_evaluated_elsewhere() -> None:
    """「ない」を問う規則も、その記録にだけあたる。"""
    one = rule({"s": {"Y": None}, "condition": "s"}, logsource={"product": "windows", "service": "security"})
    events = [{"Channel": "Security"}, {"Channel": "System"}, {"Channel": "Security", "Y": "1"}, {}]
    assert {row for _, row in fired(Kernel([pack_of([one])]), batch(events, sources=WINDOWS))} == {0}
