"""What the tests of evidence share: packages as a collector would make them, and as an attacker would."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
import threading
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

ITEM = {
    "name": "clock",
    "command": "date",
    "stage": "volatile",
    "exit": 0,
    "started": "2026-11-23T00:00:00Z",
    "ended": "2026-11-23T00:00:01Z",
    "file": "data/01-clock.txt",
    "size": 5,
    "sha256": "",
    "cut": False,
}
ABOUT = {"format": "hikeshi-evidence 1", "collector": "linux", "host": "web1", "who": "花子", "why": "不審な通信"}


def time_is_up_when(monkeypatch: pytest.MonkeyPatch, seen: Callable[[], bool]) -> None:
    """The time of a collection ends when this is seen, on a fast machine as on a slow one."""

    class Waiting(threading.Timer):
        def run(self) -> None:
            while not seen() and not self.finished.wait(0.01):
                pass
            super().run()

    monkeypatch.setattr(threading, "Timer", Waiting)


def sha256(content: bytes) -> str:
    """Its SHA-256 as a manifest writes it."""
    return hashlib.sha256(content).hexdigest()


def contents(more: dict[str, bytes] | None = None) -> dict[str, bytes]:
    """The files of a small whole package."""
    data = {
        "data/01-clock.txt": b"12:00",
        "data/items.jsonl": json.dumps(ITEM).encode() + b"\n",
        "data/package.json": json.dumps(ABOUT, ensure_ascii=False).encode(),
        **(more or {}),
    }
    manifest = "".join(f"{sha256(content)}  {name}\n" for name, content in data.items()).encode()
    fields = (
        f'{{"actor":{{"id":"collector","name":"花子"}},"data":{{"host":"web1","manifest_sha256":"{sha256(manifest)}",'
        '"why":""},"kind":"custody.collected","number":1,"recorded_at":"2026-11-23T00:00:02Z","version":1}'
    )
    custody = f"{'0' * 64} {fields}\n".encode()
    return {"bagit.txt": b"BagIt-Version: 1.0\n", **data, "custody.txt": custody, "manifest-sha256.txt": manifest}


def member(
    name: str, content: bytes = b"", kind: bytes = tarfile.REGTYPE, link: str = ""
) -> tuple[tarfile.TarInfo, bytes]:
    """One member of a tar."""
    info = tarfile.TarInfo(name)
    info.size, info.type, info.linkname = len(content), kind, link
    return info, content


def write(path: Path, files: dict[str, bytes], more: Iterable[tuple[tarfile.TarInfo, bytes]] = ()) -> Path:
    """A tar of these files under `evidence/`, and whatever else an attacker adds."""
    with tarfile.open(path, "w") as tar:
        for info, content in [*(member(f"evidence/{name}", content) for name, content in files.items()), *more]:
            tar.addfile(info, io.BytesIO(content))
    return path
