"""Forms of the preparation: nothing but a name is required, and 「わからない」 is always an answer."""

import re
import unicodedata
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from hikeshi.prepare.catalog import names

TRI = (("yes", _("はい")), ("no", _("いいえ")), ("unknown", _("わからない")))
WHOSE = (
    ("own", _("自分の事業の情報")),
    ("entrusted", _("預かっている情報（委託）")),
    ("both", _("両方")),
    ("unknown", _("わからない")),
)
MOST_PEOPLE = 10_000_000_000
# A number with a word before or behind it, as people write it; never a sign or a fraction.
_COUNT = re.compile(r"[^\d.,\-]{0,4}([0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,11})[^\d.,\-]{0,4}")


def _named(table: str, kind: str) -> str:
    return names(table)[kind]["en" if (get_language() or "ja").startswith("en") else "ja"]


_name_of = lazy(_named, str)


def choices(table: str) -> list[tuple[str, Any]]:
    """Kinds as choices, worded when they are shown."""
    return [(kind, _name_of(table, kind)) for kind in names(table)]


class Line(forms.CharField):
    """One line of text, never required unless said."""

    def __init__(self, label: Any, *, long: int = 200, hint: Any = "", required: bool = False, **attrs: Any) -> None:
        super().__init__(label=label, max_length=long, required=required, help_text=hint)
        self.widget.attrs.update({"autocomplete": "off", **attrs})


class Phone(Line):
    """A telephone number as people write it."""

    def __init__(self, label: Any = "", hint: Any = "") -> None:
        super().__init__(label or _("電話番号"), long=60, hint=hint, inputmode="tel")

    def clean(self, value: Any) -> Any:
        """On the bad day it is dialled by a tap: three digits at least (110, #9110), whatever else stands beside."""
        said = super().clean(value)
        if said and sum(letter.isdecimal() for letter in said) < 3:
            raise forms.ValidationError(_("番号が見あたりません。数字で書いてください。ほかの言葉は備考へどうぞ。"))
        return said


class Text(forms.CharField):
    """Some lines of text."""

    def __init__(self, label: Any, hint: Any = "", long: int = 2000) -> None:
        super().__init__(
            label=label, max_length=long, required=False, help_text=hint, widget=forms.Textarea(attrs={"rows": 3})
        )


class Day(forms.DateField):
    """A day, as the browser's own date field."""

    def __init__(self, label: Any, hint: Any = "", required: bool = False) -> None:
        super().__init__(
            label=label,
            required=required,
            help_text=hint,
            widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            input_formats=["%Y-%m-%d"],
        )


class Count(forms.CharField):
    """A number as people write it: １，０００人 is 1000. Empty: nobody knows."""

    def __init__(self, label: Any, hint: Any = "", most: int = MOST_PEOPLE) -> None:
        super().__init__(label=label, required=False, max_length=20, help_text=hint)
        self.most = most
        self.widget.attrs.update({"inputmode": "numeric", "class": "short", "autocomplete": "off"})

    def clean(self, value: Any) -> Any:
        said = unicodedata.normalize("NFKC", super().clean(value)).strip()
        if not said:
            return None
        found = _COUNT.fullmatch(said)
        number = int(found[1].replace(",", "")) if found else None
        if number is None or number > self.most:
            raise forms.ValidationError(_("数字で書いてください。わからないときは、空けておいてかまいません。"))
        return number


class CheckedDay(Day):
    """The day of a check: it has been."""

    def clean(self, value: Any) -> Any:
        day = super().clean(value)
        if day is not None and day > timezone.localdate():
            raise forms.ValidationError(_("まだ来ていない日です。実際に確かめた日を書いてください。"))
        return day


class OneOf(forms.ChoiceField):
    """One of a few, as chips."""

    def __init__(self, label: Any, given: Any, hint: Any = "", initial: str = "unknown") -> None:
        super().__init__(
            label=label, choices=given, required=False, help_text=hint, widget=forms.RadioSelect, initial=initial
        )


class PreparationForm(forms.Form):
    """What every form of this room shares: the number of the entry that its writer had before the eyes."""

    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)
    remarks_hint = _("決まりごとや道順など。パスワードは書かないでください。")

    def entry_fields(self) -> dict[str, Any]:
        """The fields as the entry wants them: days as text, unanswered choices as unknown."""
        fields: dict[str, Any] = {}
        for name, value in self.cleaned_data.items():
            field = self.fields[name]
            if name in ("seen", "also"):
                continue
            if isinstance(field, Day):
                fields[name] = value.isoformat() if value else None
            elif isinstance(field, OneOf):
                fields[name] = value or field.initial
            else:
                fields[name] = value
        return fields


class RoleForm(PreparationForm):
    name = Line(_("名前"), required=True)
    phone = Phone(_("電話番号"), hint=_("夜や休みの日にもつながる番号"))
    mail = Line(_("メール"), inputmode="email")
    belongs = Line(_("所属（社外の人のとき）"), hint=_("会社の名前や、あなたとの関係"))
    deputy = Line(_("代わりの人"), hint=_("この人が動けないときに引き継ぐ人"))
    deputy_phone = Phone(_("代わりの人の電話番号"))
    remarks = Text(_("備考"), hint=PreparationForm.remarks_hint)
    also = forms.BooleanField(label=_("ほかの2つの役割も、この人が受け持つ"), required=False)


