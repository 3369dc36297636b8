"""How the machines of an incident stand, from the record alone: cut or open and the undo, evidence kept or not yet."""

import os
import shlex
from dataclasses import dataclass, field
from typing import Any

from django.utils import dateformat, timezone
from django.utils.translation import gettext, ngettext

from hikeshi import words
from hikeshi.casebook import services as casebook
from hikeshi.contain import evidence_books, rules
from hikeshi.contain.reading import as_answer, language
from hikeshi.engines.common import openssh

BY_HAND = ("cut-network", "cut-router", "ask-by-phone")
"""The cards on which a person cuts a machine off with their own hands."""
MOST = 500
OFF = "python3 start.py isolate off"
CUT = ("isolated", "pending", "undoing", "not_undone")


@dataclass
class Standing:
    """`state` as last recorded, or what is not known of it.

    "owed": an intent has no result yet; "unsure": the answer broke off; "failed": it could not be cut; "not_undone":
    the undo failed; "never_cut": there was nothing to undo. `linked`: it was reached over SSH, by this name. `book`:
    what has the result of the undo written into this incident. `over`: the pending cut was tried over a lasting one,
    to which it goes back.
    """

    host: str
    state: str = "owed"
    allow: list[str] = field(default_factory=list)
    linked: bool = False
    over: bool = False
    book: tuple[str, ...] = ()

    @property
    def undo(self) -> str:
        """The command that undoes it from here; none where it is undone at that machine itself.

        Nor for a name that could be a command: it would be pasted into a shell.
        """
        if self.host == "localhost":
            return " ".join([*(["sudo"] if os.name == "posix" else []), OFF, shlex.join(self.book)]).rstrip()
        known = self.linked and openssh.HOST.fullmatch(self.host)
        return f"{OFF} {shlex.join(['--host', self.host, *self.book])}" if known else ""


def standings(case: Any) -> list[Standing]:
    """One for each host, in the order in which they were first touched."""
    from hikeshi.contain.models import HostStep

    found: dict[str, Standing] = {}
    last: dict[str, str] = {}
    intended = casebook.entries(case, kinds=["isolation.intended"], newest_first=True, limit=MOST)
    linked = {entry.data["host"][:300] for entry in intended if entry.data["way"] == "ssh"}
    for step in HostStep.objects.filter(chain_id=case.chain_id).order_by("number"):
        standing = found.setdefault(step.host, Standing(step.host, linked=step.host in linked))
        # What a refusal leaves as it was: a cut of before, or none.
        cut = last.get(step.host) in CUT
        if step.state == "pending":
            standing.over = last.get(step.host) == "isolated" or (standing.over and last.get(step.host) == "pending")
        if step.state == "failed" and cut:
            standing.state = last[step.host]
        elif step.state == "not_undone" and not cut:
            standing.state = "never_cut"
        else:
            standing.state = step.state
        if step.state not in ("owed", "unsure"):
            last[step.host] = standing.state
        if step.allow is not None:
            standing.allow = step.allow
    if any(one.state in CUT for one in found.values()):
        book = tuple(evidence_books.options(case))
        for one in found.values():
            one.book = book
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
        "unsure": gettext(
            "途中で返事が切れ、いまの状態が分かりません。「python3 start.py isolate status」で確かめてください"
        ),
        "never_cut": gettext("切り離した記録がありません。相手の名前を確かめてください"),
        "not_undone": gettext("元に戻せませんでした。切り離されたままです"),
        "failed": gettext("切り離せませんでした。LANケーブルを抜いてください（電源は入れたまま）"),
    }.get(standing.state, gettext("状態が分かりません"))
    if standing.over and standing.state == "pending":
        said = gettext("切り離し中（確定しないと、時間が来れば、前に確定した切り離しに戻ります）")
    parts = [f"{words.visible(standing.host)}: {said}"]
    if standing.state in CUT:
        allowed = words.visible(", ".join(standing.allow)) or gettext("なし")
        parts.append(gettext("通すもの：%(what)s") % {"what": allowed})
        if standing.undo:
            parts.append(gettext("元に戻すには：%(command)s") % {"command": standing.undo})
        else:
            parts.append(gettext("元に戻すには、その機械で（管理者として）：%(command)s") % {"command": OFF})
    return gettext("。").join(parts)


