"""ディスクが一杯でも：言葉で断り、これまでの記録は無事で、空きができれば続けられる。"""

import contextlib
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.components import needs
from tests.serving import ROOT, Visitor, served, set_up

MEGABYTE = 1 << 20


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """A real file system of 40 MB."""
    needs("root", "mount")
    place = tmp_path / "small"
    place.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=40m", "tmpfs", str(place)], check=True)
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)


def intact(data: Path) -> bool:
    """`hikeshi casebook check` over the whole record, as the owner would run it."""
    env = {**os.environ, "HIKESHI_DATA": str(data), "PYTHONPATH": f"{ROOT}/src"}
    env.pop("HIKESHI_DATABASE_URL", None)
    command = [sys.executable, "-m", "hikeshi", "casebook", "check"]
    done = subprocess.run(command, env=env, cwd=ROOT, capture_output=True)
    return done.returncode == 0


def note(visitor: Visitor, address: str, said: str) -> tuple[int, str]:
    return visitor.post(f"{address}note/", {"text": said, "next": address})


@pytest.mark.slow
def test_a_full_disk_loses_nothing_that_was_acknowledged(small: Path) -> None:
    """一杯になるまでに「記録しました」と言われたメモはすべて残り、断られたものは言葉で断られる。"""
    data = small / "data"
    with served(data) as server:
        visitor = set_up(server)
        visitor.post("/open/", {})
        (reference,) = set(re.findall(r"/i/(HKS-\d{4}-\d{3})/", visitor.get("/incidents/")[1]))
        address = f"/i/{reference}/"
        assert note(visitor, address, "before-it-was-full")[0] == 200
        big = 30 * MEGABYTE
        chunks = (b"x" * MEGABYTE for _ in range(30))
        status, page = visitor.upload(f"{address}investigate/take/", "big.log", chunks, big, {})
        assert status >= 400
        assert "Traceback" not in page
        filler, refused, patience = small / "filler", [], time.monotonic() + 120
        with filler.open("wb", buffering=0) as file:
            # The refused upload's room comes back only some time after its answer: fill until a note is refused.
            while not any(status >= 400 for status, _ in refused) and time.monotonic() < patience:
                for piece in (65536, 4096):
                    with contextlib.suppress(OSError):
                        while file.write(b"x" * piece):
                            pass
                refused.append(note(visitor, address, f"while-full-{len(refused)}-"))
        for status, page in refused:
            assert "Traceback" not in page
            assert status == 200 or status >= 400
        assert any(status >= 400 for status, _ in refused)
        filler.unlink()
        assert note(visitor, address, "after-it-was-full")[0] == 200
        _, page = visitor.get(f"{address}record/")
        assert "before-it-was-full" in page
        assert "after-it-was-full" in page
        for i, (status, _) in enumerate(refused):
            if status == 200:
                assert f"while-full-{i}-" in page, "said to be recorded, and is not there"
    assert intact(data)


@pytest.mark.slow
def test_killed_while_serving_it_starts_again_with_everything(tmp_path: Path) -> None:
    """動いている最中に SIGKILL されても、次の起動で、記録も合い鍵もそのまま使える。"""
    data = tmp_path / "data"
    with served(data) as server:
        visitor = set_up(server)
        visitor.post("/open/", {})
        (reference,) = set(re.findall(r"/i/(HKS-\d{4}-\d{3})/", visitor.get("/incidents/")[1]))
        note(visitor, f"/i/{reference}/", "before-the-kill")
        server.process.kill()
    with served(data) as server:
        visitor.port = server.port
        status, page = visitor.get(f"/i/{reference}/record/")
        assert status == 200, "the session outlives the process"
        assert "before-the-kill" in page
    assert intact(data)
