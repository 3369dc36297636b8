"""SQLite だけにある危険：台帳の行は、それでも入れ替わらない。"""

import sqlite3
from contextlib import closing
from importlib import import_module
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction

from hikeshi.casebook import services as casebook
from hikeshi.casebook.entries import EvidenceHandedOver
from hikeshi.casebook.models import Line
from hikeshi.engines.ledger.kinds import Blob
from tests.cast import assemble

pytestmark = pytest.mark.django_db


def test_a_line_is_not_replaced_either() -> None:
    """SQLite の REPLACE でも、行は入れ替わらない。"""
    assemble().open_case()
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM pragma_table_info('casebook_line')")
        columns = [name for (name,) in cursor.fetchall()]
        chosen = ", ".join("'x'" if name == "sha256" else name for name in columns)
        with pytest.raises(DatabaseError), transaction.atomic():
            cursor.execute(f"REPLACE INTO casebook_line ({', '.join(columns)}) SELECT {chosen} FROM casebook_line")
    assert Line.objects.filter(sha256="x").count() == 0


@pytest.mark.django_db(transaction=True)
def test_an_entry_writes_few_pages() -> None:
    """一行の記録がディスクに書くのは、行、番号の索引、先頭の三か所ほど。書くたびに待つのは人なので。"""
    cast = assemble()
    case = cast.open_case()
    entry = casebook.Entry(
        EvidenceHandedOver(sha256="a" * 64, to=Blob("b" * 64), why=Blob("c" * 64), intact=True), cast.actor
    )
    wal = Path(f"{connection.settings_dict['NAME']}-wal")
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        cursor.execute("PRAGMA page_size")
        page = cursor.fetchone()[0] + 24
        for _ in range(50):
            casebook.record(case, [entry])
    assert wal.stat().st_size / page / 50 < 4


def test_older_lines_are_carried_over_byte_for_byte() -> None:
    """前の版の表から移しても、行は一バイトも変わらず、書き換えも削除も、これまでどおり断られる。"""
    migration = import_module("hikeshi.casebook.migrations.0004_lines_write_less")
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as base:
        base.execute("CREATE TABLE casebook_chain (id char(32) PRIMARY KEY, disposed bool NOT NULL)")
        base.execute("INSERT INTO casebook_chain VALUES ('c', 0)")
        base.execute(
            "CREATE TABLE casebook_line (id integer PRIMARY KEY AUTOINCREMENT, number bigint, request_id varchar(64),"
            " last_of_request bigint, line BLOB, sha256 varchar(64), chain_id char(32))"
        )
        for number, request in enumerate(["r", None, None], 1):
            said = (number, request, f"\x00行 {number}\n".encode(), "a" * 64)
            base.execute("INSERT INTO casebook_line VALUES (NULL, ?, ?, NULL, ?, ?, 'c')", said)
        for statement in migration.triggers.SQLITE:
            base.execute(statement)
        read = f"SELECT {migration.COLUMNS} FROM casebook_line ORDER BY id"
        before = base.execute(read).fetchall()
        for statement in migration.SQLITE:
            base.execute(statement)
        assert base.execute(read).fetchall() == before
        for refused in ("UPDATE casebook_line SET line = 'x'", "DELETE FROM casebook_line", *(
            f"INSERT INTO casebook_line SELECT 9, chain_id, {number}, {request}, 1, line, sha256 FROM casebook_line"
            for number, request in (("1", "NULL"), ("9", "'r'"))
        )):  # fmt: skip
            with pytest.raises(sqlite3.IntegrityError):
                base.execute(f"{refused} WHERE number = 1")
        assert base.execute(read).fetchall() == before
