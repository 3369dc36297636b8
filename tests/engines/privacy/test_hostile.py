"""悪意のあるファイル：爆弾・壊れたもの・巨大なセル・正規表現のわなにも、止まらず、漏らさず、理由を述べる。"""

from __future__ import annotations

import gzip
import io
import json
import random
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hikeshi.engines import privacy
from hikeshi.engines.common.limited import Limits
from hikeshi.engines.common.problem import Problem
from hikeshi.engines.privacy import kinds as found_by_folder
from hikeshi.engines.privacy.texts import Scanner
from tests.engines.privacy import samples
from tests.engines.privacy.reading import kinds, read
from tests.engines.privacy.test_formats import FILES, put, why


def bomb(name: str, inside: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml" if name == "xlsx" else "word/document.xml", inside)
    return out.getvalue()


@pytest.mark.parametrize("name", ["xlsx", "docx"])
def test_a_document_that_unpacks_without_end_is_refused(name: str, tmp_path: Path) -> None:
    """ふくらみすぎる Word や Excel は、広げる前に断る。"""
    report = read(put(tmp_path, bomb(name, b"<w:t>" + b"a" * (65 << 20) + b"</w:t>")))
    assert why(report) == ["common.archive_bomb"]


def test_a_gzip_bomb_stops_within_its_bounds(tmp_path: Path) -> None:
    """gz の爆弾は、決めた量で読むのをやめ、そこまでの分を結果に残す。"""
    data = b"taro@example.jp\n" + b"a\n" * (36 << 20)
    report = read(put(tmp_path, gzip.compress(data, 9)))
    assert why(report) == ["common.archive_bomb"]
    assert kinds(report) == {"email": 1}
    assert [one.examined for one in report.files] == [False]


@pytest.mark.parametrize("form", FILES)
def test_a_damaged_file_costs_only_itself(form: str, tmp_path: Path) -> None:
    """どの形式も、途中で切れても一部が化けても、ほかのファイルの結果を変えない。"""
    whole = FILES[form][1](tmp_path)
    rng = random.Random(form)
    for n in range(6):
        data = bytearray(whole)
        for _ in range(rng.randrange(1, 30)):
            data[rng.randrange(len(data))] = rng.randrange(256)
        put(tmp_path / "in", bytes(data[: rng.randrange(1, len(data))] if n % 2 else data), f"broken{n}")
    put(tmp_path / "in", samples.FORMS.encode(), "good.txt")
    report = read(tmp_path / "in")
    good = next(one for one in report.files if one.path.endswith("good.txt"))
    assert good.kinds["email"].found == 2
    assert len({one.path for one in report.files} | {path for path, _ in report.not_examined}) >= 7


TRAPS: dict[str, Callable[[], str]] = {
    "mail": lambda: "a@" * 20_000 + "." * 20_000,
    "mail names": lambda: "a." * 40_000 + "@",
    "telephone": lambda: "0-" * 40_000,
    "brackets": lambda: "(0" * 40_000,
    "address": lambda: "東京都" * 20_000 + "1-" * 20_000,
    "kanji": lambda: "山田 " * 30_000,
    "honorific": lambda: "山田太郎様" * 20_000,
    "password": lambda: "password:" * 20_000,
    "labels": lambda: "お名前：" * 20_000,
    "dates": lambda: "生年月日：" + "昭和1." * 20_000,
    "digits": lambda: "4" * 80_000,
    "cards": lambda: "4111-" * 20_000,
    "my number": lambda: "マイナンバー 1234 5678 " * 8_000,
    "tags": lambda: "<html>" + "<a " * 60_000,
    "entities": lambda: "<html>" + "&" * 80_000,
    "comments": lambda: "<html>" + "<!-" * 60_000,
    "quotes": lambda: "INSERT INTO `a` VALUES (" + "'\\" * 60_000,
    "brackets of json": lambda: "[" * 60_000,
    "objects of json": lambda: '{"a":' * 60_000,
    "csv quotes": lambda: 'name,email\n"' + "a,b\n" * 30_000,
    "one long line": lambda: "x" * 3_000_000,
    "card of no end": lambda: "BEGIN:VCARD\n" + " a\n" * 60_000,
}


def test_traps_for_patterns_cost_no_more_than_their_length(tmp_path: Path) -> None:
    """正規表現や読み取りをこじらせる文でも、決めた CPU 時間のうちに終わり、ほかのファイルを失わない。"""
    for name, make in TRAPS.items():
        put(tmp_path, make().encode(), name)
    put(tmp_path, samples.FORMS.encode(), "good.txt")
    report = privacy.count([tmp_path], limits=Limits(memory=2 << 30, cpu=40))
    assert [path for path, problem in report.not_examined if problem.code == "privacy.reader_died"] == []
    good = next(one for one in report.files if one.path.endswith("good.txt"))
    assert good.kinds["email"].people == 2


def test_a_huge_cell_is_bounded(tmp_path: Path) -> None:
    """巨大なセルは、はじめの部分だけを見る。表のほかの行は失わない。"""
    rows = f"氏名,備考\n山田太郎,{'あ' * 900_000}\n鈴木花子,x\n"
    report = read(put(tmp_path, rows.encode(), "a.csv"))
    assert report.kinds["name"].found == 2


def test_entities_are_not_expanded(tmp_path: Path) -> None:
    """XML の実体は広げない。"""
    text = samples.wordpress().replace(b"<rss", b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><rss')
    assert "privacy.broken" in why(read(put(tmp_path, text)))


def test_a_reader_that_dies_costs_one_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """読み取りが落ちたファイルは理由とともに外し、残りを数え直す。"""
    from hikeshi.engines.privacy import running

    put(tmp_path, samples.FORMS.encode(), "good.txt")
    put(tmp_path, b"x", "killer")
    asked = []

    def run(function: str, order: dict[str, list[list[object]]], limits: Limits, listen: Callable[..., None]) -> object:
        asked.append([path for path, _, _ in order["skipped"]])
        if not order["skipped"]:
            listen({"path": str(tmp_path / "killer"), "done": 0, "total": 1})
            raise Problem("common.limited_died", status=-9)
        return real(function, order, limits, listen)

    real = running.run
    monkeypatch.setattr(running, "run", run)
    report = privacy.count([tmp_path])
    assert asked == [[], [str(tmp_path / "killer")]]
    assert [(Path(path).name, problem.code) for path, problem in report.not_examined] == [
        ("killer", "privacy.reader_died")
    ]
    assert report.people.estimate == 2


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    data=st.binary(max_size=400),
    head=st.sampled_from(
        [
            b"",
            b"%PDF-1.4\n",
            b"PK\x03\x04",
            samples.compound({"a": b"b"})[:600],
            b"BEGIN:VCARD\n",
            b"[{",
            b"From a\n",
            b"SQLite format 3\0",
        ]
    ),
)
def test_any_bytes_get_an_answer(data: bytes, head: bytes, tmp_path: Path) -> None:
    """どんなバイト列でも、読めたか、読めない理由かのどちらかになる。"""
    report = read(put(tmp_path / "in", head + data))
    assert report.files or report.not_examined


@settings(max_examples=60, deadline=None)
@given(text=st.text(max_size=300))
def test_any_text_has_hits_within_itself(text: str) -> None:
    """どんな文でも、見つけた場所は文の中にあり、見つけ方は例外を起こさない。"""
    for detector in found_by_folder.detectors().values():
        for start, end, value in detector.hits(text):
            assert 0 <= start < end <= len(text)
            assert value
        detector.value(text)
    json.dumps([sorted(record.kinds) for record in Scanner().records(text.encode("utf-8", "replace"), Counter())])
