"""Forms of step 4. A question's form follows the type of its fact; every one of them takes 「わからない」."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from hikeshi.notify.lawbook import FactWords

MOMENT = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
MOMENT_FORMATS = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d"]
MOST = 10**10
SURE = [
    ("confirmed", _("確かめた")),
    ("suspected", _("疑い・見込みの段階")),
    ("unknown", _("わからない")),
]
HOW = [
    ("web_form", _("Webの報告フォーム")),
    ("mail", _("メール")),
    ("post", _("郵便")),
    ("phone", _("電話")),
    ("in_person", _("対面")),
    ("other", _("その他")),
]


class Answer(forms.Form):
    """An answer to a question about a fact: `said()` gives its value and status."""

    words = forms.CharField(
        label=_("補足（見たこと・確かめ方）"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    request_id = forms.RegexField(r"^[0-9a-f]{32}$", required=False, widget=forms.HiddenInput)

    def __init__(self, words: FactWords, lang: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.codes = [(code, name[lang]) for code, name in words.values.items()]
        self.prepare()
        order = ["value", "others", "at_least", "at_most", "start", "end", "sure", "words", "request_id"]
        self.order_fields(order)

    def prepare(self) -> None:
        """Put the choices of the fact into the fields."""

    def said(self) -> tuple[Any, str]:
        raise NotImplementedError


class YesNo(Answer):
    """Yes and no only when verified: a hunch is a suspicion."""

    value = forms.ChoiceField(
        label=_("答え"),
        choices=[
            ("yes", _("はい（確かめた）")),
            ("perhaps", _("疑いがある・たぶんそう")),
            ("no", _("いいえ（確かめた）")),
            ("unknown", _("わからない")),
        ],
        widget=forms.RadioSelect,
    )

    def said(self) -> tuple[Any, str]:
        return {
            "yes": (True, "confirmed"),
            "perhaps": (True, "suspected"),
            "no": (False, "confirmed"),
            "unknown": (None, "unknown"),
        }[self.cleaned_data["value"]]


class OneOf(Answer):
    """One of the fact's values."""

    value = forms.ChoiceField(label=_("答え"), widget=forms.RadioSelect)

    def prepare(self) -> None:
        self.fields["value"].choices = [*self.codes, ("unknown", _("わからない"))]  # type: ignore[attr-defined]

    def said(self) -> tuple[Any, str]:
        value = self.cleaned_data["value"]
        return (None, "unknown") if value == "unknown" else (value, "confirmed")


class Sure(Answer):
    """An answer with a value and how sure it is. 「わからない」 needs no value."""

    sure = forms.ChoiceField(label=_("どのくらい確かですか"), choices=SURE, widget=forms.RadioSelect)
    missing = _("答えを入れるか、「わからない」を選んでください。")

    def value_said(self) -> Any:
        return self.cleaned_data.get("value")

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not self.errors and given.get("sure") != "unknown" and self.value_said() in (None, "", []):
            raise ValidationError(self.missing)
        return given

    def said(self) -> tuple[Any, str]:
        sure = self.cleaned_data["sure"]
        return (None, sure) if sure == "unknown" else (self.value_said(), sure)


NONE = "none_of_them"


class Several(Sure):
    """Any of the fact's values, or verified: none of them."""

    value = forms.MultipleChoiceField(label=_("あてはまるもの"), required=False, widget=forms.CheckboxSelectMultiple)

    def prepare(self) -> None:
        none = (NONE, _("どれもあてはまらない"))
        self.fields["value"].choices = [*self.codes, none]  # type: ignore[attr-defined]

    def clean_value(self) -> list[str]:
        chosen = list(self.cleaned_data.get("value") or [])
        if NONE in chosen and len(chosen) > 1:
            raise ValidationError(_("「どれもあてはまらない」は、ほかと一緒には選べません。"))
        return chosen

    def said(self) -> tuple[Any, str]:
        value, sure = super().said()
        return ([] if value == [NONE] else value), sure


def in_our_time(value: datetime | None) -> datetime | None:
    """The moment, unless its year is a slip of the hand (0002)."""
    if value is not None and not 2000 <= value.year < 2099:
        raise ValidationError(_("2000年から2098年までの日時を入れてください。"))
    return value


