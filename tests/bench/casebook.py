"""The casebook: entries a second beside a bare SQLite insert of the same durability; the list of 10,000 incidents."""

from __future__ import annotations

import sqlite3
import statistics
import time
from pathlib import Path
from typing import Any

from tests.bench.report import Report

FEW = 100


def bench(report: Report) -> None:
    """Entries first, then the list of incidents."""
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
    from hikeshi.casebook.entries import CaseHeadNoted, FactStated
    from tests.cast import assemble

    cast = assemble()
    case = cast.open_case()
    size = len(next(casebook.lines(case)))
    plain = CaseHeadNoted(case=str(case.chain_id), reference="HKS", reason="checkpoint", number=1, sha256="a" * 64)
    fact = FactStated(key="cause", status="suspected")
    ratios: dict[str, list[float]] = {"plain": [], "fact": []}
    rates: dict[str, list[float]] = {"plain": [], "fact": [], "bare": []}
    entries, rounds = report.size(300, 20), report.size(9, 2)
    with sqlite3.connect(folder / "bare.sqlite3", isolation_level=None) as bare:
        bare.execute("PRAGMA journal_mode=WAL")
        bare.execute("PRAGMA synchronous=FULL")
        bare.execute("CREATE TABLE line (number INTEGER PRIMARY KEY, line BLOB)")
        for _ in range(rounds):
            bared = _rate(lambda: bare.execute("INSERT INTO line (line) VALUES (?)", (b"x" * size,)), entries)
            rates["bare"].append(bared)
            for name, data in (("plain", plain), ("fact", fact)):
                entry = casebook.Entry(data, cast.actor)
                rate = _rate(lambda entry=entry: casebook.record(case, [entry]), entries)
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
    shares = ", ".join(f"{ratio:.2f}" for ratio in sorted(ratios["plain"]))
    report.note(
        f"{rounds} rounds of {entries}, in turn with the bare insert; medians. The shares, round by round: {shares}."
    )


def _rate(act: Any, count: int) -> float:
    began = time.perf_counter()
    for _ in range(count):
        act()
    return count / (time.perf_counter() - began)


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
    many = report.size(10_000, 300)
    for count in (FEW, many):
        _fill(workspace, count - Case.objects.count())
        client.get("/incidents/")
        with CaptureQueriesContext(connection) as captured:
            page = client.get("/incidents/")
        assert page.status_code == 200
        statements = len(captured)
        times = []
        for _ in range(report.size(31, 3)):
            began = time.process_time()
            client.get("/incidents/")
            times.append(time.process_time() - began)
        taken[count] = min(times) * 1000
    report.figure("incident list of 50 rows, SQL statements with 10,000 incidents", statements, "", at_most=10)
    beside = f"with 100 incidents {taken[FEW]:.1f} ms of CPU"
    report.figure("incident list of 50 rows, CPU a page with 10,000 incidents", taken[many], "ms", beside=beside)
    report.figure("… beside 100 incidents", taken[many] / taken[FEW], "times", at_most=1.25)


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
