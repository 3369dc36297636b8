"""Text with what is in it known: each kind in the ways it is written, among what looks like it and is not.

`corpus(seed)` makes lines of which the truth is known by construction, so that precision and recall can be counted by
kind. The lures are what real files hold: order numbers, times, hashes, versions, prices, codes, words of one's trade.
"""

from __future__ import annotations

import random
from collections import Counter

from hikeshi.engines.common.mynumber import check_digit
from tests.engines.privacy.town import ENDS as HER_ENDS
from tests.engines.privacy.town import FAMILY, FIRST, HERS, Town, combined, pairs
from tests.engines.privacy.town import LAST as HIS_ENDS
from tests.engines.privacy.writing import WIDE, address, birth, phone, postal


def digits(rng: random.Random, count: int) -> str:
    return "".join(rng.choice("0123456789") for _ in range(count))


def card(rng: random.Random, *, right: bool = True) -> str:
    start = rng.choice(("4", "51", "55", "37", "3540", "2221"))
    length = 15 if start == "37" else 16
    body = start + digits(rng, length - len(start) - 1)
    doubled = [int(c) * 2 - 9 * (int(c) > 4) if n % 2 == 0 else int(c) for n, c in enumerate(reversed(body))]
    check = -sum(doubled) % 10
    number = body + str(check if right else (check + rng.randrange(1, 10)) % 10)
    if length == 15:
        return rng.choice((number, f"{number[:4]} {number[4:10]} {number[10:]}"))
    parts = [number[n : n + 4] for n in range(0, 16, 4)]
    return rng.choice((number, "-".join(parts), " ".join(parts)))


def my_number(rng: random.Random) -> str:
    body = str(rng.randrange(1, 10)) + digits(rng, 10)
    number = body + str(check_digit(body))
    return rng.choice((number, f"{number[:4]} {number[4:8]} {number[8:]}", number.translate(WIDE)))


