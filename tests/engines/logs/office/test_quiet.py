"""ふつうの会社の1週間と、よその人のふつうのログで、重大な知らせはほとんど出ない。

全部（100 万行）は `python3 start.py bench office` が測る。ここでは、10 万行の1週間を使う。
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.engines.logs.office.alarms import listen
from tests.engines.logs.office.generate import write

LINES = 100_000


def test_a_plain_week_raises_no_grave_alarm(tmp_path: Path) -> None:
    """何も起きていない1週間の 10 万行で、重大な知らせは1件も出ない。行はすべて読める。"""
    write(tmp_path / "week", LINES)
    heard = listen(tmp_path / "week", tmp_path / "cache")
    assert (heard.lines, heard.errors) == (LINES, 0)
    assert heard.high == []
    assert {"web_access", "yamaha", "postfix", "dovecot", "openssh", "vsftpd", "windows", "m365_audit"} <= heard.formats


@pytest.mark.parametrize("name", ["Apache", "Linux"])
def test_other_peoples_plain_logs_raise_no_grave_alarm(
    name: str, test_data: Callable[[str], Path], tmp_path: Path
) -> None:
    """よその人の Apache と Linux のログでも、重大な知らせは1件も出ない。"""
    heard = listen(test_data("loghub-2k") / name / f"{name}_2k.log", tmp_path)
    assert (heard.lines, heard.errors, heard.high) == (2000, 0, [])


def test_the_measure_hears_an_attack(tmp_path: Path) -> None:
    """この測り方は聞き落とさない：同じログに本物の侵入を足せば、重大な知らせが出る。"""
    write(tmp_path / "week", 2_000)
    log = tmp_path / "week" / "server" / "vsftpd.log"
    client = 'Client "::ffff:203.0.113.9"'
    tries = [f"Mon Nov 16 10:{i // 60:02}:{i % 60:02} 2026 [pid 3] [designer] FAIL LOGIN: {client}" for i in range(90)]
    entered = f"Mon Nov 16 10:05:00 2026 [pid 3] [designer] OK LOGIN: {client}"
    log.write_text(log.read_text() + "\n".join([*tries, entered]) + "\n")
    high = listen(tmp_path / "week", tmp_path / "cache").high
    assert {"ftp_login/success", "FTP log-in after many failures from the same address"} <= set(high)
