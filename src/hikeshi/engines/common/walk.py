"""Walks files and what is packed in them, as streams: nothing is unpacked to disk, no name in an archive is a path."""

from __future__ import annotations

import bz2
import errno
import gzip
import io
import lzma
import os
import re
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from . import archives, zst
from .problem import Problem

_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_MAGIC = (
    (b"\x1f\x8b", "gzip"),
    (b"BZh", "bz2"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"\x28\xb5\x2f\xfd", "zst"),
    (_ZIP[0], "zip"),
    (_ZIP[1], "zip"),
)
_DAMAGED = (OSError, EOFError, ValueError, RuntimeError, lzma.LZMAError, zlib.error, zipfile.BadZipFile, zst.Error)
_PACKED_SUFFIX = re.compile(r"\.(gz|bz2|xz|zst|zip|tar|7z|tgz|tbz2?|txz)$", re.IGNORECASE)
_NUMBER_SUFFIX = re.compile(r"[.-](\d{1,4})$")
_DATE_SUFFIX = re.compile(r"[.-](\d{4}-?\d{2}-?\d{2}(?:[-_T]?\d{2,6})?)$")


@dataclass(frozen=True, slots=True)
class Caps:
    """What one walk may cost. Sizes in bytes; `ratio` counts only after `ratio_after` bytes came out.

    `spooled` is what the temporary copy of one archive may take on the disk.
    """

    files: int = 20_000
    members: int = 5_000
    depth: int = 24
    layers: int = 3
    ratio: int = 250
    ratio_after: int = 64 << 20
    unpacked: int = 64 << 30
    spooled: int = 16 << 30


@dataclass(slots=True)
class Found:
    """One stream. `shown` is for people (`logs.zip!a.log`); `size` is packed bytes; `modified` is UTC."""

    shown: str
    path: Path
    size: int
    modified: datetime
    _open: Callable[[], BinaryIO] = field(repr=False)
    caps: Caps = field(default_factory=Caps, repr=False)
    zips: bool = False
    """Whether a zip that this turns out to be is given as it is (a Word or Excel file is one), not refused."""

    def open(self) -> Stream:
        """A stream that unpacks as it is read. Raises Problem("common.archive_…" | "common.unreadable")."""
        try:
            raw = self._open()
            try:
                return Stream(raw, self)
            except BaseException:
                raw.close()
                raise
        except (*_DAMAGED, NotImplementedError) as error:
            raise _why(error, self.shown) from error


class Stream:
    """Bytes out of a file, unpacked layer by layer within the caps. `consumed` counts packed bytes, for progress."""

    def __init__(self, raw: BinaryIO, found: Found) -> None:
        self._found = found
        self._counter = _Counting(raw)
        self._top: io.BufferedIOBase | _Counting = self._counter
        self._ended_ill: Problem | None = None
        self.layers: list[str] = []
        self.modified = found.modified
        self._out = 0
        self._unpack()

    @property
    def consumed(self) -> int:
        return self._counter.count

    def read(self, size: int) -> bytes:
        """At most `size` bytes; b"" at the end. Raises Problem when a cap is reached or the archive is damaged.

        What could be unpacked before the damage is given first.
        """
        if self._ended_ill:
            raise self._ended_ill
        data = b""
        try:
            while len(data) < size and (piece := self._top.read1(size - len(data))):
                data = data + piece if data else piece
        except _DAMAGED as error:
            self._ended_ill = _why(error, self._found.shown)
            if not data:
                raise self._ended_ill from error
        self._out += len(data)
        caps = self._found.caps
        if self._out > caps.unpacked:
            raise Problem("common.archive_too_large", path=self._found.shown, size=self._out)
        packed = self.layers or "!" in self._found.shown
        if packed and self._out > caps.ratio_after and self._out > caps.ratio * max(self._found.size, 1):
            raise Problem("common.archive_bomb", path=self._found.shown, size=self._out)
        return data

    def close(self) -> None:
        self._counter.raw.close()

    def __enter__(self) -> Stream:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _unpack(self) -> None:
        while True:
            peeked = io.BufferedReader(_Raw(self._top), 1 << 16)
            head = peeked.peek(16)[:16]
            self._top = peeked
            kind = next((name for magic, name in _MAGIC if head.startswith(magic)), None)
            if kind is None:
                return
            if kind == "zip":
                if self._found.zips:
                    return
                raise Problem("common.archive_nested", path=self._found.shown)
            if len(self.layers) >= self._found.caps.layers:
                raise Problem("common.archive_bomb", path=self._found.shown, size=self._out)
            self.layers.append(kind)
            if kind == "gzip":
                stamp = int.from_bytes(head[4:8], "little")
                if stamp:  # gzip keeps when the log was last written, which a copy of the file loses
                    self.modified = datetime.fromtimestamp(stamp, UTC)
                self._top = gzip.GzipFile(fileobj=peeked)
            elif kind == "zst":
                self._top = zst.opened(peeked)
            else:
                self._top = bz2.BZ2File(peeked) if kind == "bz2" else lzma.LZMAFile(peeked)  # noqa: SIM115


