"""2 GB のログ：送っても、場所で指しても、メモリーは増えず、読み終わる。"""

import hashlib
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.serving import Served, Visitor, served, set_up

SIZE = 2 << 30
LINE = (
    b'203.0.113.7 - - [05/Nov/2026:03:12:%02d +0900] "GET /shop?q='
    + b"x" * 8000
    + b' HTTP/1.1" 200 512 "-" "Mozilla/5.0"\n'
)
ATTACK = (
    b'198.51.100.9 - - [05/Nov/2026:03:13:00 +0900] "GET /index.php?id=1%27%20UNION%20SELECT%20user,password%20FROM'
    b'%20wp_users--%20- HTTP/1.1" 200 512 "-" "sqlmap/1.7"\n'
) * 20
MEMORY = 260 << 20


def chunks(size: int) -> Iterator[bytes]:
    """An access log of exactly this size, with an attack at its end."""
    block = b"".join(LINE % (i % 60) for i in range(120))
    left = size - len(ATTACK)
    while left > 0:
        piece = block if left >= len(block) else b"\n".rjust(left, b" ")
        yield piece
        left -= len(piece)
    yield ATTACK


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Served]:
    with served(tmp_path / "data") as running:
        yield running


def opened(visitor: Visitor) -> str:
    """An incident, opened in one tap; its address."""
    visitor.get("/")
    visitor.post("/open/", {})
    (reference,) = set(re.findall(r"/i/(HKS-\d{4}-\d{3})/", visitor.get("/incidents/")[1]))
    return f"/i/{reference}/investigate/"


def finished(visitor: Visitor, address: str, server: Served, *, most_seconds: int = 900) -> tuple[str, int]:
    """Wait until nothing is being read any more; the page, and the most memory the server held meanwhile."""
    most, end = 0, time.monotonic() + most_seconds
    while time.monotonic() < end:
        most = max(most, server.memory())
        _, page = visitor.get(address)
        if "data-running" not in page:
            return page, most
        time.sleep(0.5)
    return page, most


@pytest.mark.slow
def test_two_gigabytes_by_upload_and_by_path(server: Served, tmp_path: Path) -> None:
    """2 GB を送る・指す。同じ中身が証拠に残り、メモリーは増えない。送ったものは最後まで読まれ、末尾の攻撃も出る。"""
    visitor = set_up(server)
    address = opened(visitor)
    status, _ = visitor.upload(f"{address}take/", "access.log", chunks(SIZE), SIZE, {"zone": "Asia/Tokyo"})
    assert status == 200
    page, most = finished(visitor, address, server)
    assert "data-running" not in page, "the log is still being read"
    assert "198.51.100.9" in page
    assert most < MEMORY
    digest = hashlib.sha256()
    for piece in chunks(SIZE):
        digest.update(piece)
    (kept,) = (tmp_path / "data" / "evidence").glob(f"*/{digest.hexdigest()}")
    assert kept.stat().st_size == SIZE

    logs = tmp_path / "logs"
    logs.mkdir()
    (logs / "access.log").hardlink_to(kept)
    visitor.post(f"{address}folders/", {"folder": str(logs)})
    status, page = visitor.post(f"{address}take/", {"path": str(logs / "access.log"), "zone": ""})
    assert status == 200
    # From here on it is read as what was uploaded; a while shows that a file elsewhere is no dearer.
    page, most = finished(visitor, address, server, most_seconds=20)
    assert page.count("access.log") >= 2
    assert most < MEMORY
