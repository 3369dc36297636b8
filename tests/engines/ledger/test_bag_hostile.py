"""悪意をもって作られた封印を、展開せず、惑わされずに調べるという約束。"""

from __future__ import annotations

import io
import os
import stat
import struct
import tracemalloc
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from hikeshi.engines.common.problem import Problem
from hikeshi.engines.ledger.bagcheck import check_bag
from hikeshi.engines.ledger.bagfiles import MAX_DIRECTORY, open_bag, unsafe
from hikeshi.engines.ledger.keys import SigningKey
from tests.engines.ledger.samples import NAME, seal

KEY = SigningKey.generate()


@pytest.fixture
def good(tmp_path: Path) -> Path:
    return seal(tmp_path / "good.zip", KEY).path


def added(good: Path, *more: tuple[zipfile.ZipInfo | str, bytes]) -> Path:
    with zipfile.ZipFile(good, "a") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for info, data in more:
            archive.writestr(info, data)
    return good


def codes(path: Path) -> set[str]:
    return {problem.code.removeprefix("ledger.") for problem in check_bag(path).findings}


def special(name: str, mode: int = 0, flags: int = 0) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.create_system, info.external_attr = 3, mode << 16
    info.flag_bits |= flags
    return info


@pytest.mark.parametrize(
    ("name", "code"),
    [
        (f"{NAME}/../../etc/cron.d/x", "bag_unsafe_name"),
        (f"{NAME}/data/../VERIFY.txt", "bag_unsafe_name"),
        (f"{NAME}//etc/passwd", "bag_unsafe_name"),
        (f"{NAME}/data/a\\..\\b", "bag_unsafe_name"),
        (f"{NAME}/C:/x", "bag_unsafe_name"),
        (f"{NAME}/data/\x1b[2Jx", "bag_unsafe_name"),
        (f"{NAME}/data/\u202egpj.exe", "bag_unsafe_name"),
        (f"{NAME}/data/nul", "bag_unsafe_name"),
        (f"{NAME}/data/x.", "bag_unsafe_name"),
        (f"{NAME}/data/" + "x" * 2000, "bag_unsafe_name"),
        (f"{NAME}/../", "bag_unsafe_name"),
        (f"{NAME}/VERIFY.txt", "bag_same_name"),
        (f"{NAME}/verify.TXT", "bag_same_name"),
        (f"{NAME}/data/more.txt", "bag_file_extra"),
    ],
)
def test_a_strange_name_is_told_and_not_used(good: Path, name: str, code: str) -> None:
    """外へ出る名前、重なる名前、画面を乱す名前は、使わずに言う。"""
    assert code in codes(added(good, (special(name), b"x" if not name.endswith("/") else b"")))


def test_a_hidden_half_of_a_name_is_seen(good: Path) -> None:
    """NUL の後ろに隠した名前も、隠れたままにしない。"""
    added(good, (special(f"{NAME}/data/evidence/Zx"), b"x"))
    good.write_bytes(good.read_bytes().replace(b"evidence/Zx", b"evidence/\0x"))
    assert "bag_unsafe_name" in codes(good)


@pytest.mark.parametrize(
    ("mode", "flags"), [(stat.S_IFLNK | 0o777, 0), (stat.S_IFIFO | 0o644, 0), (stat.S_IFDIR | 0o755, 0)]
)
def test_links_and_devices_are_not_files(good: Path, mode: int, flags: int) -> None:
    """リンクや装置として入れられたものは、ファイルとして扱わない。"""
    assert "bag_strange_file" in codes(added(good, (special(f"{NAME}/data/link", mode, flags), b"/etc/passwd")))


def test_encrypted_files_are_told(good: Path) -> None:
    """暗号化されたファイルは、開けないと言う。"""
    data = bytearray(added(good, (special(f"{NAME}/data/secret"), b"x")).read_bytes())
    place = data.rindex(b"PK\1\2")
    data[place + 8] |= 1
    good.write_bytes(bytes(data))
    assert "bag_strange_file" in codes(good)


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_only_common_compression_is_read(good: Path, method: int) -> None:
    """めずらしい圧縮は、使わない。"""
    with zipfile.ZipFile(good, "a") as archive:
        archive.writestr(f"{NAME}/data/x", b"x" * 1000, method)
    assert "bag_strange_file" in codes(good)


