"""`hikeshi kit build`：一つのファイルができ、だめなときは、わけと次にすることを言う。"""

import hashlib
import json

import pytest
from typer.testing import CliRunner

from hikeshi.kit.cli import app
from tests.cast import assemble

pytestmark = pytest.mark.django_db(transaction=True)


def run(*words):
    return CliRunner().invoke(app, ["build", *words])


def test_it_writes_one_file(tmp_path):
    """指定したフォルダーに一つだけファイルができ、--json はそれを一つのJSONで言う。"""
    result = run("--out", str(tmp_path / "new"), "--json")
    assert result.exit_code == 0
    said = json.loads(result.stdout)
    assert [file.name for file in (tmp_path / "new").iterdir()] == ["hikeshi-kit.html"]
    assert said["bytes"] == (tmp_path / "new" / "hikeshi-kit.html").stat().st_size
    assert said["contacts"] is False


def test_the_tools_come_when_asked_for(tmp_path):
    """--tools を付けると、その機械で動かす道具のzipも並んででき、ハッシュを言う。"""
    result = run("--out", str(tmp_path), "--tools", "--json")
    assert result.exit_code == 0
    said = json.loads(result.stdout)["tools"]
    assert sorted(file.name for file in tmp_path.iterdir()) == ["hikeshi-kit-tools.zip", "hikeshi-kit.html"]
    assert hashlib.sha256((tmp_path / "hikeshi-kit-tools.zip").read_bytes()).hexdigest() == said["sha256"]


def test_a_wrong_name_is_told(tmp_path):
    """知らない事業の名前は、使い方の誤りとして、わけを言う。"""
    assemble()
    result = run("--out", str(tmp_path), "--workspace", "どこにもない店")
    assert result.exit_code == 2
    assert "どこにもない店" in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_is_told(tmp_path):
    """書けない場所なら、何が無事かと次にすることを言う。"""
    (tmp_path / "file").write_text("x")
    result = run("--out", str(tmp_path / "file"))
    assert result.exit_code == 3
    assert "--out" in result.stderr
