"""Taking a package that was collected elsewhere into an incident: hashed again, kept, what is wrong is named."""

import hashlib
import platform
from pathlib import Path
from typing import Any

from hikeshi.contain import entries as _entries  # noqa: F401 - declares the kinds that a journal may bring
from hikeshi.contain.evidence import entry_of
from hikeshi.engines import evidence
from hikeshi.engines.common import openssh
from hikeshi.engines.common.problem import Problem
from hikeshi.engines.evidence import Package, journal
from hikeshi.engines.ledger.entry import Actor, Entry, Recorded, timestamp
from hikeshi.engines.ledger.kinds import KINDS as DECLARED
from hikeshi.engines.ledger.kinds import schema

KINDS = ("collection.", "isolation.", "account.intended", "account.done", "account.failed")
"""What a journal may bring. Other lines stay in the journal, which is kept as it is."""
HERE = "localhost"
"""What a journal calls the machine on which it was written."""


def take_in(case: Any, path: Path, actor: Actor) -> Package | None:
    """Examine, keep and record a package and the journal beside it; None for a journal without its package.

    Taking in the same file again changes nothing. Raises Problem("evidence.not_a_package" | "evidence.journal_broken").
    """
    if not path.is_file():
        raise Problem("common.not_found", path=str(path))
    lines = path if journal.is_journal(path) else journal.beside(path)
    package_path = lines.with_suffix("") if path == lines else path
    entries = _adopted(case, lines, actor) if lines.is_file() else []
    if package_path == lines or not package_path.is_file():
        _once(case, lines, entries)
        return None
    package = evidence.verify(package_path)
    _keep(case, package_path, actor)
    _once(case, package_path, [*entries, _imported(case, package, actor)])
    return package


def _imported(case: Any, package: Package, actor: Actor) -> Entry:
    told = package.package
    data = {
        "collection": told.get("collection", "")[:64],
        "host": package.host[:200],
        "name": package.path.name,
        "sha256": package.sha256,
        "size": package.size,
        "manifest_sha256": package.manifest_sha256,
        "intact": package.intact,
        "whole": package.whole,
        "files": package.files,
        "altered": package.altered,
        "missing": package.missing,
        "unlisted": package.unlisted,
        "refused": [_said(one) for one in package.refused],
        "started": timestamp(moment) if (moment := package.moment("started")) else "",
        "ended": timestamp(moment) if (moment := package.moment("ended")) else "",
    }
    return entry_of(
        case, actor, "collection.imported", data, {"collected_by": told.get("who", ""), "why": told.get("why", "")}
    )


def _said(problem: Problem) -> str:
    """A refusal as the record holds it: code and name, in no language."""
    name = problem.params.get("name") or problem.params.get("path") or problem.params.get("line") or ""
    return f"{problem.code}: {name}"[:300]


def _adopted(case: Any, lines: Path, actor: Actor) -> list[Entry]:
    """The entries that a journal brings, at the times it says; by the name that it says, which nobody has proved."""
    known = [one for one in journal.read(lines) if one.kind.startswith(KINDS) and (one.kind, one.version) in DECLARED]
    known = [one for one in known if not one.kind.startswith("isolation.") or _is_host(one.data.get("host"))]
    machines = _machines(known)
    named = lines.name.removesuffix(".journal").removesuffix(".tar")
    found = [_adopt(case, one, _host(one, machines, named)) for one in known]
    _keep(case, lines, actor)
    return found


def _machines(lines: list[Recorded]) -> dict[str, str]:
    """Which machine each cut and collection that a journal calls "localhost" was on; "" is what to think of the rest.

    The name stands in the line that tells how it ended. What never ended happened where the others did.
    """
    found: dict[str, str] = {}
    begun = {_number(one) for one in lines if one.kind == "collection.begun" and one.data.get("host") == HERE}
    for one in lines:
        if one.kind == "isolation.done" and one.data.get("host") == HERE:
            name = one.data.get("machine")
        elif one.kind == "collection.done" and one.data.get("host") != HERE and _number(one) in begun:
            # Over a link this would be the name by which it was reached; then its first line says that name, too.
            name = one.data.get("host")
        else:
            continue
        if isinstance(name, str) and name:
            found[""] = found[_number(one)] = name
    return found


def _number(one: Recorded) -> str:
    return str(one.data.get("isolation") or one.data.get("collection") or "?")


def _host(one: Recorded, machines: dict[str, str], named: str) -> str | None:
    """What this incident calls the machine of a line that says "localhost": here that would be another machine."""
    if one.data.get("host") != HERE or not one.kind.startswith(("isolation.", "collection.")):
        return None
    told = (one.data.get("machine"), machines.get(_number(one)), machines.get(""))
    # Also "localhost" is what some machines call themselves: that names none.
    machine = next((str(name) for name in told if name and name != HERE), named)
    return None if machine == platform.node() else machine[:200]


def _adopt(case: Any, one: Recorded, host: str | None) -> Entry:
    named = schema(one.kind, one.version)["properties"]
    free = {name for name, shape in named.items() if "contentMediaType" in str(shape)}
    texts = {name: str(one.data[name])[:20_000] for name in free if one.data.get(name)}
    data = {name: value for name, value in one.data.items() if name not in free}
    if host is not None:
        data["host"] = host
    return entry_of(case, Actor("journal", one.actor.name[:80]), one.kind, data, texts, one.recorded_at, one.version)


def _is_host(name: Any) -> bool:
    """Whether a host was named as one can be: another name is nobody's work, but a command for who pastes it."""
    return isinstance(name, str) and openssh.HOST.fullmatch(name) is not None


def _keep(case: Any, path: Path, actor: Actor) -> None:
    from hikeshi.casebook import services as casebook

    with path.open("rb") as stream:
        sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
        if casebook.evidence_of(case).filter(sha256=sha256).exists():
            return
        stream.seek(0)
        casebook.keep_file(case, stream, path.name, actor, purpose="collection", max_bytes=1 << 40)


def _once(case: Any, path: Path, entries: list[Entry]) -> None:
    from hikeshi.casebook import services as casebook

    with path.open("rb") as stream:
        sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
    casebook.record(case, entries, request_id=hashlib.sha256(f"import {case.chain_id} {sha256}".encode()).hexdigest())
