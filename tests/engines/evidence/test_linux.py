"""この Linux から、本物の証拠を集める。"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from hikeshi.engines import evidence
from hikeshi.engines.common.problem import Problem
from hikeshi.engines.evidence import Order, Package
from tests.engines.evidence.parts import time_is_up_when

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="collects from this Linux")


@pytest.fixture(scope="module")
def secret() -> Iterator[subprocess.Popen[bytes]]:
    """A program whose file was deleted after it was started, as malware does."""
    place = Path("/dev/shm") if os.access("/dev/shm", os.W_OK) else Path("/tmp")
    program = place / f"hidden-{os.getpid()}"
    shutil.copy("/bin/sleep", program)
    program.chmod(0o700)
    with subprocess.Popen(
        [
            program,
            "6000",
        ]
    ) as process:
        program.unlink()
        yield process
        process.kill()


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory, secret: subprocess.Popen[bytes]) -> tuple[Package, Path]:
    """Everything volatile, and its package unpacked."""
    folder = tmp_path_factory.mktemp("evidence")
    before = os.environ.copy()
    os.environ["HIKESHI_WORK"] = str(folder)
    order = Order(folder / "here.tar", stages=("volatile",), who='花子 "x" \\ \'', why="調べる\n二行目")
    try:
        taken = evidence.take(order)
    finally:
        os.environ.clear()
        os.environ.update(before)
    assert taken.sha256 == hashlib.sha256(taken.path.read_bytes()).hexdigest()
    subprocess.run(["tar", "xf", taken.path], cwd=folder, check=True)
    return evidence.verify(taken.path), folder / "evidence"


def test_eighteen_volatile_sources_are_taken_in_order(collected: tuple[Package, Path]) -> None:
    """18種類以上を、RFC 3227 の順に取り、時計から始まる。"""
    package, _ = collected
    names = [item["name"] for item in package.items]
    assert len(names) >= 18
    assert names[0] == "clock"
    assert names.index("sockets") < names.index("mounts") < names.index("services")
    assert all(item["started"] <= item["ended"] for item in package.items)
    assert [item["started"] for item in package.items] == sorted(item["started"] for item in package.items)


def test_the_package_is_checked_with_sha256sum_alone(collected: tuple[Package, Path]) -> None:
    """集めたものは、sha256sum だけで確かめられる。"""
    package, folder = collected
    assert package.intact
    subprocess.run(["sha256sum", "-c", "--quiet", "--strict", "manifest-sha256.txt"], cwd=folder, check=True)
    there = {str(path.relative_to(folder)) for path in (folder / "data").rglob("*") if path.is_file()}
    listed = {line.split("  ")[1] for line in (folder / "manifest-sha256.txt").read_text().splitlines()}
    assert there == listed


def test_each_item_has_its_command_status_hash_and_errors(collected: tuple[Package, Path]) -> None:
    """どれにも、打った命令、終わり方、大きさ、SHA-256、エラーの文がある。"""
    package, folder = collected
    for item in package.items:
        content = (folder / item["file"]).read_bytes()
        assert item["command"]
        assert item["size"] == len(content)
        assert item["sha256"] == hashlib.sha256(content).hexdigest()
        assert not item["stderr"] or (folder / item["stderr"]).stat().st_size


def test_a_deleted_running_program_is_hashed(collected: tuple[Package, Path], secret: subprocess.Popen[bytes]) -> None:
    """消されたのに動いているプログラムの、SHA-256 と親と名前が残る。"""
    _, folder = collected
    wanted = hashlib.sha256(Path("/bin/sleep").read_bytes()).hexdigest()
    (hashes,) = folder.glob("data/*-executables.txt")
    assert wanted in hashes.read_text(errors="replace")
    (kernel,) = folder.glob("data/*-processes-kernel.txt")
    listed = kernel.read_text(errors="replace")
    assert f"/proc/{secret.pid}/exe" in listed
    assert "(deleted)" in listed
    (processes,) = folder.glob("data/*-processes.txt")
    assert any(line.split()[:2] == [str(secret.pid), str(os.getpid())] for line in processes.read_text().splitlines())


def test_who_and_why_travel_whatever_they_hold(collected: tuple[Package, Path]) -> None:
    """だれが、なぜ集めたかは、引用符や改行があっても正しく残る。"""
    package, _ = collected
    assert package.package["who"] == '花子 "x" \\ \''
    assert package.package["why"] == "調べる 二行目"
    assert package.custody[0]["actor"]["name"] == '花子 "x" \\ \''


def test_nothing_of_the_collector_stays_behind(collected: tuple[Package, Path]) -> None:
    """集めたあとに、作業用のフォルダは残らない。"""
    package, _ = collected
    place = Path(package.package["worked_in"])
    assert [
        path for path in place.glob("hikeshi-*-*") if path.is_dir() and path.stat().st_mtime > time.time() - 30
    ] == []


def test_no_evidence_is_written_over(tmp_path: Path) -> None:
    """もうあるファイルには書かない。"""
    out = tmp_path / "a.tar"
    out.write_bytes(b"earlier")
    with pytest.raises(Problem, match=r"evidence\.exists"):
        evidence.take(Order(out))
    assert out.read_bytes() == b"earlier"


def test_a_collection_that_takes_too_long_ends_with_what_came(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """時間を過ぎたら止め、そこまでの分を .part に残し、完全なものとは呼ばない。"""
    out = tmp_path / "a.tar"
    seen: list[str] = []
    time_is_up_when(monkeypatch, lambda: bool(seen))
    with pytest.raises(Problem, match=r"evidence\.too_long") as raised:
        evidence.take(Order(out, stages=("volatile",), seconds=0), seen.append)
    assert not out.exists()
    part = tmp_path / "a.tar.part"
    assert raised.value.params["path"] == str(part)
    assert not evidence.verify(part).whole


def test_more_bytes_than_allowed_stop_it(tmp_path: Path) -> None:
    """決めた大きさを超えたら、止める。"""
    with pytest.raises(Problem, match=r"evidence\.too_large"):
        evidence.take(Order(tmp_path / "a.tar", stages=("volatile",), most=4096))
    assert not (tmp_path / "a.tar").exists()


def test_killed_in_the_middle_no_half_package_is_called_whole(tmp_path: Path) -> None:
    """途中で kill -9 されても、半分のものが完全なものの名前を持つことはなく、作業用のフォルダも消える。"""
    out = tmp_path / "a.tar"
    code = (
        "from hikeshi.engines.evidence import *; from pathlib import Path; import sys; take(Order(Path(sys.argv[1])))"
    )
    work = tmp_path / "work"
    work.mkdir()
    environment = {**os.environ, "HIKESHI_WORK": str(work)}
    with subprocess.Popen([sys.executable, "-c", code, out], env=environment) as process:
        part = tmp_path / "a.tar.part"
        until = time.monotonic() + 120
        while not (part.exists() and part.stat().st_size > 2000) and time.monotonic() < until:
            time.sleep(0.01)
        assert list(work.iterdir())
        process.kill()
    until = time.monotonic() + 120
    while list(work.iterdir()) and time.monotonic() < until:
        time.sleep(0.05)
    assert list(work.iterdir()) == []
    assert part.exists()
    assert not out.exists()
    assert not evidence.verify(part).intact
