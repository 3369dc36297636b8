"""What was told already answers for the facts that ask whether it was: a notice that went out is not 「未定」."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import translation
from django.utils.translation import gettext

from hikeshi.engines.paper.model import Lang
from hikeshi.notify import wording
from hikeshi.notify.law.days import day_in_japan

# The fact → the duties that, once met, say it. A fact that a person stated, or doubts, is never overwritten.
SAID_BY = {
    "response_to_persons": ("appi.notice", "mn.notice", "appi.notice.alt"),
    "publication": ("appi.publish",),
    "police_report": ("police",),
}
NOT_APPLICABLE = "entrustment"
"""Nobody gave the data to anybody: whoever only runs their own business need not look into it."""


def answered(
    facts: Mapping[str, wording.Fact], told: Mapping[tuple[str, str], Any], lang: Lang
) -> dict[str, wording.Fact]:
    """The facts that follow from what was told and from the role. `told`: standing.told(case)."""
    with translation.override(lang):
        found = {}
        for key, targets in SAID_BY.items():
            rows = [told[target, "first"] for target in targets if (target, "first") in told]
            met = min((row for row in rows if row.state == "met"), key=lambda row: row.at, default=None)
            if met is not None and _open(facts.get(key)):
                found[key] = wording.Fact(None, "confirmed", _sentence(key, met, lang), met.at, "")
        role = facts.get("role")
        only_own = bool(role and role.status == "confirmed" and role.value == ["operator"])
        if role and only_own and _open(facts.get(NOT_APPLICABLE)):
            none = gettext("該当なし（自分の事業の情報）")
            found[NOT_APPLICABLE] = wording.Fact(None, "confirmed", none, role.recorded_at, "")
        return found


def _open(fact: wording.Fact | None) -> bool:
    return fact is None or fact.status == "unknown"


def _sentence(key: str, row: Any, lang: Lang) -> str:
    at: datetime = row.at
    parts = {"day": wording.day(day_in_japan(at), lang), "way": _way(row.how)}
    said = {
        "response_to_persons": gettext("%(day)s、%(way)sで本人に通知しました"),
        "publication": gettext("%(day)s、公表しました"),
        "police_report": gettext("%(day)s、%(way)sで相談・届出をしました"),
    }[key] % parts
    receipt = gettext("（受付番号 %(number)s）") % {"number": row.receipt} if row.receipt else ""
    return said + receipt


def _way(how: str) -> str:
    ways = {
        "web_form": gettext("Webの報告フォーム"),
        "mail": gettext("メール"),
        "post": gettext("郵便"),
        "phone": gettext("電話"),
        "in_person": gettext("対面"),
    }
    return ways.get(how, gettext("ほかの方法"))
