"""The files of a bag, read where they lie: a folder or a zip, never unpacked, every name taken as hostile."""

from __future__ import annotations

import errno
import io
import os
import re
import stat
import struct
import unicodedata
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Protocol

from hikeshi.engines.common.problem import Problem

MAX_DIRECTORY = 64 << 20
"""Bytes of a zip's list of files (some 500,000 names), which is read into memory at once."""
MAX_PATH = 1000

_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)
_FORBIDDEN = re.compile(r'[\\:*?"<>|%]')


def unsafe(path: str) -> str | None:
    """Why a path inside a bag cannot be kept the same on every system and in every manifest; None when it can."""
    if not path or len(path) > MAX_PATH:
        return "length"
    if any(unicodedata.category(c) in ("Cc", "Cs", "Cf", "Zl", "Zp") for c in path):
        return "control"
    if _FORBIDDEN.search(path):
        return "character"
    if not unicodedata.is_normalized("NFC", path):
        return "form"
    for part in path.split("/"):
        if part in ("", ".", "..") or part.endswith((".", " ")) or part.startswith(" "):
            return "folder"
        if _RESERVED.fullmatch(part):
            return "reserved"
    return None


class BagFiles(Protocol):
    """What a check needs of a bag: its files by path, with their sizes, and what is wrong with the wrapping."""

    sizes: dict[str, int]
    findings: list[Problem]

    def open(self, path: str) -> IO[bytes]: ...

    def close(self) -> None: ...


def open_bag(path: Path) -> BagFiles:
    """Open a folder or a zip; raises a Problem when it is neither or holds no bag."""
    if path.is_dir():
        return FolderFiles(path)
    try:
        return ZipFiles(path)
    except (zipfile.BadZipFile, NotImplementedError, struct.error, UnicodeError, ValueError, OverflowError) as error:
        raise Problem("ledger.not_an_archive", path=str(path), reason=str(error)) from error


class _Names:
    """Collects paths; two that are one on Windows or macOS, and unsafe ones, become findings and are left out."""

    def __init__(self) -> None:
        self.sizes: dict[str, int] = {}
        self.findings: list[Problem] = []
        self._folded: set[str] = set()

    def take(self, path: str, size: int) -> bool:
        reason = unsafe(path)
        if reason:
            self.findings.append(Problem("ledger.bag_unsafe_name", path=path[:MAX_PATH], reason=reason))
            return False
        folded = unicodedata.normalize("NFC", path.casefold())
        if folded in self._folded:
            self.findings.append(Problem("ledger.bag_same_name", path=path))
            return False
        self._folded.add(folded)
        self.sizes[path] = size
        return True


class FolderFiles(_Names):
    """A bag as a folder. Links and devices are named as findings, never followed."""

    def __init__(self, root: Path) -> None:
        super().__init__()
        self._root = _folder_with_bag(root)
        for path, info in sorted(_walk(self._root)):
            if stat.S_ISREG(info.st_mode):
                self.take(path, info.st_size)
            else:
                self.findings.append(Problem("ledger.bag_strange_file", path=path))

    def open(self, path: str) -> IO[bytes]:
        flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
        return os.fdopen(os.open(self._root / path, flags), "rb")

    def close(self) -> None:
        return None


