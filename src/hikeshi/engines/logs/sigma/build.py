"""Compiles Sigma rules into a pack. pySigma reads them; a rule that it or we cannot take costs only itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import yaml
from sigma import conditions as c
from sigma import types as t
from sigma.collection import SigmaCollection, deep_dict_update
from sigma.correlations import SigmaCorrelationRule
from sigma.exceptions import SigmaError
from sigma.filters import SigmaFilter
from sigma.modifiers import SigmaWideModifier, modifier_mapping
from sigma.rule import SigmaRule, SigmaRuleBase
from sigma.rule.base import SigmaYAMLLoader, check_alias_expansion

from .atoms import ANY, ONE, Atom, text_atom
from .correlating import correlation_data, correlation_of
from .pack import Pack

modifier_mapping.setdefault("utf16le", SigmaWideModifier)  # the specification's name for what pySigma calls wide

Tree = int | list[Any]
_SPECIAL = {t.SpecialChars.WILDCARD_MULTI: ANY, t.SpecialChars.WILDCARD_SINGLE: ONE}
_FLAGS = {
    t.SigmaRegularExpressionFlag.IGNORECASE: "i",
    t.SigmaRegularExpressionFlag.MULTILINE: "m",
    t.SigmaRegularExpressionFlag.DOTALL: "s",
}
_LIMITS = {"title": 300, "author": 300, "description": 2000}
Placeholders = Mapping[str, Sequence[str]]


class Refused(Exception):  # noqa: N818 - it is told, not raised at anybody
    """Why a rule cannot be compiled."""


@dataclass(slots=True)
class Parsed:
    """Rules as pySigma holds them, each with the file it came from, filters already applied; and what was refused."""

    rules: list[tuple[str, SigmaRule]] = field(default_factory=list)
    correlations: list[tuple[str, SigmaCorrelationRule]] = field(default_factory=list)
    refused: list[dict[str, str]] = field(default_factory=list)

    def refuse(self, file: str, title: str, why: object) -> None:
        self.refused.append({"file": file, "title": title[:300], "why": str(why)[:500]})


def build(files: Iterable[tuple[str, bytes]], *, placeholders: Placeholders | None = None, source: str = "") -> Pack:
    """Files of rules (name, YAML) into a pack. `source` names where they are from, for those who look at a hit."""
    return compiled(parse(files), placeholders=placeholders, source=source)


def compiled(parsed: Parsed, *, placeholders: Placeholders | None = None, source: str = "") -> Pack:
    """What pySigma has read, as a pack; what cannot be compiled is added to `parsed.refused`."""
    made = _Made(placeholders or {})
    for file, rule in parsed.rules:
        try:
            made.rule(file, rule)
        except (SigmaError, Refused, ValueError, RecursionError) as error:
            parsed.refuse(file, rule.title, error)
    for file, correlation in parsed.correlations:
        try:
            data = correlation_data(correlation, made.number_of)
        except (SigmaError, KeyError, ValueError) as error:
            parsed.refuse(file, correlation.title, f"it refers to {error}" if isinstance(error, KeyError) else error)
            continue
        made.add(file, correlation, {"correlation": data})
    return Pack(source, list(made.atoms.values()), made.rules, parsed.refused)


def parse(files: Iterable[tuple[str, bytes]]) -> Parsed:
    """Everything that pySigma can read, each document for itself."""
    out = Parsed()
    filters: list[tuple[str, SigmaFilter]] = []
    seen: dict[str, str] = {}
    for file, content in files:
        try:
            documents = list(_documents(content))
        except (yaml.YAMLError, UnicodeDecodeError, ValueError, RecursionError) as error:
            out.refuse(file, "", error)
            continue
        for document in documents:
            title = str(document.get("title", "")) if isinstance(document, dict) else ""
            try:
                one = _one(document)
                if not isinstance(one, SigmaFilter) and one.id is not None:
                    if str(one.id) in seen:
                        raise Refused(f"its id {one.id} is that of {seen[str(one.id)]}")
                    seen[str(one.id)] = file
            except (SigmaError, Refused, TypeError, AttributeError, ValueError, KeyError, RecursionError) as error:
                out.refuse(file, title, error)
                continue
            if isinstance(one, SigmaFilter):
                filters.append((file, one))
            elif isinstance(one, SigmaCorrelationRule):
                out.correlations.append((file, one))
            else:
                out.rules.append((file, one))
    for file, one_filter in filters:
        try:
            if not sum(_applied(one_filter, rule) for _, rule in out.rules):
                out.refuse(file, one_filter.title, "no rule of the pack is the one that this filter is for")
        except SigmaError as error:
            out.refuse(file, one_filter.title, error)
    _resolve(out)
    return out


def _applied(one: SigmaFilter, rule: SigmaRule) -> int:
    before = list(rule.detection.condition)
    one.apply_on_rule(rule)
    return int(rule.detection.condition != before)


def _documents(content: bytes) -> Iterable[Any]:
    """The YAML documents of a file; Sigma's old `action: global | reset | repeat` merged into what follows."""
    common: dict[Any, Any] = {}
    before: dict[Any, Any] = {}
    for document in yaml.load_all(content.decode("utf-8-sig"), Loader=SigmaYAMLLoader):  # noqa: S506 - a safe loader
        if document is None:
            continue
        check_alias_expansion(document, Refused)  # type: ignore[arg-type]
        action = document.pop("action", None) if isinstance(document, dict) else None
        if action == "global":
            common = document
        elif action == "reset":
            common = {}
        elif action == "repeat":
            before = deep_dict_update(before, document)
            yield before
        elif isinstance(document, dict) and "correlation" not in document and "filter" not in document:
            before = deep_dict_update(document, common)
            yield before
        else:
            yield document


