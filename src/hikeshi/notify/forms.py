"""Questions of step 4 as forms: each follows the type of its fact, and every one of them takes 「わからない」."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from hikeshi.notify.law.lawbook import FactWords
from hikeshi.notify.wording import JST

MOMENT = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
MOMENT_FORMATS = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d"]
MOST = 10**10
SURE = [
    ("confirmed", _("確かめた")),
    ("suspected", _("疑い・見込みの段階")),
    ("unknown", _("わからない")),
]


def _everyday(name: str, plain: Mapping[str, str] | None, lang: str) -> str:
    """A word of the Act with what it means beside it: 「毀損（書き換えられた・使えなくなった）」."""
    if plain is None:
        return name
    return f"{name}：{plain[lang]}" if lang == "ja" else f"{name}: {plain[lang]}"


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
        self.codes = [(code, _everyday(name[lang], words.plain.get(code), lang)) for code, name in words.values.items()]
        self.prepare()
        order = ["value", "others", "at_least", "at_most", "start", "end", "sure", "words", "request_id"]
        self.order_fields(order)

    def prepare(self) -> None:
        """Put the choices of the fact into the fields."""

    def said(self) -> tuple[Any, str]:
        raise NotImplementedError

    def known(self, value: Any, status: str, words: str) -> dict[str, Any]:
        """The fields' beginnings for an answer given before, so that nobody types it twice."""
        return {"words": words, "value": value}


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

    def known(self, value: Any, status: str, words: str) -> dict[str, Any]:
        if status == "unknown":
            return {"words": words, "value": "unknown"}
        before = {(True, "confirmed"): "yes", (True, "suspected"): "perhaps", (False, "confirmed"): "no"}
        return {"words": words, "value": before.get((value, status))}


class OneOf(Answer):
    """One of the fact's values."""

    value = forms.ChoiceField(label=_("答え"), widget=forms.RadioSelect)

    def prepare(self) -> None:
        self.fields["value"].choices = [*self.codes, ("unknown", _("わからない"))]  # type: ignore[attr-defined]

    def said(self) -> tuple[Any, str]:
        value = self.cleaned_data["value"]
        return (None, "unknown") if value == "unknown" else (value, "confirmed")

    def known(self, value: Any, status: str, words: str) -> dict[str, Any]:
        return {"words": words, "value": "unknown" if status == "unknown" else value}


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

    def known(self, value: Any, status: str, words: str) -> dict[str, Any]:
        return {"words": words, "sure": status, **self.parts(value)}

    def parts(self, value: Any) -> dict[str, Any]:
        """The value taken apart into the fields that `value_said` puts together."""
        return {"value": value}


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

    def parts(self, value: Any) -> dict[str, Any]:
        return {"value": [NONE] if value == [] else value}


def in_our_time(value: datetime | None) -> datetime | None:
    """The moment, unless its year is a slip of the hand (0002)."""
    if value is not None and not 2000 <= value.year < 2099:
        raise ValidationError(_("2000年から2098年までの日時を入れてください。"))
    return value


def moment_known(value: Any) -> Any:
    """A stated moment as the field shows it; what is no ISO 8601 is left away."""
    try:
        read = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return read.astimezone(JST) if read is not None and read.tzinfo else read


class Moment(Sure):
    """A time in Japan; the day alone is enough."""

    value = forms.DateTimeField(label=_("日時"), required=False, widget=MOMENT, input_formats=MOMENT_FORMATS)

    def clean_value(self) -> datetime | None:
        return in_our_time(self.cleaned_data.get("value"))

    def value_said(self) -> Any:
        value = self.cleaned_data.get("value")
        return value.isoformat() if value else None

    def parts(self, value: Any) -> dict[str, Any]:
        return {"value": moment_known(value)}


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

    def parts(self, value: Any) -> dict[str, Any]:
        return dict(value) if isinstance(value, dict) else {"at_least": value, "at_most": value}


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

    def parts(self, value: Any) -> dict[str, Any]:
        codes = {code for code, _name in self.codes}
        given = value if isinstance(value, list) else []
        own = "、".join(str(item) for item in given if item not in codes)
        return {"value": [NONE] if value == [] else [item for item in given if item in codes], "others": own}


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

    def parts(self, value: Any) -> dict[str, Any]:
        given = value if isinstance(value, dict) else {}
        return {"start": moment_known(given.get("from")), "end": moment_known(given.get("to"))}


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
