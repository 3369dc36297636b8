"""An entry writes three pages, not eight: no counter of numbers given, no index twice, none of what has no request.

The lines themselves are copied byte for byte, in one transaction, and are refused to change as before.
"""

from importlib import import_module

import django.db.models.deletion
from django.db import migrations, models

triggers = import_module("hikeshi.casebook.migrations.0002_lines_are_never_changed")
COLUMNS = "id, chain_id, number, request_id, last_of_request, line, sha256"

SQLITE = [
    # Without AUTOINCREMENT: SQLite would write the last number given into a table of its own at each entry.
    """CREATE TABLE casebook_line_new (
         id integer NOT NULL PRIMARY KEY,
         chain_id char(32) NOT NULL REFERENCES casebook_chain (id) DEFERRABLE INITIALLY DEFERRED,
         number bigint NOT NULL,
         request_id varchar(64) NULL,
         last_of_request bigint NULL,
         line BLOB NOT NULL,
         sha256 varchar(64) NOT NULL,
         CONSTRAINT one_line_a_number UNIQUE (chain_id, number))""",
    f"INSERT INTO casebook_line_new ({COLUMNS}) SELECT {COLUMNS} FROM casebook_line ORDER BY id",  # noqa: S608
    "DROP TABLE casebook_line",
    "ALTER TABLE casebook_line_new RENAME TO casebook_line",
    "CREATE UNIQUE INDEX one_record_a_request ON casebook_line (chain_id, request_id) WHERE request_id IS NOT NULL",
    *triggers.SQLITE,
]
POSTGRESQL = [
    "ALTER TABLE casebook_line DROP CONSTRAINT one_record_a_request",
    "CREATE UNIQUE INDEX one_record_a_request ON casebook_line (chain_id, request_id) WHERE request_id IS NOT NULL",
]


def forwards(apps, schema_editor):
    sqlite = schema_editor.connection.vendor == "sqlite"
    for statement in SQLITE if sqlite else POSTGRESQL:
        schema_editor.execute(statement)
    if not sqlite:
        line = apps.get_model("casebook", "Line")
        for name in schema_editor._constraint_names(line, ["chain_id"], index=True, unique=False, foreign_key=False):
            schema_editor.execute(f"DROP INDEX {schema_editor.quote_name(name)}")


class Migration(migrations.Migration):
    dependencies = [("casebook", "0003_fact_others")]
    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(forwards)],
            state_operations=[
                migrations.AlterField(
                    "line",
                    "chain",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="lines",
                        to="casebook.chain",
                    ),
                ),
                migrations.RemoveConstraint("line", "one_record_a_request"),
                migrations.AddConstraint(
                    "line",
                    models.UniqueConstraint(
                        condition=models.Q(("request_id__isnull", False)),
                        fields=("chain", "request_id"),
                        name="one_record_a_request",
                    ),
                ),
            ],
        )
    ]
