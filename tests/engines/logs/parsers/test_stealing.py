"""形式は、ほかの形式の行もファイルも奪わない。別の形式の行を一つ書き込まれても、そのログの読み方は変わらない。"""

from __future__ import annotations

from pathlib import Path

import pytest

from hikeshi.engines.common.problem import Problem
from hikeshi.engines.logs import formats, objects
from tests.engines.logs.parsers.records import Read
from tests.engines.logs.parsers.test_all import SAMPLES

# Formats of lines, and ways of writing that other formats could be taken for; and one line or block of each.
LINES = ("snort", "caddy", "iis")
TEXTS = ("wazuh", "utmp", "dmesg", "apt_history")
FORGED = {
    "snort": b"11/23-10:00:00.123456  [**] [1:1:1] x [**] [Priority: 1] {TCP} 192.0.2.1:1 -> 192.0.2.2:22",
    "caddy": b'2026/11/23 01:00:00.100\tINFO\thttp.log.access\thandled\t{"request": {"method": "GET", "uri": "/"}}',
    "iis": b"192.0.2.1, -, 11/23/2026, 10:00:00, W3SVC1, W, 192.0.2.2, 1, 3, 0, 200, 0, GET, /, -,",
    "wazuh": b"** Alert 1795395600.0: - syslog,\n2026 Nov 23 10:00:00 a->/b\nRule: 1 (level 1) -> 'x'\nx",
    "utmp": b"root     pts/0        192.0.2.1        Mon Nov 23 10:00 - 10:00  (00:00)",
    "dmesg": b"[Mon Nov 23 10:00:00 2026] IN=eth0 OUT= MAC= SRC=192.0.2.1 DST=192.0.2.2 LEN=1 PROTO=TCP SPT=1 DPT=22",
    "apt_history": b"Log started: 2026-11-23  10:00:00\nSetting up x (1) ...",
}


def others(*names: str) -> list[Path]:
    return [file for file in SAMPLES if file.parent.name not in names and file.name.startswith("sample")]


def read(data: bytes, name: str) -> dict[str, int] | str:
    """How many events of which format; or why it is no log."""
    try:
        return Read(data, name).report.formats
    except Problem as problem:
        return problem.code


@pytest.mark.parametrize("name", LINES)
def test_no_line_of_another_format_is_understood(name: str) -> None:
    """ほかの形式のどの見本にも、この形式の行とみなされる行はない。"""
    module = formats.all_formats()[name]
    lines = [line for file in others(name, "dmesg") for line in file.read_bytes().splitlines()]
    assert len(lines) > 300
    assert [line for line in lines if module.understands(line)] == []


@pytest.mark.parametrize("name", TEXTS)
def test_no_file_of_another_format_is_taken(name: str) -> None:
    """ほかの形式のどの見本も、この形式のファイルとはみなされない。"""
    framing = objects.framings()[name]
    assert [file for file in others(name) if framing.frames(file.read_bytes(), file.name)] == []


@pytest.mark.parametrize("name", FORGED)
def test_what_is_forged_here_is_of_its_format(name: str) -> None:
    """下の試験で書き込む行は、それだけを置けば、たしかにその形式として読まれる。"""
    found = read((FORGED[name] + b"\n\n") * 3, "a.txt")
    assert set(found) <= {name, "linux_firewall"}, found


@pytest.mark.parametrize("file", others(), ids=lambda file: f"{file.parent.name}/{file.name}")
def test_one_forged_line_changes_no_file(file: Path) -> None:
    """見本の初めや中ほどに別の形式の行を一つ書き込まれても、意味のない行があるときと同じに、もとの行はすべて読まれる。"""
    lines = file.read_bytes().splitlines(keepends=True)
    if (
        len(lines) < 4 or any(b"\0" in line for line in lines) or file.suffix == ".csv"
    ):  # any quote breaks a small table
        return

    def with_line(forged: bytes, at: int) -> dict[str, int] | str:
        return read(b"".join([*lines[:at], b"\n" + forged + b"\n\n", *lines[at:]]), file.name)

    for at in (0, len(lines) // 2):
        control = with_line(b"x", at)
        for name, forged in FORGED.items():
            found = with_line(forged, at)
            if name != file.parent.name and isinstance(control, dict):
                assert isinstance(found, dict), (name, found)
                assert [one for one, count in control.items() if found.get(one, 0) < count] == [], name
