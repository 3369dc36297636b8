"""封印を、火消しなしで確かめられるという約束。VERIFY.txt に書いた命令そのものを動かす。"""

from __future__ import annotations

import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

from hikeshi.engines.ledger.keys import SigningKey
from hikeshi.engines.ledger.line import FIRST_PREV, line_sha256
from hikeshi.engines.ledger.verifytext import commands, verify_text
from tests.engines.ledger.samples import NAME, chain, fields, link, seal

KEY = SigningKey.generate()
JAPANESE, ENGLISH = commands(verify_text(NAME))
FILES = [
    "VERIFY.txt",
    "bag-info.txt",
    "bagit.txt",
    "data/chain/line-000000000001.txt",
    "data/checkpoint.json",
    "data/checkpoint.json.der",
    "data/checkpoint.json.sig",
    "data/documents/お知らせ.txt",
    "key/allowed_signers",
    "key/signer.pem",
    "manifest-sha256.txt",
    "seal.der",
    "seal.sig",
    "tagmanifest-sha256.txt",
]


def run(folder: Path, command: str) -> subprocess.CompletedProcess[str]:
    """As a stranger would: a shell, the three tools and nothing of ours."""
    environment = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}
    shell = ["bash", "-o", "pipefail", "-c", command]
    return subprocess.run(shell, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def outcome(folder: Path) -> list[int]:
    return [run(folder, command).returncode for command in JAPANESE]


@pytest.fixture(scope="module")
def bag(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The zip as it would be sent, unpacked as its reader would."""
    folder = tmp_path_factory.mktemp("sent")
    seal(folder / "sent.zip", KEY)
    with zipfile.ZipFile(folder / "sent.zip") as archive:
        archive.extractall(folder)
    return folder / NAME


@pytest.fixture
def copy(bag: Path, tmp_path: Path) -> Path:
    shutil.copytree(bag, tmp_path / NAME)
    return tmp_path / NAME


def test_both_languages_tell_the_same_commands(bag: Path) -> None:
    """日本語と英語の説明は、同じ命令を同じ順で書いている。封印の中のものも同じ。"""
    assert JAPANESE == ENGLISH and len(JAPANESE) == 12
    assert commands((bag / "VERIFY.txt").read_bytes()) == (JAPANESE, ENGLISH)
    assert {command.split()[0] for command in JAPANESE} == {
        "ssh-keygen",
        "openssl",
        "{",
        "sha256sum",
        "[",
        "grep",
        "cat",
        "find",
    }


def test_the_text_does_not_vouch_for_itself(bag: Path) -> None:
    """説明文は指紋を書かず、紙か人から受け取るようにと、両方の言葉で言う。"""
    text = (bag / "VERIFY.txt").read_text(encoding="utf-8")
    assert KEY.public.fingerprint() not in text
    assert "紙か人から受け取って" in text and "from paper or from a person" in text
    assert text.startswith(NAME)


def test_a_drill_says_so_at_the_head() -> None:
    """訓練の封印は、説明文の頭でそう言う。"""
    text = verify_text("HKS-2026-002", "【訓練】 This is a drill.").decode()
    assert text.splitlines()[:2] == ["HKS-2026-002", "【訓練】 This is a drill."]
    assert "{{" not in text and "{{" not in verify_text(NAME).decode()


def test_a_stranger_finds_it_intact(bag: Path) -> None:
    """書かれたとおりに打てば、どの命令も正しいと言い、指紋も鍵のものと同じになる。"""
    said = [run(bag, command) for command in JAPANESE]
    assert [result.returncode for result in said] == [0] * 12, said
    assert f'Good "hikeshi-archive" signature for hikeshi with ECDSA key {KEY.public.fingerprint()}' in said[0].stdout
    assert said[1].stdout == "Verified OK\n"
    assert said[2].stdout == KEY.public.fingerprint().removeprefix("SHA256:") + "=\n"
    assert said[5].stdout == "no other files\n"
    assert said[10].stdout == f"12 lines, last {line_sha256(chain()[-1])}\n"


def test_many_segments_too(tmp_path: Path) -> None:
    """行が多くて区切りがいくつあっても、長さと最後の行は同じ命令で確かめられる。"""
    lines = chain(10_003)
    seal(tmp_path / "bag", KEY, lines=lines)
    assert len(list((tmp_path / "bag/data/chain").iterdir())) == 2
    assert [run(tmp_path / "bag", command).returncode for command in JAPANESE[:10]] == [0] * 10


def test_every_file_is_in_the_list_of_this_test(bag: Path) -> None:
    """次の試験が、証拠のほかのどのファイルも抜かしていない。"""
    found = {path.relative_to(bag).as_posix() for path in bag.rglob("*") if path.is_file()}
    assert {path for path in found if not path.startswith("data/evidence/")} == set(FILES)
    assert len([path for path in found if path.startswith("data/evidence/")]) == 2


@pytest.mark.parametrize("path", [*FILES, "data/evidence/*"])
def test_one_byte_in_any_file_is_seen(copy: Path, path: str) -> None:
    """どのファイルの1バイトが変わっても、書かれた命令のどれかが失敗する。"""
    for file in copy.glob(path):
        good = file.read_bytes()
        data = bytearray(good)
        data[len(data) // 2] ^= 1
        file.write_bytes(bytes(data))
        assert any(outcome(copy)), file
        file.write_bytes(good)
    assert not any(outcome(copy))


@pytest.mark.parametrize("path", FILES)
def test_a_missing_file_is_seen(copy: Path, path: str) -> None:
    """どのファイルがなくなっても、書かれた命令のどれかが失敗する。"""
    (copy / path).unlink()
    assert any(outcome(copy))


@pytest.mark.parametrize("path", ["data/documents/more.pdf", "README", ".hidden", "data/chain/line-000000000000.txt"])
def test_an_added_file_is_seen(copy: Path, path: str) -> None:
    """後から加えたファイルがあれば、書かれた命令のどれかが失敗する。"""
    (copy / path).write_bytes(b"planted\n")
    assert outcome(copy)[5] != 0


def test_a_seal_by_another_key_shows_another_fingerprint(tmp_path: Path) -> None:
    """まるごと作り直した封印は、指紋が違うことで分かる。"""
    seal(tmp_path / "bag", SigningKey.generate())
    said = [run(tmp_path / "bag", command) for command in JAPANESE]
    assert not any(result.returncode for result in said)
    assert KEY.public.fingerprint() not in said[0].stdout
    assert said[2].stdout.rstrip("=\n") != KEY.public.fingerprint().removeprefix("SHA256:")


def test_a_broken_chain_shows_its_line(tmp_path: Path) -> None:
    """封印の前に書き換えられた行も、その場所が出る。"""
    lines = chain()
    lines[6] = link([fields(7, data={"planted": True})], line_sha256(lines[5]))[0]
    seal(tmp_path / "bag", KEY, lines=lines)
    said = run(tmp_path / "bag", JAPANESE[10])
    assert (said.returncode, said.stdout) == (1, "broken at line 8\n")
    assert lines[0].startswith(FIRST_PREV.encode())
