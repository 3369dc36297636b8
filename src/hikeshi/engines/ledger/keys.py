"""The installation's key: ECDSA on P-256, made once, which OpenSSH and OpenSSL both read."""

from __future__ import annotations

import base64
import hashlib
import os
import stat
import unicodedata
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from hikeshi.engines.common.problem import Problem

KEY_TYPE = "ecdsa-sha2-nistp256"

# 64 kana that are told apart on the telephone (no を ぢ づ, no small ones), 6 bits each.
_KANA = (  # words: data, not a sentence
    "あいうえおかきくけこさしすせそたちつてとなにぬねのはひふへほ"
    "まみむめもやゆよらりるれろわんがぎぐげござじずぜぞだでどばびぶべぼぱ"  # words: data
)
_CONSONANTS, _VOWELS = "bdfghjklmnprstvz", "aiou"
_SPOKEN_BITS = 144


class PublicKey:
    """What an outsider needs of the key; ``wire`` is its binary form in SSH, which the fingerprint covers."""

    def __init__(self, key: ec.EllipticCurvePublicKey) -> None:
        if not isinstance(key.curve, ec.SECP256R1):
            raise Problem("ledger.not_a_key", reason=key.curve.name)
        self._key = key
        self._line = key.public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH)
        self.wire = base64.b64decode(self._line.split(b" ")[1])

    @classmethod
    def from_openssh(cls, line: bytes) -> PublicKey:
        """Read ``ecdsa-sha2-nistp256 AAAA… [comment]``."""
        try:
            key = serialization.load_ssh_public_key(line.strip())
        except (ValueError, NotImplementedError, UnsupportedAlgorithm) as error:
            raise Problem("ledger.not_a_key", reason=str(error)) from error
        if not isinstance(key, ec.EllipticCurvePublicKey):
            raise Problem("ledger.not_a_key", reason=type(key).__name__)
        return cls(key)

    @classmethod
    def from_wire(cls, wire: bytes) -> PublicKey:
        return cls.from_openssh(KEY_TYPE.encode() + b" " + base64.b64encode(wire))

    @classmethod
    def from_pem(cls, pem: bytes) -> PublicKey:
        try:
            key = serialization.load_pem_public_key(pem)
        except (ValueError, NotImplementedError, UnsupportedAlgorithm) as error:
            raise Problem("ledger.not_a_key", reason=str(error)) from error
        if not isinstance(key, ec.EllipticCurvePublicKey):
            raise Problem("ledger.not_a_key", reason=type(key).__name__)
        return cls(key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PublicKey) and other.wire == self.wire

    def __hash__(self) -> int:
        return hash(self.wire)

    def openssh(self, comment: str = "") -> str:
        """One line as in ``id_ecdsa.pub``, without a line end."""
        return self._line.decode("ascii") + (f" {comment}" if comment else "")

    def pem(self) -> bytes:
        """SubjectPublicKeyInfo as PEM, as ``openssl dgst -verify`` wants it."""
        return self._key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)

    def fingerprint(self) -> str:
        """``SHA256:…`` exactly as ``ssh-keygen -l`` prints it."""
        return "SHA256:" + base64.b64encode(hashlib.sha256(self.wire).digest()).decode("ascii").rstrip("=")

    def fingerprint_kana(self) -> str:
        """The fingerprint's first 144 bits as 24 kana in groups of four, to read out in Japanese."""
        kana = [_KANA[bits] for bits in _chunks(self.wire, 6)]
        return " ".join("".join(kana[i : i + 4]) for i in range(0, len(kana), 4))

    def fingerprint_words(self) -> str:
        """The fingerprint's first 144 bits as nine pronounceable words (proquints), to read out in English."""
        return "-".join(_proquint(bits) for bits in _chunks(self.wire, 16))

    def is_called(self, typed: str) -> bool:
        """Is what somebody typed from paper this key, in any of its three written forms?"""
        text = "".join(unicodedata.normalize("NFKC", typed).split())
        if text.removeprefix("SHA256:").rstrip("=") == self.fingerprint().removeprefix("SHA256:"):
            return True
        hiragana = "".join(chr(ord(c) - 0x60) if "ァ" <= c <= "ヶ" else c for c in text)
        if hiragana == self.fingerprint_kana().replace(" ", ""):
            return True
        return text.lower().replace("-", "") == self.fingerprint_words().replace("-", "")

    def verify_der(self, signature: bytes, data: bytes) -> bool:
        """Is this a good ECDSA signature (DER, SHA-256) of ``data``?"""
        try:
            self._key.verify(signature, data, ec.ECDSA(hashes.SHA256()))
        except InvalidSignature:
            return False
        return True


class SigningKey:
    """The private key. It never leaves the installation."""

    def __init__(self, key: ec.EllipticCurvePrivateKey) -> None:
        self._key = key
        self.public = PublicKey(key.public_key())

    @classmethod
    def generate(cls) -> SigningKey:
        return cls(ec.generate_private_key(ec.SECP256R1()))

    def sign_der(self, data: bytes) -> bytes:
        """ECDSA with SHA-256 as DER. Deterministic (RFC 6979), so that sealing the same twice gives the same bytes."""
        try:
            return self._key.sign(data, ec.ECDSA(hashes.SHA256(), deterministic_signing=True))
        except UnsupportedAlgorithm:
            return self._key.sign(data, ec.ECDSA(hashes.SHA256()))

    def _pem(self) -> bytes:
        return self._key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )


def load_key(path: Path) -> SigningKey:
    """Read the installation's key; raises ``ledger.no_key`` or ``ledger.not_a_key``."""
    try:
        pem = path.read_bytes()
    except FileNotFoundError as error:
        raise Problem("ledger.no_key", path=str(path)) from error
    try:
        key = serialization.load_pem_private_key(pem, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise Problem("ledger.not_a_key", path=str(path), reason=str(error)) from error
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise Problem("ledger.not_a_key", path=str(path), reason=type(key).__name__)
    return SigningKey(key)


def load_or_make_key(path: Path) -> SigningKey:
    """The installation's key, made on the first call. Of two processes that make it at once, both get the same."""
    if path.exists():
        return load_key(path)
    key = SigningKey.generate()
    if not _write_once(path, key._pem()):
        return load_key(path)
    return key


def key_readable_by_others(path: Path) -> bool:
    """May other users of this machine read the key? (``doctor`` asks; Windows keeps it by the folder's rights.)"""
    return os.name == "posix" and bool(stat.S_IMODE(path.stat().st_mode) & 0o077)


def _write_once(path: Path, data: bytes) -> bool:
    """Write and sync a file of mode 0600 that appears whole or not at all; False when it is already there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}.{os.urandom(4).hex()}")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(part, path)
        except FileExistsError:
            return False
        except OSError:
            # A file system without hard links (exFAT). On Windows this refuses to replace; elsewhere we look first.
            if path.exists():
                return False
            part.rename(path)
    finally:
        part.unlink(missing_ok=True)
    sync_folder(path.parent)
    return True


def sync_folder(folder: Path) -> None:
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _chunks(wire: bytes, bits: int) -> list[int]:
    spoken = int.from_bytes(hashlib.sha256(wire).digest(), "big") >> (256 - _SPOKEN_BITS)
    return [spoken >> shift & ((1 << bits) - 1) for shift in range(_SPOKEN_BITS - bits, -1, -bits)]


def _proquint(bits: int) -> str:
    c, v = _CONSONANTS, _VOWELS
    return c[bits >> 12] + v[bits >> 10 & 3] + c[bits >> 6 & 15] + v[bits >> 4 & 3] + c[bits & 15]
