"""Marks in a letter to many: which line is for whom. They stand in the approved text, so its hash covers the rule too.

「・〔住所〕住所」 goes to those whom 住所 concerns, and to those of whom nobody knows it; no mark goes to anybody.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from hikeshi.engines.paper.model import (
    Block,
    BulletList,
    Document,
    KeyValues,
    Lang,
    Paragraph,
    Span,
    Text,
    plain,
    spans,
)
from hikeshi.notify import wording
from hikeshi.notify.documents import pieces
from hikeshi.notify.wording import Fact, Facts

ITEMS = "data_items"
_HERE = Path(__file__).parent
_MARK = re.compile(r"(?P<lead>\s*(?:・|- )?)〔(?P<label>[^〔〕\n]+)〕(?P<said>.*)", re.DOTALL)  # words: data
_BRACKETS = re.compile(r"[〔﹝❲]([^〔〕﹝﹞❲❳\n]*)[〕﹞❳]")  # words: data
_OTHER = re.compile(r"\s*(?:・|- )?([\[［【]([^\[\]［］【】\n]+)[\]］】])")  # words: data


@dataclass(frozen=True, slots=True)
class Own:
    """What is known of one person: the names of their own items (none: nobody knows them), and how many records."""

    items: frozenset[str] = frozenset()
    records: str = ""


def own(items: Iterable[str], records: str = "") -> Own:
    return Own(frozenset(_plain(item) for item in items if item.strip()), records)


# --- making the text that is approved -------------------------------------------------------------------------------


def mark(label: str, line: str) -> str:
    """The line with its mark."""
    return f"〔{label.translate(str.maketrans('〔〕', '（）'))}〕{line}"  # words: data


def named(facts: Facts, lang: Lang) -> dict[str, Fact]:
    """Each kind of data that the fact says, by its name, as a fact of its own."""
    fact = facts.get(ITEMS)
    if fact is None or not wording.say(facts, ITEMS, lang).known:
        return {}
    codes = fact.value if isinstance(fact.value, list | tuple) else [fact.value] if fact.value else []
    entry = wording.vocabulary()[ITEMS]
    found = {wording.choice_name(entry, code, lang): Fact([code], fact.status) for code in codes}
    return found | {
        line.strip(): Fact(None, fact.status, line) for line in (fact.text or "").splitlines() if line.strip()
    }


def items(facts: Facts, lang: Lang) -> list[Block]:
    """The kinds of data, each for whom it concerns, after the rule; a lead for those of whom nobody knows."""
    parts, said = named(facts, lang), _words(lang)
    if not parts:
        return [pieces.bullets(facts, ITEMS, lang)]
    lines = []
    for name, fact in parts.items():
        only = wording.say({ITEMS: fact}, ITEMS, lang)
        words = name if fact.status == "confirmed" else plain(pieces.sentences(only, lang))
        lines.append((Span(mark(name, words), status=only.status),))
    return [
        Paragraph(mark(said["rule_mark"], said["rule"])),
        Paragraph(mark(said["anyone_mark"], said["anyone"])),
        BulletList(tuple(lines)),
        Paragraph(mark(said["records_mark"], said["records"])),
    ]


def advice(facts: Facts, texts: Mapping[str, str], lang: Lang) -> list[str]:
    """What to ask of those whom a kind of data concerns; `texts` by its code."""
    entry, known = wording.vocabulary()[ITEMS], wording.codes(facts, ITEMS)
    return [mark(wording.choice_name(entry, code, lang), text) for code, text in texts.items() if code in known]


def strange(line: str, facts: Facts, lang: Lang) -> str:
    """The mark of a line, if it is one that stands for nothing: nobody could say who gets that line."""
    found = _MARK.fullmatch(line)
    return f"〔{found['label']}〕" if found and _plain(found["label"]) not in _known(facts, lang) else ""  # words: data


def idle(line: str, facts: Facts, lang: Lang, *, by_hand: bool) -> tuple[str, bool]:
    """What looks like a mark and is none, so that everybody gets the line with it: where it stands, or how it is made.

    And whether it may pass: other brackets at the beginning of a line may be a title. By hand no such bracket stands
    for anything else; in the words of a fact only the name of an item can be meant as a mark.
    """
    whole = _MARK.fullmatch(line)
    if whole and _plain(whole["label"]) == _plain(_words(lang)["rule_mark"]):
        return "", False
    known = _known(facts, lang)
    for found in _BRACKETS.finditer(whole["said"] if whole else line):
        if by_hand or _plain(found[1]) in {"", *known}:
            return found[0], False
    found_ = _OTHER.match(line)
    return (found_[1], True) if found_ and _plain(found_[2]) in known else ("", False)


def _known(facts: Facts, lang: Lang) -> set[str]:
    """Every label that a mark may bear."""
    return {_plain(one) for one in named(facts, lang)} | {_plain(_words(lang)[f"{one}_mark"]) for one in _OURS}


# --- one person's text ----------------------------------------------------------------------------------------------

_OURS = ("rule", "anyone", "records")


def line_for(line: str, person: Own, lang: Lang) -> str | None:
    """The line as this person gets it; None if it is for others."""
    found, words = _MARK.fullmatch(line), _words(lang)
    if found is None:
        return line
    label, said = _plain(found["label"]), found["lead"] + found["said"]
    if label == _plain(words["rule_mark"]):
        return None
    if label == _plain(words["anyone_mark"]):
        return None if person.items else said
    if label == _plain(words["records_mark"]):
        return ("" if lang == "ja" else " ").join([said, person.records]) if person.records else None
    return said if not person.items or label in person.items else None


def text_for(text: str, person: Own, lang: Lang) -> str:
    """The approved text with this person's lines alone."""
    said = "\n".join(kept for line in text.split("\n") if (kept := line_for(line, person, lang)) is not None)
    return re.sub(r"\n{3,}", "\n\n", said)