def walk(
    paths: Iterable[str | Path], caps: Caps | None = None, whole: Callable[[list[str]], bool] | None = None
) -> Iterator[Found | Problem]:
    """Every readable stream under `paths`, rotated logs oldest first; a Problem in place of what cannot be read.

    `whole` is asked with the names in a zip whether that is one document (Word, Excel) to be given as it is.
    """
    caps = caps or Caps()
    files: list[Path] = []
    for given in paths:
        yield from _gather(Path(given), files, caps, 0)
        if len(files) > caps.files:  # of each path that was cut off, or left out: none is silently dropped
            yield Problem("common.too_many_files", path=shown(Path(given)), limit=caps.files, found=len(files))
            del files[caps.files :]
    for path in sorted(dict.fromkeys(files), key=_age):
        for one in _streams(path, caps, whole):
            if whole and isinstance(one, Found):
                one.zips = True
            yield one


def shown(path: Path) -> str:
    """A path for people and JSON: bytes of a name that are no UTF-8 stay visible as \\xNN."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def _gather(path: Path, files: list[Path], caps: Caps, depth: int) -> Iterator[Problem]:
    try:
        mode = path.stat().st_mode if depth == 0 else path.lstat().st_mode
    except FileNotFoundError:
        yield Problem("common.not_found", path=shown(path))
        return
    except (OSError, ValueError) as error:
        leads_nowhere = isinstance(error, OSError) and error.errno == errno.ELOOP
        yield Problem("common.not_a_file", path=shown(path)) if leads_nowhere else _why(error, shown(path))
        return
    if stat.S_ISREG(mode):
        files.append(path)
    elif stat.S_ISDIR(mode):
        if depth >= caps.depth:
            yield Problem("common.too_deep", path=shown(path))
            return
        try:
            inside = sorted(path.iterdir())
        except OSError as error:
            yield _why(error, shown(path))
            return
        for entry in inside:
            if len(files) > caps.files:
                return
            yield from _gather(entry, files, caps, depth + 1)
    else:  # a pipe or device would block or never end; a link inside a folder may lead out of it
        yield Problem("common.not_a_file", path=shown(path))


def _age(path: Path) -> tuple[str, int, str, str]:
    """Sorts a log's rotated parts oldest first: .3.gz, .2.gz, .1, then the log itself; dates ascending.

    The folder counts last, since parts may have been put into different ones on their way here.
    """
    name = _PACKED_SUFFIX.sub("", path.name)
    if dated := _DATE_SUFFIX.search(name):
        return name[: dated.start()], -1, dated.group(1), str(path)
    if numbered := _NUMBER_SUFFIX.search(name):
        return name[: numbered.start()], -1, f"{9999 - int(numbered.group(1)):04d}", str(path)
    return name, 0, "", str(path)


def _streams(path: Path, caps: Caps, whole: Callable[[list[str]], bool] | None) -> Iterator[Found | Problem]:
    try:
        info = path.stat()
        with path.open("rb") as file:
            head = file.read(512)
    except (OSError, ValueError) as error:
        yield _why(error, shown(path))
        return
    modified = archives.moment(info.st_mtime)
    if head[:4] not in _ZIP:
        one = Found(shown(path), path, info.st_size, modified, lambda: path.open("rb"), caps)
        if head.startswith(archives.SEVEN_ZIP):
            yield from _members(archives.seven_members(path, one.shown, caps), one)
        elif archives.is_tar(head):
            yield from _members(archives.tar_members(path.open("rb"), one.shown, info.st_size, caps), one)
        elif any(head.startswith(magic) for magic, _ in _MAGIC) and _holds_tar(one):
            yield from _packed_tar(one)
        else:
            yield one
        return
    try:
        with zipfile.ZipFile(path) as archive:
            members = [m for m in archive.infolist() if not m.is_dir()]
    except (OSError, ValueError, zipfile.BadZipFile, NotImplementedError) as error:
        yield _why(error, shown(path))
        return
    if whole and whole([member.filename for member in members]):
        yield Found(shown(path), path, info.st_size, modified, lambda: path.open("rb"), caps)
        return
    if len(members) > caps.members:
        yield Problem("common.archive_members", path=shown(path), limit=caps.members, found=len(members))
        del members[caps.members :]
    for member in sorted(members, key=lambda m: _age(Path(m.filename.rsplit("/", 1)[-1]))):
        name = f"{shown(path)}!{name_of(member)}"
        if member.flag_bits & 1:
            yield Problem("common.archive_locked", path=name)
            continue
        yield Found(name, path, member.compress_size, _zip_time(member, modified), _opener(path, member), caps)


_UTF8 = 0x800


def name_of(member: zipfile.ZipInfo) -> str:
    """A member's name as its maker saw it: Windows in Japan writes CP932 into zips, which say nothing of it."""
    if member.flag_bits & _UTF8:
        return member.filename
    for encoding in ("utf-8", "cp932"):
        try:
            return member.orig_filename.encode("cp437").decode(encoding).partition("\0")[0]
        except UnicodeError:
            continue
    return member.filename


