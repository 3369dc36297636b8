"""What happens before the first page: the tables are up to date, and the database itself says so."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.apps import apps
from django.contrib.sessions.models import Session
from django.db import OperationalError, connection
from django.db.migrations.loader import MigrationLoader
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone
from django.utils.module_loading import import_string

from hikeshi.engines.common.problem import Problem
from hikeshi.site import keys_urls, places, tables, work
from tests.ports import free_port
from tests.serving import Visitor, served


@pytest.mark.postgresql
@pytest.mark.django_db
def test_a_database_that_is_up_to_date_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """表が新しければ、移行を読み込みもせずに先へ進む。"""
    for name in [name for name in sys.modules if ".migrations." in name]:
        monkeypatch.delitem(sys.modules, name)
    assert not tables.migrations_missing()
    tables.migrate()
    assert [name for name in sys.modules if name.startswith("hikeshi.") and ".migrations." in name] == []


@pytest.mark.postgresql
@pytest.mark.django_db
def test_every_migration_that_django_knows_must_be_noted_in_the_database() -> None:
    """Django が知る移行のどれ一つでも、済んだと書かれていなければ、古いとわかる。"""
    for app, name in MigrationLoader(None, ignore_no_migrations=True).disk_migrations:
        with connection.cursor() as cursor:
            cursor.execute("UPDATE django_migrations SET name = 'x' WHERE app = %s AND name = %s", [app, name])
            assert tables.migrations_missing(), (app, name)
            cursor.execute("UPDATE django_migrations SET name = %s WHERE app = %s AND name = 'x'", [name, app])
    assert not tables.migrations_missing()


@pytest.mark.django_db
def test_a_migration_that_came_with_an_update_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """更新で移行が増えれば、次に始めたときに見つかる。"""
    room = apps.get_app_config("casebook")
    (tmp_path / "migrations").mkdir()
    for file in (Path(room.path) / "migrations").glob("*.py"):
        (tmp_path / "migrations" / file.name).touch()
    monkeypatch.setattr(room, "path", str(tmp_path))
    assert not tables.migrations_missing()
    (tmp_path / "migrations" / "9999_added.py").touch()
    assert tables.migrations_missing()


@pytest.mark.django_db
def test_a_new_database_is_seen() -> None:
    """まだ何もないデータベースは、移行が要るとわかる。"""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE django_migrations RENAME TO elsewhere")
    assert tables.migrations_missing()


def test_the_addresses_of_passkeys_are_those_of_allauth() -> None:
    """パスキーと回復コードのアドレスは、allauth のものと一つも違わず、特別な扱いを求めるものもない。"""
    theirs = dict(_flat(get_resolver("allauth.mfa.urls").url_patterns))
    ours = dict(_flat(keys_urls.urlpatterns))
    assert {name: route for name, (route, _) in ours.items()} == {name: route for name, (route, _) in theirs.items()}
    for name, (_, view) in theirs.items():
        assert import_string(ours[name][1].dotted) is view
        assert not hasattr(view, "csrf_exempt")


@pytest.mark.django_db
def test_old_visitors_are_forgotten() -> None:
    """始めるたびに、切れたサインインと、90日より前のサインインの跡が片付く。新しいものは残る。"""
    now = timezone.now()
    for key, days in (("old", -1), ("new", 1)):
        Session.objects.create(session_key=key, session_data="", expire_date=now + timedelta(days=days))
    for name, days in (("old", 91), ("new", 89)):
        tried = AccessAttempt.objects.create(username=name, failures_since_start=1)
        AccessAttempt.objects.filter(pk=tried.pk).update(attempt_time=now - timedelta(days=days))
    tables.forget_visitors()
    assert [one.pk for one in Session.objects.all()] == ["new"]
    assert [one.username for one in AccessAttempt.objects.all()] == ["new"]


@pytest.mark.slow
def test_a_command_before_the_first_start_says_what_to_do(tmp_path: Path) -> None:
    """一度も始めていない置き場所で命令を打つと、先に始めるよう言われ、不具合とは言われない。"""
    command = [sys.executable, "-m", "hikeshi", "kit", "build", "--out", str(tmp_path / "kit")]
    more = {"HIKESHI_DATA": str(tmp_path / "data"), "HIKESHI_LANG": "en"}
    done = subprocess.run(command, env={**os.environ, **more}, capture_output=True, text=True, timeout=300)
    assert (done.returncode, done.stdout) == (3, "")
    assert "Start Hikeshi once (python3 start.py), then run this command again." in done.stderr
    assert not (tmp_path / "data" / "logs" / "errors.log").exists()


@pytest.mark.django_db
def test_a_full_disk_while_renewing_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """表を新しくする途中でディスクが一杯になれば、記録は無事で、空きを作って始め直すよう言葉で言う。"""

    def full(*_: Any, **__: Any) -> None:
        raise OperationalError("database or disk is full")

    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'casebook' AND name LIKE '0004%%'")
    monkeypatch.setattr("django.core.management.call_command", full)
    with pytest.raises(Problem, match=r"site\.no_room_to_renew"):
        tables.migrate()


@pytest.mark.slow
def test_a_command_after_an_update_renews_the_tables(tmp_path: Path) -> None:
    """更新のあと、まだ始めていなくても、命令は前の版の表を新しくしてから動く。前の版が動いているあいだは触れない。"""
    env = {**os.environ, "HIKESHI_DATA": str(tmp_path / "data"), "HIKESHI_LANG": "en"}

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([sys.executable, *words], env=env, capture_output=True, text=True, timeout=300)

    begun = (
        "from hikeshi.desk.services import start_django, make_workspace; start_django()\n"
        "from django.core.management import call_command\n"
        "call_command('migrate', verbosity=0)\n"
        "from hikeshi.casebook import services as casebook\n"
        "casebook.open_case(make_workspace('x'), casebook.Actor('1', 'x'))\n"
        "from django.db import connection\n"
        "connection.cursor().execute(\"DELETE FROM django_migrations WHERE app = 'casebook' AND name LIKE '0004%'\")\n"
        "connection.cursor().execute('DROP INDEX one_record_a_request')"
    )
    assert run("-c", begun).stderr == ""
    with places.claim(tmp_path / "data"):
        busy = run("-m", "hikeshi", "casebook", "check")
    assert (busy.returncode, busy.stdout) == (3, "")
    assert busy.stderr.startswith("Another Hikeshi that is already running uses the data folder")
    done = run("-m", "hikeshi", "casebook", "check", "--json")
    assert done.returncode == 0, done.stderr
    assert [one["intact"] for one in json.loads(done.stdout)] == [True, True]
    with closing(sqlite3.connect(tmp_path / "data" / "hikeshi.sqlite3")) as base:
        assert base.execute("SELECT 1 FROM sqlite_master WHERE name = 'one_record_a_request'").fetchone()


@pytest.mark.slow
def test_a_second_desk_on_the_same_data_says_so_and_touches_nothing(tmp_path: Path) -> None:
    """同じ置き場所でもう一つ始めると、番号が違っても、使われていると言って終わり、先のものは動き続ける。"""
    data = tmp_path / "data"
    with served(data) as first:
        port = str(free_port())
        more = {"HIKESHI_DATA": str(data), "HIKESHI_PORT": port, "HIKESHI_BROWSER": "0", "HIKESHI_LANG": "en"}
        second = subprocess.run(
            [sys.executable, "-m", "hikeshi"], env={**os.environ, **more}, capture_output=True, text=True, timeout=300
        )
        assert (second.returncode, second.stdout) == (3, "")
        assert second.stderr.startswith("Another Hikeshi that is already running uses the data folder")
        assert Visitor(first.port).get("/")[0] == 200
    with served(data) as again:
        assert Visitor(again.port).get("/")[0] == 200


def _flat(patterns: list[URLPattern | URLResolver], before: str = "") -> list[tuple[str, tuple[str, Any]]]:
    found = []
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            found += _flat(pattern.url_patterns, route)
        else:
            found.append((str(pattern.name), (route, pattern.callback)))
    return found


def test_the_worker_lets_the_first_page_go_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """裏側の仕事は、最初のページに道をゆずってから始まる。"""
    begun: list[float] = []
    monkeypatch.setattr(work, "forever", lambda: begun.append(time.monotonic()))
    asked = time.monotonic()
    work.start(after=0.2).join(60)
    assert begun
    assert begun[0] - asked >= 0.2
