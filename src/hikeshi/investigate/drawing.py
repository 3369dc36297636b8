"""Pictures out of numbers, as plain data for an SVG template: the bars of a timeline, the lines of a log-on graph."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

WIDTH, TALL = 340, 60
ROW, TOP, LEFT, RIGHT = 26, 20, 130, 210
MOST = 12
LONGEST = 17


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a histogram; `failed` is the height of its part that failed. All in units of the view box."""

    x: float
    y: float
    width: float
    height: float
    failed: float
    since: str
    until: str
    count: int


def bars(bins: Sequence[Mapping[str, Any]], end: str) -> list[Bar]:
    """A bar for each bin, from its own beginning to the next one's; the last ends at `end`."""
    most = max((one["count"] for one in bins), default=0)
    width = WIDTH / max(1, len(bins))
    made = []
    for i, one in enumerate(bins):
        height = max(2.0, TALL * one["count"] / most) if one["count"] else 0.0
        failed = height * one["failures"] / one["count"] if one["count"] else 0.0
        until = bins[i + 1]["from"] if i + 1 < len(bins) else end
        place = (round(i * width, 2), round(TALL - height, 2), round(max(1.0, width - 1), 2), round(height, 2))
        made.append(Bar(*place, round(failed, 2), one["from"], until, one["count"]))
    return made


@dataclass(slots=True)
class Line:
    """One arrow of the graph. `kind` is "intruder", "success" or "failure"; `thick` in units of the view box."""

    y1: float
    y2: float
    kind: str
    thick: float


@dataclass(slots=True)
class Graph:
    """Addresses on the left, machines on the right; `left` and `right` are (name, height, is an intruder)."""

    left: list[tuple[str, float, bool]] = field(default_factory=list)
    right: list[tuple[str, float, bool]] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    height: int = 0
    hidden: int = 0


def graph(edges: Iterable[Mapping[str, Any]]) -> Graph:
    """The log-on graph of the edges that come first: intruders', then what worked. `hidden` counts the rest."""
    chosen = list(edges)
    sources, hosts = _first(chosen, "from"), _first(chosen, "to")
    bad = {one["from"] for one in chosen if one["intruder"]}
    made = Graph()
    for names, side in ((sources, made.left), (hosts, made.right)):
        for i, name in enumerate(names):
            side.append((_short(name), TOP + i * ROW, name in bad))
    made.height = TOP + max(len(sources), len(hosts), 1) * ROW
    together: dict[tuple[str, str], list[int]] = {}
    for one in chosen:
        if one["from"] not in sources or one["to"] not in hosts:
            made.hidden += 1
            continue
        counts = together.setdefault((one["from"], one["to"]), [0, 0])
        counts[0] += one["success"]
        counts[1] += one["failure"]
    for (source, host), (success, failure) in together.items():
        kind = "intruder" if source in bad and success else "success" if success else "failure"
        thick = min(6.0, 1.0 + len(str(success + failure)))
        made.lines.append(Line(TOP + sources.index(source) * ROW, TOP + hosts.index(host) * ROW, kind, thick))
    return made


def _first(edges: Sequence[Mapping[str, Any]], side: str) -> list[str]:
    return list(dict.fromkeys(str(one[side]) for one in edges))[:MOST]


def _short(name: str) -> str:
    return name if len(name) <= LONGEST else name[: LONGEST - 1] + "…"
