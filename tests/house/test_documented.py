"""Every command, setting, kind and entry has its place in docs/."""

from __future__ import annotations

import re

import pytest

from hikeshi import words
from hikeshi.site.dispatch import groups
from tests.house.house import DOCS, ROOT, SRC, kind_folders, kinds_in, modules, none, tracked, where
from tools import commands, entries

SETTING = re.compile(r"""(?:environ|getenv|env)\b[^\n"']*["'](HIKESHI_[A-Z_]+)["']""")


def test_entries_page_is_up_to_date() -> None:
    """docs/entries.md は、いまの記録の種類をすべて載せている（python tools/entries.py で作り直す）。"""
    assert entries.PAGE.read_text(encoding="utf-8") == entries.page()


def test_commands_page_is_up_to_date() -> None:
    """docs/commands.md は、いまの命令をすべて載せている（python tools/commands.py で作り直す）。"""
    assert commands.PAGE.read_text(encoding="utf-8") == commands.page()


def test_every_command_and_option_explains_itself() -> None:
    """どの命令とその指定にも、日本語と英語の説明がある。"""
    silent = [group.name for group in groups().values() if words.half(group.help, "en") == words.half(group.help, "ja")]
    for line in commands.page().splitlines():
        if re.match(r"- `[^`]+` —", line) and " / " not in line:
            silent.append(line)
    none(silent)


def test_every_setting_is_documented() -> None:
    """docs/settings.md は、使われている環境変数をすべて、使われているものだけ載せている。"""
    page = (DOCS / "settings.md").read_text(encoding="utf-8")
    code = "\n".join(file.read_text(encoding="utf-8") for file in [*modules(), *sorted((ROOT / "tests").glob("*.py"))])
    assert set(re.findall(r"^\| `(HIKESHI_[A-Z_]+)`", page, re.M)) == set(SETTING.findall(code))


def test_every_kind_of_folder_has_its_page() -> None:
    """種類のフォルダには、入っているファイルを説明するページが docs/kinds にある。"""
    wrong = []
    for folder in kind_folders():
        names = (f"{folder.name}.md", f"{folder.name.removesuffix('s')}.md", f"{folder.name[:-3]}y.md")
        pages = [DOCS / "kinds" / name for name in names if (DOCS / "kinds" / name).is_file()]
        if not pages:
            wrong.append(f"{where(folder)}: no page docs/kinds/{folder.name}.md")
            continue
        page = pages[0].read_text(encoding="utf-8")
        files = {file.name for kind in kinds_in(folder) for file in kind.iterdir() if file.is_file()}
        wrong += [
            f"{where(pages[0])} does not say what {name} is"
            for name in sorted(files - {"__init__.py"})
            if name not in page
        ]
    none(wrong)


def test_links_in_the_documents_lead_somewhere() -> None:
    """文書の中のリンクは、あるファイルを指す。"""
    broken = []
    for file in tracked():
        if file.suffix == ".md":
            for target in re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", file.read_text(encoding="utf-8")):
                if not (file.parent / target).exists():
                    broken.append(f"{where(file)}: {target}")
    none(broken)


def test_every_room_says_what_it_is_for() -> None:
    """どのモジュールも、一行目で何のためにあるかを述べる。"""
    silent = []
    for file in modules():
        first = file.read_text(encoding="utf-8").lstrip()
        if first and not first.startswith(('"""', "#!", "# words: data")):
            silent.append(where(file))
    none(silent)


@pytest.mark.parametrize("name", ["README.md", "LICENSE", "CHANGELOG.md", "docs/contributing.md"])
def test_what_a_newcomer_looks_for_is_there(name: str) -> None:
    """はじめて来た人が探す文書がある。"""
    assert (ROOT / name).stat().st_size > 200


def test_the_readme_begins_in_japanese() -> None:
    """README は日本語で始まり、英語が続き、二つの命令を示す。"""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert text.index("一人で立ち向かう") < text.index("In English")
    assert text.count("python3 start.py") >= 2
    assert SRC.is_dir()
