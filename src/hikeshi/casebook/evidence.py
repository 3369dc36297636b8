"""The evidence store: `evidence/<chain>/<sha256>`. File and folder are synced before any entry names them."""

import errno
import hashlib
import os
import secrets
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from django.conf import settings

from hikeshi.casebook import rules
from hikeshi.engines.common.problem import Problem

CHUNK = 1 << 20
# Room that must stay free, so that the record can still be written after a large file was refused.
RESERVE = 16 * CHUNK


class Kept(NamedTuple):
    """A file in the store."""

    sha256: str
    size: int


def folder(chain: Any) -> Path:
    """The folder of a chain's evidence, made if need be."""
    path = Path(settings.HIKESHI_DATA) / "evidence" / str(chain)
    if not path.is_dir():
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        sync_folder(path.parent)
    return path


def sync_folder(path: Path) -> None:
    """Make a folder's list of names durable. Windows has no such call and keeps names in its journal."""
    if os.name == "nt":
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def keep(chain: Any, chunks: Iterable[bytes], *, max_bytes: int | None = None) -> Kept:
    """Write a stream into the store; no half file stays. Raises "casebook.too_large", "casebook.disk_full"."""
    place = folder(chain)
    draft = place / f".incoming-{secrets.token_hex(8)}"
    digest = hashlib.sha256()
    size = 0
    try:
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            for chunk in chunks:
                size += len(chunk)
                if max_bytes is not None and size > max_bytes:
                    raise Problem("casebook.too_large", limit=max_bytes)
                if size // RESERVE != (size - len(chunk)) // RESERVE or size == len(chunk):
                    _room_left(place)
                digest.update(chunk)
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        sha256 = digest.hexdigest()
        final = place / sha256
        if final.exists():
            draft.unlink()
        else:
            draft.chmod(0o400)
            draft.replace(final)
        sync_folder(place)
    except OSError as error:
        draft.unlink(missing_ok=True)
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise Problem("casebook.disk_full", path=str(settings.HIKESHI_DATA)) from error
        raise
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    return Kept(sha256, size)


def _room_left(place: Path) -> None:
    if shutil.disk_usage(place).free < RESERVE:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(place))


def keep_bytes(chain: Any, content: bytes) -> str:
    """Keep a small content; its SHA-256."""
    return keep(chain, [content]).sha256


def write_durably(path: Path, content: bytes) -> None:
    """Write a small file so that it appears whole or not at all, and survives a pulled plug."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    sync_folder(path.parent)


def path_of(chain: Any, sha256: str) -> Path:
    """Where a kept file lies. Raises Problem("casebook.no_evidence") for what is not there or is no hash."""
    if rules.is_sha256(sha256):
        path = Path(settings.HIKESHI_DATA) / "evidence" / str(chain) / sha256
        if path.is_file():
            return path
    raise Problem("casebook.no_evidence", sha256=sha256[:64])


def open_kept(chain: Any, sha256: str) -> BinaryIO:
    return path_of(chain, sha256).open("rb")


def intact(chain: Any, sha256: str) -> bool:
    """Hash a kept file again."""
    with path_of(chain, sha256).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == sha256
