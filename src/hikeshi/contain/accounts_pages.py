"""What the pages of the accounts show."""

import re
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext

from hikeshi import words
from hikeshi.casebook import services as casebook
from hikeshi.contain import accounts_reading as reading
from hikeshi.contain.accounts.accounts import OPENS, PHASES, Account, Step, said, services
from hikeshi.contain.accounts_reading import Standing
from hikeshi.prepare import services as prepare

# What a prepared device or contact of this kind is most likely entered with.
BY_KIND = {"server": "linux", "pc": "windows", "website": "wordpress", "bank": "bank", "acquirer": "card"}


def list_page(case: Any, workspace: Any, lang: str) -> dict[str, Any]:
    """Template variables of account_list.html."""
    found = reading.standings(case)
    following = next_of(found)
    return {
        "rows": [_row(one, found, lang, following) for one in found],
        "next": _link(following, lang) if following else None,
        "closed": sum(1 for one in found if one.state == "closed"),
        "first_open": next((_link(one, lang) for one in found if one.state == "left_open"), None),
        "total": len(found),
        "groups": groups(workspace, found, lang),
        "suspicions": suspicions(),
    }


def next_of(found: Sequence[Standing], but: str = "") -> Standing | None:
    """The next account to be taken up: the first that is neither closed nor answered to its end."""
    return next((one for one in found if one.id != but and one.state in ("new", "begun")), None)


def account_page(case: Any, one: Standing, lang: str) -> dict[str, Any]:
    """Template variables of account.html: the steps with their answers, and how it stands."""
    found = reading.standings(case)
    one = next((each for each in found if each.id == one.id), one)
    following = next_of(found, one.id)
    return {
        "one": one,
        "name": one.name(lang),
        "words": one.words(lang),
        "reason": reading.reason(one, found, lang),
        "phases": [
            {
                "id": phase,
                "name": said("phase", phase, lang),
                "steps": [_step_row(one, step, lang) for step in one.account.phase(phase)],
            }
            for phase in PHASES
        ],
        "missing": [{"id": name, "do": one.words(lang).steps[name].do} for name in one.outcome.missing],
        "lost": [one.words(lang).steps[name].do for name in one.outcome.lost],
        "next_account": _link(following, lang) if following else None,
        "others": [(each.id, each.name(lang)) for each in found if each.id != one.id],
        "suspicions": suspicions(),
        "sources": _sources(one.account, lang),
        "command": command(case, one),
        "runs": _runs(case, one) if one.account.by == "program" else [],
    }


def step_page(one: Standing, step: Step, lang: str) -> dict[str, Any]:
    """Template variables of account_step.html."""
    steps = one.account.steps
    at = steps.index(step)
    row = one.rows.get(step.id)
    return {
        "one": one,
        "step": step,
        "said": one.said(step, lang),
        "name": one.name(lang),
        "words": one.words(lang),
        "phase": said("phase", step.phase, lang),
        "at": at + 1,
        "of": len(steps),
        "row": row,
        "answered": answer_word(row.answer, lang) if row else "",
        "previous": steps[at - 1].id if at else "",
        "primary": primary(step.phase),
        "exits": [(code, said("answer", code, lang)) for code in ("not_there", "unknown", "cannot", "later")],
        # Revoking destroys some traces: said while one of them was not looked at.
        "first": _first_trace(one, lang) if step.phase != "proof" and not one.may_revoke else None,
        "sources": _sources(one.account, lang),
    }


# What a person fills in stands in capitals.
COMMANDS = {
    "linux": "linux USER --host root@HOST",
    "wordpress": "wordpress --site /var/www/html --host USER@HOST",
    "windows": "windows USER --out close.ps1",
    "microsoft-365": "microsoft-365 USER@example.co.jp",
    "google-workspace": "google-workspace USER@example.co.jp",
}


def command(case: Any, one: Standing) -> str:
    """The command that closes it, as a dry run; empty where only a person can."""
    words_of = COMMANDS.get(one.account.id)
    if not words_of:
        return ""
    return f"python3 start.py accounts close {words_of} --case {case.reference} --account {one.id} --dry-run"


def _runs(case: Any, one: Standing) -> list[dict[str, Any]]:
    """What programs did about it, newest first."""
    said_of = {"closed": gettext("使えなくした"), "open": gettext("まだ開いている"), "unknown": gettext("不明")}
    found = []
    for entry in casebook.entries(case, ["account.done", "account.failed"], newest_first=True):
        if entry.data["account"] == one.id:
            state = entry.data.get("state")
            found.append(
                {
                    "at": entry.recorded_at,
                    "user": words.visible(entry.data["user"]),
                    "host": words.visible(entry.data["host"]),
                    "said": said_of[state] if state else gettext("できなかった"),
                    "undo": words.visible(entry.data.get("undo", "")),
                }
            )
    return found[:10]


def primary(phase: str) -> str:
    """What the main button says was seen."""
    return {
        "proof": gettext("残した"),
        "revoke": gettext("閉じたのが見えた"),
        "verify": gettext("もう使えないのを見た（証拠を付けた）"),
    }[phase]


def answer_word(code: str, lang: str) -> str:
    """The first half of an answer: what was said, without where it leads."""
    return said("answer", code, lang).split("→")[0].strip()


def suspicions() -> list[tuple[str, str]]:
    """How sure the person is that somebody entered."""
    return [("yes", gettext("ある")), ("unknown", gettext("わからない")), ("no", gettext("ない"))]


