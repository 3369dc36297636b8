"""Pages beside a document: correct it by hand, is our own mail clean, what a lawyer must see, who it comes from."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from hikeshi import words
from hikeshi.casebook import services as casebook
from hikeshi.desk.services import may, member, refuse
from hikeshi.engines.common.mynumber import masked
from hikeshi.engines.common.problem import Problem
from hikeshi.notify import documents, letters, services
from hikeshi.notify.letters import closing, editing, lawyers, papers, ways
from hikeshi.notify.letters.sending import SenderForm


class EditForm(forms.Form):
    """One field for each part that may be corrected, and one for each section that may be added to."""

    def __init__(self, found: letters.Paper, said: Any = None) -> None:
        super().__init__(said)
        assert found.generated is not None
        self.pieces = editing.pieces(found.generated)
        self.sections = editing.sections(found.generated)
        now = {(one.was, one.nth): one.now for one in found.edits.changes}
        added = {one.section: one.text for one in found.edits.added}
        self.groups: list[dict[str, Any]] = []
        for number, section in enumerate(self.sections):
            group: dict[str, Any] = {"title": section, "names": []}
            for at, piece in enumerate(self.pieces):
                if piece.section == section:
                    value = now.get((piece.text, piece.nth), piece.text)
                    label = piece.label or (_("1行に1つ") if piece.items else _("文"))
                    group["names"].append(self._field(f"piece_{at}", label, value))
            group["add"] = self._field(f"add_{number}", _("ここに書き足す"), added.get(section, ""))
            self.groups.append(group)

    def _field(self, name: str, label: Any, value: str) -> str:
        rows = min(12, 2 + value.count("\n") + len(value) // 36)
        self.fields[name] = forms.CharField(
            label=label,
            required=False,
            max_length=editing.LONGEST,
            initial=value,
            strip=False,
            widget=forms.Textarea(attrs={"rows": rows}),
        )
        return name

    def shown(self) -> list[dict[str, Any]]:
        """The sections with their fields, for the page."""
        return [
            {"title": group["title"], "fields": [self[name] for name in group["names"]], "add": self[group["add"]]}
            for group in self.groups
        ]

    def edits(self) -> editing.Edits:
        """What differs from the text that the facts give."""
        said = {name: editing.tidy(value or "") for name, value in self.cleaned_data.items()}
        changes = [
            editing.Change(piece.text, said[f"piece_{at}"], piece.nth)
            for at, piece in enumerate(self.pieces)
            if said[f"piece_{at}"] != editing.tidy(piece.text)
        ]
        added = [
            editing.Added(section, said[f"add_{number}"])
            for number, section in enumerate(self.sections)
            if said[f"add_{number}"]
        ]
        return editing.Edits(tuple(changes), tuple(added))


@require_http_methods(["GET", "POST"])
@member("read", case=True)
def edit(request: Any, kind: str) -> HttpResponse:
    """The document's words to be corrected or added to; what facts fill is corrected in the fact."""
    if not may(request.role, "write_documents"):
        refuse()
    found = papers.asked(request, kind)
    if found.generated is None or not editing.editable(found.generated):
        raise Http404(kind)
    actor = casebook.actor_of(request)
    if request.method == "POST" and "undo" in request.POST:
        _same(request, found)
        letters.edit(request.case, found, editing.Edits(), actor)
        messages.success(request, gettext("手直しを取り消しました。事実から作った文にもどっています。"))
        return redirect(papers.address(request.case, found))
    form = EditForm(found, _without_numbers(request.POST) if request.method == "POST" else None)
    problem = None
    if request.method == "POST" and form.is_valid():
        try:
            _same(request, found)
            changed = letters.edit(request.case, found, form.edits(), actor)
        except Problem as caught:
            problem = caught  # what was typed stays on the page
        else:
            if changed is None:
                messages.info(request, gettext("文は変わっていません。"))
            else:
                messages.success(request, gettext("手直しを保存しました。事実の確認と承認は、やり直しになります。"))
            return redirect(papers.address(request.case, found))
    context = {
        "paper": found,
        "name": found.kind.name(services.language()),
        "form": form,
        "groups": form.shown(),
        "opening": gettext("はじめの部分"),
        "problem": words.problem(problem, services.language()) if problem else "",
        "back": papers.address(request.case, found),
        "begun": any(found.reached[step] for step in ("checked", "approved", "sent")),
    }
    return render(request, "notify/document_edit.html", context, status=422 if form.errors or problem else 200)


def _same(request: Any, found: letters.Paper) -> None:
    if request.POST.get("sha256") != found.sha256:
        raise Problem("notify.text_changed")


def _without_numbers(said: Any) -> Any:
    """What was typed, for the page to show again: a My Number in it masked."""
    shown = said.copy()
    for name in shown:
        shown[name] = masked(shown[name])[0]
    return shown


# --- is our own mail clean ------------------------------------------------------------------------------------------

