"""What other rooms may ask of the casebook. Everything that changes an incident goes through `record`."""

import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction

from hikeshi.casebook import projecting, rules, sayings, vocabulary
from hikeshi.casebook.checkpoints import checkpoint, signing_key
from hikeshi.casebook.entries import (
    ApprovalGiven,
    ApprovalWithdrawn,
    CaseClosed,
    CaseHeadNoted,
    CaseOpened,
    CaseReopened,
    DeskHappened,
    FactStated,
    NoteAdded,
    WorkspaceMade,
)
from hikeshi.casebook.keeping import (
    evidence_entry,
    evidence_of,
    evidence_path,
    hand_over,
    is_intact,
    keep_file,
    keep_text,
    kept_files,
    open_evidence,
    text,
)
from hikeshi.casebook.models import Approval, Case, CaseHead, Chain, Evidence, Fact, Line, StaleTable
from hikeshi.casebook.record import append, appending, chain_of, make_chain, prepare, read_back, record
from hikeshi.casebook.repeats import repeated
from hikeshi.engines.common.problem import Problem
from hikeshi.engines.ledger.entry import Actor, Entry, Recorded, When
from hikeshi.engines.ledger.kinds import Blob
from hikeshi.engines.ledger.line import parse_line

__all__ = [
    "Actor",
    "Blob",
    "Case",
    "Entry",
    "Evidence",
    "Fact",
    "Problem",
    "Recorded",
    "STATUSES",
    "When",
    "actor_of",
    "add_note",
    "approvals",
    "approve",
    "cases",
    "checkpoint",
    "close_case",
    "entries",
    "evidence_entry",
    "evidence_of",
    "evidence_path",
    "facts",
    "fact_explained",
    "fact_words",
    "find_case",
    "hand_over",
    "head",
    "is_intact",
    "keep_file",
    "keep_text",
    "kept_files",
    "open_case",
    "open_evidence",
    "record",
    "reopen_case",
    "signing_key",
    "state_fact",
    "text",
    "withdraw",
]

STATUSES, WORDS = rules.STATUSES, sayings.WORDS
JAPAN = ZoneInfo("Asia/Tokyo")


def actor_of(request: Any) -> Actor:
    """The signed-in person of a request, with the role worn."""
    return Actor(str(request.user.pk), str(request.user), request.role or "")


# --- workspaces and cases -------------------------------------------------------------------------------------------


def begin_workspace(workspace: Any, actor: Actor) -> Chain:
    """The workspace's own chain, made with its first entry unless it is there."""
    with appending():
        chain = Chain.objects.filter(pk=workspace.pk).first()
        if chain is None:
            try:
                with transaction.atomic():
                    chain = make_chain(workspace, "workspace", workspace.pk)
            except IntegrityError:  # somebody else began it at the same moment, and recorded that
                return Chain.objects.get(pk=workspace.pk)
            append(workspace.pk, [prepare(workspace, Entry(WorkspaceMade(name=workspace.name), actor))])
    return chain


def record_for_workspace(workspace: Any, entries: Sequence[Entry], **named: Any) -> list[Recorded]:
    """Record preparation (contacts, devices, the plan …) on the workspace's chain; begins it if need be."""
    if not entries:
        return []
    if not Chain.objects.filter(pk=workspace.pk).exists():
        begin_workspace(workspace, entries[0].actor)
    return record(workspace, entries, **named)


def open_case(
    workspace: Any,
    actor: Actor,
    *,
    title: str = "",
    situation: str = "",
    occurred_at: When | datetime | None = None,
    first_entries: Sequence[Entry] = (),
    request_id: str | None = None,
) -> Case:
    """Open an incident: a chain of its own with `case.opened` as its first entry, its head noted on the workspace's.

    `first_entries` follow in the same commit. A repeated `request_id` gives the case that was opened under it.
    """
    with appending():
        begin_workspace(workspace, actor)
        # The workspace's row first: a second tap waits here and then finds the case of the first. Nobody else can know
        # the new case's chain yet, so the lock order (case before workspace) holds by itself.
        Chain.objects.select_for_update().get(pk=workspace.pk)
        if request_id is not None:
            earlier = Line.objects.filter(request_id=request_id, chain__workspace=workspace, number=1).first()
            if earlier is not None:
                return Case.objects.get(chain_id=earlier.chain_id)
        chain = make_chain(workspace, "case")
        opened = CaseOpened(
            reference=_next_reference(workspace), workspace=str(workspace.pk), title=title[:200], situation=situation
        )
        owner = Case(chain_id=chain.pk)
        prepared = [prepare(owner, Entry(opened, actor, occurred_at, step="S1.1"))]
        prepared += [prepare(owner, entry) for entry in first_entries]
        recorded = append(chain.pk, prepared, request_id=request_id)
        _note_head(workspace, actor, recorded[-1], opened.reference, "open")
        return Case.objects.get(chain_id=chain.pk)


