"""What is said while our own mail or machine is suspect: what is closed, and which ways are open instead."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext

from hikeshi.notify.letters import ways


def closed_words(case: Any) -> dict[str, Any]:
    """What is closed while our mail or machine is suspect, and the ways that are open instead."""
    found = ways.suspect(case)
    if not found:
        return {}
    machine = ways.MACHINE in found
    return {
        "what": gettext("この機械からの送信（メール・Webの報告フォーム・公表）と、この画面やメールでの弁護士の承認")
        if machine
        else gettext("このメールでの送信と、メールでの弁護士の承認"),
        "instead": [
            gettext("郵便（書留など）で送る、または手渡しする"),
            gettext("電話で伝えて、話したことを記録する"),
            gettext("事故にあっていない別の機械と、別のメールアドレスから送る（記録では「その他」を選びます）"),
            gettext("弁護士には、知っている番号へ電話して文を読み合わせるか、署名した紙をもらう"),
        ],
    }
