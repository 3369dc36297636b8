"""The parts pages are made of: `{% load ui %}`. docs/components.md says how to use each, /components/ shows them."""

from __future__ import annotations

import re
import unicodedata
import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django import template
from django.forms import BaseForm, BoundField
from django.template.context import Context
from django.templatetags.static import static
from django.utils import dateformat, timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext

register = template.Library()
HERE = "desk/components/"

FORMATS = {
    "day": ("n/j(D)", "D j M"),
    "date": ("Y/n/j(D)", "D j M Y"),
    "time": ("H:i", "H:i"),
    "when": ("n/j(D) H:i", "D j M, H:i"),
    "full": ("Y/n/j(D) H:i", "D j M Y, H:i"),
}

REMARK = re.compile(r"\([^)]*[^\d\s()-][^)]*\)")  # （代表）, but not the brackets of 03(1234)5678
NUMBER = re.compile(r"[+#*\d(][\d\s()+#*.-]*")
CALLED = re.compile(
    r"(?<![\w#.-])(#\d{4}|11[089](?!\d)|0\d{1,3}-\d{2,4}-\d{3,4}|[\w.+-]+@[\w-]+(?:\.[\w-]+)+)(?![\d-])", re.ASCII
)


# ---- days and times: always with the weekday, always as <time> ------------------------------------------------


def said(moment: date | datetime, form: str) -> str:
    """A day or time in the user's language; an aware time is shown in the local zone."""
    if isinstance(moment, datetime) and timezone.is_aware(moment):
        moment = timezone.localtime(moment)
    return dateformat.format(moment, FORMATS[form][(get_language() or "ja").startswith("en")])


@register.filter
def ui_time(moment: date | datetime | str | None, form: str = "full") -> SafeString | str:
    """`{{ entry.recorded_at|ui_time:"when" }}`; forms: day date time when full. Text passes through."""
    if not isinstance(moment, date):
        return moment or ""
    return format_html('<time datetime="{}">{}</time>', moment.isoformat(), said(moment, form))


# ---- marks: a shape beside each word, so that colour never speaks alone ---------------------------------------


@register.simple_tag
def ui_icon(name: str) -> SafeString:
    """A drawing of desk/icons.svg; hidden from screen readers, so a word must stand beside it."""
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}#{}"/></svg>', static("desk/icons.svg"), name)


@register.inclusion_tag(HERE + "status.html")
def ui_status(status: str) -> dict[str, Any]:
    """confirmed ● · suspected ◐ · unknown ○ · refuted ✕"""
    return {"status": status}


@register.inclusion_tag(HERE + "hat.html", takes_context=True)
def ui_hat(context: Context, hat: str, always: bool = False) -> dict[str, Any]:
    """owner 指揮 · technical 技術 · liaison 連絡. Shown only while several people wear hats (`hats`)."""
    return {"hat": hat if (always or context.get("hats")) else ""}


@register.simple_tag
@lru_cache(maxsize=256)
def ui_qr(text: str) -> SafeString:
    """A QR code as inline SVG, for an address that the phone should take over."""
    import segno  # here, because the first page of a start should not wait for it

    return mark_safe(segno.make(text, micro=False).svg_inline(omitsize=True, border=3, svgclass="qr"))  # noqa: S308 segno escapes; the code is only paths


@register.filter
def ui_dial(phone: str) -> str:
    """What a telephone dials: 「03-1234-5678（代表） 内線12」 gives 0312345678; remarks and extensions are dropped."""
    plain = REMARK.sub("", unicodedata.normalize("NFKC", str(phone)))
    found = NUMBER.search(plain)
    return ("".join(c for c in found.group() if c in "0123456789+#*") if found else "").replace(
        "#", "%23"
    )  # a bare # would begin a fragment (RFC 3966)


@register.filter
def ui_phones(text: str) -> SafeString:
    """A text whose telephone numbers (110 and #9110, too) and mail addresses can be tapped."""

    def link(found: re.Match[str]) -> SafeString:
        said = found.group()
        href = f"mailto:{said}" if "@" in said else f"tel:{ui_dial(said)}"
        return format_html('<a class="inline-tel" href="{}">{}</a>', href, said)

    parts: list[SafeString] = []
    end = 0
    for found in CALLED.finditer(text := str(text)):
        parts += [format_html("{}", text[end : found.start()]), link(found)]
        end = found.end()
    return SafeString("".join([*parts, format_html("{}", text[end:])]))


@register.simple_tag
def ui_dial_qr(phone: str) -> SafeString:
    """A telephone number as QR code: on a PC the owner's phone takes it over."""
    return ui_qr(f"tel:{ui_dial(phone)}")


@register.filter
def ui_positive(number: int) -> int:
    """How many, whichever way: days over a deadline are counted below zero."""
    return abs(number)


@register.simple_tag
def ui_request_id() -> str:
    """A number for one sending of a form: sent twice, it is recorded once."""
    return uuid.uuid4().hex


# ---- actions ---------------------------------------------------------------------------------------------------


