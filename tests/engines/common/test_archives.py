"""tar と 7z の中の読み取り。"""

from __future__ import annotations

import gzip
import io
import os
import tarfile
from pathlib import Path

import py7zr
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hikeshi.engines.common.problem import Problem
from hikeshi.engines.common.walk import Caps, Found, walk

TEXT = b"one line\n" * 1000


def read(found: Found | Problem) -> bytes:
    assert isinstance(found, Found)
    with found.open() as stream:
        return b"".join(iter(lambda: stream.read(1000), b""))


def tarred(path: Path, members: dict[str, bytes], mode: str = "w") -> Path:
    with tarfile.open(path, mode) as tar:  # type: ignore[call-overload]
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size, info.mtime = len(data), 1_795_395_600
            tar.addfile(info, io.BytesIO(data))
    return path


def sevened(path: Path, members: dict[str, bytes], **choices: object) -> Path:
    with py7zr.SevenZipFile(path, "w", **choices) as archive:  # type: ignore[arg-type]
        for name, data in members.items():
            archive.writestr(data, name)
    return path


@pytest.mark.parametrize("mode", ["w", "w:gz", "w:bz2", "w:xz"])
def test_members_of_a_tar_are_streams(tmp_path: Path, mode: str) -> None:
    """tar の中のファイルは、圧縮されていてもいなくても、一つずつ読める。名前と時刻は中のものになる。"""
    tarred(tmp_path / "logs.any", {"var/log/a.log": TEXT, "b.log": b"two", "empty.log": b""}, mode)
    found = [one for one in walk([tmp_path]) if isinstance(one, Found)]
    assert {one.shown.partition("!")[2]: read(one) for one in found} == {
        "var/log/a.log": TEXT,
        "b.log": b"two",
        "empty.log": b"",
    }
    assert {one.modified.timestamp() for one in found} == {1_795_395_600}
    assert [read(one) for one in found] == [read(one) for one in found]


def test_a_packed_member_of_a_tar_is_unpacked(tmp_path: Path) -> None:
    """tar の中の gz も読む。回転したログは、古いものから並ぶ。"""
    tarred(tmp_path / "l.tgz", {"a.log": b"new", "a.log.1": b"old", "a.log.2.gz": gzip.compress(b"oldest")}, "w:gz")
    assert [read(one) for one in walk([tmp_path])] == [b"oldest", b"old", b"new"]


def test_names_in_archives_are_no_paths(tmp_path: Path) -> None:
    """中の名前がどこを指していても、ファイルは作られない。"""
    tarred(tmp_path / "a.tar", {"../../evil.log": TEXT, "/etc/evil.log": b"two"})
    before = sorted(tmp_path.rglob("*"))
    assert {read(one) for one in walk([tmp_path])} == {TEXT, b"two"}
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE])
def test_links_and_devices_in_a_tar_are_refused(tmp_path: Path, kind: bytes) -> None:
    """tar の中のリンクや装置は読まず、そうと告げる。"""
    with tarfile.open(tmp_path / "a.tar", "w") as tar:
        info = tarfile.TarInfo("evil.log")
        info.type, info.linkname = kind, "/etc/passwd"
        tar.addfile(info)
        info = tarfile.TarInfo("good.log")
        info.size = 3
        tar.addfile(info, io.BytesIO(b"yes"))
    problem, good = walk([tmp_path])
    assert isinstance(problem, Problem)
    assert problem.code == "common.not_a_file"
    assert read(good) == b"yes"


@pytest.mark.parametrize("mode", ["w:gz", "w:xz"])
def test_a_tar_bomb_is_stopped(tmp_path: Path, mode: str) -> None:
    """ふくらみすぎる tar は、途中で止める。"""
    tarred(tmp_path / "a.tgz", {"a.log": bytes(8 << 20)}, mode)
    (told,) = walk([tmp_path], Caps(ratio_after=1 << 20, ratio=100))
    assert isinstance(told, Problem)
    assert told.code == "common.archive_bomb"


def test_an_archive_too_large_for_the_disk_is_told(tmp_path: Path) -> None:
    """一時的な写しが上限を超えるものは、そうと告げる。"""
    tarred(tmp_path / "a.tgz", {"a.log": os.urandom(1 << 20)}, "w:gz")
    sevened(tmp_path / "b.7z", {"b.log": os.urandom(1 << 20)})
    told = list(walk([tmp_path], Caps(spooled=1 << 19)))
    assert [one.code for one in told if isinstance(one, Problem)] == ["common.archive_too_large"] * 2


