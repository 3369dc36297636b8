"""USBメモリーの上の collect.sh：途中で切れた写し、二度目、書けないメモリー、足りない空き。どのシェルでも。"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from hikeshi.engines import evidence
from tests.components import needs

pty = pytest.importorskip("pty")
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="runs the Linux collector")


def shells() -> list[list[str]]:
    """Every POSIX shell that is here."""
    found = [[shell] for name in ("dash", "bash") if (shell := shutil.which(name))]
    return found + [[busybox, "sh"] for busybox in [shutil.which("busybox")] if busybox]


def test_half_a_script_collects_nothing_and_says_so(tmp_path: Path) -> None:
    """写している途中で切れた手順は、どこで切れていても、空のファイルを残して黙って終わることはない。"""
    text = evidence.script("linux")
    ends = [found.end() for found in re.finditer("\n", text)]
    part = tmp_path / "collect.sh"
    for shell in shells():
        for end in (*ends[14:-1:29], *ends[-8:-1]):
            part.write_text(text[:end], encoding="utf-8")
            done = subprocess.run([*shell, part], capture_output=True, timeout=600)
            assert (done.returncode != 0, done.stdout) == (True, b""), (shell, text[:end][-80:])
            assert done.stderr


def at_the_machine(shell: list[str], script: Path, **more: str) -> tuple[int, str]:
    """Run it as a person does who types no file: at a terminal. Exit code and what was said."""
    near, far = pty.openpty()
    try:
        environment = {"PATH": os.environ["PATH"], "HIKESHI_STAGES": "none", **more}
        command = [*shell, str(script)]
        done = subprocess.run(command, stdout=far, stderr=subprocess.PIPE, env=environment, timeout=600)
    finally:
        os.close(near)
        os.close(far)
    return done.returncode, done.stderr.decode()


def test_at_a_terminal_it_writes_a_new_file_each_time(tmp_path: Path) -> None:
    """ファイルを指定しなければ、手順の隣に新しいファイルを書き、二度目も前のものに上書きせず、終わりとSHA-256を知らせる。"""
    stick = tmp_path / "my stick"
    stick.mkdir()
    made = stick / "collect.sh"
    made.write_text(evidence.script("linux"), encoding="utf-8")
    for count, shell in enumerate(shells(), start=1):
        if count > 1:
            time.sleep(1.1)  # the name tells the second
        code, said = at_the_machine(shell, made)
        assert code == 0, said
        files = sorted(stick.glob("evidence-*.tar"), key=lambda file: file.stat().st_mtime_ns)
        assert len(files) == count
        package = evidence.verify(files[-1])
        assert package.intact
        assert "集め終わりました" in said
        assert f"SHA-256 {package.sha256}" in said
    assert list(stick.glob("*.part")) == []


def test_without_rights_it_says_what_is_missing() -> None:
    """sudo を付け忘れても、読めるものを集め、取れないものがあることと、次にすることを両方の言葉で言う。"""
    needs("root", "setpriv")
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o777)
        made = Path(folder, "collect.sh")
        made.write_text(evidence.script("linux"), encoding="utf-8")
        nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "sh"]
        code, said = at_the_machine(nobody, made)
        assert code == 0
        assert "sudo sh でもう一度" in said
        assert "once more with sudo sh" in said
        assert [evidence.verify(file).intact for file in Path(folder).glob("evidence-*.tar")] == [True]


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """A real file system of 600 KB."""
    needs("root", "mount")
    place = tmp_path / "small"
    place.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=600k", "tmpfs", place], check=True)
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", place], check=True)


def test_a_stick_that_cannot_be_written_is_told(small: Path) -> None:
    """USBメモリーが書き込み禁止でも、途中で一杯になっても、何が起き、何が無事で、次に何をするかを両方の言葉で言う。"""
    made = small / "collect.sh"
    made.write_text(evidence.script("linux"), encoding="utf-8")
    (small / "filler").write_bytes(bytes(500_000))
    for shell in shells():
        code, said = at_the_machine(shell, made, HIKESHI_STAGES="volatile")
        assert code == 4
        assert "途中までです" in said
        assert "Collect once more" in said
        (part,) = small.glob("*.part")
        assert not evidence.verify(part).whole
        part.unlink()
    subprocess.run(["mount", "-o", "remount,ro", small], check=True)
    for shell in shells():
        code, said = at_the_machine(shell, made)
        assert (code, "何も集めていません" in said, "nothing was collected" in said) == (3, True, True)
    assert sorted(path.name for path in small.iterdir()) == ["collect.sh", "filler"]


def test_what_the_working_folder_had_no_room_for_is_called_a_part(small: Path, tmp_path: Path) -> None:
    """作業の場所が一杯になった項目だけが「途中まで」と残り、次の項目は集まり、まとまりは完全で、そう知らせる。"""
    text = evidence.script("linux")
    start, end = text.index("    item 01-clock"), text.index("\n    finish\n")
    calls = [
        'item 01-much volatile 60 9000000 \'"name":"much","command":"yes"\' \'head -c 5000000 /dev/zero; exit 0\'',
        'item 02-works volatile 60 4096 \'"name":"works","command":"echo"\' \'echo done\'',
    ]
    made = tmp_path / "odd.sh"
    made.write_text(text[:start] + "\n".join(calls) + text[end:], encoding="utf-8")
    for shell in shells():
        out = tmp_path / "odd.tar"
        with out.open("wb") as file:
            environment = {"PATH": os.environ["PATH"], "HIKESHI_WORK": str(small)}
            done = subprocess.run([*shell, made], stdout=file, stderr=subprocess.PIPE, env=environment, timeout=600)
        assert done.returncode == 0
        assert "途中までのものがあります" in done.stderr.decode()
        package = evidence.verify(out)
        assert package.intact
        assert {item["name"]: (item["exit"], item["cut"]) for item in package.items} == {
            "much": (28, True),
            "works": (0, False),
        }
        assert list(small.iterdir()) == []
