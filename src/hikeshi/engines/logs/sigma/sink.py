"""The sink that runs rules: gathers their hits while events pass, and puts them into the report."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ..columns import Batch
from ..report import Hit, Report, Sample
from .correlate import Alert, Correlator
from .kernel import Kernel
from .opening import open_rules
from .sources import Rows

SAMPLES = 8
_SHOWN = 2_000
_LEVELS = ("critical", "high", "medium", "low", "informational", "")
_TOLD = ("id", "title", "level", "author", "status", "tags", "references", "falsepositives", "description", "license")


class _Tally:
    """One rule's hits: how many, from when to when, and the earliest few."""

    def __init__(self) -> None:
        self.count = 0
        self.first = float("inf")
        self.last = float("-inf")
        self.samples: list[tuple[float, str, int, Sample]] = []

    def add(self, batch: Batch, rows: Rows) -> None:
        times = batch.times[rows]
        self.count += len(rows)
        self.first, self.last = min(self.first, float(times.min())), max(self.last, float(times.max()))
        if len(rows) > SAMPLES:
            rows = rows[np.argsort(times, kind="stable")[:SAMPLES]]
        late = self.samples[-1][0] if len(self.samples) == SAMPLES else float("inf")
        fresh = [sample for row in rows.tolist() if (sample := _sample(batch, row))[0] <= late]
        self.samples = heapq.nsmallest(SAMPLES, self.samples + fresh, key=lambda one: one[:3])


def _sample(batch: Batch, row: int) -> tuple[float, str, int, Sample]:
    time, file = float(batch.times[row]), str(batch.files.values[batch.files.codes[row]] or "")
    record, offset = int(batch.records[row]), int(batch.offsets[row])
    raw = batch.raw[row][:_SHOWN].decode("utf-8", "replace")
    return time, file, record, Sample(file, record, offset, raw, time)


class Rules:
    """Order: {"packs": [path of a pack, folder or archive], "cache": folder or None, "levels": [level] or []}."""

    def __init__(self, order: dict[str, Any]) -> None:
        """Raises Problem("logs.no_pack" | "logs.not_a_pack" | "logs.newer_pack" | "logs.no_rules" | …)."""
        self._kernel = kernel_of(order)
        self._correlator = Correlator(self._kernel)
        self._tallies: dict[int, _Tally] = {}

    def take(self, batch: Batch) -> None:
        self._put(batch, *self._kernel.run(batch))

    def merge(self, batch: Batch, hits: Sequence[tuple[int, Rows]]) -> None:
        """Like `take`, with the hits that the same rules had in this batch elsewhere."""
        self._put(batch, hits, self._kernel.renamed(batch) if hits else batch)

    def _put(self, batch: Batch, hits: Sequence[tuple[int, Rows]], renamed: Batch) -> None:
        self._correlator.take(renamed, hits)
        for number, rows in hits:
            if self._kernel.rules[number]["shown"]:
                self._tallies.setdefault(number, _Tally()).add(batch, rows)

    def finish(self, report: Report) -> None:
        found = {number: _hit(self._kernel.rules[number], tally) for number, tally in self._tallies.items()}
        for number, alerts in self._correlator.alerts().items():
            if self._kernel.rules[number]["shown"]:
                found[number] = _correlated(self._kernel.rules[number], alerts)
        report.forgotten += self._correlator.forgotten
        report.old_packs = self._kernel.old
        report.hits += sorted(found.values(), key=_rank)


def kernel_of(order: dict[str, Any]) -> Kernel:
    """The rules of an order, ready to run."""
    cache = Path(order["cache"]) / "rules" if order.get("cache") else None
    packs = [open_rules(Path(path), cache) for path in order["packs"]]
    return Kernel(packs, cache, order.get("levels") or ())


def _hit(rule: dict[str, Any], tally: _Tally) -> Hit:
    return Hit(_about(rule), tally.count, tally.first, tally.last, [one[3] for one in tally.samples])


def _correlated(rule: dict[str, Any], alerts: list[Alert]) -> Hit:
    """A correlation's count is how often it held; its samples are events of its alerts."""
    first, last = min(alert.first for alert in alerts), max(alert.last for alert in alerts)
    events = [alert.events[-1] for alert in alerts[:SAMPLES]]
    for alert in alerts:
        events += alert.events[:-1] if len(events) < SAMPLES else ()
    samples = [one.sample() for one in sorted(events[:SAMPLES], key=lambda one: (one.time, one.order))]
    return Hit(_about(rule) | {"type": rule["correlation"]["type"]}, len(alerts), first, last, samples)


def _about(rule: dict[str, Any]) -> dict[str, Any]:
    own = {"ja": rule["ja"]} if "ja" in rule else {}
    return {name: rule[name] for name in _TOLD} | {"file": rule["file"], "source": rule.get("source", "")} | own


def _rank(hit: Hit) -> tuple[int, int, str]:
    level = hit.rule["level"]
    return _LEVELS.index(level) if level in _LEVELS else len(_LEVELS), -hit.count, hit.rule["id"]
