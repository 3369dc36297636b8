"""`hikeshi casebook check`：書き換え・削除・並べ替え・挿入・切り詰め・作り直し・偽の最終行を見つける。"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from typer.testing import CliRunner

from hikeshi.casebook import services as casebook
from hikeshi.casebook.cli import app
from hikeshi.casebook.models import Chain, Line
from hikeshi.engines.common.problem import Problem
from hikeshi.engines.ledger.line import FIRST_PREV, line_sha256, make_line, parse_line
from tests.cast import Cast, assemble

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]


@pytest.fixture
def cast() -> Cast:
    return assemble()


@pytest.fixture
def case(cast: Cast) -> Any:
    case = cast.open_case()
    for i in range(9):
        casebook.state_fact(case, "cause", f"値{i}", "suspected", cast.actor)
    return case


@pytest.fixture
def kept(cast: Cast, case: Any, tmp_path: Path) -> Path:
    """A checkpoint that was kept elsewhere."""
    path = tmp_path / "checkpoint.txt"
    path.write_bytes(casebook.checkpoint(case, cast.actor).note())
    return path


def check(reference: str, *options: str) -> tuple[int, dict[str, Any]]:
    done = CliRunner().invoke(app, ["check", reference, "--json", *options])
    return done.exit_code, json.loads(done.stdout)[0]


def store(case: Any, lines: list[bytes]) -> None:
    """What an attacker with the whole database could do: drop the triggers and write other lines."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DROP TRIGGER IF EXISTS casebook_line_no_update")
            cursor.execute("DROP TRIGGER IF EXISTS casebook_line_no_delete")
        else:
            cursor.execute("DROP TRIGGER IF EXISTS casebook_line_no_change ON casebook_line")
    Line.objects.filter(chain_id=case.chain_id).delete()
    Line.objects.bulk_create(
        Line(chain_id=case.chain_id, number=number, line=line, sha256=line_sha256(line))
        for number, line in enumerate(lines, start=1)
    )
    Chain.objects.filter(pk=case.chain_id).update(
        number=len(lines), sha256=line_sha256(lines[-1]), size=sum(map(len, lines))
    )


def edited(lines: list[bytes]) -> list[bytes]:
    return [line.replace("値3".encode(), "値X".encode()) for line in lines]


def deleted(lines: list[bytes]) -> list[bytes]:
    return lines[:4] + lines[5:]


def reordered(lines: list[bytes]) -> list[bytes]:
    return [*lines[:4], lines[5], lines[4], *lines[6:]]


def inserted(lines: list[bytes]) -> list[bytes]:
    fields = {**parse_line(lines[4]).fields, "actor": {"id": "x", "name": "mallory"}}
    return [*lines[:4], make_line(parse_line(lines[4]).prev, fields), *lines[4:]]


def truncated(lines: list[bytes]) -> list[bytes]:
    return lines[:-3]


def rewritten(lines: list[bytes]) -> list[bytes]:
    made, prev = [], FIRST_PREV
    for line in edited(lines):
        made.append(make_line(prev, parse_line(line).fields))
        prev = line_sha256(made[-1])
    return made


def forged_last(lines: list[bytes]) -> list[bytes]:
    last = parse_line(lines[-1])
    return [*lines[:-1], make_line(last.prev, {**last.fields, "data": {**last.fields["data"], "value": "無実"}})]


def test_an_honest_record_passes(case: Any, kept: Path) -> None:
    """手を加えていない記録は、印のところまで確かめられて通る。"""
    code, found = check(case.reference, "--checkpoint", str(kept), "--evidence")
    assert (code, found["intact"], found["covered_by_checkpoint"]) == (0, True, 10)


@pytest.mark.parametrize("change", [edited, deleted, reordered, inserted])
def test_a_change_within_is_found_by_the_chain_alone(case: Any, change: Callable[[list[bytes]], list[bytes]]) -> None:
    """途中の書き換え・削除・並べ替え・挿入は、鎖だけで見つかる。"""
    store(case, change(list(casebook.lines(case))))
    code, found = check(case.reference)
    assert code == 1
    assert found["findings"]
    assert all("。" in finding["said"] for finding in found["findings"])


