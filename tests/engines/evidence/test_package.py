"""攻撃された機械から来たまとまりを読む：取り込む側は無事で、おかしいものには名前が付く。"""

from __future__ import annotations

import io
import json
import tarfile
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hikeshi.engines import evidence
from hikeshi.engines.common.problem import Problem
from hikeshi.engines.evidence import reading
from tests.engines.evidence.parts import contents, member, sha256, write


def test_a_whole_package_is_intact(tmp_path: Path) -> None:
    """そのままのまとまりは、完全で、変わっていない。"""
    package = evidence.verify(write(tmp_path / "a.tar", contents()))
    assert package.intact
    assert package.files == 3
    assert package.host == "web1"
    assert package.custody[0]["kind"] == "custody.collected"


def test_an_altered_file_is_named(tmp_path: Path) -> None:
    """中身の変わったファイルは、名前で分かる。"""
    files = contents({"data/02-routes.txt": b"default via 192.0.2.1"})
    files["data/02-routes.txt"] = b"default via 192.0.2.9"
    package = evidence.verify(write(tmp_path / "a.tar", files))
    assert package.altered == ["data/02-routes.txt"]
    assert not package.intact


def test_missing_and_added_files_are_named(tmp_path: Path) -> None:
    """なくなったファイルと、足されたファイルは、名前で分かる。"""
    files = contents({"data/02-routes.txt": b"x"})
    del files["data/02-routes.txt"]
    files["data/99-new.txt"] = b"y"
    package = evidence.verify(write(tmp_path / "a.tar", files))
    assert (package.missing, package.unlisted) == (["data/02-routes.txt"], ["data/99-new.txt"])


def test_a_manifest_made_anew_is_seen(tmp_path: Path) -> None:
    """ファイルとハッシュの一覧をそろえて書き換えても、集めたときの一覧と違うことが分かる。"""
    first, other = contents(), contents({"data/01-clock.txt": b"13:00"})
    package = evidence.verify(write(tmp_path / "a.tar", {**other, "custody.txt": first["custody.txt"]}))
    assert not package.wrong
    assert package.forged
    assert not package.intact


@pytest.mark.parametrize("cut", ["manifest-sha256.txt", "custody.txt", "data/package.json", "data/items.jsonl"])
def test_a_package_without_its_end_is_not_whole(tmp_path: Path, cut: str) -> None:
    """最後まで届いていないものを、完全とは言わない。"""
    files = contents()
    del files[cut]
    package = evidence.verify(write(tmp_path / "a.tar", files))
    assert not package.whole
    assert not package.intact


def test_a_stream_cut_anywhere_is_never_intact(tmp_path: Path) -> None:
    """どこで切れても、完全とは言わず、読む側は落ちない。"""
    whole = write(tmp_path / "a.tar", contents()).read_bytes()
    end = len(whole.rstrip(b"\0"))
    cut = tmp_path / "cut.tar"
    for size in range(512, end, 997):
        cut.write_bytes(whole[:size])
        state = reading.examine({"path": str(cut)}, lambda _: None)
        assert not state["whole"] or state["wrong"], size


HOSTILE = [
    "evidence/../../etc/cron.d/x",
    "/etc/passwd",
    "evidence/data/../../x",
    "evidence/data/\x1b]0;owned\x07\x1b[2J.txt",
    "evidence/data/a\u202egnp.sh",
    "evidence/data/a\nb",
    "evidence/-rf",
    "C:/Windows/System32/x.dll",
    "evidence\\..\\..\\x",
    "evidence/data/" + "a/" * 40 + "b",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_that_leads_elsewhere_is_refused_and_named(tmp_path: Path, name: str) -> None:
    """外へ書かせる名前や、画面を乱す名前は読まず、その名前を挙げる。"""
    package = evidence.verify(write(tmp_path / "a.tar", contents(), [member(name, b"x")]))
    assert [problem.code for problem in package.refused] == ["evidence.bad_name"]
    assert package.refused[0].params["name"] == name[:300]
    assert not package.intact
    assert [path.name for path in tmp_path.iterdir()] == ["a.tar"]


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE])
def test_links_and_devices_are_refused_and_named(tmp_path: Path, kind: bytes) -> None:
    """リンクや装置は読まず、その名前を挙げる。"""
    odd = member("evidence/data/07-x.txt", kind=kind, link="/etc/shadow")
    package = evidence.verify(write(tmp_path / "a.tar", contents(), [odd]))
    assert [problem.code for problem in package.refused] == ["common.not_a_file"]
    assert "07-x.txt" in str(package.refused[0].params["path"])


def test_one_name_twice_is_refused_and_named(tmp_path: Path) -> None:
    """同じ名前が二つあれば、二つ目からは読まず、その名前を挙げる。"""
    again = [member("evidence/data/01-clock.txt", b"13:00"), member("other/data/01-clock.txt", b"14:00")]
    package = evidence.verify(write(tmp_path / "a.tar", contents(), again))
    assert [problem.code for problem in package.refused] == ["evidence.twice"] * 2


