"""Counting by address in bounded memory: what every finder needs. The quietest are forgotten first, and counted."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from typing import Generic, TypeVar

from ..common.encodings import decode
from .report import Actor, Finding, Level, Sample, Success
from .table import Event

MOST = 20_000
_NAMES = 200
_SAMPLES = 4
_RAW = 2_000


class Trace:
    """What one address (or one account) did."""

    def __init__(self, key: str) -> None:
        self.key = key
        self.events = 0
        self.first = float("inf")
        self.last = float("-inf")
        self.hosts: set[str] = set()
        # Plain dicts: there may be tens of thousands of traces, and a Counter costs ten times as much to make.
        self.accounts: dict[str, int] = {}
        self.targets: dict[str, int] = {}
        self.statuses: dict[int, int] = {}
        self.samples: list[Sample] = []
        self.proofs: list[Sample] = []

    def add(self, event: Event) -> None:
        self.events += 1
        self.first = min(self.first, event.time)
        self.last = max(self.last, event.time)
        if event.host:
            keep(self.hosts, event.host)
        if event.user:
            count(self.accounts, event.user, event.count)
        if event.target:
            count(self.targets, event.target)
        if event.status:
            self.statuses[event.status] = self.statuses.get(event.status, 0) + 1
        if len(self.samples) < _SAMPLES:
            self.samples.append(sample(event))

    def prove(self, event: Event) -> None:
        """Keeps a line that shows success, whatever else is kept."""
        if len(self.proofs) < _SAMPLES:
            self.proofs.append(sample(event))


class Burst:
    """Whether `many` happened within `span` seconds. With a key, only different ones count."""

    __slots__ = ("_recent", "many", "reached", "span")

    def __init__(self, many: int, span: float) -> None:
        self.many, self.span, self.reached = many, span, False
        self._recent: deque[tuple[float, object]] = deque(maxlen=many)

    def add(self, time: float, key: object = None) -> bool:
        if self.reached:
            return True
        if key is not None and any(key == known for _, known in self._recent):
            return False
        self._recent.append((time, key))
        if len(self._recent) == self.many:
            times = [t for t, _ in self._recent]
            self.reached = max(times) - min(times) <= self.span
        return self.reached


T = TypeVar("T", bound=Trace)


class Tally(Generic[T]):
    """Traces by key. Over `most` keys, those with the fewest events go: a flood of addresses must not fill memory."""

    def __init__(self, make: Callable[[str], T], most: int = MOST) -> None:
        self._make, self._most = make, most
        self._traces: dict[str, T] = {}
        self.forgotten = 0

    def of(self, key: str) -> T:
        trace = self._traces.get(key)
        if trace is None:
            if len(self._traces) >= self._most:
                self._forget()
            trace = self._traces[key] = self._make(key)
        return trace

    def get(self, key: str) -> T | None:
        return self._traces.get(key)

    def __iter__(self) -> Iterator[T]:
        return iter(self._traces.values())

    def _forget(self) -> None:
        ranked = sorted(self._traces.values(), key=lambda t: t.events)
        for trace in ranked[: self._most // 4]:
            del self._traces[trace.key]
            self.forgotten += 1


def keep(names: set[str], name: str) -> None:
    if len(names) < _NAMES:
        names.add(name[:_RAW])


def count(counts: dict[str, int], name: str, times: int = 1) -> None:
    name = name[:_RAW]
    if name in counts or len(counts) < _NAMES:
        counts[name] = counts.get(name, 0) + times


def sample(event: Event) -> Sample:
    return Sample(event.file, event.line, event.offset, decode(event.raw[:_RAW]), event.time)


def finding(
    kind: str,
    variant: str,
    traces: Iterable[Trace],
    *,
    level: Level,
    success: Success,
    confidence: Level,
    settle: Iterable[str] = (),
    attempts: int = 0,
    addresses: list[str] | None = None,
) -> Finding:
    """One finding over these traces, the busiest first. Their keys are the addresses unless others are given."""
    chosen = sorted(traces, key=lambda t: (-t.events, t.key))
    accounts: Counter[str] = Counter()
    targets: Counter[str] = Counter()
    hosts: set[str] = set()
    for trace in chosen:
        accounts.update(trace.accounts)
        targets.update(trace.targets)
        hosts |= trace.hosts
    names = [t.key for t in chosen] if addresses is None else addresses
    samples = [s for t in chosen for s in t.proofs][:_SAMPLES]
    for trace in chosen:
        samples += [s for s in trace.samples if s not in samples][: max(1, _SAMPLES // len(chosen))]
        if len(samples) >= 2 * _SAMPLES:
            break
    events = sum(t.events for t in chosen)
    proofs = [s.time for t in chosen for s in t.proofs if s.time is not None]
    return Finding(
        kind=kind,
        variant=variant,
        level=level,
        success=success,
        confidence=confidence,
        addresses=names,
        accounts=[name for name, _ in accounts.most_common(_NAMES)],
        hosts=sorted(hosts)[:_NAMES],
        first=min(t.first for t in chosen),
        last=max(t.last for t in chosen),
        events=events,
        attempts=attempts or events,
        params={
            "address": names[0] if names else "",
            "addresses": len(names),
            "accounts": len(accounts),
            "account": accounts.most_common(1)[0][0] if accounts else "",
            "events": events,
            "attempts": attempts or events,
            "target": targets.most_common(1)[0][0] if targets else "",
        },
        samples=sorted(samples, key=lambda s: s.time or 0)[: 2 * _SAMPLES],
        settle=list(settle),
        targets=[name for name, _ in targets.most_common(20)],
        entered=min(proofs, default=None) if success == "yes" else None,
        actors=[Actor(t.key, t.events, t.first, t.last) for t in chosen[:1000]],
    )


Judgement = tuple[str, Level, Success, Level, list[str]]


def split(
    kind: str,
    traces: Iterable[T],
    judge: Callable[[T], Judgement],
    *,
    alone: int = 10,
    attempts: Callable[[T], int] = lambda trace: trace.events,
) -> list[Finding]:
    """Judges each trace (variant, level, success, confidence, settle) and makes findings.

    Traces without success, and those beyond `alone` of one judgement, share a finding: nobody confirms a thousand.
    """
    groups: dict[tuple[str, Level, Success, Level, tuple[str, ...]], list[T]] = {}
    for trace in traces:
        variant, level, success, confidence, settle = judge(trace)
        groups.setdefault((variant, level, success, confidence, tuple(settle)), []).append(trace)
    made = []
    for (variant, level, success, confidence, how), members in groups.items():
        apart = success == "yes" or (success == "unknown" and len(members) <= alone)
        for group in ([m] for m in members) if apart and len(members) <= 200 else (members,):
            made.append(
                finding(
                    kind,
                    variant,
                    group,
                    level=level,
                    success=success,
                    confidence=confidence,
                    settle=how,
                    attempts=sum(map(attempts, group)),
                )
            )
    return made
