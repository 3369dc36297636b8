"""docs/record-format.md の例は本物で、そこに載っているプログラムは動くという約束。"""

from __future__ import annotations

import base64
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from hikeshi.engines.ledger import bag, bagfiles, checkpoint, keys, segment
from hikeshi.engines.ledger.blob import blob_of, new_text_blob
from hikeshi.engines.ledger.checkpoint import read_note
from hikeshi.engines.ledger.keys import PublicKey
from hikeshi.engines.ledger.line import MAX_LINE, make_line, parse_line
from hikeshi.engines.ledger.verify import check_lines
from tests.engines.ledger.samples import chain

PAGE = (Path(__file__).parents[3] / "docs" / "record-format.md").read_text(encoding="utf-8")
EXAMPLES = dict(re.findall(r"^```([a-z-]+)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL))
LINES = EXAMPLES["chain"].encode().splitlines(keepends=True)
KEY = PublicKey.from_pem(EXAMPLES["key"].encode())


def test_the_lines_of_the_page_are_lines() -> None:
    """例の行は、書き直しても1バイトも違わず、つながっている。"""
    report = check_lines(LINES)
    assert report.intact and report.lines == 2
    assert f"`{report.head}`" in PAGE
    assert [make_line(line.prev, line.fields) for line in map(parse_line, LINES)] == LINES


def test_the_text_of_the_page_is_a_text() -> None:
    """例の文章は、その塩から同じバイトになり、1行目の記録が指している。"""
    data = EXAMPLES["text-file"].encode()[:-1]
    assert new_text_blob("PCが動かない", salt=bytes(range(32))) == data
    assert f"`{blob_of(data)}`" in PAGE and parse_line(LINES[0]).fields["data"]["text"] == blob_of(data)


def test_the_key_of_the_page_has_its_fingerprints() -> None:
    """例の鍵の指紋は、3つの書き方とも合っている。"""
    for written in (KEY.fingerprint(), KEY.fingerprint_kana(), KEY.fingerprint_words(), keys._KANA):
        assert f"`{written}`" in PAGE


def test_the_checkpoint_of_the_page_fits_its_chain() -> None:
    """例の控えは、例の鍵で署名され、例の記録と合う。"""
    point, signer = read_note(EXAMPLES["note"].encode())
    assert signer == KEY
    assert KEY.verify_der(base64.b64decode(EXAMPLES["der"]), point.to_bytes())
    report = check_lines(LINES, [point])
    assert report.intact and report.covered == 2


def test_the_numbers_of_the_page_are_those_of_the_code() -> None:
    """ページに書いた決まりの数と名前は、プログラムのものと同じ。"""
    for told in (
        f"{MAX_LINE:,} bytes",
        f"exactly {segment.SEGMENT_LINES:,} lines",
        segment.segment_name(segment.SEGMENT_LINES + 1),
        f"`{checkpoint.FORMAT}`",
        f"`{checkpoint.NAMESPACE}`",
        f"`{bag.SEAL_NAMESPACE}`",
        f'namespaces="{bag.SEAL_NAMESPACE},{checkpoint.NAMESPACE}"',
        *(f"`{path}`" for path in (bag.MANIFEST, bag.TAG_MANIFEST, bag.SIGNERS, bag.SIGNER_PEM, *bag.SEALS)),
    ):
        assert told in PAGE, told
    assert all(bagfiles.unsafe(f"a{sign}b") for sign in '\\:*?"<>|%')


def run(lines: list[bytes]) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-I", "-c", EXAMPLES["python"]]
    return subprocess.run(command, input=b"".join(lines), capture_output=True, check=False)


def test_the_program_of_the_page_agrees_with_ours() -> None:
    """ページのプログラムは、無事な記録の番号、長さ、最後の指紋を言う。"""
    lines = chain(50)
    report = check_lines(lines)
    assert json.loads(run(lines).stdout) == {"number": 50, "size": report.size, "head": report.head}


@pytest.mark.parametrize(
    "lines",
    [chain()[1:], chain()[:5] + chain()[6:], [chain()[0], *chain()], [*chain()[:3], chain()[3].replace(b"1", b"2", 1)]],
)
def test_the_program_of_the_page_finds_a_hand(lines: list[bytes]) -> None:
    """ページのプログラムも、手の加わった行を見つける。"""
    said = run(lines)
    assert said.returncode == 1 and said.stderr.startswith(b"line ")
