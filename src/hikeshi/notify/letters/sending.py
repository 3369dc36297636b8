"""Forms for what was told and sent: a report made, who it comes from, a text that went out, the lawyer's word."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hikeshi.notify.deadlines.standing import AHEAD
from hikeshi.notify.forms import MOMENT, MOMENT_FORMATS

HOW = [
    ("web_form", _("Webの報告フォーム")),
    ("mail", _("メール")),
    ("post", _("郵便")),
    ("phone", _("電話")),
    ("in_person", _("対面")),
    ("other", _("その他")),
]


class Dated(forms.Form):
    """A form that says when something was done."""

    ahead = False
    """Whether times to come are taken: a drill's clock is its own."""

    def clean_at(self) -> Any:
        at = self.cleaned_data.get("at")
        if at and not self.ahead and at > timezone.now() + AHEAD:
            raise forms.ValidationError(_("これから先の日時です。行ってから記録するか、日時を直してください。"))
        return at


class ToldForm(Dated):
    """That a report was made, with its proof; or that it will not be made, with the reason."""

    what = forms.ChoiceField(
        label=_("どうしましたか"),
        choices=[("met", _("報告・連絡をした")), ("waived", _("しないことにした"))],
        initial="met",
        widget=forms.RadioSelect,
    )
    at = forms.DateTimeField(
        label=_("いつ"),
        help_text=_("空けておくと、いまの時刻になります。"),
        required=False,
        widget=MOMENT,
        input_formats=MOMENT_FORMATS,
    )
    how = forms.ChoiceField(label=_("どうやって"), choices=[("", _("選んでください")), *HOW], required=False)
    receipt = forms.CharField(label=_("受付番号"), required=False, max_length=200)
    proof = forms.FileField(label=_("証拠のファイル（受付画面の写真など）"), required=False, allow_empty_file=True)
    words = forms.CharField(
        label=_("メモ・理由"),
        help_text=_("「しないことにした」ときは、理由が要ります。"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    request_id = forms.RegexField(r"^[0-9a-f]{32}$", required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, past: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if past:
            missed = ("missed", _("期限を過ぎた（遅れた理由を書く）"))
            self.fields["what"].choices = [*self.fields["what"].choices, missed]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("what") == "waived" and not given.get("words"):
            self.add_error("words", _("しない理由を書いてください。あとで説明できるようにするためです。"))
        if given.get("what") == "missed" and not given.get("words"):
            self.add_error("words", _("遅れた理由を書いてください。報告で聞かれることがあります。"))
        return given


class SenderForm(forms.Form):
    """Who letters come from."""

    name = forms.CharField(label=_("屋号・会社名"), required=False, max_length=120)
    title = forms.CharField(label=_("肩書き"), help_text=_("例：代表"), required=False, max_length=60)
    person = forms.CharField(label=_("お名前"), required=False, max_length=80)
    postal_code = forms.CharField(label=_("郵便番号"), required=False, max_length=10)
    address = forms.CharField(label=_("住所"), required=False, max_length=200)
    phone = forms.CharField(label=_("電話"), required=False, max_length=40)
    email = forms.EmailField(label=_("メール"), required=False, max_length=120)
    hours = forms.CharField(label=_("受付時間"), required=False, max_length=120)
    business = forms.CharField(label=_("業種"), required=False, max_length=80)


class SendForm(Dated):
    """That exactly this text went out."""

    how = forms.ChoiceField(label=_("どうやって"), choices=[*HOW[:-1], ("published", _("公表した")), HOW[-1]])
    to = forms.CharField(
        label=_("だれへ"), help_text=_("例：影響を受けたお客様 418人"), required=False, max_length=2000
    )
    at = forms.DateTimeField(
        label=_("いつ"),
        help_text=_("空けておくと、いまの時刻になります。"),
        required=False,
        widget=MOMENT,
        input_formats=MOMENT_FORMATS,
    )
    receipt = forms.CharField(label=_("受付番号"), required=False, max_length=200)
    proof = forms.FileField(label=_("証拠のファイル（受付画面の写真など）"), required=False, allow_empty_file=True)
    request_id = forms.RegexField(r"^[0-9a-f]{32}$", required=False, widget=forms.HiddenInput)


class LawyerForm(forms.Form):
    """What the lawyer said of exactly this text; or why nobody was asked."""

    lawyer = forms.ChoiceField(
        label=_("弁護士の確認"),
        choices=[("approved", _("この文を確認した")), ("none", _("弁護士なしで進める"))],
        widget=forms.RadioSelect,
    )
    name = forms.CharField(label=_("弁護士のお名前"), required=False, max_length=80)
    how = forms.ChoiceField(
        label=_("どうやって確認しましたか"),
        required=False,
        choices=[
            ("by_mail", _("メール")),
            ("on_paper", _("書面")),
            ("by_phone", _("電話")),
            ("on_screen", _("この画面を見て")),
        ],
    )
    file = forms.FileField(
        label=_("証拠のファイル"),
        help_text=_("メールなら返信のファイル（.eml）、書面なら署名したPDFか写真。"),
        required=False,
        allow_empty_file=True,
    )
    note = forms.CharField(
        label=_("電話や画面で確認したときのこと"),
        help_text=_("例：11/8 14:20、事務所の代表番号にかけ、文を読み上げて「このとおりでよい」と言われた"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    reason = forms.CharField(
        label=_("弁護士なしで進める理由と、相談してみた窓口"),
        help_text=_("例：日弁連「ひまわりほっとダイヤル」0570-001-240"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    desk = forms.CharField(
        label=_("相談してみた窓口"),
        help_text=_("例：ひまわりほっとダイヤル（予約は来週）、商工会議所の無料相談"),
        required=False,
        max_length=300,
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("lawyer") == "approved" and not given.get("name"):
            self.add_error("name", _("確認した弁護士のお名前を書いてください。"))
        if given.get("lawyer") == "none" and not given.get("reason"):
            self.add_error("reason", _("理由を書いてください。あとで説明できるようにするためです。"))
        return given
