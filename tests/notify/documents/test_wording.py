"""事実の言い方の約束（DESIGN「必ず真であること」5）。"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hikeshi.notify.wording import Fact, Objection, moment, objections, say, stated, suspected, vocabulary
from tests.notify.documents.cast import facts

TYPES = {"tri", "datetime", "period", "count", "number", "choice", "choices", "items", "text"}


def said(key, value=None, status="confirmed", text="", lang="ja"):
    return say({key: Fact(value, status, text)}, key, lang).text


@pytest.mark.parametrize(
    ("line", "risk", "wanted"),
    [
        ("漏えい", True, "漏えいのおそれ（調査中）"),
        ("不正アクセス", False, "不正アクセスの可能性（調査中）"),
        ("外部から不正にログインされました。", False, "外部から不正にログインされた可能性（調査中）"),
        ("個人情報が外部に送信された", True, "個人情報が外部に送信されたおそれ（調査中）"),
        ("データが消えました", False, "データが消えた可能性（調査中）"),
        ("要配慮個人情報が含まれています", True, "要配慮個人情報が含まれているおそれ（調査中）"),
        (
            "不正の目的をもって行われた行為によるものです",
            True,
            "不正の目的をもって行われた行為によるものであるおそれ（調査中）",
        ),
        ("偽のサイトがあります", True, "偽のサイトがあるおそれ（調査中）"),
        ("メールが届きました", False, "「メールが届きました」という可能性（調査中）"),
        ("鍵が漏れた。その鍵で入られた。", False, "「鍵が漏れた。その鍵で入られた」という可能性（調査中）"),
        ("情報が漏れたおそれ", True, "情報が漏れたおそれ（調査中）"),
        ("最大431人", False, "最大431人の可能性（調査中）"),
        ("攻撃者が管理者のIDを使う", False, "攻撃者が管理者のIDを使う可能性（調査中）"),
        ("社屋の近く", False, "社屋の近くの可能性（調査中）"),
        ("設定の誤り", False, "設定の誤りの可能性（調査中）"),
    ],
)
def test_suspicion_is_worded_in_good_japanese(line, risk, wanted):
    """疑いは、文の形に合わせて「〜のおそれ／可能性（調査中）」になる。"""
    assert suspected(line, "ja", risk=risk) == wanted


def test_suspicion_in_english():
    """英語では、疑いと調査中の両方を書く。"""
    assert suspected("somebody logged in.", "en") == "somebody logged in (suspected, under investigation)"


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize(
    "fact", [None, Fact(True, "unknown"), Fact(True, "refuted", "うわさ"), Fact(None, "confirmed")]
)
def test_unknown_refuted_and_empty_say_under_investigation(fact, lang):
    """わからないこと、否定されたこと、値のないことは、どれも調査中とだけ言う。"""
    known = {} if fact is None else {"sensitive": fact}
    answer = say(known, "sensitive", lang)
    assert (answer.text, answer.status) == ("調査中" if lang == "ja" else "under investigation", "unknown")


def test_a_status_nobody_knows_is_not_believed():
    """知らない状態の事実は、確かめたことにならない。"""
    assert said("cause", "設定の誤り", "probably") == "調査中"


def test_what_we_decide_is_undecided_not_unknown():
    """自分たちで決めることがまだなら、未定と言う。"""
    assert said("publication", None, "unknown") == "未定（調査中）"


def test_perhaps_not_is_not_said():
    """「含まれていないかもしれない」とは言わない。害を軽く見せるから。"""
    assert said("sensitive", False, "suspected") == "調査中"
    assert said("sensitive", False, "confirmed") == "要配慮個人情報は含まれていません"
    assert said("data_items_not_included", ["password"], "suspected") == "調査中"


def test_no_secondary_damage_is_only_so_far():
    """二次被害は「ない」ではなく「現時点で確認されていません」と言う。"""
    assert said("secondary_damage", False) == "現時点で二次被害は確認されていません"


@pytest.mark.parametrize(
    ("key", "value", "ja", "en"),
    [
        (
            "known_at",
            "2026-11-04T18:12:00+00:00",
            "2026年11月5日（木）3時12分",
            "Thursday 5 November 2026, 03:12 (Japan time)",
        ),
        ("occurred_at", "2026-11-05", "2026年11月5日（木）", "Thursday 5 November 2026"),
        ("period", {"from": "2026-11-01", "to": None}, "2026年11月1日（日）から（終わりは調査中）", None),
        ("period", {"from": None, "to": "2026-11-05"}, "2026年11月5日（木）まで（始まりは調査中）", None),
        ("period", {"from": "2026-11-01", "to": "2026-11-05"}, "2026年11月1日（日）から2026年11月5日（木）まで", None),
        ("period", {"from": None, "to": None}, "調査中", "under investigation"),
        ("persons", {"at_least": 1412, "at_most": 1412}, "1,412人", "1,412 people"),
        ("persons", {"at_least": 412, "at_most": 431}, "412人以上431人以下", "between 412 and 431 people"),
        ("persons", {"at_least": None, "at_most": 431}, "最大431人", "at most 431 people"),
        ("persons", {"at_least": 1, "at_most": None}, "1人以上（上限は調査中）", None),
        ("persons", {"at_least": 0, "at_most": 0}, "0人", "0 people"),
        ("persons", {"at_least": 0, "at_most": 4200}, "最大4,200人", "at most 4,200 people"),
        ("persons", {"at_least": 0, "at_most": None}, "調査中", "under investigation"),
        ("regions", [], "海外の方の情報は含まれていません", "no data of persons abroad is included"),
        ("persons", 7, "7人", "7 people"),
        ("mn_persons_max", 90, "最大90人", "at most 90 people"),
        ("detected_by", "partner", "取引先", "a business partner"),
        ("data_items", ["name", "会員番号"], "氏名、会員番号", "name, 会員番号"),
        ("data_items_not_included", ["card_number"], "クレジットカード番号", "credit card number"),
        ("cause", "設定の誤り", "設定の誤り", "設定の誤り"),
    ],
)
def test_values_are_said_by_their_type(key, value, ja, en):
    """値は、その型に合った言い方になる。"""
    assert said(key, value) == ja
    if en:
        assert said(key, value, lang="en") == en


def test_suspected_harm_is_not_called_found():
    """疑いの段階の二次被害を「確認されています」とは言わない。"""
    assert said("secondary_damage", True, "suspected") == "二次被害が生じているおそれ（調査中）"
    assert said("secondary_damage", True, "suspected", lang="en").startswith("there has been secondary damage (susp")


def test_suspected_list_is_one_sentence():
    """疑いの項目の一覧は、項目ごとではなく一つの文で言う。"""
    assert said("data_items", ["name", "email"], "suspected") == "氏名、メールアドレスが含まれるおそれ（調査中）"


def test_words_stand_beside_the_value():
    """値のほかに言葉があれば、両方を言う。"""
    assert (
        said("secondary_damage", True, text="なりすましのメールが3件")
        == "二次被害が確認されています\nなりすましのメールが3件"
    )


def test_every_line_of_a_suspicion_is_marked():
    """疑いの事実が何行でも、どの行にも印がつく。行をまたいで印を外すことはできない。"""
    for line in said("secondary_damage", True, "suspected", "一行目\r\n二行目\x85三行目\u2028四行目").splitlines():
        assert "（調査中）" in line


@pytest.mark.parametrize(
    ("certainty", "wanted"),
    [
        (Fact("suspected", "confirmed"), "漏えいのおそれ（調査中）"),
        (Fact("confirmed", "suspected"), "漏えいのおそれ（調査中）"),
        (Fact(None, "unknown"), "漏えいのおそれ（調査中）"),
        (Fact("confirmed", "confirmed"), "漏えい"),
        (Fact("ruled_out", "confirmed"), "調査中"),
        (Fact("ruled_out", "refuted"), "漏えい"),
        (Fact("confirmed", "refuted"), "漏えいのおそれ（調査中）"),
    ],
)
def test_the_weaker_of_event_and_certainty_is_said(certainty, wanted):
    """漏えいは、事態と確からしさの弱いほうの言い方になる。"""
    assert say({"event": Fact(["leak"], "confirmed"), "certainty": certainty}, "event", "ja").text == wanted


def test_a_broken_time_is_said_as_it_stands():
    """読めない日時は、作り変えずにそのまま言う。"""
    assert moment("11月のはじめ", "ja") == "11月のはじめ"
    assert moment("0001-01-01T00:00:00+14:00", "ja") == "0001-01-01T00:00:00+14:00"
    assert moment(datetime(2026, 11, 5, 3, 12, tzinfo=UTC), "ja") == "2026年11月5日（木）12時12分"


def test_refuted_counts_as_never_stated():
    """否定された事実は、述べられなかったのと同じに扱う。"""
    assert not stated({"route": Fact(None, "refuted", "うわさ")}, "route")
    assert stated({"route": Fact(None, "unknown")}, "route")


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_objections_find_refuted_and_unmarked_words(lang):
    """手で直した文章に、否定されたことや印のない疑いがあれば、送る前にわかる。"""
    text = "古い拡張機能の弱点が使われました。\n従業員の持ち出しによるものです。"
    found = objections(text, facts(), lang)
    assert Objection("route", "refuted", "従業員の持ち出し") in found
    assert Objection("cause", "unmarked", "古い拡張機能の弱点が使われました") in found


def test_objections_accept_marked_words():
    """印のついた疑いと、別の事実として確かめたことには、異議を出さない。"""
    known = {
        "cause": Fact(None, "suspected", "古い拡張機能の弱点"),
        "route": Fact(None, "refuted", "管理画面から"),
        "what_was_seen": Fact(None, "confirmed", "管理画面から入られた"),
    }
    text = "古い拡張機能の弱点の可能性（調査中）\n管理画面から入られた"
    assert objections(text, known, "ja") == ()


def test_vocabulary_is_whole_in_both_languages():
    """事実の語彙は、どの鍵にも型と、日本語と英語の名前と意味がある。"""
    for key, entry in vocabulary().items():
        assert entry["type"] in TYPES, key
        wanted = ["ja", "en", "meaning_ja", "meaning_en"]
        wanted += ["yes_ja", "yes_en", "no_ja", "no_en"] if entry["type"] == "tri" else []
        assert [name for name in wanted if not entry.get(name)] == [], key
        assert ("values" in entry) == (entry["type"] in ("choice", "choices") or key == "data_items"), key
        assert all(set(names) == {"ja", "en"} for names in entry.get("values", {}).values()), key


def test_meanings_are_for_people():
    """事実の意味に、計画の条項の符号（S1.2 など）は書かない。"""
    for key, entry in vocabulary().items():
        shown = entry["meaning_ja"] + entry["meaning_en"] + entry["ja"] + entry["en"]
        assert not re.search(r"[(（][PRCS]\d", shown), key


def test_the_page_of_facts_equals_the_data():
    """docs/facts.md の鍵の表は、facts.toml と同じ。"""
    page = (Path(__file__).parents[3] / "docs" / "facts.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `(\w+)` \| (.*)$", page.split("## 鍵 / Keys")[1], re.MULTILINE))
    assert sorted(rows) == sorted(vocabulary())
    for key, entry in vocabulary().items():
        assert rows[key].startswith(f"{entry['type']} | {entry['ja']}<br>{entry['en']} | {entry['meaning_ja']}<br>"), (
            key
        )
        for code, names in entry.get("values", {}).items():
            assert f"`{code}` {names['ja']} / {names['en']}" in rows[key], (key, code)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=20) | st.floats(allow_nan=True),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@given(
    key=st.sampled_from(sorted(vocabulary())),
    value=json_values,
    status=st.sampled_from(["confirmed", "suspected", "unknown", "refuted", "", "CONFIRMED"]),
    text=st.text(max_size=40),
    lang=st.sampled_from(["ja", "en"]),
)
def test_nothing_recorded_breaks_the_wording(key, value, status, text, lang):
    """どんな値が記録されていても、言い方は決まり、疑いの行にはいつも印がある。"""
    answer = say({key: Fact(value, status, text)}, key, lang)
    assert answer.lines and all(line.strip() for line in answer.lines)
    if answer.status == "suspected":
        assert all(("調査中" if lang == "ja" else "under investigation") in line for line in answer.text.splitlines())
    if status not in ("confirmed", "suspected"):
        assert answer.status == "unknown" and answer.text in (say({}, key, lang).text,)


def test_every_member_of_a_suspected_list_carries_its_doubt():
    """「漏えい、毀損のおそれ」では漏えいが確かなことに読める。おそれは一つずつにつく。"""
    assert said("event", ["leak", "damage"], "suspected") == "漏えいのおそれ、毀損のおそれ（調査中）"
    kinds = said("incident_kind", ["malware", "unauthorised_access"], "suspected")
    assert kinds == "マルウェア感染の可能性、不正アクセスの可能性（調査中）"
    assert said("event", ["leak", "damage"]) == "漏えい、毀損"
