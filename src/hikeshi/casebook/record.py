"""The one way in: entries are appended to a chain, durably, in order, once (DESIGN: the casebook)."""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import orjson
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, DatabaseError, OperationalError, connections, transaction

from hikeshi.casebook import evidence, projecting, repeats
from hikeshi.casebook.lock import WriterLock
from hikeshi.casebook.models import Chain
from hikeshi.desk import services as desk
from hikeshi.engines.common.mynumber import masked, masked_in
from hikeshi.engines.common.problem import Problem
from hikeshi.engines.ledger.entry import Entry, Recorded, When, timestamp
from hikeshi.engines.ledger.kinds import check, kind_of, to_data
from hikeshi.engines.ledger.line import line_sha256, make_line, storable

log = logging.getLogger(__name__)

FIRST_YEAR, LAST_YEAR = 1900, 2200
"""Years in which something that is written down can have happened."""

_HEAD = "SELECT number, sha256, size, recorded_at, workspace_id, subject FROM casebook_chain WHERE id = %s"
_INSERT = (
    "INSERT INTO casebook_line (chain_id, number, request_id, last_of_request, line, sha256)"
    " VALUES (%s, %s, %s, %s, %s, %s)"
)
_MOVE = "UPDATE casebook_chain SET number = %s, sha256 = %s, size = %s, recorded_at = %s WHERE id = %s"


class Prepared(NamedTuple):
    """An entry judged and made storable before any lock is taken."""

    entry: Entry
    kind: str
    version: int
    data: dict[str, Any]
    replaced: list[dict[str, str]]
    masked: int = 0


class Head(NamedTuple):
    number: int
    sha256: str
    size: int
    recorded_at: datetime | None


@contextmanager
def appending() -> Iterator[None]:
    """Hold the right to append, in one database transaction. Re-entrant; leaves with everything or with nothing.

    SQLite lets one writer in at a time, and a second one would only be told "database is locked" after a while: a lock
    in the process and a lock file between processes make the writers queue instead.
    """
    if connections[DEFAULT_DB_ALIAS].vendor == "sqlite":
        with _writer_lock(settings.HIKESHI_DATA).held(), _told(), transaction.atomic():
            yield
    else:
        with _told(), transaction.atomic():
            yield


@cache
def _writer_lock(folder: Path) -> WriterLock:
    return WriterLock(folder / "casebook.lock")


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except OperationalError as error:
        if "full" in str(error).lower() or "no space" in str(error).lower():
            raise Problem("casebook.disk_full", path=str(settings.HIKESHI_DATA)) from error
        if "readonly" in str(error).lower() or "unable to open" in str(error).lower():
            raise Problem("casebook.read_only", path=str(settings.HIKESHI_DATA)) from error
        raise


def record(
    owner: Any,
    entries: Sequence[Entry],
    *,
    expected_head: int | None = None,
    request_id: str | None = None,
) -> list[Recorded]:
    """Append `entries` to the chain of `owner` (a Case or a Workspace); return them as they stand in the record.

    All of them or none. When this returns, they are on the disk. With `request_id`, a request repeated after a crash
    records once and gets the same answer; other words under a form's number are recorded, too (`repeats`).
    `expected_head` is the number of the last entry the caller has seen: raises
    Problem("casebook.stale") when the record has moved on. Other Problems: "ledger.bad_data", "ledger.line_too_long",
    "casebook.disk_full", "casebook.read_only", "casebook.strange_time".
    """
    if not entries:
        return []
    if request_id is not None and not 0 < len(request_id) <= 64:
        raise Problem("casebook.bad_request_id")
    chain = chain_of(owner)
    prepared = [prepare(owner, entry) for entry in entries]
    with appending():
        return append(chain, prepared, expected_head=expected_head, request_id=request_id)


def chain_of(owner: Any) -> Any:
    """The id (UUID) of the chain of a case or a workspace. A workspace's chain has the workspace's own id."""
    return owner.chain_id if hasattr(owner, "chain_id") else owner.pk