class Moment(Sure):
    """A time in Japan; the day alone is enough."""

    value = forms.DateTimeField(label=_("日時"), required=False, widget=MOMENT, input_formats=MOMENT_FORMATS)

    def clean_value(self) -> datetime | None:
        return in_our_time(self.cleaned_data.get("value"))

    def value_said(self) -> Any:
        value = self.cleaned_data.get("value")
        return value.isoformat() if value else None


class Most(Sure):
    """The greatest possible number."""

    value = forms.IntegerField(label=_("多くて何人"), required=False, min_value=0, max_value=MOST)

    def value_said(self) -> Any:
        return self.cleaned_data.get("value")


class Between(Sure):
    """At least and at most so many; one of them may stay open."""

    at_least = forms.IntegerField(label=_("少なくとも何人"), required=False, min_value=0, max_value=MOST)
    at_most = forms.IntegerField(
        label=_("多くて何人"),
        help_text=_("上限がまだわからないときは、空けておきます。"),
        required=False,
        min_value=0,
        max_value=MOST,
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        low, high = given.get("at_least"), given.get("at_most")
        if low is not None and high is not None and low > high:
            self.add_error("at_most", _("「多くて」は「少なくとも」以上の人数にしてください。"))
        return given

    def value_said(self) -> Any:
        low, high = self.cleaned_data.get("at_least"), self.cleaned_data.get("at_most")
        return None if low is None and high is None else {"at_least": low, "at_most": high}


class Words(Sure):
    """A fact that is told in words."""

    def prepare(self) -> None:
        self.fields["words"].label = _("内容（1行に1つ。確かめた事実だけ）")
        self.fields["words"].widget.attrs["rows"] = 5

    def value_said(self) -> Any:
        return self.cleaned_data.get("words")

    def said(self) -> tuple[Any, str]:
        return None, self.cleaned_data["sure"]


class Items(Several):
    """Any of the named kinds, and others in words of one's own."""

    others = forms.CharField(label=_("そのほか（、で区切る）"), required=False, max_length=500, widget=forms.TextInput)

    def value_said(self) -> Any:
        named = list(self.cleaned_data.get("value") or [])
        others = self.cleaned_data.get("others") or ""
        return [*named, *(word.strip() for word in re.split("[、,，\n]", others) if word.strip())]


class Span(Sure):
    """From when to when; one of them may stay open."""

    start = forms.DateTimeField(label=_("始まり"), required=False, widget=MOMENT, input_formats=MOMENT_FORMATS)
    end = forms.DateTimeField(label=_("終わり"), required=False, widget=MOMENT, input_formats=MOMENT_FORMATS)

    def clean_start(self) -> datetime | None:
        return in_our_time(self.cleaned_data.get("start"))

    def clean_end(self) -> datetime | None:
        return in_our_time(self.cleaned_data.get("end"))

    def value_said(self) -> Any:
        start, end = self.cleaned_data.get("start"), self.cleaned_data.get("end")
        if start is None and end is None:
            return None
        return {"from": start and start.isoformat(), "to": end and end.isoformat()}


FORMS: dict[str, Callable[..., Answer]] = {
    "text": Words,
    "items": Items,
    "period": Span,
    "tri": YesNo,
    "choice": OneOf,
    "choices": Several,
    "datetime": Moment,
    "number": Most,
    "count": Between,
}


class ToldForm(forms.Form):
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
    how = forms.ChoiceField(label=_("どうやって"), choices=HOW, initial="web_form", required=False)
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

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("what") == "waived" and not given.get("words"):
            self.add_error("words", _("しない理由を書いてください。あとで説明できるようにするためです。"))
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


class SendForm(forms.Form):
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
    reason = forms.CharField(
        label=_("弁護士なしで進める理由と、相談してみた窓口"),
        help_text=_("例：日弁連「ひまわりほっとダイヤル」0570-001-240"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("lawyer") == "approved" and not given.get("name"):
            self.add_error("name", _("確認した弁護士のお名前を書いてください。"))
        if given.get("lawyer") == "none" and not given.get("reason"):
            self.add_error("reason", _("理由を書いてください。あとで説明できるようにするためです。"))
        return given