def test_overlapping_files_are_a_bomb(good: Path) -> None:
    """同じデータを何度も使って膨らむ zip は、開かない。"""
    data = bytearray(added(good, (f"{NAME}/data/a", b"x" * 100), (f"{NAME}/data/b", b"x" * 100)).read_bytes())
    last = data.rindex(b"PK\1\2")
    before = data.rindex(b"PK\1\2", 0, last)
    data[last + 42 : last + 46] = data[before + 42 : before + 46]
    good.write_bytes(bytes(data))
    with pytest.raises(Problem) as caught:
        check_bag(good)
    assert caught.value.code == "ledger.bag_bomb"


def test_swelling_content_costs_no_memory_and_no_disk(good: Path) -> None:
    """何百倍にも膨らむ中身も、流しながら調べるだけで、ディスクには何も書かない。"""
    with zipfile.ZipFile(good, "a", zipfile.ZIP_DEFLATED) as archive, archive.open(f"{NAME}/data/zeros", "w") as file:
        for _ in range(64):
            file.write(bytes(1 << 20))
    before = sorted(good.parent.iterdir())
    tracemalloc.start()
    assert codes(good) == {"bag_file_extra"}
    assert tracemalloc.get_traced_memory()[1] < 16 << 20
    tracemalloc.stop()
    assert sorted(good.parent.iterdir()) == before


def test_a_list_that_would_fill_the_memory_is_refused(tmp_path: Path) -> None:
    """ファイル一覧だけで記憶を埋める zip は、読み込む前に断る。"""
    path = tmp_path / "huge.zip"
    with path.open("wb") as file:
        file.truncate(MAX_DIRECTORY + 100)
        file.seek(0, io.SEEK_END)
        file.write(struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, MAX_DIRECTORY + 1, 0, 0))
    with pytest.raises(Problem) as caught:
        open_bag(path)
    assert caught.value.code == "ledger.bag_too_many_files"


@pytest.mark.parametrize("place", ["front", "middle", "back", "behind"])
def test_bytes_that_belong_to_no_file_are_told(good: Path, place: str) -> None:
    """どのファイルにも属さないデータが隠してあれば、言う。"""
    data = good.read_bytes()
    if place == "front":
        good.write_bytes(b"#!/bin/sh\necho planted\n" + data)
    elif place == "middle":
        with zipfile.ZipFile(good) as archive:
            start = archive.start_dir
        moved = bytearray(data[:start] + b"planted" + data[start:])
        end = moved.rindex(b"PK\5\6")
        struct.pack_into("<I", moved, end + 16, start + 7)
        good.write_bytes(bytes(moved))
    elif place == "behind":
        good.write_bytes(data + b"planted")
    else:
        with zipfile.ZipFile(good, "a") as archive:
            archive.writestr(f"{NAME}/data/x", b"hidden")
        data = bytearray(good.read_bytes())
        last = data.rindex(b"PK\1\2")
        end = data.rindex(b"PK\5\6")
        count, size = struct.unpack_from("<HI", data, end + 10)
        struct.pack_into("<HHI", data, end + 8, count - 1, count - 1, size - (end - last))
        good.write_bytes(bytes(data[:last] + data[end:]))
    assert "bag_stray_bytes" in codes(good)


def test_a_damaged_end_ends_in_words(good: Path) -> None:
    """zip の終わりの目次が、どのビットで壊れていても、巨大な場所を指していても、言葉で終わる。"""
    whole = good.read_bytes()
    end = len(whole) - 22
    broken = [(at, bit) for at in range(end, len(whole)) for bit in (0, 3, 7)]
    assert whole[end : end + 4] == b"PK\5\6"
    for at, bit in broken:
        data = bytearray(whole)
        data[at] ^= 1 << bit
        good.write_bytes(bytes(data))
        _ends_in_words(good)
    for place in (2**31, 2**63 - 1, 2**64 - 1):
        locator = struct.pack("<4sLQL", b"PK\6\7", 0, place, 1)
        good.write_bytes(whole[:end] + locator + whole[end:])
        _ends_in_words(good)


