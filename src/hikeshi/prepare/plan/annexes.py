"""The annexes of the plan: devices, holdings, insurance, backups, reports with their days, record of revisions."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from hikeshi.engines.paper.model import Block, Heading, KeyValues, Note, PageBreak, Paragraph, Span, Table, Text
from hikeshi.prepare.catalog import name_of
from hikeshi.prepare.plan.content import Content, Revision, day, joined
from hikeshi.prepare.rules import INSURANCE_KEY, Item


def annexes(content: Content) -> Iterator[Block]:
    """Everything that the product knows beyond the original, in its order; nothing is left out silently."""
    yield from _revisions(content)
    yield PageBreak()
    yield from _list(content, "device", _device, (5, 4, 3, 4, 4))
    yield from _list(content, "holding", _holding, (4, 5, 3, 4, 4))
    yield from _insurance(content)
    yield from _list(content, "backup", _backup, (4, 4, 4, 3, 3))
    yield from _duties(content)
    yield Note(content.words["plan"]["author_note"])


def _list(content: Content, subject: str, row: object, widths: tuple[float, ...]) -> Iterator[Block]:
    words = content.words
    yield Heading(1, words["annex"][subject])
    items = content.preparation.of(subject)
    if items:
        yield Table(tuple(words["columns"][subject]), tuple(row(content, item) for item in items), widths=widths)  # type: ignore[operator]
    elif content.preparation.answers.get(f"{subject}.any") == "none":
        yield Paragraph(words["plan"]["none"])
    else:
        yield Paragraph((content.blank(words["cells"][subject], subject, "new"),))


def _device(content: Content, item: Item) -> tuple[Text, ...]:
    return (
        joined([(Span(item.said("name"), strong=True),), name_of("device", item.kind, content.lang)]),
        joined([item.said("place"), item.said("used_by")]),
        content.said(item, "admin"),
        joined([content.said(item, "holds"), content.remark(item)]),
        content.said(item, "backup"),
    )


def _holding(content: Content, item: Item) -> tuple[Text, ...]:
    words = content.words
    kinds = [name_of("data", kind, content.lang) for kind in item.data.get("kinds") or []]
    listed = words["cells"]["and"].join(kinds)
    sensitive = f"{words['fields']['sensitive']}: {words['values']['tri'][item.said('sensitive') or 'unknown']}"
    whose: Text = words["values"]["whose"][item.said("whose") or "unknown"]
    if item.said("whose") in ("", "unknown"):
        whose = (content.blank(words["fields"]["whose"], "holding", item.key),)
    return (
        (Span(item.said("name"), strong=True),),
        joined([listed or (content.blank(words["fields"]["kinds"], "holding", item.key),), sensitive]),
        people(content, item) or (content.blank(words["fields"]["people"], "holding", item.key),),
        joined([content.said(item, "place"), item.said("retention"), content.remark(item)]),
        joined([whose, item.said("entrusted_by")]),
    )


def people(content: Content, item: Item) -> str:
    """How many people: an interval in words, or nothing when no bound is known."""
    words = content.words["plan"]
    low, high = item.data.get("people_min"), item.data.get("people_max")
    if low is not None and high is not None:
        return str(words["people"].format(low=f"{low:,}", high=f"{high:,}"))
    if high is not None:
        return str(words["people_most"].format(high=f"{high:,}"))
    return str(words["people_least"].format(low=f"{low:,}")) if low is not None else ""


def _backup(content: Content, item: Item) -> tuple[Text, ...]:
    words = content.words
    return (
        joined([(Span(item.said("name"), strong=True),), content.remark(item)]),
        content.said(item, "covers"),
        content.said(item, "place"),
        words["values"]["tri"][item.said("separate") or "unknown"],
        day(item.verified_on, content.lang) or (content.blank(words["fields"]["tested_on"], "backup", item.key),),
    )


def _insurance(content: Content) -> Iterator[Block]:
    words = content.words
    yield Heading(1, words["annex"]["insurance"])
    items = content.preparation.of("insurance")
    for item in items:
        yield KeyValues(tuple(_policy(content, item)))
    if not items and content.preparation.answers.get(f"insurance.{INSURANCE_KEY}") == "none":
        yield Paragraph(words["plan"]["none_insurance"])
    elif not items:
        yield Paragraph((content.blank(words["cells"]["insurance"], "insurance", INSURANCE_KEY),))


def _policy(content: Content, item: Item) -> Iterator[tuple[str, Text]]:
    words, fields = content.words, content.words["fields"]
    yield words["cells"]["insurance"], joined([item.said("name"), item.said("person")])
    yield fields["phone"], joined([content.said(item, "phone"), item.said("mail"), item.said("hours")])
    yield fields["policy_no"], content.said(item, "policy_no")
    approval = item.said("prior_approval")
    unsaid = (content.blank(fields["prior_approval"], "insurance", item.key),)
    yield fields["prior_approval"], unsaid if approval in ("", "unknown") else words["values"]["tri"][approval]
    hours = item.data.get("notice_hours")
    within = words["plan"]["notice_hours"].format(hours=hours) if hours else ""
    clause: Text = joined([item.said("notice_clause"), within])
    yield fields["notice_clause"], clause or (content.blank(fields["notice_clause"], "insurance", item.key),)
    if item.said("period_from") or item.said("period_to"):
        yield (
            fields["period"],
            f"{_due(item.said('period_from'), content.lang)} – {_due(item.said('period_to'), content.lang)}",
        )
    if content.remark(item):
        yield words["plan"]["remarks"], content.remark(item)


def _duties(content: Content) -> Iterator[Block]:
    words = content.words
    if not content.duties:
        return
    yield Heading(1, words["annex"]["duty"])
    yield Paragraph(words["annex"]["duty_lead"])
    rows = tuple((duty.recipient, duty.name, duty.term, duty.basis) for duty in content.duties)
    yield Table(tuple(words["columns"]["duty"]), rows, widths=(4, 5, 6, 4))


def _revisions(content: Content) -> Iterator[Block]:
    words = content.words
    if not content.revisions:
        return
    yield Heading(1, words["annex"]["revisions"])
    rows = tuple(
        (
            words["plan"]["version_n"].format(n=revision.version),
            day(revision.effective_on, content.lang),
            _why(revision) or "–",
        )
        for revision in content.revisions
    )
    yield Table(tuple(words["columns"]["revisions"]), rows, widths=(2, 4, 9))
    for revision in content.revisions:
        if revision.measures:
            version = words["plan"]["version_n"].format(n=revision.version)
            measures = tuple(
                (measure.what, measure.owner or "–", _due(measure.due, content.lang) or "–")
                for measure in revision.measures
            )
            caption = f"{words['annex']['measures']} ({version})"
            yield Table(tuple(words["columns"]["measures"]), measures, widths=(9, 4, 3), caption=caption)


def _why(revision: Revision) -> Text:
    """The reason, and the incident unless the reason names it already."""
    return joined([revision.reason, "" if revision.incident in revision.reason else revision.incident])


def _due(said: str, lang: str) -> str:
    """The day as the document writes days; words that are no day stay as they were written."""
    try:
        return day(date.fromisoformat(said), lang)
    except ValueError:
        return said