@register.inclusion_tag(HERE + "button.html")
def ui_button(
    label: str,
    *,
    href: str = "",
    kind: str = "secondary",
    note: str = "",
    icon: str = "",
    name: str = "",
    value: str = "",
    form: str = "",
    id: str = "",  # noqa: A002 the HTML name
    disabled: bool = False,
) -> dict[str, Any]:
    """A link when `href` is given, else a submit button. kind: primary secondary danger alarm quiet-button."""
    return dict(locals())


@register.simple_block_tag(takes_context=True)
def ui_confirm(
    context: Context,
    content: str,
    *,
    label: str,
    lost: Sequence[str],
    action: str = "",
    button: str = "",
    title: str = "",
    name: str = "confirm",
    enctype: str = "",
) -> SafeString:
    """An irreversible act: opened first, says what is lost, wants a tick, then its own button. Content: more fields.

    The server must look for `confirm=yes` itself: the page is only the first of the two locks.
    """
    return _part(context, "confirm", locals())


# ---- saying something ------------------------------------------------------------------------------------------


@register.simple_block_tag(takes_context=True)
def ui_banner(
    context: Context, content: str, kind: str = "info", *, title: str = "", alert: bool = False
) -> SafeString:
    """info · success · warning · error, with a title and any content."""
    return _part(context, "banner", locals())


@register.simple_block_tag(takes_context=True)
def ui_emergency(
    context: Context,
    content: str,
    *,
    title: str,
    updated: datetime | None = None,
    action: str = "",
    href: str = "",
    level: int = 2,
) -> SafeString:
    """Heading, time of the last change, one action. Only one on a page."""
    return _part(context, "emergency", locals())


@register.simple_block_tag(takes_context=True)
def ui_warning_band(context: Context, content: str, *, text: str = "") -> SafeString:
    """Stays on top while a device is the patient (電源を切らない…). Content: the answer to なぜ？"""
    return _part(context, "warning_band", locals())


@register.inclusion_tag(HERE + "empty.html")
def ui_empty(title: str, *, text: str = "", action: str = "", href: str = "") -> dict[str, Any]:
    """Nothing here yet: why, and what to do about it."""
    return dict(locals())


@register.inclusion_tag(HERE + "progress.html")
def ui_progress(done: int, total: int, *, label: str, id: str = "progress") -> dict[str, Any]:  # noqa: A002
    """A bar and the same in words: 6つのうち3つ"""
    return dict(locals())


# ---- the incident ----------------------------------------------------------------------------------------------


@register.inclusion_tag(HERE + "steps.html")
def ui_steps(steps: Sequence[Mapping[str, Any]], *, label: str = "") -> dict[str, Any]:
    """steps: {name, state, href, current}; state: done · doing · open · waived. Steps overlap: each has its own."""
    reached = sum(1 for step in steps if step.get("state") in ("done", "doing", "waived"))
    return {"steps": steps, "label": label, "total": len(steps), "reached": reached}


@register.inclusion_tag(HERE + "deadline.html")
def ui_deadline(deadline: Any, *, tag: str = "div") -> dict[str, Any]:
    """title kind(limit|guide) due due_from days_left counted_from provisional article[_text|_url] met met_at href."""
    return {"deadline": deadline, "tag": "li" if tag == "li" else "div"}


@register.inclusion_tag(HERE + "clocks.html")
def ui_clocks(clocks: Sequence[Any]) -> dict[str, Any]:
    """The strip under the header: the nearest first, the others one tap away. Nothing due: nothing shown."""
    return {"first": clocks[0] if clocks else None, "others": clocks[1:]}


@register.inclusion_tag(HERE + "fact.html")
def ui_fact(fact: Any, *, href: str = "", action: str = "") -> dict[str, Any]:
    """What is known: label value status source recorded_at. `href`, `action`: the question to answer next."""
    return dict(locals())


@register.inclusion_tag(HERE + "task.html", takes_context=True)
def ui_task(context: Context, task: Any, *, kicker: str = "", level: int = 2) -> dict[str, Any]:
    """The next one thing: title why hat href action minutes."""
    return {"task": task, "kicker": kicker, "level": level, "hats": context.get("hats")}


@register.inclusion_tag(HERE + "entry.html", takes_context=True)
def ui_entry(context: Context, entry: Any) -> dict[str, Any]:
    """One line of the record: number occurred recorded_at kind who hat text href drill correction files."""
    return {"entry": entry, "hats": context.get("hats")}


@register.inclusion_tag(HERE + "note_bar.html")
def ui_note_bar(note_bar: Any) -> dict[str, Any]:
    """action hint hidden(dict) value error. Posts: text occurred_at photo file."""
    return {"bar": note_bar}


@register.inclusion_tag(HERE + "help_line.html")
def ui_help_line(people: Sequence[Any], *, level: int = 2) -> dict[str, Any]:
    """Whom to call: name role phone hours verified note. The same place on every page (WCAG 3.2.6)."""
    return {"people": people, "level": level}


# ---- tables and lists ------------------------------------------------------------------------------------------


