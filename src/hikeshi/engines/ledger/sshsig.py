"""SSH signatures (OpenSSH's PROTOCOL.sshsig), as ``ssh-keygen -Y verify`` reads them."""

from __future__ import annotations

import base64
import hashlib
import struct

from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from hikeshi.engines.common.problem import Problem
from hikeshi.engines.ledger.keys import KEY_TYPE, PublicKey, SigningKey

_MAGIC = b"SSHSIG"
_HASH = b"sha512"
_BEGIN, _END = "-----BEGIN SSH SIGNATURE-----", "-----END SSH SIGNATURE-----"
_MAX = 4096


def sign(key: SigningKey, namespace: str, message: bytes) -> bytes:
    """The armoured signature of ``message`` for a namespace, as ``ssh-keygen -Y sign`` writes it."""
    r, s = decode_dss_signature(key.sign_der(_to_be_signed(namespace, message)))
    signature = _string(KEY_TYPE.encode()) + _string(_mpint(r) + _mpint(s))
    return _armour(key.public, namespace, signature)


def verify(armoured: bytes, namespace: str, message: bytes) -> PublicKey:
    """The key that made this signature. Whose key it is, is for the caller to ask: anybody can make a key."""
    public, r, s = _read(armoured, namespace)
    if not public.verify_der(encode_dss_signature(r, s), _to_be_signed(namespace, message)):
        raise Problem("ledger.bad_signature", namespace=namespace)
    return public


def _read(armoured: bytes, namespace: str) -> tuple[PublicKey, int, int]:
    try:
        if len(armoured) > _MAX:
            raise ValueError("too long")
        begin, *middle, end = armoured.decode("ascii").splitlines()
        if (begin, end) != (_BEGIN, _END):
            raise ValueError("no armour")
        parts = _Reader(base64.b64decode("".join(middle), validate=True))
        if parts.take(6) != _MAGIC or parts.take(4) != struct.pack(">I", 1):
            raise ValueError("no SSHSIG of version 1")
        wire, space, reserved, algorithm, signature = (parts.string() for _ in range(5))
        inner = _Reader(signature)
        if inner.string() != KEY_TYPE.encode():
            raise ValueError("another kind of signature")
        numbers = _Reader(inner.string())
        r, s = (int.from_bytes(numbers.string(), "big") for _ in range(2))
        public = PublicKey.from_wire(wire)
    except (ValueError, struct.error, Problem) as error:
        raise Problem("ledger.not_a_signature", reason=str(error)) from error
    if space != namespace.encode() or reserved or algorithm != _HASH:
        raise Problem("ledger.bad_signature", namespace=namespace)
    # One signature has one form: a byte changed where readers do not look is still a byte changed.
    if _armour(public, namespace, signature) != armoured or signature != _string(KEY_TYPE.encode()) + _string(
        _mpint(r) + _mpint(s)
    ):
        raise Problem("ledger.not_a_signature", reason="not in its only form")
    return public, r, s


def _armour(public: PublicKey, namespace: str, signature: bytes) -> bytes:
    blob = _MAGIC + struct.pack(">I", 1) + _string(public.wire)
    blob += _string(namespace.encode()) + _string(b"") + _string(_HASH) + _string(signature)
    text = base64.b64encode(blob).decode("ascii")
    lines = [text[i : i + 70] for i in range(0, len(text), 70)]
    return "\n".join([_BEGIN, *lines, _END, ""]).encode("ascii")


def _to_be_signed(namespace: str, message: bytes) -> bytes:
    digest = hashlib.sha512(message).digest()
    return _MAGIC + _string(namespace.encode()) + _string(b"") + _string(_HASH) + _string(digest)


def _string(data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + data


def _mpint(number: int) -> bytes:
    return _string(number.to_bytes(number.bit_length() // 8 + 1, "big"))


class _Reader:
    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0

    def take(self, count: int) -> bytes:
        piece = self._data[self._at : self._at + count]
        if len(piece) != count:
            raise ValueError("cut short")
        self._at += count
        return piece

    def string(self) -> bytes:
        return self.take(struct.unpack(">I", self.take(4))[0])
