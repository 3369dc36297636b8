"""Check a bag as a whole: every file against the manifests, both seals, the checkpoint, and the chain line by line.

What this cannot know is whose key signed: that is told by a fingerprint from paper or from a person.
"""

from __future__ import annotations

import hashlib
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, BinaryIO, cast

from hikeshi.engines.common.problem import Problem
from hikeshi.engines.ledger import sshsig
from hikeshi.engines.ledger.bag import (
    BAGIT,
    CHAIN,
    CHECKPOINT,
    CHUNK,
    EVIDENCE,
    MANIFEST,
    SEAL_NAMESPACE,
    SEALS,
    SIGNER_PEM,
    SIGNERS,
    TAG_MANIFEST,
    allowed_signers,
)
from hikeshi.engines.ledger.bagfiles import BagFiles, open_bag, unsafe
from hikeshi.engines.ledger.checkpoint import NAMESPACE, Checkpoint
from hikeshi.engines.ledger.keys import PublicKey
from hikeshi.engines.ledger.line import MAX_LINE, parse_line
from hikeshi.engines.ledger.segment import SEGMENT_LINES, segment_name
from hikeshi.engines.ledger.verify import Report, check_lines, read_lines

MAX_TAG_FILE = 256 << 20
_MANIFEST_LINE = re.compile(rb"([0-9a-f]{64})  ([^\n]+)\n")
_READ_ERRORS = (OSError, zipfile.BadZipFile, zlib.error, EOFError, ValueError, RuntimeError, struct.error)

_ABOUT_EVIDENCE = (b'"kind":"evidence.kept"', b'"kind":"text.disposed"')

Progress = Callable[[int, int], None]
"""Told the bytes of each piece read, and of all files together."""
OutsideCheckpoint = tuple[Checkpoint, PublicKey | None]


@dataclass
class BagReport(Report):
    """What a check of a bag found, beside the chain's own figures."""

    path: str = ""
    files: int = 0
    bytes: int = 0
    fingerprint: str = ""
    """Of the key that signed; empty when no good key is in the bag."""
    fingerprint_compared: bool = False
    """Was it compared with one that came from outside?"""
    info: dict[str, str] = field(default_factory=dict)
    """The labels of bag-info.txt."""


def check_bag(
    path: Path,
    *,
    fingerprint: str | None = None,
    checkpoints: Sequence[OutsideCheckpoint] = (),
    progress: Progress | None = None,
) -> BagReport:
    """Check a bag (folder or zip). Raises a Problem only when it is no archive at all; all else is a finding."""
    with closing(open_bag(path)) as files:
        check = _BagCheck(files, BagReport(path=str(path)), progress)
        check.wrapping()
        digests = check.manifests()
        key = check.key()
        check.seals(key)
        check.content(digests)
        check.chain(key, checkpoints)
        check.promised()
        check.identity(key, fingerprint, checkpoints)
        return check.report


