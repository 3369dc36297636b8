"""The state of a running drill: its workspace, people, case, and where its results go."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hikeshi.casebook import services as casebook
from hikeshi.desk import services as desk
from hikeshi.drill.script import Scenario
from hikeshi.drill.worlds import Logs, World


@dataclass
class Run:
    """A drill under way. `people`: by the role that they wear."""

    scenario: Scenario
    world: World
    logs: Logs
    lang: str
    out: Path
    workspace: Any
    people: Mapping[str, Any]
    case: Any = None
    sealed: Any = None
    checked: Any = None
    files: list[dict[str, Any]] = field(default_factory=list)

    def actor(self, role: str) -> casebook.Actor:
        """The person of this role, as entries name them."""
        person = self.people[role]
        return casebook.Actor(str(person.pk), str(person), role)

    def begin(self, case: Any) -> None:
        self.case = case

    def fresh_case(self) -> Any:
        """The case as it stands now: opening, closing and its title are read tables."""
        self.case = casebook.find_case(self.workspace, self.case.reference)
        return self.case


def assemble(scenario: Scenario, world: World, lang: str, out: Path) -> Run:
    """A workspace marked 訓練 with an owner and a technical person; nobody can sign in until `reset-owner`."""
    from django.contrib.auth import get_user_model

    people = {}
    for role, name in (("owner", world.spoken["owner"][lang]), ("technical", world.spoken["technical"][lang])):
        person = get_user_model()(username=f"drill-{role}", display_name=name, language=lang)
        person.set_password(secrets.token_urlsafe(24))
        person.save()
        people[role] = person
    workspace = desk.make_workspace(world.spoken["shop"][lang], owner=people["owner"], language=lang, drill=True)
    desk.add_member(workspace, people["technical"], "technical")
    about = {"name": str(people["technical"]), "role": "technical"}
    desk.happened.send(sender=None, workspace=workspace, person=people["owner"], what="person.joined", about=about)
    return Run(scenario, world, scenario.logs(world), lang, out, workspace, people)
