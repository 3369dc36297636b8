"""The canonical source of a plan version: both languages as data, the same bytes for the same document (RFC 8785)."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from datetime import date
from typing import Any

import rfc8785

from hikeshi.engines.paper import model
from hikeshi.engines.paper.model import Document

FORMAT = "hikeshi-plan/1"
_BLOCKS = {
    cls.__name__: cls
    for cls in (
        model.Heading,
        model.Paragraph,
        model.BulletList,
        model.NumberedList,
        model.Table,
        model.KeyValues,
        model.Note,
        model.PageBreak,
        model.Span,
    )
}


def to_source(documents: Mapping[str, Document]) -> bytes:
    """The documents of one version, by language, as bytes to be kept as evidence."""
    return rfc8785.dumps({"format": FORMAT, "documents": {lang: _plain(doc) for lang, doc in documents.items()}})


def from_source(source: bytes) -> dict[str, Document]:
    """The documents again, exactly as they were."""
    read = json.loads(source)
    if read.get("format") != FORMAT:
        raise ValueError(f"not the source of a plan: {read.get('format')!r}")
    return {lang: _document(data) for lang, data in read["documents"].items()}


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
        return fields if isinstance(value, Document) else {"type": type(value).__name__, **fields}
    if isinstance(value, tuple):
        return [_plain(inner) for inner in value]
    return value.isoformat() if isinstance(value, date) else value


def _document(data: Mapping[str, Any]) -> Document:
    fields = {name: _built(value) for name, value in data.items()}
    return Document(**{**fields, "date": date.fromisoformat(data["date"])})


def _built(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_built(inner) for inner in value)
    if isinstance(value, dict):
        cls: Any = _BLOCKS[value["type"]]
        return cls(**{name: _built(inner) for name, inner in value.items() if name != "type"})
    return value
