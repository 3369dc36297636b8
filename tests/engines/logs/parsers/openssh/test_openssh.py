"""sshd の記録の読み取り。"""

from __future__ import annotations

from pathlib import Path

import pytest

from hikeshi.engines.logs.table import Event
from tests.engines.logs.reading import events, sample, sshd


@pytest.fixture(scope="module")
def lines() -> list[Event]:
    return sample("openssh")


def test_only_accepted_is_success(lines: list[Event]) -> None:
    """成功とするのは Accepted の行だけ。"""
    assert [e.user for e in lines if e.format == "openssh" and e.outcome == "success"] == ["hanako"]
    assert lines[0].method == "publickey"


def test_each_kind_of_line_says_who_and_from_where(lines: list[Event]) -> None:
    """失敗のどの書き方からも、アカウントと接続元が読める。"""
    said = [(e.detail, e.user, e.address) for e in lines[1:8]]
    assert said == [
        ("invalid", "admin", "203.0.113.9"),
        ("failed", "admin", "203.0.113.9"),
        ("pam", "root", "203.0.113.9"),
        ("failed", "root", "203.0.113.9"),
        ("preauth", "root", "203.0.113.9"),
        ("probe", "", "203.0.113.10"),
        ("blocked", "", "203.0.113.11"),
    ]


def test_repeated_messages_count(lines: list[Event]) -> None:
    """「繰り返し」と書かれた行は、その回数に数える。"""
    assert lines[4].count == 4


def test_other_programs_are_read_as_theirs(lines: list[Event]) -> None:
    """sudo などの行は、その形式として読む。"""
    assert (lines[9].format, lines[9].source) == ("linux_auth", "sudo")
    assert lines[8].action == "ssh.message"


def test_mapped_address_is_the_plain_one(lines: list[Event]) -> None:
    """::ffff: の付いた接続元は、ふだんの形に直す。"""
    assert lines[10].address == "203.0.113.12"


def test_a_user_name_cannot_forge_the_address(tmp_path: Path) -> None:
    """アカウント名に紛れ込ませた偽の接続元に、だまされない。"""
    forged = "x from 192.0.2.1 port 22 ssh2"
    (tmp_path / "auth.log").write_text(
        sshd(f"Failed password for invalid user {forged} from 203.0.113.66 port 9 ssh2")
        + "\n"
        + sshd(f"Invalid user {forged} from 203.0.113.66 port 9")
        + "\n",
        encoding="utf-8",
    )
    assert [e.address for e in events(tmp_path / "auth.log")] == ["203.0.113.66"] * 2


def test_a_user_name_cannot_forge_a_success(tmp_path: Path) -> None:
    """アカウント名に Accepted と書いても、成功にはならない。"""
    (tmp_path / "auth.log").write_text(
        sshd("Invalid user Accepted password for root from 192.0.2.1 port 22 ssh2 from 203.0.113.66 port 9") + "\n",
        encoding="utf-8",
    )
    assert [e.outcome for e in events(tmp_path / "auth.log")] == ["failure"]
