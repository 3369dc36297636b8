"""The files of a package, tar or zip, as streams: by their place, never by their name; what cannot be is a Problem."""

from __future__ import annotations

import stat
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from hikeshi.engines.common import archives
from hikeshi.engines.common.problem import Problem
from hikeshi.engines.common.walk import Caps, Found

CAPS = Caps(members=20_000, ratio=250, ratio_after=64 << 20, unpacked=64 << 30, spooled=16 << 30)


@dataclass(frozen=True)
class Member:
    """One file: its name as written in the package, its size as claimed there."""

    name: str
    size: int
    open: Callable[[], BinaryIO]


@contextmanager
def members(path: Path) -> Iterator[tuple[str, Iterator[Member | Problem]]]:
    """("tar" | "zip", its files). Raises Problem("evidence.not_a_package") for a file that is neither."""
    shown = path.name
    with path.open("rb") as file:
        head = file.read(512)
        if head[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
            yield "zip", _zip(path, shown)
            return
        if archives.is_tar(head):
            file.seek(0)
            yield "tar", _tar(file, shown, path.stat().st_size)
            return
    info = path.stat()
    found = Found(shown, path, info.st_size, datetime.fromtimestamp(info.st_mtime, UTC), lambda: path.open("rb"), CAPS)
    with found.open() as stream:
        if not stream.layers:
            raise Problem("evidence.not_a_package", path=shown)
        spooled, size = archives.spool(stream.read, shown, CAPS)
    with spooled:
        if not archives.is_tar(spooled.read(512)):
            raise Problem("evidence.not_a_package", path=shown)
        spooled.seek(0)
        yield "tar", _tar(spooled, shown, size)


def _tar(file: BinaryIO, shown: str, size: int) -> Iterator[Member | Problem]:
    for one in archives.tar_members(file, shown, size, CAPS):
        yield one if isinstance(one, Problem) else Member(one.name, one.size, one.open)


def _zip(path: Path, shown: str) -> Iterator[Member | Problem]:
    try:
        archive = zipfile.ZipFile(path)
    except (OSError, ValueError, zipfile.BadZipFile, NotImplementedError):
        yield Problem("common.archive_broken", path=shown)
        return
    with archive:
        inside = archive.infolist()
        if len(inside) > CAPS.members:
            yield Problem("common.archive_members", path=shown, limit=0, found=len(inside))
            return
        for info in inside:
            place = f"{shown}!{info.filename}"
            if info.is_dir():
                continue
            if info.flag_bits & 1:
                yield Problem("common.archive_locked", path=place)
            elif stat.S_IFMT(info.external_attr >> 16) not in (0, stat.S_IFREG):
                yield Problem("common.not_a_file", path=place)
            elif info.file_size > CAPS.ratio_after and info.file_size > CAPS.ratio * max(info.compress_size, 1):
                yield Problem("common.archive_bomb", path=place, size=info.file_size)
            else:
                yield Member(info.filename, info.file_size, _opener(archive, info))


def _opener(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Callable[[], BinaryIO]:
    # By its entry, not its name: a zip may hold one name twice.
    return lambda: archive.open(info)  # type: ignore[return-value]
