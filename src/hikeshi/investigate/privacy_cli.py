"""`hikeshi privacy count`: whose data files hold, and how many people that is. Counts only; no value is shown."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from hikeshi.engines.privacy import Progress, Report

Paths = Annotated[
    list[Path],
    typer.Argument(
        help="調べるファイルかフォルダ（zip などの中も） / files or folders to examine (zip and others too)"
    ),
]
Json = Annotated[bool, typer.Option("--json", help="JSONで出す / print JSON")]
SHOWN = 40


def count(paths: Paths, as_json: Json = False) -> None:
    """個人の情報を探し、何人分かを数える（値は出さない） / Find personal data and count people (no value is shown)"""
    from hikeshi.engines import privacy
    from hikeshi.engines.common.problem import Problem

    with _progress() as advance:
        report = privacy.count(paths, on_progress=advance)
    if as_json:
        # Not through echo: one document in UTF-8, whatever the terminal's encoding.
        sys.stdout.buffer.write(json.dumps(as_data(report), ensure_ascii=False, indent=2).encode() + b"\n")
    elif report.files:
        tell(report)
    if not report.files:
        raise report.not_examined[0][1] if len(report.not_examined) == 1 else Problem("privacy.nothing")


def as_data(report: Report, lang: str | None = None) -> dict[str, Any]:
    """The contract of `--json`."""
    from hikeshi import words

    def found(kinds: dict[str, Any]) -> dict[str, dict[str, int]]:
        return {name: {"found": kind.found, "people": kind.people} for name, kind in sorted(kinds.items())}

    return {
        "people": {
            "at_least": report.people.at_least,
            "estimate": report.people.estimate,
            "at_most": report.people.at_most,
        },
        "kinds": found(report.kinds),
        "files": [
            {"path": one.path, "format": one.format, "examined": one.examined, "kinds": found(one.kinds)}
            for one in report.files
        ],
        "not_examined": [{"path": path, "why": words.problem(problem, lang)} for path, problem in report.not_examined],
    }


def tell(report: Report) -> None:
    """The answer for a reader at the terminal."""
    people = report.people
    typer.echo(
        _say(
            "{least}人から{most}人（およそ{best}人）の情報があります / Data of {least} to {most} people (about {best})"
        ).format(least=f"{people.at_least:,}", most=f"{people.at_most:,}", best=f"{people.estimate:,}")
    )
    for name, kind in sorted(report.kinds.items(), key=lambda pair: (-pair[1].people, pair[0])):
        line = "{name}：{people}人、{found}か所 / {name}: {people} people, found {found} times"
        typer.echo("  " + _say(line).format(name=name_of(name), people=f"{kind.people:,}", found=f"{kind.found:,}"))
    typer.echo(_say("調べたファイル {count} 個 / {count} files examined").format(count=len(report.files)))
    for one in report.files[:SHOWN]:
        kinds = _say("、 / , ").join(name_of(name) for name in sorted(one.kinds)) or _say("なし / none")
        typer.echo(f"  {_shown(one.path)}  ({one.format})  {kinds}")
    _more(len(report.files))
    if report.not_examined:
        typer.echo(
            _say(
                "調べていないもの {count} 個（人数に入っていません） / Not examined: {count} (not in the numbers)"
            ).format(count=len(report.not_examined))
        )
        from hikeshi import words

        for _, problem in report.not_examined[:SHOWN]:
            typer.echo("  " + _shown(words.problem(problem)))
        _more(len(report.not_examined))


def _more(count: int) -> None:
    if count > SHOWN:
        typer.echo(
            "  "
            + _say("ほか {count} 個（--json ですべて） / and {count} more (all with --json)").format(
                count=count - SHOWN
            )
        )


def name_of(kind: str) -> str:
    """A kind of data in the user's language."""
    import tomllib

    from hikeshi import words
    from hikeshi.engines.privacy.kinds import DETECTORS

    return str(tomllib.loads((DETECTORS / kind / f"{words.user_language()}.toml").read_text(encoding="utf-8"))["name"])


@contextmanager
def _progress() -> Iterator[Callable[[Progress], None] | None]:
    """A bar with rate and time left on a terminal; nothing elsewhere."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, TextColumn, TimeRemainingColumn, TransferSpeedColumn
    from rich.progress import Progress as Bar

    from hikeshi import words

    name = TextColumn("{task.fields[name]}", markup=False)
    columns = (name, BarColumn(), DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn())
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None, name="")

        def advance(now: Progress) -> None:
            bar.update(task, total=now.total, completed=now.done, name=words.visible(Path(now.path).name)[:40])

        yield advance


def _say(text: str) -> str:
    from hikeshi import words

    return words.half(text)


def _shown(text: str) -> str:
    """What others wrote, on one line and without power over the terminal."""
    from hikeshi import words

    return words.visible(text).replace("\n", "<U+000A>")
