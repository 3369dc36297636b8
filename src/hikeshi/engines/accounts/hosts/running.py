"""A user of a Linux host, or a WordPress site on it: the script that closes it, and its answer as a report."""

from __future__ import annotations

import base64
import binascii
import re
import shlex
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from hikeshi.engines.accounts.places import Place
from hikeshi.engines.accounts.report import RESULTS, Report, shown
from hikeshi.engines.common.problem import Problem

HERE = Path(__file__).parent
KEPT = "/var/lib/hikeshi/accounts"
LINUX_USER = re.compile(r"[a-z_][a-z0-9_.-]{0,31}")
FAILURES = frozenset(
    re.findall(
        r"\S+",
        """wrong_system not_root no_tool no_such_user own_account no_state no_home no_wordpress no_database
    database_refused wp_refused""",
    )
)
FILE = re.compile(r"[a-z0-9-]{1,40}")


def close_linux(place: Place, user: str, *, dry: bool, short: bool = False) -> Report:
    """Proof, lock and expire, sessions, keys, jobs, and a look; the undo lies on the host. Raises Problems.

    Proof that is longer than what is kept ends it before anything is closed, unless it may be `short`.
    """
    if not LINUX_USER.fullmatch(user):
        raise Problem("accounts.bad_user", user=user[:80], exit=2)
    folder = f"{KEPT}/{user}-{datetime.now(UTC):%Y%m%dT%H%M%S%f}Z"
    text = linux_script(user, folder, dry=dry, short=short)
    return read(place.run(text, root=True), Report("linux", user, place.name, dry))


def linux_script(user: str, folder: str, *, dry: bool, short: bool = False) -> str:
    """What would run there, for who wants to read it first."""
    return _text("linux.sh", {"USER_NAME": user, "STATE": folder, **_flags(dry=dry, short=short)})


def close_wordpress(
    place: Place, folder: str, users: Iterable[str] = (), *, way: str = "", dry: bool, short: bool = False
) -> Report:
    """Sessions, application passwords, passwords and salts of these users, or of all; then a look. Raises Problems."""
    people = list(users)
    if wrong := [one for one in people if not re.fullmatch(r"[\w .@+-]{1,100}", one) or one.startswith("-")]:
        raise Problem("accounts.bad_user", user=wrong[0][:80], exit=2)
    if not PurePosixPath(folder).is_absolute() or re.search(r"[\x00-\x1f']", folder):
        raise Problem("accounts.no_wordpress", where=place.name, detail=shown(folder), exit=2)
    said = place.run(wordpress_script(folder, people, way=way, dry=dry, short=short), root=False)
    return read(said, Report("wordpress", ", ".join(people) or "*", place.name, dry))


def wordpress_script(folder: str, users: Iterable[str] = (), *, way: str = "", dry: bool, short: bool = False) -> str:
    """What would run there. It becomes the owner of the site's files first: those may be an attacker's."""
    words = {"USERS": "\n".join(users), "WAY": way, **_flags(dry=dry, short=short)}
    inner = f"CONFIG=$1\n{_text('wordpress.sh', words)}"
    return (
        f"CONFIG={shlex.quote(folder)}/wp-config.php\n"
        '[ -e "$CONFIG" ] || CONFIG=$(dirname "${CONFIG%/*}")/wp-config.php\n'
        'CONFIG=$(readlink -f "$CONFIG")\n'
        f"BODY={shlex.quote(inner)}\n"
        'owner=$(stat -c %U "$CONFIG" 2>/dev/null)\n'
        'if [ "$(id -u)" = 0 ] && [ "${owner:-root}" != root ]; then\n'
        '\texec runuser -u "$owner" -- sh -c "$BODY" sh "$CONFIG" </dev/null\n'
        'fi\nexec sh -c "$BODY" sh "$CONFIG" </dev/null\n'
    )


def _flags(**said: bool) -> dict[str, str]:
    return {name.upper(): "yes" if yes else "" for name, yes in said.items()}


def _text(name: str, words: dict[str, str]) -> str:
    said = "".join(f"{key}={shlex.quote(value)}\n" for key, value in words.items())
    return said + "".join((HERE / file).read_text(encoding="utf-8") for file in ("answer.sh", name))


def read(said: bytes, report: Report) -> Report:
    """The answer's lines in the report. Raises the host's own problem, or accounts.broke_off when it has no end."""
    report.said = said
    failed = detail = ""
    done = False
    for line in said.decode("utf-8", "replace").splitlines():
        key, _, value = line.partition("\t")
        match key:
            case "step":
                name, result, more = (*value.split("\t"), "", "")[:3]
                if result in RESULTS and FILE.fullmatch(name):
                    report.add(name, RESULTS[result], more.strip())
            case "file":
                name, _, content = value.partition("\t")
                if FILE.fullmatch(name):
                    report.files[name] = _bytes(content)
            case "state" if value in ("closed", "open"):
                report.state = "closed" if value == "closed" else "open"
            case "undo":
                report.undo = shown(value)
            case "way":
                report.way = shown(value, 20)
            case "failed":
                failed = value
            case "detail":
                detail = shown(value)
            case "done":
                done = True
    if failed:
        code = failed if failed in FAILURES else "broke_off"
        raise Problem(f"accounts.{code}", where=report.host, detail=detail or "-")
    if not done:
        raise Problem("accounts.broke_off", where=report.host, detail="-")
    if report.failed:
        report.state = "open"
    return report


def _bytes(content: str) -> bytes:
    try:
        return base64.b64decode(content, validate=True)
    except binascii.Error:
        return b""