def groups(workspace: Any, found: Sequence[Standing], lang: str) -> list[dict[str, Any]]:
    """The services as chips: first what the preparation names, then by what they open, most first."""
    shelf, known = services(), _prepared(workspace, lang)
    count = {name: sum(1 for one in found if one.row.service == name) for name in shelf}

    def chip(name: str) -> dict[str, str]:
        notes = [known[name]] if name in known else []
        if count[name]:
            notes.append(gettext("いま%(n)d件") % {"n": count[name]})
        return {"id": name, "name": shelf[name].words[lang].name, "note": gettext("・").join(notes)}

    made = [{"name": gettext("備えに書いてあるもの"), "chips": [chip(name) for name in shelf if name in known]}]
    for opens in OPENS:
        named = [name for name, one in shelf.items() if one.opens == opens and name not in known]
        # The one for everything else stands last of all.
        made.append({"name": said("opens", opens, lang), "chips": [chip(n) for n in named if n != reading.OTHER]})
    made.append({"name": gettext("ここにないもの"), "chips": [chip(reading.OTHER)]})
    return [group for group in made if group["chips"]]


def summary(case: Any, lang: str) -> dict[str, Any]:
    """For the board: how many are closed, which are open, and the next one."""
    found = reading.standings(case)
    if not found:
        return {"lines": [], "next": [], "open": 0}
    base = f"/i/{case.reference}/accounts/"
    closed = sum(1 for one in found if one.state == "closed")
    line = gettext("%(closed)d/%(total)d 使えなくした") % {"closed": closed, "total": len(found)}
    following = next_of(found)
    if closed < len(found):
        line += gettext("。開いている：%(names)s") % {
            "names": _joined([one.name(lang) for one in found if one.state != "closed"], lang)
        }
    things = []
    if following:
        things.append(
            {
                "title": gettext("「%(name)s」を、ほかの人が使えないようにする") % {"name": following.name(lang)},
                "why": reading.reason(following, found, lang),
                "hat": "technical",
                "href": f"{base}{following.id}/" + (f"{step.id}/" if (step := following.next) else ""),
                "action": gettext("続ける") if following.rows else gettext("はじめる"),
                "urgency": 95 if following.row.suspected == "yes" else 66,
            }
        )
    elif closed < len(found):
        # Put off, or not to be closed by the person alone: it must not be forgotten.
        left = gettext("残っていることを終えるか、そこに書いてある先へ助けを求めます。")
        things.append(
            {
                "title": gettext("開いたままのアカウントを閉じる（%(n)d件）") % {"n": len(found) - closed},
                "why": left,
                "hat": "technical",
                "href": base,
                "urgency": 56,
            }
        )
    return {
        "lines": [{"label": gettext("アカウント"), "text": line, "href": base}],
        "next": things,
        "open": len(found) - closed,
    }


def _joined(names: list[str], lang: str, most: int = 3) -> str:
    mark = "、" if lang == "ja" else ", "
    return mark.join(names[:most]) + (gettext(" ほか%(n)d件") % {"n": len(names) - most} if len(names) > most else "")


def _row(one: Standing, found: list[Standing], lang: str, following: Standing | None) -> dict[str, Any]:
    return {
        "id": one.id,
        "name": one.name(lang),
        "state": one.state,
        "done": one.done,
        "total": one.total,
        "reason": reading.reason(one, found, lang),
        "next": following is not None and one.id == following.id,
    }


def _link(one: Standing, lang: str) -> dict[str, str]:
    return {"id": one.id, "name": one.name(lang), "step": one.next.id if one.next else ""}


def _step_row(one: Standing, step: Step, lang: str) -> dict[str, Any]:
    row = one.rows.get(step.id)
    return {
        "id": step.id,
        "do": one.said(step, lang).do,
        "row": row,
        "answered": answer_word(row.answer, lang) if row else "",
        "done": row is not None and row.answer in ("seen", "not_there"),
    }


def _first_trace(one: Standing, lang: str) -> dict[str, str]:
    answers = one.progress.answers
    step = next(each for each in one.account.phase("proof") if answers.get(each.id, "later") == "later")
    return {"id": step.id, "do": one.said(step, lang).do}


def _sources(account: Account, lang: str) -> list[dict[str, Any]]:
    return [
        {"title": account.words[lang].sources[name], "url": source.url, "read": source.read, "checked": source.checked}
        for name, source in account.sources.items()
    ]


def _prepared(workspace: Any, lang: str) -> dict[str, str]:
    """Services that the preparation seems to name, with the name that it has there."""
    listed = [*prepare.devices(workspace, lang), *prepare.contacts(workspace, lang)]
    found: dict[str, str] = {}
    for item in listed:
        name = str(item.get("name", ""))
        told = words.visible(name)[:40]
        for service, account in services().items():
            if _is_named(account, name):
                found.setdefault(service, told)
        if (by_kind := BY_KIND.get(item["kind"])) and name:
            found.setdefault(by_kind, told)
    return found


def _is_named(account: Account, text: str) -> bool:
    names = [*account.also, *(re.split(r"[（(]", account.words[lang].name)[0] for lang in account.words)]
    for name in (one.strip(" ！!").casefold() for one in names):
        ascii_only = name.isascii()
        pattern = rf"(?<![a-z0-9]){re.escape(name)}(?![a-z0-9])" if ascii_only else re.escape(name)
        if len(name) >= 2 and account.id != reading.OTHER and re.search(pattern, text.casefold()):
            return True
    return False
