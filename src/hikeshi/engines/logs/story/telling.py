"""Tells the story of what was gathered. It is never more certain than the events: no success on record, no way in.

Every part is a *proposed* fact: a person decides. Texts stand in `ja.toml` and `en.toml` beside this file; a part names
its text by `code`, with `params` to fill in, its `events` as samples, its `confidence` and what would settle it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from ..addresses import inside, is_address
from ..report import Finding, Level, Report, Sample, rfc3339
from .gathering import TRACE, Gathered, Logon, Span

MOST = 50
_RANK: dict[str, int] = {"high": 0, "medium": 1, "low": 2}
GRAPH = 300
SESSION = 43_200
"""How long an address given by a VPN is taken for the intruder's, where the log does not say when it ended."""


def tell(gathered: Gathered, report: Report) -> dict[str, Any]:
    """The contract's `story`; route, reached and taken are parts, the most certain first."""
    won = sorted((f for f in report.findings if f.success == "yes"), key=lambda f: (_RANK[f.confidence], f.first))
    intruders = _intruders(won)
    since = [_in_since(name, gathered, won, report) for name in intruders]
    start = min(_in_time(since, report) or since, default=None)
    logons = _theirs(gathered, intruders)
    accounts = sorted({who[1] for who, _ in logons if who[1]} | {a for f in won for a in f.accounts[:1] if a})
    seen = _seen(gathered, intruders, won)
    end = max(_in_time(seen, report) or seen) if start is not None else None
    tried = [f.first for f in report.findings]
    through = _through(gathered, intruders)
    onward = _onward(gathered, intruders, set(accounts), start) if start is not None else []
    traces = _traces(gathered, intruders, start) if start is not None else []
    return {
        "route": [_way(f) for f in won][:MOST],
        "period": {"from": rfc3339(start), "to": rfc3339(end)},
        "tried_from": rfc3339(min(_in_time(tried, report) or tried, default=None)),
        "accounts": accounts[:MOST],
        "addresses": sorted(intruders, key=lambda name: (_RANK[intruders[name]], name))[:MOST],
        "reached": _ordered(
            [*(_host(*one, intruders) for one in _hosts(logons)), *through, *_others(onward, through), *traces]
        )[:MOST],
        "taken": _ordered(_taken(gathered, intruders, start))[:MOST] if start is not None else [],
        "sessions": [_session(who, span) for who, span in logons][:MOST],
        "graph": _graph(gathered, intruders),
        "forgotten": gathered.forgotten,
    }


def part(
    code: str, confidence: Level, events: Iterable[Sample | None], settle: Iterable[str], params: dict[str, Any]
) -> dict[str, Any]:
    """One proposed fact."""
    shown = [asdict(s) | {"record": s.line, "time": rfc3339(s.time)} for s in events if s]
    return {"code": code, "confidence": confidence, "params": params, "events": shown[:4], "settle": list(settle)}


def _intruders(won: list[Finding]) -> dict[str, Level]:
    """Addresses for which lines say that an attack worked, each with the best confidence that speaks for it."""
    found: dict[str, Level] = {}
    for finding in won:
        for name in finding.addresses:
            if name not in found or _RANK[finding.confidence] < _RANK[found[name]]:
                found[name] = finding.confidence
    return found


def _in_since(name: str, gathered: Gathered, won: list[Finding], report: Report) -> float:
    """When an intruder was first inside: its first log-on that worked, else the first line that proves the attack."""
    proofs = [f.first if f.entered is None else f.entered for f in won if name in f.addresses]
    logons = [s.first for who, s in gathered.logons.items() if who[0] == name and who[4] == "success"]
    first = min(_in_time(proofs, report) or _in_time(logons, report) or proofs)
    return min((time for time in logons if time >= first), default=first)


def _seen(gathered: Gathered, intruders: dict[str, Level], won: list[Finding]) -> list[float]:
    """When intruders were seen last, in each kind of trace."""
    came = [gathered.traffic.of(name, float("inf"), 0) for name in intruders]
    seen = [s.last for who, s in gathered.logons.items() if who[0] in intruders and who[4] == "success"]
    proved = [f.last if f.entered is None else f.entered for f in won]  # tries that failed later are no presence
    return proved + seen + [one.last for one in came if one]


def _in_time(times: list[float], report: Report) -> list[float]:
    """Those within what set clocks span: a machine whose clock was never set has no say in the period."""
    spans = [(one.first, one.last) for one in report.files if one.first is not None and one.last is not None]
    return [time for time in times if any(first <= time <= last for first, last in spans)]


def _theirs(gathered: Gathered, intruders: dict[str, Level]) -> list[tuple[Logon, Span]]:
    """Log-ons of intruders that worked, in the order of time."""
    found = [(w, s) for w, s in gathered.logons.items() if w[0] in intruders and w[4] == "success"]
    return sorted(found, key=lambda one: one[1].first)


def _way(finding: Finding) -> dict[str, Any]:
    """A way in: the finding whose lines say that it worked. Its text is the finding's own title."""
    told = part(
        f"finding:{finding.kind}:{finding.variant}",
        finding.confidence,
        finding.samples,
        finding.settle,
        finding.params,
    )
    return told | {
        "addresses": finding.addresses[:MOST],
        "accounts": finding.accounts[:MOST],
        "hosts": finding.hosts[:MOST],
        "first": rfc3339(finding.first),
        "last": rfc3339(finding.last),
    }


def _hosts(logons: list[tuple[Logon, Span]]) -> Iterable[tuple[str, list[tuple[Logon, Span]]]]:
    found: dict[str, list[tuple[Logon, Span]]] = {}
    for who, span in logons:
        found.setdefault(who[2], []).append((who, span))
    return found.items()


