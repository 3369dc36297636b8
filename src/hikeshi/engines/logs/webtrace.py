"""What finders of web attacks share: an address, the tags of its requests, and what the answers' codes allow."""

from __future__ import annotations

from .report import Success
from .table import Event
from .tags import bit
from .tally import Burst, Trace

_PARTS = (".css", ".js", ".png", ".jpg", ".jpeg", ".gif", ".ico", ".svg", ".webp", ".woff", ".woff2", ".map", ".ttf")
_FRONT = ("", "/", "/index.php", "/index.html")


class WebTrace(Trace):
    """One address's requests of one kind. `answered` counts the codes by which the server may have done as asked."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.kinds: dict[str, int] = {}
        self.weak = Burst(5, 3600)
        self.sure = False
        self.answered = 0
        self.reached = False
        self.sent = 0

    def see(self, event: Event, listened: tuple[str, ...]) -> None:
        self.add(event)
        for name in listened:
            if not event.tags & bit(name):
                continue
            self.kinds[name] = self.kinds.get(name, 0) + 1
            if name.endswith(".weak"):
                self.weak.add(event.time, event.target)
            else:
                self.sure = True
        if answered(event):
            self.answered += 1
            # The front page answers 200 to whatever is added to its address.
            self.reached |= event.status == 200 and event.target.partition("?")[0] not in _FRONT
            self.sent = max(self.sent, event.sent or 0)
            self.prove(event)

    @property
    def guilty(self) -> bool:
        return self.sure or self.weak.reached

    def success(self) -> Success:
        """A refusal (4xx) is a "no"; anything else leaves it open: a code does not say what the program did."""
        return "unknown" if self.answered or not self.statuses else "no"


def is_part(target: str) -> bool:
    """Whether a picture, a style or the like was asked for: what a page brings with it."""
    return target.partition("?")[0].lower().endswith(_PARTS)


def answered(event: Event) -> bool:
    return bool(event.status) and not 400 <= event.status < 500
