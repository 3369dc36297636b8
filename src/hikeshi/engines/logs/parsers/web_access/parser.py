"""Access logs of nginx and Apache: common, combined, vhost_combined and close variants with fields before or after."""

from __future__ import annotations

import re
from collections.abc import Sequence
from ipaddress import ip_address
from typing import Any

from ...addresses import forwarded
from ...table import Columns, Context, LogSource, Table
from ...tags import bit
from ...times import access_time

FIELDS = (
    ("time", "when the request came; its zone is in the line"),
    ("host", "the site that was asked, where the variant has it"),
    ("address", "who asked"),
    ("user", "the name signed in with at the web server (basic authentication)"),
    ("method, target", "what was asked for, as it was written"),
    ("status", "the answer's code; outcome: success for 2xx, failure for 4xx and 5xx"),
    ("sent", "how many bytes were sent back"),
    ("referer, agent", "what the asker says of itself: easily forged"),
    ("c-ip … cs-uri-query", "W3C names, as Sigma's category webserver expects them; see `request_columns`"),
)
# nginx and httpd may write to syslog; the message then is a line of this format.
PROGRAMS = (b"nginx", b"httpd", b"apache2", b"apache")

_QUOTED = rb'"([^"\\]*+(?:\\.[^"\\]*+)*+)"'
_STAMP = rb"\[(\d\d/[A-Z][a-z][a-z]/\d{4}:\d\d:\d\d:\d\d [+-]\d{4})\] "
_REST = _QUOTED + rb" (\d\d\d|-) (\d++|-)(?: " + _QUOTED + rb" " + _QUOTED + rb")?(.*)"
# The user comes from the attacker and may hold a stamp, or half of one: the last before the first quote counts.
_PLAIN_TEXT = rb"(?:[^\"\\\[]++|\\.|\[(?!\d\d/))"
_LINE = re.compile(
    rb"((?:" + _PLAIN_TEXT + rb"++|\[(?=\d\d/))*)" + _STAMP + rb"(" + _PLAIN_TEXT + rb"*+)" + _REST, re.DOTALL
)
# A format of the owner's own that has something in quotes before the time.
_QUOTED_FIRST = re.compile(rb"([^\[\"]*+\"[^\[]*+)" + _STAMP + rb"([^\"]*+)" + _REST, re.DOTALL)
SOURCES = (LogSource(category="webserver"), LogSource(service="apache"), LogSource(service="nginx"))
Text = str | None
# Written when the asker went away before an answer.
NO_CODE = 1
_STATUS = {b" %03d " % n: n if n >= 100 else NO_CODE for n in range(1000)} | {b" - ": NO_CODE}
_WATCHED: dict[int | None, int] = {n: bit(f"status.{n}") for n in (400, 401, 403, 404)}
_SIGNED_IN = bit("web.signed_in")
_FOUR = re.compile(r"(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)$")
_ESCAPE = re.compile(rb"\\(?:x([0-9a-fA-F]{2})|([\"\\nrtvbf]))")
_PLAIN = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"v": b"\v", b"b": b"\b", b"f": b"\f"}
_KEEP = 100_000


def understands(line: bytes) -> bool:
    match = _match(line)
    return match is not None and access_time(match[2]) is not None


def _match(line: bytes) -> re.Match[bytes] | None:
    return _LINE.match(line) or _QUOTED_FIRST.match(line)


