"""義務のファイル（duties/<law>/duty.toml）：そろっているか、書き間違いを名指しするか。"""

import re
from datetime import date
from pathlib import Path

import pytest

from hikeshi import words
from hikeshi.engines.common.problem import Problem
from hikeshi.notify.deadlines import standing
from hikeshi.notify.law import lawbook, lawfiles
from hikeshi.notify.law.lawfiles import FOLDER, VOCABULARY, build, shipped

COMMON = """
[derived.leak]
all = [{ fact = "event", has = "leak" }]
[questions]
event = { ja = "何が起きましたか", en = "What happened?" }
sensitive = { ja = "含みますか", en = "Included?" }
persons = { ja = "何人ですか", en = "How many?" }
[items]
outline = { ja = "概要", en = "Outline" }
[words]
because = { ja = "決め手：", en = "Decided by: " }
open = { ja = "まだ：", en = "Open: " }
no_version = { ja = "条文なし", en = "No text" }
"""
SOURCE = """
[source]
law = { ja = "法", en = "Act" }
source = "https://example.jp/law"
checked_on = "2026-11"
confidence = "primary"
"""
ROW = """
[[duty]]
id = "x.one"
kind = "duty"
trigger = { all = [{ derived = "leak" }, { fact = "sensitive" }, { fact = "persons", gt = 3 }] }
recipient = { ja = "委員会", en = "Commission" }
clock = "known_at"
contents = ["outline"]
name = { ja = "名", en = "Name" }
why = { ja = "なぜ", en = "Why" }
article = { ja = "第1条", en = "Art. 1" }
[duty.first]
kind = "guide"
count_rule = "jp_promptly_3_5"
days = [3, 5]
article = { ja = "第1条", en = "Art. 1" }
text = { ja = "速報", en = "First" }
"""


def book_of(*rows: str, common: str = COMMON, source: str = SOURCE) -> lawbook.Lawbook:
    return build(VOCABULARY.read_text(encoding="utf-8"), common, {"new-law/duty.toml": source + "".join(rows)})


@pytest.mark.parametrize("duty", shipped().duties, ids=lambda d: d.id)
def test_each_duty_says_where_it_comes_from(duty: lawbook.Duty) -> None:
    """どの義務も、法令・条・出典・確かめた月・確かさを持つ。"""
    assert re.fullmatch(r"20\d\d-\d\d(-\d\d)?", duty.checked_on)
    assert duty.law["ja"]
    assert duty.article["en"]
    assert duty.source


@pytest.mark.parametrize("duty", shipped().duties, ids=lambda d: d.id)
def test_each_text_is_in_its_language(duty: lawbook.Duty) -> None:
    """日本語の欄は日本語、英語の欄は英語で書かれている（固有の略称を除く）。"""
    texts = [duty.name, duty.why, *([duty.note] if duty.note else [])]
    for both in texts:
        assert re.search(r"[ぁ-んァ-ヶ一-龥]", both["ja"])
        assert not re.search(r"[ぁ-んァ-ヶ一-龥]", both["en"])


def test_the_shipped_duties_are_those_of_the_reference() -> None:
    """参考資料 §7.3 の、義務の名前がすべてそろい、余りもない。"""
    assert {
        *(f"appi.report.7_{n}" for n in (1, 2, 3, 4)),
        *(f"mn.report.{n}" for n in (1, 2, 3, 4)),
        *("appi.internal", "appi.entrustee", "appi.notice", "appi.notice.alt", "appi.publish", "appi.voluntary"),
        *("appi.stop_use", "mn.notice", "mn.entrustee", "mn.effort", "insurance.notice", "contract.notice"),
        *("card.acquirer", "card.pfi", "police", "jpcert", "ipa", "antiphishing", "common_form"),
        *("telecom.secrecy", "telecom.major", "acd.report", "uk.33", "nis2.23", "sg.pdpc", "sg.assess", "sg.person"),
        *("gdpr.33", "gdpr.33_2", "gdpr.34", "gdpr.33_5", "kr.person", "kr.report", "kr.possible"),
        *("au.assess", "au.notify", "hipaa.person", "hipaa.hhs", "hipaa.media", "hipaa.ba", "ca.person", "ca.ag"),
    } == set(shipped().ids())


