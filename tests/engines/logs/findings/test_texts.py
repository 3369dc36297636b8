"""見つけるもののどの種類にも、日英の文がそろっている。"""

from __future__ import annotations

import re

import pytest

from hikeshi import words
from hikeshi.engines.logs import kinds
from tests.engines.logs.reading import PARSERS, report

PARAMS = {"address", "addresses", "accounts", "account", "events", "attempts", "target"}


@pytest.mark.parametrize("name", kinds.names())
def test_titles_say_only_what_a_finding_knows(name: str) -> None:
    """題と確かめ方は日英で同じ鍵を持ち、見つけたものが持たない値を求めない。"""
    both = [words.texts(kinds.PLACE / name, lang) for lang in ("ja", "en")]
    assert both[0]["title"].keys() == both[1]["title"].keys()
    assert both[0].get("settle", {}).keys() == both[1].get("settle", {}).keys()
    for texts in both:
        said = [*texts["title"].values(), *texts.get("settle", {}).values()]
        assert {found for text in said for found in re.findall(r"\{(\w+)\}", text)} <= PARAMS
        assert texts["name"]
        assert texts["about"]
        assert texts["next"]


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_every_finding_of_the_samples_has_its_title(lang: str) -> None:
    """どの形式の見本から見つけたものにも題があり、値がすべて埋まる。"""
    found = report(PARSERS).findings
    assert len({one.kind for one in found}) >= 5
    for one in found:
        texts = words.texts(one.folder, lang)
        title = words.fill(texts["title"][one.variant], one.params)
        assert title, (one.kind, one.variant)
        assert "{" not in title, title
        assert set(one.settle) <= texts.get("settle", {}).keys(), (one.kind, one.settle)
