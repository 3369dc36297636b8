"""OpenSSH's server in auth.log, secure or messages: who tried to sign in, from where, and whether it worked."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from ...addresses import plain
from ...table import Columns, Context, LogSource, Table
from ...tags import bit
from ..syslog import parser as syslog

FIELDS = (
    ("time, host", "from the syslog frame"),
    ("source", "sshd"),
    ("action", "ssh.login, ssh.probe or ssh.message"),
    ("outcome", "success only where the line says Accepted"),
    ("user", "the account that was tried, as the client sent it"),
    ("address", "the client's address, or its name where the line has only that"),
    ("method", "password, publickey …"),
    ("count", "how often, where the line says `message repeated`"),
    ("message", "the whole line without its frame"),
)
SOURCES = (LogSource("linux", "", "sshd"), LogSource("linux", "", "auth"), LogSource("linux", "", "syslog"))
PROGRAMS = (b"sshd", b"sshd-session", b"sshd-auth", b"sshd(pam_unix)")

# The user comes from the attacker and may hold " from 192.0.2.1 port 22": `.*` takes all up to the *last* such words.
_FROM = rb" from (?P<address>[^ ]++)(?: port \d++)?"
# Here the name stands last, and may hold " rhost=192.0.2.1": the first counts.
_PAM = rb"authentication failures?;(?:(?! rhost=).)*+ rhost=(?P<address>[^ ]++)(?: ++user=(?P<user>.*?))? *$"
# The first three letters of a message, what it is then, and how it reads.
_RULES: tuple[tuple[bytes, str, bytes], ...] = (
    (b"Acc", "accepted", rb"Accepted (?P<method>[^ ]++) for (?P<user>.*)" + _FROM + rb"(?: ssh\d?(?:: .*)?)?$"),
    (b"Fai", "failed", rb"Failed (?P<method>[^ ]++) for (?:invalid user |illegal user )?(?P<user>.*)" + _FROM),
    (b"Inv", "invalid", rb"Invalid user (?P<user>.*)" + _FROM + rb" *$"),
    (b"Ill", "invalid", rb"Illegal user (?P<user>.*)" + _FROM + rb" *$"),
    (b"pam", "pam", rb"pam_\w++\(sshd:auth\): " + _PAM),
    (b"aut", "pam", _PAM),
    (b"PAM", "pam", rb"PAM (?P<count>\d{1,6}) more " + _PAM),
    (b"Use", "refused", rb"User (?P<user>.*)" + _FROM + rb" not allowed because "),
    (b"max", "toomany", rb"maximum authentication attempts exceeded for (?:invalid user )?(?P<user>.*)" + _FROM),
    (
        b"Con",
        "preauth",
        rb"Connection (?:closed|reset) by (?:authenticating|invalid) user (?P<user>.*) "
        rb"(?P<address>[^ ]++) port \d++ \[preauth\]",
    ),
    (
        b"Dis",
        "preauth",
        rb"Disconnected from (?:authenticating|invalid) user (?P<user>.*) (?P<address>[^ ]++) port \d++ \[preauth\]",
    ),
    (b"Una", "probe", rb"Unable to negotiate with (?P<address>[^ ]++) port \d++: no matching "),
    (b"ban", "probe", rb"banner exchange: Connection" + _FROM + rb": "),
    (b"ssh", "probe", rb"ssh_dispatch_run_fatal: Connection" + _FROM + rb": "),
    (b"Bad", "probe", rb"Bad protocol version identification .*" + _FROM),
    (b"Did", "probe", rb"Did not receive identification string" + _FROM),
    (b"fat", "probe", rb"fatal: Timeout before authentication for (?P<address>[^ ]++)(?: port \d++)?$"),
    (b"Tim", "probe", rb"Timeout before authentication for connection from (?P<address>[^ ]++) to "),
    (b"Mag", "probe", rb"Magic value check failed .* on obfuscated handshake" + _FROM),
    (b"ref", "blocked", rb"refused connect from .*\((?P<address>[^ ()]++)\)$"),
    (b"ref", "blocked", rb"refused connect from (?P<address>[^ ()]++)$"),
)
_ACTIONS = {"probe": "ssh.probe", "blocked": "ssh.probe"}
_REPEATED = re.compile(rb"message repeated (\d{1,9}) times: \[ ?(.*?)\]?$", re.DOTALL)


_BY_LETTERS: dict[bytes, list[tuple[str, Callable[[bytes], re.Match[bytes] | None]]]] = {}
for _letters, _kind, _rule in _RULES:
    _BY_LETTERS.setdefault(_letters, []).append((_kind, re.compile(_rule, re.DOTALL).match))


days = syslog.days


def understands(line: bytes) -> bool:
    return b"sshd" in line[:120] and syslog.understands(line)


def claims(sample: Sequence[bytes]) -> float:
    """A syslog with any sshd in it is an authentication log: most of its lines are cron's and sudo's."""
    if not any(map(understands, sample)):
        return 0.0
    return sum(map(syslog.understands, sample)) / len(sample) + 0.001


def read(lines: Sequence[bytes], rows: Sequence[int], context: Context) -> list[Table]:
    return syslog.read(lines, rows, context)


def read_messages(
    messages: Sequence[bytes], rows: Sequence[int], frames: Sequence[syslog.Frame], context: Context
) -> Table:
    """What sshd said, for the rows of a syslog whose program is sshd."""
    found = [_recognise(message) for message in messages]

    def fields(i: int) -> dict[str, Any]:
        kind, match, count = found[i]
        frame = frames[i]
        said: dict[str, bytes] = {k: v for k, v in match.groupdict().items() if v} if match else {}
        return {
            "action": _ACTIONS.get(kind, "ssh.login" if kind else "ssh.message"),
            "outcome": "success" if kind == "accepted" else "failure" if kind else "unknown",
            "zone": frame.zone,
            "host": context.text(frame.host),
            "source": "sshd",
            "user": context.text(said.get("user", b"")),
            "address": address(context.text(said.get("address", b""))),
            "method": context.text(said.get("method", b"")),
            "count": count * int(said.get("count", b"1")),
            "message": context.text(messages[i]),
            "detail": kind,
        }

    def columns() -> Columns:
        said = [match.groupdict() if match else {} for _, match, _ in found]
        text = context.text
        return {
            "event.action": [_ACTIONS.get(kind, "ssh.login" if kind else "ssh.message") for kind, _, _ in found],
            "event.outcome": ["success" if k == "accepted" else "failure" if k else "unknown" for k, _, _ in found],
            "event.timezone": [frame.zone for frame in frames],
            "event.provider": ["sshd"] * len(frames),
            "event.reason": [kind or None for kind, _, _ in found],
            "host.name": [text(frame.host) or None for frame in frames],
            "user.name": [text(one.get("user") or b"") or None for one in said],
            "source.ip": [address(text(one.get("address") or b"")) or None for one in said],
            "http.request.method": [text(one.get("method") or b"") or None for one in said],
            "process.pid": [text(frame.process) or None for frame in frames],
            "message": list(map(text, messages)),
        }

    tags = [bit(f"ssh.{kind}") if kind else 0 for kind, _, _ in found]
    return Table("openssh", rows, [f.time for f in frames], fields, tags, columns=columns, sources=SOURCES)


def address(text: str) -> str:
    """An address as people know it: ::ffff:192.0.2.1 is 192.0.2.1."""
    return plain(text)


def _recognise(message: bytes) -> tuple[str, re.Match[bytes] | None, int]:
    count = 1
    if repeated := _REPEATED.match(message):
        count, message = max(1, min(int(repeated[1]), 1_000_000)), repeated[2]
    message = message.removeprefix(b"error: ")
    for kind, rule in _BY_LETTERS.get(message[:3], ()):
        if match := rule(message):
            return kind, match, count
    return "", None, 1
