"""Forms of step 3."""

import secrets
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

STAGES = [
    ("eradicate", _("取り除く（入口をふさぐ・不正なものを消す）")),
    ("harden", _("固める（更新・設定・権限）")),
    ("restore", _("戻す（バックアップから・再開）")),
]


class AddForm(forms.Form):
    """A new item; only what is to be done is needed."""

    what = forms.CharField(label=_("すること"), max_length=2000)
    stage = forms.ChoiceField(label=_("どの段階ですか"), choices=STAGES, widget=forms.RadioSelect, initial="eradicate")
    who = forms.CharField(label=_("だれが"), max_length=80, required=False)
    request_id = forms.RegexField(
        r"^[0-9a-f]{32}$", required=False, widget=forms.HiddenInput, initial=lambda: secrets.token_hex(16)
    )


class DoneForm(forms.Form):
    """What was done, when, and the proof."""

    how = forms.CharField(
        label=_("したこと・確かめたこと"), max_length=5000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    occurred_at = forms.DateTimeField(
        label=_("いつ（いまでなければ）"),
        required=False,
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
    )
    proof = forms.FileField(
        label=_("証拠の写真・画面・ファイル"), required=False, max_length=None, allow_empty_file=True
    )


class WaiveForm(forms.Form):
    """Why it is not done."""

    reason = forms.CharField(label=_("しない・できない理由"), max_length=2000)


class RestoredForm(forms.Form):
    """The moment of recovery; with items still open it takes the reason."""

    occurred_at = DoneForm.base_fields["occurred_at"]
    remarks = forms.CharField(label=_("ひとこと"), max_length=2000, required=False)

    def __init__(self, items_open: bool, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.items_open = items_open
        if items_open:
            self.fields["remarks"].label = _("終わっていないことを残して再開する理由")

    def clean_remarks(self) -> str:
        said = str(self.cleaned_data["remarks"]).strip()
        if self.items_open and not said:
            raise forms.ValidationError(
                _("まだ終わっていないことがあります。残したまま再開する理由を書くか、先に終わらせてください。")
            )
        return said
