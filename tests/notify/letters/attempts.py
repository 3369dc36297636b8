"""A case with letters in every state, for those who try to get something out of the door that must not leave."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.test import Client

from hikeshi.casebook import services as casebook
from hikeshi.desk import services as desk
from hikeshi.notify import letters
from hikeshi.notify.letters import editing
from tests.cast import Cast, assemble
from tests.notify.law.facts_for_rules import LEAK

# Words that must never stand in anything issued: refuted, invented, or only suspected.
REFUTED = "元従業員の佐藤が名簿を売った"
SUSPECTED = "管理画面から名簿が抜き取られた"
CONFIRMED = "公開フォームが改ざんされていた"


@dataclass
class Room:
    """Everything that an attempt may use."""

    cast: Cast
    case: Any
    client: Client
    kind: str = "customer-letter"

    def paper(self, lang: str = "ja", stage: Any = "preliminary", kind: str = "") -> letters.Paper:
        return letters.paper_of(self.case, kind or self.kind, lang, stage)

    def url(self, act: str = "", kind: str = "") -> str:
        return f"/i/{self.case.reference}/notify/documents/{kind or self.kind}/{act}"

    def post(self, act: str, client: Client | None = None, **more: Any) -> Any:
        found = self.paper(kind=more.get("kind", ""))
        said = {"sha256": found.sha256, "lang": "ja", "stage": "preliminary", "how": "post", **more}
        said.pop("kind", None)
        return (client or self.client).post(self.url(f"{act}/", more.get("kind", "")), said)

    def approved(self, **which: Any) -> letters.Paper:
        """Checked and approved, by the book."""
        letters.check(self.case, self.paper(**which), self.cast.actor)
        letters.approve(self.case, self.paper(**which), self.cast.actor, by="leader", how="on_screen")
        return self.paper(**which)

    def add(self, text: str, **which: Any) -> letters.Paper:
        """A paragraph added by hand before the first heading."""
        letters.edit(self.case, self.paper(**which), added(text), self.cast.actor)
        return self.paper(**which)

    def fact(self, key: str, value: Any = None, status: str = "confirmed", text: str = "") -> None:
        casebook.state_fact(self.case, key, value, status, self.cast.actor, text=text or None)

    def clean(self) -> None:
        """Somebody said that our mail and this machine are clean."""
        for key in ("own_mail_suspect", "own_machine_suspect"):
            self.fact(key, False)

    def issued(self) -> list[Any]:
        """What went out, as the record has it."""
        return list(casebook.entries(self.case, ["document.sent"]))

    def actor(self, person: Any, role: str) -> casebook.Actor:
        return casebook.Actor(str(person.pk), str(person), role)


def added(text: str, section: str = "") -> editing.Edits:
    return editing.Edits(added=(editing.Added(section, text),))


def client_of(person: Any) -> Client:
    client = Client()
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def room(kind: str = "customer-letter") -> Room:
    """花子's case: some facts confirmed, one suspected, one refuted."""
    cast = assemble()
    case = cast.open_case()
    entries = []
    for key, value in LEAK.items():
        status = "unknown" if value is None else "confirmed"
        if isinstance(value, int) and not isinstance(value, bool) and key == "persons":
            value = {"at_least": value, "at_most": value}
        entries.append(casebook.fact_entry(case, key, value, status, cast.actor))
    for key, status, text in (
        ("incident_summary", "confirmed", CONFIRMED),
        ("route", "suspected", SUSPECTED),
        ("cause", "refuted", REFUTED),
    ):
        entries.append(casebook.fact_entry(case, key, None, status, cast.actor, text=text))
    casebook.record(case, entries)
    return Room(cast, case, client_of(cast.hanako), kind)


def forged(found: letters.Paper, **changes: Any) -> letters.Paper:
    """A paper as a program might hand it in: not what the record says."""
    return replace(found, **changes)


def stranger(cast: Cast) -> Any:
    """A case of 三郎, in his own workspace."""
    actor = casebook.Actor(str(cast.saburo.pk), str(cast.saburo), "owner")
    return casebook.open_case(cast.other_workspace, actor, title="三郎の事故")


__all__ = ["CONFIRMED", "REFUTED", "SUSPECTED", "Room", "added", "client_of", "desk", "forged", "room", "stranger"]