def _next_reference(workspace: Any) -> str:
    # Under the workspace's lock. Counted over the heads noted there: a case that was disposed of keeps its number.
    year = datetime.now(JAPAN).year
    opened = CaseHead.objects.filter(chain_id=workspace.pk, reason="open", reference__startswith=f"HKS-{year}-")
    number = opened.count() + 1
    while find_case(workspace, rules.reference(year, number)):  # a stale table must never keep an incident from opening
        number += 1
    return rules.reference(year, number)


def _note_head(workspace: Any, actor: Actor, last: Recorded, reference: str, reason: Any) -> None:
    noted = CaseHeadNoted(case=last.chain, reference=reference, reason=reason, number=last.number, sha256=last.sha256)
    append(workspace.pk, [prepare(workspace, Entry(noted, actor))])


def _end(case: Case, actor: Actor, data: Any, reason: Any) -> Recorded:
    """Record an end or a new beginning, unless it is the same person's same words once more (a second press)."""
    with appending():
        Chain.objects.select_for_update().get(pk=case.chain_id)
        last = next(entries(case, ["case.opened", "case.closed", "case.reopened"], newest_first=True, limit=1))
        if repeated(case.chain_id, last, actor, data) or (reason == "reopen" and last.kind != "case.closed"):
            return last
        recorded = append(case.chain_id, [prepare(case, Entry(data, actor, step="S6.1"))])
        workspace = Chain.objects.select_related("workspace").get(pk=case.chain_id).workspace
        _note_head(workspace, actor, recorded[-1], case.reference, reason)
    return recorded[-1]


def close_case(case: Case, actor: Actor, *, outcome: Any = "incident", reason: str = "") -> Recorded:
    """Close an incident, or file it as none ('not_an_incident')."""
    return _end(case, actor, CaseClosed(outcome=outcome, reason=keep_text(case, reason) if reason else None), "close")


def reopen_case(case: Case, actor: Actor, *, reason: str = "") -> Recorded:
    """Open a closed incident again; one that is open stays so, and nothing is recorded."""
    return _end(case, actor, CaseReopened(reason=keep_text(case, reason) if reason else None), "reopen")


def find_case(workspace: Any, reference: str) -> Case | None:
    """The case of this workspace with this reference (HKS-2026-001), or None."""
    return Case.objects.filter(workspace_id=workspace.pk, reference=reference).first()


def cases(workspace: Any, *, open_only: bool = False) -> Any:
    """A query over the workspace's cases, newest first."""
    query = Case.objects.filter(workspace_id=workspace.pk).order_by("-opened_at")
    return query.filter(closed_at=None) if open_only else query


def workspace_of(case: Case) -> Any:
    return Chain.objects.select_related("workspace").get(pk=case.chain_id).workspace


# --- reading --------------------------------------------------------------------------------------------------------


def head(owner: Any) -> Chain:
    """The chain's head: .number, .sha256, .size, .recorded_at."""
    return Chain.objects.get(pk=chain_of(owner))


def recorded_before(owner: Any, request_id: str) -> bool:
    """Whether the request of this number was recorded already: then it is not to be judged, or done, once more."""
    return Line.objects.filter(chain_id=chain_of(owner), request_id=request_id).exists()


def entries(
    owner: Any,
    kinds: Iterable[str] | None = None,
    *,
    newest_first: bool = False,
    limit: int | None = None,
    before: int | None = None,
) -> Iterator[Recorded]:
    """The entries of a chain, streamed; `before` gives those with a smaller number (for paging)."""
    query = Line.objects.filter(chain_id=chain_of(owner)).order_by("-number" if newest_first else "number")
    if before is not None:
        query = query.filter(number__lt=before)
    wanted = frozenset(kinds) if kinds is not None else None
    given = 0
    for line, sha256 in query.values_list("line", "sha256").iterator(chunk_size=200):
        entry = read_back(line, sha256)
        if wanted is None or entry.kind in wanted:
            yield entry
            given += 1
            if given == limit:
                return


def lines(owner: Any, *, up_to: int | None = None) -> Iterator[bytes]:
    """The exact bytes of each line in order (to number `up_to`): their concatenation is the export."""
    return lines_of_chain(chain_of(owner), up_to=up_to)


def lines_of_chain(chain: Any, *, up_to: int | None = None) -> Iterator[bytes]:
    """The lines of the chain with this id, as they are stored."""
    query = Line.objects.filter(chain_id=chain).order_by("number")
    if up_to is not None:
        query = query.filter(number__lte=up_to)
    for line in query.values_list("line", flat=True).iterator(chunk_size=500):
        yield bytes(line)


def rebuild(chain: Chain) -> int:
    """Make the read tables of one chain anew from its entries; how many were read."""
    with appending():
        return projecting.rebuild(chain.pk, (Recorded.from_fields(*_fields(line)) for line in lines_of_chain(chain.pk)))


def _fields(line: bytes) -> tuple[Mapping[str, Any], str]:
    read = parse_line(line)
    return read.fields, read.sha256