class ZipFiles(_Names):
    """A bag as a zip with one folder at its top."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._file = path.open("rb")
        try:
            size, end = _directory_size(self._file)
            if size > MAX_DIRECTORY:
                raise Problem("ledger.bag_too_many_files", size=size, limit=MAX_DIRECTORY)
            if behind := self._file.seek(0, io.SEEK_END) - end:
                self.findings.append(Problem("ledger.bag_stray_bytes", offset=end, size=behind))
            self._zip = zipfile.ZipFile(self._file)
            self._infos: dict[str, zipfile.ZipInfo] = {}
            self._take_all()
        except OSError as error:
            self._file.close()
            if error.errno != errno.EINVAL:
                raise
            raise zipfile.BadZipFile("a place before the beginning or behind the end") from error
        except BaseException:
            self._file.close()
            raise

    def open(self, path: str) -> IO[bytes]:
        return self._zip.open(self._infos[path])

    def close(self) -> None:
        self._zip.close()
        self._file.close()

    def _take_all(self) -> None:
        infos = self._zip.infolist()
        tops = {info.orig_filename.split("/")[0] for info in infos}
        if len(tops) != 1:
            raise zipfile.BadZipFile("not one folder at the top")
        self._no_stray_bytes(infos)
        for info in infos:
            # zipfile cuts a name at a NUL, so that it differs from what was stored: judge the stored one.
            name = info.orig_filename
            path = name.partition("/")[2]
            if name.endswith("/") and info.file_size == 0:
                if path and unsafe(path.rstrip("/")):
                    self.findings.append(Problem("ledger.bag_unsafe_name", path=name[:MAX_PATH], reason="folder"))
                continue
            if unsafe(name):
                self.findings.append(Problem("ledger.bag_unsafe_name", path=name[:MAX_PATH], reason=unsafe(name)))
                continue
            mode = info.external_attr >> 16
            link = stat.S_IFMT(mode) not in (0, stat.S_IFREG)
            if link or info.flag_bits & 0x1 or info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                self.findings.append(Problem("ledger.bag_strange_file", path=path))
            elif self.take(path, info.file_size):
                self._infos[path] = info

    def _no_stray_bytes(self, infos: list[zipfile.ZipInfo]) -> None:
        """Files must lie behind each other: overlapping ones are a bomb, gaps hide what other programs may read."""
        expected, described = 0, False
        for info in sorted(infos, key=lambda info: info.header_offset):
            self._file.seek(info.header_offset)
            header = self._file.read(30)
            if len(header) != 30 or header[:4] != b"PK\3\4":
                raise zipfile.BadZipFile("a file's header is not where the list says")
            name, extra = struct.unpack("<HH", header[26:30])
            self._gap(expected, info.header_offset, described)
            expected = info.header_offset + 30 + name + extra + info.compress_size
            described = bool(info.flag_bits & 0x8)
        self._gap(expected, self._zip.start_dir, described)

    def _gap(self, expected: int, found: int, described: bool) -> None:
        gap = found - expected
        if gap < 0:
            raise Problem("ledger.bag_bomb", offset=found)
        # Programs that could not seek back write 12 to 24 bytes about a file behind it.
        if gap and not (described and gap in (12, 16, 20, 24)):
            self.findings.append(Problem("ledger.bag_stray_bytes", offset=expected, size=gap))


def _walk(root: Path) -> Iterator[tuple[str, os.stat_result]]:
    folders = [""]
    while folders:
        under = folders.pop()
        with os.scandir(root / under) as entries:
            for entry in entries:
                path = under + entry.name
                if entry.is_dir(follow_symlinks=False):
                    folders.append(path + "/")
                else:
                    yield path, entry.stat(follow_symlinks=False)


def _folder_with_bag(root: Path) -> Path:
    if (root / "bagit.txt").is_file():
        return root
    inside = [path for path in root.iterdir() if path.is_dir() and not path.is_symlink()]
    if len(inside) == 1 and (inside[0] / "bagit.txt").is_file():
        return inside[0]
    raise Problem("ledger.not_an_archive", path=str(root), reason="bagit.txt")


def _directory_size(file: IO[bytes]) -> tuple[int, int]:
    """Bytes of the list of files, as the zip's end states it, before anything is read; and where the zip ends."""
    end = file.seek(0, io.SEEK_END)
    start = max(0, end - 22 - 0xFFFF - 20)
    file.seek(start)
    tail = file.read()
    at = tail.rfind(b"PK\5\6")
    if at < 0 or len(tail) - at < 22:
        raise zipfile.BadZipFile("no end of a zip")
    (size,) = struct.unpack_from("<I", tail, at + 12)
    locator = tail[at - 20 : at] if at >= 20 else b""
    if locator.startswith(b"PK\6\7"):
        file.seek(struct.unpack_from("<Q", locator, 8)[0])
        record = file.read(56)
        if len(record) == 56 and record.startswith(b"PK\6\6"):
            (size,) = struct.unpack_from("<Q", record, 40)
    file.seek(0)
    return int(size), start + at + 22
