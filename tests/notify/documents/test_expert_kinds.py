"""警察・カード会社・サーバー会社・調査会社へ渡す文書の約束。"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from hikeshi.engines.paper import to_text
from hikeshi.engines.paper.model import blanks
from hikeshi.notify.documents import Party, build
from hikeshi.notify.wording import Fact
from tests.notify.documents.cast import NOW, PARTIES, facts

SHEETS = ("police-sheet", "forensic-handover")


def said(kind: str, known: dict[str, Fact], lang: Any = "ja") -> str:
    return to_text(build(kind, known, PARTIES, lang, now=NOW))


@pytest.mark.parametrize("kind", SHEETS)
@pytest.mark.parametrize("lang", ["ja", "en"])
def test_lines_to_write_on_hold_no_sheet_back(kind: str, lang: Any) -> None:
    """手で書きこむ表は、埋まっていないところとして数えない。"""
    assert blanks(build(kind, facts(), PARTIES, lang, now=NOW)) == ()


def test_the_police_sheet_says_what_the_online_desk_cannot_do() -> None:
    """警察への相談シートは、オンライン窓口が被害届にならないことと、急ぐときの番号を書く。"""
    text = said("police-sheet", {})
    assert "被害届としては扱われず" in text and "110番" in text
    assert text.index("２．いつ") < text.index("３．どこで、何が") < text.index("６．時系列")


def test_experts_are_told_how_they_got_in() -> None:
    """侵入の経路は、警察・カード会社・調査会社には伝え、サーバー会社への手紙には書かない。"""
    known = {**facts(), "route": Fact(None, "confirmed", "管理画面の裏口から")}
    for kind in (*SHEETS, "acquirer-notice"):
        assert "裏口" in said(kind, known)
    assert "裏口" not in said("log-demand", known)


def test_the_acquirer_is_asked_before_anything_is_changed() -> None:
    """カード会社への通知は、カード情報の確かさを書き、してはならない操作を尋ねる。"""
    text = said("acquirer-notice", {**facts(), "card_data": Fact(True, "suspected")})
    card = next(line for line in text.splitlines() if line.startswith("カード情報："))
    assert "調査中" in card
    assert "してはならない操作" in text and "加盟店番号：未記入" in text


def test_the_host_is_asked_to_keep_everything_while_times_are_open() -> None:
    """サーバー会社への手紙は、期間がわからないときの扱いを書き、御中で宛てる。"""
    parties = replace(PARTIES, addressee=Party(name="例示サーバー株式会社"))
    text = to_text(build("log-demand", {}, parties, "ja", now=NOW))
    assert "例示サーバー株式会社　御中" in text and "契約者の名義：佐倉花店" in text
    assert "最も古い記録から" in text and "削除・上書きせず" in text


def test_the_firm_is_asked_before_a_contract() -> None:
    """調査会社への引継ぎは、保険会社の承認を先に確かめ、契約の前の質問を並べる。"""
    text = said("forensic-handover", facts())
    assert text.index("事前の承認を受けた") < text.index("契約の前に聞くこと（体制と経験）")
    assert text.count("契約の前に聞くこと") == 4
    assert "データ被害時のベンダー選定チェックシート" in text and "交渉も支払いもしない" in text
    assert "入られた経路と、入られていた期間" in text
