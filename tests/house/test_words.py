"""Every Japanese sentence has its English, wherever it is written."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.house.house import JAPANESE, SRC, kind_folders, kinds_in, modules, none, tree, where
from tools import words as catalogues

GETTEXT = re.compile(r"(n?p?gettext(_lazy|_noop)?|_)$")
# Said, with the reason, beside a Japanese literal that is no sentence to a user: a pattern, a law's term, sample data.
# "# words: data throughout, …" at the head of a file covers all of it.
DATA_MARK = "# words: data"
# 「訓練 DRILL」: a mark that stands in both languages.
BOTH_AT_ONCE = re.compile(r"[\u3041-\u9fff]+ [A-Za-z]+")
# Signs that look wrong between English words: they are translated like words.
FULL_WIDTH = re.compile("[、。・〜（）：；／＋－！？「」　]")
# A language is named in itself.
OWN_NAMES = {"日本語"}


@pytest.mark.parametrize("room", catalogues.rooms())
def test_catalogue_is_complete_and_fresh(room: str) -> None:
    """どの部屋の文にも英訳があり、.po と .mo は今の文と一致する。"""
    none(catalogues.faults(SRC / room, written=True))


def test_no_japanese_in_code_outside_gettext() -> None:
    """プログラムの中の日本語は、gettext・「日本語 / English」・ja/en の組のどれかに入っている。"""
    wrong = [
        f"{where(file, line)}: {text[:40]!r}"
        for file in modules()
        for line, text in naked(file)
        if text not in OWN_NAMES
    ]
    none(wrong)


def test_no_japanese_in_templates_outside_translate() -> None:
    """テンプレートの日本語は、すべて translate の中にある。"""
    wrong = [
        f"{where(file, line)}: {text[:40]!r}"
        for file in sorted(SRC.rglob("templates/**/*"))
        if file.suffix in (".html", ".txt", ".svg")
        for line, text in naked_in_template(file.read_text(encoding="utf-8"))
    ]
    none(wrong)


def test_no_japanese_in_scripts_and_sheets() -> None:
    """スクリプトとスタイルシートは、文を持たない（文はページの側にある）。"""
    wrong = []
    for file in sorted(SRC.rglob("static/**/*")):
        if file.suffix in (".js", ".css") and ".min." not in file.name:
            code = re.sub(r"/\*.*?\*/|^\s*//.*?$", "", file.read_text(encoding="utf-8"), flags=re.S | re.M)
            # A font is called by its own name.
            code = re.sub(r"font-family:[^;]*;", "", code)
            # The margins of printed paper cannot read a page's words: there both languages stand side by side.
            code = re.sub(r"@page[^{]*\{(?:[^{}]|\{[^{}]*\})*\}", "", code)
            wrong += [f"{where(file)}: {found.group()}" for found in JAPANESE.finditer(code)]
    none(wrong)


def test_kinds_say_the_same_in_both_languages() -> None:
    """どの種類のフォルダも、ja.toml と en.toml に同じ項目を持つ。"""
    wrong = []
    for folder in (kind for group in kind_folders() for kind in kinds_in(group)):
        both = [folder / "ja.toml", folder / "en.toml"]
        if any(file.is_file() for file in both):
            ja, en = (shape(tomllib.loads(f.read_text(encoding="utf-8"))) if f.is_file() else set() for f in both)
            if ja != en:
                wrong.append(f"{where(folder)}: only in one language: {sorted(ja ^ en)}")
    none(wrong)


def test_pairs_in_toml_are_pairs() -> None:
    """TOML の中の {ja, en} は、いつも両方がそろい、英語の側に日本語だけの文はない。"""
    wrong = []
    for file in sorted(SRC.rglob("*.toml")):
        if file.name not in ("ja.toml", "en.toml"):
            wrong += [f"{where(file)}: {path}" for path in half_pairs(tomllib.loads(file.read_text(encoding="utf-8")))]
    none(wrong)


def naked(file: Path) -> Iterator[tuple[int, str]]:
    """(line, text) of each Japanese literal that no translation covers."""
    lines = file.read_text(encoding="utf-8").splitlines()
    if any(line.startswith(f"{DATA_MARK} throughout") for line in lines[:20]):
        return
    covered: set[int] = set()
    for node in ast.walk(tree(file)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and ast.get_docstring(
            node
        ):
            covered.add(id(node.body[0].value))  # type: ignore[attr-defined]
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            covered.add(id(node.value))  # a docstring of an attribute
        elif isinstance(node, ast.Compare):
            covered |= {id(part) for part in ast.walk(node)}  # "ァ" <= c <= "ヶ"
        elif isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            pair = {"ja", "en"} <= {keyword.arg for keyword in node.keywords}
            if GETTEXT.match(name):
                covered |= {id(part) for argument in node.args for part in ast.walk(argument)}
            covered |= {id(k.value) for k in node.keywords if k.arg == "ja" and pair}
        elif isinstance(node, ast.Dict):
            keys = [getattr(key, "value", None) for key in node.keys]
            if {"ja", "en"} <= set(keys):
                value = node.values[keys.index("ja")]
                covered |= {id(part) for part in ast.walk(value)}
    for node in ast.walk(tree(file)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and JAPANESE.search(node.value):
            both = " / " in node.value and not JAPANESE.search(node.value.rsplit(" / ", 1)[1])
            both = both or BOTH_AT_ONCE.fullmatch(node.value) is not None
            beside = "\n".join(lines[max(0, node.lineno - 2) : node.end_lineno])
            if id(node) not in covered and not both and DATA_MARK not in beside:
                yield node.lineno, node.value


def naked_in_template(source: str) -> Iterator[tuple[int, str]]:
    """(line, text) of the Japanese that a template shows without translating it."""
    from django.template.base import Lexer, TokenType

    inside = ""
    for token in Lexer(source).tokenize():
        if token.token_type == TokenType.COMMENT:
            continue
        word = token.contents.split(" ")[0] if token.token_type == TokenType.BLOCK else ""
        if inside:
            inside = "" if word == f"end{inside}" else inside
        elif word in ("comment", "blocktranslate", "blocktrans"):
            inside = word
        elif word not in ("translate", "trans"):
            shown = re.sub(r"""_\((?:"[^"]*"|'[^']*')\)""", "", token.contents)
            shown = re.sub(r"<!--.*?-->", "", shown, flags=re.S)
            # 「火消し / Hikeshi」 says both at once; a language is named in itself.
            shown = re.sub(r"""[^<>"]+ / [^<>"]*[A-Za-z][^<>"]*|""" + "|".join(OWN_NAMES), "", shown)
            shown = BOTH_AT_ONCE.sub("", shown)
            # A page that is carried away holds both languages side by side.
            shown = re.sub(r"""<(\w+) lang="ja">[^<]*</\1>[^<]*<\1 lang="en">[^<]+</\1>""", "", shown)
            if JAPANESE.search(shown) or FULL_WIDTH.search(shown):
                yield token.lineno or 0, shown.strip()