class Lines:
    """Makes one line of a kind at a time."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.town = Town(seed, 300)
        self.given = [*combined(FIRST, HIS_ENDS), *combined(HERS, HER_ENDS)]

    def name(self) -> str:
        return self.rng.choice(pairs(FAMILY))[0] + self.rng.choice(self.given)[0]

    def make(self, kind: str) -> str:
        rng, person = self.rng, self.rng.choice(self.town.people)
        match kind:
            case "email":
                mail = person.emails[0]
                return rng.choice(
                    (f"連絡先は {mail} です", f"<{mail}>", f"メール：{mail}", f"{mail}, 済", mail.upper())
                )
            case "phone":
                number = phone(rng.choice(person.phones), rng)
                if number.isdecimal() and len(number) == 10:
                    return f"TEL：{number}"
                return rng.choice((f"TEL {number}", f"{number}まで", f"携帯：{number}", f"電話は{number}です"))
            case "postal_code":
                code = postal(person.homes[0][0], rng)
                return code if "〒" in code else rng.choice((f"〒{code}", f"郵便番号：{code}"))
            case "address":
                return rng.choice(("住所：", "", "お届け先 ")) + address(person.homes[0][1], rng)
            case "name":
                name = self.name()
                return rng.choice((f"お名前：{name}", f"{name}様", f"氏名: {name}", f"担当：{name}"))
            case "birth_date":
                return rng.choice(("生年月日：", "誕生日 ", "生年月日は")) + birth(person.birth, rng)
            case "my_number":
                return rng.choice(("マイナンバー：", "個人番号 ", "個人番号は")) + my_number(rng)
            case "card_number":
                return rng.choice(("カード番号 ", "", "決済: ")) + card(rng)
            case "bank_account":
                return rng.choice(("みずほ銀行 本店 普通 ", "口座番号：", "三井住友 渋谷 当座 ")) + digits(rng, 7)
            case "driving_licence":
                return rng.choice(("運転免許証番号：", "免許証番号 ")) + rng.choice("3456") + digits(rng, 11)
            case "passport":
                return (
                    rng.choice(("旅券番号：", "パスポート番号 ", "Passport No. "))
                    + "T"
                    + rng.choice("RKZS")
                    + digits(rng, 7)
                )
            case "health_insurance":
                return rng.choice(("保険者番号：", "被保険者番号 ")) + "0" + digits(rng, 7)
            case "pension_number":
                return rng.choice(("基礎年金番号：", "年金番号 ")) + f"{digits(rng, 4)}-{digits(rng, 6)}"
            case "password":
                return rng.choice(("パスワード：", "password=", "Password: ", "パスワードは ")) + self.secret()
            case "secret_key":
                return rng.choice(
                    (f"AKIA{self.capitals(16)}", f"ghp_{self.letters(36)}", f"api_key = '{self.letters(32)}'")
                )
            case "special_care":
                return rng.choice(
                    ("既往歴あり", "うつ病のため通院中", "障害者手帳2級", "病歴について", "健康診断結果を添付")
                )
        raise AssertionError(kind)

    def letters(self, count: int) -> str:
        return "".join(
            self.rng.choice("abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789") for _ in range(count)
        )

    def capitals(self, count: int) -> str:
        return "".join(self.rng.choice("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") for _ in range(count))

    def secret(self) -> str:
        return self.letters(self.rng.randrange(8, 14)) + self.rng.choice("!#%1")

    def lure(self) -> str:
        """A line with nothing in it that is personal, and much that looks so."""
        rng = self.rng
        return rng.choice(
            (
                f"注文番号 {digits(rng, 12)} を受け付けました",
                f"伝票 {digits(rng, 4)}-{digits(rng, 4)}-{digits(rng, 4)} 発送済",
                f"2026-11-{rng.randrange(1, 29):02d} 09:{rng.randrange(60):02d}:01 INFO 処理 {digits(rng, 7)} 件",
                f"カード番号 {card(rng, right=False)} は無効です",
                f"sha256={''.join(rng.choice('0123456789abcdef') for _ in range(64))}",
                f"合計 {rng.randrange(1, 10**7):,} 円（税込）",
                f"version {rng.randrange(9)}.{rng.randrange(20)}.{rng.randrange(400)}-{digits(rng, 4)}",
                f"10.{rng.randrange(256)}.{rng.randrange(256)}.{rng.randrange(256)} - - GET /a/{digits(rng, 8)}.html",
                f"型番 AB-{digits(rng, 3)}-{digits(rng, 4)} 在庫 {rng.randrange(99)}",
                f"お客様各位 平素より{rng.choice(('格別', '多大'))}のご愛顧を賜り",
                f"営業時間 {rng.randrange(8, 11)}:00-{rng.randrange(17, 20)}:30 定休日 水曜",
                f"icon{rng.randrange(99)}@{rng.choice((2, 3))}x.png を差し替え",
                f"仕様{rng.choice(('書', '変更'))} 第{rng.randrange(1, 30)}版 皆様へ 神様 王様",
                f"発行日 {rng.randrange(2000, 2026)}年{rng.randrange(1, 13)}月{rng.randrange(1, 29)}日",
                f"uuid 550e8400-e29b-41d4-a716-{digits(rng, 12)}",
                f"商品コード 49{digits(rng, 11)} 単価 {rng.randrange(100, 999)}",
                f"フリーダイヤル 0120-{digits(rng, 3)}-{digits(rng, 3)}",
                "password: ******** （伏せています）",
            )
        )


KINDS = (
    "email phone postal_code address name birth_date my_number card_number bank_account driving_licence passport "
    "health_insurance pension_number password secret_key special_care"
)


def corpus(seed: int, each: int) -> tuple[list[tuple[str, str]], Counter[str]]:
    """(kind or "", line) in random order, each kind `each` times and as many lures as all of these; and the counts."""
    lines = Lines(seed)
    made = [(kind, lines.make(kind)) for kind in KINDS.split() for _ in range(each)]
    made += [("", lines.lure()) for _ in range(len(made))]
    lines.rng.shuffle(made)
    return made, Counter(kind for kind, _ in made if kind)
