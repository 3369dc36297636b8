"""`hikeshi isolate` と `hikeshi evidence` の打ち間違い：何も動かさず、何が違うかを自分の言葉で知らせる。"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from hikeshi.site import dispatch


@pytest.mark.parametrize(
    ("words", "ja", "en"),
    [
        (["isolate", "onn"], "使えるのは on, confirm, off, status です", "only on, confirm, off, status"),
        (["isolate", "on", "web1"], "「web1」が余っています", "one word too many"),
        (["isolate", "on", "--timer", "soon"], "数字を入れてください", "takes a number"),
        (["isolate", "off", "--host"], "「--host」のあとに、その値が要ります", "needs its value"),
        (
            ["evidence", "take"],
            "使えるのは collect, verify, import, script です",
            "only collect, verify, import, script",
        ),
        (["evidence", "collect", "--out", "/no/such/a.tar"], "フォルダ「/no/such」がありません", "no folder"),
        (["evidence", "import", "a.tar"], "開いている事故がありません", "no open incident"),
    ],
)
def test_wrong_words_are_told_in_both_languages(
    words: list[str],
    ja: str,
    en: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """打ち間違いは、何がどう違うかを、日本語の文は日本語だけで言い、何も変わっていないことを言い、何も動かさない。"""
    monkeypatch.setenv("HIKESHI_DATA", str(tmp_path / "data"))
    monkeypatch.setattr("subprocess.run", lambda *words, **named: pytest.fail("something was run"))
    for lang, sentence, safe in (("ja", ja, "何も"), ("en", en, "Nothing")):
        monkeypatch.setenv("HIKESHI_LANG", lang)
        assert dispatch.main(words) == 2
        said, complained = capsys.readouterr()
        assert said == ""
        assert sentence in complained
        assert safe in complained
        assert lang == "en" or not re.search("No such|unexpected|Input should|requires", complained)
