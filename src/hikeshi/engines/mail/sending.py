"""Going through a list of messages: one connection, not faster than agreed, each outcome told at once."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable
from typing import NamedTuple

from hikeshi.engines.mail.journal import Journal
from hikeshi.engines.mail.smtp import Connection, Outcome, Server

# A connection is renewed now and then: many servers take only so many messages in one session.
MESSAGES_A_SESSION = 100


class Ready(NamedTuple):
    """A message to go out: `number` names the person in the list, `make` writes it when its turn comes."""

    number: int
    to: str
    make: Callable[[], bytes]


class Throttle:
    """At most `per_minute` messages in any sixty seconds, evenly; 0 is no bound."""

    def __init__(
        self,
        per_minute: int,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._most, self._clock, self._sleep = per_minute, clock, sleep
        self._last: deque[float] = deque(maxlen=max(per_minute, 1))

    def wait(self) -> None:
        """Return when the next message may go."""
        if self._most <= 0:
            return
        now = self._clock()
        free = now if not self._last else self._last[-1] + 60.0 / self._most
        if free > now:
            self._sleep(free - now)
        self._last.append(max(free, now))


def send(
    server: Server,
    password: str,
    sender: Callable[[int], str],
    messages: Iterable[Ready],
    journal: Journal,
    throttle: Throttle,
    *,
    stop: Callable[[], bool] = lambda: False,
) -> dict[int, Outcome]:
    """The outcome of each message by its number; those that `stop` or a lost server kept back are not in it.

    `sender` gives the envelope's sender of a number. Raises the Problem of a connection that could not be made as long
    as nothing went out with it; otherwise what is left waits for the next batch.
    """
    outcomes: dict[int, Outcome] = {}
    connection: Connection | None = None
    used = 0
    try:
        for one in messages:
            if stop():
                break
            throttle.wait()
            if connection is None:
                connection, used = Connection(server, password), 0
            number = one.number

            def intend(number: int = number) -> None:
                journal.intent(number)

            outcome = connection.send(sender(number), one.to, one.make(), before=intend)
            journal.result(number, outcome)
            outcomes[number] = outcome
            used += 1
            if outcome.closed or used >= MESSAGES_A_SESSION:
                connection.close()
                connection = None
    finally:
        if connection is not None:
            connection.close()
    return outcomes