def shape(data: Any, path: str = "") -> set[str]:
    """The paths of everything in a TOML document, without its texts."""
    if isinstance(data, dict):
        return {inner for key, value in data.items() for inner in shape(value, f"{path}.{key}")} or {path}
    if isinstance(data, list):
        return {inner for n, value in enumerate(data) for inner in shape(value, f"{path}[{n}]")} or {path}
    return {path}


def half_pairs(data: Any, path: str = "") -> Iterator[str]:
    """The paths at which only one of two languages stands, or the English is Japanese."""
    if isinstance(data, dict):
        texts = {key: data[key] for key in ("ja", "en") if isinstance(data.get(key), str | list)}
        if len(texts) == 1:
            yield f"{path}: only {next(iter(texts))}"
        elif len(texts) == 2 and (
            not texts["en"] or (texts["en"] == texts["ja"] and JAPANESE.search(str(texts["ja"])))
        ):
            yield f"{path}: the English is missing"
        for key, value in data.items():
            yield from half_pairs(value, f"{path}.{key}")
    elif isinstance(data, list):
        for n, value in enumerate(data):
            yield from half_pairs(value, f"{path}[{n}]")


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("<p>こんにちは</p>", 1),
        ('{% include "a.html" with label="名前" %}', 1),
        ('{% include "a.html" with label=_("名前") %}', 0),
        ("{% translate '名前' %}{# 覚え書き #}{% comment %}覚え{% endcomment %}", 0),
        ("{% blocktranslate %}名前{% endblocktranslate %}<b>外</b>", 1),
        ('{{ name|default:"なし" }}', 1),
        ("<title>火消し 携帯キット / Hikeshi pocket kit</title>", 0),
        ('<a lang="ja">日本語</a>', 0),
        ('<b>訓練 DRILL</b> <i lang="ja">訓練です</i> ・ <i lang="en">A drill</i>', 0),
        ('<i lang="ja">訓練です</i>', 1),
    ],
)
def test_the_template_rule_sees_what_is_shown(source: str, found: int) -> None:
    """テンプレートの決まりそのものが、訳されない日本語を見つける。"""
    assert len(list(naked_in_template(source))) == found


def test_the_code_rule_sees_what_is_said(tmp_path: Path) -> None:
    """プログラムの決まりそのものが、訳されない日本語を見つける。"""
    file = tmp_path / "sample.py"
    file.write_text(
        '"""説明"""\nfrom x import gettext as _\na = _("甲")\nb = "乙"\nc = "丙 / C"\nd = {"ja": "丁", "en": "D"}\n'
        'e = "戊"  # words: data, a name in a law\nf = _("己" "庚")\n',
        encoding="utf-8",
    )
    assert list(naked(file)) == [(4, "乙")]
