"""`hikeshi drill`：使い方の誤りは、何も書かずに、はっきりと言う。"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hikeshi.site.dispatch import main


def told(capsys: pytest.CaptureFixture[str], *words: str | Path) -> tuple[int, str, str]:
    code = main(["drill", *map(str, words)])
    return code, *capsys.readouterr()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("web-intrusoin",), "web-intrusion"),
        (("../web_intrusion",), "という訓練はありません"),
        (("web-intrusion", "--seed", "-1"), "種"),
        (("web-intrusion", "--seed", "abc"), "abc"),
        (("web-intrusion", "--seed", "1e3"), "1e3"),
        (("web-intrusion", "--seed", "9" * 30), "整数"),
        (("web-intrusion", "--seed", "١"), "種"),
        (("web-intrusion", "--lang", "fr"), "fr"),
    ],
)
def test_wrong_words_are_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], said: str
) -> None:
    """ない訓練、おかしな種や言語は、終了コード2で、何が使えるかを言い、何も書かない。"""
    code, out, err = told(capsys, "run", *words, "--out", tmp_path / "new")
    assert (code, out) == (2, "")
    assert said in err
    assert "Traceback" not in err
    assert not (tmp_path / "new").exists()


def test_a_folder_with_something_in_it_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """空でないフォルダーには書かず、中のものに触れない。"""
    (tmp_path / "mine.txt").write_text("大切")
    code, out, err = told(capsys, "run", "web-intrusion", "--out", tmp_path)
    assert (code, out) == (2, "")
    assert "空ではありません" in err
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_file_is_no_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """ファイルを指しても、上書きしない。"""
    (tmp_path / "mine.txt").write_text("大切")
    code, _out, err = told(capsys, "run", "web-intrusion", "--out", tmp_path / "mine.txt")
    assert code == 2
    assert "フォルダーではありません" in err
    assert (tmp_path / "mine.txt").read_text() == "大切"


def test_a_drill_never_runs_on_data_that_is_open_already(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """別のデータで動いている中では、訓練は始まらない。本物の記録に訓練は混ざらない。"""
    code, _out, err = told(capsys, "run", "web-intrusion", "--out", tmp_path / "new")
    assert code == 3
    assert "別のデータ" in err


def test_scenarios_are_listed(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """どんな訓練があるかを、日本語でも英語でも、JSON でも言う。"""
    assert "ホームページへの侵入" in told(capsys, "list")[1]
    monkeypatch.setenv("HIKESHI_LANG", "en")
    code, out, _err = told(capsys, "list", "--json")
    assert code == 0
    assert {"name": "web-intrusion", "title": "Intrusion into a web site"}.items() <= json.loads(out)[0].items()