def test_a_manifest_with_odd_lines_is_said(tmp_path: Path) -> None:
    """一覧の中の、外へ出る名前や二度目の行は使わず、知らせる。"""
    files = contents()
    files["manifest-sha256.txt"] += b"".join(
        [
            b"0" * 64 + b"  data/../../etc/shadow\n",
            files["manifest-sha256.txt"][:66] + b"data/01-clock.txt\n",
            b"\xff\n",
        ]
    )
    package = evidence.verify(write(tmp_path / "a.tar", files))
    assert [problem.code for problem in package.refused] == ["evidence.bad_line"] * 3


def test_too_many_files_are_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """数が多すぎるまとまりは、途中で止めて知らせる。"""
    from dataclasses import replace

    from hikeshi.engines.evidence import members

    monkeypatch.setattr(members, "CAPS", replace(members.CAPS, members=50))
    path = write(tmp_path / "a.tar", contents(), [member(f"evidence/data/x{n}", b"") for n in range(80)])
    state = reading.examine({"path": str(path)}, lambda _: None)
    assert [one["code"] for one in state["refused"]] == ["common.archive_members"]


def test_a_bomb_is_stopped(tmp_path: Path) -> None:
    """小さな zip が大きくふくらむときは、読まずに知らせる。"""
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in contents().items():
            archive.writestr(f"evidence/{name}", content)
        archive.writestr("evidence/data/bomb.txt", b"\0" * (80 << 20))
    package = evidence.verify(path)
    assert [problem.code for problem in package.refused] == ["common.archive_bomb"]
    assert package.form == "zip"


def test_a_packed_tar_and_a_zip_are_read_too(tmp_path: Path) -> None:
    """受け取った人が圧縮し直したもの（tar.gz・zip、上のフォルダ名は自由）も確かめられる。"""
    packed = tmp_path / "a.tar.gz"
    with tarfile.open(packed, "w:gz") as tar:
        for name, content in contents().items():
            info, _ = member(f"my-copy/{name}", content)
            tar.addfile(info, io.BytesIO(content))
    zipped = tmp_path / "b.zip"
    with zipfile.ZipFile(zipped, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in contents().items():
            archive.writestr(f"evidence/{name}", content)
    assert evidence.verify(packed).intact
    assert evidence.verify(zipped).intact


def test_what_a_package_says_of_itself_is_cut_and_typed(tmp_path: Path) -> None:
    """まとまりが自分について言うことは、長さと形を決めて受け取る。"""
    files = contents(
        {
            "data/package.json": json.dumps(
                {"host": ["x"] * 9999, "started": "9999-12-31T23:59:59-12:00", "who": {"a": 1}}
            ).encode(),
            "data/items.jsonl": b'{"name":7,"exit":1e999,"size":-1,"cut":"yes"}\n[]\n' + b"[" * 99999 + b"\n",
        }
    )
    package = evidence.verify(write(tmp_path / "a.tar", files))
    assert package.intact
    assert len(package.host) == 500
    assert package.moment("started") is None
    assert package.items[0]["name"] == "7"
    assert (package.items[0]["exit"], package.items[0]["cut"]) == (-1, False)


def test_a_file_that_is_no_package_is_told_so(tmp_path: Path) -> None:
    """証拠のまとまりでないファイルは、そう知らせる。"""
    path = tmp_path / "a.tar"
    path.write_bytes(b"hello" * 1000)
    with pytest.raises(Problem, match=r"evidence\.not_a_package"):
        evidence.verify(path)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_no_damage_goes_unseen(data: st.DataObject) -> None:
    """中身のどこを1バイト変えても、変わったことが分かるか、読めないと知らせる。"""
    import tempfile

    files = contents({"data/02-routes.txt": b"default via 192.0.2.1 dev eth0\n" * 40})
    with tempfile.TemporaryDirectory() as folder:
        path = write(Path(folder) / "a.tar", files)
        whole = bytearray(path.read_bytes())
        start = whole.index(files["data/02-routes.txt"])
        place = data.draw(st.integers(start, start + len(files["data/02-routes.txt"]) - 1))
        whole[place] ^= data.draw(st.integers(1, 255))
        path.write_bytes(whole)
        state = reading.examine({"path": str(path)}, lambda _: None)
    assert state["altered"] == ["data/02-routes.txt"]


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=2000), st.integers(0, 6000))
def test_garbage_never_breaks_the_reader(garbage: bytes, place: int) -> None:
    """どこにどんなごみを入れても、読む側は Problem か結果を返し、落ちない。"""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = write(Path(folder) / "a.tar", contents())
        whole = bytearray(path.read_bytes())
        whole[place : place + len(garbage)] = garbage
        path.write_bytes(whole)
        try:
            state = reading.examine({"path": str(path)}, lambda _: None)
        except Problem as problem:
            assert problem.code.startswith(("evidence.", "common."))
        else:
            assert isinstance(state["wrong"], int)


def test_the_sample_of_these_tests_is_honest() -> None:
    """試験に使うまとまりの一覧は、本当にその中身のハッシュである。"""
    files = contents()
    assert f"{sha256(files['data/01-clock.txt'])}  data/01-clock.txt\n" in files["manifest-sha256.txt"].decode()
