"""How people write names, numbers and addresses, and how shops keep them: the hands behind town.py."""

from __future__ import annotations

import csv
import io
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.engines.privacy.town import Person

Row = dict[str, str]
OLD = {
    "高": "髙",
    "崎": "﨑",
    "浜": "濱",
    "沢": "澤",
    "広": "廣",
    "桜": "櫻",
    "島": "嶋",
    "国": "國",
    "斎": "齋",
    "辺": "邊",
    "恵": "惠",
}
SLIPS = "一二三太郎子美男夫介也樹代"
WIDE = str.maketrans("0123456789-", "０１２３４５６７８９－")


def name(person: Person, rng: random.Random, variant: float, typo: float) -> str:
    family, given = person.family[0], person.given[0]
    whole = family + given
    if rng.random() < variant:
        family = "".join(OLD.get(c, c) for c in family)
        given = "".join(OLD.get(c, c) for c in given)
    if rng.random() < typo:
        at = rng.randrange(len(whole))
        slip = rng.choice([c for c in SLIPS if c != whole[at]])
        slipped = whole[:at] + slip + whole[at + 1 :]
        family, given = slipped[: len(family)], slipped[len(family) :]
    return f"{family}{rng.choice(('', ' ', '　'))}{given}"


def kana(person: Person, rng: random.Random) -> str:
    text = f"{person.family[1]}{rng.choice(('', ' ', '　'))}{person.given[1]}"
    return text if rng.random() < 0.8 else "".join(chr(ord(c) - 0x60) if "ァ" <= c <= "ヶ" else c for c in text)


def email(text: str, rng: random.Random, typo: float) -> str:
    if rng.random() < typo / 2:
        at = rng.randrange(text.index("@"))
        text = text[:at] + rng.choice("aeiou") + text[at + 1 :]
    return text.upper() if rng.random() < 0.03 else text


def phone(digits: str, rng: random.Random) -> str:
    cut = 3 if len(digits) == 11 else 2 if digits[1] in "36" else 4 if digits[:4] in ("0467", "0263") else 3
    parts = (digits[:cut], digits[cut:-4], digits[-4:])
    text = rng.choice(("-".join(parts), "-".join(parts), digits, f"({parts[0]}){parts[1]}-{parts[2]}"))
    return text.translate(WIDE) if rng.random() < 0.05 else text


def postal(digits: str, rng: random.Random) -> str:
    text = rng.choice((f"{digits[:3]}-{digits[3:]}", f"〒{digits[:3]}-{digits[3:]}"))
    return text.translate(WIDE) if rng.random() < 0.05 else text


def address(text: str, rng: random.Random) -> str:
    if rng.random() < 0.3:
        stem, *numbers = text.split("-")
        if len(numbers) == 2:
            text = f"{stem}丁目{numbers[0]}番{numbers[1]}号" if rng.random() < 0.5 else f"{stem}丁目{'-'.join(numbers)}"
    if rng.random() < 0.1:
        text = text.translate(WIDE)
    if rng.random() < 0.1:
        text = text[3:] if text[2] in "都道府県" else text[4:]
    return f"{text} コーポ{rng.randrange(100, 900)}号室" if rng.random() < 0.15 else text


def birth(date: tuple[int, int, int], rng: random.Random) -> str:
    year, month, day = date
    if rng.random() < 0.15:
        era, first = ("昭和", 1925) if year < 1989 else ("平成", 1988)
        return f"{era}{year - first}年{month}月{day}日"
    return rng.choice((f"{year}/{month}/{day}", f"{year}-{month:02d}-{day:02d}", f"{year}年{month}月{day}日"))


TITLES = {
    "name": ("氏名", "お名前", "顧客名", "name"),
    "kana": ("フリガナ", "ふりがな", "氏名（カナ）", "name_kana"),
    "email": ("メールアドレス", "E-mail", "email", "メール"),
    "phone": ("電話番号", "TEL", "携帯電話", "phone"),
    "postal": ("郵便番号", "〒", "郵便番号", "zip"),
    "address": ("住所", "ご住所", "住所1", "address"),
    "birth": ("生年月日", "誕生日", "生年月日", "birthday"),
}


