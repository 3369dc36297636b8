"""Which incident a collection belongs to: the one that was named, or the only one that is open."""

from __future__ import annotations

import getpass
import os
from pathlib import Path
from typing import Any

from hikeshi.engines.common.problem import Problem
from hikeshi.engines.ledger.entry import Actor


def operator() -> Actor:
    """Whoever sits at this machine, by the name that the machine knows."""
    try:
        return Actor("console", getpass.getuser())
    except (KeyError, OSError):  # a user without a name
        return Actor("console", "console")


def at_hand(reference: str, workspace: str = "") -> Any | None:
    """The incident of this reference, or without one the only open one; None when there is none, or several.

    A casebook that cannot be opened is no reason to lose evidence: without a reference the answer is then None.
    Raises Problem("contain.no_such_case") for a reference that is not there.
    """
    if not reference:
        if not there():
            return None
        try:
            found = _open_cases(workspace)
        except Exception:  # old tables, a locked or damaged database: the journal takes the lines
            return None
        return found[0] if len(found) == 1 else None
    return needed(reference, workspace)


def needed(reference: str, workspace: str = "") -> Any:
    """The incident, for what needs one.

    Raises Problem("contain.no_such_case" | "contain.which_case"), without a reference Problem("contain.no_open_case").
    """
    missing = Problem("contain.no_such_case", reference=reference, exit=2)
    if not reference:
        missing = Problem("contain.no_open_case", exit=2)
    if not there():
        raise missing
    found = _named(reference, workspace) if reference else _open_cases(workspace)
    if not found:
        raise missing
    if len(found) > 1:
        raise Problem("contain.which_case", cases=", ".join(case.reference for case in found[:20]), exit=2)
    return found[0]


def options(case: Any) -> list[str]:
    """What a command is given so that its result is written into this incident; a drill may have the same reference."""
    from hikeshi.casebook import services as casebook

    holders = [one for one in _workspaces("") if casebook.find_case(one, case.reference)]
    names = [one.name for one in holders]
    mine = [
        one.name if one.name and names.count(one.name) == 1 else str(one.pk)
        for one in holders
        if len(holders) > 1 and one.pk == case.workspace_id
    ]
    return ["--case", str(case.reference), *(word for name in mine for word in ("--workspace", name))]


def there() -> bool:
    """Whether this user has a casebook on this machine. Asked before Django is started, which would make the folder."""
    if os.environ.get("HIKESHI_DATABASE_URL"):
        return True
    if named := os.environ.get("HIKESHI_DATA"):
        folder = Path(named).expanduser()
    else:
        import platformdirs

        folder = Path(platformdirs.user_data_dir("hikeshi", appauthor=False))
    return (folder / "hikeshi.sqlite3").is_file()


def _workspaces(name: str) -> list[Any]:
    from hikeshi.desk.services import all_workspaces, start_django

    start_django()
    return [one for one in all_workspaces() if not name or name in (str(one.pk), one.name)]


def _open_cases(workspace: str) -> list[Any]:
    businesses = _workspaces(workspace)
    from hikeshi.casebook import services as casebook

    return [case for one in businesses if not one.drill for case in casebook.cases(one, open_only=True)]


def _named(reference: str, workspace: str) -> list[Any]:
    businesses = _workspaces(workspace)
    from hikeshi.casebook import services as casebook

    return [case for one in businesses if (case := casebook.find_case(one, reference))]
