"""apt's history.log: blocks of lines, each with its start, command, who asked and what changed.

Each line is an event of its own at its block's start, and knows the block's command and user. So is each of term.log,
which has what dpkg showed meanwhile.
"""

# words: data throughout, what dpkg writes in Japanese

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ...objects import Object, Objects, Source
from ...table import Context, LogSource, Table
from ...times import iso_time
from ..speech import Found, Frame, Speech, stamped
from . import term

FIELDS = (
    ("time", "the block's start (its end, for End-Date); local time of the host; the zone must be told"),
    (
        "action",
        "package.installed, package.upgraded, package.removed, apt.command, apt.error, apt.message;"
        " in term.log package.unpacked, package.configured",
    ),
    ("user", "who asked (Requested-By), in the lines after the one that says so"),
    ("process", "the command, in the lines after the one that says so"),
    ("target", "the packages, as listed; in term.log one package with its version"),
)
_LINE = re.compile(
    rb"(Start-Date|End-Date|Commandline|Requested-By|Install|Reinstall|Upgrade|Downgrade|Remove|Purge|Error|"
    rb"Comment|Disappeared): ++(.*)",
    re.DOTALL,
)
_DATE = re.compile(rb"(\d{4}-\d\d-\d\d) {1,2}(\d\d:\d\d:\d\d)$")
_ACTIONS = {
    b"Install": "package.installed",
    b"Reinstall": "package.installed",
    b"Upgrade": "package.upgraded",
    b"Downgrade": "package.downgraded",
    b"Remove": "package.removed",
    b"Purge": "package.removed",
    b"Commandline": "apt.command",
    b"Error": "apt.error",
}
_PACKAGE = rb"(?P<target>[a-z0-9][a-z0-9.+-]*+(?::[a-z0-9]++)?(?: \([^)]{1,80}\))?)"
_OVER = rb"(?: over \([^)]{1,80}\))?"
_UNPACKED = r" (?:で \([^)]{1,80}に\) 上書き展開|を展開)しています ?\.\.\.$"
_RULES = (
    ("package.unpacked", "unknown", rb"Unpacking " + _PACKAGE + _OVER + rb" \.\.\.$"),
    ("package.unpacked", "unknown", _PACKAGE + _UNPACKED.encode()),
    ("package.configured", "unknown", rb"Setting up " + _PACKAGE + rb" \.\.\.$"),
    ("package.configured", "unknown", _PACKAGE + r" を設定しています ?\.\.\.$".encode()),
    ("package.removed", "unknown", rb"(?:Removing|Purging configuration files for) " + _PACKAGE + rb" \.\.\.$"),
    ("package.removed", "unknown", _PACKAGE + r" (?:を削除|の設定ファイルを削除)しています ?\.\.\.$".encode()),
    ("apt.error", "failure", "dpkg: (?:error|エラー) ".encode()),
)
_SPEECH = Speech(
    "apt_history",
    _RULES,
    otherwise="apt.message",
    source="apt",
    sources=(LogSource("linux", "", "apt"),),
    also={"target": ("package.name",), "process": ("process.command_line",)},
)


def understands(line: bytes) -> bool:
    match = _LINE.match(line)
    return match is not None and (not match[1].endswith(b"Date") or _DATE.match(match[2].rstrip()) is not None)


def read(lines: Sequence[bytes], rows: Sequence[int], context: Context) -> Table:
    """The lines of blocks whose start is known."""
    block: dict[str, bytes | float] = context.memory.setdefault("apt_history.block", {})
    kept: list[int] = []
    frames: list[Frame] = []
    found: list[Found] = []
    messages: list[bytes] = []
    for row, line in zip(rows, lines, strict=True):
        match = _LINE.match(line)
        if not match:
            continue
        name, value = match[1], match[2].rstrip()
        if name.endswith(b"Date"):
            date = _DATE.match(value)
            time = date and stamped(context, value, lambda d=date: iso_time(d[1] + b" " + d[2], context.zone))  # type: ignore[misc]
            if time is None:
                continue
            if name == b"Start-Date":
                block.clear()
            block["time"] = time
        if "time" not in block:
            continue
        if name == b"Commandline":
            block["process"] = value
        elif name == b"Requested-By":
            block["user"] = value.partition(b" ")[0]
        cells = [(key, part) for key in ("user", "process") if isinstance(part := block.get(key), bytes)]
        if name in _ACTIONS and name not in (b"Commandline", b"Error"):
            cells.append(("target", value))
        outcome = "failure" if name == b"Error" else "unknown"
        rule = _SPEECH.shape(_ACTIONS.get(name, "apt.message"), outcome, tuple(key for key, _ in cells))
        kept.append(row)
        frames.append(Frame(float(block["time"]), b"", b"apt", b"", context.zone_name))
        found.append((rule, [part for _, part in cells]))
        messages.append(line)
    return _SPEECH.table(messages, kept, frames, found, context)


def frames(head: bytes, name: str) -> float:
    return term.frames(head)


def objects(source: Source) -> Iterator[Objects]:
    return term.objects(source)


def recognises(obj: Object, name: str) -> float:
    return 1.0 if "term_time" in obj and "term_line" in obj else 0.0


def read_objects(objects: Sequence[Object], rows: Sequence[int], context: Context) -> Table:
    """The lines of term.log."""
    kept: list[int] = []
    frames: list[Frame] = []
    messages: list[bytes] = []
    for row, one in zip(rows, objects, strict=True):
        stamp: bytes = one["term_time"]
        time = stamped(context, stamp, lambda stamp=stamp: iso_time(stamp, context.zone))  # type: ignore[misc]
        if time is not None:
            kept.append(row)
            frames.append(Frame(time, b"", b"apt", b"", context.zone_name))
            messages.append(one["term_line"])
    return _SPEECH.read(messages, kept, frames, context)
