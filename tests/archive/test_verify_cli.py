"""`hikeshi archive verify` の約束。"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from hikeshi.engines.ledger.checkpoint import sign_checkpoint
from hikeshi.engines.ledger.keys import SigningKey
from hikeshi.site.dispatch import main
from tests.engines.ledger.samples import NAME, chain, checkpoint, fields, link, seal

KEY = SigningKey.generate()
FINGERPRINT = KEY.public.fingerprint()


class Said(NamedTuple):
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Run = Callable[..., Said]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    def call(*words: str | Path) -> Said:
        code = main(["archive", "verify", *map(str, words)])
        return Said(code, *capsys.readouterr())

    return call


@pytest.fixture
def sealed(tmp_path: Path) -> Path:
    return seal(tmp_path / "sealed.zip", KEY).path


def note(folder: Path, count: int = 9, key: SigningKey = KEY) -> Path:
    """A checkpoint that was mailed to oneself after so many lines."""
    path = folder / f"note-{count}.txt"
    path.write_bytes(sign_checkpoint(checkpoint(chain(count)), key).note())
    return path


def test_an_intact_archive_is_said_to_be(run: Run, sealed: Path) -> None:
    """手の加わっていない封印は、終了コード0で、そう言う。指紋がなければ見比べるよう頼む。"""
    said = run(sealed)
    assert said.code == 0 and said.err == ""
    assert "変えられたところは見つかりませんでした" in said.out
    assert FINGERPRINT in said.out and "だれが封印したかは、まだ分かりません" in said.out


@pytest.mark.parametrize(
    "typed",
    [FINGERPRINT, KEY.public.fingerprint_kana(), KEY.public.fingerprint_words()],
    ids=["letters", "kana", "words"],
)
def test_the_fingerprint_from_paper_is_compared(run: Run, sealed: Path, typed: str) -> None:
    """紙の指紋を、どの書き方で渡しても見比べる。"""
    said = run(sealed, "--fingerprint", typed)
    assert said.code == 0 and "渡された指紋と同じ鍵です" in said.out


def test_another_fingerprint_is_found_wanting(run: Run, sealed: Path) -> None:
    """指紋が違えば、終了コード1で、信用しないよう言う。"""
    said = run(sealed, "--fingerprint", SigningKey.generate().public.fingerprint())
    assert said.code == 1 and "信用しないで" in said.out and "同じ鍵です" not in said.out


def test_json_is_one_document(run: Run, sealed: Path, tmp_path: Path) -> None:
    """--json は、調べた結果をひとつのJSONで出し、ほかには何も出さない。"""
    said = run(sealed, "--json", "--checkpoint", note(tmp_path), "--fingerprint", FINGERPRINT)
    assert said.code == 0 and said.err == ""
    found = said.json
    assert found["intact"] is True and found["findings"] == []
    assert (found["lines"], found["covered"], found["fingerprint"]) == (12, 12, FINGERPRINT)
    assert found["fingerprint_compared"] is True and found["info"]["External-Identifier"] == NAME


def test_a_finding_is_worded_with_its_place(run: Run, tmp_path: Path) -> None:
    """見つけたことは、場所と、次にすることを添えて言う。"""
    seal(tmp_path / "bag", KEY)
    (tmp_path / "bag/data/documents/お知らせ.txt").write_text("書き換えた", encoding="utf-8")
    said = run(tmp_path / "bag", "--json")
    assert said.code == 1
    texts = {finding["code"]: finding["text"] for finding in said.json["findings"]}
    assert "「data/documents/お知らせ.txt」" in texts["ledger.bag_file_changed"]
    assert "もう一度写し直すか" in texts["ledger.bag_file_changed"]


def test_english_for_who_wants_it(run: Run, sealed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """英語を選んだ人には、英語だけで答える。"""
    monkeypatch.setenv("HIKESHI_LANG", "en")
    said = run(sealed)
    assert "nothing was found to have been altered" in said.out and said.out.isascii()


def test_bare_lines_are_checked_too(run: Run, tmp_path: Path) -> None:
    """封印していない、行だけのファイルも調べられる。署名がないことは言う。"""
    (tmp_path / "lines.txt").write_bytes(b"".join(chain()))
    said = run(tmp_path / "lines.txt")
    assert said.code == 0 and "署名がありません" in said.out
    said = run(tmp_path / "lines.txt", "--checkpoint", note(tmp_path), "--fingerprint", FINGERPRINT)
    assert said.code == 0 and "渡された指紋と同じ鍵です" in said.out
    (tmp_path / "cut.txt").write_bytes(b"".join(chain(8)))
    assert run(tmp_path / "cut.txt").code == 0
    assert run(tmp_path / "cut.txt", "--checkpoint", note(tmp_path)).code == 1


@pytest.mark.parametrize("form", ["note", "beside", "bare"])
def test_a_checkpoint_kept_elsewhere_shows_a_rewriting(run: Run, tmp_path: Path, form: str) -> None:
    """前に外へ出した控えを渡すと、鍵を持つ人の書き直しも分かる。控えの3つの形のどれでもよい。"""
    signed = sign_checkpoint(checkpoint(chain(9)), KEY)
    path = tmp_path / "kept.json"
    path.write_bytes(signed.note() if form == "note" else signed.checkpoint.to_bytes())
    if form == "beside":
        (tmp_path / "kept.json.sig").write_bytes(signed.ssh)
    seal(tmp_path / "bag", KEY, lines=link([fields(number, data={"planted": True}) for number in range(1, 13)]))
    assert run(tmp_path / "bag").code == 0
    said = run(tmp_path / "bag", "--checkpoint", path, "--json")
    assert said.code == 1
    assert [finding["code"] for finding in said.json["findings"]] == ["ledger.not_as_signed"]


def test_a_checkpoint_with_a_bad_signature_is_refused(run: Run, sealed: Path, tmp_path: Path) -> None:
    """署名の合わない控えは、頼りにせず、そう言って止まる。"""
    path = note(tmp_path)
    path.write_bytes(path.read_bytes().replace(b'"number":9', b'"number":8'))
    said = run(sealed, "--checkpoint", path)
    assert said.code == 3 and said.out == "" and "署名" in said.err


def test_a_drill_is_called_a_drill(run: Run, tmp_path: Path) -> None:
    """訓練の封印は、調べた結果でも訓練と言う。"""
    seal(tmp_path / "x.zip", KEY, info={"Hikeshi-Drill": "訓練 drill"})
    assert "訓練" in run(tmp_path / "x.zip").out


def test_hostile_names_do_not_reach_the_screen(run: Run, tmp_path: Path) -> None:
    """封印の中の危ない文字は、画面を動かさず、見える形で出る。"""
    seal(tmp_path / "bag", KEY)
    (tmp_path / "bag/data/\x1b[2J\u202e<b>.txt").write_text("x")
    said = run(tmp_path / "bag")
    assert said.code == 1 and "\x1b" not in said.out and "\u202e" not in said.out and "<U+001B>" in said.out


@pytest.mark.parametrize(("words", "code"), [(["/nowhere"], 2), ([], 2), (["."], 3), ([__file__], 3)])
def test_what_is_no_archive_is_told_apart(
    run: Run, words: list[str], code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ないファイルは使い方の誤り（2）、封印でないものは「できなかった」（3）。"""
    monkeypatch.chdir(Path(__file__).parent)
    said = run(*words)
    assert said.code == code and said.out == "" and said.err


PROBE = """
import sys
from hikeshi.site.dispatch import main
code = main(["archive", "verify", sys.argv[1], "--json"])
heavy = sorted(name for name in sys.modules if name.split(".")[0] in ("django", "sqlite3", "psycopg", "allauth"))
sys.stderr.write(" ".join(heavy))
sys.exit(code)
"""


def test_neither_django_nor_a_database_is_needed(sealed: Path, tmp_path: Path) -> None:
    """調べるのに、Django もデータベースも読み込まず、データフォルダーも作らない。"""
    data = tmp_path / "no-data"
    environment = {**os.environ, "HIKESHI_DATA": str(data)}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    said = subprocess.run(
        [sys.executable, "-c", PROBE, sealed], capture_output=True, text=True, env=environment, check=False
    )
    assert (said.returncode, said.stderr) == (0, "")
    assert json.loads(said.stdout)["intact"] is True and not data.exists()
