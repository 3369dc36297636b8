"""The same document as plain text: for mail, for the clipboard and for somebody without any of the programs."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

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
    Table,
    Text,
    Window,
    opened,
    spans,
)
from hikeshi.engines.paper.words import words_of

WIDTH = 72
_RULES = {1: "=", 2: "-"}


def to_text(document: Document) -> str:
    """The document as text of about 72 columns (a Japanese letter counts as two); lines are not wrapped."""
    words = words_of(document.lang)
    lines: list[str] = []
    if document.drill:
        lines += [words["drill"], ""]
    if document.draft:
        lines += [f"[{words['draft']}]", ""]
    if not document.is_letter:
        lines += [document.title, "=" * min(WIDTH, width(document.title)), ""]
        lines += [line for line in (document.subtitle, document.reference) if line] + [""]
    for block in opened(document):
        lines += _Writer(document).block(block)
    if document.footer:
        lines += ["", document.footer]
    if document.drill:
        lines += ["", words["drill"]]
    text = visible("\n".join(line.rstrip() for line in lines)).strip("\n") + "\n"
    while "\n\n\n" in text:
        text = text.replace("\n\n\n", "\n\n")
    return text


def width(text: str) -> int:
    """Columns on a terminal: wide and full-width letters count two."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


class _Writer:
    def __init__(self, document: Document) -> None:
        self.words = words_of(document.lang)
        self.ja = document.lang == "ja"
        self.drill_title = self.words["drill_title"] if document.drill else ""
        self.letter = document.is_letter

    def block(self, block: Block) -> list[str]:
        match block:
            case Heading():
                rule = _RULES.get(block.level, "")
                under = [rule * min(WIDTH, width(block.text))] if rule and not self.letter else []
                return ["", block.text, *under, ""]
            case Paragraph():
                return [*self._placed(block), ""]
            case BulletList():
                mark = "・" if self.ja else "- "
                return [*(f"{mark}{self.say(item)}" for item in block.items), ""]
            case NumberedList():
                return [*(f"{at}. {self.say(item)}" for at, item in enumerate(block.items, block.start)), ""]
            case Table():
                return [*self._table(block), ""]
            case KeyValues():
                return [*(f"{label}{self._colon}{self.say(value)}" for label, value in block.rows), ""]
            case Letterhead():
                return list(self._letterhead(block))
            case Note():
                title = [f"[{block.title}]"] if block.title else []
                return [*title, *self.say(block.text).split("\n"), ""]
            case Checklist():
                return [*(f"[{'x' if item.checked else ' '}] {self.say(item.text)}" for item in block.items), ""]
            case Field():
                return list(self._field(block))
            case PageBreak():
                return ["", "-" * WIDTH, ""]
            case Window():
                return ["", "-" * WIDTH, *(line for line in block.lines if line), ""]
        raise TypeError(f"not a block of a document: {block!r}")

    @property
    def _colon(self) -> str:
        return "：" if self.ja else ": "

    def say(self, text: Text) -> str:
        blank = self.words["blank"]
        return "".join(blank.replace("{name}", span.text) if span.blank else span.text for span in spans(text))

    def _placed(self, block: Paragraph) -> list[str]:
        text = self.say(block.text)
        if block.align == "left":
            return [("　" if self.letter and self.ja and block.indent else "") + text]
        return [_at(line, block.align) for line in text.split("\n")]

    def _table(self, block: Table) -> Iterator[str]:
        if block.caption:
            yield block.caption
        yield " | ".join(self.say(cell) for cell in block.head)
        yield "-" * WIDTH
        for row in block.rows:
            yield " | ".join(self.say(cell).replace("\n", " / ") for cell in row)

    def _field(self, block: Field) -> Iterator[str]:
        status = f" [{self.words['status'][block.status]}]" if block.status else ""
        yield f"{block.label}{self._colon}{self.say(block.value)}{status}"
        if block.note:
            yield f"  ({block.note})"

    def _letterhead(self, block: Letterhead) -> Iterator[str]:
        yield from (_at(line, "right") for line in (block.number, block.date) if line)
        yield ""
        addressee = [self.say(line) for line in block.addressee]
        sender = [_at(self.say(line), "right") for line in block.sender]
        yield from [*addressee, "", *sender] if self.ja else [*sender, "", *addressee]
        yield from ("", _at(self.drill_title + block.subject, "center"), "")
        if block.opening:
            yield from (block.opening, "")


def _at(line: str, align: str) -> str:
    room = max(0, WIDTH - width(line))
    return " " * (room if align == "right" else room // 2) + line
