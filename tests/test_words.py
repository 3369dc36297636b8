"""Words for problems and kinds, in the user's language."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from hikeshi import words
from hikeshi.engines.common.problem import Problem


@pytest.mark.parametrize(
    ("environment", "lang"),
    [
        ({}, "ja"),
        ({"LANG": "C.UTF-8"}, "ja"),
        ({"LC_ALL": "POSIX"}, "ja"),
        ({"LANG": "ja_JP.UTF-8"}, "ja"),
        ({"LANG": "en_US.UTF-8"}, "en"),
        ({"LANG": "fr_FR.UTF-8"}, "en"),
        ({"LANG": "en_US.UTF-8", "HIKESHI_LANG": "ja"}, "ja"),
        ({"LANG": "ja_JP.UTF-8", "LC_ALL": "en_GB"}, "en"),
        ({"HIKESHI_LANG": "en"}, "en"),
    ],
)
def test_the_users_language(environment: dict[str, str], lang: str) -> None:
    """命令の言葉は HIKESHI_LANG、次に OS の言葉、分からなければ日本語になる。"""
    assert words.user_language(environment) == lang


def test_a_problem_is_said_in_both_languages() -> None:
    """エンジンの知らせた問題は、その値をはめた日英の文になる。"""
    problem = Problem("common.not_found", path="/tmp/帳簿.csv")
    assert words.problem(problem, "ja").startswith("「/tmp/帳簿.csv」が見つかりませんでした。")
    assert words.problem(problem, "en").startswith('"/tmp/帳簿.csv" was not found.')


@pytest.mark.parametrize("code", ["common.no_such_words", "nowhere.at_all", "..", "../../etc.passwd", "plain"])
def test_a_problem_without_words_still_shows_itself(code: str) -> None:
    """文のない問題も隠れず、名前と値がそのまま見える。"""
    assert words.problem(Problem(code, path="x"), "ja") == f"{code} (path='x')"


def test_values_from_outside_cannot_redraw_the_screen() -> None:
    """はめこむ値の制御文字や文字の向きを変える記号は、見える形になる。"""
    said = words.problem(Problem("common.not_found", path="a\x1b[2Jb\u202ec\ud800\x00"), "ja")
    assert "a<U+001B>[2Jb<U+202E>c<U+D800><U+0000>" in said
    said.encode("utf-8")


def test_braces_in_values_stay_as_they_are() -> None:
    """値の中の波かっこは、文の穴として読まれない。"""
    assert "{0.__class__}{path}" in words.problem(Problem("common.not_found", path="{0.__class__}{path}"), "ja")


def test_a_sentence_cannot_look_inside_a_value() -> None:
    """文の穴は名前だけで、値の中身（属性）はのぞけない。"""
    assert words.fill("{a.__class__} {a[0]} {a}", {"a": "値"}) == "{a.__class__} {a[0]} 値"
    assert words.fill("{missing} {n:,}", {"n": 12345}) == "{missing} 12,345"


def test_half_of_a_help_text() -> None:
    """「日本語 / English」からは、利用者の言葉の側だけが残る。"""
    assert words.half("調べる / Look", "ja") == "調べる"
    assert words.half("調べる / Look / see", "en") == "Look / see"
    assert words.half("片方だけ", "en") == "片方だけ"


def test_texts_of_a_kind(tmp_path: Path) -> None:
    """種類のフォルダの文は、ja.toml か en.toml から読まれる。"""
    (tmp_path / "ja.toml").write_text('title = "題"', encoding="utf-8")
    (tmp_path / "en.toml").write_text('title = "Title"', encoding="utf-8")
    assert words.texts(tmp_path, "ja") == {"title": "題"}
    assert words.texts(tmp_path, "en") == {"title": "Title"}
    assert words.pick({"ja": "題", "en": "Title"}, "en") == "Title"


def test_a_problem_crosses_a_process_whole() -> None:
    """問題は、別のプロセスから渡っても名前と値を失わない。"""
    crossed = pickle.loads(pickle.dumps(Problem("logs.not_a_log", path="a", line=3)))
    assert (crossed.code, crossed.params) == ("logs.not_a_log", {"path": "a", "line": 3})
    assert str(crossed) == "logs.not_a_log (path='a', line=3)"