def _holds_tar(one: Found) -> bool:
    try:
        with one.open() as stream:
            return archives.is_tar(_first(stream, 512))
    except Problem:
        return False  # it is told when the file itself is read


def _first(stream: Stream, size: int) -> bytes:
    data = b""
    while len(data) < size and (piece := stream.read(size - len(data))):
        data += piece
    return data


def _packed_tar(one: Found) -> Iterator[Found | Problem]:
    """A compressed tar is unpacked once into a temporary file: its members are read more than once, in any order."""
    try:
        with one.open() as stream:
            file, size = archives.spool(stream.read, one.shown, one.caps)
    except Problem as problem:
        yield problem
        return
    except OSError as error:
        yield _why(error, one.shown)
        return
    yield from _members(archives.tar_members(file, one.shown, size, one.caps), one)


def _members(members: Iterable[archives.Member | Problem], whole: Found) -> Iterator[Found | Problem]:
    """The members of an archive, rotated logs oldest first."""
    found: list[archives.Member] = []
    for one in members:
        if isinstance(one, Problem):
            yield one
        else:
            found.append(one)
    for member in sorted(found, key=lambda m: _age(Path(m.name.rsplit("/", 1)[-1]))):
        name = f"{whole.shown}!{member.name}"
        yield Found(name, whole.path, member.size, member.modified, member.open, whole.caps)


def _opener(path: Path, member: zipfile.ZipInfo) -> Callable[[], BinaryIO]:
    def opened() -> BinaryIO:
        # By its entry, not its name: an archive may hold one name twice.
        return zipfile.ZipFile(path).open(member)  # type: ignore[return-value]

    return opened


def _zip_time(member: zipfile.ZipInfo, otherwise: datetime) -> datetime:
    try:
        return datetime(*member.date_time, tzinfo=UTC)
    except ValueError:
        return otherwise


def _why(error: Exception, name: str) -> Problem:
    if isinstance(error, FileNotFoundError):
        return Problem("common.not_found", path=name)
    if isinstance(error, PermissionError):
        return Problem("common.not_allowed", path=name)
    if isinstance(error, RuntimeError) and "password" in str(error):
        return Problem("common.archive_locked", path=name)
    if isinstance(error, OSError) and error.errno is not None:
        return Problem("common.unreadable", path=name, reason=os.strerror(error.errno))
    return Problem("common.archive_broken", path=name)


class _Counting:
    def __init__(self, raw: BinaryIO) -> None:
        self.raw = raw
        self.count = 0

    def read(self, size: int = -1) -> bytes:
        data = self.raw.read(size)
        self.count += len(data)
        return data

    read1 = read


class _Raw(io.RawIOBase):
    """Lets BufferedReader peek into anything that has read()."""

    def __init__(self, inner: io.BufferedIOBase | _Counting) -> None:
        self._inner = inner

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._inner.read1(len(buffer))  # not read: it would lose what it has when damage comes
        buffer[: len(data)] = data
        return len(data)