def table(folder: Path, kind: str, rows: list[Row], rng: random.Random) -> None:
    """CSV as a shop's system writes it, in one of Japan's encodings."""
    out = io.StringIO()
    names = list(FILES[kind][0])
    style = rng.randrange(4)
    writer = csv.writer(out, delimiter=rng.choice(",,,\t"), lineterminator="\r\n")
    writer.writerow(["No", *(TITLES[one][style] for one in names), "備考"])
    for n, row in enumerate(rows):
        writer.writerow([str(n + 1), *(row[one] for one in names), rng.choice(("", "", "", "要連絡", "2回目"))])
    raw = out.getvalue().encode(rng.choice(("utf-8", "utf-8-sig", "cp932")), "replace")
    (folder / f"{kind}.csv").write_bytes(raw)


def forms(folder: Path, kind: str, rows: list[Row], rng: random.Random) -> None:
    """Inquiries as a form mails them, one after the other in a text."""
    said = {"name": "お名前", "email": "メールアドレス", "phone": "電話番号"}
    blocks = []
    for row in rows:
        lines = [f"{said[one]}：{row[one]}" for one in said if row.get(one)]
        blocks.append("\n".join([*lines, f"お問い合わせ内容：在庫について {rng.randrange(100)}"]))
    (folder / f"{kind}.txt").write_text("\n\n----------\n\n".join(blocks), encoding="utf-8")


def lines(folder: Path, kind: str, rows: list[Row], rng: random.Random) -> None:
    """JSON lines as a reservation system exports them."""
    keys = {"name": "customer_name", "email": "email", "phone": "tel", "birth": "birthday"}
    text = "".join(
        json.dumps(
            {"id": n, "at": f"2026-10-{n % 28 + 1:02d}", **{keys[k]: v for k, v in row.items()}}, ensure_ascii=False
        )
        + "\n"
        for n, row in enumerate(rows)
    )
    (folder / f"{kind}.jsonl").write_text(text, encoding="utf-8")


def cards(folder: Path, kind: str, rows: list[Row], rng: random.Random) -> None:
    """An address book of vCards."""
    out = []
    for row in rows:
        card = ["BEGIN:VCARD", "VERSION:3.0", f"FN:{row['name']}"]
        card += [f"EMAIL:{row['email']}"] if row["email"] else []
        card += [f"TEL;TYPE=CELL:{row['phone']}"] if row["phone"] else []
        card += [f"ADR:;;{row['address']};;;{row['postal']};"] if row["address"] else []
        out.append("\r\n".join([*card, "END:VCARD"]))
    (folder / f"{kind}.vcf").write_text("\r\n".join(out), encoding="utf-8", newline="")


def dump(folder: Path, kind: str, rows: list[Row], rng: random.Random) -> None:
    """Members of a web site as mysqldump writes them."""
    values = ",".join(
        "(" + ",".join([str(n), *(f"'{v}'" if v else "NULL" for v in row.values())]) + ")" for n, row in enumerate(rows)
    )
    columns = "".join(f"  `{TITLES[one][3]}` varchar(255),\n" for one in FILES[kind][0])
    text = (
        "-- MySQL dump 10.13\n\nCREATE TABLE `members` (\n  `id` int NOT NULL,\n"
        f"{columns}  PRIMARY KEY (`id`)\n);\nINSERT INTO `members` VALUES {values};\n"
    )
    (folder / f"{kind}.sql").write_text(text, encoding="utf-8")


Write = Callable[[Path, str, list[Row], random.Random], None]
FILES: dict[str, tuple[tuple[str, ...], Write]] = {
    "customers": (("name", "kana", "email", "phone", "postal", "address", "birth"), table),
    "orders": (("name", "phone", "postal", "address", "email"), table),
    "newsletter": (("email", "name"), table),
    "attendees": (("name", "kana", "phone", "email"), table),
    "shipping": (("postal", "address", "name", "phone"), table),
    "inquiries": (("name", "email", "phone"), forms),
    "reservations": (("name", "email", "phone", "birth"), lines),
    "addressbook": (("name", "email", "phone", "postal", "address"), cards),
    "members": (("email", "name", "kana", "birth"), dump),
}
