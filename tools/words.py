"""Gathers the Japanese texts of a room, merges them with their English and compiles the catalogue.

python tools/words.py ROOM...      every room without names; exits 1 and lists the texts that have no English
python tools/words.py --check      writes nothing; exits 1 when a catalogue is not up to date
"""

from __future__ import annotations

import ast
import difflib
import re
import sys
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tools.catalog import Message, read_po, write_mo, write_po

ROOMS = Path(__file__).resolve().parents[1] / "src" / "hikeshi"
PLACE = Path("locale", "en", "LC_MESSAGES", "django.po")
# name of the function -> how many of its leading arguments are (context, text, plural)
CALLS = {"gettext": "t", "gettext_noop": "t", "_": "t", "pgettext": "ct", "ngettext": "tp", "npgettext": "ctp"}
LITERAL = r"""u?("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')"""
TEMPLATE_CALL = re.compile(rf"\b(n?p?gettext|_)\(({LITERAL}(?:\s*,\s*{LITERAL})*)")

Messages = dict[tuple[str, str], Message]


def rooms() -> list[str]:
    """The rooms that say something to a user through Django."""
    return [
        folder.name
        for folder in sorted(ROOMS.iterdir())
        if folder.name != "engines"
        and (folder / "__init__.py").is_file()
        and ((folder / PLACE).is_file() or said(folder))
    ]


def said(room: Path) -> Messages:
    """What the code and templates of a room say now, without English."""
    found: Messages = {}
    for file in sorted(room.rglob("*")):
        if file.suffix == ".py" and "migrations" not in file.parts:
            calls = in_python(file)
        elif file.suffix in (".html", ".txt", ".webmanifest", ".svg") and "templates" in file.parts:
            calls = in_template(file)
        else:
            continue
        for message in calls:
            kept = found.setdefault(message.key, message)
            kept.plural = kept.plural if kept.plural is not None else message.plural
            kept.files.add(file.relative_to(room).as_posix())
    return found


def in_python(file: Path) -> Iterator[Message]:
    """The texts of a module. A text that is not a plain literal would never be found: that is an error."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        shape = CALLS.get(name.removesuffix("_lazy"))
        if shape is None or not node.args:
            continue
        arguments = [arg.value if isinstance(arg, ast.Constant) else None for arg in node.args[: len(shape)]]
        texts = [value for value in arguments if isinstance(value, str)]
        if len(texts) < len(shape):
            if isinstance(node.args[0], ast.JoinedStr):
                raise SystemExit(f"{file}:{node.lineno}: an f-string cannot be translated; use named placeholders")
            continue  # gettext(name): the texts stand elsewhere and are marked there
        yield _message(shape, texts)


def in_template(file: Path) -> Iterator[Message]:
    """The texts of a Django template, as Django's own makemessages reads it."""
    from django.utils.translation.template import templatize

    for call in TEMPLATE_CALL.finditer(templatize(file.read_text(encoding="utf-8"), str(file))):
        texts = [ast.literal_eval(text) for text in re.findall(LITERAL, call[2])]
        shape = CALLS[call[1]]
        if len(texts) >= len(shape):
            yield _message(shape, texts)


def merged(room: Path) -> Messages:
    """What the room says now, with the English that its catalogue already has."""
    known, now = read_po(room / PLACE), said(room)
    for key, message in now.items():
        if key in known:
            message.english = known[key].english[: message.forms]
    return now


def faults(room: Path, *, written: bool) -> list[str]:
    """What is wrong with a room's catalogue; `written` also compares the files on disk."""
    now = merged(room)
    known = read_po(room / PLACE)
    lost = sorted(message.japanese for key, message in known.items() if key not in now)
    wrong = []
    for message in now.values():
        if fault := message.fault():
            near = difflib.get_close_matches(message.japanese, lost, 1)
            before = f" (before: {near[0]!r} = {known['', near[0]].english})" if near and ("", near[0]) in known else ""
            wrong.append(f"{room.name}: {fault}: {message.japanese!r} in {', '.join(sorted(message.files))}{before}")
    if written:
        for path, content in (
            (room / PLACE, write_po(now).encode()),
            ((room / PLACE).with_suffix(".mo"), write_mo(now)),
        ):
            if now and (not path.is_file() or path.read_bytes() != content):
                wrong.append(f"{room.name}: {path.name} is not up to date; run: python tools/words.py {room.name}")
    return wrong


def write(room: Path) -> None:
    """Write the merged catalogue and its compiled form."""
    now = merged(room)
    path = room / PLACE
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(write_po(now), encoding="utf-8", newline="\n")
    path.with_suffix(".mo").write_bytes(write_mo(now))


def _message(shape: str, texts: list[str]) -> Message:
    context = texts.pop(0) if shape.startswith("c") else None
    return Message(context, texts[0], texts[1] if shape.endswith("p") else None)


def main(arguments: list[str]) -> int:
    check = "--check" in arguments
    wrong: list[str] = []
    for name in [word for word in arguments if word != "--check"] or rooms():
        room = ROOMS / name
        wrong += faults(room, written=check)
        if not check:
            write(room)
    sys.stdout.write("".join(f"{line}\n" for line in wrong))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