def prepare(owner: Any, entry: Entry) -> Prepared:
    """Judge an entry and make it storable: what had to be replaced is kept raw as evidence, a My Number is not kept."""
    kind, version = kind_of(entry.data)
    _sane(entry.when)
    data, replacements = storable(to_data(entry.data))
    data, count = masked_in(data)
    check(kind, version, data)
    # A person's name and a source's zone come from outside as well; what was wrong with them is kept like the rest.
    name, in_name, name_replaced = _clean_name(entry.actor.name)
    if name != entry.actor.name:
        entry = replace(entry, actor=replace(entry.actor, name=name))
    replacements += name_replaced
    when = entry.when
    if when is not None and when.zone:
        zone, zone_replaced = storable(when.zone)
        if zone_replaced:
            entry = replace(entry, occurred_at=replace(when, zone=zone))
            replacements += zone_replaced
    kept = [
        {"path": masked(item.path)[0], "raw": evidence.keep_bytes(chain_of(owner), _without_my_number(item.raw))}
        for item in replacements
    ]
    return Prepared(entry, kind, version, data, kept, count + in_name)


@lru_cache(maxsize=256)
def _clean_name(name: str) -> tuple[str, int, list[Any]]:
    stored, replaced = storable(name)
    return (*masked(stored), replaced)


def _without_my_number(raw: bytes) -> bytes:
    text, count = masked(raw.decode("utf-8", "surrogatepass"))
    return text.encode("utf-8", "surrogatepass") if count else raw


def _sane(when: When | None) -> None:
    """A slip of the hand (year 0002) is told at once: entries are for ever, and other programs count from year 1000."""
    for moment in (when.start, when.end) if when else ():
        if moment is not None and not FIRST_YEAR <= moment.year <= LAST_YEAR:
            raise Problem("casebook.strange_time", year=moment.year, first=FIRST_YEAR, last=LAST_YEAR)


def append(
    chain: Any, prepared: Sequence[Prepared], *, expected_head: int | None = None, request_id: str | None = None
) -> list[Recorded]:
    """Append inside `appending()`. Only this function writes lines."""
    # This is asked at every entry: the connection and the chain's name in it are looked up once.
    database = connections[DEFAULT_DB_ALIAS]
    sqlite = database.vendor == "sqlite"
    named = str(chain)
    key = named.replace("-", "") if sqlite else named  # SQLite keeps a UUID as 32 hex digits, PostgreSQL as itself
    with _SqliteCursor(database) if sqlite else database.cursor() as cursor:
        head, drill = _lock_head(cursor, key, _HEAD if sqlite else _HEAD + " FOR UPDATE")
        if request_id is not None:
            earlier = _recorded_under(cursor, key, request_id)
            if earlier and repeats.is_form(request_id) and not repeats.same(chain, prepared, earlier):
                # Back in the browser, other words, sent again: the form's number is the same, the words are new.
                request_id = repeats.other(chain, request_id, prepared)
                earlier = _recorded_under(cursor, key, request_id)
            if earlier:
                return earlier
        if expected_head is not None and expected_head != head.number:
            raise Problem("casebook.stale", seen=expected_head, now=head.number)
        now = datetime.now(UTC)
        recorded, rows = _lines(named, key, head, prepared, now, drill)
        last = recorded[-1]
        rows[0][2], rows[0][3] = request_id, last.number if request_id else None
        for row in rows:
            cursor.execute(_INSERT, row)
        size = head.size + sum(len(row[4]) for row in rows)
        moment = now.replace(tzinfo=None).isoformat(sep=" ") if sqlite else now
        cursor.execute(_MOVE, [last.number, last.sha256, size, moment, key])
    projecting.project(recorded)
    return recorded


class _SqliteCursor:
    """A cursor without what Django does around each statement: that took as long as the statement itself."""

    def __init__(self, database: Any) -> None:
        self._wrap, self._cursor = database.wrap_database_errors, database.connection.cursor()

    def __enter__(self) -> "_SqliteCursor":
        self._wrap.__enter__()
        return self

    def __exit__(self, *raised: Any) -> None:
        self._cursor.close()
        self._wrap.__exit__(*raised)

    def execute(self, sql: str, said: Sequence[Any]) -> None:
        self._cursor.execute(sql.replace("%s", "?"), said)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._cursor, name)


