"""The few words that the writers add: 訓練, 下書き, page numbers, status. They follow the document's language."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from hikeshi.engines.paper.model import Lang

_FILE = Path(__file__).with_name("words.toml")


@cache
def _both() -> dict[str, Any]:
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))


def words_of(lang: Lang) -> dict[str, Any]:
    """The words of one language, `status` among them as a table."""
    words: dict[str, Any] = _both()[lang]
    return words
