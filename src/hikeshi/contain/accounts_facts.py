"""What a closed account says of the incident: one more line of what was done to contain it (S1.3b)."""

from __future__ import annotations

from typing import Any

from hikeshi.casebook import services as casebook
from hikeshi.contain.accounts.accounts import Account, said
from hikeshi.contain.accounts_reading import Standing
from hikeshi.engines.ledger.entry import Actor

KEY = "containment_done"


def closed_line(account: Account, lang: str) -> str:
    """The line, without which one of several it is."""
    return said("fact", "closed", lang).format(name=account.words[lang].name)


def entries(case: Any, one: Standing, actor: Actor, lang: str, *, closed: bool) -> list[Any]:
    """The fact with this account's line, or without it once the account stands open again."""
    fact = casebook.facts(case).get(KEY)
    text = casebook.text(case, fact.text_sha256) if fact else ""
    tail = f" ({one.label})" if one.label else ""
    mine = {closed_line(one.account, each) + tail for each in one.account.words}
    kept = [line for line in text.splitlines() if line and line not in mine]
    lines = [*kept, closed_line(one.account, lang) + tail] if closed else kept
    if lines == text.splitlines():
        return []
    status = "confirmed" if closed else fact.status if fact and lines else "unknown"
    source = said("fact", "source", lang).format(name=one.words(lang).name)
    told = {"source": source, "text": "\n".join(lines), "step": "S1.3b"}
    return [casebook.fact_entry(case, KEY, None, status, actor, **told)]
