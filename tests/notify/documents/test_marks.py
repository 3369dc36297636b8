"""一つの承認された文から、一人ずつの文へ：その人の項目の行だけが入り、決まりは文そのものに書いてある。"""

from __future__ import annotations

from typing import Any

import pytest

from hikeshi.engines.paper import to_text
from hikeshi.notify import checks
from hikeshi.notify.documents import build, kinds, marks
from hikeshi.notify.letters import editing
from hikeshi.notify.wording import Fact
from tests.notify.documents.cast import NOW, PARTIES, facts

LANGS: tuple[Any, ...] = ("ja", "en")
KNOWN = {**facts(), "data_items": Fact(["name", "email", "password"], "confirmed", "勤務先（法人のみ）")}
NOBODY = marks.Own()


def letter(known: dict[str, Fact], lang: Any = "ja") -> Any:
    return build("customer-letter", known, PARTIES, lang, now=NOW)


def section(text: str) -> str:
    """２．対象となる個人情報の項目"""
    return text.partition("２．")[2].partition("３．")[0]


def test_a_person_gets_the_lines_of_the_own_items_alone() -> None:
    """その人の文には、その人の項目と、その項目へのお願いだけが入り、ほかの人の項目も印も、決まりの行も入らない。"""
    text = marks.text_for(to_text(letter(KNOWN)), marks.own(["氏名", "メールアドレス"]), "ja")
    assert (
        section(text).split() == ["対象となる個人情報の項目", "・氏名", "・メールアドレス"] + section(text).split()[3:]
    )
    assert "覚えのないメールを受け取られたときは" in text
    for other in ("パスワード", "勤務先", "〔", "可能性があるもの", "件数"):
        assert other not in text


def test_of_whom_nothing_is_known_gets_everything_as_a_possibility() -> None:
    """項目がわからない人には、全部の項目が「可能性があるもの」として入る。"""
    said = section(marks.text_for(to_text(letter(KNOWN)), NOBODY, "ja"))
    assert "可能性があるものです。\n\n・氏名\n・メールアドレス\n・パスワード\n・勤務先（法人のみ）" in said
    assert "〔" not in said


def test_words_of_the_list_and_a_number_of_records() -> None:
    """事実に言葉で書かれた項目も一人ずつ分かれ、件数はわかる人にだけ入る。"""
    text = marks.text_for(to_text(letter(KNOWN)), marks.own(["勤務先(法人のみ)"], "3"), "ja")
    assert "・勤務先（法人のみ）" in text and "ご本人様に関する記録の件数：3" in text
    assert "氏名\n" not in section(text) and "パスワード" not in text


@pytest.mark.parametrize("lang", LANGS)
def test_a_suspected_item_stays_a_suspicion(lang: Any) -> None:
    """疑いの項目は、一人ずつの文でも「おそれ（調査中）」のまま。だれの項目もわからなければ「調査中」。"""
    known = {**facts(), "data_items": Fact(["name", "email"], "suspected")}
    name, mark = (
        ("氏名", "氏名が含まれるおそれ（調査中）があります。") if lang == "ja" else ("name", "Name (suspected, under")
    )
    text = marks.text_for(to_text(letter(known, lang)), marks.own([name]), lang)
    assert mark in text and "メールアドレス" not in text and "e-mail address" not in text
    unknown = {key: fact for key, fact in facts().items() if key != "data_items"}
    assert "〔" not in to_text(letter(unknown, lang))


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("items", [[], ["氏名"], ["e-mail address"], ["password", "パスワード"]])
def test_paper_and_mail_say_the_same(lang: Any, items: list[str]) -> None:
    """紙の手紙とメールの文は、どの人にも同じ行になる。"""
    document, person = letter(KNOWN, lang), marks.own(items, "3")
    assert to_text(marks.document_for(document, person)) == marks.text_for(to_text(document), person, lang)


@pytest.mark.parametrize("kind", [kind for kind in kinds() if kind != "customer-letter"])
def test_what_has_no_marks_stays_as_it_is(kind: str) -> None:
    """印のない文書は、だれの分でも、承認された文そのもの。"""
    text = to_text(build(kind, KNOWN, PARTIES, "ja", now=NOW))
    assert marks.text_for(text, marks.own(["氏名"], "3"), "ja") == text


def test_a_mark_of_no_item_never_leaves() -> None:
    """事実の項目でない印は、だれに送るか決まらないので、責任者の理由があっても出ない。"""
    text = to_text(letter(KNOWN))
    wrong = text.replace("〔パスワード〕", "〔パスワド〕")
    said = [checks.check(checks.read(one, "ja", KNOWN, generated=text)) for one in (text, wrong)]
    none, found = [[one for one in findings if one.check == "leftovers"] for findings in said]
    assert not none
    assert {(one.about, one.words, one.override) for one in found} == {("mark", "〔パスワド〕", False)}


BY_HAND = {
    "次のとおりです。\n〔パスワード〕変更してください。\n〔氏名〕ご確認ください。": "",
    "〔パスワード〕変更してください。\n店頭でもお受けします。": "",
    "〔差し込み 〕送らない行です。\n〔 件数〕記録は": "",
    "お願い：〔パスワード〕変更してください。": "〔パスワード〕",
    "〔氏名〕〔パスワード〕変更してください。": "〔パスワード〕",
    "１．〔ほかの印〕変更してください。": "〔ほかの印〕",
    "印〔 〕のある行は、その項目の方だけに送ります。": "〔 〕",
    "❲パスワード❳変更してください。": "❲パスワード❳",
    "［パスワード］変更してください。": "［パスワード］",
}


@pytest.mark.parametrize("typed", BY_HAND)
def test_marks_by_hand_say_the_same_on_paper_and_in_mail_or_never_leave(typed: str) -> None:
    """手で書いた印は、何行目にあっても紙とメールで同じに働く。働かない所の印や似たかっこは、見つけて止める。"""
    document = letter(KNOWN)
    section_ = next(one for one in editing.sections(document) if "項目" in one)
    changed = next(one for one in editing.pieces(document) if one.label == "内容")
    in_table = editing.Change(changed.text, f"内容です。\n{typed}", changed.nth)
    for edits in (editing.Edits(added=(editing.Added(section_, typed),)), editing.Edits(changes=(in_table,))):
        made, _ = editing.apply(document, edits)
        text = to_text(made)
        for person in (NOBODY, marks.own(["氏名"]), marks.own(["パスワード"], "3")):
            mail, paper = marks.text_for(text, person, "ja"), to_text(marks.document_for(made, person))
            assert [line.strip() for line in mail.split("\n")] == [line.strip() for line in paper.split("\n")]
            assert BY_HAND[typed] or "〔" not in mail and "送らない行" not in mail
        found = checks.check(checks.read(text, "ja", KNOWN, generated=to_text(document)))
        assert {one.words for one in found if one.check == "leftovers"} == {BY_HAND[typed]} - {""}