def test_only_legal_days_are_limits_with_numbers() -> None:
    """日数のある期限は法律の義務だけが持ち、休みの日に延びるのは委員会への最終報告だけである。"""
    for duty in shipped().duties:
        for term in duty.terms:
            if term.kind == "limit" and term.days:
                assert duty.kind == "duty"
            if term.count_rule == "jp_days_incl_roll":
                assert (term.stage, duty.filing) in {("final", "ppc"), ("final", "ppc-mn")}


def test_a_new_law_is_one_folder(tmp_path: Path) -> None:
    """新しい法律は、フォルダを1つ足すだけで読まれ、自分の事実と質問を持ち込める。"""
    (tmp_path / "common.toml").write_text(COMMON, encoding="utf-8")
    (tmp_path / "new-law").mkdir()
    own = """
[facts.moon_data]
type = "tri"
ja = "月の方の情報を含むか"
en = "Moon data?"
meaning_ja = "月の法律の適用"
meaning_en = "The law of the Moon"
[questions]
moon_data = { ja = "月の方の情報を含みますか？", en = "Is data of persons on the Moon included?" }
"""
    row = ROW.replace('{ fact = "sensitive" }', '{ fact = "moon_data" }')
    (tmp_path / "new-law" / "duty.toml").write_text(SOURCE + own + row, encoding="utf-8")
    book = lawfiles.read(tmp_path)
    assert book.ids() == ["x.one"]
    assert book.questions["moon_data"]["en"].endswith("Moon included?")


@pytest.mark.parametrize(
    ("find", "replace", "code", "key"),
    [
        ('id = "x.one"', "", "notify.missing_key", "duty[1].id"),
        ("why = {", "whi = {", "notify.missing_key", "duty[1].why"),
        ('clock = "known_at"', 'clock = "known_at"\nclok = 1', "notify.unknown_key", "duty[1].clok"),
        ('kind = "duty"', 'kind = "must"', "notify.wrong_value", "duty[1].kind"),
        ('clock = "known_at"', 'clock = "noon"', "notify.leads_nowhere", "clock"),
        ('name = { ja = "名", en = "Name" }', 'name = { ja = "名" }', "notify.wrong_value", "duty[1].name"),
        ("days = [3, 5]", "days = [5, 3]", "notify.wrong_value", "duty[1].first.days"),
        ("days = [3, 5]", "days = 5", "notify.wrong_value", "duty[1].first.days"),
        ("days = [3, 5]", "", "notify.missing_key", "duty[1].first.days"),
        ("jp_promptly_3_5", "soon", "notify.wrong_value", "duty[1].first.count_rule"),
        ("gt = 3", "gt = true", "notify.wrong_value", "duty[1].trigger.all[3].gt"),
        ("gt = 3", "more = 3", "notify.unknown_key", "duty[1].trigger.all[3].more"),
        ('derived = "leak"', 'derived = "leek"', "notify.leads_nowhere", "derived"),
        ('derived = "leak"', 'duty = "x.two"', "notify.leads_nowhere", "duty"),
        ('contents = ["outline"]', 'contents = ["outlines"]', "notify.leads_nowhere", "contents"),
        ('checked_on = "2026-11"', "checked_on = 2026", "notify.wrong_value", "source.checked_on"),
        ('confidence = "primary"', 'confidence = "sure"', "notify.wrong_value", "source.confidence"),
        (
            'confidence = "primary"',
            'confidence = "primary"\nvalid_from = "2024"',
            "notify.wrong_value",
            "source.valid_from",
        ),
    ],
)
def test_mistakes_name_the_file_and_the_key(find: str, replace: str, code: str, key: str) -> None:
    """書き間違いは、ファイル名と欄の名前を挙げて断る。"""
    text = SOURCE + ROW
    assert find in text
    with pytest.raises(Problem) as caught:
        build(VOCABULARY.read_text(encoding="utf-8"), COMMON, {"new-law/duty.toml": text.replace(find, replace, 1)})
    assert caught.value.code == code
    assert caught.value.params["file"] == "new-law/duty.toml"
    assert caught.value.params["key"] == key
    for lang in ("ja", "en"):
        said = words.problem(caught.value, lang)
        assert key in said
        assert "{" not in said.replace("{ja", "").replace("{…", "") or code == "notify.wrong_value"


