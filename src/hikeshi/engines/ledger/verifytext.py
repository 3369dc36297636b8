"""The text in every archive that tells a stranger, in Japanese and English, how to check it without our software."""

from __future__ import annotations

import re
from pathlib import Path

_TEMPLATE = Path(__file__).with_name("VERIFY.txt")
_COMMAND = re.compile(r"^ {4}(?=\S)(.+)$", re.MULTILINE)


def verify_text(name: str, note: str = "") -> bytes:
    """VERIFY.txt for the archive ``name``; ``note`` is a line for its head, such as that this is a drill."""
    text = _TEMPLATE.read_text(encoding="utf-8").replace("{{name}}", name)
    return text.replace("{{note}}\n", note + "\n\n" if note else "\n").encode("utf-8")


def commands(text: bytes) -> tuple[list[str], list[str]]:
    """The commands that the text tells to run: those of its Japanese and those of its English part."""
    japanese, _, english = text.decode("utf-8").partition("(English)\n")
    return _COMMAND.findall(japanese), _COMMAND.findall(english)
