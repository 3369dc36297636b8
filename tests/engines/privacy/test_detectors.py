"""種類ごとの見つけ方：適合率と再現率、まぎらわしいもの、マイナンバーの条件。"""

from __future__ import annotations

import random
import tomllib
from collections import Counter
from pathlib import Path

import pytest

from hikeshi.engines.common.mynumber import check_digit, is_my_number
from hikeshi.engines.privacy import kinds as found_by_folder
from hikeshi.engines.privacy import normal
from hikeshi.engines.privacy.detectors.card_number.detector import luhn
from hikeshi.engines.privacy.texts import Scanner
from tests.engines.privacy import labelled_again
from tests.engines.privacy.labelled import KINDS, corpus
from tests.engines.privacy.reading import kinds, read


def judged(seed: int, each: int) -> dict[str, tuple[float, float]]:
    """Kind -> (precision, recall), counted line by line."""
    made, truth = corpus(seed, each)
    scanner = Scanner()
    right: Counter[str] = Counter()
    said: Counter[str] = Counter()
    for kind, line in made:
        found: Counter[str] = Counter()
        list(scanner.records(f"{line}\n".encode(), found))
        # An address or postal code may stand in the same line as its like: each line is asked for its own kind.
        said.update(dict.fromkeys(found, 1))
        right[kind] += kind in found
    return {kind: (right[kind] / max(said[kind], 1), right[kind] / truth[kind]) for kind in truth}


def test_precision_and_recall_by_kind() -> None:
    """どの種類も、適合率 0.98 以上・再現率 0.97 以上で見つかる（作った文での数字）。"""
    scores = judged(7, 150)
    assert set(scores) == set(KINDS.split()) == set(found_by_folder.detector_names())
    assert {kind: pair for kind, pair in scores.items() if pair[0] < 0.98 or pair[1] < 0.97} == {}


@pytest.mark.parametrize("kind", found_by_folder.detector_names())
def test_each_kind_has_its_name_in_both_languages(kind: str) -> None:
    """どの種類にも、日本語と英語の名前がある。"""
    for lang in ("ja", "en"):
        assert tomllib.loads((found_by_folder.DETECTORS / kind / f"{lang}.toml").read_text(encoding="utf-8"))["name"]


def number(start: int) -> str:
    return f"{start:011d}{check_digit(f'{start:011d}')}"


def test_a_text_made_by_another_hand_is_found_as_well() -> None:
    """別の作り手の文（調整に使っていない）でも、種類ごとの適合率と再現率は高い。"""
    scanner, right, wrong, missed = Scanner(), Counter[str](), Counter[str](), Counter[str]()
    lines, truth = labelled_again.corpus(77)
    for kind, line in lines:
        list(scanner.records(f"本文\n\n{line}\n\n".encode(), found := Counter[str]()))
        right[kind] += bool(found[kind])
        missed[kind] += not found[kind]
        # A name beside an account or in a note of illness is right, too.
        wrong.update(name for name in found if name not in (kind, "name" if kind else ""))
    for kind, count in truth.items():
        # Said here and not hidden: a rare family name before 様, and an allergy named in passing, are missed.
        least = {"name": 0.75, "special_care": 0.7}.get(kind, 0.95)
        assert right[kind] >= least * count, (kind, right[kind], count)
        assert wrong[kind] <= 0.03 * count + 1, (kind, wrong[kind], count)


def test_a_column_of_codes_that_are_my_numbers_is_found(tmp_path: Path) -> None:
    """見出しが「コード」や「番号」でも、どの値も検査数字に合えばマイナンバーの列。1つの値のくり返しは1票。"""
    for heading in ("コード", "社員番号"):
        rows = [f"{number(10**10 + n * 7919)},豆" for n in range(12)]
        (tmp_path / "a.csv").write_text("\n".join([f"{heading},商品", *rows]), encoding="utf-8")
        assert kinds(read(tmp_path)) == {"my_number": 12}
        (tmp_path / "a.csv").write_text("\n".join([f"{heading},商品", *rows[:1] * 12]), encoding="utf-8")
        assert kinds(read(tmp_path)) == {}


def test_twelve_digits_alone_are_no_my_number(tmp_path: Path) -> None:
    """検査数字が合うだけの12桁は、マイナンバーとみなさない。言葉が近くにあれば、みなす。"""
    (tmp_path / "a.txt").write_text(f"注文 {number(12345678901)} を発送\n", encoding="utf-8")
    assert kinds(read(tmp_path)) == {}
    (tmp_path / "a.txt").write_text(f"個人番号 {number(12345678901)} を受領\n", encoding="utf-8")
    assert kinds(read(tmp_path)) == {"my_number": 1}


def test_a_column_of_my_numbers_votes_and_one_of_order_numbers_does_not(tmp_path: Path) -> None:
    """見出しのない列でも、10行以上でほとんどが検査数字に合えばマイナンバーの列、そうでなければ違う。"""
    right = [number(10_000_000_000 + n * 7919) for n in range(12)]
    (tmp_path / "a.csv").write_text("\n".join(f"x{n},{one}" for n, one in enumerate(right)), encoding="utf-8")
    assert kinds(read(tmp_path)).get("my_number") == 12
    orders = [str(100_000_000_000 + n * 7919) for n in range(500)]
    (tmp_path / "a.csv").write_text("\n".join(f"x{n},{one}" for n, one in enumerate(orders)), encoding="utf-8")
    assert kinds(read(tmp_path)) == {}


