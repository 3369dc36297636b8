"""カードの言葉：一枚に一つの動作、短く、やさしい言葉で、日本語と英語がそろう。"""

import re
import tomllib
from datetime import date
from pathlib import Path

import pytest

from hikeshi.contain import cards, rules
from hikeshi.contain.cards import shelf

SHELF = shelf()
CARDS = sorted(SHELF.deck.cards)
ROOT = Path(rules.__file__).parent / "cards"

# Katakana that everybody uses. A word outside this list and outside PLAIN fails.
EVERYDAY = frozenset(
    re.findall(
        r"\S+",
        """アカウント アクセス アドレス アプリ インストール エラー カード キー キット クレジットカード グループ ケーブル
        コード コピー コンセント サービス サイト サインイン サイバー スマホ ソフト チャット データ ディスク ネット
        ネットワーク パスワード パソコン ファイル フォルダー ブラウザー ペン ページ ボタン ポスト マイナンバー マネー
        メモリー メーカー メール ランプ リンク ロック ログイン ログアウト ウイルス スリープ ダイヤル シャットダウン
        サーバー ウェブサイト ダウンロード システム コンテンツ""",
    )
)
# Jargon and the plain word that must stand on the same card.
PLAIN = {
    "ルーター": "ネットの箱",
    "バックアップ": "控え",
    "ログ": "記録",
    "データベース": "中身",
    "ランサムウェア": "身代金",
    "ドメイン": "住所",
}
ABBREVIATIONS = {
    "LAN", "Wi-Fi", "USB", "SNS", "SMS", "ID", "PC", "IT", "IPA", "FAX", "CC", "Esc", "BCC", "NAS", "HKS",
}  # fmt: skip
PLAIN_ABBREVIATIONS = {"NAS": "共有ディスク", "BCC": "宛先を隠す"}
VERBS_JA = re.findall(
    r"\S+",
    "抜く 切る 移る 撮る 書く 書き写す 書き出す 止める 閉じる つなぐ 伝える 電話する かける 聞く 決める 休む 置く 残す "
    "変える 外す 預かる 戻す 相談する 探す たのむ 頼む 確かめる 取る 知らせる ロックする 言う 終える 出す 出ない "
    "入らない 払わない よい 取り消す にする",
)
VERBS_EN = re.findall(
    r"\S+",
    "Pull Switch Stop Call Keep Photograph Copy Ask Hibernate Check Unplug Tell Choose Do Hang Take Change Set List "
    "Close Save Write Lock Report Note Look Say Remove",
)


def words(card, lang):
    return SHELF.words[card][lang]


def everything(card, lang="ja"):
    text = words(card, lang)
    return "\n".join(
        [text.title, *text.lines, *text.dont, text.why, text.primary, text.unknown, text.cannot, text.ask,
         *text.chips.values()]
    )  # fmt: skip


@pytest.mark.parametrize("card", CARDS)
def test_the_action_is_short_and_begins_or_ends_with_its_verb(card):
    """動作は40文字まで。日本語は動詞で終わり、英語は動詞で始まり、質問は問いで終わる。"""
    ja, en = words(card, "ja").title, words(card, "en").title
    assert len(ja) <= 40
    assert len(en) <= 64
    if SHELF.deck.cards[card].question and ja.endswith("か"):
        assert en.endswith("?")
        return
    for sentence in filter(None, ja.split("。")):
        assert sentence.endswith(tuple(VERBS_JA)), sentence
    assert en.split()[0] in VERBS_EN, en


@pytest.mark.parametrize("card", CARDS)
@pytest.mark.parametrize("lang", cards.LANGUAGES)
def test_at_most_three_lines_stand_above_the_button(card, lang):
    """主なボタンの上の説明は三行まで。「しないこと」と「なぜ」は必ずある。"""
    text = words(card, lang)
    assert 1 <= len(text.lines) <= 3
    assert text.dont
    assert text.why
    assert all(len(line) <= (44 if lang == "ja" else 100) for line in text.lines), text.lines


