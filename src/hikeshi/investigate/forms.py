"""Forms of step 2."""

from datetime import UTC, datetime
from typing import Any, cast

from django import forms
from django.core.validators import MaxValueValidator
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from hikeshi.casebook import services as casebook
from hikeshi.engines.logs.browsing import Look

_DECADE = 10 * 366 * 86_400
ZONES = [
    ("Asia/Tokyo", _("日本時間")),
    ("UTC", _("世界標準時（UTC）")),
]


def _next_year() -> int:
    """The latest year that a log may bear: a clock may be wrong around New Year."""
    return datetime.now(UTC).year + 1


class ManyFiles(forms.ClearableFileInput):
    """A file input that takes several."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """One or more files; an empty file is told later, by its name, and is no mistake of the form."""

    widget = ManyFiles

    def __init__(self, **named: Any) -> None:
        super().__init__(allow_empty_file=True, max_length=None, **named)

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        given = data if isinstance(data, list | tuple) else [data] if data else []
        return [super(FilesField, self).clean(one, initial) for one in given]


class UploadForm(forms.Form):
    """Logs from the person's own disk, or from a named folder of this machine."""

    files = FilesField(  # type: ignore[assignment] # declared fields leave the class, so BaseForm.files stays itself
        label=_("ログのファイル"),
        required=False,
        help_text=_("いくつでも選べます。圧縮されたもの（gz・bz2・xz・zip）はそのままで大丈夫です。"),
    )
    path = forms.CharField(
        label=_("この機械の中の場所"),
        required=False,
        max_length=1000,
        help_text=_("責任者だけが使えます。先に決めたフォルダの中のファイルに限ります。"),
    )
    zone = forms.ChoiceField(
        label=_("ログに時間帯が書かれていないとき"), choices=ZONES, required=False, initial="Asia/Tokyo"
    )
    year = forms.IntegerField(
        label=_("ログに年が書かれていないとき、最後の行は何年ですか"),
        required=False,
        min_value=2000,
        validators=[MaxValueValidator(_next_year)],
        help_text=_(
            "「Nov 5 03:12:44」のように、月と日だけのログがあります（auth.log など）。"
            "空欄なら、ファイルの日付から決めます。古いログや、コピーして日付が変わったログのときに書いてください。"
        ),
    )
    clock = forms.ChoiceField(
        label=_("ログを書いた機械の時計は、合っていましたか"),
        choices=[
            ("", _("合っていた、またはわからない")),
            ("fast", _("進んでいた（正しい時計より、先の時刻だった）")),
            ("slow", _("遅れていた（正しい時計より、前の時刻だった）")),
        ],
        required=False,
    )
    clock_error = forms.IntegerField(
        label=_("ずれていたのは、何秒ですか"),
        required=False,
        min_value=0,
        max_value=_DECADE,
        help_text=_(
            "5分なら 300、1時間なら 3600 です。渡すファイルすべての時刻を、その分だけ直して読みます"
            "（元の行は変わりません）。時計の違う機械のログは、分けて渡してください。"
        ),
    )
    request_id = forms.RegexField(r"^[0-9a-f]{32}$", required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if not said.get("files") and not said.get("path") and not self.errors:
            raise forms.ValidationError(_("ログのファイルを選ぶか、場所を書いてください。"))
        if said.get("clock_error") and not said.get("clock"):
            self.add_error("clock", _("時計が進んでいたか、遅れていたかを選んでください。"))
        if said.get("clock") and said.get("clock_error") is None and "clock_error" not in self.errors:
            self.add_error(
                "clock_error", _("何秒ずれていたかを書いてください。わからなければ「わからない」を選べます。")
            )
        return said

    def seconds_fast(self) -> int:
        """By how many seconds the clock was fast (below 0: slow)."""
        off: int = self.cleaned_data["clock_error"] or 0
        return -off if self.cleaned_data["clock"] == "slow" else off


def pair(name: str, value: Any) -> str:
    """A column and its value as one text of an address. A column of JSON may have a colon in its name."""
    return f"{name.replace('%', '%25').replace(':', '%3A')}:{value}"


def of_pair(text: str) -> tuple[str, str]:
    """What `pair` made one."""
    name, _, value = text.partition(":")
    return name.replace("%3A", ":").replace("%25", "%"), value


class LookForm(forms.Form):
    """Which events to show. What is not understood is told, and nothing is hidden by it."""

    text = forms.CharField(label=_("この言葉を含む"), required=False, max_length=200)
    since = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    until = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        for name in ("since", "until"):
            if said.get(name):
                try:
                    datetime.fromisoformat(said[name])
                except ValueError as error:
                    raise forms.ValidationError(_("時刻の書き方がわかりませんでした。")) from error
        return said

    def look(self) -> Look:
        """The look that the address asks for: `only=column:value`, `without=column:value`, as often as wanted."""
        given = cast(QueryDict, self.data)
        pairs = {name: tuple(map(of_pair, given.getlist(name)[:20])) for name in ("only", "without")}
        page = given.get("page", "0")
        said = {name: self.cleaned_data.get(name, "") for name in ("text", "since", "until")}
        at = int(page) if page.isdecimal() and len(page) < 6 else 0
        return Look(**said, only=pairs["only"], without=pairs["without"], page=at)


class EventForm(forms.Form):
    """What a person makes of one event of a log."""

    told = forms.CharField(
        label=_("何がわかりますか（なくてもかまいません）"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    status = forms.ChoiceField(
        label=_("どのくらい確かですか"),
        choices=[("suspected", _("疑い・まだ確かめていない")), ("confirmed", _("確かめた"))],
        widget=forms.RadioSelect,
        initial="suspected",
    )


class AskForm(forms.Form):
    """A free question to the event table."""

    sql = forms.CharField(
        label=_("質問（SQL の SELECT を一つ）"),
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false", "autocapitalize": "off"}),
        help_text=_("表の名前は events です。読むだけで、記録は変わりません。"),
    )


class FolderForm(forms.Form):
    """A folder from which logs may be taken."""

    folder = forms.CharField(label=_("ログのあるフォルダ"), max_length=1000, help_text=_("例：/var/log"))


class JudgeForm(forms.Form):
    """What a person makes of a finding."""

    verdict = forms.ChoiceField(
        label=_("これは事実ですか"),
        choices=[
            ("fact", _("事実にする（確かめた）")),
            ("suspicion", _("疑いとして残す（まだ確かめていない）")),
            ("wrong", _("違う・関係ない")),
        ],
        widget=forms.RadioSelect,
    )
    also = forms.MultipleChoiceField(
        label=_("いっしょに記録すること"),
        required=False,
        choices=[
            ("period", _("この期間を、事故の期間に含める")),
            ("route", _("これが侵入経路（入口）だ")),
            ("crime", _("不正な目的のおそれがある（犯罪の疑い）")),
        ],
        widget=forms.CheckboxSelectMultiple,
    )
    reason = forms.CharField(
        label=_("どう確かめましたか"), required=False, max_length=5000, widget=forms.Textarea(attrs={"rows": 2})
    )


class AffectedForm(forms.Form):
    """Who and what is affected: intervals in words one can defend; everything may stay empty."""

    at_least = forms.IntegerField(label=_("少なくとも何人"), required=False, min_value=0, max_value=10**9)
    at_most = forms.IntegerField(
        label=_("多くて何人"),
        required=False,
        min_value=0,
        max_value=10**9,
        help_text=_("名簿の件数など、いちばん多い場合の数です。"),
    )
    data_items = forms.MultipleChoiceField(
        label=_("どんな情報ですか"), required=False, widget=forms.CheckboxSelectMultiple
    )
    data_subjects = forms.MultipleChoiceField(
        label=_("だれの情報ですか"), required=False, widget=forms.CheckboxSelectMultiple
    )
    media = forms.MultipleChoiceField(  # type: ignore[assignment] # the fact's key; see above
        label=_("何に載っていましたか"), required=False, widget=forms.CheckboxSelectMultiple
    )
    status = forms.ChoiceField(
        label=_("どのくらい確かですか"),
        choices=[("suspected", _("疑い・おおよそ")), ("confirmed", _("確かめた"))],
        widget=forms.RadioSelect,
        initial="suspected",
    )
    remarks = forms.CharField(
        label=_("まだ調べていないもの"), required=False, max_length=5000, widget=forms.Textarea(attrs={"rows": 2})
    )

    examined = forms.BooleanField(label=_("残っていたものは、すべて調べ終わった"), required=False)

    def __init__(self, *arguments: Any, lang: str, unexamined: bool = False, **named: Any) -> None:
        super().__init__(*arguments, **named)
        if not unexamined:
            del self.fields["examined"]
        for key in ("data_items", "data_subjects", "media"):
            self.fields[key].choices = casebook.fact_choices(key, lang)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        low, high = said.get("at_least"), said.get("at_most")
        if low is not None and high is not None and low > high:
            self.add_error("at_most", _("「多くて」は「少なくとも」と同じか、それより大きい数にしてください。"))
        if said.get("examined") and said.get("remarks"):
            self.add_error("examined", _("「まだ調べていないもの」に書いたときは、ここに印を付けないでください。"))
        return said
