"""What came of closing an account: its steps, how it stands, the proof that was taken, and everything that was said."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from typing import Any, Literal

Result = Literal["ok", "failed", "would", "done"]
State = Literal["closed", "open", "unknown"]
RESULTS: dict[str, Result] = {"ok": "ok", "failed": "failed", "would": "would", "done": "done"}
# Names under which an answer could carry a secret; its value is never kept.
SECRET = re.compile(r"passw|secret|temporaryaccesspass|token$|verificationcode|hashfunction|privatekey", re.I)
NOT_KEPT = "(not kept)"


@dataclass(frozen=True)
class Step:
    """One step and how it ended. `would`: a dry run, it would be done. `done`: it was so already."""

    name: str
    result: Result
    detail: str = ""


@dataclass
class Report:
    """An account after it was closed, or looked at (`dry`). `files`: the proof taken before anything was done."""

    service: str
    user: str
    host: str = ""
    dry: bool = False
    state: State = "unknown"
    way: str = ""
    undo: str = ""
    steps: list[Step] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    requests: list[str] = field(default_factory=list)
    said: bytes = b""

    @property
    def failed(self) -> list[Step]:
        return [step for step in self.steps if step.result == "failed"]

    @property
    def sha256(self) -> str:
        """The hash of everything that the host or the service answered."""
        return hashlib.sha256(self.said).hexdigest()

    def step(self, name: str) -> Step | None:
        """The last step of this name."""
        return next((step for step in reversed(self.steps) if step.name == name), None)

    def add(self, name: str, result: Result, detail: str = "") -> None:
        self.steps.append(Step(name, result, shown(detail)))


def shown(text: str, most: int = 300) -> str:
    """What came from outside, without what could draw on a screen."""
    return "".join(c if c.isprintable() else "\ufffd" for c in text)[:most]


def without_secrets(answer: Any) -> Any:
    """An answer as it may be kept: the values under names of secrets are left out."""
    if isinstance(answer, dict):
        return {
            str(name): NOT_KEPT if SECRET.search(str(name)) and isinstance(value, str) else without_secrets(value)
            for name, value in answer.items()
        }
    return [without_secrets(one) for one in answer] if isinstance(answer, list) else answer