def _lock_head(cursor: Any, chain: str, sql: str) -> tuple[Head, bool]:
    cursor.execute(sql, [chain])
    row = cursor.fetchone()
    if row is None:
        raise Problem("casebook.no_chain", chain=chain)
    number, sha256, size, recorded_at, workspace, _subject = row
    if recorded_at is not None and recorded_at.tzinfo is None:
        recorded_at = recorded_at.replace(tzinfo=UTC)  # SQLite stores UTC without a zone
    return Head(number, sha256, size, recorded_at), _is_drill(workspace)


@lru_cache(maxsize=256)
def _is_drill(workspace: Any) -> bool:
    return desk.is_drill(workspace)


def _lines(
    chain: str, key: str, head: Head, prepared: Sequence[Prepared], now: datetime, drill: bool
) -> tuple[list[Recorded], list[list[Any]]]:
    behind = (head.recorded_at - now).total_seconds() if head.recorded_at else 0.0
    recorded: list[Recorded] = []
    rows: list[list[Any]] = []
    prev, number, at = head.sha256, head.number, timestamp(now)
    for item in prepared:
        number += 1
        fields = _fields(chain, number, item, at, drill)
        if behind > 0.5:
            # The order is the number, never the clock; that the clock went back is itself worth knowing.
            fields["clock_went_back_seconds"] = int(behind + 0.5)
        line = make_line(prev, fields)
        prev = line_sha256(line)
        rows.append([key, number, None, None, line, prev])
        recorded.append(Recorded.from_fields(fields, prev, recorded_at=now))
    return recorded, rows


def _fields(chain: str, number: int, item: Prepared, at: str, drill: bool) -> dict[str, Any]:
    entry = item.entry
    fields: dict[str, Any] = {
        "actor": entry.actor.to_json(),
        "chain": chain,
        "data": item.data,
        "kind": item.kind,
        "number": number,
        "recorded_at": at,
        "version": item.version,
    }
    when = entry.when
    if when is not None:
        fields["occurred_at"] = when.to_json()
    if entry.actor.role:
        fields["role"] = entry.actor.role
    if entry.step:
        fields["step"] = entry.step
    if entry.corrects is not None:
        fields["corrects"] = entry.corrects
    if drill:
        fields["drill"] = True
    if item.replaced:
        fields["replaced"] = item.replaced
    if item.masked:
        fields["masked"] = item.masked
    return fields


def _recorded_under(cursor: Any, chain: str, request_id: str) -> list[Recorded]:
    cursor.execute(
        "SELECT number, last_of_request FROM casebook_line WHERE chain_id = %s AND request_id = %s", [chain, request_id]
    )
    found = cursor.fetchone()
    if found is None:
        return []
    cursor.execute(
        "SELECT line, sha256 FROM casebook_line WHERE chain_id = %s AND number BETWEEN %s AND %s ORDER BY number",
        [chain, found[0], found[1]],
    )
    return [read_back(line, sha256) for line, sha256 in cursor.fetchall()]


def read_back(line: Any, sha256: str) -> Recorded:
    """A stored line as an entry. The chain itself is judged by `check`, not at every reading."""
    return Recorded.from_fields(orjson.loads(bytes(line)[65:]), sha256)


def make_chain(workspace: Any, subject: str, chain_id: Any = None) -> Chain:
    """An empty chain; inside `appending()`."""
    from hikeshi.engines.ledger.line import FIRST_PREV

    extra = {"id": chain_id} if chain_id is not None else {}
    return Chain.objects.create(workspace=workspace, subject=subject, sha256=FIRST_PREV, **extra)


__all__ = ["DatabaseError", "append", "appending", "chain_of", "make_chain", "prepare", "read_back", "record"]
