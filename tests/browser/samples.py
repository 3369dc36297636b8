"""Files that somebody would bring: a photo, a server's log with a break-in, the answer of an office."""

from __future__ import annotations

import struct
import zlib
from datetime import datetime, timedelta
from pathlib import Path

ATTACKER = "203.0.113.77"
TRIES = 240


def photo(folder: Path) -> Path:
    """A small picture, as a phone takes it."""
    path = folder / "画面の写真.png"
    path.write_bytes(photo_bytes())
    return path


def photo_bytes() -> bytes:
    """A PNG of 24 by 16 points."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + bytes([200, 30, y] * 24) for y in range(16))
    head = struct.pack(">IIBBBBB", 24, 16, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def auth_log(folder: Path, end: datetime) -> Path:
    """sshd's words: somebody guesses root's password until it is right, then adds a key."""
    lines, at = [], end - timedelta(hours=2)
    for number in range(TRIES):
        at += timedelta(seconds=7)
        lines.append(f"Failed password for root from {ATTACKER} port {40000 + number} ssh2")
    lines.append(f"Accepted password for root from {ATTACKER} port 52110 ssh2")
    lines.append("pam_unix(sshd:session): session opened for user root by (uid=0)")
    text = []
    for number, line in enumerate(lines):
        moment = at - timedelta(seconds=7 * (len(lines) - number))
        text.append(f"{moment:%b} {moment.day:>2} {moment:%H:%M:%S} web-01 sshd[{2000 + number}]: {line}\n")
    path = folder / "auth.log"
    path.write_text("".join(text), encoding="utf-8")
    return path


def receipt(folder: Path) -> Path:
    """What an office sends back."""
    path = folder / "receipt.txt"
    path.write_text("受け付けました。R8-0123\n", encoding="utf-8")
    return path


def customers() -> list[tuple[str, bytes]]:
    """A shop's list with what no shop should keep, and a scan that nobody can search."""
    rows = ["氏名,メール,電話番号,マイナンバー,病歴"]
    names = [
        family + given
        for family in ("佐藤", "高橋", "渡辺", "国分", "樫村")
        for given in ("健", "花子", "美咲", "直樹")
    ]
    for n, name in enumerate(names):
        rows.append(f"{name},member{n}@example.jp,090-1111-2{n:03d},,{'糖尿病' if n % 9 == 0 else ''}")
    rows.append("鈴木花子,hanako@example.com,090-3333-4444,123456789018,")
    return [("会員名簿.csv", "\n".join(rows).encode()), ("申込書.png", photo_bytes())]
