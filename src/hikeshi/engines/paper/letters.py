"""Which letters our print fonts can show, and hostile letters made visible.

The fonts come from the wheels noto-cjk-sans-jp-regular and -bold. A letter without a glyph would print as an empty box,
which in a name is worse than no letter; so letters are looked up before anything is printed.
"""

from __future__ import annotations

import struct
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, fields, is_dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from hikeshi.engines.common.problem import Problem
from hikeshi.engines.paper.model import Document, plain, texts

FAMILY = "Noto Sans CJK JP"
# Variation selectors choose between forms of one letter (辻󠄀); where the font lacks the form it shows the plain letter.
_SELECTORS = frozenset([*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)])
# Foreign names (Łukasz, Erdős, Nguyễn): letters that the Japanese font lacks and a font inside typst has.
LATIN_FAMILY = "Libertinus Serif"
_LATIN = (range(0x0100, 0x0250), range(0x0400, 0x0460), range(0x1E00, 0x1F00))


@cache
def font_files() -> tuple[Path, Path]:
    """Regular and bold, as installed. Raises Problem("paper.no_fonts")."""
    try:
        import noto_cjk_sans_jp_bold as bold
        import noto_cjk_sans_jp_regular as regular
    except ImportError as missing:
        raise Problem("paper.no_fonts") from missing
    return Path(str(regular.FONT_PATH)), Path(str(bold.FONT_PATH))


@dataclass(frozen=True, slots=True)
class Coverage:
    """The code points of one font as sorted, closed ranges."""

    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def __contains__(self, char: object) -> bool:
        code = ord(char) if isinstance(char, str) else -1
        at = bisect_right(self.starts, code) - 1
        return at >= 0 and code <= self.ends[at]


@cache
def coverage() -> Coverage:
    """What the regular font can show (the bold one is cut from the same table)."""
    return read_coverage(font_files()[0])


def read_coverage(font: Path) -> Coverage:
    """The Unicode ranges of an OpenType font, from its format 12 character map (OpenType specification, cmap)."""
    with font.open("rb") as file:
        tables = struct.unpack(">H", file.read(12)[4:6])[0]
        directory = file.read(16 * tables)
        where = next(
            struct.unpack(">LL", directory[at + 8 : at + 16])
            for at in range(0, len(directory), 16)
            if directory[at : at + 4] == b"cmap"
        )
        file.seek(where[0])
        cmap = file.read(where[1])
    for at in range(4, 4 + 8 * struct.unpack(">H", cmap[2:4])[0], 8):
        offset = struct.unpack(">L", cmap[at + 4 : at + 8])[0]
        if struct.unpack(">H", cmap[offset : offset + 2])[0] == 12:
            count = struct.unpack(">L", cmap[offset + 12 : offset + 16])[0]
            groups = list(struct.iter_unpack(">LLL", cmap[offset + 16 : offset + 16 + 12 * count]))
            return Coverage(tuple(group[0] for group in groups), tuple(group[1] for group in groups))
    raise Problem("paper.no_fonts")


def printable(char: str) -> bool:
    """True if the letter can be printed; line breaks, tabs and variation selectors need no glyph."""
    code = ord(char)
    return char in "\n\t" or code in _SELECTORS or any(code in latin for latin in _LATIN) or char in coverage()


def missing(document: Document) -> tuple[str, ...]:
    """The letters of the document that the fonts lack, each once, in order; control letters are shown, not missing."""
    return _missing(visible(plain(text)) for text in texts(document))


def _missing(lines: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(char for line in lines for char in line if not printable(char)))


def visible(text: str) -> str:
    """Text with control, direction and broken letters shown as <U+202E>: nothing may redraw or reorder a page."""
    return "".join(char if _harmless(char) else f"<U+{ord(char):04X}>" for char in text.replace("\r\n", "\n"))


def _harmless(char: str) -> bool:
    return char in "\n\t" or unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Zl", "Zp")


def substituted(text: str) -> str:
    """Text with each letter that cannot be printed shown as its code: 〓(U+1F600)."""
    return "".join(char if printable(char) else f"〓(U+{ord(char):04X})" for char in text)


def cleaned(document: Document, *, substitute: bool = False) -> Document:
    """The document with every text made harmless, and with substitute=True made printable."""

    def clean(text: str) -> str:
        seen = visible(text)
        return substituted(seen) if substitute else seen

    printed: Document = _mapped(document, clean)
    return printed


def _mapped(value: Any, clean: Any) -> Any:
    """A copy of nested dataclasses and tuples with every string passed through `clean`."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, tuple):
        return tuple(_mapped(item, clean) for item in value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{field.name: _mapped(getattr(value, field.name), clean) for field in fields(value)})
    return value
