"""Examines a package in the limited process: every byte hashed, nothing unpacked, whatever is odd is named."""

from __future__ import annotations

import hashlib
import json
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from hikeshi.engines.common.problem import Problem
from hikeshi.engines.evidence.members import CAPS, Member, members
from hikeshi.engines.ledger.line import FIRST_PREV, MAX_LINE, parse_line

MANIFEST, CUSTODY, ITEMS, PACKAGE = "manifest-sha256.txt", "custody.txt", "data/items.jsonl", "data/package.json"
NAMED = 200
"""How many altered, missing or refused files are named; all are counted."""
_SMALL = 8 << 20
_PIECE = 1 << 20
_GOOD_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*(?:/[A-Za-z0-9_][A-Za-z0-9._-]*){0,7}")
_LINE = re.compile(r"([0-9a-f]{64}) [ *](data/.+)")


def examine(arguments: dict[str, Any], say: Callable[[Any], None]) -> dict[str, Any]:
    """The state of a package, as JSON: see package.Package."""
    path = Path(arguments["path"])
    state = _State()
    with members(path) as (form, inside):
        state.form = form
        try:
            for one in inside:
                state.take(one)
                say(state.bytes)
        except (OSError, EOFError, RuntimeError, zipfile.BadZipFile, zlib.error, NotImplementedError, ValueError):
            state.refuse(Problem("common.archive_broken", path=path.name))
    return state.judge()


class _State:
    """What was seen so far."""

    def __init__(self) -> None:
        self.form = ""
        self.bytes = 0
        self.hashes: dict[str, str] = {}
        self.small: dict[str, bytes] = {}
        self.refused: list[dict[str, Any]] = []
        self.refusals = 0

    def refuse(self, problem: Problem) -> None:
        self.refusals += 1
        if len(self.refused) < NAMED:
            said = {
                name: value if isinstance(value, int) else str(value)[:300] for name, value in problem.params.items()
            }
            self.refused.append({"code": problem.code, "params": said})

    def take(self, one: Member | Problem) -> None:
        """Hash a member, or say why not."""
        if isinstance(one, Problem):
            self.refuse(one)
            return
        top, _, name = one.name.partition("/")
        # The one folder that holds the package may have any plain name: people unpack and pack again.
        if not _GOOD_NAME.fullmatch(one.name) or not name or len(one.name) > 300:
            self.refuse(Problem("evidence.bad_name", name=one.name))
            return
        if name in self.hashes:
            self.refuse(Problem("evidence.twice", name=name))
            return
        digest = hashlib.sha256()
        kept = bytearray()
        wanted = name in (MANIFEST, CUSTODY, ITEMS, PACKAGE)
        try:
            with one.open() as stream:
                while piece := stream.read(_PIECE):
                    digest.update(piece)
                    self.bytes += len(piece)
                    if self.bytes > CAPS.unpacked:
                        raise Problem("common.archive_too_large", path=name, size=self.bytes)
                    if wanted and len(kept) <= _SMALL:
                        kept += piece
        except (OSError, EOFError, RuntimeError, zipfile.BadZipFile, zlib.error, NotImplementedError):
            self.refuse(Problem("common.archive_broken", path=name))
            return
        self.hashes[name] = digest.hexdigest()
        if wanted and len(kept) <= _SMALL:
            self.small[name] = bytes(kept)
        elif wanted:
            self.refuse(Problem("common.archive_too_large", path=name, size=len(kept)))

    def judge(self) -> dict[str, Any]:
        """Compare what is there with what the manifest names."""
        named, odd = _manifest(self.small.get(MANIFEST, b""))
        for name in odd:
            self.refuse(Problem("evidence.bad_line", line=name))
        payload = {name: sha for name, sha in self.hashes.items() if name.startswith("data/")}
        altered = sorted(name for name, sha in payload.items() if name in named and named[name] != sha)
        missing = sorted(set(named) - set(payload))
        unlisted = sorted(set(payload) - set(named))
        custody = list(_custody(self.small.get(CUSTODY, b"")))
        told = [line["data"].get("manifest_sha256") for line in custody if isinstance(line.get("data"), dict)]
        return {
            "form": self.form,
            "files": len(payload),
            "bytes": self.bytes,
            "whole": all(name in self.hashes for name in (MANIFEST, CUSTODY, ITEMS, PACKAGE)),
            "altered": altered[:NAMED],
            "missing": missing[:NAMED],
            "unlisted": unlisted[:NAMED],
            "refused": self.refused,
            "wrong": len(altered) + len(missing) + len(unlisted) + self.refusals,
            "manifest_sha256": self.hashes.get(MANIFEST, ""),
            "forged": bool(told) and told[0] != self.hashes.get(MANIFEST),
            "package": _about(self.small.get(PACKAGE, b"")),
            "items": list(_items(self.small.get(ITEMS, b""))),
            "custody": custody,
        }


def _manifest(text: bytes) -> tuple[dict[str, str], list[str]]:
    named: dict[str, str] = {}
    odd: list[str] = []
    for raw in text.splitlines():
        line = raw.decode("utf-8", "backslashreplace")
        found = _LINE.fullmatch(line)
        if not found or not _GOOD_NAME.fullmatch(found[2]) or found[2] in named:
            odd.append(line[:120])
        else:
            named[found[2]] = found[1]
    return named, odd


def _about(text: bytes) -> dict[str, str]:
    """What the collector says of itself and of the machine: texts, cut, believed by nobody."""
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return {str(name)[:40]: str(told[name])[:500] for name in list(told)[:40]} if isinstance(told, dict) else {}


def _items(text: bytes) -> Iterator[dict[str, Any]]:
    for raw in text.splitlines()[:2000]:
        try:
            told = json.loads(raw)
        except (ValueError, RecursionError):
            continue
        if not isinstance(told, dict):
            continue
        item: dict[str, Any] = {
            name: str(told.get(name, ""))[: 4000 if name == "command" else 120]
            for name in ("name", "stage", "command", "started", "ended", "file", "sha256", "stderr")
        }
        for name in ("exit", "size"):
            item[name] = told[name] if type(told.get(name)) is int and abs(told[name]) < 2**53 else -1
        item["cut"] = told.get("cut") is True
        yield item


def _custody(text: bytes) -> Iterator[dict[str, Any]]:
    """The lines of the custody chain, as far as each is joined to the one before it."""
    prev = FIRST_PREV
    for raw in text.splitlines(keepends=True)[:1000]:
        if len(raw) > MAX_LINE:
            return
        try:
            line = parse_line(raw)
        except Problem:
            return
        if line.prev != prev:
            return
        prev = line.sha256
        yield {name: line.fields[name] for name in ("actor", "data", "kind", "recorded_at") if name in line.fields}
