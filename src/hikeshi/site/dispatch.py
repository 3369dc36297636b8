"""The `hikeshi` command: finds the groups of every room by folder and imports only the one that was called."""

from __future__ import annotations

import ast
import importlib
import io
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from hikeshi import __version__, words
from hikeshi.engines.common.problem import Problem
from hikeshi.site import faults

ROOMS = Path(__file__).resolve().parents[1]
DONE, FOUND_WANTING, WRONG_USE, COULD_NOT, STOPPED = 0, 1, 2, 3, 130


@dataclass(frozen=True)
class Group:
    """One word after `hikeshi`: the room that answers it, the typer app in its cli.py, and its help text."""

    name: str
    room: str
    app: str
    help: str


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; every failure ends in words on standard error and an exit code, never in a stack trace."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    _speak_utf8()
    try:
        return _run(arguments)
    except Problem as problem:
        return faults.tell(problem)
    except KeyboardInterrupt:
        return STOPPED
    except BrokenPipeError:
        # The reader (`| head`) has what it wanted; Python must not complain about the rest at exit.
        sys.stdout = io.StringIO()
        return DONE
    except Exception as error:
        return faults.tell(faults.as_problem(error))


def _run(arguments: list[str]) -> int:
    if arguments[:1] == ["--version"]:
        _say(f"hikeshi {__version__}")
        return DONE
    if arguments[:1] in (["--help"], ["-h"], ["help"]):
        _say(overview(words.user_language()))
        return DONE
    if not arguments:
        from hikeshi.site.serve import main as serve

        return _code(serve(arguments))
    if arguments[0].startswith("-"):
        raise Problem("common.no_such_option", option=arguments[0], command="hikeshi", exit=WRONG_USE)
    group = groups().get(arguments[0])
    if group is None:
        raise Problem("common.no_such_command", word=arguments[0], exit=WRONG_USE)
    return call(group, arguments[1:])


def call(group: Group, arguments: list[str]) -> int:
    """Import the group's room and run its typer app."""
    from typer import Abort, TyperException
    from typer.main import get_command

    module = importlib.import_module(f"hikeshi.{group.room}.cli")
    command = get_command(getattr(module, group.app))
    _one_language(command, words.user_language())
    try:
        return _code(command.main(args=arguments, prog_name=f"hikeshi {group.name}", standalone_mode=False))
    except Abort:
        return STOPPED
    except TyperException as error:
        raise faults.wrong_use(error, group.name) from error


@cache
def groups() -> dict[str, Group]:
    """Every group of every room, read from the text of its cli.py without importing it."""
    found: dict[str, Group] = {}
    for file in sorted(ROOMS.glob("*/cli.py")):
        for name, app, text in _declared(file):
            if name in found:
                raise ValueError(f"{found[name].room} and {file.parent.name} both declare the command {name!r}")
            found[name] = Group(name, file.parent.name, app, text)
    return dict(sorted(found.items()))


def overview(lang: str) -> str:
    """The text of `hikeshi --help`."""
    width = max((len(name) for name in groups()), default=0) + 2
    lines = [f"  {group.name:<{width}}{words.half(group.help, lang)}" for group in groups().values()]
    head, tail = (words.problem(Problem(f"common.help_{part}"), lang) for part in ("head", "tail"))
    return "\n".join([head, "", *lines, "", tail])


def _declared(file: Path) -> list[tuple[str, str, str]]:
    """(group, name of the app, help text) from `GROUPS = {"logs": "app"}` and `app = typer.Typer(help="…")`."""
    declared: dict[str, str] = {}
    helps: dict[str, str] = {}
    for node in ast.parse(file.read_text(encoding="utf-8")).body:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                pass
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                pass
            case _:
                continue
        if name == "GROUPS":
            declared = ast.literal_eval(value)
        elif isinstance(value, ast.Call):
            for keyword in value.keywords:
                if keyword.arg == "help" and isinstance(keyword.value, ast.Constant):
                    helps[name] = str(keyword.value.value)
    return [(group, app, helps.get(app, "")) for group, app in declared.items()]


def _one_language(command: Any, lang: str) -> None:
    """Leave one half of every 「日本語 / English」 help text in the whole command tree."""
    for thing in (command, *command.params):
        for name in ("help", "short_help", "epilog"):
            text = getattr(thing, name, None)
            if isinstance(text, str):
                setattr(thing, name, words.half(text, lang))
    for child in getattr(command, "commands", {}).values():
        _one_language(child, lang)


def _code(returned: object) -> int:
    return returned if isinstance(returned, int) and not isinstance(returned, bool) else DONE


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")


def _speak_utf8() -> None:
    """File names may hold what no encoding can say; Japanese must also come out of a Windows console or a C locale."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
