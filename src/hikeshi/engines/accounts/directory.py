"""What closing an account at a provider means for Microsoft Entra and Google Workspace alike: proof, revoke, look."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import partial
from typing import Any, Protocol

from hikeshi.engines.accounts.http import Client
from hikeshi.engines.accounts.report import Report, without_secrets
from hikeshi.engines.common.problem import Problem

USER = re.compile(r"[A-Za-z0-9._%+'-]+@[A-Za-z0-9.-]+|[0-9a-fA-F-]{36}|[0-9]{5,30}")
# Problems that concern one step only; the others end the run.
ONE_STEP = frozenset({"not_allowed", "service_refused", "not_found", "too_busy", "no_sense"})
# After so many of "too busy", each waited for, the rest of a step would only wait, too.
BUSY = 2


class Provider(Protocol):
    """One provider's words."""

    service: str

    def begin(self, client: Client, user: str) -> dict[str, Any]:
        """The account itself. Raises accounts.no_such_user."""

    def guard(self, client: Client, user: str, account: dict[str, Any]) -> None:
        """Raises when closing it would lock out who does this, or the last administrator."""

    def proof(self, client: Client, user: str) -> dict[str, Callable[[], Any]]:
        """What to keep before anything is revoked: name → how it is asked for."""

    def steps(self, client: Client, user: str, found: dict[str, Any]) -> dict[str, list[Callable[[], Any]]]:
        """The steps in their order: name → what is to be done, from what the proof found."""

    def left(self, client: Client, user: str, found: dict[str, Any]) -> dict[str, Callable[[], bool]]:
        """What would show that it still can be used: name → is it so."""

    def undo(self, user: str) -> str:
        """How it is given back."""


def close(provider: Provider, client: Client, user: str, *, dry: bool) -> Report:
    """Close an account. A step that fails stands in the report; the account then is open.

    Raises Problems when nothing was done (no such user, a token that is refused). After that, what a broken line
    leaves undone is told in the report, so that what was done is never lost.
    """
    if not USER.fullmatch(user):
        raise Problem("accounts.bad_user", user=user[:80], exit=2)
    report = Report(provider.service, user, client.where, dry)
    try:
        found = {"user": provider.begin(client, user)}
        provider.guard(client, user, found["user"])
        report.files["user.json"] = _bytes(found["user"])
        for name, asked in provider.proof(client, user).items():
            _try(report, f"proof-{name}", partial(_find, report, found, name, asked))
        steps = provider.steps(client, user, found)
        if dry:
            for name, acts in steps.items():
                report.add(name, "would" if acts else "done", str(len(acts)))
        else:
            _act(report, steps)
            _look(report, provider, client, user, found)
            # An account that was stopped before is not opened by an undo.
            report.undo = provider.undo(user) if next(iter(steps.values())) else ""
    finally:
        report.requests, report.said = list(client.requests), b"".join(client.said)
    return report


def refuse_the_last(client: Client, user: str, others: Callable[[], bool]) -> None:
    """Raises when no other administrator could still sign in, or when that cannot be known."""
    try:
        found = others()
    except Problem as problem:
        if _code(problem) not in ONE_STEP:
            raise
        detail = str(problem.params.get("detail", ""))
        raise Problem("accounts.administrators_unknown", where=client.where, user=user, detail=detail) from None
    if not found:
        raise Problem("accounts.only_administrator", where=client.where, user=user)


def _act(report: Report, steps: dict[str, list[Callable[[], Any]]]) -> None:
    for name, acts in steps.items():
        _try(report, name, partial(_all_of, acts), str(len(acts)))
        if report.step("connection"):
            return


def _look(report: Report, provider: Provider, client: Client, user: str, found: dict[str, Any]) -> None:
    """Closed only when everything was seen to be so, the proof could be had, and no step failed."""
    left: list[str] = []

    def ask() -> None:
        left.extend(name for name, still in provider.left(client, user, found).items() if still())

    if not report.step("connection"):
        _try(report, "verify", ask)
    looked = report.step("verify")
    if left and looked is not None:
        report.steps.remove(looked)
        report.add("verify", "failed", " ".join(left))
    report.state = "open" if left or report.failed or looked is None else "closed"


def _try(report: Report, name: str, act: Callable[[], Any], detail: str = "") -> None:
    try:
        act()
    except Problem as problem:
        code, said = _code(problem), str(problem.params.get("detail", ""))
        report.add(name, "failed", f"{code} {said}".strip())
        if code not in ONE_STEP:
            if report.dry or not any(
                step.result == "ok" and not step.name.startswith("proof") for step in report.steps
            ):
                raise
            report.add("connection", "failed", code)
    else:
        report.add(name, "ok", detail)


def _all_of(acts: list[Callable[[], Any]]) -> None:
    """Each of them; one that fails holds up no other. Then the first problem that remains is raised.

    What is refused is tried once more after the others: a default goes only when it is the last.
    """
    refused: list[Callable[[], Any]] = []
    left: list[Problem] = []
    for act in acts:
        problem = _tried(act)
        if problem and _code(problem) == "service_refused":
            refused.append(act)
        elif problem:
            left.append(problem)
        if [_code(one) for one in left].count("too_busy") == BUSY:
            break
    left += [problem for act in refused if (problem := _tried(act))]
    if left:
        raise left[0]


def _tried(act: Callable[[], Any]) -> Problem | None:
    """What went wrong in this one. Raises what ends the run."""
    try:
        act()
    except Problem as problem:
        if _code(problem) not in ONE_STEP:
            raise
        return problem
    return None


def _code(problem: Problem) -> str:
    """Its last part. The user is there: what is not found is a part."""
    code = problem.code.rpartition(".")[2]
    return "not_found" if code == "no_such_user" else code


def _find(report: Report, found: dict[str, Any], name: str, asked: Callable[[], Any]) -> None:
    found[name] = asked()
    report.files[f"{name}.json"] = _bytes(found[name])


def _bytes(answer: Any) -> bytes:
    return json.dumps(without_secrets(answer), ensure_ascii=False, indent=1, sort_keys=True).encode(
        "utf-8", "backslashreplace"
    )
