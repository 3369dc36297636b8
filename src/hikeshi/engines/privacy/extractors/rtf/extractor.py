"""RTF: letters of old Word and WordPad; Japanese stands in it as bytes of its code page or as Unicode numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ....common.problem import Problem
from ...pieces import Piece, Text
from ...source import Source

_WHOLE = 64 << 20
_CODEPAGE = re.compile(rb"\\ansicpg(\d{3,5})")
_TOKEN = re.compile(
    rb"\\'([0-9a-fA-F]{2})|\\u(-?\d{1,6}) ?|\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\([^a-zA-Z])|([{}])"
    rb"|([^\\{}\r\n]++)|[\r\n\\]"
)
_LINES = (b"par", b"line", b"row", b"page", b"sect")
_CELLS = (b"cell", b"tab", b"nestcell")
# What is no text: fonts, styles, pictures, and whatever says of itself that it may be left out.
_LEFT_OUT = (b"fonttbl", b"stylesheet", b"colortbl", b"pict", b"objdata", b"themedata", b"generator", b"datastore")


def fits(source: Source) -> float:
    return 0.95 if source.head.startswith(b"{\\rtf") else 0.0


def read(source: Source) -> Iterator[Piece]:
    data = source.whole(_WHOLE)
    found = _CODEPAGE.search(data[:4096])
    name = f"cp{found[1].decode()}" if found else "cp932"
    try:
        b"".decode(name)
    except LookupError:
        name = "cp932"
    text = "".join(_text(data, name)).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    yield Text(text.encode("utf-8", "replace") + b"\n")
    if b"\\pict" in data or b"\\objdata" in data:
        yield Problem("privacy.pictures_inside", path=source.shown)


def _text(data: bytes, codepage: str) -> Iterator[str]:
    depth, without, after = 0, 0, 0  # without: the depth of the group that is left out; after: characters to skip
    raw = bytearray()  # bytes of the code page; two of them may stand in two tokens
    for token in _TOKEN.finditer(data):
        byte, number, word, _count, sign, brace, plain = token.groups()
        if byte is not None or (plain is not None and not without):
            piece = bytes.fromhex(byte.decode()) if byte is not None else plain
            if after and piece:
                piece, after = piece[after:], max(0, after - len(piece))
            if not without:
                raw += piece
            continue
        if raw:
            yield raw.decode(codepage, "replace")
            raw.clear()
        if brace == b"{":
            depth += 1
        elif brace == b"}":
            depth -= 1
            without = 0 if depth < without else without
        elif without:
            continue
        elif number is not None:
            yield chr(int(number) % 65536)
            after = 1
        elif sign == b"*" or word in _LEFT_OUT:
            without = depth
        elif word in _LINES:
            yield "\n"
        elif word in _CELLS:
            yield "\t"
        elif sign in (b"\\", b"{", b"}"):
            yield sign.decode()
        elif sign == b"~":
            yield " "
    if raw:
        yield raw.decode(codepage, "replace")
