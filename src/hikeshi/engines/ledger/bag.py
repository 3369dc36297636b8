"""Write a bag (BagIt 1.0, RFC 8493): the sealed record as a folder or a zip, in one pass, of any size.

    NAME/bagit.txt  bag-info.txt  VERIFY.txt
    NAME/key/allowed_signers  signer.pem         the public key, as ssh-keygen and as openssl read it
    NAME/data/chain/line-….txt                   the lines, in segments
    NAME/data/checkpoint.json  .sig  .der        the chain's last line and size, signed
    NAME/data/evidence/<sha256>                  evidence files and disposable texts, named by what the chain says
    NAME/data/…                                  whatever else the caller gives (documents/…)
    NAME/manifest-sha256.txt  tagmanifest-sha256.txt
    NAME/seal.sig  seal.der                      both signatures of tagmanifest-sha256.txt, and so of everything

The same content, name, time and key give the same bytes.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import shutil
import unicodedata
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Protocol

from hikeshi.engines.common.problem import Problem
from hikeshi.engines.ledger import sshsig
from hikeshi.engines.ledger.bagfiles import unsafe
from hikeshi.engines.ledger.checkpoint import NAMESPACE, Checkpoint, SignedCheckpoint, sign_checkpoint
from hikeshi.engines.ledger.keys import PublicKey, SigningKey, sync_folder
from hikeshi.engines.ledger.line import FIRST_PREV, line_sha256
from hikeshi.engines.ledger.segment import segments
from hikeshi.engines.ledger.verifytext import verify_text

SEAL_NAMESPACE = "hikeshi-archive"
BAGIT = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
CHAIN, EVIDENCE, CHECKPOINT = "data/chain/", "data/evidence/", "data/checkpoint.json"
MANIFEST, TAG_MANIFEST = "manifest-sha256.txt", "tagmanifest-sha256.txt"
SIGNERS, SIGNER_PEM = "key/allowed_signers", "key/signer.pem"
SEALS = ("seal.sig", "seal.der")
CHUNK = 1 << 20

Content = bytes | Path | Callable[[], IO[bytes]]
Progress = Callable[[int], None]


@dataclass(frozen=True)
class Item:
    """A file of the payload; ``path`` is relative to ``data/``. Its content is opened only when its turn comes."""

    path: str
    content: Content


@dataclass(frozen=True, kw_only=True)
class Sealed:
    """``sha256`` is that of the tag manifest: to print it is to print the whole archive's fingerprint."""

    path: Path
    sha256: str
    files: int
    size: int
    checkpoint: SignedCheckpoint
    changed: list[Problem] = field(default_factory=list)
    """Evidence whose content is no longer what its name says. It is sealed as it is, and told."""


def write_bag(
    target: Path,
    *,
    name: str,
    chain: str,
    lines: Iterable[bytes],
    items: Iterable[Item],
    key: SigningKey,
    at: str,
    info: Mapping[str, str] | None = None,
    verify_txt: bytes | None = None,
    progress: Progress | None = None,
) -> Sealed:
    """Write a bag to ``target``: a zip when its name ends in ``.zip``, else a folder. Nothing is ever overwritten.

    ``lines`` are the chain's exact lines from the first on; ``at`` is UTC as in a checkpoint. ``info`` fills
    bag-info.txt. ``progress`` is told the bytes of each piece written. Raises ``ledger.target_exists``,
    ``ledger.bag_unsafe_name``, ``common.disk_full``; then nothing of the bag is left behind.
    """
    if unsafe(name) or "/" in name:
        raise Problem("ledger.bag_unsafe_name", path=name, reason=unsafe(name) or "folder")
    if target.exists():
        raise Problem("ledger.target_exists", path=str(target), exit=2)
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with _sink(part, name, at, zipped=target.suffix.lower() == ".zip") as sink:
            sealed = _fill(
                _Bag(sink, progress),
                target,
                chain,
                lines,
                items,
                key,
                at,
                dict(info or {}),
                verify_txt or verify_text(name),
            )
        part.rename(target)
        sync_folder(target.parent)
    except OSError as error:
        _remove(part)
        if error.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", -1)):
            raise Problem("common.disk_full", path=str(target)) from error
        raise
    except BaseException:
        _remove(part)
        raise
    return sealed


def allowed_signers(key: PublicKey) -> bytes:
    """The file that ``ssh-keygen -Y verify -f`` wants: this one key, for our two purposes."""
    return f'hikeshi namespaces="{SEAL_NAMESPACE},{NAMESPACE}" {key.openssh()}\n'.encode("ascii")


def _fill(
    bag: _Bag,
    target: Path,
    chain: str,
    lines: Iterable[bytes],
    items: Iterable[Item],
    key: SigningKey,
    at: str,
    info: dict[str, str],
    verify_txt: bytes,
) -> Sealed:
    bag.add("bagit.txt", BAGIT)
    bag.add("VERIFY.txt", verify_txt)
    bag.add(SIGNERS, allowed_signers(key.public))
    bag.add(SIGNER_PEM, key.public.pem())
    checkpoint = sign_checkpoint(_add_chain(bag, chain, lines, at), key)
    bag.add(CHECKPOINT, checkpoint.checkpoint.to_bytes())
    bag.add(CHECKPOINT + ".sig", checkpoint.ssh)
    bag.add(CHECKPOINT + ".der", checkpoint.der)
    changed: list[Problem] = []
    for item in items:
        path = "data/" + item.path
        digest = bag.add(path, item.content)
        if path.startswith(EVIDENCE) and path != EVIDENCE + digest:
            changed.append(Problem("ledger.evidence_changed", path=path, found=digest))
    payload = {path: digest for path, digest in bag.digests.items() if path.startswith("data/")}
    info |= {"Bagging-Date": at[:10], "Payload-Oxum": f"{bag.payload_size}.{len(payload)}"}
    bag.add(MANIFEST, _manifest(payload))
    bag.add("bag-info.txt", "".join(f"{label}: {_one_line(text)}\n" for label, text in info.items()).encode())
    tags = _manifest({path: digest for path, digest in bag.digests.items() if path not in payload})
    sha256 = bag.add(TAG_MANIFEST, tags)
    bag.add(SEALS[0], sshsig.sign(key, SEAL_NAMESPACE, tags))
    bag.add(SEALS[1], key.sign_der(tags))
    return Sealed(
        path=target, sha256=sha256, files=len(bag.digests), size=bag.size, checkpoint=checkpoint, changed=changed
    )


