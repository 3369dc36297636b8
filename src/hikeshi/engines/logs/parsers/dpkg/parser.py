"""dpkg.log: what was installed, upgraded, configured and removed."""

from __future__ import annotations

import re

from ...table import Context, LogSource
from ...times import iso_time
from ..speech import Frame, Speech, stamped

FIELDS = (
    ("time", "local time of the host; the zone must be told"),
    ("action", "package.installed, package.upgraded, package.removed (asked for), package.status, package.message"),
    ("target", "the package; versions are in package.version and package.old_version"),
)
_LINE = re.compile(
    rb"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) "
    rb"((?:install|upgrade|remove|purge|configure|trigproc|disappear|status|startup|conffile) .*)",
    re.DOTALL,
)
_VERSIONS = rb" (?P<target>[^ ]++) (?P<old>[^ ]++) (?P<new>[^ ]++)"
_RULES = (
    ("package.installed", "unknown", rb"install" + _VERSIONS),
    ("package.upgraded", "unknown", rb"upgrade" + _VERSIONS),
    ("package.removed", "unknown", rb"remove" + _VERSIONS),
    ("package.removed", "unknown", rb"purge" + _VERSIONS),
    ("package.configured", "unknown", rb"configure (?P<target>[^ ]++) (?P<new>[^ ]++)"),
    ("package.installed", "success", rb"status installed (?P<target>[^ ]++) (?P<new>[^ ]++)"),
    ("package.removed", "success", rb"status (?:not-installed|config-files) (?P<target>[^ ]++) (?P<new>[^ ]++)"),
    ("package.status", "unknown", rb"status (?P<state>[^ ]++) (?P<target>[^ ]++) (?P<new>[^ ]++)"),
)
_SPEECH = Speech(
    "dpkg",
    _RULES,
    source="dpkg",
    otherwise="package.message",
    sources=(LogSource("linux", "", "dpkg"),),
    also={"target": ("package.name",), "new": ("package.version",), "old": ("package.old_version",)},
)


def understands(line: bytes) -> bool:
    return _LINE.match(line) is not None


def _cut(line: bytes, context: Context) -> tuple[Frame, bytes] | None:
    if not (match := _LINE.match(line)):
        return None
    time = stamped(context, match[1], lambda: iso_time(match[1], context.zone))
    return None if time is None else (Frame(time, b"", b"dpkg", b"", context.zone_name), match[2])


read = _SPEECH.lines(_cut)
