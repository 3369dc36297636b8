"""What an inject can do: each act calls the same services that the pages call, at the scenario's own time.

An act is a function `act_<name>(run, inject)`; `inject.given` holds what scenario.toml says (docs/kinds/scenario.md).
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext

from hikeshi.archive import services as archive
from hikeshi.casebook import services as casebook
from hikeshi.contain import services as contain
from hikeshi.drill.run import Run
from hikeshi.drill.script import Inject
from hikeshi.engines.common.problem import Problem
from hikeshi.engines.ledger.bagcheck import check_bag
from hikeshi.improve import services as improve
from hikeshi.investigate import services as investigate
from hikeshi.notify import services as notify
from hikeshi.notify.services import letters
from hikeshi.prepare import services as prepare
from hikeshi.recover import services as recover

MOST_CARDS = 60


def act(run: Run, inject: Inject) -> None:
    """Do one inject."""
    globals()[f"act_{inject.do}"](run, inject)


# --- preparation ----------------------------------------------------------------------------------------------------


def act_prepare(run: Run, inject: Inject) -> None:
    """`lines` of {subject, key, fields}; `none`: cells answered 「該当なし」."""
    actor = run.actor(inject.who)
    for line in inject.given["lines"]:
        fields = dict(line["fields"])
        if line["subject"] in ("contact", "insurance"):
            fields["verified_on"] = inject.at.date().isoformat()
        if line["subject"] == "backup":
            fields["tested_on"] = inject.at.date().isoformat()
        prepare.state(run.workspace, actor, line["subject"], fields, key=line.get("key"))
    for cell in inject.given.get("none", ()):
        prepare.answer(run.workspace, actor, cell, "none")


def act_sender(run: Run, inject: Inject) -> None:
    """`fields`: who letters come from."""
    notify.state_sender(run.workspace, run.actor(inject.who), **inject.given["fields"])


def act_plan(run: Run, inject: Inject) -> None:
    """`effective` and `reason` of a version of the plan."""
    effective = inject.given["effective"].date()
    prepare.make_version(
        run.workspace, run.actor(inject.who), effective_on=effective, reason=inject.given.get("reason", "")
    )


# --- step 1 ---------------------------------------------------------------------------------------------------------


def act_open(run: Run, inject: Inject) -> None:
    """`case` (title), `situation`, `file` that came as the signal, `note`, `facts`."""
    given, actor = inject.given, run.actor(inject.who)
    run.begin(casebook.open_case(run.workspace, actor, title=given["case"], occurred_at=inject.at))
    kept = [_kept(run, given["file"], inject)] if "file" in given else []
    casebook.add_note(run.case, given["note"], actor, occurred_at=inject.at, step="S1.1", attachments=kept)
    _facts(run, inject, given.get("facts", ()), step="S1.1")


def act_note(run: Run, inject: Inject) -> None:
    """`text`, `step`, `facts`."""
    given = inject.given
    step = given.get("step", "S1.2")
    casebook.add_note(run.case, given["text"], run.actor(inject.who), occurred_at=inject.at, step=step)
    _facts(run, inject, given.get("facts", ()), step=step)


def act_facts(run: Run, inject: Inject) -> None:
    """`facts` of {key, value, status, text, source}, `step`."""
    _facts(run, inject, inject.given["facts"], step=inject.given.get("step", ""))


def act_cards(run: Run, inject: Inject) -> None:
    """`lines` of {card, answer, chips, text, at}: the cards are walked in their own order until none is left.

    A card that the scenario does not know is answered 「わからない」.
    """
    known = {line["card"]: line for line in inject.given["lines"]}
    actor = run.actor(inject.who)
    for number in range(MOST_CARDS):
        card = contain.walk_of(run.case).next
        if card is None:
            return
        line = known.get(card, {"answer": "unknown"})
        given = contain.Given(
            card,
            line.get("answer", "seen"),
            chips=tuple(line.get("chips", ())),
            text=line.get("text", ""),
            occurred_at=line.get("at", inject.at + timedelta(minutes=number)),
        )
        contain.answer(run.case, actor, given, lang=run.lang)


# --- step 2 ---------------------------------------------------------------------------------------------------------


def act_logs(run: Run, inject: Inject) -> None:
    """Keep the world's logs as evidence and have them read by the real parsers. `zone`."""
    actor = run.actor(inject.who)
    kept = [
        casebook.keep_file(run.case, io.BytesIO(content), name, actor, purpose=investigate.LOG)
        for name, content in run.logs.files.items()
    ]
    investigate.ask(run.case, kept, actor, zone=inject.given.get("zone", ""))
    while investigate.do_owed():
        pass


