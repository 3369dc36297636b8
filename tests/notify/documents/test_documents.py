"""外へ出る文書の約束。"""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hikeshi.engines.common.problem import Problem
from hikeshi.engines.paper import fingerprint, to_docx, to_pdf, to_text
from hikeshi.engines.paper.model import Field, blanks, plain, texts
from hikeshi.notify import wording
from hikeshi.notify.documents import Parties, Party, build, kinds
from hikeshi.notify.documents.ppc_copy_sheet.document import ITEMS, MY_NUMBER
from hikeshi.notify.wording import Fact, vocabulary
from tests.notify.documents.cast import HANAKO, NOW, PARTIES, facts

EVERY = [(kind, lang) for kind in kinds() for lang in ("ja", "en")]
MARK = {"ja": "調査中", "en": "under investigation"}


def lines_of(document) -> list[str]:
    return [line for text in texts(document) for line in plain(text).splitlines()]


def said(document) -> str:
    return "\n".join(lines_of(document))


def test_kinds_are_found_by_folder():
    """文書の種類は、フォルダーを置くだけで見つかる。"""
    assert {"customer-letter", "insurer-notice", "ppc-copy-sheet"} <= set(kinds())


@pytest.mark.parametrize("kind", kinds())
def test_texts_have_the_same_keys_in_both_languages(kind):
    """どの種類も、日本語と英語のことばがそろっている。"""
    folder = kinds()[kind].folder
    for place in (folder, folder.parent):
        ja, en = (tomllib.loads((place / f"{lang}.toml").read_text(encoding="utf-8")) for lang in ("ja", "en"))
        # 英語の手紙だけが自分の書き出しを持つ。
        en.pop("opening", None), ja.pop("opening", None)
        assert _shape(ja) == _shape(en)
    assert kinds()[kind].name("ja") and kinds()[kind].purpose("en")


def _shape(value):
    return {key: _shape(inner) for key, inner in value.items()} if isinstance(value, dict) else type(value)


def test_an_unknown_kind_is_a_problem():
    """ない種類を求められたら、ある種類を挙げて知らせる。"""
    with pytest.raises(Problem) as raised:
        build("love-letter", {}, PARTIES, "ja", now=NOW)
    assert raised.value.code == "notify.no_such_document"


@pytest.mark.parametrize(("kind", "lang"), EVERY)
@pytest.mark.parametrize("stage", ["preliminary", "final"])
def test_documents_print_whether_much_or_nothing_is_known(kind, lang, stage):
    """事実がそろっていても、何もわからなくても、文書は印刷できる。"""
    for known, parties in ((facts(), PARTIES), ({}, Parties(Party()))):
        document = build(kind, known, parties, lang, now=NOW, stage=stage)
        assert to_pdf(document) and to_docx(document) and to_text(document)


@pytest.mark.parametrize(("kind", "lang"), EVERY)
def test_drill_is_said(kind, lang):
    """訓練の文書は、訓練だとわかる。"""
    assert ("訓練" if lang == "ja" else "DRILL") in to_text(build(kind, facts(), PARTIES, lang, now=NOW, drill=True))
    assert "訓練" not in to_text(build(kind, facts(), PARTIES, lang, now=NOW))


@pytest.mark.parametrize(("kind", "lang"), EVERY)
def test_missing_parties_stay_visible_gaps(kind, lang):
    """名前や電話番号がなければ、作り出さずに、空欄として見える。"""
    document = build(kind, facts(), Parties(Party()), lang, now=NOW)
    assert len(blanks(document)) >= 3
    assert set(blanks(build(kind, facts(), PARTIES, lang, now=NOW))) < set(blanks(document))


@pytest.mark.parametrize(("kind", "lang"), EVERY)
def test_date_is_the_day_in_japan(kind, lang):
    """文書の日付は、日本の日付になる。"""
    late = NOW.replace(day=8, hour=20)
    assert build(kind, {}, PARTIES, lang, now=late).date.isoformat() == "2026-11-09"


