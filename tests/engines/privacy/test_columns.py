"""列ごとにまとめて読んでも、1行ずつ読んだのと同じ答えになる。"""

from __future__ import annotations

import csv
import io
import random
from collections import Counter

import numpy as np
import pytest

from hikeshi.engines.privacy import kinds, linking
from hikeshi.engines.privacy.people import People
from hikeshi.engines.privacy.tables import Table
from hikeshi.engines.privacy.texts import Scanner
from tests.engines.privacy.town import Town

PLAIN = "氏名,フリガナ,メール,電話番号,郵便番号,住所,生年月日,備考"
PARTS = "姓,名,セイ,メイ,メール,電話番号,携帯電話,郵便番号,都道府県,市区町村,番地,生年月日,メール2,パスワード"
PERSONS = "注文者名,注文者メール,お届け先氏名,お届け先住所,お届け先電話番号,購入金額,個人番号"
TWO = "氏名,担当者名,顧客名,メール"


def rows(seed: int, header: str) -> list[list[str]]:
    """Rows of a made-up shop with empty, short, long, foreign and broken cells among them."""
    rng, town = random.Random(seed), Town(seed)
    fields = ("name", "kana", "email", "phone", "postal", "address", "birth")
    width = header.count(",") + 1
    made = [header.split(",")]
    while len(made) < 1200:
        person = rng.choice(town.people[:150])
        said = list(town.row(person, fields).values())
        row = [said[rng.randrange(7)] if rng.random() < 0.06 else "" for _ in range(width)]
        for n, name in enumerate(made[0]):
            at = next(
                (i for i, word in enumerate(("名", "カナ", "メール", "電話", "郵便", "住所", "生年")) if word in name),
                7,
            )
            row[n] = said[at] if at < 7 and rng.random() < 0.85 else row[n]
        if rng.random() < 0.05:
            row[-1] = rng.choice(("担当 佐藤様 sato@example.jp", "x" * 70_000, "\ud800", "090-1234-5678 に電話", " "))
        made.append(row[: rng.randrange(1, width + 1)] if rng.random() < 0.03 else row)
    return made


def people_of(given: list[list[str]], *, bulk: bool) -> tuple[dict[str, list[int]], Counter[str], list[int]]:
    found: Counter[str] = Counter()
    people, table = People(kinds.detector_names()), Table(None, Scanner(), found)
    number = people.file()
    for start in range(0, len(given), 500):
        part = given[start : start + 500]
        if bulk:
            people.add_block(number, table.block(part))
        else:
            for record in table.records(part):
                people.add(number, record)
    return {name: column.tolist() for name, column in people.columns().items()}, found, people._kinds.tolist()


@pytest.mark.parametrize("header", [PLAIN, PARTS, PERSONS, TWO], ids=["plain", "parts", "persons", "two"])
def test_columns_agree_with_rows(header: str) -> None:
    """見出し、姓と名の分かれた列、注文者と届け先、2つの名前の列で、記録・種類・数が1行ずつの場合と一致する。"""
    given = rows(7, header)
    whole, alone = people_of(given, bulk=True), people_of(given, bulk=False)
    assert whole[1] == alone[1]
    assert sum(whole[1].values()) > 1000

    def said(one: tuple[dict[str, list[int]], Counter[str], list[int]]) -> list[tuple[int, ...]]:
        return sorted(zip(*one[0].values(), one[2], strict=True))

    assert said(whole) == said(alone)


def test_clusters_are_those_of_one_union_after_the_other() -> None:
    """まとめて求めたまとまりは、1組ずつ結んだものと同じ（根はいちばん小さい行）。"""
    rng = np.random.default_rng(5)
    for size in (0, 1, 7, 400):
        keys = [
            np.where(rng.random(size) < 0.4, rng.integers(1, size + 2, size), 0).astype(np.uint64) for _ in range(4)
        ]
        forest = linking.Forest(size)
        for key in keys:
            for group in linking.groups(key):
                for other in group[1:]:
                    forest.union(int(group[0]), int(other))
        assert linking.united(keys, size).tolist() == [forest.find(i) for i in range(size)]


def test_a_cell_that_never_ends_costs_only_itself() -> None:
    """閉じない引用符と、改行を含むセルがあっても、その前後の行は読まれる。"""
    out = io.StringIO()
    csv.writer(out).writerows(
        [["氏名", "メール"], ["山田太郎", "taro@example.jp"], ["鈴木\n花子", "hanako@example.jp"]]
    )
    table = Table(None, Scanner(), found := Counter[str]())
    table.block(list(csv.reader(io.StringIO(out.getvalue(), newline=""))))
    assert found == {"name": 2, "email": 2}
