"""What every page shows: the clock strip, the help line, the note bar. The site asks the rooms; no room asks upward."""

from pathlib import Path
from typing import Any

from django.http import HttpRequest

ROOMS = Path(__file__).resolve().parents[1]


def _has(room: str) -> bool:
    return (ROOMS / room / "services.py").is_file()


def house(request: HttpRequest) -> dict[str, Any]:
    """Template variables for desk/base.html and desk/case.html."""
    workspace = getattr(request, "workspace", None)
    case = getattr(request, "case", None)
    context: dict[str, Any] = {"workspace": workspace, "role": getattr(request, "role", None)}
    if workspace is None:
        return context
    if _has("prepare"):
        from hikeshi.prepare import services as prepare

        context["help_line"] = prepare.help_line(workspace)
    if case is not None:
        context["case"] = case
        if _has("notify"):
            from hikeshi.notify import services as notify

            context["clocks"] = notify.clocks(case)
        if _has("board"):
            from hikeshi.board import services as board

            context["note_bar"] = board.note_bar(case, request)
    return context
