"""取引先・弁護士・JPCERT/CCへ渡す文書の約束。"""

from __future__ import annotations

from typing import Any

import pytest

from hikeshi.engines.paper import to_text
from hikeshi.engines.paper.model import Field, blanks
from hikeshi.notify.documents import build
from hikeshi.notify.wording import Fact
from tests.notify.documents.cast import NOW, PARTIES, facts


def said(kind: str, known: dict[str, Fact], lang: Any = "ja") -> str:
    return to_text(build(kind, known, PARTIES, lang, now=NOW))


def test_partners_hear_of_trade_but_not_of_the_way_in() -> None:
    """取引先への報告は、取引への影響と振込先の注意を書き、侵入の経路と原因は書かない。"""
    text = said("main-customer-notice", {**facts(), "route": Fact(None, "confirmed", "管理画面の裏口から")})
    assert "お取引への影響" in text and "振込先の変更" in text
    assert "裏口" not in text and "拡張機能" not in text


def test_the_lawyer_sees_every_question_of_rule_7() -> None:
    """弁護士への引継ぎは、規則第7条の分かれ目を、わからないものも含めて並べる。"""
    text = said("lawyer-handover", {})
    for asked in ("要配慮個人情報を含むか", "財産的被害のおそれがあるか", "不正の目的によるものか", "本人の数"):
        assert f"{asked}：調査中" in text
    assert text.index("お尋ねしたいこと") < text.index("法律にかかわる事実")
    assert "0570-001-240" in text


def test_the_jpcert_boxes_are_not_verified() -> None:
    """JPCERT/CCの転記用シートは、欄が未確認であることと、任意であることを書く。"""
    for lang, unverified, voluntary in (("ja", "未確認", "任意"), ("en", "not verified", "voluntary")):
        text = said("jpcert-report", {}, lang)
        assert unverified in text and voluntary in text and "https://www.jpcert.or.jp/form/" in text


def test_the_jpcert_boxes_show_how_sure_each_is() -> None:
    """JPCERT/CCの転記用シートの欄には、確かさがつき、本人の数や情報の項目は書かない。"""
    document = build("jpcert-report", facts(), PARTIES, "ja", now=NOW)
    boxes = {block.label: block for block in document.blocks if isinstance(block, Field)}
    assert boxes["概要"].status == "confirmed" and boxes["原因"].status == "suspected"
    assert boxes["侵入・流出の経路"].value == "調査中"
    assert "412" not in to_text(document) and "メールアドレス、" not in to_text(document)


@pytest.mark.parametrize("kind", ["lawyer-handover", "jpcert-report"])
def test_lines_to_write_on_are_no_gaps(kind: str) -> None:
    """手で書きこむ欄は、埋まっていないところとして数えない。"""
    assert blanks(build(kind, facts(), PARTIES, "ja", now=NOW)) == ()
