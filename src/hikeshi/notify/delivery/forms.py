"""Forms of deliveries: a list of people, how mail goes out, where reminders go, what was said on the telephone."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hikeshi.engines.mail.address import Address, parse

WAYS = [("mail", _("メール")), ("post", _("郵便（窓付き封筒の手紙）")), ("phone", _("電話"))]
FIELDS = [
    ("", _("使わない")),
    ("name", _("名前")),
    ("email", _("メールアドレス")),
    ("postal_code", _("郵便番号")),
    ("address", _("住所")),
    ("phone", _("電話番号")),
    ("items", _("その人の情報の項目")),
    ("records", _("その人の記録の件数")),
]
SECURITY = [("starttls", "STARTTLS"), ("tls", "TLS"), ("none", _("暗号化しない（この機械の中だけ）"))]
OUTCOMES = [
    ("told", _("お伝えした")),
    ("absent", _("不在だった")),
    ("call_again", _("かけ直す約束をした")),
    ("wrong_number", _("番号が違った")),
    ("refused", _("聞いてもらえなかった")),
]


def _hidden() -> forms.RegexField:
    return forms.RegexField(r"^[0-9a-f]{32}$", required=False, widget=forms.HiddenInput)


class ListForm(forms.Form):
    """Which approved text goes how to whom."""

    paper = forms.ChoiceField(label=_("送る文（承認されたもの）"), widget=forms.RadioSelect)
    way = forms.ChoiceField(label=_("送り方"), choices=WAYS, widget=forms.RadioSelect, initial="mail")
    file = forms.FileField(label=_("宛先の一覧のファイル"), help_text=_("CSV か XLSX。1行に1人。"), required=False)
    typed = forms.CharField(
        label=_("または、ここに書く"),
        help_text=_("1行に1人。例：山田 花子, hanako@example.com"),
        required=False,
        max_length=200_000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    request_id = _hidden()

    def __init__(self, *args: Any, papers: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["paper"].choices = papers  # type: ignore[attr-defined]
        if len(papers) == 1:
            self.fields["paper"].initial = papers[0][0]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not given.get("file") and not (given.get("typed") or "").strip():
            self.add_error("file", _("ファイルを選ぶか、下の欄に1行に1人ずつ書いてください。"))
        return given


class MailForm(forms.Form):
    """The servers through which mail goes out and comes back."""

    sender = forms.CharField(label=_("差出人のメールアドレス"), max_length=254)
    sender_name = forms.CharField(label=_("差出人の名前"), help_text=_("例：佐倉花店"), max_length=120)
    host = forms.CharField(label=_("送信サーバー（SMTP）"), help_text=_("例：smtp.example.jp"), max_length=253)
    port = forms.IntegerField(label=_("ポート"), min_value=1, max_value=65535, initial=587)
    security = forms.ChoiceField(label=_("暗号化"), choices=SECURITY, initial="starttls")
    user = forms.CharField(label=_("ユーザー名"), required=False, max_length=254)
    password = forms.CharField(
        label=_("パスワード"),
        help_text=_(
            "記録には残りません。この機械の鍵の置き場に、持ち主だけが読める形で置きます。空けておくと、前のものを使います。"
        ),
        required=False,
        max_length=500,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )
    per_minute = forms.IntegerField(
        label=_("1分に送る数"),
        help_text=_("メール会社の上限より少なく。わからなければ20のまま。"),
        min_value=1,
        max_value=600,
        initial=20,
    )
    reply_to = forms.CharField(label=_("返信先（差出人と違うとき）"), required=False, max_length=254)
    imap_host = forms.CharField(
        label=_("受信サーバー（IMAP）"),
        help_text=_("届かなかったメールを探すのに使います。空けておくと探しません。"),
        required=False,
        max_length=253,
    )
    imap_port = forms.IntegerField(label=_("受信のポート"), min_value=1, max_value=65535, initial=993, required=False)
    imap_security = forms.ChoiceField(label=_("受信の暗号化"), choices=SECURITY, initial="tls", required=False)
    imap_user = forms.CharField(label=_("受信のユーザー名（送信と違うとき）"), required=False, max_length=254)
    imap_password = forms.CharField(
        label=_("受信のパスワード（送信と違うとき）"),
        required=False,
        max_length=500,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )

    def clean_sender(self) -> str:
        return _address(self.cleaned_data["sender"])

    def clean_reply_to(self) -> str:
        said = self.cleaned_data["reply_to"]
        return _address(said) if said else ""


class RemindersForm(forms.Form):
    """Where reminders of deadlines go."""

    mail = forms.CharField(
        label=_("お知らせを受け取るメールアドレス"),
        help_text=_("空けておくと、メールでは知らせません。"),
        required=False,
    )
    chat = forms.CharField(
        label=_("チャットのWebフック"),
        help_text=_("https:// で始まるアドレス。Slack、Teams、Mattermost など。空けておくと、いまのまま。"),
        required=False,
        max_length=1000,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )
    no_chat = forms.BooleanField(label=_("チャットには知らせない"), required=False)

    def clean_mail(self) -> str:
        said = self.cleaned_data["mail"]
        return _address(said) if said else ""


class CallForm(forms.Form):
    """What came of a call."""

    outcome = forms.ChoiceField(label=_("どうなりましたか"), choices=OUTCOMES, widget=forms.RadioSelect)
    said = forms.CharField(
        label=_("だれが電話し、何を話したか"),
        help_text=_("例：花子から電話。メールの件をお詫びし、カード明細の確認をお願いした。"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    request_id = _hidden()


def _address(text: str) -> str:
    found = parse(text)
    if not isinstance(found, Address):
        raise forms.ValidationError(_("メールアドレスとして使えません。綴りを確かめてください。"))
    return found.plain
