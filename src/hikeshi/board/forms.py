"""The note bar's form, and closing an incident."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class NoteForm(forms.Form):
    """One line of what was seen or done; a time of happening, a photo or a file beside it."""

    text = forms.CharField(required=False, max_length=20_000, strip=True)
    occurred_at = forms.DateTimeField(required=False, input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"])
    photo = forms.FileField(required=False, allow_empty_file=True, max_length=None)
    file = forms.FileField(required=False, allow_empty_file=True, max_length=None)
    request_id = forms.RegexField(r"^[0-9a-f]{32}$", required=False)

    def clean(self) -> dict[str, object]:
        said = super().clean() or {}
        if not (said.get("text") or said.get("photo") or said.get("file")) and not self.errors:
            raise forms.ValidationError(_("書くことがまだありません。ひとことでも、写真だけでもかまいません。"))
        return said


class EndForm(forms.Form):
    """How it ended."""

    outcome = forms.ChoiceField(
        label=_("どう終わりましたか"),
        choices=[("incident", _("対応が終わった")), ("not_an_incident", _("事故ではなかった"))],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("理由やまとめ"), required=False, max_length=5000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *said: Any, owed: bool = False, **named: Any) -> None:
        """`owed`: a deadline is still running, so that "finished" needs its reason."""
        super().__init__(*said, **named)
        self.owed = owed

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if self.owed and said.get("outcome") == "incident" and not said.get("reason"):
            self.add_error("reason", _("期限のある連絡が残っています。それでも閉じる理由を書いてください。"))
        return said