class _BagCheck:
    def __init__(self, files: BagFiles, report: BagReport, progress: Progress | None) -> None:
        self.files, self.report, self._progress = files, report, progress

    def wrapping(self) -> None:
        for finding in self.files.findings:
            self.report.add(finding.code, **finding.params)
        self.report.files = len(self.files.sizes)
        self.report.bytes = sum(self.files.sizes.values())
        bagit = self._small("bagit.txt")
        if bagit is not None and bagit != BAGIT:
            self.report.add("ledger.bag_file_changed", path="bagit.txt")
        for line in (self._small("bag-info.txt") or b"").decode("utf-8", "replace").splitlines():
            label, colon, text = line.partition(":")
            if colon and len(self.report.info) < 100:
                self.report.info[label.strip()[:200]] = text.strip()[:2000]

    def manifests(self) -> dict[str, str]:
        """What each file should be, by path; files that are missing or listed nowhere are findings."""
        payload = self._manifest(MANIFEST, wanted=lambda path: path.startswith("data/"))
        tags = self._manifest(TAG_MANIFEST, wanted=lambda path: not path.startswith("data/"))
        listed = payload | tags
        for path in listed:
            if path not in self.files.sizes:
                self._once("ledger.bag_file_missing", path)
        for path in self.files.sizes:
            if path not in listed and path not in (TAG_MANIFEST, *SEALS):
                self.report.add("ledger.bag_file_extra", path=path)
        oxum = f"{sum(self.files.sizes.get(path, 0) for path in payload)}.{len(payload)}"
        if self.report.info.get("Payload-Oxum") != oxum:
            self.report.add("ledger.bag_file_changed", path="bag-info.txt")
        return {path: digest for path, digest in listed.items() if path in self.files.sizes}

    def key(self) -> PublicKey | None:
        """The one public key of the bag; both of its forms must be the same key, in their only form."""
        signers, pem = self._small(SIGNERS), self._small(SIGNER_PEM)
        if signers is None or pem is None:
            return None
        try:
            key = PublicKey.from_pem(pem)
        except Problem:
            self.report.add("ledger.bag_key_changed", path=SIGNER_PEM)
            return None
        self.report.fingerprint = key.fingerprint()
        if allowed_signers(key) != signers or key.pem() != pem:
            self.report.add("ledger.bag_key_changed", path=SIGNERS)
            return None
        return key

    def seals(self, key: PublicKey | None) -> None:
        signed = self._small(TAG_MANIFEST)
        if key is not None and signed is not None:
            self._signatures(key, signed, SEAL_NAMESPACE, *SEALS)

    def content(self, digests: dict[str, str]) -> None:
        """Hash every file; evidence must also be what its name says, since the chain knows it by that name."""
        for path, expected in digests.items():
            found = self._sha256(path)
            if found is not None and found != expected:
                self.report.add("ledger.bag_file_changed", path=path)
            elif found is not None and path.startswith(EVIDENCE) and path != EVIDENCE + found:
                self.report.add("ledger.evidence_changed", path=path, found=found)

    def chain(self, key: PublicKey | None, outside: Sequence[OutsideCheckpoint]) -> None:
        checkpoints = [checkpoint for checkpoint, _ in outside]
        inside = self._small(CHECKPOINT)
        own: Checkpoint | None = None
        if inside is not None:
            try:
                own = Checkpoint.from_bytes(inside)
                checkpoints.append(own)
            except Problem as problem:
                self.report.add(problem.code, path=CHECKPOINT)
            if key is not None:
                self._signatures(key, inside, NAMESPACE, CHECKPOINT + ".sig", CHECKPOINT + ".der")
        found = check_lines(read_lines(self._segments()), checkpoints)
        for finding in found.findings:
            self.report.add(finding.code, **finding.params)
        self.report.unlisted += found.unlisted
        if own is not None and own.number < found.lines and found.intact:
            self.report.add("ledger.lines_after_seal", line=own.number + 1, number=own.number)
        for name in ("lines", "size", "head", "chain", "covered"):
            setattr(self.report, name, getattr(found, name))
        wanted = [CHAIN + segment_name(first) for first in range(1, found.lines + 1, SEGMENT_LINES)]
        if wanted != [path for path in sorted(self.files.sizes) if path.startswith(CHAIN)]:
            self.report.add("ledger.bag_segments")

    def promised(self) -> None:
        """Evidence that the record names and no entry disposed of must be here: the seal alone cannot miss it."""
        named: dict[str, str] = {}
        for segment in self._segments():
            while line := segment.readline(MAX_LINE + 1):
                if not any(kind in line for kind in _ABOUT_EVIDENCE):
                    continue
                try:
                    fields = parse_line(line).fields
                    data = fields["data"]
                    if fields["kind"] == "evidence.kept":
                        named[str(data["sha256"])] = str(data["name"])
                    elif fields["kind"] == "text.disposed":
                        named.pop(str(data["blob"]), None)
                except (Problem, KeyError, TypeError):
                    continue  # a broken line was told when the chain was checked
        for sha256, name in named.items():
            if EVIDENCE + sha256 not in self.files.sizes:
                self.report.add("ledger.evidence_missing", path=EVIDENCE + sha256, name=name)

    def identity(self, key: PublicKey | None, fingerprint: str | None, outside: Sequence[OutsideCheckpoint]) -> None:
        if key is None:
            return
        if fingerprint is not None:
            self.report.fingerprint_compared = True
            if not key.is_called(fingerprint):
                self.report.add("ledger.other_key", expected=fingerprint, found=key.fingerprint())
        for checkpoint, signer in outside:
            if signer is not None and signer != key:
                self.report.add(
                    "ledger.checkpoint_by_another_key",
                    number=checkpoint.number,
                    expected=signer.fingerprint(),
                    found=key.fingerprint(),
                )

    def _signatures(self, key: PublicKey, signed: bytes, namespace: str, ssh: str, der: str) -> None:
        for path in (ssh, der):
            signature = self._small(path)
            if signature is None:
                continue
            try:
                good = (
                    key.verify_der(signature, signed)
                    if path == der
                    else sshsig.verify(signature, namespace, signed) == key
                )
            except Problem:
                good = False
            if not good:
                self.report.add("ledger.bag_seal_broken", path=path)

    def _manifest(self, name: str, wanted: Callable[[str], bool]) -> dict[str, str]:
        text = self._small(name) or b""
        listed: dict[str, str] = {}
        end = 0
        for found in _MANIFEST_LINE.finditer(text):
            path = found[2].decode("utf-8", "surrogateescape")
            if found.start() != end or path in listed or unsafe(path) or not wanted(path):
                break
            listed[path] = found[1].decode("ascii")
            end = found.end()
        if end != len(text):
            self.report.add("ledger.bag_bad_manifest", path=name, line=text.count(b"\n", 0, end) + 1)
        return listed

    def _small(self, path: str) -> bytes | None:
        """A tag file whole; None and a finding when it is missing, unreadable or too large to be one."""
        size = self.files.sizes.get(path)
        if size is None:
            self._once("ledger.bag_file_missing", path)
            return None
        if size > MAX_TAG_FILE:
            self._once("ledger.bag_file_changed", path)
            return None
        try:
            with self.files.open(path) as file:
                return file.read(MAX_TAG_FILE)
        except _READ_ERRORS:
            self._once("ledger.bag_file_changed", path)
            return None

    def _once(self, code: str, path: str) -> None:
        if not any(known.code == code and known.params.get("path") == path for known in self.report.findings):
            self.report.add(code, path=path)

    def _sha256(self, path: str) -> str | None:
        digest = hashlib.sha256()
        try:
            with self.files.open(path) as file:
                while chunk := file.read(CHUNK):
                    digest.update(chunk)
                    if self._progress:
                        self._progress(len(chunk), self.report.bytes)
        except _READ_ERRORS:
            self._once("ledger.bag_file_changed", path)
            return None
        return digest.hexdigest()

    def _segments(self) -> Iterator[BinaryIO]:
        for path in sorted(path for path in self.files.sizes if path.startswith(CHAIN)):
            try:
                with self.files.open(path) as file:
                    yield cast(BinaryIO, _Quiet(file))
            except _READ_ERRORS:
                self._once("ledger.bag_file_changed", path)


class _Quiet:
    """A segment whose damage (a bad CRC in a zip) ends it; that it is damaged was said when it was hashed."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def readline(self, limit: int) -> bytes:
        try:
            return self._file.readline(limit)
        except _READ_ERRORS:
            return b""
