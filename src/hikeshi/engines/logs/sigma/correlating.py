"""A correlation rule as plain data: which rules, how they must come together, within what time, by which fields."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sigma import correlations as c
from sigma.exceptions import SigmaError
from sigma.rule import SigmaRuleBase

Number = Callable[[SigmaRuleBase], int]
ALSO = "x-hikeshi-also"


def correlation_of(document: dict[str, Any]) -> c.SigmaCorrelationRule:
    """The rule as pySigma reads it. Of a range (`gt: 100, lte: 200`) it takes one bound; the others are kept in ALSO.

    The specification has ranges ("Condition"), pySigma 1.5 refuses them.
    """
    inner = document["correlation"]
    condition = inner.get("condition") if isinstance(inner, dict) else None
    said: dict[str, Any] = condition if isinstance(condition, dict) else {}
    bounds = sorted(c.SigmaCorrelationConditionOperator.operators() & said.keys())
    if len(bounds) > 1:
        first = {name: value for name, value in said.items() if name not in bounds[1:]}
        document = document | {"correlation": inner | {"condition": first}}
    one = c.SigmaCorrelationRule.from_dict(document)
    others = [c.SigmaCorrelationCondition.from_dict({name: said[name]}) for name in bounds[1:]]
    one.custom_attributes[ALSO] = [[other.op.name.lower(), other.count] for other in others]
    return one


def correlation_data(one: c.SigmaCorrelationRule, number_of: Number) -> dict[str, Any]:
    """Rules are numbers here. Raises KeyError when a rule that it needs was refused."""
    numbers = [number_of(ref.rule) for ref in one.referenced_rules]
    named = {ref.reference: number for ref, number in zip(one.referenced_rules, numbers, strict=True)}
    condition: dict[str, Any]
    if isinstance(one.condition, c.SigmaExtendedCorrelationCondition):
        condition = {"tree": _tree(one.condition.parsed, named)}
    else:
        fields = one.condition.fieldref or []
        condition = {
            "op": one.condition.op.name.lower(),
            "count": one.condition.count,
            "fields": [fields] if isinstance(fields, str) else list(fields),
            "percentile": one.condition.percentile,
        }
        if also := one.custom_attributes.get(ALSO):
            condition["also"] = also
        if one.type is c.SigmaCorrelationType.VALUE_PERCENTILE and not 0 <= (one.condition.percentile or 50) <= 100:
            raise SigmaError("a percentile lies between 0 and 100")
    aliases: dict[str, list[list[Any]]] = {}
    for alias in one.aliases:
        pairs = [(named.get(ref.reference), name) for ref, name in alias.mapping.items()]
        aliases[alias.alias] = [[number, name] for number, name in pairs if number is not None]
    return {
        "type": one.type.name.lower(),
        "rules": numbers,
        "seconds": one.timespan.seconds,
        "by": list(one.group_by or []),
        "aliases": aliases,
        "condition": condition,
    }


def _tree(node: Any, named: dict[str, int]) -> Any:
    match node:
        case c.SigmaRuleReference():
            return named[node.reference]
        case c.CorrelationConditionNOT():
            return ["not", _tree(node.args[0], named)]
        case c.CorrelationConditionAND():
            return ["and", *(_tree(arg, named) for arg in node.args)]
    return ["or", *(_tree(arg, named) for arg in node.args)]
