"""Findings and the story in words: what was found and what would settle it, in the user's language."""

from collections.abc import Mapping
from datetime import tzinfo
from pathlib import Path
from typing import Any

from hikeshi import words
from hikeshi.engines import logs
from hikeshi.engines.logs import story
from hikeshi.investigate import rules

FINDINGS = Path(logs.__file__).parent / "findings"
STORY = Path(story.__file__).parent


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


def part(code: str, params: Mapping[str, Any], lang: str, where: tzinfo | None) -> str:
    """One part of the story as a sentence, its times as clocks in that zone show them."""
    if code.startswith("finding:"):
        _, found, variant = code.split(":", 2)
        return title(found, variant, dict(params), lang)
    texts = words.texts(STORY, lang)
    given = {name: texts["unknown"].get(name, "") if value == "" else value for name, value in params.items()}
    if "time" in given:
        given["time"] = rules.clock(str(given["time"]), where)
    if "action" in given:
        given["action"] = texts["actions"].get(str(given["action"]).rpartition(".")[2], given["action"])
    if isinstance(given.get("bytes"), int):
        given["bytes"] = rules.size(given["bytes"], texts["units"]["bytes"])
    return words.fill(texts[code], given)


def part_settled(code: str, names: list[str], params: Mapping[str, Any], lang: str) -> list[str]:
    """What would settle a part of the story."""
    folder = FINDINGS / code.split(":", 2)[1] if code.startswith("finding:") else STORY
    known = words.texts(folder, lang).get("settle", {})
    return [words.fill(known[name], rules.named(params, lang)) for name in names if name in known]


LEVELS = {
    "critical": {"ja": "緊急", "en": "critical"},
    "high": {"ja": "重大", "en": "high"},
    "medium": {"ja": "注意", "en": "medium"},
    "low": {"ja": "参考", "en": "low"},
    "informational": {"ja": "情報", "en": "informational"},
}


def hits(report: Any, lang: str) -> list[dict[str, Any]]:
    """The rules that matched, with the author of each, as its licence asks."""
    found = []
    for hit in report.hits:
        rule, level = hit.rule, LEVELS.get(str(hit.rule.get("level")))
        named = (lang == "ja" and rule.get("ja")) or rule["title"]
        times = {"first": logs.rfc3339(hit.first), "last": logs.rfc3339(hit.last)}
        told = {"name": named, "level": level[lang] if level else "", "author": rule.get("author") or ""}
        found.append({**told, **times, "count": hit.count, "samples": hit.samples})
    return found