@register.inclusion_tag(HERE + "table.html")
def ui_table(
    caption: str, columns: Sequence[str], rows: Iterable[Sequence[Any]], *, numbers: str = ""
) -> dict[str, Any]:
    """Becomes a list on a phone. The first cell names its row; numbers="2,3": columns (from 1) of figures."""
    figures = {int(n) for n in numbers.split(",") if n.strip()}
    made = [
        [{"label": columns[i], "value": cell, "number": i + 1 in figures} for i, cell in enumerate(row)] for row in rows
    ]
    heads = [{"label": name, "number": i + 1 in figures} for i, name in enumerate(columns)]
    return {"caption": caption, "columns": heads, "rows": made}


@register.inclusion_tag(HERE + "pages.html")
def ui_pages(page: Any, *, query: str = "") -> dict[str, Any]:
    """Pagination of a Django Page; `query`: what else must stay in the address ("hat=technical&")."""
    span = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    return {"page": page, "numbers": list(span), "gap": page.paginator.ELLIPSIS, "query": query}


# ---- forms -----------------------------------------------------------------------------------------------------


@register.inclusion_tag(HERE + "errors.html")
def ui_errors(form: BaseForm, *, title: str = "") -> dict[str, Any]:
    """What is to be mended, each a link to its field. Nothing while nothing is wrong."""
    fields = [
        {"label": str(field.label).rstrip(":："), "href": _first_id(field), "errors": _errors(field)}
        for field in form
        if field.errors and not field.is_hidden
    ]
    return {"form": form, "fields": fields, "title": title}


@register.inclusion_tag(HERE + "field.html")
def ui_field(
    field: BoundField, *, label: str = "", hint: str | None = None, optional: bool = False, tall: bool = False
) -> dict[str, Any]:
    """A field of a Django form: label, hint, error, input. Choices become chips (`tall`: one a line). hint="": none."""
    return {
        "field": field,
        "tall": tall,
        "optional": optional,
        "errors": _errors(field),
        **_described(field, label, hint),
    }


@register.inclusion_tag(HERE + "form.html")
def ui_form(form: BaseForm) -> dict[str, Any]:
    """Error summary and every field in order; the <form> element, its token and its button stay with the page."""
    return {"form": form}


@register.inclusion_tag(HERE + "chips.html")
def ui_chips(
    name: str,
    choices: Iterable[Any],
    *,
    legend: str,
    hint: str = "",
    many: bool = True,
    selected: Iterable[str] = (),
    tall: bool = False,
    error: str = "",
) -> dict[str, Any]:
    """Ticks (`many`) or one-of as chips that need no script. choices: (value, label) or (value, label, note)."""
    chosen = {str(s) for s in ([selected] if isinstance(selected, str) else selected)}
    made = [
        {"value": c[0], "label": c[1], "note": c[2] if len(c) > 2 else "", "on": str(c[0]) in chosen} for c in choices
    ]
    return {"name": name, "choices": made, "legend": legend, "hint": hint, "many": many, "tall": tall, "error": error}


@register.inclusion_tag(HERE + "upload.html")
def ui_upload(
    name: str,
    *,
    label: str,
    hint: str = "",
    accept: str = "",
    camera: bool = False,
    many: bool = False,
    error: str = "",
) -> dict[str, Any]:
    """A file or, with `camera`, a photo taken now. Needs enctype="multipart/form-data" on the form."""
    return dict(locals())


@register.inclusion_tag(HERE + "copy.html")
def ui_copy(label: str, value: str, *, id: str) -> dict[str, Any]:  # noqa: A002
    """A text to carry elsewhere, with a copy button where scripts run."""
    return dict(locals())


def _errors(field: BoundField) -> list[str]:
    """The field's errors; the commonest in words of ours, because 「このフィールドは必須です」 helps nobody."""
    missing = gettext("まだ答えがありません。")
    found = [(e.code, [missing] if e.code == "required" else e.messages) for e in field.errors.as_data()]
    return [message for _code, messages in found for message in messages]


def _first_id(field: BoundField) -> str:
    return f"{field.auto_id}_0" if field.use_fieldset else field.id_for_label


def _described(field: BoundField, label: str, hint: str | None) -> dict[str, Any]:
    hint = str(field.help_text or "") if hint is None else hint
    if label:
        field.field.widget.attrs.pop("placeholder", None)  # words of ours replace the library's, also inside the input
    about = [f"{field.auto_id}_{part}" for part, there in (("hint", hint), ("error", field.errors)) if there]
    attrs: dict[str, Any] = {"aria-describedby": " ".join(about) or None}
    group = field.use_fieldset
    one_tick = not group and getattr(field.field.widget, "input_type", "") == "checkbox"
    shown = label or field.label
    return {"label": str(shown).rstrip(":：") if shown else "", "hint": hint, "group": group, "one_tick": one_tick,
            "widget": "" if group else field.as_widget(attrs={k: v for k, v in attrs.items() if v}),
            "about": " ".join(about)}  # fmt: skip


def _part(context: Context, name: str, values: dict[str, Any]) -> SafeString:
    """Render a component around the content of its block."""
    found = context.template.engine.get_template(f"{HERE}{name}.html")  # type: ignore[union-attr]
    values.pop("context")
    with context.push(**values):
        return found.render(context)