def _host(host: str, logons: list[tuple[Logon, Span]], intruders: dict[str, Level]) -> dict[str, Any]:
    best = min((intruders[who[0]] for who, _ in logons), key=_RANK.__getitem__)
    events = [span.sample for _, span in logons]
    accounts = ", ".join(sorted({who[1] for who, _ in logons if who[1]})[:8])
    first = min(span.first for _, span in logons)
    return part(
        "logged_on", best, events, ["ask_account"], {"host": host, "accounts": accounts, "time": rfc3339(first)}
    )


def _onward(gathered: Gathered, intruders: dict[str, Level], accounts: set[str], start: float) -> list[dict[str, Any]]:
    """Log-ons from inside with an intruder's account after the break-in: perhaps the owner, perhaps further on."""
    found, names = [], {bare(one) for one in accounts}
    for who, span in gathered.logons.items():
        address, account, host, _, outcome = who
        if address in intruders or bare(account) not in names or outcome != "success" or span.last < start:
            continue
        if not _inside(address):
            continue
        time, event = span.since(start)
        shown = {"address": address, "account": account, "host": host, "time": rfc3339(time)}
        found.append(part("onward", "low", [event], ["ask_account", "ask_host"], shown))
    return found


def _through(gathered: Gathered, intruders: dict[str, Level]) -> list[dict[str, Any]]:
    """Log-ons from an inner address while a VPN had given it to an intruder."""
    found = []
    for (inner, outer), given in gathered.given.items():
        if outer not in intruders:
            continue
        confidence: Level = "medium" if intruders[outer] == "high" else "low"
        for (address, account, host, _, outcome), span in gathered.logons.items():
            if address != inner or outcome != "success":
                continue
            if span.last < given.first or span.first > given.last + SESSION:
                continue
            shown = {"outer": outer, "address": inner, "account": account, "host": host}
            time, event = span.since(given.first)
            shown["time"] = rfc3339(time) or ""
            # Log-ons before and after the session: whether there was one in it, what was gathered does not tell.
            sure: Level = confidence if time <= given.last + SESSION else "low"
            found.append(part("through", sure, [given.sample, event], ["ask_account", "ask_host"], shown))
    return found


def _others(onward: list[dict[str, Any]], through: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Steps further inside that are not told already, and better, as steps through the VPN."""
    told = {(one["params"]["address"], one["params"]["account"], one["params"]["host"]) for one in through}
    return [o for o in onward if (o["params"]["address"], o["params"]["account"], o["params"]["host"]) not in told]


def bare(account: str) -> str:
    """An account as every product knows it: EXAMPLE\\hanako and hanako@example.jp are hanako."""
    return account.rpartition("\\")[2].partition("@")[0].casefold()


def _inside(address: str) -> bool:
    return inside(address) or (bool(address) and not is_address(address))  # else a machine's name


def _traces(gathered: Gathered, intruders: dict[str, Level], start: float) -> list[dict[str, Any]]:
    """Accounts made, services installed, rules that forward mail … after the break-in.

    What came from an intruder's address was the intruder; the rest is only near in time, which proves nothing.
    """
    found = []
    for (action, account, host, what, address), span in gathered.traces.items():
        theirs = address in intruders
        if span.last < start or not (theirs or TRACE.search(action)):
            continue
        time, event = span.since(start)
        shown = {"action": action, "account": account, "host": host, "what": what, "time": rfc3339(time)}
        if theirs:
            confidence: Level = "medium" if intruders[address] == "high" else "low"
            shown |= {"address": address}
            found.append(part("done", confidence, [event], ["look_at_change"], shown))
        else:
            found.append(part("trace", "low", [event], ["ask_trace"], shown))
    return found


def _taken(gathered: Gathered, intruders: dict[str, Level], start: float) -> list[dict[str, Any]]:
    """What was sent to intruders once they were in. A log's size is what left the server, not what it was."""
    found = []
    for name, level in intruders.items():
        came = gathered.traffic.of(name, start, MOST)
        if came is None or not came.items:
            continue
        count, size = gathered.traffic.totals(name, start)
        confidence: Level = "medium" if level == "high" and size else "low"
        shown = {"address": name, "bytes": size, "count": count, "hosts": ", ".join(came.hosts[:8])}
        samples = [item.sample for item in came.items]
        told = part("sent" if size else "opened", confidence, samples, ["look_at_files"], shown)
        targets = [{"what": item.what, "bytes": item.size, "count": item.count} for item in came.items]
        found.append(told | {"targets": targets})
    return found


def _session(who: Logon, span: Span) -> dict[str, Any]:
    address, account, host, action, _ = who
    told = {"address": address, "account": account, "host": host, "action": action, "count": span.count}
    return told | {"first": rfc3339(span.first), "last": rfc3339(span.last)}


def _graph(gathered: Gathered, intruders: dict[str, Level]) -> list[dict[str, Any]]:
    """The log-on graph as edges from an address to a host: intruders' first, then what worked, then the busiest."""
    edges: dict[tuple[str, str, str], dict[str, Any]] = {}
    for (address, account, host, _, outcome), span in gathered.logons.items():
        if not address:
            continue
        edge = edges.setdefault(
            (address, host, account),
            {"from": address, "to": host, "account": account, "success": 0, "failure": 0, "first": None, "last": None}
            | {"intruder": address in intruders},
        )
        edge["success" if outcome == "success" else "failure"] += span.count
        edge["first"] = min(filter(None, (edge["first"], rfc3339(span.first))))
        edge["last"] = max(filter(None, (edge["last"], rfc3339(span.last))))
    ranked = sorted(edges.values(), key=lambda e: (not e["intruder"], not e["success"], -e["success"] - e["failure"]))
    return ranked[:GRAPH]


def _ordered(parts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(parts, key=lambda one: _RANK[one["confidence"]])
