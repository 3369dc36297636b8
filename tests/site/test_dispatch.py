"""The `hikeshi` command: finds groups by folder, imports one, and ends in words."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from hikeshi.site import dispatch, faults

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = '''
import typer
from hikeshi.engines.common.problem import Problem

GROUPS = {"sample": "app", "lone": "lone"}
app = typer.Typer(help="見本 / A sample")
lone = typer.Typer(help="ひとつだけ / Only one")

@app.command()
def greet(name: str, loud: bool = typer.Option(False, help="大きな声 / loudly")) -> None:
    """あいさつする / Say hello"""
    print("HELLO" if loud else "hello", name)

@app.command()
def fail(how: str) -> None:
    """できない / Cannot"""
    match how:
        case "problem": raise Problem("common.not_found", path="帳簿")
        case "wanting": raise typer.Exit(1)
        case "code": raise Problem("common.not_found", path="帳簿", exit=2)
        case "bug": raise RuntimeError("secret detail")
        case "full": raise OSError(28, "No space left on device", "/data/x")
        case "stop": raise KeyboardInterrupt
        case "pipe": raise BrokenPipeError

@lone.command()
def only() -> None:
    """ひとつだけの命令 / The only command"""
    print("only")
'''


@pytest.fixture
def rooms(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A house with one room that has commands, and one whose import would fail."""
    import hikeshi

    for name, text in (("sampleroom", SAMPLE), ("brokenroom", 'GROUPS = {"broken": "app"}\nraise RuntimeError\n')):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text("")
        (tmp_path / name / "cli.py").write_text(text, encoding="utf-8")
    monkeypatch.setattr(dispatch, "ROOMS", tmp_path)
    monkeypatch.setattr(hikeshi, "__path__", [*hikeshi.__path__, str(tmp_path)])
    dispatch.groups.cache_clear()
    yield tmp_path
    dispatch.groups.cache_clear()
    for name in [name for name in sys.modules if name.startswith(("hikeshi.sampleroom", "hikeshi.brokenroom"))]:
        del sys.modules[name]


