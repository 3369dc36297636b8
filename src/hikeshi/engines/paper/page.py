"""The same document as HTML: a fragment for our pages, and a page of its own that prints well without typst."""

from __future__ import annotations

from html import escape
from itertools import groupby
from pathlib import Path
from typing import Any

from hikeshi.engines.paper.letters import visible
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
    Span,
    Table,
    Text,
    Window,
    opened,
    spans,
)
from hikeshi.engines.paper.words import words_of

_STYLE = Path(__file__).with_name("paper.css")
_MARKS = {"confirmed": "●", "suspected": "◐", "unknown": "○"}
_SIDES = ("top", "bottom")
_SCHEMES = ("https:", "http:", "mailto:", "tel:", "#")


def to_html(document: Document, *, level: int = 1) -> str:
    """The document as one `<article class="paper">`, everything escaped, without style and script.

    `level` is the heading level of its title (1 to 4); the headings inside follow below it.
    """
    return _Writer(document, level).written()


def to_page(document: Document) -> str:
    """The document as a whole HTML file with its style inside: to save, and to print where no PDF can be made."""
    words = words_of(document.lang)
    title = (words["drill_title"] if document.drill else "") + document.title
    # Browsers that know page margins print 訓練 there on every page; the others still have the frame at both sides.
    margins = "".join(
        f'@page {{ @{side}-center {{ content: "{words["drill"]}"; font-weight: bold; }} }}\n' for side in _SIDES
    )
    style = _STYLE.read_text(encoding="utf-8") + (margins if document.drill else "")
    return (
        f'<!DOCTYPE html>\n<html lang="{document.lang}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{_say(title)}</title>\n<style>\n{style}</style>\n</head>\n<body>\n"
        f"{to_html(document)}\n</body>\n</html>\n"
    )


def _say(text: str) -> str:
    return escape(visible(text)).replace("\n", "<br>")


