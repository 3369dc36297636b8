"""Drills as a user runs them: `hikeshi drill run` in a process of its own, once for each seed and language."""

from __future__ import annotations

import json
import os
import re
import sqlite3
import subprocess
import sys
import zipfile
from functools import cached_property
from html import unescape
from pathlib import Path
from typing import Any

import pypdfium2

HIKESHI = [sys.executable, "-m", "hikeshi"]


class Played:
    """A drill that was played: what it said and what it left."""

    def __init__(self, out: Path, said: dict[str, Any]) -> None:
        self.out, self.said = out, said

    @property
    def truth(self) -> dict[str, Any]:
        return dict(self.said["truth"])

    @property
    def values(self) -> dict[str, Any]:
        return dict(self.truth["values"])

    @cached_property
    def texts(self) -> dict[str, str]:
        """The words of every document by its file's name, without white space (lines break anywhere)."""
        return {Path(one["path"]).name: bare(text_of(self.out / one["path"])) for one in self.said["documents"]}

    def kinds(self, kind: str) -> dict[str, str]:
        """The words of the documents of one kind."""
        names = [Path(one["path"]).name for one in self.said["documents"] if one["kind"] == kind]
        return {name: self.texts[name] for name in names}

    @property
    def archive(self) -> Path:
        return self.out / str(self.said["archive"]["path"])

    @cached_property
    def sealed(self) -> dict[str, bytes]:
        """The files of the archive by their path inside it."""
        with zipfile.ZipFile(self.archive) as bag:
            return {name.partition("/")[2]: bag.read(name) for name in bag.namelist()}

    @cached_property
    def entries(self) -> list[dict[str, Any]]:
        """The case's entries, from the sealed lines."""
        lines = [self.sealed[name] for name in sorted(self.sealed) if name.startswith("data/chain/")]
        return [json.loads(line[65:]) for part in lines for line in part.splitlines()]

    @cached_property
    def preparation(self) -> list[dict[str, Any]]:
        """The entries of the workspace's chain, from the drill's own data."""
        with sqlite3.connect(self.out / "data" / "hikeshi.sqlite3") as database:
            rows = database.execute(
                "SELECT line FROM casebook_line JOIN casebook_chain ON chain_id = casebook_chain.id"
                " WHERE subject = 'workspace' ORDER BY casebook_line.number"
            ).fetchall()
        database.close()
        return [json.loads(bytes(line)[65:]) for (line,) in rows]


def start(out: Path, seed: int, lang: str, user_data: Path) -> subprocess.Popen[str]:
    """Begin a drill as somebody whose own record lies in `user_data`."""
    env = {
        **os.environ,
        "HIKESHI_DATA": str(user_data),
        # Were it ever used, the drill would fail: nobody is there.
        "HIKESHI_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/real-record",
        "HIKESHI_LANG": lang,
        "PYTHONWARNINGS": "error",
    }
    command = [*HIKESHI, "drill", "run", "web-intrusion", "--out", str(out), "--seed", str(seed), "--json"]
    return subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def finished(out: Path, process: subprocess.Popen[str]) -> Played:
    """Wait for a drill; what it printed is one JSON document and nothing else."""
    printed, told = process.communicate(timeout=300)
    assert process.returncode == 0, told
    assert told == ""
    return Played(out, json.loads(printed))


def bare(text: str) -> str:
    return re.sub(r"\s+", "", text)


def text_of(path: Path) -> str:
    """All words of a file, heads and feet of its pages included."""
    match path.suffix:
        case ".pdf":
            return "\n".join(pages_of(path))
        case ".docx":
            with zipfile.ZipFile(path) as word:
                parts = [word.read(name).decode() for name in word.namelist() if name.startswith("word/")]
            return "\n".join(unescape(run) for part in parts for run in re.findall(r"<w:t(?: [^>]*)?>([^<]*)", part))
        case ".html":
            return unescape(re.sub(r"<[^>]+>", " ", path.read_text(encoding="utf-8")))
    return path.read_text(encoding="utf-8")


def pages_of(path: Path) -> list[str]:
    """The words of each page of a PDF."""
    document = pypdfium2.PdfDocument(path)
    try:
        return [page.get_textpage().get_text_bounded() for page in document]
    finally:
        document.close()
