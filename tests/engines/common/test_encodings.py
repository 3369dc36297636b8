"""Encodings of texts from outside."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hikeshi.engines.common.encodings import decode, detect

TEXT = "六月の障害：接続できませんでした。ログインに失敗しました。サーバーを再起動します。\n" * 3


@pytest.mark.parametrize("name", ["utf-8", "cp932", "euc_jp", "iso2022_jp", "utf-16-le", "utf-16-be"])
def test_japanese_text_is_recognised(name: str) -> None:
    """日本語のログの文字コードを見分けて、元の文に戻す。"""
    raw = ("Jun 14 server app: " + TEXT).encode(name)
    found = detect(raw)
    assert found.name == name
    assert raw.decode(found.name) == "Jun 14 server app: " + TEXT


@pytest.mark.parametrize(("mark", "name"), [(b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le")])
def test_byte_order_mark_is_believed(mark: bytes, name: str) -> None:
    """先頭の印（BOM）があれば、それに従う。"""
    found = detect(mark + "a".encode(name))
    assert (found.name, found.mark, found.certain) == (name, len(mark), True)


def test_sample_that_ends_inside_a_character_is_utf8() -> None:
    """文字の途中で切れた見本でも、UTF-8 と分かる。"""
    assert detect("障害".encode()[:-1]).name == "utf-8"


def test_plain_ascii_is_utf8_for_certain() -> None:
    """英数字だけなら、UTF-8 として確かに読める。"""
    assert detect(b"GET / HTTP/1.1\n").certain


def test_bytes_that_are_no_text_stay_visible() -> None:
    """文字にならないバイトは、捨てずに見える形で残る。"""
    assert decode(b"user \xff\xfe end") == "user \\xff\\xfe end"


def test_one_line_of_utf8_in_a_shift_jis_file_reads_as_utf8() -> None:
    """Shift_JIS のファイルに混じった UTF-8 の行も、正しく読める。"""
    assert decode("障害".encode(), "cp932") == "障害"
    assert decode("障害".encode("cp932"), "cp932") == "障害"


@given(st.binary(max_size=300))
def test_any_bytes_have_an_encoding_and_a_text(raw: bytes) -> None:
    """どんなバイトの並びでも、必ず何かの文として示せる。"""
    assert isinstance(decode(raw, detect(raw).name), str)


def test_few_kanji_again_and_again_are_no_half_width_kana() -> None:
    """同じ数文字の漢字だけの EUC-JP のログは、半角カナの Shift_JIS とは読まない。半角カナだけの文は読める。"""
    refused = "Nov 20 09:00:00 web01 app[1]: 接続失敗\n" * 9
    assert detect(refused.encode("euc_jp")).name == "euc_jp"
    assert detect(("Nov 20 09:00:00 web01 app[1]: ﾔﾏﾀﾞ ﾀﾛｳ ｻﾝ\n" * 9).encode("cp932")).name == "cp932"
