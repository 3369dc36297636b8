"""`hikeshi accounts list|close`: the accounts of an incident, and closing one by program with a dry run and a look."""

from __future__ import annotations

import getpass
import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hikeshi.contain import accounts_words

if TYPE_CHECKING:
    from hikeshi.contain.accounts_acting import Book
    from hikeshi.engines.accounts import Report

FOUND_WANTING, WRONG_USE = 1, 2
SERVICES = ("linux", "wordpress", "windows", "microsoft-365", "google-workspace")
STEPS = {
    "linux": ("proof", "lock", "sessions", "keys", "jobs", "verify"),
    "wordpress": ("proof", "passwords", "applications", "sessions", "salts", "verify"),
    "microsoft-365": ("proof", "block", "sessions", "methods", "rules", "grants", "verify"),
    "google-workspace": (
        "proof",
        "suspend",
        "sign-out",
        "tokens",
        "app-passwords",
        "backup-codes",
        "recovery",
        "verify",
    ),
}

Case = Annotated[str, typer.Option("--case", help="事故の番号（HKS-2026-001 など） / the incident's reference")]
Business = Annotated[str, typer.Option("--workspace", help="事業の名前（一つだけなら省ける） / name of the business")]
Json = Annotated[bool, typer.Option("--json", help="JSONで出す / print JSON")]


def list_accounts(case: Case = "", workspace: Business = "", as_json: Json = False) -> None:
    """事故のアカウントと、開いているかを、守る順に出す / The incident's accounts in order, and which stand open"""
    from hikeshi import words
    from hikeshi.contain.evidence_books import needed

    found = needed(case, workspace)
    from hikeshi.contain import accounts_reading

    lang = words.user_language()
    rows = [
        {
            "id": one.id,
            "service": one.row.service,
            "name": one.name(lang),
            "state": one.state,
            "suspected": one.row.suspected,
            "done": one.done,
            "total": one.total,
            "missing": list(one.outcome.missing),
            "lost": list(one.outcome.lost),
        }
        for one in accounts_reading.standings(found)
    ]
    if as_json:
        _print_json({"case": found.reference, "accounts": rows})
    elif not rows:
        _say("none")
    else:
        for row in rows:
            _say("line", **{**row, "state": words.half(accounts_words.STANDING[str(row["state"])])})
    if any(row["state"] != "closed" for row in rows):
        raise typer.Exit(FOUND_WANTING)


