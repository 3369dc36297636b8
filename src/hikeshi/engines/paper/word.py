"""Word (.docx) by python-docx: real styles, Japanese fonts, 訓練 in header and footer, always the same bytes."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from itertools import groupby
from typing import Any

import docx
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Emu, Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph as WordParagraph

from hikeshi.engines.paper import word_parts as parts
from hikeshi.engines.paper.letters import cleaned
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
from hikeshi.engines.paper.words import words_of

_ALIGN = {
    "left": WD_ALIGN_PARAGRAPH.LEFT,
    "center": WD_ALIGN_PARAGRAPH.CENTER,
    "right": WD_ALIGN_PARAGRAPH.RIGHT,
}
_MARKS = {"confirmed": "●", "suspected": "◐", "unknown": "○"}
_LINE = Mm(160)
_QUIET = RGBColor(0x55, 0x55, 0x55)


def to_docx(document: Document) -> bytes:
    """The document as a Word file that can be corrected by hand; its dates are the document's own date."""
    return _Writer(cleaned(document)).written()


class _Writer:
    def __init__(self, document: Document) -> None:
        self.document = document
        self.words = words_of(document.lang)
        self.word = docx.Document()
        self.level = 0
        parts.dress(self.word, document.lang, letter=document.is_letter)

    def written(self) -> bytes:
        self._properties()
        self._margins()
        if not self.document.is_letter:
            self.word.add_paragraph(self._marked(self.document.title), style="Title")
            if self.document.subtitle:
                self.word.add_paragraph(self.document.subtitle, style="Subtitle")
        for is_field, group in groupby(opened(self.document), key=lambda block: isinstance(block, Field)):
            if is_field:
                self._fields([block for block in group if isinstance(block, Field)])
            else:
                for block in group:
                    self._block(block)
        file = BytesIO()
        self.word.save(file)
        return parts.same_bytes(file.getvalue())

    def _marked(self, title: str) -> str:
        return (self.words["drill_title"] if self.document.drill else "") + title

    def _properties(self) -> None:
        noon = datetime.combine(self.document.date, datetime.min.time(), UTC)
        properties = self.word.core_properties
        properties.title = self._marked(self.document.title)[:255]
        properties.author = properties.last_modified_by = self.document.author[:255]
        properties.created = properties.modified = noon
        properties.subject = self.document.reference[:255]
        properties.category = self.document.kind[:255]
        properties.language = "ja-JP" if self.document.lang == "ja" else "en-GB"
        properties.comments = properties.keywords = ""
        properties.revision = 1

    def _margins(self) -> None:
        section = self.word.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.left_margin = section.right_margin = Mm(25)
        section.top_margin, section.bottom_margin = Mm(30), Mm(25)
        header, footer = section.header.paragraphs[0], section.footer.paragraphs[0]
        if self.document.drill:
            parts.band(header, self.words["drill"])
            parts.band(footer, self.words["drill"])
            header, footer = section.header.add_paragraph(), section.footer.add_paragraph()
        header.style = footer.style = "Cell"
        draft = f"［{self.words['draft']}］" if self.document.draft else ""
        # A letter's first lines belong to its date and addressee.
        reference = "" if self.document.is_letter else self.document.reference
        left, right = self.document.header, " ".join(part for part in (draft, reference) if part)
        parts.tabbed(header, left, right, _LINE)
        parts.tabbed(footer, self.document.footer, "", _LINE)
        parts.page_numbers(footer)

    def _block(self, block: Block) -> None:
        match block:
            case Heading():
                self.level = min(block.level, self.level + 1)
                self.word.add_paragraph(block.text, style=f"Heading {self.level}")
            case Paragraph():
                paragraph = self._text(self.word.add_paragraph(), block.text)
                paragraph.alignment = _ALIGN[block.align]
                if self.document.is_letter and self.document.lang == "ja" and block.indent and block.align == "left":
                    paragraph.paragraph_format.first_line_indent = Pt(10.5)
            case BulletList():
                for item in block.items:
                    self._text(self.word.add_paragraph(style="List Bullet"), item)
            case NumberedList():
                number = parts.new_list(self.word, block.start)
                for item in block.items:
                    parts.numbered(self._text(self.word.add_paragraph(style="List Number"), item), number)
            case Table():
                if block.caption:
                    parts.keep_with_next(parts.strong(self.word.add_paragraph(), block.caption))
                self._table(block.head, block.rows, block.widths)
            case KeyValues():
                self._pairs(block)
            case Letterhead():
                self._letterhead(block)
            case Note():
                self._note(block)
            case Checklist():
                for check in block.items:
                    paragraph = self.word.add_paragraph("☑ " if check.checked else "☐ ", style="List")
                    self._text(paragraph, check.text)
            case PageBreak():
                self.word.add_page_break()  # type: ignore[no-untyped-call]
            case Window():
                self._text(self.word.add_paragraph(), "\n".join(line for line in block.lines if line))

    def _text(self, paragraph: WordParagraph, text: Text) -> WordParagraph:
        for span in spans(text):
            shown = self.words["blank"].replace("{name}", span.text) if span.blank else span.text
            run = paragraph.add_run(shown)
            run.bold = span.strong or None
            if span.blank:
                run.underline = True
                run.font.color.rgb = _QUIET
        return paragraph

    def _table(self, head: tuple[Text, ...], rows: tuple[tuple[Text, ...], ...], widths: tuple[float, ...]) -> Any:
        table = self._grid(len(rows) + 1, widths or (1.0,) * len(head))
        for cell, text in zip(parts.cells_of(table.rows[0]), head, strict=True):
            self._cell(cell, text, label=True)
        parts.repeat_as_head(table.rows[0])
        for row, texts in zip(list(table.rows)[1:], rows, strict=True):
            for cell, value in zip(parts.cells_of(row), texts, strict=True):
                self._cell(cell, value)
        return table

    def _pairs(self, block: KeyValues) -> None:
        if not block.rows:
            return
        table = self._grid(len(block.rows), (3, 8))
        for row, (label, value) in zip(table.rows, block.rows, strict=True):
            name, content = parts.cells_of(row)
            self._cell(name, label, label=True)
            self._cell(content, value)

    def _fields(self, fields: list[Field]) -> None:
        head = (self.words["field"], self.words["value"], self.words["certainty"])
        rows = tuple((field.label, field.value, self._status(field)) for field in fields)
        table = self._table(head, rows, (30, 62, 18))
        for row, field in zip(list(table.rows)[1:], fields, strict=True):
            name, content, _ = parts.cells_of(row)
            parts.label(name)
            if field.note:
                note = content.add_paragraph(style="Cell").add_run(field.note)
                note.font.size, note.font.color.rgb = Pt(8), _QUIET

    def _status(self, field: Field) -> str:
        return f"{_MARKS[field.status]} {self.words['status'][field.status]}" if field.status else ""

    def _grid(self, rows: int, widths: tuple[float, ...]) -> Any:
        table = self.word.add_table(rows, len(widths), style="Table Grid")
        table.alignment = WD_TABLE_ALIGNMENT.CENTER
        table.autofit = False
        parts.roomy(table)
        shares = [Emu(int(_LINE * share / sum(widths))) for share in widths]
        for column, width in zip(table.columns, shares, strict=True):
            column.width = width
        rows_of = [parts.cells_of(row) for row in table.rows]
        for row, cells in zip(table.rows, rows_of, strict=True):
            parts.keep_whole(row)
            for cell, width in zip(cells, shares, strict=True):
                cell.width = width
        parts.space_after(self.word.add_paragraph(), 2)
        return table

    def _cell(self, cell: Any, text: Text, *, label: bool = False) -> None:
        paragraph = cell.paragraphs[0]
        paragraph.style = "Cell"
        self._text(paragraph, text)
        if label:
            parts.label(cell)

    def _note(self, block: Note) -> None:
        table = self._grid(1, (1,))
        (cell,) = parts.cells_of(table.rows[0])
        paragraph = cell.paragraphs[0]
        paragraph.style = "Cell"
        if block.title:
            parts.strong(paragraph, block.title)
            paragraph = cell.add_paragraph(style="Cell")
        self._text(paragraph, block.text)
        if block.tone == "warning":
            parts.shade(cell)

    def _letterhead(self, block: Letterhead) -> None:
        for line in (line for line in (block.number, block.date) if line):
            self.word.add_paragraph(line, style="Letter line").alignment = WD_ALIGN_PARAGRAPH.RIGHT
        groups = [(block.addressee, False), (block.sender, True)]
        for lines, is_sender in groups if self.document.lang == "ja" else reversed(groups):
            for at, part in enumerate(lines):
                paragraph = self._text(self.word.add_paragraph(style="Letter line"), part)
                paragraph.paragraph_format.space_before = Pt(12 if at == 0 else 0)
                if is_sender:
                    paragraph.paragraph_format.left_indent = Mm(90)
        subject = self.word.add_paragraph(self._marked(block.subject), style="Letter subject")
        subject.alignment = WD_ALIGN_PARAGRAPH.CENTER
        if block.opening:
            self.word.add_paragraph(block.opening)
