"""Access logs of nginx and Apache: common, combined, vhost_combined and close variants with fields before or after."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from ...addresses import asker
from ...table import Columns, Context, LogSource, Table
from ...tags import bit
from ...times import access_time
from .heads import head_of, said_after

FIELDS = (
    ("time", "when the request came; its zone is in the line"),
    ("host", "the site that was asked, where the variant has it"),
    ("address", "who asked: through a proxy of the firm's own, the one for whom it asked"),
    ("network.peer.address", "the other end of the connection, where that was a proxy"),
    ("http.request.header.x-forwarded-for", "what proxies said, as it was written: anybody may write it"),
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
SAID, PEER = "http.request.header.x-forwarded-for", "network.peer.address"
# Written when the asker went away before an answer.
NO_CODE = 1
_STATUS = {b" %03d " % n: n if n >= 100 else NO_CODE for n in range(1000)} | {b" - ": NO_CODE}
_WATCHED: dict[int | None, int] = {n: bit(f"status.{n}") for n in (400, 401, 403, 404)}
_SIGNED_IN = bit("web.signed_in")
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
        if len(piece) not in (7, 9)  # nginx's own form ends with what proxies said, in quotes
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
    tails = [piece[6] if len(piece) == 7 else b'"'.join(piece[6:]) for piece in pieces]
    said_in = {tail: said_after(context.text(tail)) for tail in set(tails) if tail}
    before, requests, after, referers, _, agents = (
        zip(*(piece[:6] for piece in pieces), strict=True) if pieces else [()] * 6
    )
    tags = [_WATCHED.get(code, 0) for code in codes]
    heads: dict[tuple[bytes, str], Who] = context.memory.setdefault("web_access.heads", {})
    if len(heads) > _KEEP:
        heads.clear()

    def who(i: int) -> Who:
        key = before[i][:-29], said_in.get(tails[i], "")
        return heads.get(key) or heads.setdefault(key, _who(context.text(key[0]), key[1]))

    # " - - " is an address without a user; most lines have none.
    for i in [i for i, head in enumerate(before) if head[-34:-29] != b" - - "]:
        if not tags[i] and who(i).user:
            tags[i] = _SIGNED_IN

    def fields(i: int) -> dict[str, Any]:
        stamp, known = before[i][-29:], who(i)
        status, size = codes[i] or 0, after[i].split()[1]
        method, target = _request(context.text(unescape(requests[i])))
        return {
            "action": "web.request",
            "outcome": "success" if 200 <= status < 300 else "failure" if status >= 400 else "unknown",
            "zone": stamp[22:27].decode(),
            "host": known.host,
            "source": "web",
            "address": known.address,
            "user": known.user,
            "method": method,
            "target": target,
            "status": 0 if status == NO_CODE else status,
            "sent": int(size) if size.isdigit() and len(size) < 19 else None,
            "agent": context.text(unescape(agents[i])),
            "referer": context.text(unescape(referers[i])),
        }

    def columns() -> Columns:
        hosts, addresses, users, said, peers = _turned([who(i) for i in range(len(before))], 5)
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
        made |= {"c-ip": addresses, "cs-host": hosts, "cs-username": users}
        if any(said):
            made |= {SAID: said, PEER: peers}
        ecs: Columns = {
            "host.name": hosts,
            "source.ip": addresses,
            "user.name": users,
            "event.provider": ["web"] * len(before),
            "event.timezone": [head[-7:-2].decode("ascii", "replace") for head in before],
        }
        return made | ecs

    texts = {"request": requests, "referer": referers, "agent": agents}
    groups = [head[:-29] for head in before]
    if any(said_in.values()):
        groups = [who(i).address.encode("utf-8", "replace") for i in range(len(before))]
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


class Who(NamedTuple):
    """Who asked. `said` is what proxies said of it; `peer` is the proxy, where the address follows from that."""

    host: str
    address: str
    user: str
    said: str
    peer: str


def _who(head: str, said_later: str) -> Who:
    host, peer, user, said = head_of(head)
    said = said or said_later
    address = asker(peer, said)
    return Who(host, address, user, said, peer if address != peer else "")


def _turned(rows: Sequence[tuple[str, ...]], width: int) -> list[list[str | None]]:
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
