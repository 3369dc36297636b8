"""What goes wrong on the command line, put into words; the stack trace goes to a file in the data folder."""

from __future__ import annotations

import errno
import os
import re
import sys
import traceback
from datetime import UTC, datetime
from typing import Any

from hikeshi import words
from hikeshi.engines.common.problem import Problem

COULD_NOT = 3


def tell(problem: Problem) -> int:
    """Say the problem on standard error in the user's language and return the exit code."""
    sys.stderr.write(words.problem(problem) + "\n")
    code = problem.params.get("exit", COULD_NOT)
    return code if isinstance(code, int) else COULD_NOT


def as_problem(error: Exception) -> Problem:
    """An exception nobody worded, as a problem; what only a developer can read is written down first."""
    if type(error).__module__ == "django.db.utils" and re.search("no such (table|column)|does not exist", str(error)):
        # A command before the first start, or before the first start after an update; told without importing Django.
        return Problem("site.tables_old", path=os.environ.get("HIKESHI_DATA", "~"))
    log = write_down(error)
    if isinstance(error, OSError) and error.filename is not None:
        code = {errno.ENOSPC: "disk_full", errno.ENOENT: "not_found", errno.EACCES: "not_allowed"}
        reason = error.strerror or type(error).__name__
        return Problem(f"common.{code.get(error.errno or 0, 'could_not_use')}", path=error.filename, reason=reason)
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return Problem("common.disk_full", path=os.environ.get("HIKESHI_DATA", "~"))
    if log is None:
        return Problem("common.unexpected_without_log", kind=type(error).__name__)
    return Problem("common.unexpected", log=log)


# What typer itself says in English only.
NO_SUCH = re.compile(r"No such command '(.+?)'\.", re.DOTALL)
NO_NUMBER = re.compile(r"Input should be a valid (integer|number)")
TOO_MANY = re.compile(r"Got unexpected extra arguments?(?:\(s\))? \((.+)\)", re.DOTALL)


def write_down(error: BaseException) -> str | None:
    """Append the stack trace to logs/errors.log in the data folder; None when even that cannot be done."""
    from hikeshi.site import logbook
    from hikeshi.site.places import data_folder

    try:
        path = data_folder() / "logs" / "errors.log"
        text = "".join(traceback.format_exception(error))
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "a", encoding="utf-8") as file:
            file.write(
                logbook.clean(f"{datetime.now(UTC).isoformat(timespec='seconds')} {' '.join(sys.argv)}\n{text}\n")
            )
    except (OSError, Problem, ValueError):
        return None
    return str(path)


def wrong_use(error: Any, group: str) -> Problem:
    """What typer says about the words of a command, in the user's language (exit 2)."""
    context = getattr(error, "ctx", None)
    shown = {"command": getattr(context, "command_path", None) or f"hikeshi {group}", "exit": error.exit_code or 2}
    kind = type(error).__name__
    if kind == "NoSuchOption":
        return Problem("common.no_such_option", option=error.option_name, **shown)
    if kind == "MissingParameter":
        return Problem("common.missing_words", what=_hint(error), **shown)
    if kind == "BadOptionUsage":
        return Problem("common.no_value", option=error.option_name, **shown)
    if kind == "BadParameter" and NO_NUMBER.match(error.message):
        return Problem("common.not_a_number", what=_hint(error), **shown)
    if kind == "BadParameter":
        return Problem("common.wrong_value", what=_hint(error), reason=error.message, **shown)
    if kind == "NoArgsIsHelpError":
        return Problem("common.plain", text=error.message, **shown)
    if found := NO_SUCH.match(error.message):
        known = ", ".join(getattr(error.cmd, "commands", {}))
        return Problem("common.no_such_verb", word=found[1], known=known, **shown)
    if found := TOO_MANY.match(error.message):
        return Problem("common.too_many_words", words=found[1], **shown)
    return Problem("common.wrong_use", reason=error.format_message(), **shown)


def _hint(error: Any) -> str:
    hint = error.param_hint or (error.param.get_error_hint() if error.param else "")
    return hint if isinstance(hint, str) else " / ".join(hint)
