"""Forms for counting people."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hikeshi.investigate.forms import FilesField


class PeopleForm(forms.Form):
    """Files from the person's own disk, or a file or folder in a named folder of this machine."""

    files = FilesField(  # type: ignore[assignment] # as in UploadForm
        label=_("調べるファイル"),
        required=False,
        help_text=_(
            "名簿・メール・書類など、いくつでも選べます。Excel、CSV、PDF、Word、zip などはそのままで大丈夫です。"
        ),
    )
    path = forms.CharField(
        label=_("この機械の中のフォルダかファイル"),
        required=False,
        max_length=1000,
        help_text=_("先に決めたフォルダの中に限ります。フォルダを書くと、写しを作らず、その場で中のすべてを調べます。"),
    )
    request_id = forms.RegexField(r"^[0-9a-f]{32}$", required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if not said.get("files") and not said.get("path") and not self.errors:
            raise forms.ValidationError(_("調べるファイルを選ぶか、場所を書いてください。"))
        return said


class ConfirmForm(forms.Form):
    """Which proposals become facts, and how sure the person is."""

    keys = forms.MultipleChoiceField(
        label=_("事実にするもの"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("事実にするものを、少なくとも1つ選んでください。")},
    )
    looked = forms.BooleanField(
        label=_("調べられなかったものは自分の目で見て、ほかの人の情報がないと確かめた"), required=False
    )
    status = forms.ChoiceField(
        label=_("どのくらい確かですか"),
        choices=[
            ("suspected", _("疑い：これらのファイルが見られた・取られたおそれがある")),
            ("confirmed", _("確かめた：見られた・取られたことが、ログなどでわかっている")),
        ],
        widget=forms.RadioSelect,
        initial="suspected",
    )

    def __init__(self, *arguments: Any, choices: list[tuple[str, str]], left: bool, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["keys"].choices = choices  # type: ignore[attr-defined]
        if not left:
            del self.fields["looked"]
