"""証拠の置き場：中身の名前で一度だけ置かれ、入りきらないときは何も壊さず断る。"""

import io
import subprocess
from pathlib import Path
from typing import Any

import pytest

from hikeshi.casebook import evidence
from hikeshi.casebook import services as casebook
from hikeshi.engines.common.problem import Problem
from tests.cast import Cast, assemble
from tests.components import needs

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return assemble()


def left_over(case: Any) -> list[str]:
    return [path.name for path in evidence.folder(case.chain_id).iterdir() if path.name.startswith(".")]


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "..\\..\\x", "a\x00b.log", "\ud800.log", "x" * 900, "", "<b>.log"]
)
def test_a_hostile_name_is_only_a_label(cast: Cast, name: str) -> None:
    """どんな名前のファイルでも、置かれる場所は中身のハッシュだけで決まる。"""
    case = cast.open_case()
    entry = casebook.keep_file(case, io.BytesIO(b"content"), name, cast.actor)
    (kept,) = casebook.evidence_of(case)
    assert casebook.evidence_path(case, kept.sha256).parent == evidence.folder(case.chain_id)
    assert not {"/", "\\", "\x00"} & set(entry.data["name"])
    assert 0 < len(kept.name) <= 300


def test_a_too_large_file_leaves_nothing_behind(cast: Cast) -> None:
    """大きすぎるファイルは断られ、書きかけも、記録の行も残らない。"""
    case = cast.open_case()
    with pytest.raises(Problem) as told:
        casebook.keep_file(case, io.BytesIO(b"x" * 100), "big", cast.actor, max_bytes=99)
    assert told.value.code == "casebook.too_large"
    assert left_over(case) == []
    assert casebook.head(case).number == 1


def test_a_full_disk_is_said_and_the_record_stays_whole(
    cast: Cast, tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """本当に一杯のディスクでは、そう言って断り、これまでの記録はそのまま残る。"""
    needs("root")
    case = cast.open_case()
    small = tmp_path / "small"
    small.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(small)], check=True)
    try:
        monkeypatch.setattr(evidence, "RESERVE", 1 << 12)
        settings.HIKESHI_DATA = small
        with pytest.raises(Problem) as told:
            casebook.keep_file(case, io.BytesIO(b"x" * (3 << 20)), "big", cast.actor)
        assert told.value.code == "casebook.disk_full"
        assert left_over(case) == []
    finally:
        subprocess.run(["umount", str(small)], check=True)
    assert casebook.head(case).number == 1


def test_a_hash_that_is_none_opens_nothing(cast: Cast) -> None:
    """ハッシュでないものでは、どのファイルも開けない。"""
    case = cast.open_case()
    for wrong in ("../../keys/checkpoint.pem", "", "g" * 64, "A" * 64):
        with pytest.raises(Problem):
            casebook.open_evidence(case, wrong)
