"""Only one function writes an incident's state (DESIGN, truth 2): whatever else writes a table is named here."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.house import SRC, modules, none, tree, where

STATE = {
    "casebook/record.py": "the lines and their heads",
    "casebook/projecting.py": "the read tables, from the lines",
    "desk": "people, workspaces, sessions: state, recorded by its signal",
    "drill/run.py": "the people of a drill",
    "site/tables.py": "sessions that ran out",
    "contain/drafts.py": "drafts, which are not the record",
    "investigate/scanning.py": "how far a running scan is",
    "investigate/people.py": "how far a running count is",
}
ALWAYS = {"save", "bulk_create", "bulk_update", "get_or_create", "update_or_create", "aupdate", "acreate", "asave"}
OF_A_QUERY = {"create", "update", "delete"}
STATEMENT = re.compile(r"^\s*((INSERT|REPLACE)(\s+OR\s+\w+)?\s+INTO|UPDATE\s+\S+\s+SET|DELETE\s+FROM)\b", re.IGNORECASE)
NO_TABLE = re.compile(r"\.word$")  # a Word file is saved, too


def writes(module: ast.Module) -> Iterator[tuple[int, str]]:
    """(line, what) of everything in a module that writes a table: by Django's verbs, or by a statement of its own."""
    for node in ast.walk(module):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and STATEMENT.match(node.value):
            yield node.lineno, node.value.split("(")[0].strip()[:60]
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            on, verb = ast.unparse(node.func.value), node.func.attr
            query = re.search(r"\bobjects\b|\.filter\(|\.exclude\(|^(casebook|services)\.\w+\(", on) is not None
            row = verb == "delete" and not node.args and not node.keywords
            if (verb in ALWAYS and not NO_TABLE.search(on)) or (verb in OF_A_QUERY and query) or row:
                yield node.lineno, f"{on}.{verb}()"


def stray(file: Path, module: ast.Module) -> list[str]:
    """What a file writes without being named above."""
    name = file.relative_to(SRC).as_posix()
    if name in STATE or name.split("/")[0] in STATE:
        return []
    return [f"{where(file, line)} writes a table: {what}" for line, what in writes(module)]


def test_only_named_places_write_tables() -> None:
    """事故の状態を書くのは台帳の record() だけ。ほかに表へ書くのは、ここに名のある「記録でない状態」だけ。"""
    rooms = [
        file for file in modules() if SRC / "engines" not in file.parents
    ]  # engines know no database (test_borders)
    none([one for file in rooms for one in stray(file, tree(file))])


def test_every_named_place_still_writes() -> None:
    """名のある場所は、いまも表に書いている（使われない例外を残さない）。"""
    for name in STATE:
        files = [SRC / name] if name.endswith(".py") else modules(SRC / name)
        assert any(True for file in files for _ in writes(tree(file))), name


@pytest.mark.parametrize(
    "code",
    [
        "casebook.Case.objects.filter(pk=1).update(title='x')",
        "casebook.Fact.objects.create(key='x')",
        "casebook.cases(workspace).update(title='x')",
        "case.title = 'x'; case.save()",
        "row.delete()",
        "Finding.objects.bulk_create(rows)",
        "cursor.execute('UPDATE casebook_fact SET status = 1')",
    ],
)
def test_the_rule_itself_sees_each_way_round(code: str) -> None:
    """決まりそのものが、表へ書く回り道を一つずつ見分ける。"""
    assert stray(SRC / "board" / "views.py", ast.parse(code))
    assert not stray(SRC / "casebook" / "record.py", ast.parse(code))


@pytest.mark.parametrize("code", ["known.update(more)", "hashed.update(data)", "casebook.record(case, [entry])"])
def test_the_rule_lets_the_rest_be(code: str) -> None:
    """辞書やハッシュの update、record() そのものは、表への回り道ではない。"""
    assert not stray(SRC / "board" / "views.py", ast.parse(code))
