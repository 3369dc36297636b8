"""The tables that the models describe are the tables that an installation gets."""

from __future__ import annotations

import io

import pytest
from django.apps import apps
from django.core.management import call_command

# Tables that belong to no workspace, each with its reason.
ABOVE = {
    "desk.Person": "a person may help several workspaces",
    "desk.Workspace": "is one",
    "contain.Draft": "written before anybody signed in; only the session that wrote it knows it",
    "investigate.ScanProgress": "how far a scan is, by the scan's own id; the scan is on a chain",
}


@pytest.mark.django_db
def test_every_change_of_a_model_has_its_migration() -> None:
    """モデルの変更には、必ずマイグレーションがある。"""
    said = io.StringIO()
    try:
        call_command("makemigrations", "--check", "--dry-run", stdout=said, stderr=said)
    except SystemExit:
        pytest.fail(said.getvalue(), pytrace=False)


def test_every_table_of_a_room_knows_its_chain_or_workspace() -> None:
    """部屋の表は、どれも、どの事業か、どの記録の列のものかを持つ（三郎には何も見せないために）。"""
    tables = [model for model in apps.get_models() if model.__module__.startswith("hikeshi.")]
    assert set(ABOVE) <= {model._meta.label for model in tables}
    loose = []
    for model in tables:
        names = {field.attname for field in model._meta.concrete_fields}
        if model._meta.label not in ABOVE and not names & {"workspace_id", "chain_id", "case_id", "workspace"}:
            loose.append(model._meta.label)
    assert loose == []
