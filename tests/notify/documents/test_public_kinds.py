"""お客様・委託元・電話・公表の文書の約束。"""

from __future__ import annotations

from typing import Any

import pytest

from hikeshi.engines.paper import to_text
from hikeshi.notify.documents import build
from hikeshi.notify.wording import Fact
from tests.notify.documents.cast import NOW, PARTIES, facts

ROUTE = {"route": Fact(None, "confirmed", "管理画面の裏口から")}


def said(kind: str, known: dict[str, Fact], lang: Any = "ja", stage: Any = "preliminary") -> str:
    return to_text(build(kind, known, PARTIES, lang, now=NOW, stage=stage))


@pytest.mark.parametrize("kind", ["phishing-warning", "phone-sheet", "public-statement"])
def test_what_customers_hear_never_tells_how_they_got_in(kind: str) -> None:
    """お客様が見聞きする文書には、確かめたものでも侵入の経路を書かない。"""
    assert "裏口" not in said(kind, {**facts(), **ROUTE})


def test_the_warning_goes_out_before_the_numbers() -> None:
    """不審な連絡への注意は、何もわからなくても出せ、人数と原因には触れない。"""
    for known in ({}, facts()):
        text = said("phishing-warning", known)
        assert "「佐倉花店」の名をかたる不審な連絡にご注意ください" in text
        assert "リンクや添付ファイル" in text
        assert "人数" not in text and "412" not in text and "拡張機能" not in text
    assert "個人情報への影響：調査中" in said("phishing-warning", {})


def test_advice_of_the_facts_replaces_the_general_one() -> None:
    """自衛策が事実にあれば、決まった文ではなくそれを書く。"""
    own = {**facts(), "protect_yourself": Fact(None, "confirmed", "鍵を取り替えてください。")}
    for kind in ("phishing-warning", "public-statement", "phone-sheet"):
        assert "鍵を取り替えてください。" in said(kind, own)
        assert "身に覚えのない請求" not in said(kind, own)


def test_the_entrusting_notice_has_the_nine_items_and_the_release() -> None:
    """委託元への通知には、9項目が順に並び、侵入の経路も書き、免除の根拠を示す。"""
    text = said("entrusting-notice", {**facts(), **ROUTE})
    names = ["概要", "個人データの項目", "本人の数", "原因", "二次被害又はそのおそれの有無及びその内容"]
    names += ["本人への対応の実施状況", "公表の実施状況", "再発防止のための措置", "その他参考となる事項"]
    places = [text.index(f"{number}．{name}") for number, name in zip("１２３４５６７８９", names, strict=True)]
    assert places == sorted(places)
    assert "規則第9条" in text and "裏口" in text and "412人以上431人以下" in text


def test_the_phone_sheet_says_what_is_not_said() -> None:
    """電話の想定問答は、疑いを印つきで答え、補償を約束せず、言わないことを挙げる。"""
    text = said("phone-sheet", facts())
    assert "情報は漏れたのですか：漏えいのおそれ（調査中）" in text
    assert "補償してもらえますか：この電話ではお答えできません。" in text
    assert text.index("言ってよいこと") < text.index("言わないこと") < text.index("電話の記録")


@pytest.mark.parametrize(
    ("stage", "published", "report"),
    [
        ("preliminary", None, "第一報"),
        ("preliminary", Fact(None, "confirmed", "店のサイトで公表しました。"), "続報"),
        ("preliminary", Fact(None, "confirmed", "来週に公表する予定です。"), "第一報"),
        ("preliminary", Fact(None, "suspected", "店のサイトで公表しました。"), "第一報"),
        ("preliminary", Fact(None, "refuted", "店のサイトで公表しました。"), "第一報"),
        ("follow_up", None, "続報"),
        ("final", None, "最終報"),
    ],
)
def test_the_statement_knows_which_report_it_is(stage: str, published: Fact | None, report: str) -> None:
    """公表文は、公表を済ませたと確かめてあれば続報になり、最終報は選んだときだけになる。"""
    known = {**facts(), **({"publication": published} if published else {})}
    assert f"個人情報の漏えいのおそれに関するお詫びとお知らせ（{report}）" in said(
        "public-statement", known, stage=stage
    )


@pytest.mark.parametrize(
    ("status", "title"),
    [
        ("confirmed", "個人情報の漏えいに関するお詫び"),
        ("suspected", "個人情報の漏えいのおそれに関するお詫び"),
        ("unknown", "当方で発生した事案に関するお詫び"),
        ("refuted", "当方で発生した事案に関するお詫び"),
    ],
)
def test_the_statement_says_no_more_than_is_known(status: str, title: str) -> None:
    """公表文の題名は、漏えいの確かさどおりに言う。"""
    assert title in said("public-statement", {**facts(), "event": Fact(["leak"], status)})


