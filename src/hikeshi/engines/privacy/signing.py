"""Who signed a letter: its writer is known from the header, so that what stands in the signature is the writer's."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from . import normal
from .pieces import Text
from .record import Record

_QUOTED = re.compile(rb"(?m)^[ \t]*>.*$")
_CONTACT = ("phone", "address", "postal")


def signed(records: Iterable[Record], piece: Text) -> Iterator[Record]:
    """The records of a letter: one of the writer's name, or the only one without a name and beside the writer's name
    as it is written in the header, is the writer's, whose e-mail it then bears, too."""
    shown, email = piece.writer or ("", "")
    name, address = normal.name(shown), normal.email(email)
    made = list(records)
    if not name or not address:
        yield from made
        return
    nameless = [one for one in made if "name" not in one.values and any(field in one.values for field in _CONTACT)]
    if len(nameless) == 1 and "email" not in nameless[0].values and _signature(shown, piece.data):
        nameless[0].add("name", name)
    for one in made:
        if name in one.values.get("name", ()) and address not in one.values.get("email", ()):
            one.add("email", address)
        yield one


def _signature(shown: str, data: bytes) -> bool:
    """Whether the writer's name stands on a line of its own near the end, outside of what is quoted."""
    own = _QUOTED.sub(b"", data).decode("utf-8", "replace")
    wanted = "".join(shown.split())
    lines = [line for line in own.splitlines() if line.strip()][-12:]
    return any("".join(line.split()) == wanted for line in lines)