@pytest.mark.parametrize("change", [truncated, rewritten, forged_last])
def test_a_whole_forgery_is_found_by_a_checkpoint_kept_elsewhere(
    case: Any, kept: Path, change: Callable[[list[bytes]], list[bytes]]
) -> None:
    """切り詰め・全部の作り直し・偽の最終行は、別の場所に保管した印で見つかる。"""
    store(case, change(list(casebook.lines(case))))
    assert check(case.reference)[0] == 0, "a forgery of all hashes is not visible from inside"
    code, found = check(case.reference, "--checkpoint", str(kept))
    assert code == 1
    assert not found["intact"]


def test_a_checkpoint_of_a_foreign_key_is_refused(case: Any, kept: Path) -> None:
    """ほかの鍵で署名された印は、そうと言って断る。"""
    from hikeshi.engines.common.problem import Problem
    from hikeshi.engines.ledger.checkpoint import read_note, sign_checkpoint
    from hikeshi.engines.ledger.keys import SigningKey

    made, _ = read_note(kept.read_bytes())
    kept.write_bytes(sign_checkpoint(made, SigningKey.generate()).note())
    done = CliRunner().invoke(app, ["check", case.reference, "--checkpoint", str(kept)])
    assert isinstance(done.exception, Problem)
    assert done.exception.code == "casebook.foreign_checkpoint"


def test_changed_evidence_is_found(cast: Cast, case: Any) -> None:
    """証拠ファイルが1バイトでも変わっていれば見つかる。"""
    import io

    entry = casebook.keep_file(case, io.BytesIO(b"log line\n"), "auth.log", cast.actor)
    path = casebook.evidence_path(case, entry.data["sha256"])
    path.chmod(0o600)
    path.write_bytes(b"log lime\n")
    code, found = check(case.reference, "--evidence")
    assert code == 1
    assert found["findings"][0]["code"] == "casebook.evidence_changed"


def test_export_is_the_lines_byte_for_byte(case: Any, tmp_path: Path) -> None:
    """書き出しは、保存された行のバイトをそのままつなげたもの。"""
    out = tmp_path / "lines"
    assert CliRunner().invoke(app, ["export", case.reference, "--out", str(out)]).exit_code == 0
    assert out.read_bytes() == b"".join(casebook.lines(case))


def test_export_never_mixes_two_businesses(cast: Cast, case: Any, tmp_path: Path) -> None:
    """同じ番号の事故が二つの事業にあれば、混ぜて書き出さず、選び方を言う。鎖の番号なら一つに決まる。"""
    saburo = casebook.Actor(str(cast.saburo.pk), "三郎", "owner")
    theirs = casebook.open_case(cast.other_workspace, saburo)
    assert theirs.reference == case.reference
    out = tmp_path / "lines"
    told = CliRunner().invoke(app, ["export", case.reference, "--out", str(out)]).exception
    assert isinstance(told, Problem)
    assert told.code == "casebook.which_chain"
    assert all(str(one.chain_id) in str(told.params["chains"]) for one in (case, theirs))
    assert not out.exists()
    assert CliRunner().invoke(app, ["export", str(theirs.chain_id), "--out", str(out)]).exit_code == 0
    assert out.read_bytes() == b"".join(casebook.lines(theirs))


def test_a_changed_text_is_found_and_never_shown_as_true(cast: Cast, case: Any) -> None:
    """保管した文章が書き換えられたら、検査で見つかり、画面には元の文として出ない。"""
    entry = casebook.add_note(case, "hello", cast.actor)
    path = casebook.evidence_path(case, entry.data["text"])
    path.chmod(0o600)
    path.write_bytes(path.read_bytes().replace(b"hello", b"jello"))
    assert "jello" not in casebook.text(case, entry.data["text"])
    code, found = check(case.reference, "--evidence")
    assert code == 1
    assert [finding["code"] for finding in found["findings"]] == ["casebook.evidence_changed"]
