"""A short chain, its key and its archive, for the tests of the ledger. All of it is made up."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hikeshi.engines.ledger.bag import Item, Sealed, write_bag
from hikeshi.engines.ledger.blob import blob_of, new_text_blob
from hikeshi.engines.ledger.checkpoint import Checkpoint
from hikeshi.engines.ledger.keys import SigningKey
from hikeshi.engines.ledger.line import FIRST_PREV, line_sha256, make_line

CHAIN = "0198c0de-0000-7000-8000-000000000001"
NAME = "HKS-2026-001"
AT = "2026-04-01T09:30:00Z"
SAID = r"花子: 100% 「消えた」 C:\new\table $HOME `date` 'x' …"


def fields(number: int, **more: Any) -> dict[str, Any]:
    """The fields of an entry as the casebook writes them."""
    return {
        "actor": {"id": "1", "name": "花子"},
        "chain": CHAIN,
        "data": {"key": f"seen.{number}", "value": SAID},
        "kind": "fact.stated",
        "number": number,
        "recorded_at": "2026-04-01T00:30:00.000000Z",
        "version": 1,
        **more,
    }


def link(entries: Sequence[dict[str, Any]], prev: str = FIRST_PREV) -> list[bytes]:
    """Lines that follow each other."""
    lines = []
    for entry in entries:
        lines.append(make_line(prev, entry))
        prev = line_sha256(lines[-1])
    return lines


def chain(count: int = 12) -> list[bytes]:
    return link([fields(number) for number in range(1, count + 1)])


def checkpoint(lines: Sequence[bytes], **other: Any) -> Checkpoint:
    """What a chain is after these lines."""
    head = line_sha256(lines[-1]) if lines else FIRST_PREV
    said = {"chain": CHAIN, "number": len(lines), "size": sum(map(len, lines)), "head": head, "at": AT}
    return Checkpoint(**{**said, **other})


def items() -> list[Item]:
    """A free text, an evidence file and a document with a Japanese name."""
    text = new_text_blob("パスワードを書いてしまった。\n二行目。", salt=bytes(32))
    log = b"Apr  1 00:29:58 web sshd[812]: Failed password for root from 192.0.2.7 port 50022 ssh2\n" * 50
    letter = "お客さまへのお知らせ\n".encode()
    return [
        Item(f"evidence/{blob_of(text)}", text),
        Item(f"evidence/{blob_of(log)}", log),
        Item("documents/お知らせ.txt", letter),
    ]


def seal(target: Path, key: SigningKey, *, lines: Sequence[bytes] | None = None, **other: Any) -> Sealed:
    """An archive of the sample chain at `target`."""
    said: dict[str, Any] = {
        "name": NAME,
        "chain": CHAIN,
        "lines": chain() if lines is None else lines,
        "items": items(),
        "key": key,
        "at": AT,
        "info": {"Source-Organization": "花子工務店", "External-Identifier": NAME},
    }
    return write_bag(target, **{**said, **other})
