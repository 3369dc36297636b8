"""The casebook: entries a second beside a bare SQLite insert of the same durability; the list of 10,000 incidents."""

from __future__ import annotations

import sqlite3
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from tests.bench.report import Report, waited

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
    from hikeshi.casebook.entries import EvidenceHandedOver, FactStated
    from hikeshi.engines.ledger.kinds import Blob
    from tests.cast import assemble

    cast = assemble()
    case = cast.open_case()
    size = len(next(casebook.lines(case)))
    plain = EvidenceHandedOver(sha256="a" * 64, to=Blob("b" * 64), why=Blob("c" * 64), intact=True)
    fact = FactStated(key="cause", status="suspected")
    acts: dict[str, Callable[[], object]] = {}
    acts["plain"] = lambda: casebook.record(case, [casebook.Entry(plain, cast.actor)])
    acts["fact"] = lambda: casebook.record(case, [casebook.Entry(fact, cast.actor)])
    entries, rounds = report.size(300, 20), report.size(15, 2)
    rates: dict[str, list[Rate]] = {"bare": [], "plain": [], "fact": []}
    with sqlite3.connect(folder / "bare.sqlite3", isolation_level=None) as bare:
        bare.execute("PRAGMA journal_mode=WAL")
        bare.execute("PRAGMA synchronous=FULL")
        bare.execute("CREATE TABLE line (number INTEGER PRIMARY KEY, line BLOB)")
        acts["bare"] = lambda: bare.execute("INSERT INTO line (line) VALUES (?)", (b"x" * size,))
        for name in rates:
            _rate(acts[name], 20)  # the first of each fill caches
        for _ in range(rounds):
            for name, found in rates.items():
                found.append(_rate(acts[name], entries))
    bare.close()
    plain_shares, fact_shares = _shares(rates, "plain"), _shares(rates, "fact")
    said, middle = "entries recorded one a commit", statistics.median
    beside = f"bare insert {middle(rate.own for rate in rates['bare']):,.0f}/s, WAL, synchronous=FULL"
    report.figure(f"{said}, share of a bare insert", middle(plain_shares), "", at_least=0.5, beside=beside)
    report.figure(said, middle(rate.own for rate in rates["plain"]), "/s")
    # A fact also writes a read table, with an index and in a savepoint: work that the bare insert does not do.
    report.figure("facts (entry and read table), share of a bare insert", middle(fact_shares), "")
    report.figure("facts", middle(rate.own for rate in rates["fact"]), "/s")
    busy = middle(rate.wall for rate in rates["plain"])
    report.figure(f"{said}, beside what else ran on the machine", busy, "/s")
    report.note(
        f"{rounds} rounds of {entries}, in turn with the bare insert; medians of the rounds, the shares from "
        f"{min(plain_shares):.2f} to {max(plain_shares):.2f}. Time in which other programs had the processor is taken "
        "off (both sides), but in the last figure of entries."
    )


class Rate(NamedTuple):
    """Acts a second: without waiting for a processor that others had, and by the clock on the wall."""

    own: float
    wall: float


def _rate(act: Any, count: int) -> Rate:
    began, before = time.perf_counter(), waited()
    for _ in range(count):
        act()
    wall = time.perf_counter() - began
    return Rate(count / (wall - waited() + before), count / wall)


def _shares(rates: dict[str, list[Rate]], name: str) -> list[float]:
    """Round by round beside the bare insert."""
    return [ours.own / bare.own for ours, bare in zip(rates[name], rates["bare"], strict=True)]


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
