"""Members of tar and 7z archives as streams: read through once into a nameless temporary file, never under a name.

A tar that is not compressed is read where it lies. What is spooled is bounded by the caps of the walk; links, devices
and sparse files are told as problems; no name in an archive ever becomes a path.
"""

from __future__ import annotations

import io
import tarfile
import tempfile
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from .problem import Problem

SEVEN_ZIP = b"7z\xbc\xaf\x27\x1c"
_PIECE = 1 << 20
# A header of a tar longer than this is made to fill memory.
_HEADER = 1 << 20


class Bounds(Protocol):
    """What the walk allows: the part of walk.Caps that an archive needs."""

    @property
    def members(self) -> int: ...
    @property
    def spooled(self) -> int: ...
    @property
    def ratio(self) -> int: ...
    @property
    def ratio_after(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Member:
    """One file in an archive: its name as written there (for people only), its size, when it was last written."""

    name: str
    size: int
    modified: datetime
    open: Callable[[], BinaryIO]


def is_tar(head: bytes) -> bool:
    """Whether these first 512 bytes are the header of a tar: its mark, and a checksum that is right."""
    if len(head) < 512 or head[257:262] != b"ustar":
        return False
    try:
        told = int(head[148:156].strip(b" \0") or b"0", 8)
    except ValueError:
        return False
    return told == sum(head[:148]) + 8 * 32 + sum(head[156:512])


def tar_members(archive: BinaryIO, shown: str, size: int, caps: Bounds) -> Iterator[Member | Problem]:
    """The regular files of a tar that can be sought in. It stays open as long as a member may be read."""
    shared = _Shared(archive)
    count = 0
    try:
        with tarfile.open(fileobj=_Headers(archive), mode="r:", errorlevel=0) as tar:
            for info in tar:
                count += 1
                if count > caps.members:
                    yield Problem("common.archive_members", path=shown, limit=caps.members, found=count)
                    return
                name = info.name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
                if info.isdir():
                    continue
                if not info.isreg() or info.issparse():
                    yield Problem("common.not_a_file", path=f"{shown}!{name}")
                    continue
                if info.offset_data + info.size > size:
                    yield Problem("common.archive_broken", path=f"{shown}!{name}")
                    return
                extents = ((info.offset_data, info.size),) if info.size else ()
                yield Member(name, info.size, moment(info.mtime), _opener(shared, extents))
    except (tarfile.TarError, OSError, ValueError, EOFError, OverflowError, RecursionError):
        yield Problem("common.archive_broken", path=shown)


def spool(read: Callable[[int], bytes], shown: str, caps: Bounds) -> tuple[BinaryIO, int]:
    """All bytes of a stream in a nameless temporary file, and how many. Raises Problem beyond the cap."""
    file = tempfile.TemporaryFile()  # noqa: SIM115
    size = 0
    try:
        while piece := read(_PIECE):
            size += len(piece)
            if size > caps.spooled:
                raise Problem("common.archive_too_large", path=shown, size=size)
            file.write(piece)
        file.seek(0)
    except BaseException:
        file.close()
        raise
    return file, size


def seven_members(path: Path, shown: str, caps: Bounds) -> list[Member | Problem]:
    """The regular files of a 7z archive, unpacked at once: most are packed as one block."""
    import py7zr  # only who has such an archive pays for it

    found: list[Member | Problem] = []
    packed = path.stat().st_size
    try:
        with path.open("rb") as raw, py7zr.SevenZipFile(raw, "r") as archive:
            if archive.needs_password():
                return [Problem("common.archive_locked", path=shown)]
            files = list(archive.files)
            if len(files) > caps.members:
                return [Problem("common.archive_members", path=shown, limit=0, found=len(files))]
            told = sum(int(one.uncompressed or 0) for one in files)
            if told > caps.spooled:
                return [Problem("common.archive_too_large", path=shown, size=told)]
            times, wanted = {}, set()
            for one in files:
                if one.is_directory:
                    continue
                if one.is_symlink or one.is_junction or one.is_socket:
                    found.append(Problem("common.not_a_file", path=f"{shown}!{one.filename}"))
                    continue
                wanted.add(one.filename)
                times[one.filename] = one.lastwritetime
            store = _store(packed, shown, caps)
            try:
                archive.extract(targets=wanted, factory=store.factory)
            except BaseException:
                store.file.close()
                raise
    except Problem as problem:
        return [problem]
    except py7zr.exceptions.PasswordRequired:  # even the names are encrypted
        return [Problem("common.archive_locked", path=shown)]
    except Exception as error:  # py7zr raises what its many parts raise; whatever it is, the archive was not read
        told_by = _problem_in(error)
        return [told_by or Problem("common.archive_broken", path=shown)]
    shared = _Shared(store.file)
    for name, extents in store.extents.items():
        modified = times.get(name)
        when = moment(modified.totimestamp()) if modified else moment(path.stat().st_mtime)
        found.append(Member(name, sum(size for _, size in extents), when, _opener(shared, tuple(extents))))
    return found


def _problem_in(error: BaseException | None) -> Problem | None:
    while error is not None:
        if isinstance(error, Problem):
            return error
        error = error.__cause__ or error.__context__
    return None


def _store(packed: int, shown: str, caps: Bounds) -> Any:
    """Takes what py7zr unpacks, all members into one file, and stops a bomb."""
    from py7zr.io import Py7zIO, WriterFactory

    class Writer(Py7zIO):
        def __init__(self, extents: list[tuple[int, int]]) -> None:
            self._extents = extents
            self._size = 0

        def write(self, s: bytes | bytearray) -> int:
            store.put(bytes(s), self._extents)
            self._size += len(s)
            return len(s)

        def read(self, size: int | None = None) -> bytes:
            return b""

        def seek(self, offset: int, whence: int = 0) -> int:
            return 0

        def flush(self) -> None: ...

        def size(self) -> int:
            return self._size

    class Factory(WriterFactory):
        def create(self, filename: str) -> Py7zIO:
            return Writer(store.extents.setdefault(filename, []))

    class Store:
        def __init__(self) -> None:
            self.file = tempfile.TemporaryFile()  # noqa: SIM115
            self.extents: dict[str, list[tuple[int, int]]] = {}
            self.factory = Factory()
            self._end = 0
            self._lock = threading.Lock()

        def put(self, data: bytes, extents: list[tuple[int, int]]) -> None:
            with self._lock:
                end = self._end + len(data)
                if end > caps.spooled:
                    raise Problem("common.archive_too_large", path=shown, size=end)
                if end > caps.ratio_after and end > caps.ratio * max(packed, 1):
                    raise Problem("common.archive_bomb", path=shown, size=end)
                self.file.seek(self._end)
                self.file.write(data)
                if data:
                    extents.append((self._end, len(data)))
                self._end = end

    store = Store()
    return store


def moment(seconds: float) -> datetime:
    """A file's time; 1970 for one that no calendar has, which anybody can give a file."""
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        return datetime.fromtimestamp(0, UTC)


class _Shared:
    """One open file that several members read from, each at its own place."""

    def __init__(self, file: Any) -> None:
        self._file = file
        self._lock = threading.Lock()

    def at(self, offset: int, size: int) -> bytes:
        with self._lock:
            self._file.seek(offset)
            return bytes(self._file.read(size))

    def __del__(self) -> None:
        self._file.close()


class _Headers(io.RawIOBase):
    """What tarfile may read: headers only, and none that is made to fill memory."""

    def __init__(self, inner: BinaryIO) -> None:
        self._inner = inner

    def read(self, size: int = -1) -> bytes:
        if size < 0 or size > _HEADER:
            raise tarfile.ReadError("a header of this size is no header")
        return self._inner.read(size)

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._inner.seek(offset, whence)

    def tell(self) -> int:
        return self._inner.tell()

    def seekable(self) -> bool:
        return True

    def readable(self) -> bool:
        return True


def _opener(shared: _Shared, extents: tuple[tuple[int, int], ...]) -> Callable[[], BinaryIO]:
    return lambda: _Piece(shared, extents)  # type: ignore[return-value]


class _Piece(io.RawIOBase):
    """A member's bytes out of the shared file."""

    def __init__(self, shared: _Shared, extents: tuple[tuple[int, int], ...]) -> None:
        self._shared, self._extents, self._index, self._within = shared, extents, 0, 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        if size < 0:
            return b"".join(iter(lambda: self.read(_PIECE), b""))
        while self._index < len(self._extents):
            start, length = self._extents[self._index]
            if self._within < length:
                data = self._shared.at(start + self._within, min(size, length - self._within))
                self._within += len(data)
                return data
            self._index, self._within = self._index + 1, 0
        return b""
