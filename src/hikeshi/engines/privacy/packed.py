"""Documents that are a zip (Word, PowerPoint, Excel): their parts as text, and no more than their size explains."""

from __future__ import annotations

import codecs
import re
import zipfile
import zlib
from collections.abc import Iterator

from ..common.problem import Problem
from .pieces import Inner, Piece
from .source import BLOCK, Source

_LARGEST = 1 << 30
_RATIO = 250
_RATIO_AFTER = 64 << 20
_MEMBERS = 10_000
_EMBEDDED = re.compile(r"(?:word|xl|ppt)/embeddings/[^/]+")
_PICTURE = re.compile(r"(?:word|xl|ppt)/media/[^/]+")
_EMBEDDED_MOST = 256 << 20
_PHOTOGRAPH = 30_000
"""A picture of fewer bytes is a mark or a logo more often than a paper with names on it."""


def check(source: Source) -> None:
    """Raises Problem when the document would unpack to far more than it is, is encrypted, or has too many parts."""
    try:
        with zipfile.ZipFile(source.file()) as archive:
            infos = archive.infolist()
    except (OSError, ValueError, zipfile.BadZipFile, NotImplementedError):
        raise Problem("privacy.broken", path=source.shown) from None
    if any(info.flag_bits & 1 for info in infos):
        raise Problem("privacy.encrypted", path=source.shown)
    told, packed = sum(info.file_size for info in infos), sum(info.compress_size for info in infos)
    if told > _LARGEST or len(infos) > _MEMBERS or (told > _RATIO_AFTER and told > _RATIO * max(packed, 1)):
        raise Problem("common.archive_bomb", path=source.shown, size=told)
    source.file()


def member_texts(source: Source, wanted: re.Pattern[str]) -> Iterator[tuple[str, Iterator[str]]]:
    """(name, text in blocks) of each part whose name fits."""
    check(source)
    try:
        with zipfile.ZipFile(source.file()) as archive:
            for info in archive.infolist():
                if wanted.fullmatch(info.filename):
                    yield info.filename, _text(archive, info)
    except (OSError, ValueError, EOFError, zipfile.BadZipFile, NotImplementedError, zlib.error):
        raise Problem("privacy.broken", path=source.shown) from None


def inside(source: Source) -> Iterator[Piece]:
    """Files within the document, each to be read by itself; and that there are pictures, which nobody read."""
    pictures = False
    try:
        with zipfile.ZipFile(source.file()) as archive:
            for info in archive.infolist():
                if _EMBEDDED.fullmatch(info.filename):
                    if info.file_size > _EMBEDDED_MOST:
                        raise Problem("privacy.too_large", path=source.shown, limit=_EMBEDDED_MOST)
                    yield Inner(info.filename, archive.read(info))
                pictures |= info.file_size >= _PHOTOGRAPH and _PICTURE.fullmatch(info.filename) is not None
    except (OSError, ValueError, EOFError, zipfile.BadZipFile, NotImplementedError, zlib.error):
        raise Problem("privacy.broken", path=source.shown) from None
    if pictures:
        yield Problem("privacy.pictures_inside", path=source.shown)


def _text(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    with archive.open(info) as part:
        while block := part.read(BLOCK):
            yield decoder.decode(block)