def test_same_facts_same_document():
    """同じ事実からは同じ文書ができ、事実が変われば指紋が変わる。"""
    one, two = (build("customer-letter", facts(), PARTIES, "ja", now=NOW) for _ in range(2))
    assert one == two and fingerprint(one) == fingerprint(replace(two, draft=True))
    other = build("customer-letter", {**facts(), "cause": Fact(None, "unknown")}, PARTIES, "ja", now=NOW)
    assert fingerprint(other) != fingerprint(one)


# --- どの文書でも ----------------------------------------------------------------------------------------------------


def sentinel(at: int) -> str:
    return f"ヌ{at:03}ヱ"


statuses = st.sampled_from(["confirmed", "suspected", "unknown", "refuted"])


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(st.fixed_dictionaries(dict.fromkeys(vocabulary(), statuses)), st.sampled_from(EVERY))
def test_refuted_never_leaves_and_suspicion_never_without_its_marker(chosen, which):
    """どんな組み合わせでも、否定されたことは出ず、疑いは印なしに出ず、確かめたことはそのまま出る。"""
    kind, lang = which
    marked = {
        key: Fact(None, status, f"{sentinel(at)}でした。\n{sentinel(at)}の二行目")
        for at, (key, status) in enumerate(chosen.items())
    }
    lines = lines_of(build(kind, marked, PARTIES, lang, now=NOW))
    shown = {key for row in ITEMS.values() for key in row if isinstance(key, str) and key != "event"}
    for at, (key, status) in enumerate(chosen.items()):
        found = [line for line in lines if sentinel(at) in line]
        if status == "confirmed" and kind == "ppc-copy-sheet" and key in shown:
            assert f"{sentinel(at)}でした。" in found
        if status in ("unknown", "refuted"):
            assert found == []
        if status == "suspected":
            assert all(MARK[lang] in line for line in found)
            assert lang == "en" or all("おそれ" in line or "可能性" in line for line in found)


values = {
    "tri": st.booleans(),
    "datetime": st.datetimes().map(lambda when: when.isoformat() + "+09:00"),
    "count": st.tuples(st.integers(0, 10**6), st.integers(0, 10**6)).map(
        lambda pair: {"at_least": min(pair), "at_most": max(pair)}
    ),
    "number": st.integers(0, 10**6),
}


def valued(key: str):
    entry = vocabulary()[key]
    codes = sorted(entry.get("values", vocabulary()["data_items"]["values"]))
    return {
        **values,
        "choice": st.sampled_from(codes),
        "choices": st.lists(st.sampled_from(codes), min_size=1, max_size=2, unique=True),
        "items": st.lists(st.sampled_from(codes), min_size=1, max_size=2, unique=True),
        "period": st.just({"from": "2026-11-01", "to": "2026-11-05"}),
        "text": st.none(),
    }[entry["type"]]


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(st.data(), st.sampled_from(EVERY))
def test_every_number_comes_from_a_fact_or_a_party(data, which):
    """文書の中の数字は、事実か当事者か日付か決まり文句から来る。ほかから作られない。"""
    kind, lang = which
    known = {
        key: Fact(data.draw(valued(key)), data.draw(statuses), "")
        for key in data.draw(st.sets(st.sampled_from(sorted(vocabulary())), max_size=12))
    }
    allowed = said(build(kind, {}, PARTIES, lang, now=NOW))
    allowed += "\n".join(wording.say(known, key, lang).text for key in known)
    # 個人番号が関わるときだけ載る決まり文句。
    allowed += said(build(kind, {"my_number": Fact(True, "confirmed")}, PARTIES, lang, now=NOW))
    # 手紙の節の番号は、節が増えれば増える。
    allowed += "１２３４５６７８９ 1 2 3 4 5 6 7 8 9"
    fresh = set(re.findall(r"[0-9,]+", said(build(kind, known, PARTIES, lang, now=NOW))))
    assert fresh - set(re.findall(r"[0-9,]+", allowed)) == set()


