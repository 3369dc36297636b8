"""What a scenario's code gives: the truth of a world, and the logs that it leaves. Pure data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

JAPAN = ZoneInfo("Asia/Tokyo")


@dataclass(frozen=True)
class World:
    """The truth. `moments`: when each thing happened, with its offset. `values`: everything else by name."""

    seed: int
    moments: Mapping[str, datetime]
    values: Mapping[str, Any]
    spoken: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """What differs by language: name → {ja, en}."""

    def __getitem__(self, name: str) -> Any:
        return self.values[name]


@dataclass(frozen=True)
class Attack:
    """Something that the logs show and the engines must find. `kind`: the kind of finding; times to the second."""

    kind: str
    address: str
    attempts: int
    first: datetime
    last: datetime
    account: str = ""
    innocent: bool = False
    """It looks like an attack, and is none: a person has to say so."""


@dataclass(frozen=True)
class Logs:
    """The logs as their machine wrote them: name → bytes, oldest first; and the truth about them."""

    files: Mapping[str, bytes]
    attacks: Sequence[Attack]


def truth(world: World, logs: Logs) -> dict[str, Any]:
    """The truth as JSON, so that what was found and printed can be compared with it."""
    return {
        "seed": world.seed,
        "values": dict(world.values),
        "moments": {name: moment.isoformat() for name, moment in world.moments.items()},
        "attacks": [
            {**vars(attack), "first": attack.first.isoformat(), "last": attack.last.isoformat()}
            for attack in logs.attacks
        ],
    }