@pytest.mark.parametrize("card", CARDS)
def test_each_exit_says_where_it_leads(card):
    """「わからない」「できない」のボタンは、矢印の後に行き先を言う。"""
    for lang in cards.LANGUAGES:
        for label in (words(card, lang).unknown, words(card, lang).cannot):
            where = label.split("→")
            assert len(where) == 2, label
            assert where[1].strip()


@pytest.mark.parametrize("card", CARDS)
def test_no_jargon_without_a_plain_word(card):
    """むずかしい片仮名や略語は、同じカードにやさしい言葉があるときだけ使う。"""
    text = everything(card)
    for word in re.findall(r"[ァ-ヴー]{2,}", text):
        if word in PLAIN:
            assert PLAIN[word] in text, f"{word} に「{PLAIN[word]}」がない"
        else:
            assert word in EVERYDAY, f"{word}: やさしい言葉に言いかえる"
    for word in re.findall(r"[A-Za-z][A-Za-z-]+", re.sub(r"\S+@\S+", "", text)):
        assert word in ABBREVIATIONS, word
        assert PLAIN_ABBREVIATIONS.get(word, "") in text, f"{word} に言いかえがない"


@pytest.mark.parametrize("card", CARDS)
def test_what_was_seen_is_no_mere_done(card):
    """答えは「済」「完了」「OK」ではなく、見えたことを言う。"""
    ja = words(card, "ja")
    for label in (ja.primary, *ja.chips.values()):
        assert not re.fullmatch(r"(済|済み|完了|終了|OK|はい。?|やった|した)", label), label


@pytest.mark.parametrize("card", CARDS)
def test_a_card_names_source_clause_and_day(card):
    """どのカードにも、出典、計画の条項、確かめた日がある。"""
    data = SHELF.deck.cards[card]
    assert date.fromisoformat(data.checked) <= date(2027, 12, 31)
    assert re.fullmatch(r"[SRC]\d(\.\d[a-c]?)?", data.plan)
    for name in data.sources:
        assert SHELF.sources[name].title["ja"]
        assert SHELF.sources[name].title["en"]
    assert data.stage in rules.STAGES
    assert data.danger in ("now", "today", "week")
    assert data.hat in ("owner", "technical", "liaison")


def test_the_exception_to_power_on_carries_its_source():
    """電源を切ってよい唯一の例外には、読んで確かめた日本の出典と、失うものの説明がある（truth 7）。"""
    shown = SHELF.deck.cards["power-exception"]
    assert any("警察" in SHELF.sources[name].title["ja"] and SHELF.sources[name].read for name in shown.sources)
    assert any(line.startswith("失うもの") for line in words("power-off", "ja").lines)


def test_no_card_but_the_exception_tells_to_switch_a_machine_off():
    """電源を切るようにすすめるカードは、例外の一枚のほかにない。"""
    told = [card for card in CARDS if re.search(r"電源を切る(?!前|と|案内)", words(card, "ja").title)]
    assert told == ["power-off"]


def test_facts_use_the_shared_vocabulary():
    """カードが言う事実の鍵と値は、みんなの言葉（facts.toml）の中にある。"""
    known = tomllib.loads((ROOT.parents[1] / "facts.toml").read_text(encoding="utf-8"))
    deck = SHELF.deck
    said = [fact for one in deck.situations.values() for fact in one.facts]
    for card in deck.cards.values():
        said += [fact for source in (card, *card.chips, card.unknown, card.cannot) for fact in source.facts]
    for fact in said:
        entry = known[fact.key]
        assert fact.status in ("confirmed", "suspected", "unknown", "refuted")
        if fact.status == "unknown":
            assert fact.value is None
        elif fact.text:
            assert entry["type"] == "text"
        elif fact.time:
            assert entry["type"] == "datetime"
        elif entry["type"] == "tri":
            assert isinstance(fact.value, bool)
        else:
            values = fact.value if isinstance(fact.value, tuple) else (fact.value,)
            assert set(values) <= set(entry["values"]), fact


