"""A text as the checks read it: every line in one normal form, so that no way of writing hides a word.

Full and half width, half-width kana, letters nobody sees, direction marks, letters spread by blanks, line breaks in the
middle of a sentence: NFKC and what follows here undo them before anything is looked for.
"""

# words: data throughout, what Japanese and English text is made of
from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any

from hikeshi.engines.common.mynumber import masked
from hikeshi.notify import wording

_DASHES = re.compile("[‐‑‒–—―−⁃﹣─━]")
# The text on paper shows such letters as their code: <U+200B>.
_SHOWN = re.compile(r"<U\+([0-9A-F]{4,6})>")
_WIDE = "\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_BETWEEN = re.compile(rf"(?<=[{_WIDE}])\s+|\s+(?=[{_WIDE}])")
_SPREAD = re.compile(r"(?<![A-Za-z])(?:[A-Za-z] ){3,}[A-Za-z](?![A-Za-z])")
_LONG = re.compile("(?<=[0-9])[ー](?=[0-9])")
_SENTENCE = re.compile(r"(?<=[。！？!?])|(?<=[a-z)]\.)\s+")
_INVISIBLE = frozenset("\u034f\u115f\u1160\u3164\uffa0\u17b4\u17b5\u180e")
_NO_LETTER = ("Cf", "Cc", "Cs")
_KANJI = {c: str(n) for n, c in enumerate("〇一二三四五六七八九")}
# Everyday words made with a number, which count nothing: 一時停止, お一人おひとり. 午前一時 and 一時に stay hours.
_IDIOM = (
    "(?<!午前)(?<!午後)一時(?=的|停|中断|休|閉|見合|遮断|切|非?公開|利用|使用|凍結|保|離|制限|不通|不能|預|しのぎ|ご(?!ろ)|お"
    "|サービス|受付|営業|業務|運用|閲覧|ログイン|、(?:停|中断|休))"
    "|お?一人(?:お?ひとり|お?一人|でも多|残らず|ずつ|で悩|で抱)|一件(?:落着|一件|ずつ)|一日(?:も早|でも早)|万人(?=向|受)"
    "|(?<!時)十分(?=ご(?!と|ろ)|お(?!き)|に|な|気を|注意|留意|配慮|確認|検|理解|尽|で(?:な|は|あ))"
)
# 四百十二人, and 10万人 or 1億2千万円, where digits and kanji make one number.
_COUNTED = re.compile(
    rf"(?P<idiom>{_IDIOM})"
    r"|(?<![\d〇一二三四五六七八九十百千万億])[〇一二三四五六七八九十百千万億]+(?=\s*(?:余り?)?\s*(?:人|名|件|円|月|日|時|分|年))"
    r"|(?<![\d.十百千万億])\d+(?:\.\d+)?(?:[十百千万億](?:\d+(?:\.\d+)?)?)+(?=\s*(?:余り?)?\s*(?:人|名|件|世帯|社|円|ドル|口座|通))"
)
_PART = re.compile(r"\d+(?:\.\d+)?|.")
_UNITS = {"十": 10, "百": 100, "千": 1000}
_MYRIADS = {"万": 10_000, "億": 100_000_000}
_LONGEST = 24
"""A longer row of digits and units is nobody's number."""
_ASIDE = re.compile(r"\([^()]{0,40}\)")
_KANA = {n: chr(n - 0x60) for n in range(0x30A1, 0x30F7)}
_ENDING = re.compile(
    "(?:し|され|られ|れ|け|き|ぎ|り|い|ち|み|び|っ|ん|え|せ|て|め|べ|ね)?(?:て|で)?(?:しま|い|おり)?"
    "(?:ました|ます|った|んだ|た|だ|る|です|でした|である|であった)$"
)
_LEAST = 10
"""A piece of a template shorter than this proves nothing about where a line came from."""


def spaced(text: str) -> str:
    """A line in NFKC without letters that nobody sees, its blanks where they are."""
    text = _SHOWN.sub("", text)
    text = "".join(c for c in text if c in "\n\t" or c not in _INVISIBLE and unicodedata.category(c) not in _NO_LETTER)
    text = unicodedata.normalize("NFKC", text)
    return " ".join(_LONG.sub("-", _DASHES.sub("-", text)).split())


def normal(text: str) -> str:
    """One line as it is looked at."""
    text = _BETWEEN.sub("", spaced(text))
    return _SPREAD.sub(lambda found: found[0].replace(" ", ""), text)


def bare(text: str) -> str:
    """Letters and digits alone, without what stands in brackets, in one kind of kana: no mark or blank parts a word."""
    said = digits(normal(_ASIDE.sub("", unicodedata.normalize("NFKC", text)))).lower()
    return "".join(c for c in said.translate(_KANA) if unicodedata.category(c)[0] in "LN")


def stem(words: str) -> str:
    """What stays of a sentence whose verb is written politely or plainly: 売った, 売りました, 売ったこと."""
    return _ENDING.sub("", bare(words))


