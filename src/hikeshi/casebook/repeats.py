"""Whether a request that came again says the same: a repetition is recorded once, other words are never dropped."""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from hikeshi.casebook import evidence
from hikeshi.engines.common.problem import Problem
from hikeshi.engines.ledger.blob import read_text_blob
from hikeshi.engines.ledger.kinds import blobs, kind_of, to_data

FORM_NUMBER = re.compile(r"[0-9a-f]{32}")
"""The number of one form. Other request ids name work of our own, whose result counts once, whatever it was."""
_MADE_UP = re.compile(r"[0-9a-f]{16}(-\d+)?")  # ids that a verb draws anew each time


def is_form(request_id: str) -> bool:
    """Whether a form's number, which a browser may send again with other words."""
    return FORM_NUMBER.fullmatch(request_id) is not None


def same(chain: Any, prepared: Sequence[Any], earlier: Sequence[Any]) -> bool:
    """Whether the entries say what those recorded under this number say; kept texts count by their words."""
    if len(prepared) != len(earlier):
        return False
    return all(
        new.kind == old.kind
        and _said(chain, new.kind, new.version, new.data) == _said(chain, old.kind, old.version, old.data)
        for new, old in zip(prepared, earlier, strict=True)
    )


def repeated(chain: Any, earlier: Any, actor: Any, data: Any) -> bool:
    """Whether this is what the same person said in the earlier entry, in the same words."""
    kind, version = kind_of(data)
    return (earlier.kind, earlier.version, earlier.actor.id) == (kind, version, actor.id) and _said(
        chain, kind, version, to_data(data)
    ) == _said(chain, kind, version, earlier.data)


def other(chain: Any, request_id: str, prepared: Sequence[Any]) -> str:
    """The number under which these other words are recorded: sent twice, they too are recorded once."""
    said = [[new.kind, _said(chain, new.kind, new.version, new.data)] for new in prepared]
    text = json.dumps([request_id, said], ensure_ascii=True, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:40]


def _said(chain: Any, kind: str, version: int, data: Mapping[str, Any]) -> Any:
    texts = {blob: _text(chain, blob) for blob in blobs(kind, version, dict(data))}
    return _plain(data, texts)


def _plain(value: Any, texts: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return "" if _MADE_UP.fullmatch(value) else texts.get(value, value)
    if isinstance(value, Mapping):
        return {name: _plain(inner, texts) for name, inner in value.items()}
    return [_plain(inner, texts) for inner in value] if isinstance(value, list | tuple) else value


def _text(chain: Any, blob: str) -> str:
    """A kept text without its salt; of one that was disposed of only its hash is left to compare."""
    try:
        return read_text_blob(evidence.path_of(chain, blob).read_bytes())
    except Problem:
        return blob
