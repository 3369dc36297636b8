"""Forms of the desk. Errors come out in the user's language."""

import unicodedata
from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

from hikeshi.desk.models import Person
from hikeshi.desk.rules import ROLES

ROLE_NAMES = {
    "owner": _("責任者（すべてを決める人）"),
    "technical": _("技術担当（調べる・切り離す・直す人）"),
    "liaison": _("連絡担当（お客様・警察・弁護士との窓口）"),
    "reader": _("読むだけ（弁護士・保険会社・相談相手）"),
}


class SignInName(forms.CharField):
    """A name to sign in with: any script, compared after NFKC, no control characters."""

    def __init__(self, **named: Any) -> None:
        super().__init__(label=_("サインインの名前"), max_length=80, strip=True, **named)
        self.widget.attrs.update(autocomplete="username", autocapitalize="none", spellcheck="false")

    def clean(self, value: Any) -> str:
        name = unicodedata.normalize("NFKC", super().clean(value))
        if any(unicodedata.category(c).startswith("C") for c in name):
            raise forms.ValidationError(_("使えない文字が入っています。ふつうの文字だけで書いてください。"))
        if Person.objects.filter(username=name).exists():
            raise forms.ValidationError(_("この名前はもう使われています。別の名前にしてください。"))
        return name


class NewPassword(forms.CharField):
    """A new password, shown once typed: one field, no repetition."""

    def __init__(self, **named: Any) -> None:
        super().__init__(
            label=_("パスワード"),
            help_text=_("10文字以上。ほかで使っていないものにしてください。"),
            strip=False,
            widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
            **named,
        )

    def clean(self, value: Any) -> str:
        password: str = super().clean(value)
        validate_password(password)
        return password


class FirstRunForm(forms.Form):
    """Set-up in peace: the business, the person, the password."""

    business = forms.CharField(
        label=_("お店・事業の名前"), max_length=120, required=False, help_text=_("あとから変えられます。")
    )
    display_name = forms.CharField(label=_("お名前"), max_length=80)
    username = SignInName(help_text=_("この画面に入るときに使う名前です。メールアドレスでなくてかまいません。"))
    password = NewPassword()

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["display_name"].widget.attrs["autocomplete"] = "name"
        self.fields["business"].widget.attrs["autocomplete"] = "organization"


class JoinForm(forms.Form):
    """An invited person's own password."""

    password = NewPassword()


class PersonForm(forms.Form):
    """Somebody new in the workspace."""

    display_name = forms.CharField(label=_("お名前"), max_length=80)
    username = SignInName()
    role = forms.ChoiceField(label=_("役割"), choices=[(role, ROLE_NAMES[role]) for role in ROLES], initial="technical")


class RoleForm(forms.Form):
    """Another role for a person."""

    role = forms.ChoiceField(label=_("役割"), choices=[(role, ROLE_NAMES[role]) for role in ROLES])


class WorkspaceForm(forms.Form):
    """A new workspace, or another name for this one."""

    name = forms.CharField(label=_("お店・事業の名前"), max_length=120)
