"""{% load logs %}: times of log events, and what their columns are called."""

from datetime import datetime

from django import template
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hikeshi.engines.logs.clocks import in_seconds

register = template.Library()

COLUMNS = {
    "host.name": _("機械"),
    "event.action": _("何があったか"),
    "event.outcome": _("成功か失敗か"),
    "event.provider": _("書いたプログラム"),
    "event.reason": _("くわしく"),
    "event.timezone": _("時間帯"),
    "user.name": _("アカウント"),
    "source.ip": _("接続元"),
    "destination.ip": _("接続先"),
    "network.peer.address": _("取り次いだ機械（プロキシ）"),
    "http.request.header.x-forwarded-for": _("取り次ぎ元という申告（X-Forwarded-For。偽れます）"),
    "process.name": _("プログラム"),
    "file.path": _("ファイル"),
    "url.original": _("アドレス（URL）"),
    "http.request.method": _("方法"),
    "http.response.status_code": _("応答の番号"),
    "network.bytes": _("大きさ（バイト）"),
    "message": _("書かれていた文"),
    "log.clock_error": _("直した時計のずれ（秒。マイナスは、遅れていた）"),
    "log.format": _("ログの形式"),
    "log.file.path": _("ログのファイル"),
}


@register.filter
def moment(text: str | None) -> datetime | str:
    """A time as the log engine writes it, as a moment; what is none passes through."""
    try:
        return datetime.fromisoformat(text or "")
    except ValueError:
        return text or ""


@register.filter
def seconds(error: float) -> str:
    """By how many seconds a clock was wrong, whichever way."""
    return in_seconds(abs(error))


@register.filter
def column(name: str) -> str:
    """A column in plain words where we have them; else its own name."""
    return str(COLUMNS[name]) if name in COLUMNS else name or gettext("名前のない欄")