@pytest.mark.parametrize(("kind", "lang"), EVERY)
def test_objections_find_nothing_in_a_built_document(kind, lang):
    """事実からつくった文書には、送る前の点検で異議が出ない。"""
    assert wording.objections(said(build(kind, facts(), PARTIES, lang, now=NOW)), facts(), lang) == ()


def test_hostile_words_stay_words():
    """事実や名前に書かれた命令は、どの形でも文字のまま。"""
    nasty = "{event}#panic()<script>alert(1)</script>"
    known = {**facts(), "incident_summary": Fact(None, "confirmed", nasty)}
    for kind, lang in EVERY:
        document = build(kind, known, replace(PARTIES, sender=replace(HANAKO, name=nasty)), lang, now=NOW)
        assert nasty in said(document)
        assert to_pdf(document)


# --- それぞれの文書 --------------------------------------------------------------------------------------------------


def test_copy_sheet_has_the_nine_items_in_order():
    """転記用シートには、規則第8条の9項目が順に並ぶ。"""
    text = to_text(build("ppc-copy-sheet", {}, PARTIES, "ja", now=NOW))
    names = ["概要", "個人データの項目", "本人の数", "原因", "二次被害又はそのおそれの有無及びその内容"]
    names += ["本人への対応の実施状況", "公表の実施状況", "再発防止のための措置", "その他参考となる事項"]
    places = [text.index(f"{number}．{name}") for number, name in zip("１２３４５６７８９", names, strict=True)]
    assert places == sorted(places)


def test_copy_sheet_shows_each_status():
    """転記用シートの欄には、確かさがつく。"""
    boxes = [
        block for block in build("ppc-copy-sheet", facts(), PARTIES, "ja", now=NOW).blocks if isinstance(block, Field)
    ]
    by_label = {box.label: box for box in boxes}
    assert by_label["知った日時（発覚日）"].status == "confirmed"
    assert by_label["発生事案"].value == "漏えいのおそれ（調査中）"
    assert by_label["侵入・流出の経路"].value == "調査中"
    assert by_label["規則第7条第4号（千人を超えるか）"].value == "412人以上431人以下"


def test_copy_sheet_marks_the_forms_boxes_unverified():
    """フォームの欄の選択肢には、未確認の印がつく。"""
    boxes = [block for block in build("ppc-copy-sheet", {}, PARTIES, "ja", now=NOW).blocks if isinstance(block, Field)]
    notes = [box.note for box in boxes if box.note]
    assert len(notes) >= 10
    assert all("未確認" in note for note in notes)


def test_copy_sheet_knows_its_stage():
    """速報と確報は、題名も根拠の条文も違う。"""
    first = said(build("ppc-copy-sheet", {}, PARTIES, "ja", now=NOW, stage="preliminary"))
    final = said(build("ppc-copy-sheet", {}, PARTIES, "ja", now=NOW, stage="final"))
    assert "（速報）" in first and "第8条第1項" in first and "確報では9項目すべて" not in first
    assert "（確報）" in final and "第8条第2項" in final


def test_copy_sheet_asks_only_for_known_keys():
    """転記用シートの欄は、すべて事実の語彙にある。"""
    keys = {key[1] if isinstance(key, tuple) else key for row in (*ITEMS.values(), MY_NUMBER) for key in row}
    assert keys <= set(vocabulary())


@pytest.mark.parametrize("stage", ["preliminary", "final"])
@pytest.mark.parametrize("lang", ["ja", "en"])
def test_copy_sheet_has_the_my_number_report_only_where_it_is_due(lang, stage):
    """個人番号を含む、またはそのおそれがあるときだけ、番号法の節、各号の欄、その人数が転記用シートに載る。"""
    act = {"ja": "番号法", "en": "My Number Act"}[lang]
    for fact in (None, Fact(False, "confirmed"), Fact(None, "unknown"), Fact(True, "refuted")):
        known = {**facts(), **({"my_number": fact} if fact else {})}
        assert act not in to_text(build("ppc-copy-sheet", known, PARTIES, lang, now=NOW, stage=stage))
    for status in ("confirmed", "suspected"):
        known = {**facts(), "my_number": Fact(True, status), "mn_persons_max": Fact(120, "confirmed")}
        made = build("ppc-copy-sheet", known, PARTIES, lang, now=NOW, stage=stage)
        assert act in made.subtitle
        boxes = [block for block in made.blocks if isinstance(block, Field) and "120" in block.value]
        assert [box.status for box in boxes] == ["confirmed"]
        assert wording.objections(said(made), known, lang) == ()