def read(lines: Sequence[bytes], rows: Sequence[int], context: Context) -> Table:
    """The requests among these lines; `rows` are the lines' places in the chunk.

    Works on whole columns, since a step for each line would cost more than everything else together. A line is seven
    pieces between quotes: `head [time] `, request, ` status size `, referer, blank, agent, rest.
    """
    pieces = [line.split(b'"') for line in lines]
    odd = {
        i
        for i, piece in enumerate(pieces)
        if len(piece) != 7
        or piece[4] != b" "
        or piece[0].find(b"[") != len(piece[0]) - 29
        or not piece[2][5:-1].isdigit()
    }
    if b"\\" in b"".join(lines):
        odd.update(i for i, line in enumerate(lines) if b"\\" in line)
    for i in odd:
        pieces[i] = _odd(lines[i])
    times = _times([piece[0][-29:] for piece in pieces])
    codes = [_STATUS.get(piece[2][:5]) or _STATUS.get(piece[2][:3]) for piece in pieces]
    if None in times or None in codes:
        good = [i for i in range(len(pieces)) if times[i] is not None and codes[i] is not None]
        rows, pieces = [rows[i] for i in good], [pieces[i] for i in good]
        times, codes = [times[i] for i in good], [codes[i] for i in good]
    before, requests, after, referers, _, agents, _ = zip(*pieces, strict=True) if pieces else [()] * 7
    tags = [_WATCHED.get(code, 0) for code in codes]
    # " - - " is an address without a user; most lines have none.
    for i in [i for i, head in enumerate(before) if head[-34:-29] != b" - - "]:
        if not tags[i] and _user(context.text(before[i][:-29]).split()[1:]):
            tags[i] = _SIGNED_IN
    heads: dict[bytes, tuple[str, str, str]] = context.memory.setdefault("web_access.heads", {})
    if len(heads) > _KEEP:
        heads.clear()

    def fields(i: int) -> dict[str, Any]:
        head, stamp = before[i][:-29], before[i][-29:]
        known = heads.get(head) or heads.setdefault(head, _head(context.text(head)))
        status, size = codes[i] or 0, after[i].split()[1]
        method, target = _request(context.text(unescape(requests[i])))
        return {
            "action": "web.request",
            "outcome": "success" if 200 <= status < 300 else "failure" if status >= 400 else "unknown",
            "zone": stamp[22:27].decode(),
            "host": known[0],
            "source": "web",
            "address": known[1],
            "user": known[2],
            "method": method,
            "target": target,
            "status": 0 if status == NO_CODE else status,
            "sent": int(size) if size.isdigit() and len(size) < 19 else None,
            "agent": context.text(unescape(agents[i])),
            "referer": context.text(unescape(referers[i])),
        }

    def columns() -> Columns:
        of_head = {head: _head(context.text(head)) for head in {head[:-29] for head in before}}
        hosts, addresses, users = _turned([of_head[head[:-29]] for head in before], 3)
        of_request = {one: _request(context.text(unescape(one))) for one in set(requests)}
        methods, targets = _turned(list(map(of_request.__getitem__, requests)), 2)
        made = request_columns(
            methods,
            targets,
            [None if code == NO_CODE else str(code) for code in codes],
            [size if (size := text.split()[1]).isdigit() else None for text in after],
            _decoded(agents, context),
            _decoded(referers, context),
        )
        who: Columns = {"c-ip": addresses, "cs-host": hosts, "cs-username": users}
        ecs: Columns = {
            "host.name": hosts,
            "source.ip": addresses,
            "user.name": users,
            "event.provider": ["web"] * len(before),
            "event.timezone": [head[-7:-2].decode("ascii", "replace") for head in before],
        }
        return made | who | ecs

    texts = {"request": requests, "referer": referers, "agent": agents}
    groups = [head[:-29] for head in before]
    return Table("web_access", rows, times, fields, tags, texts, groups, columns, SOURCES)  # type: ignore[arg-type]


def request_columns(
    methods: Sequence[Text],
    targets: Sequence[Text],
    codes: Sequence[Text],
    sizes: Sequence[bytes | str | None],
    agents: Sequence[Text],
    referers: Sequence[Text],
) -> Columns:
    """What a request and its answer are in Sigma's words and in ECS.

    `cs-uri-query` is the whole target: the rules of the community look in it for paths as much as for queries.
    """
    stems = {target: target.partition("?")[0] if target else None for target in set(targets)}
    outcomes = {code: _outcome(code) for code in set(codes)}
    return {
        "event.action": ["web.request"] * len(methods),
        "event.outcome": [outcomes[code] for code in codes],
        "cs-method": methods,
        "cs-uri": targets,
        "c-uri": targets,
        "cs-uri-query": targets,
        "cs-uri-stem": [stems[target] for target in targets],
        "sc-status": codes,
        "sc-bytes": sizes,
        "cs-user-agent": agents,
        "c-useragent": agents,
        "cs-referer": referers,
        "http.request.method": methods,
        "url.original": targets,
        "http.response.status_code": codes,
        "network.bytes": sizes,
        "user_agent.original": agents,
        "http.request.referrer": referers,
    }


