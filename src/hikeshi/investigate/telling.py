"""Findings in words: the title and what would settle them, in the user's language."""

from pathlib import Path
from typing import Any

from hikeshi import words
from hikeshi.engines import logs
from hikeshi.investigate import rules

FINDINGS = Path(logs.__file__).parent / "findings"


def title(found: str, variant: str, params: dict[str, Any], lang: str) -> str:
    """What was found, as one sentence."""
    return words.fill(words.texts(FINDINGS / found, lang)["title"][variant], params)


def about(found: str, lang: str) -> dict[str, str]:
    """name, about and next of a kind of finding."""
    texts = words.texts(FINDINGS / found, lang)
    return {name: texts.get(name, "") for name in ("name", "about", "next")}


def settle(finding: Any, lang: str) -> list[str]:
    """What would settle what the log leaves open. `finding`: a logs.Finding of the kept report."""
    texts = words.texts(finding.folder, lang).get("settle", {})
    return [words.fill(texts[name], rules.named(finding.params, lang)) for name in finding.settle]
