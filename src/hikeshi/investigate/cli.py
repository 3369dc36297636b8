"""`hikeshi logs`: read logs without a casebook. `hikeshi investigate`: which folders of this machine pages may read."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hikeshi.investigate import privacy_cli, rules_cli

if TYPE_CHECKING:
    from hikeshi.engines.logs import Progress, Report

GROUPS = {"logs": "app", "investigate": "console", "privacy": "privacy"}

app = typer.Typer(help="ログを読み、攻撃の跡を見つける / Read logs and find traces of attacks", no_args_is_help=True)
console = typer.Typer(
    help="調査：この機械の中の、ログを読んでよいフォルダ / Which folders of this machine logs may be taken from",
    no_args_is_help=True,
)
privacy = typer.Typer(
    help="個人の情報：ファイルの中に、何人分あるかを数える / Personal data: count the people in files",
    no_args_is_help=True,
)
Table = Annotated[
    Path, typer.Argument(help="出来事の表のフォルダ（scan --out で作ったもの） / an event table made by scan --out")
]
Rules = Annotated[
    list[Path] | None,
    typer.Option("--rules", help="Sigma規則のフォルダかパック（何度でも） / Sigma rules or packs (repeatable)"),
]
Business = Annotated[str, typer.Option("--workspace", help="事業の名前（一つだけなら省ける） / name of the business")]


app.add_typer(rules_cli.app, name="rules")
privacy.command()(privacy_cli.count)


@privacy.callback()
def personal_data() -> None:
    """個人の情報：ファイルの中に、何人分あるかを数える / Personal data: count the people in files"""


@app.callback()
def main() -> None:
    """ログを読み、攻撃の跡を見つける / Read logs and find traces of attacks"""


@app.command()
def scan(
    paths: Annotated[
        list[Path],
        typer.Argument(
            help="ログのファイルかフォルダ（gz・bz2・xz・zip も） / log files or folders (gz, bz2, xz, zip too)"
        ),
    ],
    as_json: Annotated[bool, typer.Option("--json", help="JSONで出す / print JSON")] = False,
    since: Annotated[
        str | None, typer.Option(help="この時刻から（2026-11-23T09:00 など） / from this time (2026-11-23T09:00)")
    ] = None,
    until: Annotated[str | None, typer.Option(help="この時刻の前まで / until before this time")] = None,
    zone: Annotated[
        str | None,
        typer.Option(help="ログに書かれていない時間帯（Asia/Tokyo など） / time zone of logs that do not say it"),
    ] = None,
    year: Annotated[
        int | None,
        typer.Option(help="年の書かれていないログの、最後の行の年 / year of the last line of logs without a year"),
    ] = None,
    clock_error: Annotated[
        float,
        typer.Option(
            help="ログを書いた機械の時計が、何秒進んでいたか（遅れていれば、マイナス）。時刻をその分だけ直す"
            " / how many seconds that machine's clock was fast (below 0: slow); times are corrected by it"
        ),
    ] = 0.0,
    as_lines: Annotated[bool, typer.Option("--jsonl", help="1件1行のJSONで出す / print JSON lines")] = False,
    rules: Rules = None,
    no_rules: Annotated[bool, typer.Option("--no-rules", help="規則（Sigma）を使わない / use no Sigma rules")] = False,
    out: Annotated[
        Path | None,
        typer.Option(help="すべての出来事の表を書く、新しいフォルダ / a new folder for the table of all events"),
    ] = None,
    workers: Annotated[
        str,
        typer.Option(help="規則を調べるプロセスの数か、Rayの場所（ray://…） / processes for rules, or a Ray cluster"),
    ] = "1",
) -> None:
    """ログを読み、だれが何を試み、成功したかを調べる / Read logs: who tried what, and whether it worked"""
    from hikeshi.engines import logs
    from hikeshi.engines.common.problem import Problem

    with _progress() as advance:
        report = logs.scan(
            paths,
            zone=zone,
            since=_time(since, zone),
            until=_time(until, zone),
            year=year,
            clock_error=clock_error,
            out=out,
            rules=None if no_rules else logs.rules_order(rules or []),
            on_progress=advance,
            workers=workers,
        )
    _give(report, zone, as_json=as_json, as_lines=as_lines)
    if not report.files:
        raise report.not_read[0][1] if len(report.not_read) == 1 else Problem("logs.nothing")


@app.command()
def rescan(
    folder: Table,
    as_json: Annotated[bool, typer.Option("--json", help="JSONで出す / print JSON")] = False,
    as_lines: Annotated[bool, typer.Option("--jsonl", help="1件1行のJSONで出す / print JSON lines")] = False,
    rules: Rules = None,
) -> None:
    """ログを読み直さずに、出来事の表に規則をあてる / Apply rules to an event table, without reading logs again"""
    from hikeshi.engines import logs

    _give(logs.rescan(folder, logs.rules_order(rules or [])), None, as_json=as_json, as_lines=as_lines)


@app.command()
def sql(
    folder: Table,
    question: Annotated[str, typer.Argument(help="SELECT を一つ。表の名前は events / one SELECT; the table is events")],
    as_json: Annotated[bool, typer.Option("--json", help="JSONで出す / print JSON")] = False,
    most: Annotated[int, typer.Option(help="何行まで / at most so many rows")] = 1000,
) -> None:
    """出来事の表に、SQLで自由に質問する / Ask the event table a free question in SQL"""
    from hikeshi import words
    from hikeshi.engines.logs.asking import ask
    from hikeshi.investigate.contract import shown

    found = ask(folder, question, most=most)
    del found["known"]
    if as_json:
        _print_json(found)
        return
    typer.echo("\t".join(map(shown, found["columns"])))
    for row in found["rows"]:
        typer.echo("\t".join("" if value is None else shown(str(value)) for value in row))
    if found["more"]:
        typer.echo(words.half("（ここまで。続きがあります：--most） / (there is more: --most)"), err=True)


@app.command()
def export(
    folder: Table,
    out: Annotated[Path, typer.Option(help="書くファイル（まだないもの） / a new file")],
    form: Annotated[
        str, typer.Option("--format", help="csv・jsonl・timesketch・xlsx / csv, jsonl, timesketch or xlsx")
    ] = "csv",
) -> None:
    """出来事の表を、表計算やほかの道具のために書き出す / Write an event table for spreadsheets and other tools"""
    from hikeshi import words
    from hikeshi.engines.logs.exporting import export as write

    count = write(folder, form, out)
    typer.echo(words.half("{count} 件を書き出しました / {count} events written").format(count=count))


def _give(report: Report, zone: str | None, *, as_json: bool, as_lines: bool) -> None:
    from hikeshi.investigate.contract import as_data, json_lines
    from hikeshi.investigate.printing import tell

    if as_json:
        _print_json(as_data(report))
    elif as_lines:
        for line in json_lines(as_data(report)):
            sys.stdout.buffer.write(line.encode("utf-8", "surrogatepass") + b"\n")
    else:
        tell(report, zone)


def _print_json(data: Any) -> None:
    # Not through echo: one document in UTF-8, whatever the terminal's encoding.
    sys.stdout.buffer.write(json.dumps(data, ensure_ascii=False, indent=2).encode() + b"\n")


def _time(text: str | None, zone: str | None) -> datetime | None:
    """A date or time; without an offset it is in the zone, else in this machine's."""
    from hikeshi.engines.common.problem import Problem
    from hikeshi.engines.logs.reading import zone_of

    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Problem("logs.no_such_time", text=text, exit=2) from None
    if moment.tzinfo is None:
        where = zone_of(zone)
        moment = moment.replace(tzinfo=where) if where else moment.astimezone()
    return moment