ANSWERS = {"yes": (True, "suspected"), "no": (False, "confirmed"), "unknown": (None, "unknown")}
CHOICES = [("yes", _("はい（疑いがある）")), ("no", _("いいえ（確かめた）")), ("unknown", _("わからない"))]


class CleanForm(forms.Form):
    """Whether our own mailbox and this machine are affected."""

    mail = forms.ChoiceField(
        label=_("送信に使うメールは、乗っ取られている疑いがありますか"), choices=CHOICES, widget=forms.RadioSelect
    )
    machine = forms.ChoiceField(
        label=_("いま操作しているこの機械は、事故にあった疑いがありますか"), choices=CHOICES, widget=forms.RadioSelect
    )


@require_http_methods(["GET", "POST"])
@member("read", case=True)
def clean(request: Any) -> HttpResponse:
    """Two questions that close or open the ways by which documents leave and approvals come in."""
    if request.method == "POST" and not may(request.role, "record"):
        refuse()
    case = request.case
    known = casebook.facts(case)
    # One press on a document's page answers for both; "clean" only for what nobody answered yet. Else a page opened
    # before somebody told a suspicion would press it away, and so would any page what the first card was answered.
    both = {"mail": request.POST["both"], "machine": request.POST["both"]} if "both" in request.POST else None
    asked = ways.unasked(case) if both and both["mail"] == "no" else (ways.MAIL, ways.MACHINE)
    form = CleanForm(
        (both or request.POST) if request.method == "POST" else None,
        initial={name: _said(known.get(key)) for name, key in (("mail", ways.MAIL), ("machine", ways.MACHINE))},
    )
    back = str(request.POST.get("next") or request.GET.get("next") or "")
    if not back.startswith(services.address(case)) or "//" in back:
        back = f"{services.address(case)}documents/"
    if request.method == "POST" and form.is_valid():
        actor = casebook.actor_of(request)
        source = gettext_noop("送る前の確認")
        entries = [
            casebook.fact_entry(case, key, *ANSWERS[form.cleaned_data[name]], actor, source=source, step="S4.1")
            for name, key in (("mail", ways.MAIL), ("machine", ways.MACHINE))
            if key in asked
        ]
        if entries:
            casebook.record(case, entries)
            messages.success(request, gettext("記録しました。"))
        if len(entries) < 2 and ways.suspect(case):
            messages.warning(
                request, gettext("疑いがあると先に答えたものは、変えていません。変えるときは、ここで別々に答えます。")
            )
            return redirect(f"{reverse('notify:clean', args=[case.reference])}?{urlencode({'next': back})}")
        return redirect(back)
    context = {
        "form": form,
        "back": back,
        "may_record": may(request.role, "record"),
        "card": ways.card_says_this_machine(case),
        "closed": closing.closed_words(case),
    }
    return render(request, "notify/document_clean.html", context, status=422 if form.errors else 200)


def _said(fact: Any) -> str:
    if fact is None:
        return ""
    if fact.status == "unknown":
        return "unknown"
    return "yes" if fact.value else "no"


# --- what a lawyer must see -----------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@member("read", case=True)
def rule(request: Any) -> HttpResponse:
    """Which documents leave only with a lawyer's word: public statements always, others as the owner decides."""
    if request.method == "POST":
        if not may(request.role, "settings"):
            refuse()
        wanted = [kind for kind in request.POST.getlist("documents") if kind in documents.kinds()]
        lawyers.state_rule(request.workspace, wanted, casebook.actor_of(request))
        messages.success(request, gettext("弁護士の確認が要る文書を記録しました。"))
        return redirect("notify:documents", request.case.reference)
    lang = services.language()
    now = lawyers.locked(request.workspace)
    rows = [
        {"id": kind.id, "name": kind.name(lang), "on": kind.id in now, "always": kind.id in lawyers.ALWAYS}
        for kind in documents.kinds().values()
    ]
    context = {"rows": rows, "may_set": may(request.role, "settings")}
    return render(request, "notify/document_lawyers.html", context)


# --- who it comes from ----------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@member("read", case=True)
def sender(request: Any) -> HttpResponse:
    """Name, address and telephone that letters bear, written once for the workspace."""
    if request.method == "POST" and not may(request.role, "prepare"):
        refuse()
    form = SenderForm(request.POST if request.method == "POST" else None, initial=services.sender(request.workspace))
    back = str(request.POST.get("next") or request.GET.get("next") or "")
    if not back.startswith(services.address(request.case)) or "//" in back:
        back = reverse("notify:documents", args=[request.case.reference])
    if request.method == "POST" and form.is_valid():
        services.state_sender(request.workspace, casebook.actor_of(request), **form.cleaned_data)
        messages.success(request, gettext("差出人を記録しました。"))
        return redirect(back)
    context = {"form": form, "back": back, "may_prepare": may(request.role, "prepare")}
    return render(request, "notify/sender.html", context, status=422 if form.errors else 200)