def _one(document: Any) -> SigmaRule | SigmaCorrelationRule | SigmaFilter:
    if not isinstance(document, dict):
        raise Refused("this is no mapping, so it is no rule")
    if "correlation" in document:
        return correlation_of(document)
    if "filter" in document:
        return SigmaFilter.from_dict(document)
    if "detection" not in document:
        raise Refused("it has neither detection, correlation nor filter")
    return SigmaRule.from_dict(document)


def _resolve(out: Parsed) -> None:
    """Correlations get the rules that they name; those that name none that is there are refused, until all hold."""
    left = out.correlations
    while True:
        whole = SigmaCollection([rule for _, rule in out.rules + left], resolve_references=False)
        kept = []
        for file, one in left:
            try:
                one.resolve_rule_references(whole)
                kept.append((file, one))
            except SigmaError as error:
                out.refuse(file, one.title, error)
        if len(kept) == len(left):
            break
        left = kept
    out.correlations = _in_order(out, left)


def _in_order(
    out: Parsed, correlations: list[tuple[str, SigmaCorrelationRule]]
) -> list[tuple[str, SigmaCorrelationRule]]:
    """What others build on comes first; those that build on themselves are refused."""
    done: list[tuple[str, SigmaCorrelationRule]] = []
    placed: set[int] = set()
    left = correlations
    while left:
        ready = [
            (file, one)
            for file, one in left
            if all(id(ref.rule) in placed or isinstance(ref.rule, SigmaRule) for ref in one.referenced_rules)
        ]
        if not ready:
            for file, one in left:
                out.refuse(file, one.title, "it waits for itself, or for a rule that does")
            break
        done += ready
        placed |= {id(one) for _, one in ready}
        left = [pair for pair in left if id(pair[1]) not in placed]
    return done


class _Made:
    """The pack while it grows."""

    def __init__(self, placeholders: Placeholders) -> None:
        self.atoms: dict[str, Atom] = {}
        self.rules: list[dict[str, Any]] = []
        self._numbers: dict[str, int] = {}
        self._of: dict[int, int] = {}
        self._placeholders = placeholders

    def number_of(self, rule: SigmaRuleBase) -> int:
        """A compiled rule's number. Raises KeyError when it was refused."""
        try:
            return self._of[id(rule)]
        except KeyError:
            raise KeyError(f"“{rule.title}”, which was refused") from None

    def rule(self, file: str, rule: SigmaRule) -> None:
        before = len(self.atoms)
        try:
            trees = [self._tree(parsed.parse()) for parsed in rule.detection.parsed_condition]
        except BaseException:
            for key in list(self.atoms)[before:]:  # a refused rule leaves nothing behind
                del self.atoms[key], self._numbers[key]
            raise
        source = rule.logsource
        words = (source.product, source.category, source.service)
        data = {
            "logsource": [(word or "").lower() for word in words],
            "tree": trees[0] if len(trees) == 1 else ["or", *trees],
        }
        self.add(file, rule, data)

    def add(self, file: str, rule: SigmaRuleBase, data: dict[str, Any]) -> None:
        self._of[id(rule)] = len(self.rules)
        self.rules.append(_about(file, rule) | data)

    def _atom(self, atom: Atom) -> int:
        number = self._numbers.setdefault(atom.key, len(self._numbers))
        self.atoms.setdefault(atom.key, atom)
        return number

    def _tree(self, node: Any) -> Tree:
        match node:
            case c.ConditionNOT():
                return ["not", self._tree(node.args[0])]
            case c.ConditionAND() | c.ConditionOR():
                children = [self._tree(one) for one in node.args if one is not None]
                return ["and" if isinstance(node, c.ConditionAND) else "or", *children]
            case c.ConditionFieldEqualsValueExpression():
                return self._value(node.field, node.value)
            case c.ConditionValueExpression():
                return self._value(None, node.value)
        raise Refused(f"its condition has a part that is not understood: {type(node).__name__}")

    def _value(self, name: str | None, value: t.SigmaType) -> Tree:
        if isinstance(value, t.SigmaExpansion):
            return ["or", *(self._value(name, one) for one in value.values)]
        if isinstance(value, t.SigmaRegularExpression) and value.contains_placeholder():
            return ["or", *(self._value(name, one) for one in value.replace_placeholders(self._fill))]
        if isinstance(value, t.SigmaString) and value.contains_placeholder():
            filled = value.replace_placeholders(lambda one: map(t.SigmaString, self._fill(one)))
            cased = isinstance(value, t.SigmaCasedString)
            every = [t.SigmaCasedString.from_sigma_string(one) if cased else one for one in filled]
            return ["or", *(self._value(name, one) for one in every)]
        return self._atom(atom_of(name, value))

    def _fill(self, placeholder: t.Placeholder) -> Iterator[str]:
        if placeholder.name not in self._placeholders:
            raise Refused(f"no values are given for the placeholder %{placeholder.name}%")
        yield from self._placeholders[placeholder.name]


