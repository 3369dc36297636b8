"""Writes docs/entries.md: every kind of entry that a casebook can hold, from the rooms' entries.py.

python tools/entries.py            write it
python tools/entries.py --check    exit 1 when it is not up to date
"""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import Any

HOUSE = Path(__file__).resolve().parents[1]
PAGE = HOUSE / "docs" / "entries.md"
HEAD = """# 記録の種類 / Kinds of entry

台帳（casebook）に書かれる記録の種類を、部屋ごとに挙げます。
このページは各部屋の `entries.py` から作られます（`python tools/entries.py`）。

Every kind of entry that a casebook holds, room by room.
This page is made from each room's `entries.py` (`python tools/entries.py`).

- A kind that was ever written is never changed; a new shape is a new version beside the old one.
- *kept text* is the SHA-256 of a salted text kept outside the chain: its disposal breaks no chain.
"""


def page() -> str:
    """The whole page."""
    from hikeshi.engines.ledger.kinds import KINDS, schema

    for file in sorted((HOUSE / "src" / "hikeshi").glob("*/entries.py")):
        importlib.import_module(f"hikeshi.{file.parent.name}.entries")
    rooms: dict[str, list[str]] = {}
    for (name, version), declared in sorted(KINDS.items()):
        if declared.__module__.startswith("hikeshi."):
            room = declared.__module__.split(".")[1]
            rooms.setdefault(room, []).append(section(name, schema(name, version)))
    return "\n".join([HEAD, *(f"## {room}\n\n" + "\n".join(sections) for room, sections in sorted(rooms.items()))])


def section(name: str, schema: dict[str, Any]) -> str:
    """One kind: its sentence and its fields."""
    lines = [f"### `{name}` version {schema['version']}", "", *schema["description"].splitlines(), ""]
    if schema["properties"]:
        lines += ["| field | holds | always there |", "|---|---|---|"]
    for field, shape in schema["properties"].items():
        lines.append(f"| `{field}` | {holds(shape)} | {'yes' if field in schema['required'] else ''} |")
    return "\n".join(lines).rstrip() + "\n"


def holds(shape: dict[str, Any]) -> str:
    """What a field may hold, in a few words."""
    match shape:
        case {"contentMediaType": _}:
            return "kept text"
        case {"enum": values}:
            return " or ".join(f"`{value}`" for value in values)
        case {"anyOf": [inner, {"type": "null"}]}:
            return f"{holds(inner)}, or nothing"
        case {"type": "array", "items": inner}:
            return f"list of {holds(inner)}"
        case {"type": "object", "properties": inner}:
            return "{" + ", ".join(f"`{name}`: {holds(part)}" for name, part in inner.items()) + "}"
        case {"type": "object", "additionalProperties": inner}:
            return f"names → {holds(inner)}"
        case {"type": kind}:
            return {"string": "text", "boolean": "true or false", "integer": "whole number"}.get(kind, kind)
    return "any JSON value"


def main(arguments: list[str]) -> int:
    now = page()
    if "--check" in arguments:
        return 0 if PAGE.is_file() and PAGE.read_text(encoding="utf-8") == now else 1
    PAGE.write_text(now, encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
