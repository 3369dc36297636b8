"""The envelopes that exports put around records: {"Records": […]}, {"value": […]}, {"hits": {"hits": […]}} …"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

from ...objects import Object

LISTS = frozenset(
    [
        "Records",
        "records",
        "value",
        "Value",
        "events",
        "Events",
        "items",
        "logEvents",
        "data",
        "results",
        "Results",
        "result",
        "hits",
        "logs",
        "Logs",
        "entries",
        "alerts",
        "rows",
        "resources",
        "log_entries",
        "response",
        "auditLogs",
    ]
)
# What may stand beside the list without being the record itself.
_BESIDE = frozenset(
    [
        "_shards",
        "meta",
        "metadata",
        "_links",
        "links",
        "paging",
        "pagination",
        "page",
        "@odata.context",
        "nextPageToken",
    ]
)
_INSIDE = ("_source", "result")
_MANTLE = frozenset(
    [
        "preview",
        "offset",
        "lastrow",
        "row",
        "result",
        "_index",
        "_id",
        "_type",
        "_score",
        "_source",
        "sort",
        "_version",
        "fields",
    ]
)
_TEXT = re.compile(rb'"(?:[^"\\]|\\.)*+"', re.DOTALL)
_MOST_KEYS, _DEEP, _HEAD = 16, 3, 1 << 16
_LIST_KEY = re.compile(rb'"([\w@.-]{1,40})"\s{0,200}:\s{0,200}\[\s{0,200}\{')


def may_be_envelope(names: Collection[str]) -> bool:
    """Whether an object with these names may hold records instead of being one."""
    return len(names) <= _MOST_KEYS and ("_source" in names or not LISTS.isdisjoint(names))


def unwrap(obj: Object) -> list[Any] | None:
    """The records in an envelope; None when this is a record itself."""
    if not may_be_envelope(obj):
        return None
    return _unwrap(obj, 0)


def _unwrap(obj: Object, depth: int) -> list[Any] | None:
    for name in _INSIDE:
        if isinstance(inner := obj.get(name), dict) and obj.keys() <= _MANTLE:
            return [inner]
    found: list[Any] | None = None
    for name, value in obj.items():
        if name in LISTS and isinstance(value, list) and all(isinstance(one, dict) for one in value):
            if found is not None and value:
                return None
            found = found or value
        elif isinstance(value, dict):
            if name in LISTS and depth < _DEEP and (inner_list := _unwrap(value, depth + 1)) is not None:
                found = inner_list
            elif name not in _BESIDE and not name.endswith("_info") and name != "total":
                return None
    if found is None:
        return None
    if not found and any(type(v) not in (dict, list) and not k.startswith("@") for k, v in obj.items()):
        return None  # a record that has an empty list
    return [record for one in found for record in (_inner(one) or [one])]


def _inner(obj: Any) -> list[Any] | None:
    """The record in its mantle: {"_index": …, "_source": {…}}."""
    for name in _INSIDE:
        if isinstance(inner := obj.get(name), dict) and obj.keys() <= _MANTLE:
            return [inner]
    return None


def base_of(head: bytes) -> int:
    """How deep the records of a document stand that begins so, and is too long to be one record: 1 in [{…}, …]."""
    start = head.lstrip()[:1]
    if start == b"[":
        return 1
    for match in _LIST_KEY.finditer(head[:_HEAD]):
        if match[1].decode("ascii", "replace") in LISTS:
            before = _TEXT.sub(b"", head[: match.start()])
            depth = before.count(b"{") + before.count(b"[") - before.count(b"}") - before.count(b"]")
            return depth + 1 if 1 <= depth <= _DEEP else 0
    return 0
