"""PDF by typst: PDF/A-2b for the archive and PDF/UA-1 for readers who listen, the same bytes for the same document."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from hikeshi.engines.common.problem import Problem
from hikeshi.engines.paper.letters import FAMILY, LATIN_FAMILY, cleaned, font_files, missing
from hikeshi.engines.paper.model import Document
from hikeshi.engines.paper.plain_data import document_data
from hikeshi.engines.paper.words import words_of

STANDARDS = ("a-2b", "ua-1")
_TEMPLATE = Path(__file__).with_name("document.typ")


@dataclass(frozen=True, slots=True)
class Pdf:
    """A printed document. `standards` is what the file really claims; empty after a fallback, and `reason` says why."""

    data: bytes
    standards: tuple[str, ...]
    reason: str = ""


def can_print() -> bool:
    """True if PDFs can be made on this machine (typst has no build for Windows on ARM)."""
    try:
        import typst  # noqa: F401
    except ImportError:
        return False
    return True


def to_pdf(document: Document, *, substitute: bool = False) -> bytes:
    """The document as PDF/A-2b and PDF/UA-1.

    Raises Problem "paper.no_pdf" (no typst here: offer the page), "paper.missing_glyphs" (letters that would print as
    empty boxes, named; with substitute=True they print as their codes instead) and "paper.not_archival".
    """
    pdf = print_pdf(document, substitute=substitute)
    if pdf.standards != STANDARDS:
        raise Problem("paper.not_archival", title=document.title, reason=pdf.reason)
    return pdf.data


def print_pdf(document: Document, *, substitute: bool = False) -> Pdf:
    """Like to_pdf, but falls back to a plain PDF where the archive form cannot be made, and says so in the result."""
    typst = _typst()
    if not substitute and (letters := missing(document)):
        shown = " ".join(f"{letter}(U+{ord(letter):04X})" for letter in letters[:20])
        raise Problem("paper.missing_glyphs", title=document.title, characters=shown, count=len(letters))
    clean = cleaned(document, substitute=substitute)
    try:
        return Pdf(_compile(clean, STANDARDS), STANDARDS)
    except typst.TypstError as refused:
        reason = str(refused.message)
    try:
        return Pdf(_compile(clean, ()), (), reason)
    except typst.TypstError as broken:
        raise Problem("paper.not_printed", title=document.title, reason=str(broken.message)) from broken


def to_png(document: Document, *, dots_per_inch: int = 96) -> list[bytes]:
    """Pictures of the pages, for a preview."""
    _typst()
    pages = _compiler(cleaned(document, substitute=True)).compile(format="png", ppi=float(dots_per_inch))
    return pages if isinstance(pages, list) else [pages]


def _compile(document: Document, standards: tuple[str, ...]) -> bytes:
    noon = datetime.combine(document.date, datetime.min.time(), UTC)
    data: bytes = _compiler(document).compile(format="pdf", pdf_standards=list(standards), timestamp=noon)
    return data


def _compiler(document: Document) -> Any:
    words = words_of(document.lang)
    given = {
        "document": document_data(document),
        "words": words,
        "title": (words["drill_title"] if document.drill else "") + document.title,
        "authors": [document.author] if document.author else [],
        "fonts": [FAMILY, LATIN_FAMILY],
    }
    return _typst().Compiler(
        input=_TEMPLATE.read_bytes(),
        # Nothing is read from disk by the template; its own folder is the narrowest root there is.
        root=str(_TEMPLATE.parent),
        font_paths=_fonts(),
        sys_inputs={"document": json.dumps(given, ensure_ascii=False)},
    )


@cache
def _fonts() -> Any:
    folders = sorted({str(path.parent) for path in font_files()})
    # System fonts would make the same document look different on two machines.
    return _typst().Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=folders)


def _typst() -> Any:
    try:
        import typst
    except ImportError as absent:
        raise Problem("paper.no_pdf") from absent
    return typst
