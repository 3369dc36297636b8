"""A slow, plain evaluator of Sigma rules: pySigma's own objects, one event at a time, no cleverness.

It shares with the product only the table of Windows channels (sources.toml), which is data.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from sigma import conditions as c
from sigma import types as t
from sigma.rule import SigmaRule

from hikeshi.engines.logs.columns import Batch
from hikeshi.engines.logs.sigma import sources as product
from hikeshi.engines.logs.table import LogSource

TABLE = tomllib.loads(Path(product.__file__).with_name("sources.toml").read_text(encoding="utf-8"))


@dataclass
class Event:
    """One event: its fields as text (or a tuple of texts), its log sources, and how it was written."""

    fields: dict[str, str | tuple[str, ...]]
    sources: Sequence[LogSource] = ()
    raw: str = ""
    named: dict[str, str | tuple[str, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.named = named(self)


def events_of(batch: Batch) -> list[Event]:
    """The rows of a batch, each for itself."""
    out = []
    for row in range(len(batch)):
        pairs = {name: column.values[column.codes[row]] for name, column in batch.columns.items()}
        fields = {name: value for name, value in pairs.items() if value is not None}
        out.append(Event(fields, batch.sources[batch.source_of[row]], batch.raw[row].decode("utf-8", "replace")))
    return out


class Oracle:
    """Rules, their conditions parsed once."""

    def __init__(self, rules: Iterable[SigmaRule]) -> None:
        self.rules = [
            (str(rule.id), rule.logsource, [one.parse() for one in rule.detection.parsed_condition]) for rule in rules
        ]

    def hits(self, events: Sequence[Event]) -> set[tuple[str, int]]:
        """(rule id, number of the event)."""
        return {
            (rule, number)
            for number, event in enumerate(events)
            for rule, source, trees in self.rules
            if about(source, event) and any(holds(tree, event) for tree in trees)
        }


def about(source: Any, event: Event) -> bool:
    """Whether an event is of a rule's log source."""
    wanted = [(word or "").lower() for word in (source.product, source.category, source.service)]
    for has in event.sources:
        if all(word in ("", own.lower()) for word, own in zip(wanted, has, strict=True)):
            return True
        if has.product == "windows" and windows(*wanted, event):
            return True
    return False


def windows(kind: str, category: str, service: str, event: Event) -> bool:
    channel = str(event.fields.get("Channel", "")).lower()
    linux = channel.startswith("linux-")
    if kind and kind != ("linux" if linux else "windows"):
        return False
    if not category and not service:
        return False
    if service:
        channels = [one.lower() for one in TABLE["services"].get(service, [])]
        providers = [one.lower() for one in TABLE["providers"].get(service, [])]
        if channel not in channels and str(event.fields.get("Provider_Name", "")).lower() not in providers:
            return False
    if category:
        for where, numbers in TABLE["categories"].get(category, {}).items():
            channels = [one.lower() for one in TABLE["services"][where]]
            if channel in channels and event.fields.get("EventID") in map(str, numbers):
                return True
        return False
    return True


def named(event: Event) -> dict[str, str | tuple[str, ...]]:
    """The fields under Sigma's names, beside the event's own."""
    out = dict(event.fields)
    channel = str(event.fields.get("Channel", "")).lower()
    if any(has.product == "windows" for has in event.sources):
        for service, numbers in TABLE["renamed"].items():
            if channel in [one.lower() for one in TABLE["services"][service]]:
                for name, own in numbers.get(str(event.fields.get("EventID")), {}).items():
                    if name in event.fields:
                        continue
                    if isinstance(own, str):
                        if own in event.fields:
                            out[name] = event.fields[own]
                    elif any(one in event.fields for one in own):
                        path = "\\".join(str(event.fields[one]) for one in own if event.fields.get(one))
                        path = re.sub(r"(?i)^\\registry\\machine", "HKLM", path)
                        out[name] = re.sub(r"(?i)^\\registry\\user", "HKU", path)
    for name, value in event.fields.items():
        if " " in name:
            out.setdefault(name.replace(" ", ""), value)
    return out


def holds(node: Any, event: Event) -> bool:
    if isinstance(node, c.ConditionNOT):
        return not holds(node.args[0], event)
    if isinstance(node, c.ConditionAND):
        return all(holds(one, event) for one in node.args)
    if isinstance(node, c.ConditionOR):
        return any(holds(one, event) for one in node.args)
    if isinstance(node, c.ConditionValueExpression):
        return keyword(node.value, event)
    return compare(node.field, node.value, event)


