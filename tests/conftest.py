"""What every test stands on: a data folder of the tests' own, the outside data, a real PostgreSQL, a real browser."""

from __future__ import annotations

import os
import shutil
import tarfile
import tempfile
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import django
import pytest
from django.conf import settings
from django.db import connections

from tests.components import NOTES, chromium, needs
from tests.postgresql import Server

# Before Django reads its settings: no test may ever touch somebody's record.
DATA = Path(tempfile.mkdtemp(prefix="hikeshi-tests-"))
os.environ["HIKESHI_DATA"] = str(DATA)
os.environ["HIKESHI_LANG"] = "ja"
os.environ["DJANGO_SETTINGS_MODULE"] = "hikeshi.site.settings"
# Playwright's synchronous interface runs an event loop in the thread that also asks the database.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

# pytest-django would set it up by itself only if the settings had been named before this file was read.
django.setup()

# Argon2 is slow on purpose; the tests of the running server use it as it is, the others need no such strength.
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# A real file in the tests' own folder, not a database in memory: other processes of a test find it where they look.
if connections["default"].vendor == "sqlite":
    connections["default"].settings_dict["TEST"]["NAME"] = str(DATA / "hikeshi.sqlite3")


def pytest_unconfigure() -> None:
    shutil.rmtree(DATA, ignore_errors=True)


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Bytes are called by their parameter: packed ones hold the time, and every process must call a test alike."""
    return argname if isinstance(val, bytes) else None


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Where every component is installed (CI=true), a test that skips itself has not been passed."""
    report = yield
    if report.skipped and not hasattr(report, "wasxfail") and os.environ.get("CI") == "true":
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped, and with CI=true nothing may be: {report.longrepr}"
    return report


def pytest_sessionfinish(session: pytest.Session) -> None:
    """What one of several test processes has to say travels to the one that prints."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["notes"] = session.config.stash.get(NOTES, [])


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes() -> None:
    """Test processes read Django's settings as late as this one did: after they have a data folder of their own."""
    del os.environ["DJANGO_SETTINGS_MODULE"]


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    node.config.stash.setdefault(NOTES, []).extend(getattr(node, "workeroutput", {}).get("notes", []))


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    for line in config.stash.get(NOTES, []):
        terminalreporter.write_line(line)


@pytest.fixture(scope="session")
def django_db_modify_db_settings_parallel_suffix() -> None:
    """Each test process has a data folder of its own: the database in it keeps the name that other programs expect."""


@pytest.fixture(autouse=True)
def forget_the_record(request: pytest.FixtureRequest) -> Iterator[None]:
    """A test that commits is flushed afterwards, which the record's triggers rightly refuse: dispose of its chains."""
    marker = request.node.get_closest_marker("django_db")
    commits = {"transactional_db", "live_server"} & set(request.fixturenames)
    if not commits and not (marker and marker.kwargs.get("transaction")):
        yield
        return
    request.getfixturevalue("transactional_db")
    yield
    from hikeshi.casebook.models import Chain, Line

    Chain.objects.update(disposed=True)
    Line.objects.all().delete()


@pytest.fixture(autouse=True)
def _begin_in_japanese() -> Iterator[None]:
    """A test that switched the language must not lend it to the next one."""
    from django.utils import translation

    yield
    translation.deactivate()


@pytest.fixture(scope="session")
def test_data(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """test_data("loghub-2k") -> the folder where that archive of HIKESHI_TEST_DATA was unpacked, once a session."""
    unpacked: dict[str, Path] = {}

    def folder(name: str) -> Path:
        needs("test-data")
        if name not in unpacked:
            archive = Path(os.environ["HIKESHI_TEST_DATA"]) / f"{name}.tar.xz"
            target = tmp_path_factory.mktemp(name)
            with tarfile.open(archive) as tar:
                if hasattr(tarfile, "data_filter"):
                    tar.extractall(target, filter="data")
                else:  # Python before 3.11.4; the archives are our own
                    tar.extractall(target)
            unpacked[name] = target
        return unpacked[name]

    return folder


@pytest.fixture(scope="session")
def postgresql_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A PostgreSQL server of this session, as an installation would run it (fsync on)."""
    needs("postgresql")
    with Server() as server:
        yield server


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Debian's Chromium; root has no sandbox."""
    needs("chromium")
    arguments = [*browser_type_launch_args.get("args", []), "--disable-dev-shm-usage"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        arguments.append("--no-sandbox")
    return {**browser_type_launch_args, "executable_path": chromium(), "args": arguments}
