"""The database itself refuses to change a line, or to delete one whose chain was not disposed of."""

from django.db import migrations

SQLITE = [
    """CREATE TRIGGER casebook_line_no_update BEFORE UPDATE ON casebook_line
       BEGIN SELECT RAISE(ABORT, 'a line of the record is never changed'); END""",
    """CREATE TRIGGER casebook_line_no_delete BEFORE DELETE ON casebook_line
       WHEN NOT EXISTS (SELECT 1 FROM casebook_chain WHERE id = OLD.chain_id AND disposed)
       BEGIN SELECT RAISE(ABORT, 'a line of the record is never deleted'); END""",
]
SQLITE_DOWN = ["DROP TRIGGER casebook_line_no_update", "DROP TRIGGER casebook_line_no_delete"]

POSTGRESQL = [
    """CREATE FUNCTION casebook_line_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN
         IF TG_OP = 'DELETE' AND EXISTS (SELECT 1 FROM casebook_chain WHERE id = OLD.chain_id AND disposed) THEN
           RETURN OLD;
         END IF;
         RAISE EXCEPTION 'a line of the record is never changed or deleted';
       END $$""",
    """CREATE TRIGGER casebook_line_no_change BEFORE UPDATE OR DELETE ON casebook_line
       FOR EACH ROW EXECUTE FUNCTION casebook_line_refuse()""",
]
POSTGRESQL_DOWN = ["DROP TRIGGER casebook_line_no_change ON casebook_line", "DROP FUNCTION casebook_line_refuse()"]


def _run(sqlite, postgresql):
    def run(apps, schema_editor):
        for statement in sqlite if schema_editor.connection.vendor == "sqlite" else postgresql:
            schema_editor.execute(statement)

    return run


class Migration(migrations.Migration):
    dependencies = [("casebook", "0001_initial")]
    operations = [migrations.RunPython(_run(SQLITE, POSTGRESQL), _run(SQLITE_DOWN, POSTGRESQL_DOWN))]