def test_nothing_of_what_was_found_is_in_the_report(tmp_path: Path) -> None:
    """報告には数だけがあり、見つけた値は一つもない。ファイル名の中のマイナンバーも伏せる。"""
    (tmp_path / f"社員 {number(11122233344)}.csv").write_text(
        f"氏名,メール,マイナンバー,パスワード\n山田太郎,taro@example.jp,{number(12345678901)},hunter22\n",
        encoding="utf-8",
    )
    report = read(tmp_path)
    assert report.kinds["my_number"].found == 1
    wire = str(report.to_wire())
    for secret in ("山田", "taro", number(12345678901), number(11122233344), "hunter22"):
        assert secret not in wire.replace(str(tmp_path), "")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("髙﨑　一郎 様", "高崎一郎"),
        ("ﾀｶﾊｼ ｲﾁﾛｳ", "たかはし いちろう"),
        ("渡邊 惠子", "渡辺恵子"),
        ("Taro Yamada", "TARO YAMADA"),
    ],
)
def test_ways_of_writing_a_name_have_one_normal_form(one: str, other: str) -> None:
    """名前の書き方の違い（異体字・半角・かな・空白・敬称）は、一つの形になる。"""
    assert normal.name(one) == normal.name(other) is not None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("東京都渋谷区神宮前２丁目３番４号", "渋谷区神宮前2-3-4"),
        ("神奈川県横浜市中区山下町十二番地", "横浜市中区山下町12 コーポ101"),
        ("〒150-0001 東京都渋谷区神宮前二丁目3−4", "東京都渋谷区神宮前2-3-4"),
    ],
)
def test_ways_of_writing_an_address_have_one_normal_form(one: str, other: str) -> None:
    """住所の書き方の違い（丁目・番地・全角・県名の有無・建物）は、一つの形になる。"""
    assert normal.address(one) == normal.address(other) is not None


def test_dates_and_telephones_have_one_normal_form() -> None:
    """和暦と西暦、国番号とかっこの有無は、一つの形になる。"""
    assert {normal.birth(one) for one in ("昭和58年3月2日", "S58.3.2", "1983/3/2", "1983-03-02 00:00:00")} == {
        "19830302"
    }
    numbers = ("03-1234-5678", "(03)1234-5678", "+81 3-1234-5678", "０３ー１２３４ー５６７８", "0312345678")
    assert {normal.phone(one) for one in numbers} == {"0312345678"}
    assert normal.phone("0120-123-456") is None
    assert normal.phone("9012345678", bare=True) == "09012345678"


def card(start: int) -> str:
    """A number that passes the check of a card of JCB."""
    first = f"3530{start:011d}"
    return next(f"{first}{n}" for n in range(10) if luhn(f"{first}{n}"))


PAID = (("カード番号", 12), ("会員様カード番号", 12), ("カード会員番号", 12), ("保険料引落カード番号", 12))


def test_a_point_card_is_no_credit_card(tmp_path: Path) -> None:
    """ポイントカードや会員証の番号は、カードの検査数字に合っても、クレジットカードとは数えない。"""
    for heading, found in (("ポイントカード番号", 0), ("会員カードNo", 0), ("member card", 0), *PAID):
        rows = "".join(f"山田{n}男,{card(n * 7919)}\n" for n in range(12))
        (tmp_path / "a.csv").write_text(f"氏名,{heading}\n{rows}", encoding="utf-8")
        assert kinds(read(tmp_path)).get("card_number", 0) == found, heading
    (tmp_path / "a.csv").unlink()
    for said, found in (
        ("ポイントカード {}", 0),
        ("会員番号：{}", 0),
        ("会員の方はクレジットカード {}", 1),
        ("お支払い {}", 1),
        ("カード会員番号：{}", 1),
        ("ご利用者様のカード番号：{}", 1),
        ("会員様のカード番号は {}", 1),
        ("ギフト購入のカード番号: {}", 1),
        ("member id card number: {}", 1),
    ):
        (tmp_path / "a.txt").write_text(said.format(card(99)) + "\n", encoding="utf-8")
        assert kinds(read(tmp_path)).get("card_number", 0) == found, said


@pytest.mark.parametrize(
    ("address", "somebody"),
    [
        *((name, False) for name in ("info", "support", "no-reply", "do_not_reply", "noreply+a1", "info-tokyo")),
        *((name, False) for name in ("support2", "toiawase", "soumu", "customer", "mailer-daemon", "info.osaka")),
        *((name, True) for name in ("infante", "supporter", "taro.info", "contactlens", "y.sales", "hr.tanaka")),
    ],
)
def test_desks_are_nobody(address: str, somebody: bool) -> None:
    """info@ や noreply@ などの窓口は人ではない。名前がそれに似ているだけの人は人である。"""
    assert found_by_folder.detectors()["email"].person(f"{address}@example.jp") is somebody  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("address", "somebody"),
    [("info.taro@gmail.com", True), ("shop@docomo.ne.jp", True), ("mailer-daemon@yahoo.co.jp", False)],
)
def test_mail_for_everybody_has_no_desks(address: str, somebody: bool) -> None:
    """Gmail や携帯電話のメールの info.taro@ は、窓口ではなく人（一人で営む店など）である。"""
    assert found_by_folder.detectors()["email"].person(address) is somebody  # type: ignore[attr-defined]


def test_my_numbers_by_chance_are_not_counted(tmp_path: Path) -> None:
    """12桁の番号の列や文では、検査数字に合うものが混じっても（11に1つ）、1つもマイナンバーと数えない。"""
    rng = random.Random(4)
    numbers = [f"{rng.randrange(10**11, 10**12)}" for _ in range(2000)]
    assert 120 < sum(map(is_my_number, numbers)) < 260
    (tmp_path / "a.csv").write_text("伝票,品\n" + "".join(f"{one},豆\n" for one in numbers), encoding="utf-8")
    (tmp_path / "a.txt").write_text("".join(f"伝票 {one} を発送\n" for one in numbers), encoding="utf-8")
    assert kinds(read(tmp_path)) == {}