class ContactForm(PreparationForm):
    kind = forms.CharField(widget=forms.HiddenInput, max_length=40)
    name = Line(_("名前（会社・窓口）"), required=True)
    person = Line(_("担当の人"))
    phone = Phone()
    mail = Line(_("メール"), inputmode="email")
    web = Line(_("ページの住所（URL）"), long=500, inputmode="url")
    hours = Line(_("受付時間"), hint=_("例：平日9時〜17時。夜や休みの日の番号があれば備考に"))
    contract_no = Line(_("契約番号・お客様番号"))
    notice_hours = Count(
        _("契約で決まった連絡の期限（時間）"),
        hint=_("「知ってから24時間以内に連絡」なら 24。決まりがなければ空けておきます。"),
        most=24 * 366,
    )
    verified_on = CheckedDay(_("最終確認日"), hint=_("この連絡先につながることを確かめた日"))
    remarks = Text(_("備考"), hint=PreparationForm.remarks_hint)


class InsuranceForm(PreparationForm):
    name = Line(_("保険会社の名前"), required=True)
    phone = Phone(_("事故受付の電話番号"), hint=_("保険証券（契約の書面）に書いてあります。"))
    hours = Line(_("受付時間"))
    person = Line(_("担当の人・代理店"))
    mail = Line(_("メール"), inputmode="email")
    policy_no = Line(_("証券番号"))
    prior_approval = OneOf(
        _("費用をかける前に、保険会社の承認が要りますか"),
        TRI,
        hint=_("約款（契約の決まり）に「あらかじめ承認」とあれば、はい"),
    )
    notice_clause = Text(_("事故の通知についての決まり"), hint=_("約款の条番号や文。例：第6条 事故発生の通知"))
    notice_hours = Count(_("通知の期限（時間）"), hint=_("決まっているときだけ"), most=24 * 366)
    period_from = Day(_("保険期間のはじめ"))
    period_to = Day(_("保険期間のおわり"))
    verified_on = CheckedDay(_("最終確認日"), hint=_("この番号につながることを確かめた日"))
    remarks = Text(_("備考"), hint=PreparationForm.remarks_hint)


class DeviceForm(PreparationForm):
    name = Line(_("名前"), required=True, hint=_("例：事務所のノートパソコン、予約サイト"))
    kind = OneOf(_("種類"), choices("device"), initial="other")
    place = Line(_("ある場所"))
    used_by = Line(_("使う人"))
    admin = Line(_("管理する人"), hint=_("設定を変えられる人。パスワードは書かないでください。"))
    holds = Line(_("入っているもの"), long=500, hint=_("例：顧客名簿、会計データ、メール"))
    backup = Line(_("バックアップ先"), hint=_("控えをどこに取っているか。取っていなければ「なし」"))
    remarks = Text(_("備考"), hint=PreparationForm.remarks_hint)


class HoldingForm(PreparationForm):
    name = Line(_("名前"), required=True, hint=_("例：お客様の名簿、予約の記録"))
    kinds = forms.MultipleChoiceField(
        label=_("情報の種類"), choices=choices("data"), required=False, widget=forms.CheckboxSelectMultiple
    )
    people_min = Count(_("少なくとも何人分"))
    people_max = Count(_("多くて何人分"), hint=_("だいたいでかまいません。わからなければ空けておきます。"))
    place = Line(_("保管している場所"))
    whose = OneOf(_("だれの情報ですか"), WHOSE)
    entrusted_by = Line(_("預けた会社（委託元）"))
    sensitive = OneOf(_("病歴・障害・犯罪の被害など、特に注意がいる情報（要配慮個人情報）を含みますか"), TRI)
    retention = Line(_("保存期間"))
    remarks = Text(_("備考"), hint=PreparationForm.remarks_hint)

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        low, high = said.get("people_min"), said.get("people_max")
        if low is not None and high is not None and low > high:
            self.add_error("people_max", _("「少なくとも」より小さい数です。大きいほうの数を書いてください。"))
        return said


class BackupForm(PreparationForm):
    name = Line(_("名前"), required=True, hint=_("例：金庫の外付けディスク、クラウドの自動控え"))
    covers = Line(_("何の控えですか"))
    place = Line(_("置いてある場所"))
    separate = OneOf(
        _("ふだんは切り離されていますか"), TRI, hint=_("つなぎっぱなしの控えは、ランサムウェアに一緒に暗号化されます。")
    )
    tested_on = CheckedDay(_("戻せることを試した日"))
    remarks = Text(_("備考"), hint=PreparationForm.remarks_hint)


class VersionForm(forms.Form):
    effective_on = Day(_("適用日"), hint=_("この計画を使い始める日"), required=True)
    reason = Text(_("改定の理由"), hint=_("例：はじめての計画、保険会社が変わったため"), long=500)


FORMS: dict[str, type[PreparationForm]] = {
    "role": RoleForm,
    "contact": ContactForm,
    "insurance": InsuranceForm,
    "device": DeviceForm,
    "holding": HoldingForm,
    "backup": BackupForm,
}
FIRST = {
    "role": ("name", "phone", "also"),
    "contact": ("name", "phone", "hours"),
    "insurance": ("name", "phone", "policy_no", "prior_approval"),
    "device": ("name", "kind", "holds"),
    "holding": ("name", "kinds", "people_min", "people_max"),
    "backup": ("name", "covers", "place"),
}
"""What five minutes are for; the rest waits behind one press."""
