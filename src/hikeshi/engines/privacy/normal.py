"""Normal forms: what two ways of writing the same name, number or address have in common.

NFKC (full width, half-width kana), variant kanji (髙 for 高), hiragana as katakana, dashes, era years, 丁目・番地・号.
"""
# words: data throughout, what people write in names, addresses and dates

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_VARIANTS = (
    "髙高 﨑崎 嵜崎 碕崎 濵浜 濱浜 邉辺 邊辺 齋斎 齊斎 斉斎 澤沢 廣広 德徳 惠恵 櫻桜 嶋島 嶌島 國国 眞真 冨富 凜凛 "
    "祐祐 桒桑 槇槙 壽寿 龍竜 瀨瀬 塚塚 曾曽 榮栄 會会 學学 條条 彌弥 與与 淵渕 渊渕 緖緒 圓円 藏蔵 鐵鉄 應応 實実 "
    "晧皓 栁柳 桺柳 𠮷吉 靑青 黑黒 橫横 增増 敎教 祿禄 禮礼 萬万 豐豊 關関 穗穂 繩縄 芦蘆 "
    "ヶケ ヵカ ゕカ ゖケ 之ノ "
)
VARIANTS = {ord(pair[0]): pair[1] for pair in _VARIANTS.split() if pair[0] != pair[1]}
_DASHES = re.compile("[‐‑‒–—―−⁃﹣─━]")
KANA = {n: chr(n + 0x60) for n in range(0x3041, 0x3097)}
_LARGE = str.maketrans("ァィゥェォッャュョヮ", "アイウエオツヤユヨワ")
_LONG = re.compile(r"(?<=[0-9])[ーｰ](?=[0-9])")
_TITLE = re.compile(r"(?:様|殿|さん|先生|氏|御中|くん|ちゃん|さま)$")
# A firm or a house, whatever the heading says.
FIRM = re.compile(
    r"会社|\([株有社財]\)|法人|組合|協会|商店|商会|工業|製作所|事務所|(?:病院|医院|学校|大学|支店|本店|営業所|店)$"
    r"|^(?:カ|ユ|ド|シヤ|ザイ|シユウ|フク|ガク|イ)\)|\((?:カ|ユ|ド|シヤ|ザイ)\)?$"
)
_NO_NAME = re.compile(r"[\s・.,，、　()（）]+")
_IN_BRACKETS = re.compile(r"\([^()]{0,40}\)")
_NOBODY = (
    "氏名 名前 お名前 姓名 フリガナ ふりがな カナ 担当者 担当者名 顧客名 お客様名 会員名 患者名 社員名 利用者名 "
    "電話 電話番号 住所 生年月日 性別 備考 年齢 続柄 合計 小計 総計 不明 該当なし 該当者なし なし 無し 無 同上 同左 "
    "匿名 名無し 未定 未入力 未登録 空欄 空白 欠番 以下余白 テスト サンプル null none name"
)
_DIGITS = re.compile(r"[0-9]+")
_NAME = re.compile(
    r"[A-Za-z一-龥々〆ヶ〇〓\ue000-\uf8ff\u3400-\u4dbf\uf900-\ufaff\U00020000-\U0003ffffぁ-んァ-ヴーàâäéèêëîïôöûüçñ'’-]{2,30}"
)
_KANJI_DIGITS = {c: str(n) for n, c in enumerate("〇一二三四五六七八九")}
CHOME = re.compile(r"([一二三四五六七八九十]{1,3})(?=丁目|番地|番|号)")
UNITS = re.compile(r"(?:丁目|番地の?|番|号室|号)")
_STEM = re.compile(r"^(.*?[0-9]+(?:-[0-9]+)*)")
_DATE = re.compile(
    r"(1[89]\d\d|20\d\d)\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})日?(?:[ T]\d{1,2}:\d{2}(?::\d{2})?.*)?"
)
_ERA = re.compile(
    r"(明治|大正|昭和|平成|令和|[明大昭平令]|[MTSHR])\s*(\d{1,2}|元)\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})日?"
)
_ERA_CODE = re.compile(r"([1-5])(\d\d)(\d\d)(\d\d)")
"""As the health insurance writes it: 3600304 is 4 March of Shōwa 60."""
_BORN = re.compile(r"\s*(?:生まれ|生)$")
_COMPACT = re.compile(r"(1[89]\d\d|20\d\d)(\d\d)(\d\d)")
_ERAS = {"明治": 1867, "大正": 1911, "昭和": 1925, "平成": 1988, "令和": 2018}
_ERAS |= {era[0]: start for era, start in _ERAS.items()}
_ERAS |= {str(n): start for n, start in enumerate(sorted(set(_ERAS.values())), 1)}
_ERAS |= {"M": 1867, "T": 1911, "S": 1925, "H": 1988, "R": 2018}
_PREFECTURES = (
    "北海道 青森県 岩手県 宮城県 秋田県 山形県 福島県 茨城県 栃木県 群馬県 埼玉県 千葉県 東京都 神奈川県 新潟県 "
    "富山県 石川県 福井県 山梨県 長野県 岐阜県 静岡県 愛知県 三重県 滋賀県 京都府 大阪府 兵庫県 奈良県 和歌山県 "
    "鳥取県 島根県 岡山県 広島県 山口県 徳島県 香川県 愛媛県 高知県 福岡県 佐賀県 長崎県 熊本県 大分県 宮崎県 "
    "鹿児島県 沖縄県"
)
PREFECTURES = tuple(_PREFECTURES.split())
_PREFECTURE = re.compile("^(?:" + "|".join(PREFECTURES) + ")+")
_POSTAL = re.compile(r"^[0-9]{3}-?[0-9]{4}")
DASHED = re.compile("-{2,}")
_TOWN = re.compile("[一-龥ァ-ヶ]")


