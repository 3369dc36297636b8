"""Which encoding a text from outside is in, and its text without loss: UTF-8, UTF-16, and what Japan wrote before."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

# Longest first: the UTF-32 mark begins with the UTF-16 one.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_JAPANESE = ("cp932", "euc_jp")
_STRANGE = re.compile(r"[^\t\r\n -~\u3000-\u30ff\u4e00-\u9fff\uff01-\uff9f]+")
_KANA, _KANJI = re.compile(r"[\u3040-\u30ff]+"), re.compile(r"[\u4e00-\u9fff]+")
_ODD = re.compile(r"[\uff61-\uff9f\ue000-\uf8ff]+")
_HALF = re.compile(r"[\uff66-\uff9f]{3}")


@dataclass(frozen=True, slots=True)
class Encoding:
    """`name` is Python's codec, `mark` the length of the byte order mark in bytes; `certain` is False for a guess."""

    name: str
    mark: int = 0
    certain: bool = True

    @property
    def wide(self) -> bool:
        """Whether a line end is more than one byte, so that the bytes cannot be cut at 0x0A."""
        return self.name.startswith(("utf-16", "utf-32"))


def detect(sample: bytes) -> Encoding:
    """The encoding of a text of which `sample` is the beginning (a few kilobytes are enough)."""
    for mark, name in _MARKS:
        if sample.startswith(mark):
            return Encoding(name, len(mark))
    if wide := _wide_without_mark(sample):
        return Encoding(wide, 0, certain=False)
    if _decodes(sample, "utf-8"):
        if b"\x1b$" in sample and _decodes(sample, "iso2022_jp"):
            return Encoding("iso2022_jp", certain=False)
        return Encoding("utf-8")
    if _only_half_width(sample):
        return Encoding("cp932", certain=False)
    scores = {name: _japanese(sample, name) for name in _JAPANESE}
    best = max(scores, key=lambda name: scores[name])
    if scores[best] > 0:
        return Encoding(best, certain=False)
    if _decodes(sample, "cp932") and _HALF.search(sample.decode("cp932", "replace")):
        return Encoding("cp932", certain=False)
    return Encoding("utf-8", certain=False)


def decode(raw: bytes, name: str = "utf-8") -> str:
    """The text; bytes that are no text in this encoding stay visible as \\xNN, so that nothing is lost."""
    try:
        return raw.decode("utf-8")  # one line of UTF-8 in a Shift_JIS file is common: each program writes its own
    except UnicodeDecodeError:
        return raw.decode(name, "backslashreplace")


def _decodes(sample: bytes, name: str) -> bool:
    try:
        codecs.getincrementaldecoder(name)().decode(sample)  # incremental: the sample may end inside a character
    except UnicodeDecodeError:
        return False
    return True


def _wide_without_mark(sample: bytes) -> str | None:
    sample = sample[: min(len(sample), 4096) & ~1]
    if b"\0" not in sample or len(sample) < 16:
        return None
    for name in ("utf-16-le", "utf-16-be"):
        text = sample.decode(name, "replace")
        # Read the wrong way round, or being no text at all, it is a crowd of rare characters.
        if len(_STRANGE.sub("", text)) > 0.95 * len(text):
            return name
    return None


def _only_half_width(sample: bytes) -> bool:
    """Whether all that is not ASCII may be kana of half width, one byte each: kanji in EUC would have higher bytes."""
    high = sample.translate(None, bytes(range(128)))
    if len(high) < 24 or high.translate(None, bytes(range(0xA1, 0xE0))):
        return False
    return not _decodes(sample, "euc_jp")  # a few kanji again and again, all of them of lower bytes


def _japanese(sample: bytes, name: str) -> float:
    """How Japanese the sample reads: kana and kanji for, half-width kana and undecodable lines against."""
    score = 0.0
    for line in sample.split(b"\n"):
        if line.isascii():
            continue
        try:
            text = line.decode(name)
        except UnicodeDecodeError:
            score -= 5
            continue
        score += len(text) - len(_KANA.sub("", text))
        score += 0.5 * (len(text) - len(_KANJI.sub("", text)))
        score -= len(text) - len(_ODD.sub("", text))
    return score
