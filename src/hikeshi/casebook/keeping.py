"""Texts and files of a chain: kept in the evidence store, named in the record by their hash."""

import hashlib
from collections.abc import Iterator
from typing import Any, BinaryIO

from django.utils.translation import gettext

from hikeshi.casebook import evidence, rules
from hikeshi.casebook.entries import EvidenceHandedOver, EvidenceKept
from hikeshi.casebook.models import Case, Evidence
from hikeshi.casebook.record import chain_of, record
from hikeshi.engines.common.mynumber import masked
from hikeshi.engines.common.problem import Problem
from hikeshi.engines.ledger.blob import new_text_blob, read_text_blob
from hikeshi.engines.ledger.entry import Actor, Entry, Recorded
from hikeshi.engines.ledger.kinds import Blob

TEXT_LIMIT = 200_000
FILE_LIMIT = 4 << 30


def keep_text(owner: Any, said: str) -> Blob:
    """Keep free text as a salted, disposable blob; only its hash goes into the chain."""
    if len(said) > TEXT_LIMIT:
        raise Problem("casebook.text_too_long", limit=TEXT_LIMIT)
    return Blob(evidence.keep_bytes(chain_of(owner), new_text_blob(said)))


def text(owner: Any, blob: str | None) -> str:
    """The text of a blob, a My Number masked: it stands on no page and in no document, only in the kept file.

    Empty for None and for one that was disposed of. One that was changed says so, unread.
    """
    if not blob:
        return ""
    try:
        return masked(read_text_blob(evidence.path_of(chain_of(owner), blob).read_bytes(), expected=blob))[0]
    except Problem as problem:
        return gettext("〔この文章は、記録されたものと違います〕") if problem.code == "ledger.blob_changed" else ""


def keep_file(
    owner: Any,
    stream: BinaryIO,
    name: str,
    actor: Actor,
    *,
    purpose: str = "",
    max_bytes: int = FILE_LIMIT,
    form: str | None = None,
) -> Recorded:
    """Put a file into the evidence store and record `evidence.kept`. The same content is kept once.

    `form` is the number of the form that brought it: sent twice under one number, the file is recorded once, too.
    """
    kept = evidence.keep(chain_of(owner), iter(lambda: stream.read(evidence.CHUNK), b""), max_bytes=max_bytes)
    data = EvidenceKept(sha256=kept.sha256, size=kept.size, name=rules.plain_name(name), purpose=purpose)
    once = hashlib.sha256(f"{form} {data}".encode()).hexdigest()[:40] if form else None
    return record(owner, [Entry(data, actor, step="S6.1")], request_id=once)[0]


def evidence_entry(owner: Any, content: bytes, name: str, actor: Actor, *, purpose: str = "") -> Entry:
    """Keep content that the program itself made; the entry for it, to be recorded together with others."""
    sha256 = evidence.keep_bytes(chain_of(owner), content)
    data = EvidenceKept(sha256=sha256, size=len(content), name=rules.plain_name(name), purpose=purpose)
    return Entry(data, actor, step="S6.1")


def hand_over(case: Case, sha256: str, to: str, why: str, actor: Actor, *, request_id: str | None = None) -> Recorded:
    """Record that a kept file goes to somebody: it is hashed again, and the entry says whether it is what was kept."""
    data = EvidenceHandedOver(
        sha256=sha256, to=keep_text(case, to), why=keep_text(case, why), intact=is_intact(case, sha256)
    )
    return record(case, [Entry(data, actor, step="S6.1")], request_id=request_id)[0]


def open_evidence(owner: Any, sha256: str) -> BinaryIO:
    return evidence.open_kept(chain_of(owner), sha256)


def evidence_path(owner: Any, sha256: str) -> Any:
    """Where a kept file lies, for engines that read it in their own limited process."""
    return evidence.path_of(chain_of(owner), sha256)


def is_intact(owner: Any, sha256: str) -> bool:
    """Whether a kept file still is what its name says."""
    return evidence.intact(chain_of(owner), sha256)


def kept_files(case: Case) -> Iterator[Any]:
    """Every file of the case's evidence folder: evidence and disposable texts, by name."""
    yield from sorted(path for path in evidence.folder(case.chain_id).iterdir() if rules.is_sha256(path.name))


def evidence_of(case: Case) -> Any:
    return Evidence.objects.filter(chain_id=case.chain_id).order_by("number")
