"""Outlook's messages (msg): sender and receivers, the text, and what is attached. Properties after [MS-OXMSG]."""
# words: data throughout, headings

from __future__ import annotations

from collections.abc import Iterator

from ...markup import pieces
from ...ole import Compound, is_ole, streams
from ...pieces import Inner, Piece, Rows, Text
from ...source import Source
from ..html.extractor import TAGS

_SUBJECT, _BODY, _HTML = "0037", "1000", "1013"
_SENDER = (("0C1A", "5D01"), ("0C1A", "0C1F"), ("0042", "5D02"), ("0042", "0065"))
_RECEIVER = (("3001", "39FE"), ("3001", "3003"))
_DATA, _LONG_NAME, _SHORT_NAME = "3701", "3707", "3704"
_MOST = 2000


def fits(source: Source) -> float:
    return 0.9 if is_ole(source.head) and "__properties_version1.0" in streams(source) else 0.0


def read(source: Source) -> Iterator[Piece]:
    file = Compound(source)
    names = file.names()
    folders = sorted({name.rsplit("/", 1)[0] for name in names if "/" in name})
    people = _people(file, names, "", _SENDER)
    for folder in folders[:_MOST]:
        if folder.startswith("__recip_version1.0_"):
            people += _people(file, names, f"{folder}/", _RECEIVER)
    if people:
        yield Rows("people of mails", ("氏名", "email"), people)
    for tag in (_SUBJECT, _BODY):
        if text := _text(file, names, "", tag):
            yield Text(text.replace("\r\n", "\n").encode("utf-8", "replace") + b"\n\n")
    if not _text(file, names, "", _BODY) and (page := _bytes(file, names, "", _HTML)):
        yield from pieces(iter([page.decode("utf-8", "replace")]), TAGS, "mail")
    for folder in folders[:_MOST]:
        if (
            folder.startswith("__attach_version1.0_")
            and "/" not in folder
            and (data := _bytes(file, names, f"{folder}/", _DATA))
        ):
            name = _text(file, names, f"{folder}/", _LONG_NAME) or _text(file, names, f"{folder}/", _SHORT_NAME)
            yield Inner(name[:200] or folder[-8:], data)


def _people(file: Compound, names: list[str], at: str, tags: tuple[tuple[str, str], ...]) -> list[list[str]]:
    found = []
    for name, address in tags:
        if "@" in (email := _text(file, names, at, address)):
            found.append([_text(file, names, at, name), email])
    return found


def _text(file: Compound, names: list[str], at: str, tag: str) -> str:
    for kind, codec in (("001F", "utf-16-le"), ("001E", "cp932")):
        path = f"{at}__substg1.0_{tag}{kind}"
        if path in names:
            return file.read(path).decode(codec, "replace").rstrip("\0")
    return ""


def _bytes(file: Compound, names: list[str], at: str, tag: str) -> bytes:
    path = f"{at}__substg1.0_{tag}0102"
    return file.read(path) if path in names else b""
