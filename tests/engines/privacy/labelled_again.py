"""A second labelled text, written apart from labelled.py and not tuned on: letters, forms, chats, logs and notes.

`corpus(seed)` answers the text and how many of each kind are in it; between them stand what only looks like it.
"""

from __future__ import annotations

import random
from collections import Counter

from hikeshi.engines.common.mynumber import check_digit
from tests.engines.privacy.village import Village, Villager

LURES = (
    "ご注文番号 {d12} の商品を発送しました。",
    "追跡番号：{d4}-{d4}-{d4}（ヤマト運輸）",
    "2026-11-05T03:12:44+09:00 INFO request_id={d12} took 120ms",
    "見積書 No.{d7} 合計 1,234,567円（税込）",
    "JAN {d13} 型番 AB-{d4}-{d4}",
    "会議は11月5日（木）14:00-15:30、第3会議室です。",
    "フリーダイヤル 0120-444-{d3} までお電話ください。",
    "バージョン 10.12.{d3} に更新しました。",
    "https://example.com/items/{d7}?ref=mail@2x.png を参照",
    "パスワードを忘れた方はこちらから再設定してください。",
    "この書類は3部提出してください。住所変更の手続きは窓口で。",
    "口座を開設するには本人確認書類が必要です。",
    "保険証をお持ちください。",
    "田んぼの水を抜く。山の天気は変わりやすい。",
    "製造番号 {d16} / 検査済 2026.11.05",
    "IPアドレス 192.0.2.14 から 443 番ポートへ接続",
    "東京都内の店舗は5か所です。",
    "診断ツールを実行した結果、異常はありませんでした。",
)


def _digits(rng: random.Random, count: int) -> str:
    return "".join(rng.choice("0123456789") for _ in range(count))


def _card(rng: random.Random) -> str:
    body = rng.choice(("4", "52", "3566")) + _digits(rng, 14)
    body = body[:15]
    total = sum(int(c) * 2 - 9 * (int(c) > 4) if n % 2 == 0 else int(c) for n, c in enumerate(body))
    number = body + str(-total % 10)
    return rng.choice((number, "-".join(number[n : n + 4] for n in range(0, 16, 4))))


def _line(rng: random.Random, kind: str, who: Villager) -> str:
    family, given = who.family[0], who.given[0]
    year, month, day = who.born
    phone = who.phone if len(who.phone) == 13 or who.phone[1] in "123456" else "03-5544-3322"  # no such mobile number
    mine = str(rng.randrange(1, 10)) + _digits(rng, 10)
    mine += str(check_digit(mine))
    choices = {
        "email": (
            f"返信は{who.email}までお願いします。",
            f"To: {who.email}",
            f'"mail":"{who.email}"',
            f"({who.email})",
        ),
        "phone": (f"TEL {phone}", f"携帯は{phone}です", f"電話番号　{phone}", f"☎{phone}（平日のみ）"),
        "postal_code": (f"〒{who.postal}", f"郵便番号：{who.postal}", f"〒 {who.postal}"),
        "address": (f"住所：{who.address}", f"送り先は{who.address}です", f"{who.address}（自宅）", who.address),
        "name": (f"氏名：{family} {given}", f"{family}{given}様", f"担当：{family}", f"お名前 : {family}{given}"),
        "birth_date": (f"生年月日：{year}年{month}月{day}日", f"生年月日 {year}/{month:02d}/{day:02d}"),
        "my_number": (f"マイナンバー：{mine}", f"個人番号 {mine[:4]} {mine[4:8]} {mine[8:]}"),
        "card_number": (f"カード番号 {_card(rng)}", f"card={_card(rng)}&exp=0828", f"{_card(rng)} 有効期限 08/28"),
        "bank_account": (
            f"みなと銀行 本店 普通 {_digits(rng, 7)}",
            f"口座番号：{_digits(rng, 7)}",
            f"振込先：さくら信用金庫 駅前支店 普通預金 {_digits(rng, 7)} {who.family[1]} {who.given[1]}",
        ),
        "driving_licence": (
            f"運転免許証番号：30{_digits(rng, 10)}",
            f"免許証の番号 第{rng.randrange(10, 97)}00{_digits(rng, 8)}号",
        ),
        "passport": (f"旅券番号 TR{_digits(rng, 7)}", f"Passport No. MU{_digits(rng, 7)}"),
        "pension_number": (f"基礎年金番号 {_digits(rng, 4)}-{_digits(rng, 6)}",),
        "password": (
            f"パスワード：Kx{_digits(rng, 4)}!ab",
            f"password = s3cr{_digits(rng, 4)}",
            f"PW: Qz{_digits(rng, 5)}#",
        ),
        "special_care": (
            "既往歴：高血圧",
            "糖尿病のため食事制限あり",
            "身体障害者手帳2級",
            "うつ病で休職中",
            "アレルギー：卵",
        ),
    }
    return rng.choice(choices[kind])


KINDS = [
    "email",
    "phone",
    "postal_code",
    "address",
    "name",
    "birth_date",
    "my_number",
    "card_number",
    "bank_account",
    "driving_licence",
    "passport",
    "pension_number",
    "password",
    "special_care",
]


def corpus(seed: int, count: int = 1200) -> tuple[list[tuple[str, str]], Counter[str]]:
    """Lines with their kind ("" for a lure), and how many lines of each kind."""
    rng, village = random.Random(f"again {seed}"), Village(seed, 400)
    made = []
    for _ in range(count):
        kind = rng.choice((*KINDS, *[""] * 10))
        if kind:
            made.append((kind, _line(rng, kind, rng.choice(village.people))))
        else:
            lure = rng.choice(LURES)
            for n in (3, 4, 7, 12, 13, 16):
                while f"{{d{n}}}" in lure:
                    lure = lure.replace(f"{{d{n}}}", _digits(rng, n), 1)
            made.append(("", lure))
    return made, Counter(kind for kind, _ in made if kind)
