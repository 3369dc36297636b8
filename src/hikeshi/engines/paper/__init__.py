"""Paper: a document in, PDF, Word, a page or plain text out. Knows nothing of incidents.

The writers are imported when they are first called: typst and python-docx are large, and typst may be absent.
"""

from __future__ import annotations

from hikeshi.engines.paper.model import Document
from hikeshi.engines.paper.plain_data import fingerprint

__all__ = ["Document", "fingerprint", "to_docx", "to_html", "to_page", "to_pdf", "to_text"]


def to_pdf(document: Document, *, substitute: bool = False) -> bytes:
    """PDF/A-2b and PDF/UA-1; see `pdf.to_pdf` for its Problems and `pdf.print_pdf` for the recorded fallback."""
    from hikeshi.engines.paper.pdf import to_pdf as write

    return write(document, substitute=substitute)


def to_docx(document: Document) -> bytes:
    """A Word file."""
    from hikeshi.engines.paper.word import to_docx as write

    return write(document)


def to_html(document: Document, *, level: int = 1) -> str:
    """A fragment `<article class="paper">` for a page whose heading before it is of level - 1."""
    from hikeshi.engines.paper.page import to_html as write

    return write(document, level=level)


def to_page(document: Document) -> str:
    """A whole HTML file that prints well by itself."""
    from hikeshi.engines.paper.page import to_page as write

    return write(document)


def to_text(document: Document) -> str:
    """Plain text for mail and clipboard."""
    from hikeshi.engines.paper.plain_text import to_text as write

    return write(document)