def saying(owner: Any, entry: Recorded, lang: str) -> sayings.Saying:
    """What an entry says, in words: .name of its kind and .line."""
    return sayings.say(
        entry, lang, lambda blob: text(owner, blob), lambda key, value: vocabulary.fact_said(key, value, lang)
    )


def fact_label(key: str, lang: str) -> str:
    """What a fact is called (facts.toml)."""
    return vocabulary.label(key, lang)


def fact_choices(key: str, lang: str) -> list[tuple[str, str]]:
    """The values that a fact of this key may have, with their words."""
    return vocabulary.choices(key, lang)


def fact_said(key: str, value: Any, lang: str) -> str:
    """A fact's value in words."""
    return vocabulary.value_said(key, value, lang)


def fact_explained(key: str, value: Any, lang: str) -> str:
    """A fact's value in words, with the everyday words beside those of the Act."""
    return vocabulary.everyday_said(key, value, lang)


def fact_words(case: Case, fact: Fact, lang: str) -> str:
    """The free words of a fact. What the program itself wrote into them is said in this language."""
    said = text(case, fact.text_sha256) if fact.text_sha256 else ""
    translate = WORDS.get("contain.said")
    return translate(said, lang) if said and translate else said


def stale(owner: Any) -> list[str]:
    """Rooms whose read tables miss something of this chain."""
    return list(StaleTable.objects.filter(chain_id=chain_of(owner)).values_list("room", flat=True))


# --- notes, facts, approvals ----------------------------------------------------------------------------------------


def add_note(case: Case, said: str, actor: Actor, **named: Any) -> Recorded:
    """Write down what somebody saw or did. Keywords: occurred_at, step, attachments, corrects, request_id."""
    request_id = named.pop("request_id", None)
    attachments = named.pop("attachments", [])
    note = NoteAdded(text=keep_text(case, said), attachments=list(attachments))
    return record(case, [Entry(note, actor, **named)], request_id=request_id)[0]


def fact_entry(case: Case, key: str, value: Any, status: str, actor: Actor, **named: Any) -> Entry:
    """A `fact.stated` entry, to be recorded together with others. Keywords: source, text, occurred_at, step."""
    said = named.pop("text", None)
    codes, own = vocabulary.taken_apart(key, value)
    data = FactStated(
        key=key,
        value=codes,
        others=keep_text(case, "\n".join(own)) if own else None,
        status=status,  # type: ignore[arg-type]
        source=named.pop("source", ""),
        text=keep_text(case, said) if said else None,
    )
    return Entry(data, actor, **named)


def state_fact(case: Case, key: str, value: Any, status: str, actor: Actor, **named: Any) -> Recorded:
    """State what is known of `key`. A status is confirmed, suspected, unknown or refuted; earlier entries stay."""
    request_id = named.pop("request_id", None)
    return record(case, [fact_entry(case, key, value, status, actor, **named)], request_id=request_id)[0]


def facts(case: Case) -> dict[str, Fact]:
    """What is known now, by key; the value of a list with the items that somebody put into words of their own."""
    known = {fact.key: fact for fact in Fact.objects.filter(chain_id=case.chain_id)}
    for fact in known.values():
        if fact.others_sha256:
            codes: Any = fact.value or ()
            fact.value = [*codes, *text(case, fact.others_sha256).splitlines()]
    return known


def approve(case: Any, subject: str, sha256: str, actor: Actor, **named: Any) -> Recorded:
    """Approve exactly the text with this hash. Keywords: by (leader|lawyer|insurer|other), how, name."""
    given = ApprovalGiven(
        subject=subject,
        sha256=sha256,
        by=named.get("by", "leader"),
        how=named.get("how", "on_screen"),
        name=named.get("name", ""),
    )
    return record(case, [Entry(given, actor)])[0]


def approvals(case: Any, subject: str, sha256: str | None = None) -> list[Approval]:
    """The approvals in force of a subject (of exactly one text, when `sha256` is given)."""
    query = Approval.objects.filter(chain_id=chain_of(case), subject=subject, withdrawn=False).order_by("number")
    return list(query.filter(sha256=sha256) if sha256 else query)


def withdraw(case: Any, approval: Approval, actor: Actor, reason: str = "") -> Recorded:
    why = keep_text(case, reason) if reason else None
    return record(case, [Entry(ApprovalWithdrawn(number=approval.number, reason=why), actor)])[0]


# --- the desk's events ----------------------------------------------------------------------------------------------


def record_desk_event(sender: Any, workspace: Any, person: Any, what: str, about: Mapping[str, str], **_: Any) -> None:
    """Who joined, whose role changed, that the owner was reset: recorded on the workspace's chain."""
    actor = Actor(str(person.pk), str(person)) if person is not None else Actor("console", "console")
    record_for_workspace(workspace, [Entry(DeskHappened(what=what, about=dict(about)), actor)])


awake = threading.Event()
"""Set when there is work owed: a wake-up for the background worker, never the work itself."""


def wake() -> None:
    """Tell the background worker to look at once."""
    awake.set()


def now() -> datetime:
    return datetime.now(UTC)
