"""Walking files and archives from outside."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import sys
import tarfile
import zipfile
from pathlib import Path
from typing import Any

import pytest

from hikeshi.engines.common import zst
from hikeshi.engines.common.problem import Problem
from hikeshi.engines.common.walk import Caps, Found, Stream, walk

TEXT = b"one line\n" * 1000


def read(found: Found | Problem) -> bytes:
    assert isinstance(found, Found)
    with found.open() as stream:
        return b"".join(iter(lambda: stream.read(1000), b""))


def problems(paths: list[Path], caps: Caps | None = None) -> list[str]:
    return [one.code for one in walk(paths, caps) if isinstance(one, Problem)]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.log", TEXT),
        ("a.gz", gzip.compress(TEXT)),
        ("a.bz2", bz2.compress(TEXT)),
        ("a.xz", lzma.compress(TEXT)),
        ("a.zst", zst.zstd.compress(TEXT)),
        ("a.gz.gz", gzip.compress(gzip.compress(TEXT))),
        ("lies.log", gzip.compress(TEXT)),
        ("two.gz", gzip.compress(TEXT[:900]) + gzip.compress(TEXT[900:])),
    ],
)
def test_packed_files_are_read_by_content(tmp_path: Path, name: str, data: bytes) -> None:
    """圧縮の種類は、名前ではなく中身で見分ける。"""
    (tmp_path / name).write_bytes(data)
    assert [read(one) for one in walk([tmp_path])] == [TEXT]


class Windows(zipfile.ZipInfo):
    """A member whose name is written as Windows in Japan does."""

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:  # noqa: N802
        return self.filename.encode("cp932"), 0


def test_names_in_a_japanese_zip_are_readable(tmp_path: Path) -> None:
    """日本の Windows で作った zip の中の名前も、そのまま読める。「表」「ソ」のような字でも化けない。"""
    names = ["アクセスログ/11月分.log", "ソース表.log", "plain.log"]
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for name in names:
            archive.writestr(Windows(name), TEXT)
        archive.writestr("utf8の名前.log", TEXT)
    found = [one for one in walk([tmp_path / "a.zip"]) if isinstance(one, Found)]
    assert sorted(one.shown.rpartition("!")[2] for one in found) == sorted([*names, "utf8の名前.log"])
    for one in found:
        with one.open() as stream:
            assert stream.read(len(TEXT) + 1) == TEXT


def test_zip_members_are_streams_and_their_names_are_no_paths(tmp_path: Path) -> None:
    """zip の中の名前がどこを指していても、ファイルは作られない。"""
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("../../evil.log", TEXT)
        archive.writestr("/etc/evil.log", b"two")
    before = sorted(tmp_path.rglob("*"))
    found = list(walk([tmp_path / "a.zip"]))
    assert {read(one) for one in found} == {TEXT, b"two"}
    assert {one.shown.partition("!")[2] for one in found if isinstance(one, Found)} == {
        "../../evil.log",
        "/etc/evil.log",
    }
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_one_name_twice_in_a_zip_gives_both(tmp_path: Path) -> None:
    """zip に同じ名前が二つあっても、両方を読む。"""
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("a.log", b"first")
        archive.writestr("a.log", b"second")
    assert {read(one) for one in walk([tmp_path])} == {b"first", b"second"}


def test_gzip_in_a_zip_is_read(tmp_path: Path) -> None:
    """zip の中の gz も読む。"""
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("a.log.gz", gzip.compress(TEXT))
    assert [read(one) for one in walk([tmp_path])] == [TEXT]


def test_rotated_logs_come_oldest_first(tmp_path: Path) -> None:
    """回転したログは、古いものから順に読む。"""
    names = ["access.log", "access.log.1", "access.log.2.gz", "access.log.10.gz", "error.log-20260101", "error.log"]
    for name in names:
        (tmp_path / name).write_bytes(b"x")
    order = [Path(one.shown).name for one in walk([tmp_path]) if isinstance(one, Found)]
    assert order == [
        "access.log.10.gz",
        "access.log.2.gz",
        "access.log.1",
        "access.log",
        "error.log-20260101",
        "error.log",
    ]


def test_rotated_parts_in_different_folders_are_put_in_order(tmp_path: Path) -> None:
    """別々のフォルダに分かれていても、回転したログは古いものから読む。"""
    for folder, name in (("0", "auth.log"), ("1", "auth.log.1")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / name).write_bytes(b"x")
    assert [Path(one.shown).name for one in walk([tmp_path]) if isinstance(one, Found)] == ["auth.log.1", "auth.log"]


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_a_bomb_is_stopped(tmp_path: Path, pack: object) -> None:
    """ふくらみすぎる圧縮ファイルは、途中で止める。"""
    (tmp_path / "bomb").write_bytes(pack(bytes(8 << 20)))  # type: ignore[operator]
    caps = Caps(ratio_after=1 << 20, ratio=100)
    with pytest.raises(Problem) as told:
        read(next(iter(walk([tmp_path], caps))))
    assert told.value.code == "common.archive_bomb"


def test_a_bomb_of_layers_is_stopped(tmp_path: Path) -> None:
    """何重にも圧縮されたものは、開かない。"""
    data = TEXT
    for _ in range(6):
        data = gzip.compress(data)
    (tmp_path / "layers.gz").write_bytes(data)
    found = next(iter(walk([tmp_path])))
    assert isinstance(found, Found)
    with pytest.raises(Problem) as told:
        found.open()
    assert told.value.code == "common.archive_bomb"


def test_a_zip_bomb_is_stopped(tmp_path: Path) -> None:
    """zip の爆弾も、途中で止める。"""
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.log", bytes(8 << 20))
    with pytest.raises(Problem) as told:
        read(next(iter(walk([tmp_path], Caps(ratio_after=1 << 20, ratio=100)))))
    assert told.value.code == "common.archive_bomb"


@pytest.mark.parametrize("cut", [20, 400])
def test_a_damaged_archive_is_told(tmp_path: Path, cut: int) -> None:
    """途中で切れた圧縮ファイルは、そうと告げる。"""
    (tmp_path / "a.gz").write_bytes(gzip.compress(os.urandom(1000))[:cut])
    with pytest.raises(Problem) as told:
        read(next(iter(walk([tmp_path]))))
    assert told.value.code == "common.archive_broken"


def test_a_zip_that_is_none_is_told(tmp_path: Path) -> None:
    """zip に見えて zip でないものは、そうと告げる。"""
    (tmp_path / "a.zip").write_bytes(b"PK\x03\x04" + b"nonsense" * 50)
    assert problems([tmp_path]) == ["common.archive_broken"]


def test_caps_on_files_and_members_are_told(tmp_path: Path) -> None:
    """ファイルの数が多すぎるときは、読まなかった分があると告げる。"""
    for n in range(4):
        (tmp_path / f"{n}.log").write_bytes(b"x")
    with zipfile.ZipFile(tmp_path / "z.zip", "w") as archive:
        for n in range(4):
            archive.writestr(f"{n}.log", b"x")
    assert problems([tmp_path], Caps(files=3)) == ["common.too_many_files"]
    assert problems([tmp_path / "z.zip"], Caps(members=3)) == ["common.archive_members"]


def test_a_time_that_no_calendar_has_stops_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """ファイルの日付が1万年を過ぎていても（だれにでも付けられる）、そのファイルも、ほかのファイルも読める。"""
    (tmp_path / "a.log").write_bytes(TEXT)
    plain = Path.stat

    def far(self: Path, **how: Any) -> os.stat_result:
        info = plain(self, **how)
        return os.stat_result(info[:8] + (253_402_300_800,) + info[9:]) if self.name == "a.log" else info

    monkeypatch.setattr(Path, "stat", far)
    (found,) = walk([tmp_path])
    assert isinstance(found, Found)
    assert (found.modified.year, read(found)) == (1970, TEXT)


def test_each_path_that_was_left_out_is_told(tmp_path: Path) -> None:
    """数が多すぎて読まなかった分は、渡された場所ごとに、その場所の名前で告げる。"""
    for folder in ("a", "b", "c"):
        (tmp_path / folder / "deep").mkdir(parents=True)
        for n in range(2):
            (tmp_path / folder / "deep" / f"{n}.log").write_bytes(b"x")
    found = list(
        walk([tmp_path / "a", tmp_path / "b", tmp_path / "c", tmp_path / "c" / "deep" / "0.log"], Caps(files=3))
    )
    told = [one.params["path"] for one in found if isinstance(one, Problem)]
    assert told == [str(tmp_path / "b"), str(tmp_path / "c"), str(tmp_path / "c" / "deep" / "0.log")]
    assert len(found) - len(told) == 3


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX files")
def test_a_link_to_itself_is_told(tmp_path: Path) -> None:
    """自分自身を指すリンクは、読めない装置などと同じ言葉で告げる。"""
    (tmp_path / "self").symlink_to("self")
    assert problems([tmp_path / "self"]) == problems([tmp_path]) == ["common.not_a_file"]


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX files")
def test_links_and_pipes_are_not_followed(tmp_path: Path) -> None:
    """リンクやパイプは読まない（止まったり外へ出たりしないため）。"""
    folder = tmp_path / "logs"
    folder.mkdir()
    (tmp_path / "outside.log").write_bytes(b"secret")
    (folder / "link.log").symlink_to(tmp_path / "outside.log")
    os.mkfifo(folder / "pipe")
    assert problems([folder]) == ["common.not_a_file", "common.not_a_file"]


def test_what_is_not_there_is_told() -> None:
    """ない場所は、ないと告げる（NUL を含む名前でも）。"""
    assert problems([Path("/nonexistent/x.log")]) == ["common.not_found"]
    assert len(problems([Path("a\0b")])) == 1


@pytest.mark.skipif(sys.platform != "linux", reason="names are bytes only there")
def test_a_name_that_is_no_text_is_shown(tmp_path: Path) -> None:
    """文字にならないファイル名でも読み、見える形で示す。"""
    name = os.fsencode(tmp_path) + b"/\xff\xfe.log"
    Path(os.fsdecode(name)).write_bytes(TEXT)
    found = next(iter(walk([tmp_path])))
    assert isinstance(found, Found)
    assert found.shown.endswith("\\xff\\xfe.log")
    assert read(found) == TEXT


def test_an_encrypted_member_is_told(tmp_path: Path) -> None:
    """パスワード付きの zip は、そうと告げる。"""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a.log", b"secret")
    data = bytearray(buffer.getvalue())
    data[6] |= 1  # the flag in the local header, and in the central directory
    data[data.index(b"PK\x01\x02") + 8] |= 1
    (tmp_path / "a.zip").write_bytes(data)
    assert problems([tmp_path]) == ["common.archive_locked"]


def test_gzip_keeps_when_the_log_was_written(tmp_path: Path) -> None:
    """gz に残る日時を、ログの最後の日時の手がかりにする。"""
    (tmp_path / "a.gz").write_bytes(gzip.compress(TEXT, mtime=1_600_000_000))
    found = next(iter(walk([tmp_path])))
    assert isinstance(found, Found)
    with found.open() as stream:
        assert isinstance(stream, Stream)
        assert stream.modified.timestamp() == 1_600_000_000


def test_a_tar_is_no_text_but_does_no_harm(tmp_path: Path) -> None:
    """tar の中身は、まだ展開せずそのまま流れる。"""
    with tarfile.open(tmp_path / "a.tar", "w") as archive:
        info = tarfile.TarInfo("../x.log")
        info.size = len(TEXT)
        archive.addfile(info, io.BytesIO(TEXT))
    assert TEXT in read(next(iter(walk([tmp_path]))))


@pytest.mark.parametrize("damage", ["cut", "behind"])
def test_what_came_before_the_damage_is_given(tmp_path: Path, damage: str) -> None:
    """途中で切れた、または後ろに余分の付いた小さな圧縮ファイルも、読めたところまでは渡してから告げる。"""
    lines = b"".join(b"line %d %d\n" % (n, n * n) for n in range(2000))
    packed = gzip.compress(lines)
    (tmp_path / "a.gz").write_bytes(packed[: len(packed) // 2] if damage == "cut" else packed + b"rubbish")
    with next(iter(walk([tmp_path]))).open() as stream:  # type: ignore[union-attr]
        given = stream.read(1 << 20)
        assert lines.startswith(given) and len(given) >= (len(lines) if damage == "behind" else 1000)
        with pytest.raises(Problem) as told:
            stream.read(1)
    assert told.value.code == "common.archive_broken"


def test_a_damaged_zst_is_told(tmp_path: Path) -> None:
    """途中で切れた zst は、壊れていると言う。"""
    (tmp_path / "a.zst").write_bytes(zst.zstd.compress(TEXT)[:-9])
    (tmp_path / "b.zst").write_bytes(b"\x28\xb5\x2f\xfdbroken")
    for found in walk([tmp_path]):
        with pytest.raises(Problem) as problem:
            read(found)
        assert problem.value.code == "common.archive_broken"
