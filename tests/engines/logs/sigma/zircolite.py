"""Which Sigma rules fire here and in Zircolite on the same events, and how often: says where they differ.

    python3 start.py logs scan EVENTS.jsonl --rules RULES --json > ours.json
    python zircolite.py -e EVENTS.jsonl -j -r RULES -p sysmon windows-logsources -o theirs.json
    python -m tests.engines.logs.sigma.zircolite ours.json theirs.json

docs/differences.md has the reasons for what was found.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple


class Difference(NamedTuple):
    """Rule ids: fired in both with equal counts, with others (ours, theirs), here only, there only."""

    equal: list[str]
    counts: dict[str, tuple[int, int]]
    ours: dict[str, int]
    theirs: dict[str, int]

    def figure(self) -> str:
        """The figure in a few lines."""
        lines = [f"{len(self.equal) + len(self.counts)} rules fired in both, {len(self.equal)} with equal counts"]
        lines += [f"  {rule}: {ours} here, {theirs} in Zircolite" for rule, (ours, theirs) in self.counts.items()]
        for name, only in (("here", self.ours), ("in Zircolite", self.theirs)):
            lines.append(f"{len(only)} fired only {name}")
            lines += [f"  {rule}: {count}" for rule, count in only.items()]
        return "\n".join(lines)


def compare(ours: dict[str, Any], theirs: list[dict[str, Any]]) -> Difference:
    """`ours` is the answer of `logs scan --json`, `theirs` what Zircolite writes; a rule may stand there twice."""
    here = {hit["rule"]["id"]: int(hit["count"]) for hit in ours["hits"]}
    there: Counter[str] = Counter()
    for one in theirs:
        there[one["id"]] += int(one["count"])
    both = sorted(here.keys() & there.keys())
    return Difference(
        [rule for rule in both if here[rule] == there[rule]],
        {rule: (here[rule], there[rule]) for rule in both if here[rule] != there[rule]},
        {rule: here[rule] for rule in sorted(here.keys() - there.keys())},
        {rule: there[rule] for rule in sorted(there.keys() - here.keys())},
    )


def main() -> None:
    ours, theirs = (json.loads(Path(name).read_text(encoding="utf-8")) for name in sys.argv[1:3])
    print(compare(ours, theirs).figure())


if __name__ == "__main__":
    main()
