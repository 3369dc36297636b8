"""A document as plain data (JSON), the only form in which the print template sees it."""

from __future__ import annotations

import json
from hashlib import sha256
from itertools import groupby
from typing import Any

from hikeshi.engines.paper.model import (
    Block,
    BulletList,
    Checklist,
    Document,
    Field,
    Heading,
    KeyValues,
    Letterhead,
    Note,
    NumberedList,
    PageBreak,
    Paragraph,
    Table,
    Text,
    Window,
    opened,
    spans,
)

Data = dict[str, Any]


def document_data(document: Document) -> Data:
    """The whole document; neighbouring fields become one form, headings never skip a level (PDF/UA-1 7.4.2)."""
    blocks: list[Data] = []
    level = 0
    for is_field, group in groupby(opened(document), key=lambda block: isinstance(block, Field)):
        if is_field:
            blocks.append({"type": "fields", "rows": [_field(block) for block in group if isinstance(block, Field)]})
            continue
        for block in group:
            if isinstance(block, Heading):
                level = min(block.level, level + 1)
                blocks.append({"type": "heading", "level": level, "text": block.text})
            else:
                blocks.append(_block(block))
    return {
        "title": document.title,
        "subtitle": document.subtitle,
        "lang": document.lang,
        "date": document.date.isoformat(),
        "drill": document.drill,
        "draft": document.draft,
        "letter": document.is_letter,
        "reference": document.reference,
        "header": document.header,
        "footer": document.footer,
        "blocks": blocks,
    }


def fingerprint(document: Document) -> str:
    """SHA-256 (hex) of what the document says, for approvals: the same whether it is still marked 下書き or not."""
    said = {**document_data(document), "draft": False, "kind": document.kind, "author": document.author}
    return sha256(json.dumps(said, ensure_ascii=True, sort_keys=True).encode()).hexdigest()


def _block(block: Block) -> Data:
    match block:
        case Paragraph():
            return {"type": "paragraph", "text": _text(block.text), "align": block.align, "indent": block.indent}
        case BulletList():
            return {"type": "bullets", "items": [_text(item) for item in block.items]}
        case NumberedList():
            return {"type": "numbers", "items": [_text(item) for item in block.items], "start": block.start}
        case Table():
            rows = [[_text(cell) for cell in row] for row in block.rows]
            head = [_text(cell) for cell in block.head]
            return {"type": "table", "head": head, "rows": rows, "widths": block.widths, "caption": block.caption}
        case KeyValues():
            return {"type": "pairs", "rows": [[label, _text(value)] for label, value in block.rows]}
        case Letterhead():
            return _letterhead(block)
        case Note():
            return {"type": "note", "text": _text(block.text), "title": block.title, "tone": block.tone}
        case Checklist():
            items = [{"text": _text(item.text), "checked": item.checked} for item in block.items]
            return {"type": "checks", "items": items}
        case PageBreak():
            return {"type": "break"}
        case Window():
            return {"type": "window", "lines": list(block.lines)}
    raise TypeError(f"not a block of a document: {block!r}")


def _letterhead(block: Letterhead) -> Data:
    return {
        "type": "letterhead",
        "date": block.date,
        "number": block.number,
        "addressee": [_text(line) for line in block.addressee],
        "sender": [_text(line) for line in block.sender],
        "subject": block.subject,
        "opening": block.opening,
    }


def _field(block: Field) -> Data:
    return {"label": block.label, "value": _text(block.value), "status": block.status, "note": block.note}


def _text(text: Text) -> list[Data]:
    # An empty tuple would give the template nothing to join: it is an empty text.
    return [{"text": span.text, "strong": span.strong, "blank": span.blank} for span in spans(text) or spans("")]