def test_not_toml_names_the_line() -> None:
    """TOMLとして読めないときは、行を示す。"""
    with pytest.raises(Problem) as caught:
        book_of("\n[[duty\n")
    assert caught.value.code == "notify.not_toml"
    assert "line" in str(caught.value.params["place"])


def test_a_circle_is_refused() -> None:
    """互いを条件にする義務は、堂々巡りとして断る。"""
    one = ROW.replace('{ derived = "leak" }', '{ duty = "x.two" }')
    two = ROW.replace('"x.one"', '"x.two"').replace('{ derived = "leak" }', '{ duty = "x.one" }')
    with pytest.raises(Problem) as caught:
        book_of(one, two)
    assert caught.value.code == "notify.circle"


def test_a_fact_without_question_is_refused() -> None:
    """質問のない事実を条件に使うことはできない。"""
    with pytest.raises(Problem) as caught:
        book_of(ROW.replace('fact = "sensitive"', 'fact = "malicious"'))
    assert (caught.value.code, caught.value.params) == ("notify.no_question", {"fact": "malicious"})


def test_two_versions_may_not_be_in_force_on_one_day() -> None:
    """同じ義務の2つの版は、有効な期間が重なってはならない。"""
    old = ROW.replace('id = "x.one"', 'id = "x.one"\nvalid_to = 2026-12-31')
    new = ROW.replace('id = "x.one"', 'id = "x.one"\nvalid_from = 2027-01-01').replace("[3, 5]", "[2, 4]")
    book = book_of(old, new)
    last, first = book.version("x.one", date(2026, 12, 31)), book.version("x.one", date(2027, 1, 1))
    assert last is not None
    assert first is not None
    assert (last.terms[0].days, first.terms[0].days) == ((3, 5), (2, 4))
    with pytest.raises(Problem) as caught:
        book_of(old, new.replace("2027-01-01", "2026-12-31"))
    assert caught.value.code == "notify.stated_twice"


def test_every_folder_holds_a_duty() -> None:
    """duties/ のどのフォルダにも duty.toml がある。"""
    folders = [f for f in FOLDER.iterdir() if f.is_dir() and not f.name.startswith("__")]
    assert len(folders) >= 8
    assert all((folder / "duty.toml").is_file() for folder in folders)


def test_a_duty_that_leans_on_one_not_yet_in_force_stays_open() -> None:
    """ほかの義務を条件にするとき、その義務の条文がまだ有効でなければ、不要とは言わない。"""
    from datetime import UTC, datetime

    from hikeshi.notify.rules import evaluate

    old = ROW.replace('id = "x.one"', 'id = "x.one"\nvalid_from = 2027-01-01')
    leaning = ROW.replace('"x.one"', '"x.two"')
    trigger = 'trigger = { all = [{ derived = "leak" }, { fact = "sensitive" }, { fact = "persons", gt = 3 }] }'
    assert trigger in leaning
    book = book_of(old, leaning.replace(trigger, 'trigger = { duty = "x.one" }'))
    facts = {"known_at": "2026-11-06", "event": ["loss"], "sensitive": False, "persons": 1}
    judged = evaluate(facts, now=datetime(2026, 11, 6, tzinfo=UTC), laws=book)
    assert [judged.duty(name).status for name in ("x.one", "x.two")] == ["needs_review", "needs_review"]


def test_the_plan_names_both_terms_and_each_law_once() -> None:
    """計画の付属書には、30日も、不正の目的のときの60日も書かれ、根拠の法律は一度だけ出る。"""
    for lang, days, law in (("ja", ("30日以内", "60日以内"), "法律"), ("en", ("30 days", "60 days"), "Act")):
        rows = {row["name"]: row for row in standing.planned(lang)}
        for filing in ("ppc", "ppc-mn"):
            row = rows[lawfiles.shipped().filings[filing].name[lang]]
            assert all(term in row["term"] for term in days), row
        for row in rows.values():
            assert lang == "ja" or row["basis"].count(law) <= 1, row
            assert "） 法" not in row["basis"] and "）番号法" not in row["basis"], row
    notice = next(row for row in standing.planned("ja") if row["basis"].endswith("第26条第2項、規則第10条"))
    assert notice["basis"] == "個人情報の保護に関する法律（平成15年法律第57号）第26条第2項、規則第10条"