def atom_of(name: str | None, value: t.SigmaType) -> Atom:
    """One value of a rule as an atom. Raises Refused."""
    match value:
        case t.SigmaString():
            parts = [_SPECIAL[one] if isinstance(one, t.SpecialChars) else str(one) for one in value.s]
            return text_atom(name, parts, isinstance(value, t.SigmaCasedString))
        case t.SigmaCompareExpression(number=t.SigmaTimestampPart() as part, op=op):
            return Atom(name, "part", False, [part.timestamp_part.name.lower(), op.name.lower(), part.number])
        case t.SigmaTimestampPart():
            return Atom(name, "part", False, [value.timestamp_part.name.lower(), "eq", value.number])
        case t.SigmaCompareExpression():
            return Atom(name, "cmp", False, [value.op.name.lower(), value.number.number])
        case t.SigmaNumber() | t.SigmaBool():
            return text_atom(name, [str(value)], False)
        case t.SigmaRegularExpression():
            return Atom(name, "re", True, [str(value.regexp), "".join(sorted(_FLAGS[f] for f in value.flags))])
    if name is None:
        raise Refused(f"{type(value).__name__} needs a field")
    match value:
        case t.SigmaCIDRExpression():
            return Atom(name, "cidr", False, str(value.network))
        case t.SigmaNull():
            return Atom(name, "null", False, None)
        case t.SigmaExists():
            return Atom(name, "exists" if value.exists else "null", False, None)
        case t.SigmaFieldReference():
            return Atom(name, "ref", False, [value.field, value.starts_with, value.ends_with])
    raise Refused(f"a value of the kind {type(value).__name__} is not understood")


def _about(file: str, rule: SigmaRuleBase) -> dict[str, Any]:
    """Who wrote a rule, what it means: what is shown with a hit."""
    made_up = str(uuid5(NAMESPACE_URL, f"{file}#{rule.title}"))
    return {
        "id": str(rule.id) if rule.id else made_up,
        "name": rule.name or "",
        "title": (rule.title or "")[: _LIMITS["title"]],
        "level": rule.level.name.lower() if rule.level else "",
        "status": rule.status.name.lower() if rule.status else "",
        "author": (rule.author or "")[: _LIMITS["author"]],
        "description": (rule.description or "")[: _LIMITS["description"]],
        "tags": [str(tag) for tag in rule.tags],
        "references": list(map(str, rule.references)),
        "falsepositives": list(map(str, rule.falsepositives)),
        "license": rule.license or "",
        "date": str(rule.modified or rule.date or ""),
        "file": file,
        "shown": rule._output,
    } | _own_words(rule)


def _own_words(rule: SigmaRuleBase) -> dict[str, str]:
    """Our own rules bring their title in Japanese along: `x-hikeshi: {ja: …}`."""
    own = rule.custom_attributes.get("x-hikeshi")
    title = own.get("ja") if isinstance(own, dict) else None
    return {"ja": title[: _LIMITS["title"]]} if isinstance(title, str) and title else {}
