"""Where a delivery stands, from its entries alone. Pure: no clock, no database, no mail.

Everybody of the list is in one state. What went out is never waiting again; what may have gone (`open`) waits for a
person's word, not for the next run.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

BATCH = 50
# How long after a "not now" (4xx) it is tried again; servers that delay strangers on purpose let them in after minutes.
WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240, 720))
STATES = ("waiting", "later", "sent", "told", "open", "failed", "returned", "broken", "elsewhere", "left")
# Of these somebody has to decide something.
NEXT_THING = ("open", "failed", "returned", "broken")


class Event(NamedTuple):
    """One entry of a delivery as the read table has it."""

    kind: str
    data: Mapping[str, Any]
    at: datetime
    number: int


@dataclass(slots=True)
class Person:
    """Where one of the list stands. `way` is how it goes on where somebody decided so."""

    state: str = "waiting"
    tries: int = 0
    code: int = 0
    at: datetime | None = None
    status: str = ""
    certain: bool = True
    mail: str = ""
    remarks: str = ""
    way: str = ""
    calls: list[tuple[datetime, str, str]] = field(default_factory=list)
    printed: bool = False


@dataclass(slots=True)
class Standing:
    """A delivery as its entries have it."""

    delivery: str = ""
    way: str = ""
    document: str = ""
    language: str = "ja"
    sha256: str = ""
    guessed: list[str] = field(default_factory=list)
    heading: bool = True
    rows: int = 0
    table: list[str] = field(default_factory=list)
    columns: list[str] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    count: int = 0
    text: str = ""
    slot: str = ""
    subject: str = ""
    drafted_at: datetime | None = None
    begun_at: datetime | None = None
    ended_at: datetime | None = None
    paused: bool = False
    problem: str = ""
    params: dict[str, str] = field(default_factory=dict)
    batch: int = 0
    unfinished: Mapping[str, Any] | None = None
    tests: dict[str, dict[str, Any]] = field(default_factory=dict)
    people: dict[int, Person] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)

    @property
    def tested(self) -> bool:
        """Whether a mail to oneself went out."""
        return any(test.get("state") == "sent" for test in self.tests.values())

    @property
    def stage(self) -> str:
        """drafted → listed → running (or paused) → ended."""
        if not self.begun_at:
            return "listed" if self.recipients else "drafted"
        return "ended" if self.ended_at else "paused" if self.paused else "running"

    def counts(self) -> Counter[str]:
        return Counter(person.state for person in self.people.values())


def fold(events: Iterable[Event]) -> Standing:
    """Where a delivery stands after these entries, in their order."""
    standing = Standing()
    for event in events:
        _FOLD[event.kind](standing, event, event.data)
    return standing


def _drafted(s: Standing, event: Event, data: Mapping[str, Any]) -> None:
    for name in ("delivery", "way", "document", "language", "sha256", "rows", "heading"):
        setattr(s, name, data[name])
    s.guessed, s.table, s.drafted_at = list(data["guessed"]), list(data["table"]), event.at


def _listed(s: Standing, _event: Event, data: Mapping[str, Any]) -> None:
    s.columns, s.heading, s.count = list(data["columns"]), data["heading"], data["count"]
    s.recipients = list(data["recipients"])


def _test_asked(s: Standing, event: Event, data: Mapping[str, Any]) -> None:
    s.tests[data["test"]] = {"to": data["to"], "at": event.at}


def _tested(s: Standing, event: Event, data: Mapping[str, Any]) -> None:
    s.tests.setdefault(data["test"], {}).update(data, done=event.at)


def _begun(s: Standing, event: Event, data: Mapping[str, Any]) -> None:
    for name in ("sha256", "subject", "slot", "text", "count", "document", "language"):
        setattr(s, name, data[name])
    s.recipients, s.begun_at = list(data["recipients"]), event.at
    held = set(data["held"])
    s.people = {number: Person("broken" if number in held else "waiting") for number in range(1, s.count + 1)}


def _batch_begun(s: Standing, _event: Event, data: Mapping[str, Any]) -> None:
    s.batch, s.unfinished = data["batch"], data


def _batch_ended(s: Standing, event: Event, data: Mapping[str, Any]) -> None:
    if s.unfinished and s.unfinished["batch"] == data["batch"]:
        s.unfinished = None
    for state in ("sent", "later", "failed", "open"):
        for number in data[state]:
            person = s.people.setdefault(number, Person())
            person.tries += 1
            person.code, person.at = data["codes"].get(str(number), 0), event.at
            person.state = "failed" if state == "later" and person.tries > len(WAITS) else state


def _paused(s: Standing, _event: Event, data: Mapping[str, Any]) -> None:
    s.paused, s.problem, s.params = data["on"], data["problem"], dict(data["params"])


def _returned(s: Standing, event: Event, data: Mapping[str, Any]) -> None:
    person = s.people.get(data["recipient"])
    if person is None or person.state not in ("sent", "open", "returned", "delayed"):
        return  # what never went cannot have come back
    person.status, person.certain, person.mail, person.at = data["status"], data["certain"], data["mail"], event.at
    if data["what"] == "failed" and not person.way:
        person.state = "returned"


def _settled(s: Standing, event: Event, data: Mapping[str, Any]) -> None:
    person = s.people.setdefault(data["recipient"], Person())
    person.remarks, person.at = data["remarks"] or "", event.at
    match data["what"]:
        case "again":
            person.state, person.tries, person.way, s.ended_at = "waiting", 0, "", None
        case "went":
            person.state = "sent"
        case "leave":
            person.state = "left"
        case way:
            person.state, person.way = "elsewhere", way


def _called(s: Standing, event: Event, data: Mapping[str, Any]) -> None:
    person = s.people.setdefault(data["recipient"], Person())
    person.calls.append((event.at, data["outcome"], data["said"]))
    person.at, person.way = event.at, "phone"
    if data["outcome"] == "told":
        person.state = "told"
    elif data["outcome"] in ("wrong_number", "refused"):
        person.state = "failed"


def _printed(s: Standing, event: Event, data: Mapping[str, Any]) -> None:
    s.files.append(data["file"])
    for number in data["numbers"]:
        person = s.people.setdefault(number, Person())
        person.printed, person.at = True, event.at


def _ended(s: Standing, event: Event, _data: Mapping[str, Any]) -> None:
    s.ended_at = event.at


_FOLD = {
    "delivery.drafted": _drafted,
    "delivery.listed": _listed,
    "delivery.test_asked": _test_asked,
    "delivery.tested": _tested,
    "delivery.begun": _begun,
    "delivery.batch_begun": _batch_begun,
    "delivery.batch_ended": _batch_ended,
    "delivery.paused": _paused,
    "delivery.returned": _returned,
    "delivery.settled": _settled,
    "delivery.called": _called,
    "delivery.printed": _printed,
    "delivery.ended": _ended,
}
KINDS = tuple(_FOLD)


def due(person: Person) -> datetime | None:
    """When a person whose server said "not now" is tried again."""
    return person.at + WAITS[person.tries - 1] if person.state == "later" and person.at else None


def ready(standing: Standing, now: datetime) -> list[int]:
    """The numbers whose turn it is: first those who wait, then those who were put off and whose time has come."""
    waiting = [number for number, person in standing.people.items() if person.state == "waiting"]
    put_off = [number for number, p in standing.people.items() if (at := due(p)) is not None and at <= now]
    return [*waiting, *put_off]


def over(standing: Standing) -> bool:
    """Whether nobody waits any more and no batch is at work."""
    busy = standing.unfinished is not None
    return not busy and not any(person.state in ("waiting", "later") for person in standing.people.values())


def everybody(standing: Standing) -> bool:
    """Whether everybody of the list got it: nobody stands open, came back, or is to be told in another way."""
    return all(person.state in ("sent", "told") for person in standing.people.values())


def next_thing(person: Person) -> str:
    """What to do next about one person: look (open), correct (the address), write, telephone; "" for nothing."""
    if person.state == "open":
        return "look"
    if person.state == "broken":
        return "correct"
    if person.state in ("failed", "returned"):
        return "correct" if person.status.startswith("5.1") or person.code in (550, 551, 553) else "other_way"
    return ""