@pytest.mark.usefixtures("rooms")
def test_help_lists_every_group_without_importing_any(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """hikeshi --help は、どの部屋も読み込まずに、すべての命令を利用者の言葉で並べる。"""
    assert dispatch.main(["--help"]) == 0
    japanese = capsys.readouterr().out
    assert "  sample  見本\n" in japanese
    assert "broken" in japanese
    monkeypatch.setenv("HIKESHI_LANG", "en")
    assert dispatch.main(["--help"]) == 0
    assert "  sample  A sample\n" in capsys.readouterr().out
    assert "hikeshi.sampleroom.cli" not in sys.modules


@pytest.mark.usefixtures("rooms")
def test_a_command_runs(capsys: pytest.CaptureFixture[str]) -> None:
    """呼ばれた命令が動き、命令が一つだけの組はその名だけで動く。"""
    assert dispatch.main(["sample", "greet", "花子", "--loud"]) == 0
    assert capsys.readouterr().out == "HELLO 花子\n"
    assert dispatch.main(["lone"]) == 0
    assert capsys.readouterr().out == "only\n"


@pytest.mark.usefixtures("rooms")
@pytest.mark.parametrize(("lang", "shown", "hidden"), [("ja", "大きな声", "loudly"), ("en", "loudly", "大きな声")])
def test_help_speaks_one_language(
    lang: str, shown: str, hidden: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """命令の説明は、利用者の言葉の側だけを見せる。"""
    monkeypatch.setenv("HIKESHI_LANG", lang)
    assert dispatch.main(["sample", "greet", "--help"]) == 0
    said = capsys.readouterr().out
    assert shown in said
    assert hidden not in said


@pytest.mark.usefixtures("rooms")
@pytest.mark.parametrize(
    ("how", "code", "said"),
    [
        ("problem", 3, "「帳簿」が見つかりませんでした。"),
        ("code", 2, "「帳簿」が見つかりませんでした。"),
        ("wanting", 1, ""),
        ("bug", 3, "思いがけない不具合で"),
        ("full", 3, "ディスクに空きがないため、「/data/x」に書けませんでした。"),
        ("stop", 130, ""),
        ("pipe", 0, ""),
    ],
)
def test_every_failure_ends_in_words(how: str, code: int, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    """どんな失敗も、標準エラーの一文と決まった終了コードで終わり、内部の言葉は見せない。"""
    stdout = sys.stdout
    try:
        assert dispatch.main(["sample", "fail", how]) == code
    finally:
        sys.stdout = stdout
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.startswith(said)
    assert "Traceback" not in shown.err
    assert "secret detail" not in shown.err


@pytest.mark.usefixtures("rooms")
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nothing"], "「nothing」という命令はありません。"),
        (["--nothing"], "「--nothing」という指定はありません。"),
        (["sample", "greet", "a", "--nothing"], "「--nothing」という指定はありません。"),
        (["sample", "greet"], "'name' が足りません。"),
        (["sample", "nothing"], "「nothing」という命令は「hikeshi sample」にありません。使えるのは"),
        (["sample", "greet", "a", "b"], "「b」が余っています"),
        (["evil\x1b[2J"], "「evil<U+001B>[2J」という命令はありません。"),
    ],
)
def test_wrong_use_is_told_kindly(arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    """使い方の誤りは、何が違うかと次にすることを言い、終了コード 2 で終わる。"""
    assert dispatch.main(arguments) == 2
    shown = capsys.readouterr().err
    assert shown.lower().startswith(said.lower())
    assert "--help" in shown


def test_the_details_of_a_fault_are_kept_for_the_developer(
    rooms: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """思いがけない不具合のくわしい内容は、データのフォルダのファイルに残り、場所が告げられる。"""
    monkeypatch.setenv("HIKESHI_DATA", str(tmp_path / "data"))
    dispatch.main(["sample", "fail", "bug"])
    log = tmp_path / "data" / "logs" / "errors.log"
    assert str(log) in capsys.readouterr().err
    assert "RuntimeError: secret detail" in log.read_text(encoding="utf-8")
    if os.name != "nt":
        assert log.stat().st_mode & 0o777 == 0o600


def test_a_fault_that_cannot_be_written_down_is_still_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """書き残すことさえできないときも、そのことを言葉で告げる。"""
    monkeypatch.setattr(faults, "write_down", lambda error: None)
    problem = faults.as_problem(ValueError("x"))
    assert (problem.code, problem.params) == ("common.unexpected_without_log", {"kind": "ValueError"})


@pytest.mark.usefixtures("rooms")
def test_two_rooms_cannot_answer_to_one_word(rooms: Path) -> None:
    """同じ命令の名を二つの部屋が名乗れば、すぐに分かる。"""
    (rooms / "brokenroom" / "cli.py").write_text('GROUPS = {"sample": "app"}\n')
    dispatch.groups.cache_clear()
    with pytest.raises(ValueError, match="both declare the command 'sample'"):
        dispatch.groups()


def test_a_file_name_that_no_encoding_can_say_is_printed(tmp_path: Path) -> None:
    """どの文字コードでも書けない名前を告げるときも、落ちない。"""
    done = subprocess.run(
        [sys.executable, "-m", "hikeshi", b"\xff\xfe"],
        env={**os.environ, "PYTHONPATH": str(ROOT / "src"), "LC_ALL": "C", "HIKESHI_LANG": "ja"},
        capture_output=True,
    )
    assert done.returncode == 2
    assert "<U+DCFF><U+DCFE>" in done.stderr.decode("utf-8")


def test_only_the_chosen_room_is_imported() -> None:
    """呼んだ部屋のほかは読み込まない（版をたずねるだけなら typer も Django も要らない）。"""
    code = (
        "import sys; from hikeshi.site.dispatch import main; main(['--version']); main(['--help']); "
        "sys.exit(any(name in sys.modules for name in ('django', 'typer', 'hikeshi.casebook')))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("hikeshi ")


@pytest.mark.parametrize("port", ["abc", "0", "65536", "-1", "８４４０", "8440.5", "9" * 5000])
def test_a_port_that_is_none_is_told(port: str, tmp_path: Path) -> None:
    """HIKESHI_PORT が番号でなければ、始めずに、言葉でそう言う。どの命令でも同じ。"""
    env = {**os.environ, "HIKESHI_PORT": port, "HIKESHI_DATA": str(tmp_path / "data"), "HIKESHI_LANG": "en"}
    for words_after in ([], ["casebook", "check"]):
        command = [sys.executable, "-m", "hikeshi", *words_after]
        done = subprocess.run(command, env=env, cwd=ROOT, capture_output=True, text=True, timeout=300)
        assert done.returncode == 2
        assert "HIKESHI_PORT" in done.stderr
        assert "Traceback" not in done.stderr
