"""Kinds of entry: a decorated class with annotations becomes a frozen dataclass, a checker and a schema.

    @kind("fact.stated", version=1)
    class FactStated:
        \"""One sentence: what this entry means.\"""
        key: str
        status: Literal["confirmed", "suspected", "unknown", "refuted"]
        text: Blob | None = None

A kind that was ever written is never changed: a new shape is a new version beside the old one.
"""

from __future__ import annotations

import dataclasses
import inspect
import re
import types
from collections.abc import Callable, Iterator
from typing import Any, Literal, NamedTuple, TypeVar, Union, dataclass_transform, get_args, get_origin, get_type_hints

from hikeshi.engines.common.problem import Problem
from hikeshi.engines.ledger.line import MAX_NUMBER

T = TypeVar("T")
Check = Callable[[Any, str], None]

KINDS: dict[tuple[str, int], type] = {}
"""Every kind that was declared, by its name and version."""

_NAME = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+")
_SHA256 = re.compile(r"[0-9a-f]{64}")


class Blob(str):
    """The SHA-256 (64 lower-case hex digits) of a salted text kept outside the chain, so that it can be disposed of."""

    __slots__ = ()

    def __new__(cls, sha256: str) -> Blob:
        if not _SHA256.fullmatch(sha256):
            raise ValueError(f"a Blob is 64 lower-case hex digits, not {sha256!r}")
        return super().__new__(cls, sha256)


class KindError(TypeError):
    """A kind was declared in a way that cannot be stored; said when its module is imported."""


class _Type(NamedTuple):
    """What a type of the annotation means: ``check(value, path)`` raises; ``blobs`` finds references in good data."""

    check: Check
    schema: dict[str, Any]
    blobs: Callable[[Any], Iterator[str]]
    build: Callable[[Any], Any]


_SHAPES: dict[type, _Type] = {}


@dataclass_transform(frozen_default=True, kw_only_default=True)
def kind(name: str, *, version: int) -> Callable[[type[T]], type[T]]:
    """Declare a kind of entry. The class becomes a frozen, keyword-only dataclass and stands in KINDS."""
    if not _NAME.fullmatch(name) or version < 1:
        raise KindError(f"a kind is named like 'fact.stated' with a version from 1, not {name!r} {version!r}")

    def declare(cls: type[T]) -> type[T]:
        if not inspect.getdoc(cls) or not cls.__dict__.get("__doc__"):
            raise KindError(f"{name}: say in one sentence (docstring) what the entry means")
        made = dataclasses.dataclass(frozen=True, kw_only=True)(cls)
        shape = _shape(made)
        known = KINDS.get((name, version))
        if known is not None and (_place(known) != _place(made) or _SHAPES[known].schema != shape.schema):
            raise KindError(f"{name} version {version} is declared twice: in {_place(known)} and in {_place(made)}")
        made.__kind__ = (name, version)  # type: ignore[attr-defined]
        KINDS[name, version] = made
        return made

    return declare


def kind_of(obj: object) -> tuple[str, int]:
    """Name and version of an entry's data object."""
    name, version = type(obj).__kind__  # type: ignore[attr-defined]
    return name, version


def to_data(obj: Any) -> dict[str, Any]:
    """The object as plain JSON data, every field named. Types are judged by ``check``, not here."""
    return {field.name: _plain(getattr(obj, field.name)) for field in dataclasses.fields(obj)}


def from_data(kind: str, version: int, data: dict[str, Any]) -> Any:
    """The object again, checked."""
    check(kind, version, data)
    return _known(kind, version).build(data)


def check(kind: str, version: int, data: Any) -> None:
    """Raise ``ledger.unknown_kind`` or ``ledger.bad_data`` (naming the field) unless ``data`` has the kind's shape."""
    shape = _known(kind, version)
    try:
        shape.check(data, "")
    except _MismatchError as wrong:
        raise Problem("ledger.bad_data", kind=kind, version=version, field=wrong.path, wanted=wrong.wanted) from None


def blobs(kind: str, version: int, data: dict[str, Any]) -> list[str]:
    """The disposable texts that this data refers to, in the order of its fields."""
    return list(_known(kind, version).blobs(data))


def schema(kind: str, version: int | None = None) -> dict[str, Any]:
    """The JSON Schema of a kind (its newest version unless one is named), for docs/entries.md."""
    if version is None:
        version = max((v for n, v in KINDS if n == kind), default=1)
    shape = _known(kind, version)
    doc = inspect.getdoc(KINDS[kind, version]) or ""
    return {"title": kind, "version": version, "description": doc, **shape.schema}


class _MismatchError(Exception):
    def __init__(self, path: str, wanted: str) -> None:
        self.path, self.wanted = path, wanted


def _known(name: str, version: int) -> _Type:
    cls = KINDS.get((name, version))
    if cls is None:
        raise Problem("ledger.unknown_kind", kind=name, version=version)
    return _SHAPES[cls]


def _place(cls: type) -> str:
    return f"{cls.__module__}.{cls.__qualname__}"


def _plain(value: Any) -> Any:
    if isinstance(value, Blob):
        return str(value)
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items()}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return to_data(value)
    return value


def _none(_: Any) -> Iterator[str]:
    return iter(())


def _same(value: Any) -> Any:
    return value