def named_to_all(text: str, facts: Facts, lang: Lang) -> list[str]:
    """Lines without a mark that name a kind of data: whoever does not have it reads there that others do."""
    names, nobody = [_plain(one) for one in named(facts, lang)], Own(frozenset({""}))
    return [line.strip() for line in text_for(text, nobody, lang).split("\n") if any(n in _plain(line) for n in names)]


def unsaid(text: str, items: Iterable[str], lang: Lang) -> list[str]:
    """Of these items those that the text tells nobody of, though it has lines by item: whom they concern reads none."""
    marked = {_plain(found["label"]) for line in text.split("\n") if (found := _MARK.fullmatch(line))}
    if not marked - {_plain(_words(lang)[f"{one}_mark"]) for one in _OURS}:
        return []
    to_all = _plain(text_for(text, Own(frozenset({""})), lang))
    return [item for item in dict.fromkeys(items) if _plain(item) not in marked and _plain(item) not in to_all]


def document_for(document: Document, person: Own) -> Document:
    """The approved document with this person's lines alone; of nobody known, what anybody may get."""
    blocks: list[Block] = []
    for block in document.blocks:
        match block:
            case Paragraph(text=text):
                kept = _text_for(text, person, document.lang)
                blocks += [] if kept is None else [replace(block, text=kept)]
            case BulletList(items=lines):
                left = tuple(k for line in lines if (k := _text_for(line, person, document.lang)) is not None)
                blocks += [replace(block, items=left)] if left else []
            case KeyValues(rows=rows):
                # A label stands before the first line: only those after it can bear a mark.
                said = ((label, _text_for(value, person, document.lang, first=False)) for label, value in rows)
                blocks.append(KeyValues(tuple((label, value or "") for label, value in said)))
            case _:
                blocks.append(block)
    return replace(document, blocks=tuple(blocks))


def _text_for(text: Text, person: Own, lang: Lang, *, first: bool = True) -> Text | None:
    """Its lines for this person, each by its own mark, as in a mail. `first`: whether the first may bear one."""
    lines = plain(text).split("\n")
    kept = [] if first else lines[:1]
    kept += [said for line in lines[len(kept) :] if (said := line_for(line, person, lang)) is not None]
    if kept == lines:
        return text
    return (replace(next(iter(spans(text))), text="\n".join(kept)),) if kept else None


def _words(lang: Lang) -> Mapping[str, str]:
    words: Mapping[str, str] = pieces.texts_of(_HERE, lang)["marks"]
    return words


def _plain(text: str) -> str:
    """A name as it is compared: however wide, however spaced; brackets as `mark` writes them."""
    return re.sub(r"[\s（）()〔〕]+", "", unicodedata.normalize("NFKC", text)).lower()  # words: data
