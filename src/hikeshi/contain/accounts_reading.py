"""The person's accounts as the record has them: their order, how far each one is, and how it ends."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

from hikeshi import words
from hikeshi.casebook import services as casebook
from hikeshi.contain.accounts import ordering
from hikeshi.contain.accounts.accounts import Account, Step, StepWords, Words, said, services
from hikeshi.contain.models import AccountStep, HeldAccount

OTHER = "other"
"""The folder with the steps for a service that has no folder of its own."""


@dataclass(frozen=True)
class Standing:
    """One account at its turn. `rows`: the newest answer to each step."""

    row: HeldAccount
    account: Account
    rows: Mapping[str, AccountStep]
    label: str
    turn: ordering.Turn | None = None

    @property
    def id(self) -> str:
        return self.row.account

    @cached_property
    def progress(self) -> ordering.Progress:
        answers = {name: cast(ordering.Answer, row.answer) for name, row in self.rows.items()}
        return ordering.Progress(answers, {name: tuple(row.photos) for name, row in self.rows.items()})

    @cached_property
    def outcome(self) -> ordering.Outcome:
        return ordering.outcome(self.account, self.progress)

    @property
    def next(self) -> Step | None:
        """The first step without an answer."""
        return ordering.next_step(self.account, self.progress)

    @property
    def may_revoke(self) -> bool:
        return ordering.may_revoke(self.account, self.progress)

    @property
    def state(self) -> str:
        """closed, left_open (all answered, still open), begun, or new."""
        if self.outcome.ending == "closed_with_proof":
            return "closed"
        if self.next is None:
            return "left_open"
        return "begun" if self.rows else "new"

    @property
    def done(self) -> int:
        return sum(1 for step in self.account.steps if step.id in self.rows)

    @property
    def total(self) -> int:
        return len(self.account.steps)

    def words(self, lang: str) -> Words:
        return self.account.words[lang]

    def name(self, lang: str) -> str:
        """The service, and which one of several."""
        if self.account.id == OTHER and self.label:
            return self.label
        name = self.account.words[lang].name
        return f"{name} {self.label}" if self.label else name

    def said(self, step: Step, lang: str) -> StepWords:
        return self.account.words[lang].steps[step.id]


def standings(case: Any) -> list[Standing]:
    """Every account of an incident in the order in which they are to be closed."""
    shelf = services()
    rows = {row.account: row for row in HeldAccount.objects.filter(chain_id=case.chain_id) if row.service}
    if not rows:
        return []
    steps: dict[str, dict[str, AccountStep]] = {}
    for step in AccountStep.objects.filter(chain_id=case.chain_id):
        steps.setdefault(step.account, {})[step.step] = step
    held = [
        ordering.Held(row.account, row.service, row.suspected == "yes", tuple(row.recovered_by))
        for row in rows.values()
    ]
    found = []
    for turn in ordering.order(held, shelf):
        row = rows[turn.held.id]
        # A folder that a later version took away: the general steps still lead on.
        account = shelf.get(row.service, shelf[OTHER])
        known = {step.id for step in account.steps}
        mine = {name: one for name, one in steps.get(row.account, {}).items() if name in known}
        label = words.visible(casebook.text(case, row.label_sha256))
        if row.service not in shelf and not label:
            label = words.visible(row.name)
        found.append(Standing(row, account, mine, label, turn))
    return found


def standing(case: Any, account: str) -> Standing | None:
    """One account, or None."""
    return next((one for one in standings(case) if one.id == account), None)


def reason(one: Standing, all_of_them: list[Standing], lang: str) -> str:
    """Why it has this turn, and which of the others it would open again."""
    if one.turn is None:
        return ""
    told = said("reason", one.turn.reason, lang)
    names = [other.name(lang) for other in all_of_them if other.id in one.turn.opens]
    mark = ("（", "、", "）") if lang == "ja" else (" (", ", ", ")")
    return told + (mark[0] + mark[1].join(names) + mark[2] if names else "")
