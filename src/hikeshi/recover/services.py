"""Step 3: what other rooms may ask of recovery, and the verbs that record it."""

import secrets
import tomllib
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.translation import get_language, gettext

from hikeshi.casebook import services as casebook
from hikeshi.engines.common.problem import Problem
from hikeshi.engines.ledger.entry import Actor, Entry, Recorded
from hikeshi.recover import rules
from hikeshi.recover.entries import ItemAdded, ItemDone, ItemReopened, ItemWaived, ServiceRestored
from hikeshi.recover.models import Item

_CARDS = "card_data"
STEPS = {"eradicate": "S3.1", "harden": "S3.2", "restore": "S3.3"}


@cache
def suggestions() -> dict[str, dict[str, Any]]:
    """What recovery usually takes: name → stage, clause, when, ja, en."""
    return tomllib.loads((Path(__file__).parent / "suggestions.toml").read_text(encoding="utf-8"))


def items(case: Any) -> list[Item]:
    """The items in the order of the plan's step, then of adding."""
    found = Item.objects.filter(chain_id=case.chain_id).order_by("number")
    return sorted(found, key=lambda item: rules.STAGES.index(item.stage))


def item(case: Any, name: str) -> Item:
    """One item; raises Problem("recover.no_item")."""
    found = Item.objects.filter(chain_id=case.chain_id, item=name).first()
    if found is None:
        raise Problem("recover.no_item", item=name)
    return found


def what(case: Any, one: Item) -> str:
    """What is to be done; a suggestion that was taken up as it stood, in the language of the page."""
    said = casebook.text(case, one.what_sha256)
    suggestion = suggestions().get(one.suggestion, {})
    return str(suggestion[language()]) if said in (suggestion.get("ja"), suggestion.get("en")) else said


def open_items(case: Any) -> list[Item]:
    """What is neither done nor waived."""
    return [one for one in items(case) if one.state == "open"]


def shown(case: Any) -> list[dict[str, Any]]:
    """The items with their words and the names of their proof."""
    names = dict(casebook.evidence_of(case).values_list("sha256", "name"))
    return [
        {
            "item": one,
            "what": what(case, one),
            "who": one.who or casebook.text(case, one.who_sha256),
            "said": casebook.text(case, one.said_sha256),
            "proof": [(names.get(sha256, sha256), f"/i/{case.reference}/evidence/{sha256}/") for sha256 in one.proof],
        }
        for one in items(case)
    ]


def fitting(case: Any) -> list[tuple[str, dict[str, Any]]]:
    """Suggestions that fit and were not taken up yet."""
    kinds = casebook.facts(case).get("incident_kind")
    known = kinds.value if kinds and kinds.status in ("confirmed", "suspected") else None
    facts = [_CARDS] if card_data(case) else []
    names = rules.fitting(suggestions(), rules.kinds(known), [one.suggestion for one in items(case)], facts)
    return [(name, suggestions()[name]) for name in names]


def card_data(case: Any) -> bool | None:
    """Whether card data is or may be concerned; None while nobody knows."""
    fact = casebook.facts(case).get(_CARDS)
    if fact is None or fact.value is None or fact.status == "unknown":
        return None
    return bool(fact.value) and fact.status in ("confirmed", "suspected")


def hands_off(case: Any) -> bool:
    """Whether the acquirer and the card brands' investigator come before anybody touches the system."""
    return rules.hands_off(suggestions(), card_data(case) is True, {one.suggestion: one.state for one in items(case)})


def reason_needed(case: Any) -> bool:
    """Whether going back to business takes a reason: items are open, or the acquirer has not been asked."""
    return bool(open_items(case)) or hands_off(case)


def add(case: Any, stage: str, what: str, actor: Actor, **named: Any) -> Recorded:
    """Add an item. Keywords: who, suggestion, request_id."""
    data = ItemAdded(
        item=secrets.token_hex(8),
        stage=stage,  # type: ignore[arg-type]
        what=casebook.keep_text(case, what),
        who=casebook.keep_text(case, named["who"]) if named.get("who") else None,
        suggestion=named.get("suggestion", ""),
    )
    return _record(case, data, STEPS[stage], actor, request_id=named.get("request_id"))


def done(case: Any, name: str, actor: Actor, **named: Any) -> Recorded:
    """An item is done. Keywords: how (text), proof (SHA-256 of kept evidence), occurred_at."""
    stage = item(case, name).stage
    how, proof = named.get("how", ""), list(named.get("proof", ()))
    data = ItemDone(item=name, how=casebook.keep_text(case, how) if how else None, proof=proof)
    return _record(case, data, STEPS[stage], actor, occurred_at=named.get("occurred_at"))


def waive(case: Any, name: str, reason: str, actor: Actor) -> Recorded:
    """An item is not needed, or cannot be done."""
    stage = item(case, name).stage
    return _record(case, ItemWaived(item=name, reason=casebook.keep_text(case, reason)), STEPS[stage], actor)


def reopen(case: Any, name: str, actor: Actor, reason: str = "") -> Recorded:
    """An item turned out not to be done."""
    stage = item(case, name).stage
    data = ItemReopened(item=name, reason=casebook.keep_text(case, reason) if reason else None)
    return _record(case, data, STEPS[stage], actor)


def restored(case: Any, actor: Actor, *, occurred_at: Any = None, remarks: str = "") -> list[Recorded]:
    """Business goes on as before; the moment becomes a fact that the review counts with.

    With items still open the remarks must say why; Problem("recover.items_open") if they are empty.
    """
    left = open_items(case)
    if left and not remarks.strip():
        raise Problem("recover.items_open", left=len(left))
    when = occurred_at or casebook.now()
    data = ServiceRestored(remarks=casebook.keep_text(case, remarks) if remarks else None)
    fact = casebook.fact_entry(case, "recovered_at", when.isoformat(), "confirmed", actor, step="S3.3")
    return casebook.record(case, [Entry(data, actor, when, step="S3.3"), fact])


def _record(case: Any, data: Any, step: str, actor: Actor, **named: Any) -> Recorded:
    entry = Entry(data, actor, named.get("occurred_at"), step=step)
    return casebook.record(case, [entry], request_id=named.get("request_id"))[0]


def is_restored(case: Any) -> bool:
    """Whether business goes on as before."""
    fact = casebook.facts(case).get("recovered_at")
    return fact is not None and fact.status == "confirmed"


def summary(case: Any) -> dict[str, Any]:
    """For the board: where step 3 stands and what is next."""
    states = [one.state for one in items(case)]
    back = is_restored(case)
    state = rules.state(states, back)
    waiting = states.count("open")
    href = f"/i/{case.reference}/recover/"
    following: list[dict[str, Any]] = []
    if state in ("open", "todo"):
        title = gettext("復旧を進める") if states else gettext("復旧ですることを決める")
        why = gettext("入口をふさぎ、事故の影響を受けていないバックアップから戻します。")
        following = [{"title": title, "why": why, "href": href, "hat": "technical", "urgency": 40 if states else 35}]
    lines: Sequence[dict[str, str]] = ()
    if states:
        said = gettext("済み %(done)d・残り %(left)d") % {"done": len(states) - waiting, "left": waiting}
        lines = [{"label": gettext("復旧"), "text": said, "href": href}]
    return {"steps": {3: state}, "next": following, "lines": list(lines)}


def language() -> str:
    """The language of the page: ja or en."""
    return "en" if (get_language() or "ja").startswith("en") else "ja"
