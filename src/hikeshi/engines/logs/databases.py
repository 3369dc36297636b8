"""Hyperscan's databases, kept as files: making one of many patterns takes seconds, loading it a few milliseconds."""

from __future__ import annotations

import hashlib
import os
import platform
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from importlib.metadata import version
from pathlib import Path

import hyperscan

Made = tuple[list[int], hyperscan.Database | None]
"""The numbers of the patterns that Hyperscan refused, and a database of the others."""


def kept(folder: Path | None, key: bytes, make: Callable[[], Made]) -> Made:
    """What `make` makes, from a file in this folder where it was made before; `key` says what of."""
    if folder is None:
        return make()
    file = folder / f"{hashlib.sha256(_machine() + key).hexdigest()}.hsdb"
    made = _load(file)
    if made is None:
        made = make()
        _keep(made, file)
    return made


@cache
def _machine() -> bytes:
    """What a compiled database depends on."""
    tiny = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    tiny.compile(expressions=(b"x",), ids=(0,), elements=1, flags=(0,))
    return "|".join((version("hyperscan"), str(tiny.info()), platform.machine(), os.name)).encode()


def _load(file: Path) -> Made | None:
    """A kept database; None when it is not there or not whole, so that it is built again."""
    try:
        content = file.read_bytes()
        digest, body = content[:32], content[32:]
        if _digest(file, body) != digest:
            return None
        head, _, body = body.partition(b"\n")
        database = None
        if body:
            database = hyperscan.loadb(body, hyperscan.HS_MODE_BLOCK)
            database.scratch = hyperscan.Scratch(database)
        return [int(number) for number in head.split()], database
    except (OSError, ValueError, hyperscan.error):
        return None


def _keep(made: Made, file: Path) -> None:
    """Writes a database to the cache; that this cannot be done is no reason to stop."""
    refused, database = made
    body = b" ".join(b"%d" % number for number in refused) + b"\n" + (hyperscan.dumpb(database) if database else b"")
    part = file.with_name(f"{file.name}.{os.getpid()}.part")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(_digest(file, body) + body)
        part.replace(file)
    except OSError:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def _digest(file: Path, body: bytes) -> bytes:
    return hashlib.sha256(file.name.encode() + b"\n" + body).digest()
