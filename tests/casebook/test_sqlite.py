"""SQLite だけにある危険：台帳の行は、それでも入れ替わらない。"""

import pytest
from django.db import DatabaseError, connection, transaction

from hikeshi.casebook.models import Line
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