def test_a_new_situation_is_one_folder(tmp_path):
    """フォルダーを一つ足すだけで、新しい場面が見つかり、最後まで歩ける。"""
    for folder in ROOT.iterdir():
        if folder.is_dir():
            target = tmp_path / folder.name
            target.mkdir()
            for file in folder.iterdir():
                (target / file.name).write_bytes(file.read_bytes())
    new = tmp_path / "paper-thrown-away"
    new.mkdir()
    (new / "card.toml").write_text('[situation]\norder = 12\ndeck = ["what-and-which", "today-is-enough"]\n')
    (new / "ja.toml").write_text('[situation]\nname = "紙を捨てた"\nseen = "名簿を捨てた"\n')
    (new / "en.toml").write_text('[situation]\nname = "Thrown away"\nseen = "I threw a list away"\n')
    deck = shelf(tmp_path).deck
    assert rules.order(deck, [], "paper-thrown-away") == ["card-zero", "what-and-which", "today-is-enough"]


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ('id = "money-question"', 'id = "money-question"\ndangr = "now"', "dangr"),
        ('deck = [', 'deck = [\n  "no-such-card",', "no-such-card"),
        ('{ id = "no" }', '{ id = "nope" }', "money-question"),
        ('sources = ["plan"]', 'sources = ["hearsay"]', "hearsay"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_card_names_its_place(tmp_path, before, after, told):
    """カードの書きまちがいは、読みこむときに、場所を言って止まる。"""
    for folder in ROOT.iterdir():
        if folder.is_dir():
            (tmp_path / folder.name).mkdir()
            for file in folder.iterdir():
                (tmp_path / folder.name / file.name).write_bytes(file.read_bytes())
    path = tmp_path / "unsure" / "card.toml"
    text = path.read_text()
    assert before in text
    path.write_text(text.replace(before, after, 1))
    with pytest.raises(cards.CardError, match=told):
        shelf(tmp_path)


def test_each_condition_has_words_for_paper():
    """紙のキットのために、条件になる印には、どれも言葉がある（カードの出口だけで決まるものを除く）。"""
    deck = SHELF.deck
    used = {mark for card in deck.cards.values() for mark in (*card.when, *card.when_all)}
    used |= {mark for one in deck.situations.values() for branch in one.branches for mark in branch.when}
    assert {mark for mark in used if ":" not in mark} <= set(SHELF.marks)
    assert all(set(words) == {"ja", "en"} for words in SHELF.marks.values())


def test_pulling_the_routers_cables_is_not_the_whole_network():
    """箱の線を抜いても箱のWi-Fiは残るので、それも切ると言い、記録には「インターネットから」とだけ書く。"""
    assert any("箱のWi-Fi" in line for line in words("cut-router", "ja").lines)
    assert any("Wi-Fi off" in line for line in words("cut-router", "en").lines)
    assert words("cut-router", "ja").done.endswith("インターネットから切り離した")
    assert "whole network" not in words("cut-router", "en").done


def test_no_card_takes_the_telephone_away_before_a_call_without_saying_so():
    """電話を使えなくする動作（箱の線、飛行機の印、電話の電源）は、どの電話でかけるかを同じカードで言う。"""
    for lang, said in (
        ("ja", ("固定電話", "おかしいのがスマホなら", "別の電話で")),
        ("en", ("telephone", "strange one", "another")),
    ):
        for card, word in zip(("cut-router", "cut-network", "hang-up"), said, strict=True):
            assert word in everything(card, lang), (card, lang)


def test_whoever_is_to_be_called_can_be_called():
    """電話で切り方を聞くカードは、個人だけの電話窓口（IPA）を、事業をする人に案内しない。"""
    assert "ipa" not in SHELF.deck.cards["ask-by-phone"].contacts
