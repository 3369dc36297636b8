"""Windowsの利用者を閉じる手順（close.ps1）：ここでは動かさず、書かれていることを見る。"""

from __future__ import annotations

import re

import pytest

from hikeshi.engines.accounts import windows_script
from hikeshi.engines.common.problem import Problem

# What changes the PC, and nothing beyond it.
CHANGING = {"Disable-LocalUser", "Disable-ScheduledTask", "Stop-Process", "New-Item", "Out-File"}
HARMLESS = {"Set-StrictMode", "Out-Null", "Start-Sleep"}


def bare(text: str) -> str:
    """PowerShell without its comments and strings."""
    return re.sub(r"#[^\n]*|'(?:[^']|'')*'|\"(?:[^\"`]|`.|\"\")*\"", "", text)


def test_it_is_balanced() -> None:
    """かっこと引用符の数が合っている。"""
    text = bare(windows_script("hanako", dry=False))
    assert "'" not in text
    assert '"' not in text
    for one, other in ("()", "{}", "[]"):
        assert text.count(one) == text.count(other)


def test_it_changes_only_what_it_says() -> None:
    """変える命令は決めた一覧だけで、試しの実行はその前に終わる。"""
    text = bare(windows_script("hanako", dry=True))
    used = set(
        re.findall(r"(?<![\w$.-])((?:Set|Remove|Disable|Enable|Stop|New|Add|Clear|Rename|Out|Invoke|Start)-\w+)", text)
    )
    assert used - HARMLESS == CHANGING
    head = text[: text.index("exit 0")]
    assert not re.search("Disable-|Stop-|logoff", head)
    # Proof comes before the first change.
    assert text.index("Keep") < text.index("Disable-LocalUser")


def test_the_way_back_is_on_the_disk_before_anything_is_closed() -> None:
    """元に戻す手順のファイルは、利用者を無効にする前に書かれ、途中で止まってもその場所が表示される。"""
    text = windows_script("hanako", dry=False)
    written = text.index("$undo | Out-File")
    assert text.index("Enable-LocalUser") < text.index("Enable-ScheduledTask") < written
    after = text[written:]
    assert written < text.index("Disable-LocalUser")
    # Everything that changes the PC stands inside the try whose catch lets the end be told.
    guarded = after[after.index("\ntry {\n") : after.index("\n}\ncatch {")]
    for one in ("Disable-LocalUser", "logoff.exe $session", "Stop-Process", "Disable-ScheduledTask"):
        assert one in guarded
    assert after.index("-f $file)") > after.index("\n}\ncatch {")


def test_the_undo_can_be_read_whatever_the_names_are() -> None:
    """元に戻す手順は、日本語の名前でも、曲がった引用符のある仕事の名前でも、そのまま読めて動く。"""
    text = windows_script("hanako", dry=False)
    pattern = re.search(r"-replace '([^\n]*)', '\$1\$1'", text)
    assert pattern is not None
    quoted = re.sub(pattern[1].replace("''", "'"), r"\1\1", "Bob\u2019s 'job'")
    assert quoted == "Bob\u2019\u2019s ''job''"
    assert "(Quoted $task.TaskPath), (Quoted $task.TaskName)" in text
    assert "if ($PSVersionTable.PSVersion.Major -ge 6) { 'utf8BOM' } else { 'utf8' }" in text


def test_windows_home_without_quser_is_served() -> None:
    """quser のない Windows Home でも止まらず、動いているプログラムから、入ったままの画面を見つけて閉じる。"""
    lines = windows_script("hanako", dry=False).splitlines()
    calls = [number for number, line in enumerate(lines) if "quser.exe" in line and "Get-Command quser.exe" not in line]
    assert calls
    for number in calls:
        assert "Get-Command quser.exe" in lines[number - 1]
        assert lines[number].lstrip().startswith("try {")
    found = "\n".join(lines)
    assert "$_.SessionId" in found[found.index("function Sessions") : found.index("quser.exe 2>")]


def test_the_name_stands_in_single_quotes_once() -> None:
    """名前は一か所だけに、引用符の中に入る。"""
    text = windows_script("山田 花子", dry=False)
    assert text.count("山田 花子") == 1
    assert "$name = '山田 花子'\n" in text
    assert "@USER@" not in text
    assert "@DRY@" not in text


@pytest.mark.parametrize(
    "user", ["", "x'", "x\u2019; reboot", "a" * 21, "a\nb", "$(id)", "`a", "a/b", " a", "a ", "a.", "a@b", "\u202ea"]
)
def test_names_that_could_be_commands_are_refused(user: str) -> None:
    """命令になりうる名前（曲がった引用符も）は断る。"""
    with pytest.raises(Problem) as caught:
        windows_script(user, dry=False)
    assert caught.value.code == "accounts.bad_user"


@pytest.mark.parametrize(
    ("line", "name", "session"),
    [
        (">hanako                console             1  Active      none   2026/11/23 9:00", "hanako", "1"),
        (" hanako                                    2  Disc         5:12  2026/11/23 9:00", "hanako", "2"),
        (" yamada taro           rdp-tcp#14         13  Active          .  2026/11/23 9:00", "yamada taro", "13"),
        (" yamada taro                              13  Disc            .  2026/11/23 9:00", "yamada taro", "13"),
        (
            " abcdefghijklmnopqrst  console             3  Active      none   2026/11/23 9:00",
            "abcdefghijklmnopqrst",
            "3",
        ),
        (" 山田 花子             console             4  Active      none   2026/11/23 9:00", "山田 花子", "4"),
    ],
)
def test_the_session_of_every_allowed_name_is_found(line: str, name: str, session: str) -> None:
    """名前に空白のある利用者の、入ったままの画面も、quser の行から見つかる。"""
    pattern = re.search(r"-match '([^']*)' -and \$Matches\[1\] -eq", windows_script("hanako", dry=False))
    assert pattern is not None
    found = re.match(pattern[1], line)
    assert found is not None
    assert found.groups() == (name, session)
