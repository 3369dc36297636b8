"""Reads and writes gettext catalogues (.po, .mo), the same to the byte on every machine, without gettext."""

from __future__ import annotations

import ast
import re
import struct
from dataclasses import dataclass, field
from pathlib import Path

HEADER = (
    "Project-Id-Version: hikeshi\n"
    "Language: en\n"
    "MIME-Version: 1.0\n"
    "Content-Type: text/plain; charset=UTF-8\n"
    "Content-Transfer-Encoding: 8bit\n"
    "Plural-Forms: nplurals=2; plural=(n != 1);\n"
)
PLACEHOLDER = re.compile(r"%\((\w+)\)[a-z]|\{(\w*)[^{}]*\}|%[sd]")


@dataclass
class Message:
    """One text: its context, the Japanese (and plural), the English forms, and the files that say it."""

    context: str | None
    japanese: str
    plural: str | None = None
    english: list[str] = field(default_factory=list)
    files: set[str] = field(default_factory=set)

    @property
    def key(self) -> tuple[str, str]:
        return (self.context or "", self.japanese)

    @property
    def forms(self) -> int:
        return 2 if self.plural is not None else 1

    def fault(self) -> str | None:
        """Why this message cannot be shown in English, or None."""
        if len(self.english) != self.forms or not all(self.english):
            return "no English"
        if self.japanese in self.english and not self.japanese.isascii():
            return "the English is the Japanese"
        wanted = set(PLACEHOLDER.findall(self.japanese)) | set(PLACEHOLDER.findall(self.plural or ""))
        if any(set(PLACEHOLDER.findall(form)) - wanted for form in self.english):
            return "a placeholder that the Japanese does not have"
        # One form of a plural may leave the number out ("one file"), the last must not.
        if wanted - set(PLACEHOLDER.findall(self.english[-1])):
            return "a placeholder of the Japanese is missing"
        return None


def read_po(path: Path) -> dict[tuple[str, str], Message]:
    """The messages of a catalogue, its header left out. An absent file is an empty catalogue."""
    found: dict[tuple[str, str], Message] = {}
    for block in path.read_text(encoding="utf-8").split("\n\n") if path.is_file() else []:
        values: dict[str, str] = {}
        name = ""
        for line in block.splitlines():
            start = re.match(r'(msgctxt|msgid_plural|msgid|msgstr(?:\[\d\])?) (".*")$', line)
            if start:
                name = start[1]
                values[name] = ast.literal_eval(start[2])
            elif line.startswith('"') and name:
                values[name] += ast.literal_eval(line)
        if values.get("msgid"):
            english = [values[form] for form in ("msgstr", "msgstr[0]", "msgstr[1]") if form in values]
            message = Message(values.get("msgctxt"), values["msgid"], values.get("msgid_plural"), english)
            found[message.key] = message
    return found


def write_po(messages: dict[tuple[str, str], Message]) -> str:
    """The text of a catalogue. It names files but no lines, so that moving code changes no catalogue."""
    blocks = ['msgid ""\nmsgstr ""\n' + "\n".join(_quote(line) for line in HEADER.splitlines(keepends=True))]
    for _, message in sorted(messages.items()):
        lines = [f"#: {file}" for file in sorted(message.files)]
        if message.context is not None:
            lines.append(f"msgctxt {_long(message.context)}")
        lines.append(f"msgid {_long(message.japanese)}")
        english = message.english + [""] * (message.forms - len(message.english))
        if message.plural is None:
            lines.append(f"msgstr {_long(english[0])}")
        else:
            lines.append(f"msgid_plural {_long(message.plural)}")
            lines += [f"msgstr[{n}] {_long(form)}" for n, form in enumerate(english[:2])]
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks) + "\n"


def write_mo(messages: dict[tuple[str, str], Message]) -> bytes:
    """The compiled catalogue of every message that has its English (format of gettext's manual, §10.3)."""
    pairs = {b"": HEADER.encode()}
    for message in messages.values():
        if message.fault() is None:
            before = f"{message.context}\x04" if message.context is not None else ""
            after = f"\x00{message.plural}" if message.plural is not None else ""
            pairs[f"{before}{message.japanese}{after}".encode()] = "\x00".join(message.english).encode()
    count = len(pairs)
    keys = sorted(pairs)
    offset = 28 + 16 * count
    tables: list[bytes] = []
    strings: list[bytes] = []
    for column in (keys, [pairs[key] for key in keys]):
        for text in column:
            tables.append(struct.pack("<II", len(text), offset))
            strings.append(text + b"\x00")
            offset += len(text) + 1
    head = struct.pack("<7I", 0x950412DE, 0, count, 28, 28 + 8 * count, 0, 28 + 16 * count)
    return head + b"".join(tables) + b"".join(strings)


def _long(text: str) -> str:
    if "\n" not in text.rstrip("\n"):
        return _quote(text)
    return "\n".join(['""', *(_quote(line) for line in text.splitlines(keepends=True))])


def _quote(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t") + '"'
