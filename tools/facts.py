"""Writes the table of keys in docs/facts.md anew from src/hikeshi/facts.toml; what stands above it is left alone.

python tools/facts.py
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

HOUSE = Path(__file__).resolve().parents[1]
PAGE = HOUSE / "docs" / "facts.md"
HEADING = "## 鍵 / Keys"


def row(key: str, entry: dict[str, Any]) -> str:
    """One key: type, names, meanings, its values, and the clause of the plan that asks for it."""
    told = [entry["meaning_ja"], entry["meaning_en"]]
    told += [f"`{code}` {names['ja']} / {names['en']}" for code, names in entry.get("values", {}).items()]
    told += [f"計画 / plan: {entry['clause']}"] if "clause" in entry else []
    return f"| `{key}` | {entry['type']} | {entry['ja']}<br>{entry['en']} | {'<br>'.join(told)} |"


def main() -> None:
    facts = tomllib.loads((HOUSE / "src" / "hikeshi" / "facts.toml").read_text(encoding="utf-8"))
    above, table = PAGE.read_text(encoding="utf-8").split(HEADING)
    lines = table.splitlines()
    first = next(number for number, line in enumerate(lines) if line.startswith("| `"))
    rows = [row(key, entry) for key, entry in facts.items()]
    after = [line for line in lines[first:] if not line.startswith("| `")]
    PAGE.write_text(above + HEADING + "\n".join([*lines[:first], *rows, *after]) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
