"""The casebook: entries a second beside a bare SQLite insert of the same durability; the list of 10,000 incidents."""

from __future__ import annotations

import os
import sqlite3
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.bench.report import Report

ENTRIES, ROUNDS = 300, 5
CASES = (100, 10_000)


def bench(report: Report) -> None:
    """Everything on a data folder of its own."""
    with tempfile.TemporaryDirectory(prefix="hikeshi-bench-") as folder:
        os.environ["HIKESHI_DATA"] = folder
        from hikeshi.desk.services import start_django

        start_django()
        from django.conf import settings
        from django.core.management import call_command

        call_command("migrate", interactive=False, verbosity=0)
        _entries(report, Path(settings.HIKESHI_DATA))
        _list(report)


def _entries(report: Report, folder: Path) -> None:
    """In turn, so that both meet the same noise of the machine."""
    from hikeshi.casebook import services as casebook
    from hikeshi.casebook.entries import EvidenceHandedOver, FactStated
    from hikeshi.engines.ledger.kinds import Blob
    from tests.cast import assemble

    cast = assemble()
    case = cast.open_case()
    size = len(next(casebook.lines(case)))
    plain = EvidenceHandedOver(sha256="a" * 64, to=Blob("b" * 64), why=Blob("c" * 64), intact=True)
    fact = FactStated(key="cause", status="suspected")
    ratios: dict[str, list[float]] = {"plain": [], "fact": []}
    rates: dict[str, list[float]] = {"plain": [], "fact": [], "bare": []}
    with sqlite3.connect(folder / "bare.sqlite3", isolation_level=None) as bare:
        bare.execute("PRAGMA journal_mode=WAL")
        bare.execute("PRAGMA synchronous=FULL")
        bare.execute("CREATE TABLE line (number INTEGER PRIMARY KEY, line BLOB)")
        for _ in range(ROUNDS):
            bared = _rate(lambda: bare.execute("INSERT INTO line (line) VALUES (?)", (b"x" * size,)))
            rates["bare"].append(bared)
            for name, data in (("plain", plain), ("fact", fact)):
                entry = casebook.Entry(data, cast.actor)
                rate = _rate(lambda entry=entry: casebook.record(case, [entry]))
                rates[name].append(rate)
                ratios[name].append(rate / bared)
    bare.close()
    beside = f"bare insert {statistics.median(rates['bare']):,.0f}/s, WAL, synchronous=FULL"
    share, said = {n: statistics.median(r) for n, r in ratios.items()}, "entries recorded one a commit"
    report.figure(f"{said}, share of a bare insert", share["plain"], "", at_least=0.5, beside=beside)
    report.figure(said, statistics.median(rates["plain"]), "/s")
    # A fact also writes a read table, with an index and in a savepoint: work that the bare insert does not do.
    report.figure("facts (entry and read table), share of a bare insert", share["fact"], "")
    report.figure("facts", statistics.median(rates["fact"]), "/s")
    report.note(f"{ROUNDS} rounds of {ENTRIES}, in turn with the bare insert; the median of the ratios within a round.")


def _rate(act: Any) -> float:
    began = time.perf_counter()
    for _ in range(ENTRIES):
        act()
    return ENTRIES / (time.perf_counter() - began)


def _list(report: Report) -> None:
    """The list page through the whole stack, with few and with many incidents."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from hikeshi.casebook.models import Case
    from hikeshi.desk.models import Person
    from hikeshi.desk.services import workspaces_of

    person = Person.objects.get(username="hanako")
    workspace = workspaces_of(person)[0]
    client = Client(headers={"host": "localhost"})
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    taken: dict[int, float] = {}
    statements = 0
    for count in CASES:
        _fill(workspace, count - Case.objects.count())
        client.get("/incidents/")
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert client.get("/incidents/").status_code == 200
        statements = len(captured)
        times = []
        for _ in range(15):
            began = time.process_time()
            client.get("/incidents/")
            times.append(time.process_time() - began)
        taken[count] = statistics.median(times) * 1000
    report.figure("incident list, SQL statements with 10,000 incidents", statements, "", at_most=10)
    beside = f"with 100 incidents {taken[CASES[0]]:.1f} ms of CPU"
    report.figure("incident list, CPU a page with 10,000 incidents", taken[CASES[1]], "ms", beside=beside)
    report.figure("… beside 100 incidents", taken[CASES[1]] / taken[CASES[0]], "times", at_most=1.25)


def _fill(workspace: Any, count: int) -> None:
    """Rows of the read table alone: the list reads nothing else."""
    import uuid
    from datetime import UTC, datetime, timedelta

    from hikeshi.casebook.models import Case

    start = Case.objects.count()
    Case.objects.bulk_create(
        (
            Case(
                chain_id=uuid.uuid4(),
                workspace_id=workspace.pk,
                reference=f"HKS-2020-{start + i:05d}",
                title="不正アクセス",
                opened_at=datetime(2020, 1, 1, tzinfo=UTC) + timedelta(minutes=i),
            )
            for i in range(count)
        ),
        batch_size=2000,
    )
