"""Who writes and who is written to. Given by preparation (C1-C5, R1-R3), never guessed; a gap stays a visible gap."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Party:
    """A business or a person. `name` is the business (屋号, 会社名), `person` a human being with a `title`."""

    name: str = ""
    person: str = ""
    title: str = ""
    department: str = ""
    postal_code: str = ""
    address: str = ""
    phone: str = ""
    email: str = ""
    hours: str = ""


@dataclass(frozen=True, slots=True)
class Parties:
    """`sender` is the business that had the incident; `contact` (事務連絡者) answers questions, else the sender."""

    sender: Party
    addressee: Party | None = None
    contact: Party | None = None
    business: str = ""
    policy_number: str = ""

    @property
    def desk(self) -> Party:
        return self.contact or self.sender
