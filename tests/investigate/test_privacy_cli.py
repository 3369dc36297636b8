"""`hikeshi privacy count`：約束した JSON、読む人のための答え、終了コード。"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

LIST = "氏名,メール,マイナンバー\n山田太郎,taro@example.jp,123456789018\n鈴木花子,hanako@example.com,\n"


def hikeshi(*words: str | Path, lang: str = "ja") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "hikeshi", "privacy", *map(str, words)],
        capture_output=True,
        env={**os.environ, "HIKESHI_LANG": lang},
        timeout=600,
    )


def test_json_is_the_contract(tmp_path: Path) -> None:
    """--json は、people・kinds・files・not_examined だけを持つ一つの JSON を出す。"""
    (tmp_path / "a.csv").write_text(LIST, encoding="utf-8")
    (tmp_path / "b.png").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\0" * 9)
    done = hikeshi("count", tmp_path, "--json")
    assert done.returncode == 0, done.stderr.decode()
    data = json.loads(done.stdout)
    assert set(data) == {"people", "kinds", "files", "not_examined"}
    assert data["people"] == {"at_least": 2, "estimate": 2, "at_most": 2}
    assert data["kinds"]["email"] == {"found": 2, "people": 2}
    assert data["kinds"]["my_number"] == {"found": 1, "people": 1}
    (one,) = data["files"]
    assert set(one) == {"path", "format", "examined", "kinds"}
    assert (one["format"], one["examined"], one["kinds"]["name"]["found"]) == ("delimited", True, 2)
    (other,) = data["not_examined"]
    assert set(other) == {"path", "why"}
    assert other["path"].endswith("b.png")
    assert "調べていません" in other["why"]
    for secret in (b"123456789018", b"taro", "山田".encode()):
        assert secret not in done.stdout + done.stderr


def test_people_read_an_answer_in_their_language(tmp_path: Path) -> None:
    """画面には、人数の幅・種類・調べたファイルが、使う人の言葉で出る。値は出ない。"""
    (tmp_path / "a.csv").write_text(LIST, encoding="utf-8")
    japanese, english = hikeshi("count", tmp_path), hikeshi("count", tmp_path, lang="en")
    assert "2人から2人（およそ2人）" in japanese.stdout.decode()
    assert "マイナンバー" in japanese.stdout.decode()
    assert "Data of 2 to 2 people (about 2)" in english.stdout.decode()
    assert "name: 2 people" in english.stdout.decode()
    assert "taro" not in japanese.stdout.decode()


def test_nothing_to_examine_is_said(tmp_path: Path) -> None:
    """調べられるものがなければ、理由を述べて終了コード 3 で終わる。"""
    for form in ([], ["--json"]):
        nowhere, empty = hikeshi("count", tmp_path / "nowhere", *form), hikeshi("count", tmp_path, *form)
        assert (nowhere.returncode, empty.returncode) == (3, 3)
        assert "見つかりませんでした" in nowhere.stderr.decode()
        assert "調べられるファイルがありませんでした" in empty.stderr.decode()
    assert json.loads(empty.stdout)["files"] == json.loads(nowhere.stdout)["files"] == []
