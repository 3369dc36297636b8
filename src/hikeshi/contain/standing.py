"""How each host stands that was cut off in this incident, from the record alone: cut or open, and the undo."""

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext


@dataclass
class Standing:
    """`state` as last recorded; "owed" when an intent has no result yet, "failed" when it could not be done."""

    host: str
    state: str = "owed"
    allow: list[str] = field(default_factory=list)

    @property
    def undo(self) -> str:
        """The command that undoes it."""
        return "python3 start.py isolate off" + ("" if self.host == "localhost" else f" --host {self.host}")


def standings(case: Any) -> list[Standing]:
    """One for each host, in the order in which they were first touched."""
    from hikeshi.contain.models import HostStep

    found: dict[str, Standing] = {}
    for step in HostStep.objects.filter(chain_id=case.chain_id).order_by("number"):
        standing = found.setdefault(step.host, Standing(step.host))
        standing.state = step.state
        if step.allow is not None:
            standing.allow = step.allow
    return list(found.values())


def line(standing: Standing) -> str:
    """As the incident's page says it."""
    said = {
        "isolated": gettext("切り離し中"),
        "pending": gettext("切り離し中（確定しないと、時間が来れば元に戻ります）"),
        "open": gettext("つながっています"),
        "lost": gettext("切り離しが外れています。もう一度切ってください"),
        "undoing": gettext("元に戻している途中"),
        "owed": gettext("結果がまだ記録されていません。「python3 start.py isolate status」で確かめてください"),
        "failed": gettext("切り離せませんでした。LANケーブルを抜いてください（電源は入れたまま）"),
    }.get(standing.state, gettext("状態が分かりません"))
    parts = [f"{standing.host}: {said}"]
    if standing.state in ("isolated", "pending", "undoing"):
        allowed = ", ".join(standing.allow) or gettext("なし")
        parts.append(gettext("通すもの：%(what)s") % {"what": allowed})
        parts.append(gettext("元に戻すには：%(command)s") % {"command": standing.undo})
    return gettext("。").join(parts)
