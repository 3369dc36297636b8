"""The tables are up to date, and the database itself says so: at each start, and before a command reads them."""

import pkgutil
from datetime import timedelta
from pathlib import Path

from hikeshi.engines.common.problem import Problem

KEPT = timedelta(days=90)
"""Long enough to ask, after an incident, who tried to sign in; what was done stands in the record."""


def renew() -> None:
    """For a command: bring the tables of an older version up to date. A place where nothing was begun stays as it is.

    Raises Problem("site.data_in_use") while a desk of the older version still works on them.
    """
    from django.conf import settings
    from django.db import connection

    from hikeshi.site import places

    if not migrations_missing() or "django_migrations" not in connection.introspection.table_names():
        return
    with places.claim(settings.HIKESHI_DATA):
        migrate()


def migrate() -> None:
    """Bring the tables up to date; told by one statement when they are.

    Raises Problem("site.no_room_to_renew"): the tables then are as they were, since each step is one transaction.
    """
    from django.conf import settings
    from django.core.management import call_command
    from django.db import OperationalError, connection
    from django.db.migrations.executor import MigrationExecutor

    if not migrations_missing():
        return
    executor = MigrationExecutor(connection)
    if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return
    try:
        call_command("migrate", interactive=False, verbosity=0)
    except OperationalError as error:
        if "full" not in str(error).lower() and "no space" not in str(error).lower():
            raise
        raise Problem("site.no_room_to_renew", path=str(settings.HIKESHI_DATA)) from error


def migrations_missing() -> bool:
    """Whether a migration that lies in a room, or in a part it stands on, is not noted as done in the database itself.

    Asked of the database at each start, not of a note beside it: a database that was put back from a copy, or a room
    that was renewed, is always seen. Nothing of a migration is imported; that would cost ten times as much.
    """
    from django.apps import apps
    from django.db import DatabaseError, connection

    there = {
        (app.label, found.name)
        for app in apps.get_app_configs()
        for found in pkgutil.iter_modules([str(Path(app.path) / "migrations")])
        if not found.ispkg and found.name[0] not in "_~"  # as Django's own loader sees them
    }
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT app, name FROM django_migrations")
            return not there <= set(cursor.fetchall())
    except DatabaseError:  # a new database has no such table
        return True


def forget_visitors() -> None:
    """Sessions that ran out and old notes of who tried to sign in: a flood of visitors must not stay for ever."""
    from axes.models import AccessAttempt, AccessLog
    from django.contrib.sessions.models import Session
    from django.utils import timezone

    now = timezone.now()
    Session.objects.filter(expire_date__lt=now).delete()
    for kind in (AccessAttempt, AccessLog):
        kind.objects.filter(attempt_time__lt=now - KEPT).delete()
