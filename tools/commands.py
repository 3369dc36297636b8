"""Writes docs/commands.md: every command of `hikeshi`, from the rooms' cli.py.

python tools/commands.py            write it
python tools/commands.py --check    exit 1 when it is not up to date
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hikeshi import words

HOUSE = Path(__file__).resolve().parents[1]
PAGE = HOUSE / "docs" / "commands.md"
HEAD = """# 命令 / Commands

このページは各部屋の `cli.py` から作られます（`python tools/commands.py`）。
This page is made from each room's `cli.py` (`python tools/commands.py`).

| | |
|---|---|
| `hikeshi` | はじめる（ブラウザーで開きます） / start, and open the browser |
| `hikeshi --help` | 命令の一覧 / the list of commands |
| `hikeshi --version` | 版 / the version |

`python3 start.py …` の後にも同じ言葉を書けます。The same words may follow `python3 start.py`.

終了コード / exit codes:

- 0 済んだ / done
- 1 足りないもの・おかしいものが見つかった / found wanting
- 2 使い方の誤り / wrong use
- 3 できなかった / could not

`--json` のある命令は、標準出力に JSON だけを出します。
A command with `--json` prints one JSON document to standard output and nothing else.
"""


def page() -> str:
    """The whole page."""
    from typer.main import get_command

    from hikeshi.site.dispatch import groups

    parts = [HEAD]
    for group in groups().values():
        module = importlib.import_module(f"hikeshi.{group.room}.cli")
        for path, command in commands(f"hikeshi {group.name}", get_command(getattr(module, group.app))):
            parts.append(section(path, command))
    return "\n".join(parts)


def commands(path: str, command: Any) -> Iterator[tuple[str, Any]]:
    """(words, command) of everything below a group that does something."""
    children = getattr(command, "commands", None)
    if children is None:
        yield path, command
    for name, child in sorted((children or {}).items()):
        if not child.hidden:
            yield from commands(f"{path} {name}", child)


def section(path: str, command: Any) -> str:
    """One command: what it does, its words and options, each in both languages."""
    lines = [f"## `{path}`", "", *both(command.help or ""), ""]
    shown = [param for param in command.params if not getattr(param, "hidden", False) and param.name != "help"]
    for param in shown:
        name = (param.metavar or param.name.upper()) if param.param_type_name == "argument" else " ".join(param.opts)
        lines.append(f"- `{name}` — " + " / ".join(both(getattr(param, "help", None) or "")))
    return "\n".join(lines).rstrip() + "\n"


def both(text: str) -> list[str]:
    """The Japanese and the English of a help text, each on one line."""
    halves = (words.half(text, lang) for lang in words.LANGUAGES)
    return list(dict.fromkeys(" ".join(half.split()) for half in halves))


def main(arguments: list[str]) -> int:
    now = page()
    if "--check" in arguments:
        return 0 if PAGE.is_file() and PAGE.read_text(encoding="utf-8") == now else 1
    PAGE.write_text(now, encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
