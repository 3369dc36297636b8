"""What a host answered: its lines as a report, or the problem that they tell."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from hikeshi.engines.common.problem import Problem

# isolated: cut until undone. pending: cut until the timer runs out. open: not cut. lost: was cut, and another program
# or a reboot ended it. undoing: somebody died while undoing; the watch finishes it.
State = Literal["isolated", "pending", "open", "lost", "undoing", "unknown"]
FAILURES = (
    "wrong_system",
    "not_root",
    "no_nft",
    "nft_refused",
    "no_state",
    "too_slow",
    "not_isolated",
    "no_tool",
    "policy_ignores",
    "pf_refused",
    "no_anchor",
)
LONGEST_ANSWER = 1_000_000


@dataclass(frozen=True)
class Step:
    """One step on the host and how it ended; `detail` comes from the host as it is."""

    name: str
    result: Literal["ok", "failed", "skipped"]
    detail: str = ""


@dataclass
class Report:
    """The host after a verb. `already`: it was so before, and nothing had to be done.

    `back_to_cut`: what comes when the timer runs out is the cut that stood before, not the open network.
    """

    verb: str
    where: str
    state: State = "unknown"
    host: str = ""
    already: bool = False
    steps: list[Step] = field(default_factory=list)
    allow: list[str] = field(default_factory=list)
    layers: list[str] = field(default_factory=list)
    seconds_left: int | None = None
    back_to_cut: bool = False
    owned: bool = False
    watched: bool = False
    after_reboot: bool = False
    cut_ms: float | None = None
    folder: str = ""
    undo: str = ""
    said: str = ""

    def step(self, name: str) -> Step | None:
        """The last step of this name."""
        return next((step for step in reversed(self.steps) if step.name == name), None)

    @property
    def failed(self) -> list[Step]:
        """What did not work; what could not be tried is no failure."""
        return [step for step in self.steps if step.result == "failed"]


def read(said: str, verb: str, where: str) -> Report:
    """The report in a host's answer. Raises the host's own problem, or isolation.no_answer when it broke off."""
    report = Report(verb, where, said=said[:LONGEST_ANSWER])
    failed, detail, done = "", "", False
    for line in said[:LONGEST_ANSWER].splitlines():
        key, _, value = line.strip("\r").partition("\t")
        # A host in an attacker's hands may not draw on our screen; `said` keeps what it really said.
        value = "".join(c if c.isprintable() else "\ufffd" for c in value)
        if key == "failed":
            failed = value
        elif key == "detail":
            detail = value
        elif key == "done":
            done = True
        elif key == "step":
            name, result, rest = (value.split(" ", 2) + ["", ""])[:3]
            if result in ("ok", "failed", "skipped"):
                report.steps.append(Step(name, result, rest.strip()))  # type: ignore[arg-type]
        else:
            _set(report, key, value)
    if failed:
        code = failed if failed in FAILURES else "host_failed"
        raise Problem(f"isolation.{code}", where=where, detail=detail or failed, **_step(report))
    if not done:
        raise Problem("isolation.no_answer", where=where, detail=said[-300:].strip() or "-", **_step(report))
    return report


def _step(report: Report) -> dict[str, Any]:
    return {"step": report.steps[-1].name if report.steps else "-"}


def _set(report: Report, key: str, value: str) -> None:
    match key:
        case "state" if value in ("isolated", "pending", "open", "lost", "undoing"):
            report.state = value  # type: ignore[assignment]
        case "host" | "folder":
            setattr(report, key, value)
        case "already" | "owned":
            setattr(report, key, value == "yes")
        case "watch":
            report.watched = value == "yes"
        case "back":
            report.back_to_cut = value == "cut"
        case "boot":
            report.after_reboot = value == "yes"
        case "allow":
            report.allow.append(_allowed(value))
        case "layers":
            report.layers = value.split()
        case "seconds_left" if value.lstrip("-").isdigit():
            report.seconds_left = max(0, int(value))
        case "cut_us" if value.isdigit():
            report.cut_ms = int(value) / 1000


def _allowed(line: str) -> str:
    """`both ip 203.0.113.5 22` → `203.0.113.5:22`; only inwards → `203.0.113.5 → :22`."""
    kind, family, address, port = (line.split() + ["", "", "", ""])[:4]
    if kind == "any":
        return address
    shown = f"[{address}]" if family == "ip6" else address
    return f"{address} → :{port}" if kind == "in" else f"{shown}:{port}"
