"""封印を書き、火消しで調べる仕組みの約束。"""

from __future__ import annotations

import errno
import hashlib
import io
import os
import shutil
import zipfile
from pathlib import Path

import pytest

from hikeshi.engines.common.problem import Problem
from hikeshi.engines.ledger import sshsig
from hikeshi.engines.ledger.bag import SEAL_NAMESPACE, Item, _manifest, allowed_signers
from hikeshi.engines.ledger.bagcheck import BagReport, check_bag
from hikeshi.engines.ledger.keys import SigningKey
from hikeshi.engines.ledger.line import line_sha256
from tests.engines.ledger.samples import AT, CHAIN, NAME, chain, checkpoint, fields, items, link, seal

KEY = SigningKey.generate()
FINGERPRINT = KEY.public.fingerprint()


def codes(report: BagReport) -> set[str]:
    return {problem.code.removeprefix("ledger.") for problem in report.findings}


@pytest.fixture
def bag(tmp_path: Path) -> Path:
    seal(tmp_path / "bag", KEY)
    return tmp_path / "bag"


@pytest.mark.parametrize("name", ["sealed.zip", "sealed"])
def test_what_was_sealed_is_found_intact(tmp_path: Path, name: str) -> None:
    """封印したものは、zip でもフォルダーでも、そのままだと分かる。"""
    sealed = seal(tmp_path / name, KEY)
    report = check_bag(tmp_path / name, fingerprint=FINGERPRINT, checkpoints=[(checkpoint(chain(9)), KEY.public)])
    assert report.intact, report.findings
    assert (report.lines, report.covered, report.chain) == (12, 12, CHAIN)
    assert (report.files, report.bytes) == (sealed.files, sealed.size)
    assert (report.fingerprint, report.fingerprint_compared) == (FINGERPRINT, True)
    assert report.info["External-Identifier"] == NAME and report.info["Bagging-Date"] == AT[:10]
    assert sealed.checkpoint.checkpoint == checkpoint(chain())
    assert not sealed.changed


def test_without_a_fingerprint_nothing_is_claimed(bag: Path) -> None:
    """指紋を渡されなければ、だれの鍵かを確かめたとは言わない。"""
    report = check_bag(bag)
    assert report.intact and not report.fingerprint_compared and report.fingerprint == FINGERPRINT


def test_sealing_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    """同じものを同じ時刻で封印すると、zip の1バイトまで同じになる。"""
    first, second = seal(tmp_path / "1.zip", KEY), seal(tmp_path / "2.zip", KEY)
    assert first.path.read_bytes() == second.path.read_bytes()
    assert first.sha256 == second.sha256


def test_an_unpacked_zip_may_lie_in_a_folder(bag: Path, tmp_path: Path) -> None:
    """展開したときに一段深くなっていても、見つけて調べる。"""
    (tmp_path / "deeper").mkdir()
    bag.rename(tmp_path / "deeper" / NAME)
    assert check_bag(tmp_path / "deeper").intact


