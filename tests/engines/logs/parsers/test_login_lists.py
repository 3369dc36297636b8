"""グループウェア・NAS・プラグインの画面から保存した、ログインの一覧（CSV）：製品を知らなくても、総当たりと成功が分かる。"""

from __future__ import annotations

from pathlib import Path

import pytest

from hikeshi.engines.logs.parsers import programs
from tests.engines.logs.reading import report

# Header, a failure, a success; {} is the time.
LISTS = {
    "two columns": (
        "日時,ユーザー,IPアドレス,操作,結果",
        "{},hanako,203.0.113.9,ログイン,失敗",
        "{},hanako,203.0.113.9,ログイン,成功",
    ),
    "one column": (
        "日時,ユーザー名,メールアドレス,IPアドレス,操作",
        "{},hanako,h@example.jp,203.0.113.9,ログイン失敗",
        "{},hanako,h@example.jp,203.0.113.9,ログイン成功",
    ),
    "level": (
        "日時,レベル,モジュール,アクション,ユーザー,IPアドレス",
        "{},エラー,共通管理,ログイン失敗,hanako,203.0.113.9",
        "{},情報,共通管理,ログイン,hanako,203.0.113.9",
    ),
    "plug-in": (
        "日時,結果,ログイン名,IPアドレス,タイプ",
        "{},失敗,hanako,203.0.113.9,ログインページ",
        "{},成功,hanako,203.0.113.9,ログインページ",
    ),
    "sentence": (
        "Level,Log,Time,User,Event",
        "Warning,Connection,{},hanako,User [hanako] from [203.0.113.9] failed to sign in to [DSM] via [password].",
        "Info,Connection,{},hanako,User [hanako] from [203.0.113.9] signed in to [DSM] successfully via [password].",
    ),
    "english": (
        "Time,User,IP address,Action,Result",
        "{},hanako,203.0.113.9,Login,Failed",
        "{},hanako,203.0.113.9,Login,Success",
    ),
}


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp932"])
def test_a_list_of_log_ins_tells_guessing_and_success(tmp_path: Path, name: str, encoding: str) -> None:
    """失敗が続いた後の成功を、だれが、どこから、とともに見つける。"""
    header, failed, worked = LISTS[name]
    rows = [
        header,
        *(failed.format(f"2026/11/23 10:00:{i:02}") for i in range(20)),
        worked.format("2026/11/23 10:01:00"),
    ]
    (tmp_path / "list.csv").write_bytes("\r\n".join(rows).encode(encoding))
    done = report(tmp_path)
    assert (done.files[0].events, done.files[0].errors) == (21, 0)
    (one,) = done.findings
    assert (one.kind, one.success, one.addresses, one.accounts) == ("service_login", "yes", ["203.0.113.9"], ["hanako"])


@pytest.mark.parametrize(
    "record",
    [
        {"操作": "ログアウト", "結果": "成功"},
        {"操作": "ログイン履歴の閲覧", "結果": "成功"},
        {"操作": "ファイルのダウンロード", "レベル": "エラー"},
        {"操作": "ログイン"},
        {"action": "login page viewed", "status": "200"},
        {"type": "error", "message": "disk full", "status": "failed"},
    ],
)
def test_what_is_no_log_in_stays_none(record: dict[str, str]) -> None:
    """ログアウトや閲覧、結果の分からないものは、ログインの成否と言わない。"""
    assert programs.login(record) == ""