class _Writer:
    def __init__(self, document: Document, level: int) -> None:
        self.document = document
        self.words = words_of(document.lang)
        self.title_level = max(1, min(level, 4))
        self.level = 0

    def written(self) -> str:
        document = self.document
        dress = "paper paper-is-drill" if document.drill else "paper"
        out = [f'<article class="{dress}" lang="{document.lang}">', *self._marks()]
        if document.header or document.reference:
            reference = f'<span class="paper-reference">{_say(document.reference)}</span>'
            out.append(f'<p class="paper-header"><span>{_say(document.header)}</span>{reference}</p>')
        if not document.is_letter:
            out.append(self._title(document.title, "paper-title"))
            if document.subtitle:
                out.append(f'<p class="paper-subtitle">{_say(document.subtitle)}</p>')
        for is_field, group in groupby(opened(document), key=lambda block: isinstance(block, Field)):
            if is_field:
                out.append(self._fields([block for block in group if isinstance(block, Field)]))
            else:
                out.extend(self._block(block) for block in group)
        if document.footer:
            out.append(f'<p class="paper-footer">{_say(document.footer)}</p>')
        return "\n".join([*out, "</article>"])

    def _marks(self) -> list[str]:
        marks = []
        if self.document.drill:
            marks.append(f'<p class="paper-drill">{_say(self.words["drill"])}</p>')
        if self.document.draft:
            marks.append(f'<p class="paper-draft">{_say(self.words["draft"])}</p>')
        return marks

    def _title(self, text: str, name: str) -> str:
        mark = self.words["drill_title"] if self.document.drill else ""
        return f'<h{self.title_level} class="{name}">{_say(mark + text)}</h{self.title_level}>'

    def _block(self, block: Block) -> str:
        match block:
            case Heading():
                self.level = min(block.level, self.level + 1)
                tag = f"h{min(6, self.title_level + self.level)}"
                return f"<{tag}>{_say(block.text)}</{tag}>"
            case Paragraph():
                classes = [name for name in (f"paper-{block.align}" if block.align != "left" else "",) if name]
                if not block.indent:
                    classes.append("paper-margin")
                dress = f' class="{" ".join(classes)}"' if classes else ""
                return f"<p{dress}>{self._text(block.text)}</p>"
            case BulletList():
                return self._list("ul", block.items)
            case NumberedList():
                return self._list("ol", block.items, f' start="{int(block.start)}"' if block.start != 1 else "")
            case Table():
                return self._table(block)
            case KeyValues():
                rows = "".join(f"<div><dt>{_say(k)}</dt><dd>{self._text(v)}</dd></div>" for k, v in block.rows)
                return f'<dl class="paper-pairs">{rows}</dl>'
            case Letterhead():
                return self._letterhead(block)
            case Note():
                title = f"<p><strong>{_say(block.title)}</strong></p>" if block.title else ""
                dress = f'role="note" class="paper-note paper-{block.tone}"'
                return f"<div {dress}>{title}<p>{self._text(block.text)}</p></div>"
            case Checklist():
                items = "".join(
                    f"<li>{'☑' if item.checked else '☐'} {self._text(item.text)}</li>" for item in block.items
                )
                return f'<ul class="paper-checks">{items}</ul>'
            case PageBreak():
                return '<hr class="paper-break">'
            case Window():
                return f'<hr class="paper-break"><p>{self._text(chr(10).join(filter(None, block.lines)))}</p>'
        raise TypeError(f"not a block of a document: {block!r}")

    def _list(self, tag: str, items: tuple[Text, ...], extra: str = "") -> str:
        return f"<{tag}{extra}>{''.join(f'<li>{self._text(item)}</li>' for item in items)}</{tag}>"

    def _table(self, block: Table) -> str:
        caption = f"<caption>{_say(block.caption)}</caption>" if block.caption else ""
        head = "".join(f'<th scope="col">{self._text(cell)}</th>' for cell in block.head)
        rows = "".join(f"<tr>{''.join(f'<td>{self._text(cell)}</td>' for cell in row)}</tr>" for row in block.rows)
        return f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"

    def _fields(self, fields: list[Field]) -> str:
        names = (self.words["field"], self.words["value"], self.words["certainty"])
        head = "".join(f'<th scope="col">{_say(name)}</th>' for name in names)
        rows = "".join(
            f'<tr><th scope="row">{_say(field.label)}</th><td>{self._text(field.value)}{self._remark(field)}</td>'
            f"<td>{self._status(field)}</td></tr>"
            for field in fields
        )
        return f'<table class="paper-fields"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'

    def _remark(self, field: Field) -> str:
        return f'<br><small class="paper-remark">{_say(field.note)}</small>' if field.note else ""

    def _status(self, field: Field) -> str:
        if field.status is None:
            return ""
        words = f"{_MARKS[field.status]} {self.words['status'][field.status]}"
        return f'<span class="paper-status paper-{field.status}">{_say(words)}</span>'

    def _letterhead(self, block: Letterhead) -> str:
        date = "".join(f'<p class="paper-right">{_say(line)}</p>' for line in (block.number, block.date) if line)
        addressee = f'<p class="paper-addressee">{"<br>".join(map(self._text, block.addressee))}</p>'
        sender = f'<p class="paper-sender">{"<br>".join(map(self._text, block.sender))}</p>'
        order = addressee + sender if self.document.lang == "ja" else sender + addressee
        opening = f"<p>{_say(block.opening)}</p>" if block.opening else ""
        return f"<header>{date}{order}{self._title(block.subject, 'paper-subject')}</header>{opening}"

    def _text(self, text: Text) -> str:
        return "".join(self._span(span) for span in spans(text))

    def _span(self, span: Span) -> str:
        shown = self.words["blank"].replace("{name}", span.text) if span.blank else span.text
        body: Any = _say(shown)
        if span.strong:
            body = f"<strong>{body}</strong>"
        if span.href and _safe(span.href):
            body = f'<a href="{escape(span.href)}">{body}</a>'
        if span.blank or span.status:
            body = f'<span class="{"paper-blank" if span.blank else f"paper-{span.status}"}">{body}</span>'
        return str(body)


def _safe(href: str) -> bool:
    """Own paths and plain schemes; "//host" and "/\\host" would lead away, javascript: would run."""
    own = href.startswith("/") and href[1:2] not in ("/", "\\")
    return own or href.lower().startswith(_SCHEMES)
