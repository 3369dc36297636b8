"""What a person's verdict on a finding states and takes back: a finding that was none leaves no fact behind."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext

from hikeshi.casebook import services as casebook
from hikeshi.engines.ledger.entry import Actor, Entry
from hikeshi.investigate import rules
from hikeshi.investigate.models import Finding

ALSO = {"period": ("period",), "route": ("route",), "crime": ("crime_suspected", "malicious")}
STATUS = {"fact": "confirmed", "suspicion": "suspected"}


def entries(case: Any, row: Finding, verdict: str, actor: Actor, *, also: Sequence[str], said: str) -> list[Entry]:
    """The facts that follow from the verdict. `also`: "period", "route", "crime"; `said`: the finding in words."""
    named: dict[str, Any] = {"source": gettext("ログの調査"), "step": "S2.2"}
    mine = f"finding:{row.finding}"
    if verdict == "wrong":
        known = casebook.facts(case)
        refuted = [casebook.fact_entry(case, mine, None, "refuted", actor, text=said, **named)] if mine in known else []
        stacks = _said(case)
        last = {key: before for key, before in _last_said_by(stacks, row).items() if key != "period"}
        again = [_again(case, key, before, actor) for key, before in last.items()]
        return refuted + again + _period_without(case, row, stacks["period"], actor)
    status = STATUS[verdict]
    keys = {key for name in also for key in ALSO[name]}
    made = [casebook.fact_entry(case, mine, None, status, actor, text=said, **named)]
    for key in [key for group in ALSO.values() for key in group if key in keys]:
        value, sure, text = _stated(case, row, key, status, said)
        made.append(casebook.fact_entry(case, key, value, sure, actor, text=text, **named))
    if verdict == "suspicion":
        # Not sure any more: what the earlier verdict had stated as certain is a suspicion, too.
        for key in sorted(set(_last_said_by(_said(case), row)) - keys):
            made.append(_weaker(case, key, actor, named))
    return made


def _stated(case: Any, row: Finding, key: str, status: str, said: str) -> tuple[Any, str, str | None]:
    """Value, status and words of one fact."""
    if key == "route":
        return None, status, said
    if key != "period":
        return True, status, None
    known = casebook.facts(case).get("period")
    if known is None or known.status not in STATUS.values():
        return rules.grown(None, row.first, row.last), status, None
    # A period is as sure as its less sure part: a suspicion that it swallowed must not leave as certain.
    sure = "confirmed" if (status, known.status) == ("confirmed", "confirmed") else "suspected"
    mine = rules.grown(None, row.first, row.last)
    grown = rules.grown(known.value, row.first, row.last)
    return grown, status if grown == mine else sure, None


Said = list[tuple[str, Any]]
"""Who stated a fact (a finding, or "" for anybody else), and the entry; in order, without what was judged wrong."""


def _said(case: Any) -> dict[str, Said]:
    """What is in force of each fact that verdicts state."""
    said: dict[str, Said] = {key: [] for group in ALSO.values() for key in group}
    judged: Any = None
    for entry in casebook.entries(case, ["investigate.finding_judged", "fact.stated"]):
        if entry.kind != "fact.stated":
            judged = entry
            if entry.data["verdict"] == "wrong":
                for key, stack in said.items():
                    said[key] = [one for one in stack if one[0] != entry.data["finding"]]
            continue
        # What a verdict states is recorded with it, in one commit, and so at the same moment.
        with_it = judged is not None and judged.recorded_at == entry.recorded_at
        if entry.data["key"] in said and not (with_it and judged.data["verdict"] == "wrong"):
            said[entry.data["key"]].append((judged.data["finding"] if with_it else "", entry))
    return said


def _last_said_by(said: dict[str, Said], row: Finding) -> dict[str, Any]:
    """The facts whose last word was a verdict on this finding, each with the entry in force before it (or None)."""
    mine = {key: stack for key, stack in said.items() if stack and stack[-1][0] == row.finding}
    return {key: next((e for by, e in reversed(stack) if by != row.finding), None) for key, stack in mine.items()}


def _period_without(case: Any, row: Finding, stack: Said, actor: Actor) -> list[Entry]:
    """The period anew, from what somebody else last said of it and the findings since, but for this one.

    Later findings grew the period that this one had stated: taking back the last word alone would leave its times.
    """
    people = [i for i, (by, _) in enumerate(stack) if not by]
    start = people[-1] if people else -1
    since = list(dict.fromkeys(by for by, _ in stack[start + 1 :]))
    if row.finding not in since:
        return []
    base = stack[start][1] if people else None
    rest = {one.finding: one for one in Finding.objects.filter(chain_id=case.chain_id, finding__in=since)}
    left = [rest[name] for name in since if name != row.finding and name in rest]
    if not left:
        return [_again(case, "period", base, actor)]
    known = base is not None and base.data["status"] in STATUS.values()
    period = base.data["value"] if known and base is not None else None
    sure = {base.data["status"]} if known and base is not None else set()
    for one in left:
        period = rules.grown(period, one.first, one.last)
        sure.add(STATUS.get(one.verdict, "suspected"))
    status = "confirmed" if sure == {"confirmed"} else "suspected"
    return [casebook.fact_entry(case, "period", period, status, actor, source=gettext("ログの調査"), step="S2.2")]


def _again(case: Any, key: str, before: Any, actor: Actor) -> Entry:
    """What was known before is known again; where nothing was, it is not known: never "no" (truth 6)."""
    if before is None:
        return casebook.fact_entry(case, key, None, "unknown", actor, source=gettext("ログの調査"), step="S2.2")
    data = before.data
    text = casebook.text(case, data["text"]) or None
    named: dict[str, Any] = {"source": data["source"], "text": text, "step": "S2.2"}
    return casebook.fact_entry(case, key, data["value"], data["status"], actor, **named)


def _weaker(case: Any, key: str, actor: Actor, named: dict[str, Any]) -> Entry:
    known = casebook.facts(case)[key]
    text = casebook.text(case, known.text_sha256) or None
    status = "suspected" if known.status == "confirmed" else known.status
    return casebook.fact_entry(case, key, known.value, status, actor, text=text, **named)