def keyword(value: Any, event: Event) -> bool:
    """Somewhere in a value or in the record itself."""
    if isinstance(value, t.SigmaExpansion):
        return any(keyword(one, event) for one in value.values)
    texts = [text for one in event.fields.values() for text in several(one)]
    if event.raw and not event.raw.startswith(("{", "<Event", "<?xml")):  # else its fields are all it says
        texts.append(event.raw)
    if isinstance(value, t.SigmaNumber | t.SigmaBool):
        return any(str(value).casefold() in text.casefold() for text in texts)
    if isinstance(value, t.SigmaString):
        return any(re.search(expression(value), text if cased(value) else text.casefold()) for text in texts)
    return any(plain(value, text) for text in texts)


def compare(name: str, value: Any, event: Event) -> bool:
    if isinstance(value, t.SigmaExpansion):
        return any(compare(name, one, event) for one in value.values)
    if isinstance(value, t.SigmaNull):
        return name not in event.named
    if isinstance(value, t.SigmaExists):
        return (name in event.named) == bool(value)
    if name not in event.named:
        return False
    if isinstance(value, t.SigmaFieldReference):
        others = several(event.named.get(value.field, ()))
        return any(refers(mine, other, value) for mine in several(event.named[name]) for other in others)
    return any(plain(value, text) for text in several(event.named[name]))


def refers(mine: str, other: str, value: t.SigmaFieldReference) -> bool:
    mine, other = mine.casefold(), other.casefold()
    if value.starts_with and value.ends_with:
        return other in mine
    if value.starts_with:
        return mine.startswith(other)
    return mine.endswith(other) if value.ends_with else mine == other


def plain(value: Any, text: str) -> bool:
    """One value of a rule and one text of an event."""
    if isinstance(value, t.SigmaString):
        return re.fullmatch(expression(value), text if cased(value) else text.casefold()) is not None
    if isinstance(value, t.SigmaCompareExpression) and isinstance(value.number, t.SigmaTimestampPart):
        part = time_part(text, value.number.timestamp_part.name)
        return part is not None and number_holds(value.op.name, part, value.number.number)
    if isinstance(value, t.SigmaTimestampPart):
        return time_part(text, value.timestamp_part.name) == value.number
    if isinstance(value, t.SigmaCompareExpression):
        found = number(text)
        return found is not None and number_holds(value.op.name, found, value.number.number)
    if isinstance(value, t.SigmaNumber | t.SigmaBool):
        return text.casefold() == str(value).casefold()
    if isinstance(value, t.SigmaRegularExpression):
        return re.search(str(value.regexp), text, flags(value)) is not None
    if isinstance(value, t.SigmaCIDRExpression):
        try:
            address = ip_address(text.strip())
        except ValueError:
            return False
        return (getattr(address, "ipv4_mapped", None) or address) in value.network or address in value.network
    raise NotImplementedError(type(value))


def flags(value: t.SigmaRegularExpression) -> int:
    found = re.ASCII
    for flag in value.flags:
        found |= {"IGNORECASE": re.I, "MULTILINE": re.M, "DOTALL": re.S}[flag.name]
    return int(found)


def cased(value: t.SigmaString) -> bool:
    return isinstance(value, t.SigmaCasedString)


@cache
def _expression(parts: tuple[Any, ...], folded: bool) -> re.Pattern[str]:
    out = ""
    for part in parts:
        if part is t.SpecialChars.WILDCARD_MULTI:
            out += ".*"
        elif part is t.SpecialChars.WILDCARD_SINGLE:
            out += "."
        else:
            out += re.escape(part.casefold() if folded else part)
    return re.compile(out, re.DOTALL)


def expression(value: t.SigmaString) -> re.Pattern[str]:
    return _expression(tuple(value.s), not cased(value))


def several(value: str | tuple[str, ...]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else value


def number_holds(op: str, left: float, right: float) -> bool:
    return {"LT": left < right, "LTE": left <= right, "GT": left > right, "GTE": left >= right, "NEQ": left != right}[
        op
    ]


def number(text: str) -> float | None:
    if re.fullmatch(r"\s*0[xX][0-9a-fA-F]+\s*", text):
        return int(text, 16)
    if re.fullmatch(r"\s*[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,2})?\s*", text):
        return float(text)
    return None


def time_part(text: str, unit: str) -> int | None:
    if re.fullmatch(r"[0-9]{9,10}", text):
        time = datetime.fromtimestamp(int(text), UTC)
    else:
        try:
            time = datetime.fromisoformat(text)
        except ValueError:
            return None
        time = time.astimezone(UTC) if time.tzinfo else time
    return time.isocalendar().week if unit == "WEEK" else int(getattr(time, unit.lower()))


def fields_of(pairs: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in pairs.items() if value is not None}
