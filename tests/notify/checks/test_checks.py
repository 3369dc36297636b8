"""出す前の点検：言ってはいけないことを見つけ、言ってよいことは通す。"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hikeshi.engines import paper
from hikeshi.notify import checks, documents
from hikeshi.notify.checks import normal, read
from hikeshi.notify.checks.reading import digits
from hikeshi.notify.letters import leaving
from hikeshi.notify.wording import Fact
from tests.notify.documents.cast import NOW, PARTIES, facts

FACTS: dict[str, Fact] = {
    "known_at": Fact("2026-11-06T10:00:00+09:00", "confirmed"),
    "persons": Fact({"at_least": 412, "at_most": 431}, "confirmed"),
    "data_items": Fact(["name", "address"], "confirmed"),
    "event": Fact(["leak"], "suspected"),
    "route": Fact(None, "suspected", "管理画面から名簿が抜き取られた"),
    "cause": Fact(None, "refuted", "元従業員の持ち出し"),
}


def found(text: str, lang: str = "ja", said: Any = None, **named: Any) -> set[str]:
    """The checks that object to a text written by hand."""
    return {one.check for one in checks.check(read(text, lang, FACTS if said is None else said, **named))}


OBJECTED: list[tuple[str, str]] = [
    ("guessing", "おそらく、外部からの攻撃です。"),
    ("guessing", "外部からの攻撃かもしれません。"),
    ("guessing", "古いプログラムが狙われたと思われます。"),
    ("guessing", "攻撃を受けたようです。"),
    ("guessing", "This was probably an attack."),
    ("guessing", "We believe that the site was attacked."),
    ("guessing", "競合他社による可能性（調査中）があります。"),
    ("no_harm", "情報の漏えいはありません。"),
    ("no_harm", "データの流出は確認されていません。"),
    ("no_harm", "お客様への被害はございません。"),
    ("no_harm", "どうぞご安心ください。"),
    ("no_harm", "No customer data was leaked."),
    ("no_harm", "There is no evidence of misuse."),
    ("no_harm", "名簿が持ち出されることはありませんでした。"),
    ("no_harm", "個人情報の流出には至っておりません。"),
    ("no_harm", "The attack did not result in a leak."),
    ("blame", "委託先のミスによるものです。"),
    ("blame", "当店に責任はございません。"),
    ("blame", "犯人は海外の人物です。"),
    ("blame", "This was the fault of our hosting company."),
    ("no_harm", "悪用されることはありません。"),
    ("no_harm", "すでに安全を確認しております。"),
    ("blame", "中国からの攻撃でした。"),
    ("carried", "3月頃から続いていました。"),
    ("links", "詳しくは https://example.net/login をご覧ください。"),
    ("links", "詳しくは shop-support.example.jp/login をご覧ください。"),
    ("links", "See https://example.com@evil.example.net/ for details."),
    ("promises", "損害はすべて補償いたします。"),
    ("promises", "お詫びとして商品券をお送りします。"),
    ("promises", "二度と起こしません。"),
    ("promises", "We will fully refund every customer."),
    ("attack_details", "CVE-2026-12345 が悪用されました。"),
    ("attack_details", "192.168.1.10 に侵入がありました。"),
    ("attack_details", "/wp-content/uploads/x.php が置かれました。"),
    ("attack_details", "WordPress 5.8.1 の弱点が狙われました。"),
    ("attack_details", "ハッシュは " + "ab" * 32 + " です。"),
    ("facts", "元従業員の持ち出しがありました。"),
    ("facts", "管理画面から名簿が抜き取られた。"),
    ("facts", "パスワードも含まれています。"),
    ("facts", "警察へ相談しました。"),
    ("facts", "お客様の情報が漏えいしました。"),
    ("facts", "元従業員の田中が持ち出しました（調査中）。"),
    ("facts", "Credit card numbers are included."),
    ("carried", "対象は500人です。"),
    ("carried", "412人の方が対象です。"),
    ("carried", "11月5日に起きました。"),
    ("carried", "Some 500 customers are concerned."),
    ("carried", "It began on 3 October 2026."),
    ("carried", "全てのお客様の情報が対象です。"),
    ("carried", "半数以上のお客様が対象です。"),
    ("carried", "四百余名の方が対象です。"),
    ("carried", "More than half of our customers are affected."),
    ("others_data", "山田 太郎様（090-1234-5678）"),
    ("others_data", "連絡先は taro.yamada@example.jp です。"),
    ("numbers_of_persons", "1234 5678 9018"),
    ("numbers_of_persons", "カードは 4111-1111-1111-1111"),
    ("secrets", "パスワード：Tr0ub4dor&3 でした。"),
    ("leftovers", "{name} 様"),
    ("leftovers", "お知らせ<U+202E>です。"),
]


@pytest.mark.parametrize(("check", "text"), OBJECTED)
def test_what_may_not_be_said_is_found(check: str, text: str) -> None:
    """言ってはいけない言い方を、その点検が見つける。"""
    assert check in found(text)


@pytest.mark.parametrize(("check", "text"), [pair for pair in OBJECTED if pair[0] != "leftovers"])
def test_no_way_of_writing_hides_it(check: str, text: str) -> None:
    """全角にしても、見えない文字をはさんでも、行で折っても、同じように見つかる。"""
    wide = str.maketrans({chr(n): chr(n + 0xFEE0) for n in range(0x21, 0x7F)})
    half = len(text) // 2
    assert check in found("\u200b".join(text))
    assert check in found(f"\u202b{text}\u202c")
    if not any(one.isascii() and one.isalpha() for one in text):
        assert check in found(text.translate(wide))
        assert check in found(text[:half] + "\n" + text[half:])


FINE = [
    "ご心配をおかけしておりますことを、深くお詫び申し上げます。",
    "少なくとも412人、最大431人の方が対象です。",
    "412人以上431人以下の方が対象です。",
    "氏名と住所が含まれています。",
    "2026年11月6日に判明しました。",
    "管理画面から名簿が抜き取られた可能性（調査中）があります。",
    "情報が漏えいしたおそれ（調査中）があります。",
    "漏えいの有無は、現在、調査中です。",
    "警察への相談を検討しています。",
    "補償については、あらためてご案内します。",
    "身に覚えのない請求があれば、カード会社へご連絡ください。",
    "次の3つの点にご注意ください。",
    "We sincerely apologise for the trouble and worry.",
    "At least 412 and at most 431 people are concerned.",
    "Names and postal addresses are included.",
    "Please do not open links in suspicious messages.",
]


@pytest.mark.parametrize("text", FINE)
def test_what_may_be_said_passes(text: str) -> None:
    """事実のとおりの文、決まった言い方で書いた疑い、お詫びとお願いは、そのまま通る。"""
    assert found(text, "en" if text.isascii() else "ja") == set()


POLITE = [
    "お客様の個人情報が漏えいしましたので、ご注意ください。",
    "お客様の情報が漏えいしましたのでご確認をお願いします。",
    "マイナンバーが盗まれました（詳細は調査中）。",
    "漏えいした情報の範囲は調査中です。",
    "流出した方には、後日ご連絡する予定です。",
    "個人情報が流出した場合と異なり、今回は漏えいしました。",
    "警察に届け出ましたので、ご承知おきください。",
    "専門会社に調査を依頼しておりますので、お待ちください。",
    "原因はフィッシングであることが判明しましたので、ご注意ください。",
    "Your data was stolen, so please call your bank.",
    "Customer data was stolen; please be careful.",
    "The leak happened because of an error, which we will review.",
    "We reported it to the police, so please bear with us.",
]


@pytest.mark.parametrize("known", [{}, {"event": Fact(["leak"], "suspected")}, {"event": Fact(["leak"], "refuted")}])
@pytest.mark.parametrize("text", POLITE)
def test_a_polite_word_makes_nothing_true(text: str, known: Any) -> None:
    """済んだこととして言う文は、お願いや「詳細は調査中」を添えても、事実がなければ見つかる。"""
    assert "facts" in found(text, said=known)


OPEN = [
    "復旧の見通しは調査中です。",
    "復旧しましたら、あらためてお知らせする予定です。",
    "漏えいしたかどうかは調査中です。",
    "情報が流出した場合は、あらためてお知らせします。",
    "原因は現在、調査中ですので、ご了承ください。",
    "不正な利用がないか、明細をご確認ください。",
    "対象のサービスでお使いのパスワードを変更してください。",
    "お客様へのご連絡は、順次行う予定です。",
    "警察への届出を準備しております。",
    "If your card number was stolen, please call your bank.",
    "This will be reported to the police.",
    "The police will be informed.",
]


@pytest.mark.parametrize("text", OPEN)
def test_what_is_asked_or_planned_claims_nothing(text: str) -> None:
    """たずねる文、もしもの文、これからの文、お願いの文は、事実がなくても通る。"""
    assert "facts" not in found(text, said={})


def test_advice_beside_a_confirmed_leak_names_other_data() -> None:
    """漏えいを確かめた文に続けて、ほかの項目についてお願いできる。その項目が漏れたとは言っていない。"""
    known = {"event": Fact(["leak"], "confirmed"), "data_items": Fact(["name"], "confirmed")}
    assert "facts" not in found("お名前が漏えいしましたので、念のためパスワードを変更してください。", said=known)
    assert "facts" in found("お名前が漏えいしましたので、漏れたパスワードを変更してください。", said=known)


def test_facts_open_the_way() -> None:
    """事実が確かめられると、同じ文が通る。なかったと確かめれば「ありません」、二次被害を確かめればそれも言える。"""
    said = {"certainty": Fact("ruled_out", "confirmed")}
    assert "no_harm" in found("情報の漏えいはありません。", said={})
    assert "no_harm" not in found("情報の漏えいはありません。", said=said)
    assert found("名簿が持ち出された事実はありません。", said=said) == set()
    assert found("情報は流出しておりません。", said=said) == set()
    harm = {"secondary_damage": Fact(None, "confirmed", "不正利用は確認されていません")}
    assert "no_harm" in found("不正利用は確認されていません。", said={})
    assert "no_harm" not in found("不正利用は確認されていません。", said=harm)
    told = {"police_report": Fact(None, "confirmed", "警察へ相談した")}
    assert "facts" in found("警察へ相談しました。", said={})
    assert "facts" not in found("警察へ相談しました。", said=told)


@pytest.mark.parametrize("harm", ["secondary_damage", "money_moved", "mn_misuse"])
def test_harm_that_is_known_is_never_denied(harm: str) -> None:
    """被害があったと確かめたら、「被害は確認されていません」は、理由を書いても出せない。"""
    text = "不正利用の被害は確認されておりません。"
    for more in ({}, {"certainty": Fact("ruled_out", "confirmed")}):
        known = {harm: Fact(True, "confirmed"), **more}
        assert [one.override for one in checks.check(read(text, "ja", known)) if one.check == "no_harm"] == [False]
    assert "no_harm" in found(text, said={harm: Fact(True, "suspected")})
    assert "no_harm" in found(text, said={"secondary_damage": Fact(None, "confirmed", "不正利用が3件ありました")})
    assert "no_harm" not in found(text, said={"secondary_damage": Fact(False, "confirmed")})


def test_experts_may_read_what_helps_them() -> None:
    """警察や調査会社への文書では、攻撃の番号や相手のアドレスは書ける。秘密の番号はそこでも書けない。"""
    text = "192.168.1.10 へ attacker@evil.example.net を名のる通信があった。"
    assert {"attack_details", "others_data"} <= found(text, audience="customers")
    assert not {"attack_details", "others_data"} & found(text, audience="authorities")
    assert "numbers_of_persons" in found("1234 5678 9018", audience="helpers")


def test_our_own_desk_is_nobody_elses_data() -> None:
    """自分の店や相談窓口の連絡先は、ほかの人の情報ではない。"""
    text = "お問い合わせ：03-1234-5678、shop@example.jp、担当 佐倉 花子さん"
    known = ["03-1234-5678", "shop@example.jp", "佐倉 花子"]
    assert "others_data" in found(text)
    assert "others_data" not in found(text, known=known)


def test_a_finding_shows_no_secret() -> None:
    """指摘の中に、マイナンバーもカード番号もパスワードも出ない。"""
    for text, secret in (
        ("番号は１２３４５６７８９０１８です。", "123456789018"),
        ("カードは4111 1111 1111 1111です。", "1111"),
        ("パスワードは hunter2secret です。", "hunter2"),
    ):
        findings = checks.check(read(text, "ja", {}))
        assert findings
        for one in findings:
            shown = normal(f"{one.where} {one.words} {one.why('ja')} {one.instead('en')}").replace(" ", "")
            assert secret.replace(" ", "") not in shown


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize("kind", list(documents.kinds()))
def test_a_text_that_facts_gave_has_no_finding(kind: str, lang: Any) -> None:
    """事実だけから作った文書には、どの種類にも、何もわからないときにも、指摘がない。"""
    numbers = {"my_number": Fact(True, "suspected"), "mn_misuse": Fact(False, "confirmed")}
    for known in (facts(), {}, {**facts(), **numbers, "mn_public_view": Fact(False, "confirmed")}):
        document = documents.build(kind, known, PARTIES, lang, now=NOW)
        text = paper.to_text(document)
        of = documents.kinds()[kind]
        ours = [getattr(PARTIES.sender, name) for name in PARTIES.sender.__dataclass_fields__]
        reading = read(
            text,
            lang,
            known,
            generated=text,
            audience=leaving.audience(of),
            templates=leaving.templates(of, lang),
            known=ours,
        )
        assert checks.check(reading) == ()


def test_a_link_to_our_own_place_passes() -> None:
    """準備に書いた自分の場所へのリンクは通る。似せた名前や、@で隠した行き先は通らない。"""
    known = ("https://hana.example.jp/", "info@hana.example.jp")
    for fine in ("https://hana.example.jp/news/1", "hana.example.jp", "www.hana.example.jp/news"):
        assert "links" not in found(f"{fine} をご覧ください。", known=known)
    for other in ("https://hana.example.jp.example.net/", "https://hana.example.jp@example.net/", "hana-example.jp"):
        assert "links" in found(f"{other} をご覧ください。", known=known)


def test_every_check_is_tried_here() -> None:
    """どの点検にも、見つける例がある。"""
    assert set(checks.kinds()) == {check for check, _ in OBJECTED}


def test_an_id_belongs_to_one_place() -> None:
    """同じ指摘でも、行の文が変われば別の指摘になる。理由は、書いたときの文にしか効かない。"""
    one, other = (checks.check(read(text, "ja", {}))[0] for text in ("おそらく攻撃です。", "おそらく誤りです。"))
    assert one.check == other.check
    assert one.id != other.id


@given(st.text(max_size=200))
def test_any_text_can_be_read(text: str) -> None:
    """どんな文字が来ても、点検は終わり、秘密の番号をそのまま返さない。"""
    for one in checks.check(read(text, "ja", FACTS)):
        assert one.why("ja")
        assert one.instead("en")


EVERYDAY = [
    "全てのお客様に、深くお詫び申し上げます。",
    "ほとんどの店舗は営業しております。",
    "パソコンの持ち出しは禁止しております。",
    "サービスを一時停止いたしました。",
    "一部の業務を一時的に休止しております。",
    "お客様お一人おひとりにお詫び申し上げます。",
    "一人でも多くの方にお伝えします。",
    "一日も早い再開に努めます。",
    "十分ご注意ください。",
    "24時間体制でお待ちしております。",
]


@pytest.mark.parametrize("text", EVERYDAY)
def test_everyday_words_count_nothing(text: str) -> None:
    """「一時停止」「お一人おひとり」「24時間体制」は、数でも時刻でもない。"""
    assert found(text) == set()


@pytest.mark.parametrize(
    "text",
    [
        "受付時間は平日10時から17時までです。",
        "お電話は平日午前10時から午後5時まで承ります。",
        "Our desk answers on weekdays from 10 a.m. to 5 p.m.",
        "三年間保管いたします。",
        "平成20年の開業です。",
    ],
)
def test_desk_hours_and_years_leave_with_a_reason(text: str) -> None:
    """窓口の受付時間や年数は、理由を書けば出せる。"""
    given = checks.check(read(text, "ja", FACTS))
    assert given
    assert all(one.check == "carried" and one.override for one in given)


@pytest.mark.parametrize(
    "text",
    ["午前一時に侵入されました。", "一時に侵入されました。", "10時から17時まで侵入されました。", "お一人様の情報です。"]
    + ["3年前から続いていました。", "平日3時に侵入されました。", "It was open from 3 a.m. to 5 a.m."],
)
def test_hours_of_the_incident_never_leave_without_a_fact(text: str) -> None:
    """事故の時刻や人数は、似た言い方をしても、事実にないままでは出せない。"""
    assert any(one.check == "carried" and not one.override for one in checks.check(read(text, "ja", FACTS)))


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("四百十二人", "412人"),
        ("千二百人", "1200人"),
        ("三万人", "30000人"),
        ("10万人", "100000人"),
        ("5万円", "50000円"),
        ("約2千人", "約2000人"),
        ("1.5万人", "15000人"),
        ("1億2千万円", "120000000円"),
        ("1万2,345件", "12345件"),
        ("2026年十一月六日", "2026年11月6日"),
        ("九" * 5000 + "人", "九" * 5000 + "人"),
        ("1,204件", "1204件"),
        ("二〇二六年", "2026年"),
    ],
)
def test_numbers_in_words_are_numbers(written: str, meant: str) -> None:
    """漢数字や桁区切りの数も、数として読む。"""
    assert digits(normal(written)) == meant