@contextmanager
def _progress() -> Iterator[Callable[[Progress], None] | None]:
    """A bar with rate and time left on a terminal; nothing elsewhere."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        DownloadColumn,
        TextColumn,
        TimeRemainingColumn,
        TransferSpeedColumn,
    )
    from rich.progress import (
        Progress as Bar,
    )

    from hikeshi import words

    columns = (
        TextColumn("{task.fields[name]}", markup=False),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
    )
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None, name="")

        def advance(now: Progress) -> None:
            name = words.visible(Path(now.path).name)[:40]
            bar.update(task, total=now.total, completed=now.done, name=name)

        yield advance


# --- hikeshi investigate: the machine's own folders are opened by the person at the machine ---------------------------


@console.callback()
def at_the_machine() -> None:
    """調査：この機械の中の、ログを読んでよいフォルダ / Which folders of this machine logs may be taken from"""


@console.command()
def allow(
    folder: Annotated[Path, typer.Argument(help="ログだけが入ったフォルダ / a folder that holds logs only")],
    workspace: Business = "",
) -> None:
    """責任者が、画面からこのフォルダのログを読めるようにする / Let the owners take logs from this folder"""
    from hikeshi.investigate.contract import shown

    services, business = _at(workspace)
    services.name_folder(business, str(folder), services.CONSOLE)
    typer.echo(f"{shown(str(folder.resolve()))}  →  {shown(business.name_said)}")


@console.command()
def forget(
    folder: Annotated[Path, typer.Argument(help="外すフォルダ / the folder")],
    workspace: Business = "",
) -> None:
    """このフォルダのログを、もう読めないようにする / Logs may no longer be taken from this folder"""
    from hikeshi.engines.common.problem import Problem

    services, business = _at(workspace)
    for path in {str(folder), str(folder.absolute()), str(folder.resolve())} & set(services.folders(business)):
        services.forget_folder(business, path, services.CONSOLE)
        return
    raise Problem("investigate.no_such_folder", path=str(folder))


@console.command()
def folders(
    workspace: Business = "", as_json: Annotated[bool, typer.Option("--json", help="JSONで出す / print JSON")] = False
) -> None:
    """ログを読んでよいフォルダの一覧 / The folders from which logs may be taken"""
    from hikeshi.investigate.contract import shown

    services, business = _at(workspace)
    found = services.folders(business)
    typer.echo(json.dumps(found, ensure_ascii=False) if as_json else "\n".join(map(shown, found)))


def _at(name: str) -> tuple[Any, Any]:
    """The investigation's services and the business of this name (or id), or the only one there is."""
    from hikeshi.desk.services import start_django
    from hikeshi.engines.common.problem import Problem

    start_django()
    from hikeshi.desk.services import all_workspaces
    from hikeshi.investigate import services

    there = all_workspaces()
    fitting = [one for one in there if name in (str(one.pk), one.name)] if name else there
    if len(fitting) != 1:
        names = ", ".join(f"{one.name_said} {one.pk}" for one in there) or "-"
        raise Problem("investigate.which_workspace", names=names, exit=2)
    return services, fitting[0]
