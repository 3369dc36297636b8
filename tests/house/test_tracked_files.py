"""What lies in the project says nothing about where it was made, and fetches nothing by itself."""

from __future__ import annotations

import re

from tests.house.house import ROOT, none, tracked, where

# Spelled in parts, so that this file does not find itself.
HOSTS = [
    "py" + "pi.org",
    "files.python" + "hosted.org",
    "registry.npm" + "js.org",
    "proxy.golang" + ".org",
    "deb.debian" + ".org",
]
PLACES = ["/work" + "/", "/home" + "/", "/ro" + "ot/", "/Us" + "ers/", "/opt/" + "wheels", r"C:\\Us" + "ers"]
WORKPLACE = [
    "clau" + "de",
    "anthr" + "opic",
    "chat" + "gpt",
    "co" + "pilot",
    "co-authored" + "-by",
    "sub" + "agent",
    "language " + "model",
]
# Pages that are carried away as one file and bring a policy of their own, with the hash of each style and script.
ALONE = {"pocket.html"}
# Crawlers are called so in web logs, and a parser must know their names.
CRAWLER = re.compile(r"\w+-?bot\b|\w+-web\b|\w+-user\b")
TEXT = {
    ".py",
    ".toml",
    ".md",
    ".html",
    ".css",
    ".js",
    ".txt",
    ".po",
    ".lock",
    ".json",
    ".yml",
    ".yaml",
    ".cfg",
    ".typ",
    ".csv",
    "",
}
# Example homes that a user would recognise as their own, in pages that explain a path.
EXAMPLES = re.compile(r"/home/(hanako|taro|user)\b|/Users/(hanako|taro)\b|C:\\\\Users\\\\(hanako|taro|花子)")
# Logs written for tests, drills and as examples of rules name the homes of the machines they pretend to come from;
# collectors name the places where evidence lies on the machines they are carried to.
SAMPLES = (
    "tests/",
    "src/hikeshi/drill/scenarios/",
    "src/hikeshi/engines/logs/starter/",
    "src/hikeshi/engines/evidence/collectors/",
)


def lines() -> list[tuple[str, str]]:
    """(place, line) of every tracked text."""
    found = []
    for file in tracked():
        if file.suffix in TEXT and file.stat().st_size < 3_000_000:
            text = file.read_text(encoding="utf-8", errors="replace")
            found += [(where(file, n), line) for n, line in enumerate(text.splitlines(), 1)]
    return found


def test_no_registry_is_named() -> None:
    """どのファイルも、部品の配布元の名前を書かない（使う人の設定に従う）。"""
    none([f"{place}: {host}" for place, line in lines() for host in HOSTS if host in line.lower()])


def test_no_place_on_somebodys_machine_is_named() -> None:
    """どのファイルも、作った人の機械の場所を書かない。"""
    none(
        [
            f"{place}: {line.strip()[:80]}"
            for place, line in lines()
            if not place.startswith(SAMPLES) and any(path in EXAMPLES.sub("", line) for path in PLACES)
        ]
    )


def test_no_word_of_the_workshop_is_left() -> None:
    """どのファイルも、作り方の都合の言葉を残さない。"""
    none([f"{place}: {word}" for place, line in lines() for word in WORKPLACE if word in CRAWLER.sub("", line.lower())])


def test_no_page_fetches_from_outside() -> None:
    """ページ・スタイル・スクリプトは、外から何も読み込まない。"""
    outside = re.compile(
        r"""(?:src|href)\s*=\s*["'](?:https?:)?//(?!localhost)|url\(\s*["']?(?:https?:)?//|@import|<link[^>]+https?:"""
    )
    none(
        [
            f"{where(file)}: {found.group()}"
            for file in tracked()
            if file.suffix in (".html", ".css", ".js") and file.is_relative_to(ROOT / "src")
            for found in outside.finditer(file.read_text(encoding="utf-8"))
            if "<a " not in file.read_text(encoding="utf-8")[max(0, found.start() - 200) : found.start() + 1]
        ]
    )


def test_no_style_or_script_stands_in_a_page() -> None:
    """ページの中に style も script も書かない（CSP が止める）。"""
    inline = re.compile(
        r"""<style|<script(?![^>]*\bsrc=)(?![^>]*type="application/json")|\sstyle="|\son[a-z]+="|javascript:""", re.I
    )
    none(
        [
            f"{where(file)}: {found.group()}"
            for file in tracked()
            if file.suffix == ".html" and "templates" in file.parts and file.name not in ALONE
            for found in inline.finditer(file.read_text(encoding="utf-8"))
        ]
    )