def test_a_final_statement_with_open_questions_does_not_sound_final() -> None:
    """調査中のことが残る最終報は「現時点での調査の結果」と言い、続きを約束する。残らなければ言い切る。"""
    open_ = said("public-statement", facts(), stage="final")
    assert "現時点での調査の結果" in open_ and "わかり次第、あらためてお知らせ" in open_
    keys = ["certainty", "route", "cause", "persons", "data_items", "secondary_damage", "response_to_persons"]
    keys += ["authority_report", "police_report", "prevention_planned", "protect_yourself", "contact_desk"]
    keys += ["known_at", "occurred_at", "incident_summary", "containment_done"]
    known = {key: Fact(None, "confirmed", "確かめました") for key in keys}
    known |= {"event": Fact(["leak"], "confirmed"), "certainty": Fact("confirmed", "confirmed")}
    closed = said("public-statement", known, stage="final")
    assert "現時点での" not in closed and "調査の結果と再発防止の取組みを" in closed and "あらためて" not in closed


def test_the_statement_has_no_letters_greeting_words() -> None:
    """公表文は手紙ではないので、拝啓と敬具を書かない。"""
    text = said("public-statement", facts())
    assert "拝啓" not in text and "敬具" not in text and "お客様および関係者の皆様" in text


@pytest.mark.parametrize("kind", ["customer-letter", "public-statement"])
def test_a_cause_known_by_its_kind_alone_says_that_the_rest_is_open(kind: str) -> None:
    """原因は種類しかわからないとき、その種類と、詳しくは調査中であることを言う。「その他」とは言わない。"""
    known = {key: fact for key, fact in facts().items() if key != "cause"}
    text = said(kind, {**known, "cause_kind": Fact("unauthorised_access", "confirmed")})
    assert "不正アクセスによるものです。詳しい原因は、調査中です。" in text
    text = said(kind, {**known, "cause_kind": Fact("loss", "suspected")}, "en")
    assert "Lost (suspected, under investigation)." in text
    assert "その他" not in said(kind, {**known, "cause_kind": Fact("other", "confirmed")})


@pytest.mark.parametrize("whose", [["employees"], ["partners"], ["customers", "employees"]])
def test_a_letter_to_workers_does_not_call_them_customers(whose: list[str]) -> None:
    """従業員や取引先の担当者の情報なら、「お客様」あての手紙にならない。"""
    known = {**facts(), "data_subjects": Fact(whose, "confirmed")}
    assert "お客様" not in said("customer-letter", known)
    assert "customer" not in said("customer-letter", known, "en").replace("customers' data", "")
    assert "お客様各位" in said("customer-letter", {**known, "data_subjects": Fact(["customers"], "confirmed")})


def test_a_slip_of_the_hand_is_not_made_a_matter_for_the_police() -> None:
    """犯罪でも不正の目的でもないと確かめた事故の公表文に、警察の欄を「未定」で置かない。"""
    slip = {"malicious": Fact(False, "confirmed"), "crime_suspected": Fact(False, "confirmed")}
    assert "警察" not in said("public-statement", {**facts(), **slip})
    assert "警察への相談・届出：未定（調査中）" in said("public-statement", facts())
    told = {**slip, "police_report": Fact(None, "confirmed", "丸の内警察署に相談しました。")}
    assert "丸の内警察署" in said("public-statement", {**facts(), **told})


def test_an_english_letter_to_sir_or_madam_ends_faithfully() -> None:
    """英語の手紙は、書き出しに合う結びで終わる。"""
    assert "Yours faithfully," in said("acquirer-notice", facts(), "en")
    assert "Yours sincerely," in said("customer-letter", facts(), "en")


def test_a_supplement_to_the_entrusting_business_refers_to_the_notice_before() -> None:
    """委託元への続報は、先の通知を受けた文になる。免除は委託を受けたデータについてだけ言う。"""
    first, again = said("entrusting-notice", facts()), said("entrusting-notice", facts(), stage="follow_up")
    assert "本通知により、貴社から委託を受けた個人データについて" in first
    assert "（続報）" in again
    assert "先にご通知申し上げた事態" in again
    assert "先の通知により、貴社から委託を受けた個人データについて" in again
    assert "本通知により" not in again
    assert "Further to our earlier notice" in said("entrusting-notice", facts(), "en", "follow_up")


@pytest.mark.parametrize("kind", ["customer-letter", "public-statement"])
def test_of_two_suspected_things_neither_sounds_certain(kind: str) -> None:
    """疑いの段階の「漏えい」と「消失」は「または」で、確認したあとは「および」で並ぶ。"""
    for status, words in (("suspected", "漏えいまたは消失のおそれ"), ("confirmed", "漏えいおよび消失")):
        text = said(kind, {**facts(), "event": Fact(["leak", "loss"], status)})
        assert text.count(words) == 2
