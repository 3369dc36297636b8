"""Deliveries in words: states, what is wrong with a row, what to do next about one person."""

from __future__ import annotations

import re
from typing import Any

from django.utils.translation import gettext

from hikeshi import words
from hikeshi.engines.common.problem import Problem
from hikeshi.notify import services
from hikeshi.notify.delivery import rules
from hikeshi.notify.delivery.people import Recipient

CHANGED = ("notify.text_not_approved", "notify.text_changed", "notify.step_missing")


def states() -> dict[str, str]:
    return {
        "waiting": gettext("これから送る"),
        "later": gettext("あとでもう一度"),
        "sent": gettext("送った"),
        "told": gettext("電話で伝えた"),
        "open": gettext("届いたかわからない"),
        "failed": gettext("送れなかった"),
        "returned": gettext("戻ってきた"),
        "broken": gettext("宛先を直す"),
        "elsewhere": gettext("ほかの方法で送る"),
        "left": gettext("これ以上は送らない"),
    }


def numbers(now: rules.Standing) -> str:
    """How many of the list are in which state: 「送った 1998、戻ってきた 2」."""
    counts, names = now.counts(), states()
    return gettext("、").join(f"{names[state]} {counts[state]}" for state in rules.STATES if counts[state])


def stage(now: rules.Standing) -> str:
    return {
        "drafted": gettext("列の確認を待っています"),
        "listed": gettext("まだ送っていません"),
        "running": {"post": gettext("手紙を出しています"), "phone": gettext("電話しています")}.get(
            now.way, gettext("送っています")
        ),
        "paused": gettext("止まっています"),
        "ended": gettext("終わりました"),
    }[now.stage]


def way(code: str) -> str:
    return {"mail": gettext("メール"), "post": gettext("郵便"), "phone": gettext("電話")}[code]


def wrong(person: Recipient) -> str:
    """What is wrong with a row, named so that it can be put right."""
    code, _, first = person.wrong.partition(":")
    said = {
        "email_empty": gettext("メールアドレスがありません"),
        "email_no_at": gettext("メールアドレスに「@」がありません"),
        "email_several": gettext("メールアドレスが2つ以上あるか、空白が入っています"),
        "email_letters": gettext("メールアドレスに見えない文字が入っています"),
        "email_local": gettext("「@」の前に使えない文字があります"),
        "email_domain": gettext("「@」の後ろが正しくありません"),
        "email_too_long": gettext("メールアドレスが長すぎます"),
        "name": gettext("名前がありません"),
        "address": gettext("住所がありません"),
        "phone": gettext("電話番号がありません"),
        "name_odd": gettext("名前が長すぎるか、文のようです（名前だけを入れます）"),
        "items": gettext("その人の情報の項目に、事実「個人データの項目」にない言葉があります"),
        "records": gettext("件数が数字ではありません"),
        "secret": gettext("名前の列に、マイナンバー・カード番号・パスワードがあります（消してから入れ直します）"),
    }
    if code == "doubled":
        return gettext("%(n)s番と同じ人、同じ宛先です") % {"n": first}
    return said.get(code, "")


def note(person: Recipient) -> str:
    """What was seen and is no fault."""
    code, _, first = person.note.partition(":")
    return gettext("%(n)s番の人と同じ宛先です（ご家族など）") % {"n": first} if code == "shared" else ""


def next_thing(person: rules.Person, way_: str) -> str:
    """The next thing to do about one person; "" for nothing."""
    found = rules.next_thing(person)
    if found == "look":
        return gettext("相手の返事や受信箱で、届いたかを確かめます。わからなければ、電話か手紙で伝えます。")
    if found == "correct" and way_ == "mail":
        return gettext("アドレスが違うか、使われていません。手紙か電話で伝えます。")
    if found:
        return gettext("この方法では届きません。手紙か電話で伝えます。")
    if person.state == "elsewhere":
        return (
            gettext("電話の台本で伝え、話したことを書きます。")
            if person.way == "phone"
            else gettext("手紙を印刷して出します。")
        )
    return ""


def outcome(code: str) -> str:
    return {
        "told": gettext("お伝えした"),
        "absent": gettext("不在だった"),
        "call_again": gettext("かけ直す約束をした"),
        "wrong_number": gettext("番号が違った"),
        "refused": gettext("聞いてもらえなかった"),
    }.get(code, code)


def problem(code: str, params: dict[str, Any]) -> str:
    """A problem that was recorded, in the language of the page; what the record does not hold of it is 「…」."""
    said = words.problem(Problem(code, **params), services.language()) if code else ""
    return re.sub(r"\{[a-z_]+\}", "…", said)


def stopped(now: rules.Standing) -> str:
    """Why a delivery stands still. "Nothing was sent" would be untrue in the middle of a list."""
    counts = now.counts()
    if now.problem in CHANGED:
        left = counts["waiting"] + counts["later"]
        return problem("notify.text_changed_midway", {"sent": counts["sent"], "left": left})
    return problem(now.problem, now.params)


def trial(test: dict[str, Any]) -> str:
    """What became of a mail to oneself."""
    if "state" not in test:
        return gettext("送るのを待っています。少しして、このページを開き直してください。")
    if test["problem"]:
        return problem(test["problem"], test["params"])
    return {
        "sent": gettext("送りました。受信箱（迷惑メールの中も）を見てください。"),
        "later": gettext("相手のサーバーが「あとで」と答えました（%(code)s）。しばらくして、もう一度試してください。"),
        "failed": gettext("相手のサーバーが断りました（%(code)s）。アドレスと設定を確かめてください。"),
        "open": gettext("途中で切れたため、届いたかわかりません。受信箱を見てください。"),
    }[test["state"]] % {"code": test["code"]}


def script(case: Any, sender: dict[str, str], person: Recipient) -> list[str]:
    """What to say on the telephone, line by line."""
    shop = sender.get("name") or sender.get("person") or case.reference
    name = person.name or gettext("お客様")
    lines = [
        gettext("「%(name)s様でいらっしゃいますか。」ご本人でなければ、内容は話さず、戻られる時刻を聞きます。")
        % {"name": name},
        gettext(
            "「%(shop)sの（自分の名前）と申します。お客様の個人情報について、お詫びとお知らせがあり、お電話しました。」"
        )
        % {"shop": shop},
        gettext("下の「この方への文」を、そのまま読みます。書いてあることだけを話し、推測は言いません。"),
    ]
    lines.append(gettext("暗証番号・カード番号・パスワードは、こちらから決して聞きません。そのことも伝えます。"))
    if phone := sender.get("phone"):
        lines.append(
            gettext("「ご質問は %(phone)s で承ります。」電話を切ったら、すぐ下に書きます。") % {"phone": phone}
        )
    return lines