def _add_chain(bag: _Bag, chain: str, lines: Iterable[bytes], at: str) -> Checkpoint:
    number, size, head = 0, 0, FIRST_PREV

    def counted(group: Iterator[bytes]) -> Iterator[bytes]:
        nonlocal number, size, head
        last = b""
        for last in group:
            number += 1
            size += len(last)
            yield last
        head = line_sha256(last)

    for segment, group in segments(lines):
        bag.stream(CHAIN + segment, counted(group), None)
    return Checkpoint(chain=chain, number=number, size=size, head=head, at=at)


class _Sink(Protocol):
    """Where the files of a bag go: a zip or a folder."""

    def file(self, path: str, size: int | None) -> AbstractContextManager[IO[bytes]]: ...


class _Bag:
    def __init__(self, sink: _Sink, progress: Progress | None) -> None:
        self.digests: dict[str, str] = {}
        self.size = self.payload_size = 0
        self._sink, self._progress = sink, progress
        self._folded: set[str] = set()

    def add(self, path: str, content: Content) -> str:
        """Add a file; its SHA-256."""
        if isinstance(content, bytes):
            return self.stream(path, [content], len(content))
        size = content.stat().st_size if isinstance(content, Path) else None
        with content.open("rb") if isinstance(content, Path) else content() as file:
            return self.stream(path, iter(lambda: file.read(CHUNK), b""), size)

    def stream(self, path: str, chunks: Iterable[bytes], size: int | None) -> str:
        reason = unsafe(path)
        folded = unicodedata.normalize("NFC", path.casefold())
        if reason:
            raise Problem("ledger.bag_unsafe_name", path=path, reason=reason)
        if folded in self._folded:
            raise Problem("ledger.bag_same_name", path=path)
        self._folded.add(folded)
        digest, written = hashlib.sha256(), 0
        with self._sink.file(path, size) as file:
            for chunk in chunks:
                file.write(chunk)
                digest.update(chunk)
                written += len(chunk)
                if self._progress:
                    self._progress(len(chunk))
        self.digests[path] = digest.hexdigest()
        self.size += written
        self.payload_size += written if path.startswith("data/") else 0
        return self.digests[path]


class _ZipSink:
    def __init__(self, part: Path, name: str, at: str) -> None:
        self._handle = part.open("xb")
        self._zip = zipfile.ZipFile(self._handle, "w")
        self._name = name
        year, month, day = (int(number) for number in at[:10].split("-"))
        self._date = (max(1980, year), month, day, 0, 0, 0)

    def file(self, path: str, size: int | None) -> AbstractContextManager[IO[bytes]]:
        info = zipfile.ZipInfo(f"{self._name}/{path}", self._date)
        info.create_system, info.external_attr = 3, 0o100644 << 16
        info.compress_type = zipfile.ZIP_DEFLATED
        return self._zip.open(info, "w", force_zip64=size is None or size > 1 << 30)

    def __enter__(self) -> _ZipSink:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is not None:
            # What is half written goes away; only the first trouble (a full disk, say) is worth telling.
            with contextlib.suppress(OSError, ValueError):
                self._zip.close()
            with contextlib.suppress(OSError):
                self._handle.close()
            return
        with self._handle:
            self._zip.close()
            self._handle.flush()
            os.fsync(self._handle.fileno())


class _FolderSink:
    def __init__(self, part: Path) -> None:
        self._root = part
        part.mkdir()
        self._folders = {part}

    def file(self, path: str, size: int | None) -> AbstractContextManager[IO[bytes]]:
        place = self._root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        self._folders.update(place.parents[: len(Path(path).parts)])
        return _Synced(place)

    def __enter__(self) -> _FolderSink:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None:
            for folder in self._folders:
                sync_folder(folder)


class _Synced:
    def __init__(self, place: Path) -> None:
        self._file = place.open("xb")

    def __enter__(self) -> IO[bytes]:
        return self._file

    def __exit__(self, kind: object, *_: object) -> None:
        with self._file:
            if kind is None:
                self._file.flush()
                os.fsync(self._file.fileno())


def _sink(part: Path, name: str, at: str, *, zipped: bool) -> _ZipSink | _FolderSink:
    return _ZipSink(part, name, at) if zipped else _FolderSink(part)


def _manifest(digests: Mapping[str, str]) -> bytes:
    return "".join(f"{digest}  {path}\n" for path, digest in sorted(digests.items())).encode("utf-8")


def _one_line(text: str) -> str:
    return " ".join("".join(" " if unicodedata.category(c)[0] == "C" else c for c in text).split())


def _remove(part: Path) -> None:
    if part.is_dir():
        shutil.rmtree(part, ignore_errors=True)
    else:
        part.unlink(missing_ok=True)