def lines(case: Any, walk: Any) -> list[dict[str, str]]:
    """What the incident's page says of the cut and of the evidence: label, text, where to go on."""
    base, found = f"/i/{case.reference}/", standings(case)
    said = [{"label": gettext("隔離"), "text": line(one)} for one in found]
    by_hand = _by_hand(case, walk, base)
    kept, names = collected(case)
    # A machine that was cut off by a command is known by name: then it is known whether its state was taken, too.
    bare = [one.host for one in found if one.state != "open" and one.host not in names]
    texts = [
        *_photos(walk),
        *(gettext("%(host)s：%(text)s") % {"host": host, "text": text} for host, text in kept.items()),
    ]
    texts += [gettext("%(host)s：中の証拠は、まだ集めていません") % {"host": words.visible(host)} for host in bare]
    if walk.patient and not kept and not bare:
        texts.append(gettext("機械の中の証拠は、まだ集めていません。電源を入れたまま、集めるか、詳しい人に頼みます"))
    held = [{"label": gettext("証拠"), "text": text, "href": f"{base}keep-evidence/"} for text in texts]
    return [*by_hand, *said, *held]


def _by_hand(case: Any, walk: Any, base: str) -> list[dict[str, str]]:
    """The cable that was pulled out, or has not been yet."""
    label = gettext("隔離")
    row = next((walk.rows[name] for name in BY_HAND if name in walk.rows and _cuts(walk, name)), None)
    if row is not None:
        told = {"when": _moment(row.occurred_at or row.recorded_at)}
        text = gettext("手で切り離しました（%(when)s）。元に戻すのは、調べ終わってから：線をさし、Wi-Fiを入れます")
        return [{"label": label, "text": text % told, "href": f"{base}first-hour/{row.card}/"}]
    card = next((name for name in BY_HAND if name in walk.order), None)
    if card is None or any(one.state in ("isolated", "pending") for one in standings(case)):
        return []
    text = gettext("まだ切り離していません。LANケーブルを抜き、Wi-Fiを切ります（電源は入れたまま）")
    return [{"label": label, "text": text, "href": f"{base}first-hour/{card}/"}]


def _cuts(walk: Any, name: str) -> bool:
    """Whether the answer to this card says that the network is cut."""
    return "cut" in rules.marks(walk.shelf.deck, [as_answer(walk.rows[name])])


def _photos(walk: Any) -> list[str]:
    count = sum(len(row.photos) for row in walk.rows.values())
    return [ngettext("写真 %(n)d枚", "写真 %(n)d枚", count) % {"n": count}] if count else []


def collected(case: Any) -> tuple[dict[str, str], set[str]]:
    """How the collecting from each machine ended last, by its name; and every name that such a machine goes by.

    This machine is "localhost" where the collecting begins, and has its own name in what was collected.
    """
    kinds = ["collection.begun", "collection.done", "collection.failed", "collection.imported"]
    ended: dict[str, tuple[str, str]] = {}
    names: set[str] = set()
    for entry in casebook.entries(case, kinds=kinds, limit=MOST):
        data, kind = entry.data, entry.kind.partition(".")[2]
        names.add(data["host"])
        number = data.get("collection") or str(entry.number)
        ended.pop(number, None)
        ended[number] = (words.visible(data["host"]), _ended(kind, data, entry.recorded_at))
    return dict(ended.values()), names


def _ended(kind: str, data: Any, at: Any) -> str:
    if kind == "begun":
        return gettext("集め始めましたが、結果がまだ記録されていません。「証拠を残す」で確かめてください")
    if kind == "failed":
        return gettext("最後まで集められませんでした。もう一度集めてください")
    if not data["intact"]:
        return gettext("集めたものに、おかしいところがあります。「証拠を残す」で確かめてください")
    count, when = data.get("items") or data.get("files", 0), _moment(at)
    text = ngettext("%(n)d種類を保管しました（%(when)s）", "%(n)d種類を保管しました（%(when)s）", count)
    text %= {"n": count, "when": when}
    missing = len(data.get("failed", ()))
    return text + (gettext("。取れなかったもの %(n)d種類") % {"n": missing} if missing else "")


def _moment(at: Any) -> str:
    """11/6(金) 14:05, as everywhere on the page."""
    return dateformat.format(timezone.localtime(at), "D j M, H:i" if language() == "en" else "n/j(D) H:i")
