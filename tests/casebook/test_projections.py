"""読むための表は、記録から何度でも同じものが作れる。"""

import io
from typing import Any

import pytest
from django.apps import apps
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from hikeshi.casebook import projecting
from hikeshi.casebook import services as casebook
from hikeshi.casebook.cli import app
from hikeshi.casebook.models import StaleTable
from tests.cast import Cast, assemble

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]


@pytest.fixture
def cast() -> Cast:
    return assemble()


def tables() -> dict[str, list[dict[str, Any]]]:
    """Every row of every read table, but for numbers that the database itself gives."""
    return {
        table: sorted((dict(row) for row in apps.get_model(table).objects.values()), key=repr)
        for module in projecting.rooms().values()
        for table in module.TABLES
    }


def act(cast: Cast, case: Any, what: str, n: int) -> None:
    match what:
        case "fact":
            casebook.state_fact(
                case, f"key{n % 3}", n, ("confirmed", "suspected", "unknown", "refuted")[n % 4], cast.actor
            )
        case "note":
            casebook.add_note(case, f"メモ{n}", cast.actor)
        case "file":
            casebook.keep_file(case, io.BytesIO(b"x" * n), f"f{n}", cast.actor)
        case "approve":
            casebook.approve(case, f"s{n % 2}", f"{n:064d}", cast.actor)
        case "withdraw":
            for approval in casebook.approvals(case, f"s{n % 2}")[:1]:
                casebook.withdraw(case, approval, cast.actor)
        case "checkpoint":
            casebook.checkpoint(case, cast.actor)
        case "close":
            casebook.close_case(case, cast.actor)
        case "reopen":
            casebook.reopen_case(case, cast.actor)


ACTS = st.sampled_from(["fact", "note", "file", "approve", "withdraw", "checkpoint", "close", "reopen"])


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(ACTS, st.integers(0, 50)), max_size=12))
def test_rebuilt_tables_equal_the_grown_ones(cast: Cast, acts: list[tuple[str, int]]) -> None:
    """書きながら育った表と、記録から作り直した表は、一行残らず等しい。"""
    case = cast.open_case()
    for what, n in acts:
        act(cast, case, what, n)
    grown = tables()
    assert any(grown.values())
    assert CliRunner().invoke(app, ["rebuild"]).exit_code == 0
    assert tables() == grown


def test_a_failing_projection_never_loses_the_entry(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """表への反映が失敗しても記録は残り、表に印が付き、作り直すと直る。"""
    case = cast.open_case()

    class Broken:
        TABLES = ["casebook.Fact"]

        @staticmethod
        def apply(entry: Any) -> Any:
            raise RuntimeError("no")

    whole = projecting.rooms()
    with monkeypatch.context() as broken:
        broken.setattr(projecting, "rooms", lambda: {**whole, "casebook": Broken})
        casebook.state_fact(case, "cause", "x", "confirmed", cast.actor)
    assert casebook.head(case).number == 2
    assert casebook.stale(case) == ["casebook"]
    assert casebook.facts(case) == {}
    assert CliRunner().invoke(app, ["rebuild", case.reference]).exit_code == 0
    assert casebook.stale(case) == []
    assert casebook.facts(case)["cause"].value == "x"
    assert StaleTable.objects.count() == 0


def test_every_kind_says_itself_in_both_languages(cast: Cast) -> None:
    """どの記録も、日本語でも英語でも一行で言える。"""
    case = cast.open_case()
    for what in ("fact", "note", "file", "approve", "withdraw", "checkpoint", "close", "reopen"):
        act(cast, case, what, 2)
    for entry in [*casebook.entries(case), *casebook.entries(cast.workspace)]:
        for lang in ("ja", "en"):
            said = casebook.saying(case, entry, lang)
            assert said.name != entry.kind
            assert said.line
            assert "{" not in said.line