def _same_check(_value: Any, _path: str) -> None:
    """Any JSON value: what JSON cannot hold is refused or replaced when the line is made."""


def _must(good: Callable[[Any], bool], wanted: str) -> Check:
    def check(value: Any, path: str) -> None:
        if not good(value):
            raise _MismatchError(path, wanted)

    return check


_SIMPLE: dict[Any, _Type] = {
    Any: _Type(_same_check, {}, _none, _same),
    str: _Type(_must(lambda v: isinstance(v, str), "text"), {"type": "string"}, _none, _same),
    bool: _Type(_must(lambda v: isinstance(v, bool), "true or false"), {"type": "boolean"}, _none, _same),
    int: _Type(
        _must(lambda v: type(v) is int and -MAX_NUMBER <= v <= MAX_NUMBER, "an integer below 2^53"),
        {"type": "integer", "minimum": -MAX_NUMBER, "maximum": MAX_NUMBER},
        _none,
        _same,
    ),
    type(None): _Type(_must(lambda v: v is None, "null"), {"type": "null"}, _none, _same),
    Blob: _Type(
        _must(lambda v: isinstance(v, str) and _SHA256.fullmatch(v) is not None, "the SHA-256 of a kept text"),
        {"type": "string", "pattern": "^[0-9a-f]{64}$", "contentMediaType": "text/plain"},
        lambda v: iter((str(v),)),
        Blob,
    ),
}


def _type(hint: Any, where: str) -> _Type:
    simple = _SIMPLE.get(hint) if isinstance(hint, type) else None
    if simple is not None:
        return simple
    origin, args = get_origin(hint), get_args(hint)
    if origin is Literal:
        return _literal(args, where)
    if origin is list and args:
        return _list(_type(args[0], where))
    if origin is dict and len(args) == 2 and args[0] is str:
        return _dict(_type(args[1], where))
    if origin in (Union, types.UnionType):
        return _optional(args, where)
    if isinstance(hint, type) and hint in _SHAPES:
        return _SHAPES[hint]
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        return _shape(hint)
    raise KindError(f"{where}: {hint!r} cannot be stored in an entry")


def _literal(values: tuple[Any, ...], where: str) -> _Type:
    if not all(type(value) in (str, int, bool) for value in values):
        raise KindError(f"{where}: a Literal holds texts, integers or booleans")
    exact = {(type(value), value) for value in values}
    return _Type(
        _must(lambda v: (type(v), v) in exact if type(v) in (str, int, bool) else False, f"one of {list(values)}"),
        {"enum": list(values)},
        _none,
        _same,
    )


def _list(inner: _Type) -> _Type:
    def check(value: Any, path: str) -> None:
        if not isinstance(value, list):
            raise _MismatchError(path, "a list")
        for i, item in enumerate(value):
            inner.check(item, f"{path}[{i}]")

    return _Type(
        check,
        {"type": "array", "items": inner.schema},
        lambda v: (blob for item in v for blob in inner.blobs(item)),
        lambda v: [inner.build(item) for item in v],
    )


def _dict(inner: _Type) -> _Type:
    def check(value: Any, path: str) -> None:
        if not isinstance(value, dict) or not all(isinstance(name, str) for name in value):
            raise _MismatchError(path, "an object")
        for name, item in value.items():
            inner.check(item, f"{path}.{name}")

    return _Type(
        check,
        {"type": "object", "additionalProperties": inner.schema},
        lambda v: (blob for item in v.values() for blob in inner.blobs(item)),
        lambda v: {name: inner.build(item) for name, item in v.items()},
    )


def _optional(args: tuple[Any, ...], where: str) -> _Type:
    rest = [arg for arg in args if arg is not type(None)]
    if len(rest) != 1 or len(args) != 2:
        raise KindError(f"{where}: of unions only 'X | None' can be stored")
    inner = _type(rest[0], where)

    def check(value: Any, path: str) -> None:
        if value is not None:
            inner.check(value, path)

    return _Type(
        check,
        {"anyOf": [inner.schema, {"type": "null"}]},
        lambda v: iter(()) if v is None else inner.blobs(v),
        lambda v: None if v is None else inner.build(v),
    )


def _shape(cls: type) -> _Type:
    hints = get_type_hints(cls)
    inner: dict[str, _Type] = {}
    required: list[str] = []
    for field in dataclasses.fields(cls):
        inner[field.name] = _type(hints[field.name], f"{_place(cls)}.{field.name}")
        if field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING:
            required.append(field.name)

    def check(value: Any, path: str) -> None:
        if not isinstance(value, dict):
            raise _MismatchError(path, "an object")
        dot = f"{path}." if path else ""
        for name in required:
            if name not in value:
                raise _MismatchError(dot + name, "this field, which is missing")
        for name, item in value.items():
            known = inner.get(name)
            if known is None:
                raise _MismatchError(f"{dot}{name}", "no such field")
            known.check(item, dot + name)

    schema = {
        "type": "object",
        "properties": {name: part.schema for name, part in inner.items()},
        "required": required,
        "additionalProperties": False,
    }
    shape = _SHAPES[cls] = _Type(
        check,
        schema,
        lambda v: (blob for name, part in inner.items() if name in v for blob in part.blobs(v[name])),
        lambda v: cls(**{name: inner[name].build(item) for name, item in v.items()}),
    )
    return shape