def positions(size: int) -> set[int]:
    return {0, 1, size // 3, size // 2, size - 2, size - 1}


def test_one_byte_anywhere_in_any_file_is_caught(bag: Path) -> None:
    """説明、一覧、鍵、署名を含むどのファイルの、初めでも中でも終わりでも、1バイトの違いを見つける。"""
    for file in [path for path in bag.rglob("*") if path.is_file()]:
        good = file.read_bytes()
        for place in positions(len(good)):
            data = bytearray(good)
            data[place] ^= 1
            file.write_bytes(bytes(data))
            assert not check_bag(bag).intact, (file, place)
        file.write_bytes(good)
    assert check_bag(bag).intact


def test_one_byte_anywhere_in_the_zip_is_caught_or_harmless(tmp_path: Path) -> None:
    """zip のどこかが1バイト変われば見つける。見つけないのは、中のファイルが1つも変わらないときだけ。"""
    good = seal(tmp_path / "good.zip", KEY).path.read_bytes()
    content = {info.filename: info.CRC for info in zipfile.ZipFile(io.BytesIO(good)).infolist()}
    for place in range(0, len(good), max(1, len(good) // 400)):
        data = bytearray(good)
        data[place] ^= 0x55
        (tmp_path / "bad.zip").write_bytes(bytes(data))
        try:
            report = check_bag(tmp_path / "bad.zip")
        except Problem as problem:
            assert problem.code in ("ledger.not_an_archive", "ledger.bag_bomb", "ledger.bag_too_many_files")
            continue
        if report.intact:
            assert {i.filename: i.CRC for i in zipfile.ZipFile(tmp_path / "bad.zip").infolist()} == content


@pytest.mark.parametrize("path", ["", "seal.sig", "seal.der", "key", "manifest-sha256.txt", "tagmanifest-sha256.txt"])
def test_what_is_missing_is_named(bag: Path, path: str) -> None:
    """なくなったファイルがあれば、見つけて名を言う。何が消えても「無事」とは言わない。"""
    gone = [file for file in bag.rglob("*") if file.is_file() and file.relative_to(bag).as_posix().startswith(path)]
    for file in gone:
        data = file.read_bytes()
        file.unlink()
        if file.name == "bagit.txt":
            with pytest.raises(Problem):
                check_bag(bag)
        else:
            report = check_bag(bag)
            assert file.relative_to(bag).as_posix() in {problem.params.get("path") for problem in report.findings}
        file.write_bytes(data)
    assert gone and check_bag(bag).intact


def resign(bag: Path, key: SigningKey) -> None:
    """What somebody can do who has the archive but not the key: make every list and signature anew."""

    def digests(payload: bool) -> dict[str, str]:
        names = {path.relative_to(bag).as_posix(): path for path in bag.rglob("*") if path.is_file()}
        skipped = ("tagmanifest-sha256.txt", "seal.sig", "seal.der")
        return {
            name: hashlib.sha256(path.read_bytes()).hexdigest()
            for name, path in names.items()
            if name.startswith("data/") == payload and name not in skipped
        }

    (bag / "key/allowed_signers").write_bytes(allowed_signers(key.public))
    (bag / "key/signer.pem").write_bytes(key.public.pem())
    (bag / "manifest-sha256.txt").write_bytes(_manifest(digests(True)))
    tags = _manifest(digests(False))
    (bag / "tagmanifest-sha256.txt").write_bytes(tags)
    (bag / "seal.sig").write_bytes(sshsig.sign(key, SEAL_NAMESPACE, tags))
    (bag / "seal.der").write_bytes(key.sign_der(tags))


def test_made_anew_by_another_key_is_told_by_the_fingerprint(tmp_path: Path) -> None:
    """別の鍵でまるごと作り直された封印は、紙の指紋と、別に置いた控えとで分かる。"""
    seal(tmp_path / "bag", SigningKey.generate())
    assert check_bag(tmp_path / "bag").intact
    assert codes(check_bag(tmp_path / "bag", fingerprint=FINGERPRINT)) == {"other_key"}
    kept = [(checkpoint(chain()), KEY.public)]
    assert codes(check_bag(tmp_path / "bag", checkpoints=kept)) == {"checkpoint_by_another_key"}


def test_lists_made_anew_without_the_key_are_caught(bag: Path) -> None:
    """一覧だけを作り直しても、署名が合わない。署名まで別の鍵で作れば、控えの署名が合わない。"""
    (bag / "data/documents/お知らせ.txt").write_text("書き換えた", encoding="utf-8")
    other = SigningKey.generate()
    resign(bag, other)
    # bag-info.txt counts the payload's bytes, so it tells too.
    assert codes(check_bag(bag)) >= {"bag_seal_broken", "bag_file_changed"}
    assert "other_key" in codes(check_bag(bag, fingerprint=FINGERPRINT))


def test_the_two_public_keys_must_be_one(bag: Path) -> None:
    """ssh 用と openssl 用の鍵が別々なら、どちらで確かめたかで答えが変わるので、見つける。"""
    (bag / "key/signer.pem").write_bytes(SigningKey.generate().public.pem())
    assert "bag_key_changed" in codes(check_bag(bag))


def test_leaving_the_key_out_is_no_way_around(bag: Path) -> None:
    """鍵を一覧ごと取り除いても、署名を確かめずに「無事」とは言わない。"""
    shutil.rmtree(bag / "key")
    listed = (bag / "tagmanifest-sha256.txt").read_text().splitlines(keepends=True)
    (bag / "tagmanifest-sha256.txt").write_text("".join(line for line in listed if "key/" not in line))
    assert "bag_file_missing" in codes(check_bag(bag))


def test_a_chain_that_was_broken_before_sealing_is_told(tmp_path: Path) -> None:
    """封印する前に手が加わっていた記録は、署名が正しくても、そう言う。"""
    lines = chain()
    lines[6] = link([fields(7, data={"planted": True})], line_sha256(lines[5]))[0]
    seal(tmp_path / "bag", KEY, lines=lines)
    (problem,) = check_bag(tmp_path / "bag", fingerprint=FINGERPRINT).findings
    assert (problem.code, problem.params["line"]) == ("ledger.edited", 7)


def test_a_rewritten_record_shows_against_a_checkpoint_kept_elsewhere(tmp_path: Path) -> None:
    """鍵を持つ人が書き直して封印し直しても、前に外へ出した控えと違うと分かる。"""
    lines = link([fields(number, data={"planted": True}) for number in range(1, 13)])
    seal(tmp_path / "bag", KEY, lines=lines)
    kept = [(checkpoint(chain(9)), KEY.public)]
    assert check_bag(tmp_path / "bag").intact
    assert codes(check_bag(tmp_path / "bag", checkpoints=kept)) == {"not_as_signed"}


def test_evidence_that_changed_is_sealed_and_told(tmp_path: Path) -> None:
    """証拠の中身が名前と違っていても、封印は止めず、作るときにも調べるときにも言う。"""
    sealed = seal(tmp_path / "bag", KEY, items=[Item("evidence/" + "a" * 64, b"x")])
    assert [problem.code for problem in sealed.changed] == ["ledger.evidence_changed"]
    assert codes(check_bag(tmp_path / "bag")) == {"evidence_changed"}


def test_segments_are_cut_at_the_agreed_lines(tmp_path: Path) -> None:
    """2万行を越える記録も区切って封印され、区切りの位置が違えば分かる。"""
    lines = chain(20_001)
    seal(tmp_path / "bag", KEY, lines=iter(lines))
    folder = tmp_path / "bag/data/chain"
    assert [len(file.read_bytes().splitlines()) for file in sorted(folder.iterdir())] == [10_000, 10_000, 1]
    assert check_bag(tmp_path / "bag", fingerprint=FINGERPRINT).intact
    merged = folder / "line-000000010001.txt"
    last = folder / "line-000000020001.txt"
    merged.write_bytes(merged.read_bytes() + last.read_bytes())
    last.unlink()
    report = check_bag(tmp_path / "bag")
    assert "bag_segments" in codes(report) and report.lines == 20_001


def test_content_comes_from_files_and_streams(tmp_path: Path) -> None:
    """中身は、ファイルからでも、その場で開く流れからでも、一度に全部は持たずに入る。"""
    (tmp_path / "big").write_bytes(os.urandom(3 << 20))
    told: list[int] = []
    more = [Item("documents/big.bin", tmp_path / "big"), Item("documents/s.txt", lambda: io.BytesIO(b"stream"))]
    seal(tmp_path / "x.zip", KEY, items=[*items(), *more], progress=told.append)
    assert sum(told) > 3 << 20 and max(told) <= 1 << 20
    with zipfile.ZipFile(tmp_path / "x.zip") as archive:
        assert archive.read(f"{NAME}/data/documents/big.bin") == (tmp_path / "big").read_bytes()
        assert archive.read(f"{NAME}/data/documents/s.txt") == b"stream"
        assert {info.date_time for info in archive.infolist()} == {(2026, 4, 1, 0, 0, 0)}
    assert check_bag(tmp_path / "x.zip").intact


def test_bag_info_keeps_to_its_lines(tmp_path: Path) -> None:
    """説明の欄に改行を入れても、別の欄を作ることはできない。"""
    seal(tmp_path / "bag", KEY, info={"External-Description": "水漏れ\nPayload-Oxum: 0.0\r\x85x"})
    report = check_bag(tmp_path / "bag")
    assert report.intact and report.info["External-Description"] == "水漏れ Payload-Oxum: 0.0 x"


@pytest.mark.parametrize("name", ["sealed.zip", "sealed"])
def test_nothing_is_overwritten(tmp_path: Path, name: str) -> None:
    """すでにあるファイルやフォルダーには、書かない。"""
    (tmp_path / name).mkdir()
    with pytest.raises(Problem) as caught:
        seal(tmp_path / name, KEY)
    assert caught.value.code == "ledger.target_exists" and list(tmp_path.rglob("*")) == [tmp_path / name]


def full_disk() -> io.BytesIO:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.mark.parametrize("name", ["sealed.zip", "sealed"])
@pytest.mark.parametrize(
    ("item", "code"),
    [
        (Item("documents/x", full_disk), "common.disk_full"),
        (Item("../x", b"x"), "ledger.bag_unsafe_name"),
        (Item("documents/../../x", b"x"), "ledger.bag_unsafe_name"),
        (Item("documents/a\nb", b"x"), "ledger.bag_unsafe_name"),
        (Item("documents/100%", b"x"), "ledger.bag_unsafe_name"),
        (Item("documents/CON.txt", b"x"), "ledger.bag_unsafe_name"),
        (Item("documents/\u202etxt.exe", b"x"), "ledger.bag_unsafe_name"),
        (Item("documents/か\u3099", b"x"), "ledger.bag_unsafe_name"),
        (Item("DOCUMENTS/お知らせ.TXT", b"x"), "ledger.bag_same_name"),
        (Item("Checkpoint.json", b"x"), "ledger.bag_same_name"),
    ],
)
def test_what_fails_leaves_nothing_behind(tmp_path: Path, name: str, item: Item, code: str) -> None:
    """途中で失敗した封印は、何も残さない。危ない名前や重なる名前は断る。"""
    with pytest.raises(Problem) as caught:
        seal(tmp_path / name, KEY, items=[*items(), item])
    assert caught.value.code == code
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["", "a/b", "..", "a\x00b", "HKS-2026-001 "])
def test_the_folder_at_the_top_has_a_plain_name(tmp_path: Path, name: str) -> None:
    """封印の一番上のフォルダーも、どこでも使える名前だけ。"""
    with pytest.raises(Problem):
        seal(tmp_path / "x.zip", KEY, name=name)


def test_a_full_disk_under_the_zip_is_said(tmp_path: Path) -> None:
    """書いている最中にディスクが一杯になっても、わけを言い、書きかけを残さない。"""
    if not os.access("/dev/full", os.W_OK):
        pytest.skip("no /dev/full on this system")
    target = tmp_path / "x.zip"
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    opened = Path.open

    def open_full(path: Path, mode: str = "r", *rest: object, **more: object) -> object:
        if path == part:
            opened(path, mode).close()
            return opened(Path("/dev/full"), "wb")
        return opened(path, mode, *rest, **more)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Path, "open", open_full)
        with pytest.raises(Problem) as caught:
            seal(target, KEY)
    assert caught.value.code == "common.disk_full"
    assert list(tmp_path.iterdir()) == []
