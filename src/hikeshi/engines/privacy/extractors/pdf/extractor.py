"""PDF: the text of each page. Pages without text (scans) are counted and told as not examined."""
# words: data throughout, radicals

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from ....common.problem import Problem
from ...pieces import Piece, Text
from ...source import Source

_PAGES = 20_000
_PASSWORD = 4
_LEAST = 3
# Many programs write the radical in place of the kanji that looks the same.
_SAME = "⺟母⺠民⻁虎⻄西⻆角⻑長⻘青⻝食⻤鬼⻨麦⻩黄⻫斉⻭歯⻯竜⻲亀"
_RADICALS = {n: unicodedata.normalize("NFKC", chr(n)) for n in range(0x2F00, 0x2FD6)}
_RADICALS |= {ord(radical): kanji for radical, kanji in zip(_SAME[::2], _SAME[1::2], strict=True)}


def fits(source: Source) -> float:
    return 0.95 if b"%PDF-" in source.head[:1024] else 0.0


def read(source: Source) -> Iterator[Piece]:
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(source.file())
    except pypdfium2.PdfiumError as error:
        locked = getattr(error, "err_code", None) == _PASSWORD or "assword" in str(error)
        code = "privacy.encrypted" if locked else "privacy.broken"
        raise Problem(code, path=source.shown) from None
    try:
        empty, broken, total = 0, 0, len(document)
        for number in range(min(total, _PAGES)):
            text = ""
            try:
                page = document[number]
                words = page.get_textpage()
                text = words.get_text_range()
                words.close()
                page.close()
            except pypdfium2.PdfiumError:
                broken += 1
                continue
            if len(text.strip()) < _LEAST:
                empty += 1
            else:
                text = text.translate(_RADICALS).replace("\r\n", "\n")
                yield Text(text.encode("utf-8", "replace") + b"\n\n")
        if empty == total:
            yield Problem("privacy.image_only", path=source.shown)
        elif empty:
            yield Problem("privacy.pages_without_text", path=source.shown, pages=empty, total=total)
        if broken:
            yield Problem("privacy.pages_broken", path=source.shown, pages=broken, total=total)
        if total > _PAGES:
            yield Problem("privacy.too_many_pages", path=source.shown, pages=total, limit=_PAGES)
    finally:
        document.close()