def hidden(text: str, secrets: Iterable[str]) -> str:
    """A text as it may be shown: what is secret in it, however it is written there, is not shown again."""
    for secret in secrets:
        # The blanks beside a word are no part of it.
        pattern = re.compile(r"\s*".join(map(re.escape, re.sub(r"\s", "", secret))))
        plain = spaced(text)
        if pattern.search(plain):
            text = pattern.sub("●●●●", plain)
    return masked(text)[0]


def digits(text: str) -> str:
    """Text with thousands joined and numbers before a counter as digits: 四百十二人 → 412人, 10万人 → 100000人."""
    text = re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", text)
    return _COUNTED.sub(lambda found: found["idiom"] or _number(found[0]), text)


def _number(said: str) -> str:
    if len(said) > _LONGEST:
        return said
    if not re.search("[十百千万億]", said):
        return str(int("".join(_KANJI[c] for c in said)))
    none = Decimal(0)
    total = part = one = none
    for c in _PART.findall(said):
        if c in _MYRIADS:
            total, part, one = (part + one or 1) * _MYRIADS[c] + total, none, none
        elif c in _UNITS:
            part, one = part + (one or 1) * _UNITS[c], none
        else:
            one = Decimal(_KANJI.get(c, c))
    return str(int(total + part + one))


@dataclass(frozen=True, slots=True)
class Line:
    """A line (or a paragraph made one line). `text` is normal, with the words of our own templates left out as 〼."""

    number: int
    written: str
    text: str
    ours: bool  # it stands so in the text that the facts gave; nobody wrote it by hand

    def sentences(self) -> list[str]:
        return [part for part in _SENTENCE.split(self.text) if part and part.strip("〼 ")]


@dataclass(frozen=True, slots=True)
class Hit:
    """What a check found. `hide`: values that may not be shown again; `about` chooses the check's words."""

    line: Line
    words: str
    about: str = ""
    hide: tuple[str, ...] = ()
    override: bool | None = None


@dataclass(frozen=True)
class Reading:
    """A text with all that it is held against.

    `generated` is what the facts alone give; `templates` the fixed words of this kind; `known` names, numbers and
    addresses of our own and of those whom preparation names; `audience` as the kind of document says.
    """

    text: str
    lang: Any
    facts: Mapping[str, Any]
    generated: str = ""
    audience: str = "customers"
    templates: tuple[str, ...] = ()
    known: tuple[str, ...] = ()
    lines: tuple[Line, ...] = field(default=())

    @property
    def open(self) -> bool:
        """Whether people outside who are no experts read it."""
        return self.audience in ("customers", "partners", "public")

    @cached_property
    def known_words(self) -> str:
        return "\n".join(normal(one).lower() for one in self.known if one)

    @cached_property
    def by_hand(self) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if not line.ours)

    def sentences(self, *, by_hand: bool = False) -> Iterator[tuple[Line, str]]:
        for line in self.by_hand if by_hand else self.lines:
            for sentence in line.sentences():
                yield line, sentence


def marked(sentence: str, lang: Any = "ja") -> bool:
    """Whether a sentence says of itself that it is suspected and being looked into."""
    return any(wording.marked(sentence, one) for one in ("ja", "en"))


def read(
    text: str,
    lang: Any,
    facts: Mapping[str, Any],
    *,
    generated: str = "",
    audience: str = "customers",
    templates: Sequence[str] = (),
    known: Sequence[str] = (),
) -> Reading:
    """A reading of a text: each line, and each paragraph of several lines as one."""
    pieces = _pieces(templates, facts, lang)
    ours = {normal(line) for line in generated.splitlines()}
    lines: list[Line] = []
    block: list[tuple[int, str]] = []
    for number, line in enumerate([*text.splitlines(), ""], 1):
        if normal(line):
            block.append((number, line))
            lines.append(_line(number, line, pieces, normal(line) in ours))
            continue
        if len(block) > 1 and not all(normal(one) in ours for _, one in block):
            joined = " ".join(one for _, one in block)
            lines.append(_line(block[0][0], joined, pieces, False))
        block = []
    return Reading(text, lang, facts, generated, audience, tuple(templates), tuple(known), tuple(lines))


def _line(number: int, written: str, pieces: Sequence[str], ours: bool) -> Line:
    text = normal(written)
    for piece in pieces:
        if piece in text:
            text = text.replace(piece, "〼")
    return Line(number, written.strip(), text, ours)


def _pieces(templates: Sequence[str], facts: Mapping[str, Any], lang: Any) -> list[str]:
    """The fixed words of the document, and the vocabulary's own words for what is confirmed; longest first."""
    found = [part for text in templates for line in text.splitlines() for part in re.split(r"\{\w*\}", line)]
    for key, fact in facts.items():
        entry = wording.vocabulary().get(key)
        if entry is not None and fact.status == "confirmed" and entry["type"] == "tri":
            found += wording.value_lines(entry, fact.value, lang)
    whole = {normal(part) for part in found}
    return sorted((part for part in whole if len(part) >= _LEAST), key=len, reverse=True)