def act_judge(run: Run, inject: Inject) -> None:
    """`lines` of {found, address, verdict, also, reason}; `rest`: what the other findings are."""
    actor = run.actor(inject.who)
    waiting = [one["row"] for one in investigate.findings(run.case) if not one["row"].verdict]
    for line in inject.given["lines"]:
        row = next((r for r in waiting if r.found == line["found"] and line["address"] in r.addresses), None)
        if row is None:
            raise Problem("drill.not_found", found=line["found"], address=line["address"])
        waiting.remove(row)
        named = {"reason": line.get("reason", ""), "also": line.get("also", ())}
        investigate.judge(run.case, row.finding, line["verdict"], actor, **named)
    rest = inject.given.get("rest", {})
    for row in waiting if rest else ():
        investigate.judge(run.case, row.finding, rest["verdict"], actor, reason=rest.get("reason", ""))


def act_affected(run: Run, inject: Inject) -> None:
    """`said`: persons, data_items, data_subjects, media, source, remarks; `status`; `then`: facts."""
    investigate.state_affected(run.case, inject.given["said"], inject.given["status"], run.actor(inject.who))
    _facts(run, inject, inject.given.get("then", ()), step="S2.3")


# --- step 3 ---------------------------------------------------------------------------------------------------------


def act_recover(run: Run, inject: Inject) -> None:
    """`lines` of {suggestion, at, how, proof}: suggested items, each done with its proof."""
    actor = run.actor(inject.who)
    suggested = dict(recover.fitting(run.case))
    for line in inject.given["lines"]:
        name = line["suggestion"]
        stage, what = suggested[name]["stage"], suggested[name][run.lang]
        added = recover.add(run.case, stage, what, actor, who=actor.name, suggestion=name)
        proof = [_kept(run, {"purpose": "proof", **line["proof"]}, inject)]
        recover.done(run.case, added.data["item"], actor, how=line["how"], proof=proof, occurred_at=line["at"])


def act_restored(run: Run, inject: Inject) -> None:
    """Business goes on as before. `remarks`."""
    actor = run.actor(inject.who)
    recover.restored(run.case, actor, occurred_at=inject.at, remarks=inject.given.get("remarks", ""))


# --- step 4 ---------------------------------------------------------------------------------------------------------


def act_answers(run: Run, inject: Inject) -> None:
    """`facts`: answers to the questions that decide whom to tell."""
    actor = run.actor(inject.who)
    for fact in inject.given["facts"]:
        said = fact.get("text")
        value = _plain(fact.get("value"))
        notify.answer(run.case, fact["key"], value, fact["status"], actor, text=said, occurred_at=inject.at)


def act_document(run: Run, inject: Inject) -> None:
    """A document from draft to proof: `kind`, `stage`, `lawyer` {name, how, mail}, `send` {how, to, receipt, proof}.

    `passes`: why the leader lets what the checks found in it go out.
    """
    given, case = inject.given, run.case
    stage: Any = given.get("stage", "preliminary")
    owner = run.actor("owner")

    def paper(minutes: int) -> letters.Paper:
        return letters.paper_of(case, given["kind"], run.lang, stage, now=inject.at - timedelta(minutes=minutes))

    letters.check(case, paper(60), owner)
    for finding in letters.findings(case, paper(55)) if "passes" in given else ():
        letters.override(case, paper(55), finding.id, given["passes"], owner)
    letters.approve(case, paper(50), owner, by="leader", how="on_screen")
    lawyer = given.get("lawyer")
    if lawyer:
        _kept(run, {"purpose": "approval", **lawyer["mail"]}, inject)
        letters.approve(case, paper(20), owner, by="lawyer", how=lawyer["how"], name=lawyer["name"])
    send = given["send"]
    proof = [_kept(run, {"purpose": "proof", **send["proof"]}, inject)]
    letters.send(
        case,
        paper(0),
        run.actor(inject.who),
        how=send["how"],
        to=send["to"],
        receipt=send["receipt"],
        proof=proof,
        targets=letters.beforehand(paper(0), notify.groups(run.case, notify.judged(run.case, inject.at))["required"]),
        at=inject.at,
    )
    _facts(run, inject, given.get("then", ()), step="S4.1")


