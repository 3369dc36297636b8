"""The two shapes that most documents have: a letter with numbered sections, and a sheet with numbered sections."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hikeshi.engines.paper.model import (
    Block,
    BulletList,
    CheckItem,
    Checklist,
    Document,
    KeyValues,
    Lang,
    Note,
    NumberedList,
    Paragraph,
    Status,
    Table,
)
from hikeshi.notify import wording
from hikeshi.notify.documents import pieces
from hikeshi.notify.documents.parties import Parties
from hikeshi.notify.wording import Facts

Section = tuple[str, Sequence[Block]]
# (fact, whether its row stands even while nobody stated it)
Keys = tuple[tuple[str, bool], ...]


@dataclass(frozen=True, slots=True)
class Frame:
    """What a document is made in: its kind, words, day and stage, and who writes to whom."""

    kind: str
    parties: Parties
    texts: Any
    lang: Lang
    now: datetime
    drill: bool
    reference: str
    stage: str


def letter(
    frame: Frame,
    sections: Iterable[Section],
    *,
    subject: str = "",
    public: bool = False,
    paragraphs: Sequence[str] | None = None,
) -> Document:
    """A business letter: paragraphs (of its texts), then numbered sections. `public`: to everybody, no gap there."""
    texts, lang = frame.texts, frame.lang
    subject = subject or texts["subject"]
    to = str(texts["to"]) if public else pieces.blank(texts["to"])
    head = pieces.letterhead(
        frame.parties, texts, lang, now=frame.now, subject=subject, reference=frame.reference, to=to
    )
    opening: list[Block] = [
        Paragraph(text) for text in (texts["paragraphs"] if paragraphs is None else paragraphs) if text
    ]
    blocks = (*opening, *pieces.closing(texts, lang), *numbered(sections, lang))
    written = [*blocks, *pieces.ending(frame.parties, texts, lang)]
    # A statement has neither 拝啓 nor 敬具: what its texts leave empty is left away.
    return _document(frame, subject, (head, *(b for b in written if not isinstance(b, Paragraph) or b.text)))


def sheet(frame: Frame, sections: Iterable[Section]) -> Document:
    """A sheet to be read from or copied from: how to use it, who we are, then numbered sections."""
    texts = frame.texts
    blocks: tuple[Block, ...] = (
        Note(texts["use"], title=texts["use_title"]),
        pieces.plain_heading(texts["reporter"]),
        reporter(frame),
        *numbered(sections, frame.lang),
    )
    return _document(frame, texts["title"], blocks, header=_name(frame), footer=texts["footer"])


def _document(frame: Frame, title: str, blocks: tuple[Block, ...], header: str = "", footer: str = "") -> Document:
    return Document(
        title=title,
        lang=frame.lang,
        blocks=blocks,
        date=pieces.day_of(frame.now),
        kind=frame.kind,
        drill=frame.drill,
        reference=frame.reference,
        header=header,
        footer=footer,
        author=_name(frame),
    )


def _name(frame: Frame) -> str:
    return frame.parties.sender.name or frame.parties.sender.person


def numbered(sections: Iterable[Section], lang: Lang) -> list[Block]:
    """The sections with their numbers."""
    body: list[Block] = []
    for number, (title, blocks) in enumerate(sections, 1):
        body += [pieces.heading(number, title, lang), *blocks]
    return body


def reporter(frame: Frame) -> KeyValues:
    """Our business, and who answers questions; what preparation does not know stays a gap."""
    sender, desk, texts, lang = frame.parties.sender, frame.parties.desk, frame.texts, frame.lang
    values = {
        "reporter_name": sender.name or sender.person,
        "reporter_address": pieces.address_of(sender, lang),
        "reporter_person": pieces.person_of(sender, lang),
        "desk_phone": desk.phone,
        "desk_email": desk.email,
    }
    return KeyValues(tuple((texts[key], pieces.given(value, texts[key])) for key, value in values.items()))


def rows(facts: Facts, keys: Keys, texts: Any, lang: Lang) -> list[Block]:
    """Facts with their labels; nothing if there is no row."""
    labels = texts.get("labels", {})
    pairs = pieces.pairs(facts, [(key, labels.get(key, ""), always) for key, always in keys], lang)
    return [KeyValues(pairs)] if pairs else []


def parts(facts: Facts, keys: Mapping[str, Keys], frame: Frame) -> list[Section]:
    """Sections of facts: the name of each title in the texts → its facts."""
    return [(frame.texts[part], rows(facts, some, frame.texts, frame.lang)) for part, some in keys.items()]


def contact(frame: Frame) -> Section:
    """The last section of most letters: our desk."""
    return frame.texts["contact"], [pieces.desk_rows(frame.parties.desk, frame.texts, frame.lang)]


def gaps(texts: Any, names: Iterable[str]) -> KeyValues:
    """Lines to be filled in by hand."""
    return KeyValues(tuple((texts[name], pieces.blank(texts[name])) for name in names))


def form(names: Iterable[str], count: int) -> Table:
    """An empty table to write in by hand, after the sheet was printed: no gap that holds it back."""
    head = tuple(names)
    return Table(head, tuple(("",) * len(head) for _ in range(count)))


def bullets(lines: Iterable[str]) -> BulletList:
    return BulletList(tuple(lines))


def steps(lines: Iterable[str]) -> NumberedList:
    return NumberedList(tuple(lines))


def ticks(lines: Iterable[str]) -> Checklist:
    """Boxes to tick by hand."""
    return Checklist(tuple(CheckItem(line) for line in lines))


def desk(facts: Facts, frame: Frame) -> list[Block]:
    """The contact desk that the facts name, else the one of preparation."""
    said = wording.say(facts, "contact_desk", frame.lang)
    if said.known:
        return [KeyValues(((frame.texts["desk_who"], said.span),))]
    return [pieces.desk_rows(frame.parties.desk, frame.texts, frame.lang)]


def advice(facts: Facts, texts: Any, lang: Lang) -> Block:
    """What those concerned are asked to do: as the facts say, else the general words of `advice_list`."""
    said = wording.say(facts, "protect_yourself", lang)
    return BulletList(said.lines) if said.known else bullets(texts["advice_list"])


def items(facts: Facts, texts: Any, lang: Lang) -> list[Block]:
    """The kinds of data; only what was verified may be called not included."""
    blocks: list[Block] = [pieces.bullets(facts, "data_items", lang)]
    if wording.say(facts, "data_items_not_included", lang).status == "confirmed":
        blocks += [Paragraph(texts["not_included"]), pieces.bullets(facts, "data_items_not_included", lang)]
    return blocks


def befell(facts: Facts, texts: Any, lang: Lang) -> tuple[Status, str]:
    """How sure it is that data were touched, and how, in everyday words for a title."""
    codes = wording.codes(facts, "event")
    status: Status = wording.say(facts, "event", lang).status if codes else "unknown"
    # 「漏えいおよび消失のおそれ」 could be read as a leak that is certain: what is suspected is joined by 「または」.
    join = texts["and" if status == "confirmed" else "and_suspected"]
    return status, join.join(name for code, name in texts["events"].items() if code in codes)
