"""What every page shows: the clock strip, the help line, the note bar. The site asks the rooms; no room asks upward."""

from typing import Any

from django.http import HttpRequest

from hikeshi.board import services as board
from hikeshi.desk import services as desk
from hikeshi.notify import services as notify
from hikeshi.prepare import services as prepare


def house(request: HttpRequest) -> dict[str, Any]:
    """Template variables for desk/base.html and desk/case.html."""
    workspace = getattr(request, "workspace", None)
    case = getattr(request, "case", None)
    context: dict[str, Any] = {"workspace": workspace, "role": getattr(request, "role", None)}
    if workspace is None:
        return context
    context["help_line"] = prepare.help_line(workspace)
    if case is not None:
        context["case"] = case
        context["hats"] = desk.several_people(workspace)
        context["clocks"] = notify.clocks(case)
        context["note_bar"] = board.note_bar(case, request)
    return context
