"""イベント ビューアーが書き出した CSV とテキストは、説明文から、EVTX と同じ項目を読む。"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hikeshi.engines.logs.parsers.windows import said
from tests.engines.logs.reading import events, report

SECURITY = "Microsoft-Windows-Security-Auditing"
LSM = "Microsoft-Windows-TerminalServices-LocalSessionManager"
FAILED = """アカウントがログオンに失敗しました。

サブジェクト:
\tセキュリティ ID:\t\tNULL SID
\tアカウント名:\t\t-
\tログオン ID:\t\t0x0

{type}:\t\t\t10

ログオンを失敗したアカウント:
\tセキュリティ ID:\t\tNULL SID
\tアカウント名:\t\tAdministrator
\tアカウント ドメイン:\t\tPC01

エラー情報:
\t失敗の原因:\t\tユーザー名を認識できないか、またはパスワードが間違っています。
\t状態:\t\t\t0xC000006D
\tサブ ステータス:\t\t0xC000006A

ネットワーク情報:
\tワークステーション名:\tKALI
\tソース ネットワーク アドレス:\t203.0.113.9
\tソース ポート:\t\t0

ログオンの種類のフィールドは、要求されたログオンの種類を示します。
"""
WORKED = """An account was successfully logged on.

Subject:
\tSecurity ID:\t\tSYSTEM
\tAccount Name:\t\tPC01$

Logon Information:
\tLogon Type:\t\t10

New Logon:
\tSecurity ID:\t\tPC01\\Administrator
\tAccount Name:\t\tAdministrator
\tAccount Domain:\t\tPC01

Network Information:
\tWorkstation Name:\tPC01
\tSource Network Address:\t203.0.113.9
"""


@pytest.mark.parametrize("worded", ["ログオン タイプ", "ログオンの種類"])
def test_who_signs_in_is_told_from_who_asks(worded: str) -> None:
    """同じ「アカウント名」でも、見出しによって、呼び出した側か、入ろうとした側かが分かれる。"""
    found = said.told(FAILED.format(type=worded), SECURITY, 4625)
    assert found == {
        "SubjectLogonId": "0x0",
        "LogonType": "10",
        "TargetUserName": "Administrator",
        "TargetDomainName": "PC01",
        "FailureReason": "ユーザー名を認識できないか、またはパスワードが間違っています。",
        "Status": "0xC000006D",
        "SubStatus": "0xC000006A",
        "WorkstationName": "KALI",
        "IpAddress": "203.0.113.9",
        "IpPort": "0",
    }


@pytest.mark.parametrize(
    ("message", "provider", "number", "expected"),
    [
        (
            "リモート デスクトップ サービス: セッション ログオンに成功しました:\n\n"
            "ユーザー: PC\\hanako\nセッション ID: 2\nソースネットワークアドレス: 203.0.113.9",
            *(LSM, 21, {"User": "PC\\hanako", "SessionID": "2", "Address": "203.0.113.9"}),
        ),
        (
            "サービスがシステムにインストールされました。\n\nサービス名:  evil\nサービス ファイル名:  C:\\x\\e.exe -s\n"
            "サービス アカウント:  LocalSystem",
            "Service Control Manager",
            7045,
            {"ServiceName": "evil", "ImagePath": "C:\\x\\e.exe -s", "AccountName": "LocalSystem"},
        ),
        (
            "A member was added to a security-enabled local group.\n\nSubject:\n\tAccount Name:\t\thanako\n\nMember:\n"
            "\tSecurity ID:\t\tPC01\\evil\n\tAccount Name:\t\t-\n\nGroup:\n\tGroup Name:\t\tAdministrators",
            SECURITY,
            4732,
            {"SubjectUserName": "hanako", "MemberSid": "PC01\\evil", "TargetUserName": "Administrators"},
        ),
        (
            "新しいプロセスが作成されました。\n\nクリエーター サブジェクト:\n\tアカウント名:\t\thanako\n\n"
            "プロセス情報:\n\t新しいプロセス名:\tC:\\Windows\\cmd.exe\n"
            "\tプロセスのコマンド ライン:\tcmd /c echo a: b\n",
            SECURITY,
            4688,
            {
                "SubjectUserName": "hanako",
                "NewProcessName": "C:\\Windows\\cmd.exe",
                "CommandLine": "cmd /c echo a: b",
            },
        ),
        (
            "Scriptblock テキストを作成しています (1 個中 1 個目):\r\niex (New-Object Net.WebClient)\r\n\r\n"
            "ScriptBlock ID: 1\r\nパス: ",
            "Microsoft-Windows-PowerShell",
            4104,
            {"ScriptBlockText": "iex (New-Object Net.WebClient)"},
        ),
        (
            "Microsoft Defender ウイルス対策 がマルウェアを検出しました。\n \t名前: EICAR\n \t重大度: 重大\n"
            " \tパス: file:_C:\\e.com\n \tユーザー: PC\\hanako",
            "Microsoft-Windows-Windows Defender",
            1116,
            {
                "Threat Name": "EICAR",
                "Severity Name": "重大",
                "Path": "file:_C:\\e.com",
                "Detection User": "PC\\hanako",
            },
        ),
        ("ただの文です。", SECURITY, 4625, {}),
    ],
)
def test_other_events_have_their_own_names(message: str, provider: str, number: int, expected: dict[str, Any]) -> None:
    """リモートデスクトップ、サービス、プロセス、ウイルス対策の説明文も、規則が使う名前の項目になる。"""
    assert said.told(message, provider, number) == expected


@pytest.mark.parametrize("form", ["csv-utf-8-sig", "csv-cp932", "tabs-utf-16"])
@pytest.mark.parametrize("source", [SECURITY, "Microsoft Windows security auditing."])
def test_an_export_of_the_event_viewer_tells_the_break_in(tmp_path: Path, form: str, source: str) -> None:
    """画面から保存した CSV やテキストだけで、総当たりの後に入られたことが分かる。"""
    kind, encoding = form.split("-", 1)
    between = "," if kind == "csv" else "\t"
    rows = [between.join(("キーワード", "日付と時刻", "ソース", "イベント ID", "タスクのカテゴリ"))]
    failed, worked = FAILED.format(type="ログオン タイプ"), WORKED
    for second in range(25):
        rows.append(
            between.join(("失敗の監査", f"2026/11/23 10:00:{second:02}", source, "4625", "Logon", f'"{failed}"'))
        )
    rows.append(between.join(("成功の監査", "2026/11/23 10:01:00", source, "4624", "Logon", f'"{worked}"')))
    (tmp_path / "a.csv").write_bytes("\r\n".join(rows).encode(encoding))
    done = report(tmp_path)
    assert (done.files[0].format, done.files[0].events, done.files[0].errors) == ("windows", 26, 0)
    (one,) = done.findings
    assert (one.kind, one.success, one.addresses, one.accounts) == (
        "windows_login",
        "yes",
        ["203.0.113.9"],
        ["Administrator"],
    )
    assert {(e.action, e.method) for e in events(tmp_path / "a.csv")} == {
        ("win.logon_failed", "10"),
        ("win.logon", "10"),
    }


@given(st.text(alphabet="サブジェクト:：\t\n \\ab-", max_size=200), st.integers(0, 9999))
def test_no_message_breaks_it(message: str, number: int) -> None:
    """どんな文でも倒れず、項目は空でない文字になる。"""
    for provider in (SECURITY, LSM, "Microsoft-Windows-PowerShell"):
        assert all(type(v) is str and v for v in said.told(message, provider, number).values())