def test_customer_letter_has_items_1_2_4_5_9_and_no_more():
    """お客様への手紙は、規則第10条の項目だけを書き、人数や侵入の経路は書かない。"""
    known = {**facts(), "route": Fact(None, "confirmed", "管理画面の裏口から")}
    text = said(build("customer-letter", known, PARTIES, "ja", now=NOW))
    for heading in (
        "事案の概要",
        "対象となる個人情報の項目",
        "原因",
        "二次被害またはそのおそれ",
        "お客様へのお願い",
        "お問い合わせ窓口",
    ):
        assert heading in text
    assert "431" not in text and "裏口" not in text


@pytest.mark.parametrize(
    ("status", "title", "news"),
    [
        ("confirmed", "お客様の個人情報の漏えいに関するお詫びとご報告", "漏えいが発生したことを確認いたしました。"),
        (
            "suspected",
            "お客様の個人情報の漏えいのおそれに関するお詫びとご報告",
            "漏えいのおそれ（調査中）があることがわかりました。",
        ),
        ("unknown", "お客様の個人情報に関するお詫びとご報告", "影響が及んだかどうかを確かめる必要が生じ"),
        ("refuted", "お客様の個人情報に関するお詫びとご報告", "影響が及んだかどうかを確かめる必要が生じ"),
    ],
)
def test_customer_letter_says_no_more_than_is_known(status, title, news):
    """手紙の題名と本文は、漏えいの確かさどおりに言う。"""
    known = {**facts(), "event": Fact(["leak"], status)}
    document = build("customer-letter", known, PARTIES, "ja", now=NOW)
    assert document.title == title
    assert news in said(document)


def test_customer_letter_in_english_reads_as_a_sentence():
    """英語の手紙は、事態の名前を文の中に置き、コロンの後に放り出さない。"""
    known = {**facts(), "event": Fact(["leak", "damage"], "suspected")}
    document = build("customer-letter", known, PARTIES, "en", now=NOW)
    assert document.title == "Apology and report: possible leak and corruption of your personal data"
    assert "about a possible leak and corruption of personal data that you entrusted to us" in said(document)


def test_a_report_that_was_sent_is_not_undecided():
    """委員会への報告を済ませたら、手紙は「未定」ではなく、報告した日を書く。"""
    sent = {**facts(), "authority_report": Fact(None, "unknown")}
    sent["reported_at"] = Fact("2026-11-08T10:00:00+09:00", "confirmed")
    for kind in ("customer-letter", "insurer-notice"):
        text = said(build(kind, sent, PARTIES, "ja", now=NOW))
        assert "個人情報保護委員会へ最初の報告をしました（2026年11月8日（日）10時00分）" in text
    sent["reported_at"] = Fact("2026-11-08T10:00:00+09:00", "refuted")
    assert "最初の報告をしました" not in said(build("insurer-notice", sent, PARTIES, "ja", now=NOW))


def test_copy_sheet_leads_to_the_commissions_page():
    """転記用シートには、委員会の報告ページの所在と、フォームは未確認であることが書いてある。"""
    for lang, unverified in (("ja", "未確認"), ("en", "not verified")):
        text = said(build("ppc-copy-sheet", {}, PARTIES, lang, now=NOW))
        assert "https://www.ppc.go.jp/personalinfo/legal/leakAction/" in text
        assert unverified in text


def test_each_document_names_its_clause():
    """どの文書も、計画のどの条項のものかを記録に残す。"""
    clauses = {kind.id: kind.clause for kind in kinds().values()}
    assert clauses["customer-letter"] == "S4.1a"
    assert clauses["ppc-copy-sheet"] == "S4.1b"
    assert clauses["insurer-notice"] == "S4.1c"