def act_told(run: Run, inject: Inject) -> None:
    """A duty met by telephone or the like: `target`, `stage`, `how`, `receipt`, `remarks`."""
    given = inject.given
    named = {name: given.get(name, "") for name in ("how", "receipt", "remarks")} | {"at": inject.at}
    notify.mark_told(run.case, given["target"], given.get("stage", "first"), run.actor(inject.who), **named)


def act_waive(run: Run, inject: Inject) -> None:
    """Voluntary reports that are still open are put off with the `reason`; a duty is never waived here."""
    rows = notify.groups(run.case, notify.judged(run.case, inject.at))["required"]
    for row in rows:
        if row.duty.kind == "voluntary" and row.told is None:
            notify.waive(run.case, row.target, "first", inject.given["reason"], run.actor(inject.who), at=inject.at)


# --- steps 5 and 6 --------------------------------------------------------------------------------------------------


def act_cause(run: Run, inject: Inject) -> None:
    """`kind` and `text` of the cause."""
    given = inject.given
    improve.state_cause(run.case, given["kind"], given["text"], "confirmed", run.actor(inject.who))


def act_measures(run: Run, inject: Inject) -> None:
    """`lines` of {what, nature, owner, due, done}."""
    actor = run.actor(inject.who)
    for line in inject.given["lines"]:
        named = {"owner": line["owner"], "due": line["due"].date()}
        added = improve.add_measure(run.case, line["what"], line["nature"], actor, **named)
        if "done" in line:
            improve.finish_measure(run.case, added.data["measure"], actor, line["done"])


def act_revise(run: Run, inject: Inject) -> None:
    """The plan's next version with the measures, in force from `effective`."""
    improve.revise(run.case, run.workspace, inject.given["effective"].date(), run.actor(inject.who))


def act_review(run: Run, inject: Inject) -> None:
    """`worked`, `to_improve`, `to_prepare`."""
    improve.review(run.case, run.actor(inject.who), **inject.given)


def act_close(run: Run, inject: Inject) -> None:
    """`reason`."""
    casebook.close_case(run.case, run.actor(inject.who), reason=inject.given.get("reason", ""))


def act_seal(run: Run, inject: Inject) -> None:
    """Seal the record into the drill's folder and check the archive as an outsider would."""
    case = run.fresh_case()
    folder = run.out / "archive"
    folder.mkdir()
    run.sealed = archive.seal(case, folder / f"{archive.archive_name(case)}.zip", run.actor(inject.who))
    run.checked = check_bag(run.sealed.path)
    if not run.checked.intact:
        raise Problem("drill.archive_broken", path=str(run.sealed.path), why=str(run.checked.findings[0]))


# --- pieces ---------------------------------------------------------------------------------------------------------


def _facts(run: Run, inject: Inject, facts: Iterable[Mapping[str, Any]], *, step: str) -> None:
    actor = run.actor(inject.who)
    entries = []
    for fact in facts:
        named = {"occurred_at": inject.at, "step": step, "text": fact.get("text"), "source": fact.get("source", "")}
        entries.append(
            casebook.fact_entry(run.case, fact["key"], _plain(fact.get("value")), fact["status"], actor, **named)
        )
    casebook.record(run.case, entries)


def _plain(value: Any) -> Any:
    """A value as a fact holds it: times as RFC 3339."""
    if isinstance(value, datetime):
        return value.isoformat()
    return list(value) if isinstance(value, Sequence) and not isinstance(value, str) else value


def _kept(run: Run, file: Mapping[str, Any], inject: Inject) -> str:
    """Keep a text file as evidence; that it belongs to a drill stands in it as well."""
    content = f"{gettext('【訓練】これは訓練のための作り物です。')}\n{file['text']}".encode()
    purpose = file.get("purpose", "")
    kept = casebook.keep_file(run.case, io.BytesIO(content), file["name"], run.actor(inject.who), purpose=purpose)
    return str(kept.data["sha256"])
