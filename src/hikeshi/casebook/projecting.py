"""Runs every room's `projections.py` over recorded entries; writes the read tables. A failure marks a table stale."""

import importlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from django.apps import apps
from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.models import AutoField

from hikeshi.engines.ledger.entry import Recorded
from hikeshi.engines.ledger.projection import Delete, Upsert

BATCH = 500


@cache
def rooms() -> dict[str, ModuleType]:
    """Every room that has projections, found by folder."""
    house = Path(__file__).resolve().parents[1]
    return {
        path.parent.name: importlib.import_module(f"hikeshi.{path.parent.name}.projections")
        for path in sorted(house.glob("*/projections.py"))
    }


def project(entries: Iterable[Recorded]) -> None:
    """Apply new entries, each room in a savepoint: a projection that fails never loses the entry."""
    entries = list(entries)
    for room, module in rooms().items():
        try:
            # Deciding is pure and cheap; a savepoint is opened only for rooms that have something to write.
            operations = [operation for entry in entries for operation in module.apply(entry)]
            if operations:
                with transaction.atomic():
                    _write(operations)
        except Exception as error:  # the entry is what must not be lost, whatever a projection does
            mark_stale(entries[0].chain, room, entries[0].number, error)


def mark_stale(chain: str, room: str, number: int, error: Exception) -> None:
    """Remember that a room's tables miss something of a chain; `doctor` and the page say so, `rebuild` mends it."""
    from hikeshi.casebook.models import StaleTable

    StaleTable.objects.update_or_create(
        chain_id=chain, room=room, defaults={"number": number, "why": f"{type(error).__name__}: {error}"[:500]}
    )


def rebuild(chain: Any, entries: Iterable[Recorded]) -> int:
    """Make every read table of one chain anew from its entries; the number of entries read."""
    from hikeshi.casebook.models import StaleTable

    count = 0
    with transaction.atomic():
        for module in rooms().values():
            for table in module.TABLES:
                _model(table).objects.filter(chain_id=chain).delete()
        StaleTable.objects.filter(chain_id=chain).delete()
        for batch in _batches(entries):
            count += len(batch)
            project(batch)
    return count


def _batches(entries: Iterable[Recorded]) -> Iterator[list[Recorded]]:
    batch: list[Recorded] = []
    for entry in entries:
        batch.append(entry)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


@cache
def _model(table: str) -> Any:
    return apps.get_model(table)


def _write(operations: list[Upsert | Delete]) -> None:
    for operation in operations:
        model = _model(operation.table)
        if isinstance(operation, Delete):
            model.objects.filter(**operation.key).delete()
        else:
            _upsert(model, operation)


def _upsert(model: Any, operation: Upsert) -> None:
    """Change the row of this key, or write it. Once a row and entry, so its statements are made once, not each time."""
    key, values = operation.key, operation.values
    update, fields = _change(model, tuple(key), tuple(values))
    database = connections[DEFAULT_DB_ALIAS]
    said = [
        field.get_db_prep_save(value, database)
        for field, value in zip(fields, (*values.values(), *key.values()), strict=True)
    ]
    with database.cursor() as cursor:
        cursor.execute(update, said)
        if cursor.fetchone() is not None if not values else cursor.rowcount:
            return
        insert, columns = _insert(model)
        row = model(**key, **values)  # with the defaults of what the entry does not name
        cursor.execute(insert, [field.get_db_prep_save(field.pre_save(row, True), database) for field in columns])


@cache
def _insert(model: Any) -> tuple[str, list[Any]]:
    """The statement that writes a whole row, and its fields, but for numbers that the database itself gives."""
    quote = connections[DEFAULT_DB_ALIAS].ops.quote_name
    fields = [field for field in model._meta.concrete_fields if not isinstance(field, AutoField)]
    names = ", ".join(quote(field.column) for field in fields)
    return f"INSERT INTO {quote(model._meta.db_table)} ({names}) VALUES ({', '.join(['%s'] * len(fields))})", fields  # noqa: S608


@cache
def _change(model: Any, key: tuple[str, ...], values: tuple[str, ...]) -> tuple[str, list[Any]]:
    """The statement that changes (or, without values, looks for) a row of this key, and the fields it is given."""
    quote = connections[DEFAULT_DB_ALIAS].ops.quote_name
    fields = [model._meta.get_field(name) for name in (*values, *key)]
    columns = [f"{quote(field.column)} = %s" for field in fields]
    table, where = quote(model._meta.db_table), " AND ".join(columns[len(values) :])
    if not values:
        return f"SELECT 1 FROM {table} WHERE {where}", fields  # noqa: S608 - names of our own models
    return f"UPDATE {table} SET {', '.join(columns[: len(values)])} WHERE {where}", fields  # noqa: S608


def counts(chain: Any) -> dict[str, int]:
    """Rows per read table of a chain."""
    found: dict[str, int] = defaultdict(int)
    for module in rooms().values():
        for table in module.TABLES:
            found[table] = _model(table).objects.filter(chain_id=chain).count()
    return dict(found)
