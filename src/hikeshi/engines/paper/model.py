"""What a document is, whatever it is printed on: plain frozen data, the same for PDF, Word, page and text.

Text is never markup. `Text` is a string or a tuple of `Span`s; every writer shows it letter by letter.
The words in a document are already in the reader's language; the writers only add 訓練, 下書き, page numbers and
the words for a status.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal, TypeAlias, get_args

Lang = Literal["ja", "en"]
Align = Literal["left", "center", "right"]
# DESIGN truth 5: a refuted fact never leaves, so a document has no way to say "refuted".
Status = Literal["confirmed", "suspected", "unknown"]


@dataclass(frozen=True, slots=True)
class Span:
    """A run of text inside a line.

    `status` only colours and labels; the words that say 「調査中」 are in `text` itself, so that plain text keeps them.
    `blank` is a gap to be filled in by hand: `text` names what is missing, and paper shows a line to write on.
    `href` becomes a link on the page alone (relative, https:, mailto: or tel:); on paper the text stands for itself.
    """

    text: str
    strong: bool = False
    status: Status | None = None
    blank: bool = False
    href: str = ""


Text: TypeAlias = str | tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of level 1 to 3 (the document's title is not one of them)."""

    level: Literal[1, 2, 3]
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph. 敬具 and 以上 are right-aligned paragraphs, 記 is a centred one.

    Japanese letters indent the first line (字下げ); `indent=False` keeps one at the margin.
    """

    text: Text
    align: Align = "left"
    indent: bool = True


@dataclass(frozen=True, slots=True)
class BulletList:
    items: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class NumberedList:
    items: tuple[Text, ...]
    start: int = 1


@dataclass(frozen=True, slots=True)
class Table:
    """A table with one head row, repeated on every page. `widths` are shares of the line, e.g. (1, 2, 2)."""

    head: tuple[Text, ...]
    rows: tuple[tuple[Text, ...], ...]
    widths: tuple[float, ...] = ()
    caption: str = ""

    def __post_init__(self) -> None:
        width = len(self.head)
        if not width or any(len(row) != width for row in self.rows):
            raise ValueError("every row of a table needs as many cells as its head")
        if self.widths and len(self.widths) != width:
            raise ValueError("widths needs one number for each column")


@dataclass(frozen=True, slots=True)
class KeyValues:
    """Pairs of label and value, printed as a two-column table without a head."""

    rows: tuple[tuple[str, Text], ...]


@dataclass(frozen=True, slots=True)
class Letterhead:
    """The upper part of a business letter: 日付 right, 宛名 left, 差出人 right, 件名 centred.

    `opening` is 拝啓 or "Dear …,": in Japanese it begins the first paragraph (see `opened`), else it has its own line.
    `number` is 文書番号, above the date.
    """

    date: str
    addressee: tuple[Text, ...]
    sender: tuple[Text, ...]
    subject: str
    opening: str = ""
    number: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """A framed remark."""

    text: Text
    title: str = ""
    tone: Literal["info", "warning"] = "info"


@dataclass(frozen=True, slots=True)
class CheckItem:
    text: Text
    checked: bool = False


@dataclass(frozen=True, slots=True)
class Checklist:
    items: tuple[CheckItem, ...]


@dataclass(frozen=True, slots=True)
class Field:
    """One box of a form: label, value, how sure it is, and a remark in small print."""

    label: str
    value: Text
    status: Status | None = None
    note: str = ""

    def __post_init__(self) -> None:
        if self.status is not None and self.status not in get_args(Status):
            raise ValueError(f"a document cannot show the status {self.status!r}")


@dataclass(frozen=True, slots=True)
class PageBreak:
    pass


@dataclass(frozen=True, slots=True)
class Window:
    """A new letter in a bundle: its address where an envelope has its window (長形3号, the sheet folded in three).

    It begins a new page and a new count of pages; nothing else is printed where it could show through the window.
    """

    lines: tuple[str, ...]


Block: TypeAlias = (
    Heading
    | Paragraph
    | BulletList
    | NumberedList
    | Table
    | KeyValues
    | Letterhead
    | Note
    | Checklist
    | Field
    | PageBreak
    | Window
)


@dataclass(frozen=True, slots=True)
class Document:
    """A document, ready to be written.

    `date` is the date that the document bears; it is also the only date inside the PDF and the Word file, so that the
    same document gives the same bytes. `kind` is the kind's id ("customer-letter"); `reference` is printed small
    (HKS-2026-001).
    With a Letterhead among the blocks the title is not printed again: the subject stands in its place.
    """

    title: str
    lang: Lang
    blocks: tuple[Block, ...]
    date: date
    kind: str = ""
    drill: bool = False
    draft: bool = False
    reference: str = ""
    header: str = ""
    footer: str = ""
    author: str = ""
    subtitle: str = ""

    def __post_init__(self) -> None:
        if self.lang not in get_args(Lang):
            raise ValueError(f"a document is in ja or en, not {self.lang!r}")

    @property
    def is_letter(self) -> bool:
        return any(isinstance(block, Letterhead) for block in self.blocks)


def opened(document: Document) -> tuple[Block, ...]:
    """The blocks, with a Japanese letter's 頭語 at the margin of its first paragraph: 「拝啓　平素は…」."""
    blocks = list(document.blocks)
    for at, block in enumerate(blocks[:-1]):
        following = blocks[at + 1]
        if not isinstance(block, Letterhead) or not block.opening or document.lang != "ja":
            continue
        if isinstance(following, Paragraph) and following.align == "left":
            first = (Span(f"{block.opening}　"), *spans(following.text))
            blocks[at] = replace(block, opening="")
            blocks[at + 1] = replace(following, text=first, indent=False)
    return tuple(blocks)


def spans(text: Text) -> tuple[Span, ...]:
    """The text as spans, whichever form it came in."""
    return (Span(text),) if isinstance(text, str) else text


def plain(text: Text) -> str:
    """The text without its dress."""
    return text if isinstance(text, str) else "".join(span.text for span in text)


def texts(document: Document) -> Iterator[Text]:
    """Every text in the order of reading: searched for missing letters, blanks and words that must not leave."""
    yield document.title
    yield from (line for line in (document.subtitle, document.reference, document.header, document.footer) if line)
    for block in document.blocks:
        yield from block_texts(block)


def block_texts(block: Block) -> Iterator[Text]:
    """Every text of one block in the order of reading."""
    match block:
        case Heading(text=text) | Paragraph(text=text):
            yield text
        case BulletList(items=items) | NumberedList(items=items):
            yield from items
        case Table():
            yield from (text for text in (block.caption, *block.head) if text)
            for row in block.rows:
                yield from row
        case KeyValues():
            for label, value in block.rows:
                yield label
                yield value
        case Letterhead():
            yield from (text for text in (block.number, block.date) if text)
            yield from block.addressee
            yield from block.sender
            yield from (text for text in (block.subject, block.opening) if text)
        case Note():
            yield from (text for text in (block.title, block.text) if text)
        case Checklist():
            yield from (item.text for item in block.items)
        case Field():
            yield block.label
            yield block.value
            if block.note:
                yield block.note
        case PageBreak():
            pass
        case Window():
            yield from (line for line in block.lines if line)


def blanks(document: Document) -> tuple[str, ...]:
    """What is still to be filled in, in order, each once."""
    return tuple(dict.fromkeys(span.text for text in texts(document) for span in spans(text) if span.blank))