def close(
    service: Annotated[
        str,
        typer.Argument(
            help="linux・wordpress・windows・microsoft-365・google-workspace"
            " / linux, wordpress, windows, microsoft-365 or google-workspace"
        ),
    ],
    users: Annotated[
        list[str] | None,
        typer.Argument(help="利用者（WordPressは何人でも。省くと全員） / the user (WordPress: several, or everybody)"),
    ] = None,
    host: Annotated[
        str, typer.Option("--host", help="離れた機械（user@host）。省くとこの機械 / another host, else this machine")
    ] = "",
    site: Annotated[
        str, typer.Option("--site", help="WordPressのフォルダー（/var/www/html など） / the WordPress folder")
    ] = "",
    way: Annotated[
        str, typer.Option("--way", help="WordPress：wp または database（省くと自分で選ぶ） / WordPress: wp or database")
    ] = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="何をするかだけを見て、何も変えない / look only, change nothing")
    ] = False,
    token_fd: Annotated[
        int | None,
        typer.Option(
            "--token-fd",
            help="アクセストークンを読む番号（0は標準入力）。省くと端末で聞く"
            " / file descriptor that holds the access token (0: standard input); else it is asked for",
        ),
    ] = None,
    base: Annotated[
        str,
        typer.Option("--base", help="つなぐ先（国別のクラウドなど。https だけ） / where the interface is (https only)"),
    ] = "",
    out: Annotated[
        Path | None, typer.Option("--out", help="書くファイル（windows） / the script to write (windows)")
    ] = None,
    ssh_config: Annotated[
        Path | None, typer.Option("--ssh-config", help="ssh の設定ファイル（ssh -F） / configuration file for ssh (-F)")
    ] = None,
    account: Annotated[
        str, typer.Option("--account", help="accounts list の番号 / the account's id in accounts list")
    ] = "",
    proof_taken: Annotated[
        bool,
        typer.Option(
            "--proof-taken",
            help="人が撮る証拠や、長すぎて全部は残せない証拠は、撮り終えた（聞かない）"
            " / the proof that a person takes, or that is too long to be kept whole, was taken: do not ask",
        ),
    ] = False,
    case: Case = "",
    workspace: Business = "",
    as_json: Json = False,
) -> None:
    """アカウントを証拠つきで使えなくし、確かめる / Close an account: proof first, then revoke, then look again"""
    from hikeshi.engines.common.problem import Problem

    people = list(users or [])
    if service not in SERVICES:
        raise Problem("contain.no_such_service", service=service[:60], exit=WRONG_USE)
    if service == "wordpress" and not site or service != "wordpress" and len(people) != 1 or way not in _WAYS:
        raise Problem("contain.account_usage", exit=WRONG_USE)
    if service == "windows":
        _windows(people[0], out, dry=dry_run, as_json=as_json)
        return
    act, where = _act(
        service,
        people,
        dry=dry_run,
        short=proof_taken,
        host=host,
        site=site,
        way=way,
        base=base,
        fd=token_fd,
        ssh=ssh_config,
    )
    book = None
    if dry_run:
        report = act()
    else:
        from hikeshi.contain import accounts_acting

        book = _book(case, workspace, service, account)
        if not proof_taken:
            _traces_first(book)
        user = ", ".join(people) or "*"
        report = accounts_acting.run(book, service, user, where, STEPS[service], act)
    if as_json:
        _print_json(as_data(report, book))
    else:
        _tell(report, book)
    if not dry_run and report.state != "closed":
        raise typer.Exit(FOUND_WANTING)


def fill(app: typer.Typer) -> None:
    """Put the commands into the group."""
    app.command("list")(list_accounts)
    app.command("close")(close)


def as_data(report: Report, book: Book | None) -> dict[str, Any]:
    """The report as `--json` prints it."""
    from hikeshi.contain.accounts_acting import InCase

    return {
        "service": report.service,
        "user": report.user,
        "host": report.host,
        "dry_run": report.dry,
        "state": report.state,
        "way": report.way,
        "steps": [{"name": one.name, "result": one.result, "detail": one.detail} for one in report.steps],
        "requests": report.requests,
        "output_sha256": report.sha256,
        "undo": report.undo,
        "case": book.name if isinstance(book, InCase) else None,
        "journal": book.name if book is not None and not isinstance(book, InCase) else None,
    }


_WAYS = ("", "wp", "database")


def _act(
    service: str, people: Sequence[str], *, dry: bool, short: bool, **named: Any
) -> tuple[Callable[[], Report], str]:
    """What is to be done, and where."""
    from hikeshi.engines import accounts

    if service in ("linux", "wordpress"):
        more = ("-F", str(named["ssh"])) if named["ssh"] else ()
        place = accounts.Ssh(named["host"], more) if named["host"] else accounts.Local()
        if service == "linux":
            return lambda: accounts.close_linux(place, people[0], dry=dry, short=short), place.name
        site, way = named["site"], named["way"]
        return lambda: accounts.close_wordpress(place, site, people, way=way, dry=dry, short=short), place.name
    provider: accounts.Provider = accounts.Entra() if service == "microsoft-365" else accounts.Workspace()
    usual = accounts.entra.BASE if service == "microsoft-365" else accounts.workspace.BASE
    client = accounts.Client(named["base"] or usual, _token(named["fd"]))
    return lambda: accounts.close(provider, client, people[0], dry=dry), client.where


def _token(descriptor: int | None) -> str:
    """From a file descriptor, or asked for without showing it: never an argument, which every user could read."""
    from hikeshi import words
    from hikeshi.engines.common.problem import Problem

    if descriptor is not None:
        try:
            with os.fdopen(descriptor, "rb", closefd=descriptor != 0) as file:
                return file.read(20_000).decode("utf-8", "replace").strip()
        except OSError:
            raise Problem("contain.account_token", exit=WRONG_USE) from None
    if not sys.stdin.isatty():
        raise Problem("contain.account_token", exit=WRONG_USE)
    return getpass.getpass(words.half(accounts_words.SAID["token"])).strip()