def test_many_members_are_told(tmp_path: Path) -> None:
    """中のファイルが多すぎるときは、読まなかった分があると告げる。"""
    tarred(tmp_path / "a.tar", {f"{n}.log": b"x" for n in range(5)})
    found = list(walk([tmp_path], Caps(members=3)))
    assert [one.code for one in found if isinstance(one, Problem)] == ["common.archive_members"]
    assert len([one for one in found if isinstance(one, Found)]) == 3


def test_a_tar_with_a_huge_header_is_broken(tmp_path: Path) -> None:
    """大きすぎる見出しで記憶を食いつぶそうとする tar は、壊れたものとして告げる。"""
    info = tarfile.TarInfo("x")
    info.type, info.size = tarfile.XHDTYPE, 1 << 32
    (tmp_path / "a.tar").write_bytes(info.tobuf(tarfile.GNU_FORMAT) + bytes(4096))
    (told,) = walk([tmp_path])
    assert isinstance(told, Problem)
    assert told.code == "common.archive_broken"


def test_a_cut_tar_gives_what_is_whole(tmp_path: Path) -> None:
    """途中で切れた tar からも、完全なファイルは読める。"""
    path = tarred(tmp_path / "a.tar", {"a.log": b"whole", "b.log": TEXT})
    path.write_bytes(path.read_bytes()[:3000])
    found = list(walk([tmp_path]))
    assert [read(one) for one in found if isinstance(one, Found)] == [b"whole"]
    assert [one.code for one in found if isinstance(one, Problem)] == ["common.archive_broken"]


def test_members_of_a_7z_are_streams(tmp_path: Path) -> None:
    """7z の中のファイルも、一つずつ、何度でも読める。"""
    sevened(tmp_path / "a.7z", {"logs/a.log": TEXT, "b.log": b"two"})
    found = [one for one in walk([tmp_path]) if isinstance(one, Found)]
    assert {one.shown.partition("!")[2]: read(one) for one in found} == {"logs/a.log": TEXT, "b.log": b"two"}
    assert read(found[0]) == read(found[0])
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.7z"]


def test_a_7z_bomb_is_stopped(tmp_path: Path) -> None:
    """ふくらみすぎる 7z は、途中で止める。"""
    sevened(tmp_path / "a.7z", {"a.log": bytes(16 << 20)})
    (told,) = walk([tmp_path], Caps(ratio_after=1 << 20, ratio=100))
    assert isinstance(told, Problem)
    assert told.code == "common.archive_bomb"


def test_a_locked_7z_is_told(tmp_path: Path) -> None:
    """パスワード付きの 7z は、そうと告げる。"""
    sevened(tmp_path / "a.7z", {"a.log": b"secret"}, password="x")
    (told,) = walk([tmp_path])
    assert isinstance(told, Problem)
    assert told.code == "common.archive_locked"


def test_a_link_in_a_7z_is_refused(tmp_path: Path) -> None:
    """7z の中のリンクは、たどらず、作らず、そうと告げる。"""
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "good.log").write_bytes(b"yes")
    (folder / "link.log").symlink_to("/etc/passwd")
    with py7zr.SevenZipFile(tmp_path / "a.7z", "w") as archive:
        archive.write(folder / "good.log", "good.log")
        archive.write(folder / "link.log", "link.log")
    found = list(walk([tmp_path / "a.7z"]))
    assert [one.code for one in found if isinstance(one, Problem)] == ["common.not_a_file"]
    assert [read(one) for one in found if isinstance(one, Found)] == [b"yes"]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(at=st.integers(0, 4000), byte=st.integers(0, 255), kind=st.sampled_from(["a.7z", "b.tar", "c.tgz"]))
def test_damage_is_told_and_never_raised(tmp_path: Path, at: int, byte: int, kind: str) -> None:
    """どこが壊れていても、読めたものと、読めなかったという知らせだけが返る。"""
    whole = tmp_path / "whole"
    if not whole.exists():
        whole.mkdir()
        sevened(whole / "a.7z", {"a.log": TEXT, "b.log": b"two"})
        tarred(whole / "b.tar", {"a.log": TEXT, "b.log": b"two"})
        tarred(whole / "c.tgz", {"a.log": TEXT, "b.log": b"two"}, "w:gz")
    data = bytearray((whole / kind).read_bytes())
    data[at % len(data)] = byte
    (tmp_path / kind).write_bytes(data)
    for one in walk([tmp_path / kind]):
        if isinstance(one, Found):
            try:
                read(one)
            except Problem as problem:
                assert problem.code.startswith("common.")