def _ends_in_words(path: Path) -> None:
    try:
        check_bag(path)
    except Problem as problem:
        assert problem.code in ("ledger.not_an_archive", "ledger.bag_bomb", "ledger.bag_too_many_files")


def test_two_folders_at_the_top_are_no_archive(good: Path) -> None:
    """一番上のフォルダーが2つあれば、どちらが本物か分からないので、断る。"""
    with pytest.raises(Problem) as caught:
        check_bag(added(good, ("other/bagit.txt", b"x")))
    assert caught.value.code == "ledger.not_an_archive"


@pytest.mark.parametrize("content", [b"", b"PK", b"rubbish" * 1000, b"PK\5\6" + bytes(18), b"PK\5\6" + b"\xff" * 18])
def test_what_is_no_zip_is_said(tmp_path: Path, content: bytes) -> None:
    """zip でないもの、空の zip は、封印ではないと言う。"""
    (tmp_path / "x.zip").write_bytes(content)
    with pytest.raises(Problem) as caught:
        check_bag(tmp_path / "x.zip")
    assert caught.value.code in ("ledger.not_an_archive", "ledger.bag_too_many_files")


def link_outside(bag: Path) -> None:
    (bag / "data/link").symlink_to("/etc/passwd")


def link_for_a_file(bag: Path) -> None:
    target = bag / "VERIFY.txt"
    target.rename(bag.parent / "VERIFY.txt")
    target.symlink_to(bag.parent / "VERIFY.txt")


def folder_link(bag: Path) -> None:
    (bag / "data/more").symlink_to("/etc", target_is_directory=True)


def fifo(bag: Path) -> None:
    os.mkfifo(bag / "data/fifo")


@pytest.mark.parametrize("plant", [link_outside, link_for_a_file, folder_link, fifo])
def test_a_folder_is_not_left_through_links(tmp_path: Path, plant: Callable[[Path], None]) -> None:
    """フォルダーの中のリンクや装置は、たどらず、待たされず、言うだけ。"""
    seal(tmp_path / "bag", KEY)
    plant(tmp_path / "bag")
    assert "bag_strange_file" in codes(tmp_path / "bag")


def test_names_that_are_no_text_are_told(tmp_path: Path) -> None:
    """文字として読めない名前も、落ちずに言う。"""
    seal(tmp_path / "bag", KEY)
    Path(os.fsdecode(os.fsencode(tmp_path / "bag/data") + b"/\xff\xfe")).write_bytes(b"x")
    assert "bag_unsafe_name" in codes(tmp_path / "bag")


def test_a_folder_without_a_bag_is_said(tmp_path: Path) -> None:
    """封印でないフォルダーは、そう言う。"""
    with pytest.raises(Problem) as caught:
        check_bag(tmp_path)
    assert caught.value.code == "ledger.not_an_archive"


@pytest.mark.parametrize(
    "manifest",
    [
        b"rubbish\n",
        b"0" * 64 + b"  ../../etc/passwd\n",
        b"0" * 64 + b"  /etc/passwd\n",
        b"0" * 64 + b"  VERIFY.txt\n",
        b"0" * 64 + b" *data/x\n",
        b"0" * 63 + b"  data/x\n",
        (b"0" * 64 + b"  data/x\n") * 2,
        b"0" * 64 + b"  data/x",
        b"0" * 64 + b"  data/\xff\n",
        b"0" * 64 + b"  data/x\r\n",
    ],
)
def test_a_strange_list_is_told(tmp_path: Path, manifest: bytes) -> None:
    """一覧の形をしていない一覧は、都合よく読まずに言う。"""
    seal(tmp_path / "bag", KEY)
    (tmp_path / "bag/manifest-sha256.txt").write_bytes(manifest)
    assert "bag_bad_manifest" in codes(tmp_path / "bag")


@pytest.mark.parametrize(
    "path",
    [
        "data/evidence/" + "a" * 64,
        "data/documents/お客さまへのお知らせ.pdf",
        "data/documents/𠮷田さま.pdf",
        "a-b_c (1).txt",
    ],
)
def test_ordinary_names_are_fine(path: str) -> None:
    """ふつうの日本語や記号の名前は、そのまま使える。"""
    assert unsafe(path) is None
