"""どの文書にも、だれへ、なぜいま、がある。どの届出にも、文書か、ない理由がある。"""

from __future__ import annotations

import tomllib
from typing import Any

import pytest

from hikeshi.engines.paper import to_text
from hikeshi.notify.documents import AUDIENCES, HERE, build, kinds
from hikeshi.notify.documents.common_form import SHARED
from hikeshi.notify.law import lawfiles
from hikeshi.notify.wording import Fact, vocabulary
from tests.notify.documents.cast import NOW, PARTIES, facts

BOOK = lawfiles.shipped()
FORMS = ("common-form-ransomware", "common-form-ddos", "common-form-other")
LANGS: tuple[Any, ...] = ("ja", "en")


def said(kind: str, known: dict[str, Fact], lang: Any = "ja", stage: Any = "preliminary") -> str:
    return to_text(build(kind, known, PARTIES, lang, now=NOW, stage=stage))


def test_every_paper_of_the_plan_is_there() -> None:
    """課題が挙げる文書が、一つも欠けていない。"""
    assert {
        *("ppc-copy-sheet", "entrusting-notice", "customer-letter", "main-customer-notice", "acquirer-notice"),
        *("insurer-notice", "police-sheet", "jpcert-report", "ipa-report", *FORMS, "public-statement", "phone-sheet"),
        *("forensic-handover", "lawyer-handover", "phishing-warning", "bank-notice", "log-demand"),
    } <= set(kinds())


@pytest.mark.parametrize("kind", kinds().values(), ids=lambda kind: kind.id)
def test_every_kind_says_for_whom_and_why_now(kind: Any) -> None:
    """どの文書も、だれへの文書か、なぜいま要るかを、両方の言葉で言い、呼び出す事実は語彙にある。"""
    assert kind.audience in AUDIENCES
    assert 0 <= kind.haste <= 100
    assert kind.why("ja") and kind.why("en")
    for key, values in kind.suits.items():
        codes = vocabulary()[key].get("values", {})
        assert not codes or set(values) <= set(codes), f"{kind.id}: {key}"


def test_every_audience_has_a_name_and_a_paper() -> None:
    """文書の分け方には名前があり、空の分け方はない。"""
    for lang in LANGS:
        named = tomllib.loads((HERE / f"{lang}.toml").read_text(encoding="utf-8"))["audiences"]
        assert set(named) == set(AUDIENCES)
    assert {kind.audience for kind in kinds().values()} == set(AUDIENCES)


def test_the_words_that_forms_share_are_in_both_languages() -> None:
    """共通様式が分け合う言葉は、日本語と英語で同じ鍵を持つ。"""
    ja, en = (tomllib.loads((SHARED / f"{lang}.toml").read_text(encoding="utf-8")) for lang in LANGS)
    assert {key: type(value) for key, value in ja.items()} == {key: type(value) for key, value in en.items()}
    assert set(ja["labels"]) == set(en["labels"]) <= set(vocabulary())


@pytest.mark.parametrize("duty", BOOK.duties, ids=lambda duty: duty.id)
def test_every_duty_names_its_paper_or_says_why_there_is_none(duty: Any) -> None:
    """届出や連絡を求めるものは、どの文書で行うか、なければその理由と代わりにすることを、両方の言葉で言う。"""
    named = [*duty.documents, *(BOOK.filings[duty.filing].documents if duty.filing else ())]
    assert set(named) <= set(kinds())
    assert bool(named) != bool(duty.no_document)
    if duty.no_document:
        assert all(len(duty.no_document[lang]) > 20 for lang in LANGS)


@pytest.mark.parametrize("kind", FORMS)
def test_no_box_of_a_common_form_looks_verified(kind: str) -> None:
    """共通様式の欄には一つ残らず未確認の印がつき、使える日と、報告の期限が変わらないことを書く。"""
    document = build(kind, facts(), PARTIES, "ja", now=NOW)
    boxes = [block for block in document.blocks if type(block).__name__ == "Field"]
    assert len(boxes) > 12 and all("未確認" in box.note for box in boxes)
    text = said(kind, facts())
    assert ("2026年10月1日" if kind == "common-form-other" else "2025年10月1日") in text
    assert "期限（速報は概ね3～5日）は変わりません" in text and "国家サイバー統括室" in text


def test_each_attack_has_its_own_form() -> None:
    """ランサムウェアの様式は脅迫文と拡張子を、DDoSの様式は規模と継続時間を尋ねる。"""
    assert "脅迫文" in said("common-form-ransomware", {}) and "拡張子" in said("common-form-ransomware", {})
    assert "Gbps" in said("common-form-ddos", {}) and "継続時間" in said("common-form-ddos", {})
    assert {tuple(kinds()[kind].suits) for kind in FORMS} == {("ransom",), ("ddos",), ("other_cyber",)}


def test_the_bank_is_asked_to_stop_before_anything_else() -> None:
    """銀行への手紙は、停止、組戻し、記録の保全の順に頼み、口座番号は空けておく。"""
    text = said("bank-notice", {**facts(), "money_moved": Fact(True, "suspected")})
    assert "お金が動いたか：不正な送金・支払いがあった可能性（調査中）" in text
    assert text.index("直ちに停止してください") < text.index("組戻し") < text.index("保全し")
    assert "口座番号、またはカード番号の末尾4桁：（" in text


# --- 続報と最後の報告 -------------------------------------------------------------------------------------------------


def test_the_insurers_report_follows_the_notice() -> None:
    """保険会社へは、まず通知して承認を尋ね、調査の後に費用と書類をそろえて報告する。"""
    first, last = said("insurer-notice", facts()), said("insurer-notice", facts(), stage="final")
    assert "事前のご承認が必要な場合" in first and "要した費用" not in first
    assert "事故のご報告" in last and "要した費用（見込みを含む）" in last and "事前のご承認が必要な場合" not in last


@pytest.mark.parametrize(("lang", "mark"), [("ja", "（続報）"), ("en", " (follow-up)")])
def test_a_second_letter_to_customers_says_that_it_is_one(lang: Any, mark: str) -> None:
    """お客様への二度目の手紙は、続報とわかる。"""
    assert mark not in said("customer-letter", facts(), lang)
    assert mark in said("customer-letter", facts(), lang, stage="follow_up")


@pytest.mark.parametrize(
    ("status", "there"), [("confirmed", True), ("suspected", True), ("unknown", False), ("refuted", False)]
)
def test_the_entrusting_notice_serves_my_number_too(status: str, there: bool) -> None:
    """個人番号を含む、またはそのおそれがあれば、委託元への通知は番号法の通知を兼ね、番号は書かない。"""
    text = said("entrusting-notice", {**facts(), "my_number": Fact(True, status)})
    assert ("番号法）第29条の4に基づく規則第4条" in text) is there
