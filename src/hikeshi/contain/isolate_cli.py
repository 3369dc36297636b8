"""`hikeshi isolate on|confirm|off|status`: cut a host off the network, keep the way back, undo it."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from hikeshi.contain import isolate_words

if TYPE_CHECKING:
    from hikeshi.contain.isolation import InCase, InJournal
    from hikeshi.engines.isolation import Place, Plan, Report, Step

FOUND_WANTING = 1
EVIDENCE_SECONDS = 30  # a spreading attack does not wait: then the cut comes first
START = "python3 start.py"  # what everybody can type, also where no `hikeshi` is installed
# What must have worked for a verb to count as done; the rest is told.
SERIOUS = {"cut", "rules_loaded", "loopback", "forbidden", "allowed", "removed", "same_as_before", "reached_again"}

Host = Annotated[
    str, typer.Option("--host", help="離れたLinuxの機械（user@host）。省くとこの機械 / a Linux host, else this machine")
]
Case = Annotated[str, typer.Option("--case", help="事故の番号（HKS-2026-001 など） / the incident's reference")]
Business = Annotated[str, typer.Option("--workspace", help="事業の名前（一つだけなら省ける） / name of the business")]
Config = Annotated[
    Path | None, typer.Option("--ssh-config", help="ssh の設定ファイル（ssh -F） / configuration file for ssh (-F)")
]
Out = Annotated[
    Path | None,
    typer.Option(
        "--out",
        help="証拠と手控えを書くフォルダ（USBメモリーなど） / folder for evidence and journal (a USB stick)",
    ),
]
Json = Annotated[bool, typer.Option("--json", help="JSONで出す / print JSON")]


def on(
    host: Host = "",
    allow: Annotated[
        list[str] | None,
        typer.Option(
            "--allow",
            help="通すアドレス、またはアドレス:ポート（何度でも） / ADDRESS[:PORT] that may pass (repeatable)",
        ),
    ] = None,
    timer: Annotated[
        int | None,
        typer.Option(
            help="確定しないと戻す秒数（--host なら60、この機械なら、なし）"
            " / seconds until it goes back unless confirmed (60 with --host, else none)"
        ),
    ] = None,
    evidence: Annotated[
        bool, typer.Option("--evidence/--no-evidence", help="先に消えやすい証拠を集める / take volatile evidence first")
    ] = True,
    show: Annotated[
        bool, typer.Option("--show", help="実行せず、動かす手順を表示する / print the script, do nothing")
    ] = False,
    ssh_config: Config = None,
    out: Out = None,
    case: Case = "",
    workspace: Business = "",
    as_json: Json = False,
) -> None:
    """ネットワークから切り離す（電源は入れたまま） / Cut the host off the network; the power stays on"""
    from hikeshi.engines import isolation

    place = _place(host, ssh_config)
    linked = place.remote or isolation.over_link()
    # Names first: after the cut nobody answers.
    plan = isolation.make(isolation.resolved(allow or []), timer=timer, over_link=linked)
    if show:
        typer.echo(isolation.script("linux" if place.remote else sys.platform, "on", plan))
        return
    where = _Where(ssh_config, case, workspace, out)
    book = _book("on", case, workspace, place, out)
    if linked and not place.remote and isolation.connection() is None:
        _say("will_stop", err=True, seconds=plan.timer)
    # Who may not cut is told so at once; evidence comes when it is run again with the rights.
    evidence = evidence and (place.remote or os.name != "posix" or os.geteuid() == 0)
    package, before = _evidence(place, book, ssh_config, out) if evidence else (None, [])
    linked = linked and not place.remote
    _do("on", place, plan, book, where, as_json=as_json, package=package, before=before, linked=linked)


def confirm(
    host: Host = "",
    ssh_config: Config = None,
    out: Out = None,
    case: Case = "",
    workspace: Business = "",
    as_json: Json = False,
) -> None:
    """切り離しを確定する（自動では戻らなくなる） / Keep the cut: it no longer goes back by itself"""
    _plain("confirm", host, _Where(ssh_config, case, workspace, out), as_json=as_json)


def off(
    host: Host = "",
    ssh_config: Config = None,
    out: Out = None,
    case: Case = "",
    workspace: Business = "",
    as_json: Json = False,
) -> None:
    """元に戻す（前の規則と同じになったか確かめる） / Undo the cut and compare the rules with those of before"""
    _plain("off", host, _Where(ssh_config, case, workspace, out), as_json=as_json)


def status(
    host: Host = "", ssh_config: Config = None, case: Case = "", workspace: Business = "", as_json: Json = False
) -> None:
    """いま切り離されているか / Whether it is cut off now"""
    from hikeshi.contain import evidence_books, isolation

    place = _place(host, ssh_config)
    report = isolation.look(place)
    found = evidence_books.at_hand(case, workspace) if evidence_books.there() else None
    new = found is not None and isolation.noticed(report, found, evidence_books.operator())
    if as_json:
        _print_json({**as_data(report), "recorded_in": found.reference if found is not None and new else None})
        return
    _tell(report, _Where(ssh_config, case, workspace, None))
    if found is not None and new:
        _say("noticed", book=found.reference)


def fill(app: typer.Typer) -> None:
    """Put the commands into the group."""
    app.command("on")(on)
    app.command("confirm")(confirm)
    app.command("off")(off)
    app.command("status")(status)


def as_data(report: Report, where: _Where | None = None) -> dict[str, Any]:
    """The report as `--json` prints it."""
    return {
        "verb": report.verb,
        "where": report.where,
        "host": report.host,
        "state": report.state,
        "already": report.already,
        "seconds_left": report.seconds_left,
        "allow": report.allow,
        "layers": report.layers,
        "cut_ms": report.cut_ms,
        "owned": report.owned,
        "watched": report.watched,
        "after_reboot": report.after_reboot,
        "steps": [{"name": one.name, "result": one.result, "detail": one.detail} for one in report.steps],
        "undo": shlex.join(["hikeshi", "isolate", "off", *_options(report, where or _Where(None, "", "", None))]),
        "undo_by_hand": report.undo,
    }


class _Where(NamedTuple):
    """How the host is reached and where it is written down, as the command line named it; the undo repeats it."""

    config: Path | None
    case: str
    workspace: str
    out: Path | None


def _plain(verb: str, host: str, where: _Where, *, as_json: bool) -> None:
    from hikeshi.engines.isolation import Plan

    place = _place(host, where.config)
    _do(verb, place, Plan(), _book(verb, where.case, where.workspace, place, where.out), where, as_json=as_json)


def _do(
    verb: str,
    place: Place,
    plan: Plan,
    book: InCase | InJournal,
    where: _Where,
    *,
    as_json: bool,
    package: Path | None = None,
    before: list[Step] | None = None,
    linked: bool = False,
) -> None:
    from hikeshi.contain import isolation

    report = isolation.act(verb, place, plan, book)
    report.steps[:0] = before or []
    in_case = isinstance(book, isolation.InCase)
    where = _written_into(book, where)
    if as_json:
        kept = {"case": book.name if in_case else None, "journal": None if in_case else book.name}
        _print_json({**as_data(report, where), **kept, "evidence": str(package) if package else None})
    else:
        _tell(report, where)
        if linked and plan.timer:
            _say("over_link", seconds=plan.timer)
        if package:
            _say("evidence", path=package)
        _say("case" if in_case else "journal", book=book.name)
    if any(step.name in SERIOUS for step in report.failed):
        raise typer.Exit(FOUND_WANTING)


def _place(host: str, config: Path | None) -> Place:
    from hikeshi.engines.isolation import Local, Ssh

    return Ssh(host, more=("-F", str(config)) if config else ()) if host else Local()


def _book(verb: str, case: str, workspace: str, place: Place, out: Path | None) -> InCase | InJournal:
    from hikeshi.contain import evidence_books, isolation
    from hikeshi.engines.common.problem import Problem

    actor = evidence_books.operator()
    try:
        # Behind sudo there may be no casebook: an undo that was copied from the page must work all the same.
        found = evidence_books.at_hand(case, workspace) if verb == "on" or evidence_books.there() else None
    except Exception as error:
        # A wrong reference is told before anything is done; a casebook that cannot be read stops nobody. Nor does one
        # of root's own: behind sudo the undo that was copied from the person's page works all the same.
        wrong = isinstance(error, Problem) and error.code in ("contain.no_such_case", "contain.which_case")
        if wrong and (verb == "on" or not os.environ.get("SUDO_USER")):
            raise
        found = None
    if found is not None:
        isolation.hurry()
        return isolation.InCase(found, actor)
    # Named as the package of evidence would be: one journal tells of both, and one import takes in both.
    name = isolation.fresh_name(place.name) + ".tar.journal"
    return isolation.InJournal((out or isolation.folder_at_hand()) / name, actor)


def _evidence(
    place: Place, book: InCase | InJournal, config: Path | None, out: Path | None
) -> tuple[Path | None, list[Step]]:
    """Volatile evidence before the cut. That it cannot be had is told and recorded, and keeps nobody from cutting."""
    from hikeshi.contain import evidence, isolation
    from hikeshi.engines.evidence import Order
    from hikeshi.engines.isolation import Step

    try:
        folder = out or isolation.folder_at_hand()
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        package = (
            Path(book.name).with_suffix("")
            if isinstance(book, isolation.InJournal)
            else folder / f"{isolation.fresh_name(place.name)}.tar"
        )
        order = Order(
            package,
            host=place.name if place.remote else "",
            stages=("volatile",),
            who=book.actor.name,
            sudo_if_free=True,  # as the cut itself does
            ssh_config=config,
            seconds=EVIDENCE_SECONDS,
        )
        into: evidence.Book = evidence.InJournal(package, book.actor)
        if isinstance(book, isolation.InCase):
            into = evidence.InCase(book.case, book.actor)
        outcome = evidence.collect(order, into)
    except Exception as error:  # a full disk, a locked database, a collector that broke
        return None, [Step("evidence", "failed", isolation.named(error))]
    return outcome.package.path, [Step("evidence", "ok", f"SHA-256 {outcome.package.sha256}")]


def _written_into(book: InCase | InJournal, where: _Where) -> _Where:
    """The same, with the incident that was found by itself: tomorrow another one may be open, too."""
    from hikeshi.contain import evidence_books, isolation

    if not isinstance(book, isolation.InCase):
        return where
    try:
        named = evidence_books.options(book.case)
    except Exception:  # a casebook that fails meanwhile must not hide the report
        named = ["--case", book.name]
    found = dict(zip(named[::2], named[1::2], strict=True))
    return where._replace(case=found["--case"], workspace=found.get("--workspace", where.workspace))


def _options(report: Report, where: _Where) -> list[str]:
    options = {
        "--host": "" if report.where == "localhost" else report.where,
        "--ssh-config": str(where.config or ""),
        "--case": where.case,
        "--workspace": where.workspace,
        "--out": str(where.out or ""),
    }
    return [word for name, value in options.items() if value for word in (name, value)]


def _to_type(verb: str, report: Report, where: _Where) -> str:
    """The command for a person to copy: with what the first one was given, and with the rights that it needs."""
    rights = ["sudo"] if report.where == "localhost" and os.name == "posix" else []
    words = [*rights, *START.split(), "isolate", verb, *_options(report, where)]
    return shlex.join(words) if os.name == "posix" else subprocess.list2cmdline(words)


def _tell(report: Report, where: _Where) -> None:
    from hikeshi import words

    if report.already:
        _say(f"already_{report.verb}")
    for step, times in isolate_words.gathered(report.steps):
        _tell_step(step, times)
    state = "pending_cut" if report.state == "pending" and report.back_to_cut else report.state
    _echo(isolate_words.STATES[state], host=report.host or report.where, seconds=report.seconds_left or 0)
    if report.state in ("isolated", "pending"):
        if any(step.name in ("rules_loaded", "forbidden") for step in report.failed):
            _say("leaks")
        what = ("、" if words.user_language() == "ja" else ", ").join(map(isolate_words.passing, report.allow))
        _say("allow", what=what) if what else _say("nothing")
        if report.state == "pending":
            _say("confirm", command=_to_type("confirm", report, where))
        _say("undo", command=_to_type("off", report, where))
        _say("by_hand", command=report.undo)
        _say("power")
        _say("root")
        if report.layers and "egress" not in report.layers and "inet" in report.layers:
            _say("layers")


def _tell_step(step: Step, times: int) -> None:
    from hikeshi import words

    name = words.half(isolate_words.STEPS.get(step.name, step.name))
    result = words.half(isolate_words.RESULTS[step.result])
    detail = words.half(isolate_words.why(step.detail))
    if times > 1:
        detail = words.fill(words.half(isolate_words.SAID["times"]), {"n": times}) + (f": {detail}" if detail else "")
    typer.echo(words.visible(f"  {name}: {result}" + (f" ({detail})" if detail else "")))


def _say(what: str, /, *, err: bool = False, **params: object) -> None:
    _echo(isolate_words.SAID[what], err=err, **params)


def _echo(sentence: str, /, *, err: bool = False, **params: object) -> None:
    """One sentence; what comes from outside is shown with its control characters visible."""
    from hikeshi import words

    typer.echo(words.fill(words.half(sentence), params), err=err)


def _print_json(data: Any) -> None:
    # Not through echo: one document in UTF-8, whatever the terminal's encoding.
    sys.stdout.buffer.write(json.dumps(data, ensure_ascii=False, indent=2).encode("utf-8", "backslashreplace") + b"\n")