def _book(case: str, workspace: str, service: str, account: str) -> Book:
    from hikeshi.contain import evidence_books, isolation
    from hikeshi.contain.accounts_acting import InCase
    from hikeshi.engines.common.problem import Problem

    actor = evidence_books.operator()
    found = evidence_books.at_hand(case, workspace)
    if found is None:
        if account:
            raise Problem("contain.no_such_account", exit=WRONG_USE)
        name = isolation.fresh_name(f"account-{service}") + ".tar.journal"
        return isolation.InJournal(isolation.folder_at_hand() / name, actor)
    from hikeshi.contain import accounts_reading

    held = accounts_reading.standings(found)
    if account and account not in {one.id for one in held}:
        raise Problem("contain.no_such_account", exit=WRONG_USE)
    same = [one.id for one in held if one.row.service == service]
    # The only one of this service is meant; of several it must be said which.
    return InCase(found, actor, account or (same[0] if len(same) == 1 else ""))


def _traces_first(book: Book) -> None:
    """Closing ends what only a person can photograph: said before, and asked where somebody is there to answer."""
    from hikeshi import words
    from hikeshi.contain import accounts_acting
    from hikeshi.engines.common.problem import Problem

    left = accounts_acting.traces_left(book, words.user_language())
    if not left:
        return
    for line in (words.half(accounts_words.SAID["traces"]), *(f"  - {words.visible(one)}" for one in left)):
        typer.echo(line, err=True)
    if sys.stdin.isatty() and not typer.confirm(words.half(accounts_words.SAID["taken"]), err=True):
        raise Problem("contain.account_trace_first", step=left[0])


def _windows(user: str, out: Path | None, *, dry: bool, as_json: bool) -> None:
    from hikeshi.engines import accounts
    from hikeshi.engines.common.problem import Problem

    text = accounts.windows_script(user, dry=dry)
    if out is None:
        sys.stdout.write(text)
        return
    try:
        # Windows' own PowerShell takes a file without a byte order mark for one in the local encoding.
        with out.open("xb") as file:
            file.write(text.encode("utf-8-sig"))
    except FileExistsError:
        raise Problem("evidence.exists", path=str(out), exit=WRONG_USE) from None
    if as_json:
        _print_json({"service": "windows", "user": user, "dry_run": dry, "script": str(out)})
    else:
        _say("script", path=out)


def _tell(report: Report, book: Book | None) -> None:
    from hikeshi import words
    from hikeshi.contain.accounts_acting import InCase

    for step in report.steps:
        name = words.half(accounts_words.STEPS.get(step.name, step.name))
        result = words.half(accounts_words.RESULTS[step.result])
        typer.echo(words.visible(f"  {name}: {result}" + (f" ({step.detail})" if step.detail else "")))
    if report.dry:
        _say("dry")
    else:
        typer.echo(words.fill(words.half(accounts_words.STATES[report.state]), {"user": report.user}))
    if any(step.name == "proof" and step.result == "failed" for step in report.steps):
        _say("too_long")
    if report.undo:
        _say("undo", undo=report.undo)
    elif report.service == "wordpress" and not report.dry:
        _say("undo_none")
    if report.service in ("microsoft-365", "google-workspace"):
        _say("by_hand")
    if book is not None:
        _say("sha256", sha256=report.sha256)
        _say("case" if isinstance(book, InCase) else "journal", book=book.name)


def _say(what: str, /, **params: object) -> None:
    """One sentence; what comes from outside is shown with its control characters visible."""
    from hikeshi import words

    typer.echo(words.fill(words.half(accounts_words.SAID[what]), params))


def _print_json(data: Any) -> None:
    # Not through echo: one document in UTF-8, whatever the terminal's encoding.
    sys.stdout.buffer.write(json.dumps(data, ensure_ascii=False, indent=2).encode("utf-8", "backslashreplace") + b"\n")
