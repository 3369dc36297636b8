"""The plan on a page, folded: its head and first chapter stand open, the procedure and the annexes open by a press."""

import re

from django.utils.safestring import SafeString, mark_safe

from hikeshi.engines.paper.model import Document
from hikeshi.engines.paper.page import to_html

LEVEL = 2
CHAPTER = f"h{LEVEL + 1}"
# The engine writes every block on a line of its own and escapes all text, so that no text can begin such a line.
_CHAPTERS = re.compile(rf"^(?=<{CHAPTER}[ >])", re.MULTILINE)
_TAIL = re.compile(r'(?:\n<p class="paper-footer">.*?</p>)?\n</article>\s*\Z', re.DOTALL)


def folded(document: Document) -> SafeString:
    """The document as HTML; each chapter after the first is a `<details>` with its heading as the summary."""
    whole = to_html(document, level=LEVEL)
    tail = _TAIL.search(whole)
    body, end = (whole[: tail.start()], tail[0]) if tail else (whole, "")
    head, *chapters = _CHAPTERS.split(body)
    first, rest = chapters[:1], chapters[1:]
    return mark_safe("".join([head, *first, *map(_fold, rest), end]))  # noqa: S308 the engine escapes every text


def _fold(chapter: str) -> str:
    heading, _, body = chapter.partition(f"</{CHAPTER}>")
    return f'<details class="paper-fold"><summary>{heading}</{CHAPTER}></summary>{body.rstrip()}</details>\n'
