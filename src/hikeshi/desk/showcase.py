"""What /components/ shows: one made-up incident, in which each component has something to say."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta, timezone
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

JST = timezone(timedelta(hours=9))


class SampleForm(forms.Form):
    where = forms.CharField(label=gettext_lazy("どの機械ですか"))
    what = forms.CharField(label=gettext_lazy("何を見ましたか"), widget=forms.Textarea(attrs={"rows": 3}))
    since = forms.DateTimeField(
        label=gettext_lazy("いつからですか"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
    )
    how_many = forms.IntegerField(label=gettext_lazy("少なくとも何人ですか"), required=False, min_value=0)
    seen = forms.MultipleChoiceField(
        label=gettext_lazy("見えたもの"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[
            ("red", gettext_lazy("赤い画面")),
            ("words", gettext_lazy("英語の文")),
            ("moving", gettext_lazy("まだ動いている")),
        ],
    )
    here = forms.ChoiceField(
        label=gettext_lazy("おかしいのは、いま触っているこの機械ですか"),
        widget=forms.RadioSelect,
        choices=[
            ("yes", gettext_lazy("はい")),
            ("no", gettext_lazy("いいえ、別の機械です")),
            ("unknown", gettext_lazy("わからない")),
        ],
    )
    told = forms.BooleanField(label=gettext_lazy("家族・従業員に「触らない」と伝えました"), required=False)


def context(asked: Collection[str] = ()) -> dict[str, Any]:
    """The variables of desk/components.html; `asked`: "drill" (in its frame), "mistakes" (a form that came back)."""
    at = datetime(2026, 11, 6, 14, 3, tzinfo=JST)
    limit: dict[str, Any] = {
        "title": _("個人情報保護委員会への最終報告"),
        "kind": "limit",
        "due": date(2026, 12, 7),
        "days_left": 31,
        "counted_from": _("11/6(金)に知った日"),
        "article": _("規則第8条第2項"),
        "article_text": _(
            "個人情報保護法施行規則。知った日から30日以内（不正の目的によるおそれがあるときは60日以内）。"
        ),
        "article_url": "https://laws.e-gov.go.jp/",
        "href": "#main",
    }
    guide = {
        **limit,
        "title": _("個人情報保護委員会への最初の報告"),
        "kind": "guide",
        "due_from": date(2026, 11, 8),
        "due": date(2026, 11, 10),
        "days_left": 4,
        "provisional": True,
        "article": _("規則第8条第1項"),
        "article_text": _("個人情報保護法施行規則。速やかに。ガイドラインは、おおむね3〜5日以内としています。"),
    }
    insurer = {
        "title": _("保険会社への事故報告"),
        "kind": "limit",
        "due": date(2026, 11, 5),
        "days_left": -1,
        "counted_from": at.date(),
        "article": _("契約書 第12条"),
    }
    met = {**insurer, "title": _("弁護士への連絡"), "met": True, "met_at": at}
    return {
        "now": at,
        "case": {"ref": "HKS-2026-001", "title": _("公開サーバーへの不正アクセス"), "drill": "drill" in asked},
        "hats": True,
        "clocks": [guide, limit],
        "deadlines": [limit, guide, insurer, met],
        "help_line": [
            {
                "name": _("警察相談専用電話"),
                "phone": "#9110",
                "hours": _("平日 8:30〜17:15（都道府県により違います）"),
                "verified": date(2026, 10, 1),
            },
            {
                "name": _("弁護士 山田"),
                "role": _("顧問弁護士"),
                "phone": "03-0000-0000",
                "hours": _("平日 9:00〜18:00"),
            },
        ],
        "note_bar": {"action": "#", "hidden": {"request_id": "sample"}},
        "task": {
            "hat": "technical",
            "title": _("ログを集める"),
            "why": _("古いログは自動で消えます。消える前に写しを取ります。"),
            "href": "#main",
            "minutes": 10,
        },
        "counts": [("confirmed", 4), ("suspected", 3), ("unknown", 5), ("refuted", 1)],
        "facts": [
            {
                "label": _("侵入された機械"),
                "value": "web-01",
                "status": "confirmed",
                "source": _("auth.log 1204行目"),
                "recorded_at": at,
            },
            {"label": _("見られた人数"), "value": _("412〜431人"), "status": "suspected", "source": _("顧客一覧.xlsx")},
            {"label": _("持ち出された量"), "status": "unknown", "href": "#main"},
            {
                "label": _("カード番号"),
                "value": _("保存していない"),
                "status": "refuted",
                "source": _("聞き取り：花子"),
            },
        ],
        "steps": [
            {"name": _("初動"), "state": "done", "href": "#main"},
            {"name": _("調査"), "state": "doing", "href": "#main", "current": True},
            {"name": _("復旧"), "state": "open", "href": "#main"},
            {"name": _("連絡・報告"), "state": "doing", "href": "#main"},
            {"name": _("再発防止"), "state": "open"},
            {"name": _("記録と完了"), "state": "waived"},
        ],
        "entries": [
            {
                "number": 42,
                "occurred": at - timedelta(minutes=20),
                "recorded_at": at,
                "kind": _("メモ"),
                "hat": "technical",
                "who": _("太郎"),
                "text": _("LANケーブルを抜いた。リンクの明かりが消えた。"),
                "files": [{"name": "IMG_0012.jpg", "href": "#main"}],
            },
            {
                "number": 41,
                "recorded_at": at - timedelta(minutes=30),
                "kind": _("カードの答え"),
                "hat": "owner",
                "who": _("花子"),
                "text": _("赤い画面と英語の文が見えた。"),
                "correction": True,
            },
        ],
        "table_caption": _("知らせる先"),
        "table_columns": [_("届出先"), _("なぜ"), _("件数"), _("状態")],
        "table_rows": [
            [_("個人情報保護委員会"), _("不正アクセスによる漏えいのおそれ（規則第7条第3号）"), 418, _("下書き")],
            [_("警察"), _("不正アクセスの疑い"), 1, _("これから")],
        ],
        "page": Paginator(range(200), 20).page(3),
        "form": SampleForm({"how_many": "-3", "seen": ["red"]}) if "mistakes" in asked else SampleForm(),
        "chips": [
            ("red", _("赤い画面")),
            ("words", _("英語の文")),
            ("moving", _("まだ動いている"), _("ファンの音など")),
        ],
        "lost": [_("メモとカードの自由な文 48件"), _("写真 6枚")],
    }