def _outcome(code: str | None) -> str:
    if not code or not code.isdigit():
        return "unknown"
    return "success" if 200 <= int(code) < 300 else "failure" if int(code) >= 400 else "unknown"


def _turned(rows: list[tuple[str, ...]], width: int) -> list[list[str | None]]:
    """Rows as columns; what is empty is missing."""
    if not rows:
        return [[] for _ in range(width)]
    return [[value or None for value in column] for column in zip(*rows, strict=True)]


def _request(text: str) -> tuple[str, str]:
    method, _, target = text.partition(" ")
    target, _, version = target.rpartition(" ") if " HTTP/" in target else (target, "", "")
    return (method if version or target else ""), target or method


def _decoded(values: Sequence[bytes], context: Context) -> list[str | None]:
    known = {value: context.text(unescape(value)) or None for value in set(values)}
    return [known[value] for value in values]


def _odd(line: bytes) -> list[bytes]:
    """The seven pieces of a line that has not the usual six quotes; blanks when it is no request."""
    match = _match(line)
    if not match:
        return [b""] * 7
    head, stamp, middle, request, code, size, referer, agent, rest = match.groups(b"")
    before = (head or middle) + b"[" + stamp + b"] "
    return [before, request, b" " + code + b" " + size + b" ", referer, b" ", agent, rest]


_known: dict[bytes, float] = {}


def _times(stamps: list[bytes]) -> list[float | None]:
    """The times of stamps such as `[10/Oct/2000:13:55:36 -0700] `; each distinct one is worked out once."""
    times = list(map(_known.get, stamps))
    if None not in times:
        return times
    if len(_known) > _KEEP:
        _known.clear()
    for i, time in enumerate(times):
        stamp = stamps[i]
        if (
            time is None
            and stamp[:1] == b"["
            and stamp[27:] == b"] "
            and (time := access_time(stamp[1:27])) is not None
        ):
            times[i] = _known[stamp] = time
    return times


def unescape(text: bytes) -> bytes:
    """Takes back what the web server writes for quotes and control characters: \\", \\x16."""
    if b"\\" not in text:
        return text
    return _ESCAPE.sub(lambda m: bytes([int(m[1], 16)]) if m[1] else _PLAIN.get(m[2], m[2]), text)


def _head(text: str) -> tuple[str, str, str]:
    """Host, address and user out of what stands before the time: `[vhost[:port]] address ident user`."""
    words = _asker(text.split()) if "," in text else text.split()
    if not words:
        return "", "", ""
    for place, word in enumerate(words[:3]):
        if place and word == "-":  # ident: what follows is the user, who may be called like an address
            break
        if address := _address(word):
            named = len(words) == 3 and "." in words[1]  # some hosts put the site where ident would be
            host = words[0] if place else words[1] if named else ""
            return _host(host), address, _user(words[place + 1 :])
    if len(words) >= 4 and words[1] != "-":  # names instead of numbers: the site's comes first
        return _host(words[0]), words[1], _user(words[2:])
    return "", words[0], _user(words[1:])


def _asker(words: list[str]) -> list[str]:
    """One address in place of a list such as `203.0.113.9, 10.0.0.1` (X-Forwarded-For), first or after the site."""
    for place in range(2):
        end = place
        while end + 1 < len(words) and words[end].endswith(","):
            end += 1
        one = forwarded("".join(words[place : end + 1]))
        if _address(one):
            return [*words[:place], one, *words[end + 1 :]]
    return words


def _user(words: list[str]) -> str:
    """What follows the address: ident, then the user, who may have blanks in the name."""
    name = " ".join(words[1:]) if len(words) > 1 else ""
    return "" if name == "-" else name


def _host(word: str) -> str:
    name, _, port = word.rpartition(":")
    host = name if port.isdigit() and name else word
    return "" if host in ("-", "_") else host


def _address(word: str) -> str:
    if _FOUR.match(word):
        return word
    word = word.strip("[]")
    try:
        found = ip_address(word)
    except ValueError:
        return ""
    return str(getattr(found, "ipv4_mapped", None) or found)