def test_customer_letter_promises_more_only_while_questions_are_open():
    """調査中のことがなくなれば、「あらためてお知らせ」の約束も消える。"""
    later = "わかり次第、あらためてお知らせいたします。"
    assert later in said(build("customer-letter", facts(), PARTIES, "ja", now=NOW))
    settled = {key: replace(fact, status="confirmed") for key, fact in facts().items()}
    assert later not in said(build("customer-letter", settled, PARTIES, "ja", now=NOW))


def test_customer_letter_advice_follows_the_data():
    """お願いは、対象の情報に応じて書かれ、事実に自衛策があればそれだけを書く。"""
    text = said(build("customer-letter", facts(), PARTIES, "ja", now=NOW))
    assert "パスワードの変更をお願い" in text and "クレジットカードのご利用明細" not in text
    own = {**facts(), "protect_yourself": Fact(None, "confirmed", "鍵を取り替えてください。")}
    text = said(build("customer-letter", own, PARTIES, "ja", now=NOW))
    assert "鍵を取り替えてください。" in text and "パスワードの変更をお願い" not in text


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_customer_letter_gives_general_advice_while_nothing_is_known(lang):
    """項目がわからないうちも、「お願いは調査中」とは書かず、だれにも役立つお願いを書く。"""
    text = said(build("customer-letter", {}, PARTIES, lang, now=NOW))
    assert {"ja": "身に覚えのない請求や取引に気づかれたときは", "en": "that you do not recognise"}[lang] in text
    assert "お願いしたいことは調査中" not in text and "ask of you is under" not in text


def test_business_letters_wish_the_reader_well():
    """取引先への手紙は「お引き立て」（客への言葉）ではなく「ご高配」で始まる。"""
    for kind in ("bank-notice", "log-demand", "insurer-notice", "acquirer-notice"):
        text = said(build(kind, facts(), PARTIES, "ja", now=NOW))
        assert "ご高配を賜り" in text and "お引き立て" not in text


def test_customer_letter_calls_safe_only_what_was_verified():
    """「含まれていない」と書くのは、確かめた項目だけ。"""
    wanted = "含まれていないことを確認しております"
    assert wanted in said(build("customer-letter", facts(), PARTIES, "ja", now=NOW))
    guess = {**facts(), "data_items_not_included": Fact(["card_number"], "suspected")}
    assert wanted not in said(build("customer-letter", guess, PARTIES, "ja", now=NOW))


def test_customer_letter_is_in_business_form():
    """日付、宛名、差出人、件名、拝啓、敬具、記、以上の順に並ぶ。"""
    parties = replace(PARTIES, addressee=Party(person="鈴木 太郎"))
    text = to_text(build("customer-letter", facts(), parties, "ja", now=NOW))
    order = [
        "2026年11月9日",
        "鈴木 太郎　様",
        "佐倉花店",
        "代表　佐倉 花子",
        "お詫びとご報告",
        "拝啓　平素より",
        "敬具",
        "記\n",
        "１．",
        "以上",
    ]
    places = [text.index(word) for word in order]
    assert places == sorted(places)


def test_insurer_notice_asks_before_costs():
    """保険会社への通知は、証券番号を示し、費用をかける前に承認を尋ねる。"""
    parties = replace(PARTIES, addressee=Party(name="○○保険株式会社", department="事故受付"))
    text = said(build("insurer-notice", facts(), parties, "ja", now=NOW))
    assert "○○保険株式会社 事故受付　御中" in text
    assert "CY-0001234" in text and "事前のご承認" in text
    assert "412人以上431人以下" in text


def test_contact_in_english_has_its_commas():
    """英語の連絡先は、屋号、名前、肩書きを読点で区切る。"""
    parties = replace(PARTIES, sender=replace(HANAKO, name="Sakura Flowers", person="Hanako Sakura", title="Owner"))
    assert "Sakura Flowers, Hanako Sakura, Owner" in said(build("insurer-notice", facts(), parties, "en", now=NOW))