NOBODY = frozenset(word.translate(VARIANTS).translate(KANA).upper() for word in _NOBODY.split())
"""What stands in a column of names and is nobody's: a heading once more, a sum, "the same as above"."""


def plain(text: str) -> str:
    """NFKC with one kind of dash; the form that detectors look at."""
    if text.isascii():
        return text
    text = _DASHES.sub("-", unicodedata.normalize("NFKC", text))
    return _LONG.sub("-", text) if "ー" in text else text


@lru_cache(50_000)
def name(text: str) -> str | None:
    """A person's name without spaces and titles, in common kanji; None when this is no name."""
    text = plain(text).strip()
    if FIRM.search(text):
        return None
    text = _TITLE.sub("", text)
    if "(" in text:  # 佐藤（旧姓 鈴木）花子, 山田太郎（ヤマダ）
        outside = _NO_NAME.sub("", _IN_BRACKETS.sub("", text))
        text = outside if len(outside) > 2 else text
    text = _NO_NAME.sub("", text)
    if not _NAME.fullmatch(text):
        return None
    said = text.translate(VARIANTS).translate(KANA).upper()
    return said if said not in NOBODY else None


def reading(kana: str) -> str:
    """A name in kana as banks write it, without small letters: キヨウコ."""
    return kana.translate(_LARGE)


@lru_cache(50_000)
def email(text: str) -> str | None:
    """An address in lower case; None when this is none."""
    text = plain(text).strip().strip("<>").lower()
    if text.startswith("mailto:"):
        text = text[7:]
    local, at, domain = text.partition("@")
    if not at or not local or len(text) > 254 or "." not in domain or not domain.rsplit(".", 1)[1].isalpha():
        return None
    return text if not any(c.isspace() or c in '",;@' for c in local + domain) else None


@lru_cache(50_000)
def phone(text: str, *, bare: bool = False) -> str | None:
    """National digits, 10 or 11 of them; None when this is no number. `bare`: Excel may have eaten the first zero.

    Toll-free and service numbers (0120, 0800, 0570) are no person's.
    """
    text = plain(text).strip()
    international = text.startswith(("+81", "0081", "81-"))
    digits = "".join(_DIGITS.findall(text))
    if international:
        digits = digits.removeprefix("00").removeprefix("81")
        digits = digits if digits.startswith("0") else f"0{digits}"
    elif bare and len(digits) in (9, 10) and not digits.startswith("0"):
        digits = f"0{digits}"
    if len(digits) not in (10, 11) or not digits.startswith("0") or digits.startswith(("00", "0120", "0800", "0570")):
        return None
    if (len(digits) == 11) != (digits[:3] in ("090", "080", "070", "050", "060", "020")):
        return None
    return digits if len(set(digits[3:])) > 1 else None


@lru_cache(50_000)
def postal(text: str) -> str | None:
    """Seven digits."""
    digits = plain(text).strip().removeprefix("〒").strip().replace("-", "").removesuffix(".0")
    return digits if len(digits) == 7 and digits.isascii() and digits.isdecimal() and digits != "0000000" else None


@lru_cache(50_000)
def address(text: str) -> str | None:
    """Town and number, without prefecture and building; None when there is no number or no town."""
    text = "".join(plain(text).split()).removeprefix("〒")
    text = _POSTAL.sub("", text)
    text = CHOME.sub(lambda found: kanji_number(found[1]), text)
    text = UNITS.sub("-", text).replace("の", "-").replace("ノ", "-").translate(VARIANTS)
    text = DASHED.sub("-", text)
    text = _PREFECTURE.sub("", text)
    stem = _STEM.match(text.replace("大字", "").replace("字", ""))
    if not stem or len(stem[1]) < 4 or not _TOWN.search(stem[1]):
        return None
    return stem[1].rstrip("-")


def kanji_number(text: str) -> str:
    """十二 → 12."""
    if "十" in text:
        tens, _, ones = text.partition("十")
        return str(int(_KANJI_DIGITS.get(tens, "1")) * 10 + int(_KANJI_DIGITS.get(ones, "0")))
    return "".join(_KANJI_DIGITS[c] for c in text)


@lru_cache(50_000)
def birth(text: str) -> str | None:
    """YYYYMMDD of a date between 1880 and now, in any of the usual ways of writing."""
    text = _BORN.sub("", plain(text).strip())
    if found := _DATE.fullmatch(text) or _COMPACT.fullmatch(text):
        year, month, day = map(int, found.groups()[:3])
    elif found := _ERA.fullmatch(text) or _ERA_CODE.fullmatch(text):
        year = _ERAS[found[1]] + (1 if found[2] == "元" else int(found[2]))
        month, day = int(found[3]), int(found[4])
    else:
        return None
    return f"{year:04d}{month:02d}{day:02d}" if 1880 <= year <= 2100 and 1 <= month <= 12 and 1 <= day <= 31 else None
