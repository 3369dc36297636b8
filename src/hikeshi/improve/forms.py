"""Forms of steps 5 and 6.2."""

import secrets
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hikeshi.casebook import services as casebook

DAY = {"type": "date"}


class CauseForm(forms.Form):
    """Why it happened: fact or suspicion, never more."""

    kind = forms.ChoiceField(label=_("原因の種類"), required=False, widget=forms.RadioSelect)
    said = forms.CharField(
        label=_("なぜ起きましたか"), required=False, max_length=5000, widget=forms.Textarea(attrs={"rows": 3})
    )
    status = forms.ChoiceField(
        label=_("どのくらい確かですか"),
        choices=[("suspected", _("そう思われる（調査中）")), ("confirmed", _("確かめた"))],
        widget=forms.RadioSelect,
        initial="suspected",
    )

    def __init__(self, *arguments: Any, lang: str, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["kind"].choices = casebook.fact_choices("cause_kind", lang)  # type: ignore[attr-defined]


class MeasureForm(forms.Form):
    """A measure with its owner and date."""

    what = forms.CharField(label=_("すること"), max_length=2000)
    nature = forms.ChoiceField(
        label=_("どちらですか"),
        choices=[("technical", _("機械・設定の対策")), ("organisational", _("決まり・教育などの対策"))],
        widget=forms.RadioSelect,
        initial="technical",
    )
    owner = forms.CharField(label=_("だれが"), max_length=80, required=False)
    due = forms.DateField(label=_("いつまでに"), required=False, widget=forms.DateInput(attrs=DAY))
    request_id = forms.RegexField(
        r"^[0-9a-f]{32}$", required=False, widget=forms.HiddenInput, initial=lambda: secrets.token_hex(16)
    )


class EndMeasureForm(forms.Form):
    """What was done, or why not."""

    said = forms.CharField(label=_("したこと、または取りやめる理由"), max_length=2000, required=False)


class RevisionForm(forms.Form):
    """From when the revised plan holds."""

    effective_on = forms.DateField(label=_("新しい計画の適用日"), widget=forms.DateInput(attrs=DAY))


class ReviewForm(forms.Form):
    """Three questions, each may stay empty."""

    worked = forms.CharField(
        label=_("うまくいったことは何ですか"), required=False, max_length=5000, widget=forms.Textarea(attrs={"rows": 3})
    )
    to_improve = forms.CharField(
        label=_("次はどう直しますか"), required=False, max_length=5000, widget=forms.Textarea(attrs={"rows": 3})
    )
    to_prepare = forms.CharField(
        label=_("前もって用意しておきたかったものは何ですか"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
