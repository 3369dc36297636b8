"""What every page shows: the clock strip, the help line, the note bar. The site asks the rooms; no room asks upward."""

from typing import Any

from django.http import HttpRequest

from hikeshi.board import services as board
from hikeshi.contain import services as contain
from hikeshi.desk import services as desk
from hikeshi.notify import services as notify
from hikeshi.prepare import services as prepare

DESKS = ("lawyer", "ipa")
"""Public desks that stay at the foot of the page with their numbers, until one of one's own is written down."""


def house(request: HttpRequest) -> dict[str, Any]:
    """Template variables for desk/base.html and desk/case.html."""
    workspace = getattr(request, "workspace", None)
    case = getattr(request, "case", None)
    context: dict[str, Any] = {"workspace": workspace, "role": getattr(request, "role", None)}
    if workspace is None:
        return context
    context["help_line"] = _to_call(workspace)
    if case is not None:
        context["case"] = case
        context["hats"] = desk.several_people(workspace)
        context["clocks"] = notify.clocks(case)
        context["note_bar"] = board.note_bar(case, request)
    return context


def _to_call(workspace: Any) -> list[Any]:
    """Whom to call: what preparation knows, and the desks that anybody may call where it knows no number."""
    line: list[Any] = prepare.help_line(workspace)
    own = {person["kind"] for person in line if person["phone"]}
    desks = [one for one in contain.public(contain.language()) if one.kind in DESKS and one.kind not in own]
    return [person for person in line if person["kind"] not in {one.kind for one in desks}] + desks
