"""鍵と署名と控え（チェックポイント）の約束。"""

from __future__ import annotations

import os
import stat
import subprocess
import threading
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from hikeshi.engines.common.problem import Problem
from hikeshi.engines.ledger import keys, sshsig
from hikeshi.engines.ledger.bag import allowed_signers
from hikeshi.engines.ledger.checkpoint import NAMESPACE, Checkpoint, read_note, sign_checkpoint
from hikeshi.engines.ledger.keys import PublicKey, SigningKey, load_key, load_or_make_key
from tests.engines.ledger.samples import chain, checkpoint

KEY = SigningKey.generate()


def run(*words: str | Path, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(words, input=stdin, capture_output=True, check=False)


# -- the key


def test_the_key_is_made_once(tmp_path: Path) -> None:
    """鍵は一度だけ作られ、次からは同じ鍵が使われる。読めるのは持ち主だけ。"""
    path = tmp_path / "keys" / "signing.pem"
    first, second = load_or_make_key(path), load_or_make_key(path)
    assert first.public == second.public == load_key(path).public
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [file.name for file in path.parent.iterdir()] == ["signing.pem"]
    assert not keys.key_readable_by_others(path)
    path.chmod(0o640)
    assert keys.key_readable_by_others(path)


def test_who_comes_second_gets_the_same_key(tmp_path: Path) -> None:
    """同時に始めても、みな同じ鍵を受け取る。"""
    path = tmp_path / "signing.pem"
    barrier, made = threading.Barrier(8), []

    def make() -> None:
        barrier.wait()
        made.append(load_or_make_key(path).public)

    threads = [threading.Thread(target=make) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 8 and set(made) == {load_key(path).public}


def test_the_key_is_on_disk_before_it_has_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """鍵の中身はディスクに届いてから名前がつき、そのあとフォルダーも届く。"""
    done: list[str] = []
    for name in ("fsync", "link"):
        real = getattr(os, name)
        monkeypatch.setattr(os, name, lambda *a, _real=real, _name=name: (done.append(_name), _real(*a))[1])
    load_or_make_key(tmp_path / "signing.pem")
    assert done == ["fsync", "link", "fsync"]


def test_without_hard_links_the_key_is_made_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """ハードリンクのないUSBメモリーなどでも、鍵は作れる。"""

    def refuse(*_: object) -> None:
        raise PermissionError(1, "no links here")

    monkeypatch.setattr(os, "link", refuse)
    path = tmp_path / "signing.pem"
    assert load_or_make_key(path).public == load_or_make_key(path).public
    assert [file.name for file in tmp_path.iterdir()] == ["signing.pem"]


@pytest.mark.parametrize(
    "content", [b"", b"rubbish", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"]
)
def test_a_broken_key_is_told_and_never_replaced(tmp_path: Path, content: bytes) -> None:
    """壊れた鍵は、黙って新しい鍵に替えず、そう言う。"""
    path = tmp_path / "signing.pem"
    path.write_bytes(content)
    with pytest.raises(Problem) as caught:
        load_or_make_key(path)
    assert caught.value.code == "ledger.not_a_key"
    assert path.read_bytes() == content


@pytest.mark.parametrize("other", [ec.generate_private_key(ec.SECP384R1()), ed25519.Ed25519PrivateKey.generate()])
def test_another_kind_of_key_is_refused(tmp_path: Path, other: ec.EllipticCurvePrivateKey) -> None:
    """決めた種類（ECDSA P-256）でない鍵は、使わない。"""
    path = tmp_path / "signing.pem"
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.write_bytes(other.private_bytes(*form))
    with pytest.raises(Problem) as caught:
        load_key(path)
    assert caught.value.code == "ledger.not_a_key"
    public = other.public_key()
    openssh = public.public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH)
    pem = public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    for read, data in ((PublicKey.from_openssh, openssh), (PublicKey.from_pem, pem)):
        with pytest.raises(Problem):
            read(data)


def test_a_missing_key_is_said(tmp_path: Path) -> None:
    """鍵がなければ、ないと言う。"""
    with pytest.raises(Problem) as caught:
        load_key(tmp_path / "signing.pem")
    assert caught.value.code == "ledger.no_key"


def test_ssh_keygen_prints_the_same_fingerprint(tmp_path: Path) -> None:
    """指紋は ssh-keygen -l の表示と同じで、公開鍵は ssh-keygen の PEM と同じ。"""
    (tmp_path / "key.pub").write_text(KEY.public.openssh("hikeshi") + "\n")
    said = run("ssh-keygen", "-lf", tmp_path / "key.pub").stdout.decode()
    assert said.split() == ["256", KEY.public.fingerprint(), "hikeshi", "(ECDSA)"]
    assert run("ssh-keygen", "-e", "-m", "PKCS8", "-f", tmp_path / "key.pub").stdout == KEY.public.pem()
    assert (
        PublicKey.from_openssh(KEY.public.openssh("x").encode()) == PublicKey.from_pem(KEY.public.pem()) == KEY.public
    )


def test_the_fingerprint_can_be_read_out() -> None:
    """指紋は、かなでも英語の音でも読み上げられ、打ち返したものを見分ける。"""
    public = KEY.public
    kana, words = public.fingerprint_kana(), public.fingerprint_words()
    assert [len(group) for group in kana.split(" ")] == [4] * 6
    assert [len(word) for word in words.split("-")] == [5] * 9
    katakana = "".join(chr(ord(c) + 0x60) if "ぁ" <= c <= "ん" else c for c in kana)
    for typed in (
        public.fingerprint(),
        f"  {public.fingerprint()}\n",
        public.fingerprint().removeprefix("SHA256:") + "=",
        kana,
        kana.replace(" ", "　"),
        katakana,
        words,
        words.upper().replace("-", " "),
    ):
        assert public.is_called(typed), typed
    other = SigningKey.generate().public
    for typed in ("", "SHA256:", kana[:-1], words[:-1], public.fingerprint().swapcase(), other.fingerprint()):
        assert not public.is_called(typed), typed
        assert not public.is_called(other.fingerprint_kana())


def test_all_spoken_signs_are_different() -> None:
    """読み上げに使う64のかなに、同じものはない。"""
    assert len(set(keys._KANA)) == len(keys._KANA) == 64


def test_signing_the_same_twice_gives_the_same() -> None:
    """同じものに署名すると、同じバイトになる。"""
    assert KEY.sign_der(b"x") == KEY.sign_der(b"x")
    assert KEY.public.verify_der(KEY.sign_der(b"x"), b"x")
    assert not KEY.public.verify_der(KEY.sign_der(b"x"), b"y")
    assert not KEY.public.verify_der(b"rubbish", b"x")


# -- SSH signatures


def test_ssh_keygen_and_openssl_accept_many_signatures(tmp_path: Path) -> None:
    """署名は、数の長さがどう転んでも、本物の ssh-keygen と openssl が正しいと言う。"""
    signers, pem, der = tmp_path / "signers", tmp_path / "pem", tmp_path / "der"
    signers.write_bytes(allowed_signers(KEY.public))
    pem.write_bytes(KEY.public.pem())
    lengths = set()
    for number in range(60):
        point = checkpoint(chain(1), number=number + 1)
        signed = sign_checkpoint(point, KEY)
        (tmp_path / "sig").write_bytes(signed.ssh)
        der.write_bytes(signed.der)
        lengths.add(len(signed.der))
        words = ("ssh-keygen", "-Y", "verify", "-f", signers, "-I", "hikeshi", "-n", NAMESPACE, "-s", tmp_path / "sig")
        said = run(*words, stdin=point.to_bytes())
        assert said.returncode == 0 and KEY.public.fingerprint() in said.stdout.decode(), said
        said = run("openssl", "dgst", "-sha256", "-verify", pem, "-signature", der, stdin=point.to_bytes())
        assert said.returncode == 0, said
    assert len(lengths) > 1


def test_our_reader_accepts_what_ssh_keygen_signs(tmp_path: Path) -> None:
    """本物の ssh-keygen が書いた署名も、同じ形として読める。"""
    run("ssh-keygen", "-q", "-t", "ecdsa", "-b", "256", "-N", "", "-f", tmp_path / "key")
    (tmp_path / "x").write_bytes(b"message")
    run("ssh-keygen", "-Y", "sign", "-f", tmp_path / "key", "-n", "hikeshi-checkpoint", tmp_path / "x")
    public = sshsig.verify((tmp_path / "x.sig").read_bytes(), NAMESPACE, b"message")
    assert public == PublicKey.from_openssh((tmp_path / "key.pub").read_bytes())


def test_each_changed_byte_of_a_signature_is_caught() -> None:
    """署名のどの1バイトが変わっても、正しい署名とは認めない。"""
    signed = sshsig.sign(KEY, NAMESPACE, b"message")
    assert sshsig.verify(signed, NAMESPACE, b"message") == KEY.public
    for place in range(len(signed)):
        changed = bytearray(signed)
        changed[place] ^= 1
        try:
            assert sshsig.verify(bytes(changed), NAMESPACE, b"message") != KEY.public
        except Problem as problem:
            assert problem.code in ("ledger.not_a_signature", "ledger.bad_signature")


@pytest.mark.parametrize(
    ("signed", "namespace", "message"),
    [
        (sshsig.sign(KEY, "file", b"message"), NAMESPACE, b"message"),
        (sshsig.sign(KEY, NAMESPACE, b"message"), "file", b"message"),
        (sshsig.sign(KEY, NAMESPACE, b"message"), NAMESPACE, b"another"),
    ],
)
def test_a_signature_is_for_one_purpose_and_one_message(signed: bytes, namespace: str, message: bytes) -> None:
    """別の用途や別の内容への署名は、認めない。"""
    with pytest.raises(Problem) as caught:
        sshsig.verify(signed, namespace, message)
    assert caught.value.code == "ledger.bad_signature"


@pytest.mark.parametrize(
    "data", [b"", b"\xff", b"-----BEGIN SSH SIGNATURE-----\n-----END SSH SIGNATURE-----\n", b"x" * 9999]
)
def test_rubbish_is_no_signature(data: bytes) -> None:
    """署名でないものは、そう言う。"""
    with pytest.raises(Problem) as caught:
        sshsig.verify(data, NAMESPACE, b"message")
    assert caught.value.code == "ledger.not_a_signature"


# -- the checkpoint


def test_a_checkpoint_is_read_back() -> None:
    """控えは、決まったバイトになり、読み戻せる。行がまだない記録の控えもある。"""
    for point in (checkpoint(chain()), checkpoint([])):
        assert Checkpoint.from_bytes(point.to_bytes()) == point
        assert point.to_bytes().count(b"\n") == 1


def test_a_note_holds_both() -> None:
    """控えと署名は、ひとつの短い文として送れて、メールで改行が変わっても読める。"""
    signed = sign_checkpoint(checkpoint(chain()), KEY)
    for note in (signed.note(), signed.note().replace(b"\n", b"\r\n"), signed.note() + b"\n\n"):
        assert read_note(note) == (signed.checkpoint, KEY.public)
    assert len(signed.note()) < 1000
    assert read_note(signed.checkpoint.to_bytes()) == (signed.checkpoint, None)


def test_a_note_with_another_content_is_refused() -> None:
    """署名の合わない控えは、控えとして認めない。"""
    signed, other = (sign_checkpoint(checkpoint(chain(count)), KEY) for count in (3, 4))
    with pytest.raises(Problem) as caught:
        read_note(signed.checkpoint.to_bytes() + other.ssh)
    assert caught.value.code == "ledger.bad_signature"


GOOD = checkpoint(chain()).to_bytes()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}\n",
        b"[]\n",
        GOOD[:-1],
        GOOD + b"\n",
        GOOD.replace(b'":', b'": ', 1),
        GOOD.replace(b"checkpoint-1", b"checkpoint-2"),
        GOOD.replace(b'"number":12', b'"number":-1'),
        GOOD.replace(b'"number":12', b'"number":0'),
        GOOD.replace(b'"number":12', b'"number":12.5'),
        GOOD.replace(b'"number":12', b'"number":true'),
        GOOD.replace(b'"number":12', b'"more":1,"number":12'),
        GOOD.replace(b'"at":"2026-04-01T', b'"at":"2026-04-01 '),
        GOOD.replace(b'"head":"', b'"head":"X'),
        b"x" * 10_000,
    ],
)
def test_only_the_one_form_is_a_checkpoint(data: bytes) -> None:
    """決められた形でないものは、控えではない。"""
    with pytest.raises(Problem) as caught:
        Checkpoint.from_bytes(data)
    assert caught.value.code == "ledger.not_a_checkpoint"
