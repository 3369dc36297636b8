"""`hikeshi logs`: read logs without a casebook. `hikeshi investigate`: which folders of this machine pages may read."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from hikeshi.engines.logs import Finding, Progress, Report

GROUPS = {"logs": "app", "investigate": "console"}
LEVELS = {"high": "重大 / HIGH", "medium": "注意 / MEDIUM", "low": "参考 / LOW"}
SUCCESS = {
    "yes": "成功の記録があります / a success is on record",
    "no": "成功の記録はありません / no success is on record",
    "unknown": "成否はこのログでは分かりません / this log does not tell whether it worked",
}
CONFIDENCE = {"high": "高い / high", "medium": "中くらい / medium", "low": "低い / low"}
SHOWN = 8

app = typer.Typer(help="ログを読み、攻撃の跡を見つける / Read logs and find traces of attacks", no_args_is_help=True)
console = typer.Typer(
    help="調査：この機械の中の、ログを読んでよいフォルダ / Which folders of this machine logs may be taken from",
    no_args_is_help=True,
)
Business = Annotated[str, typer.Option("--workspace", help="事業の名前（一つだけなら省ける） / name of the business")]


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
) -> None:
    """ログを読み、だれが何を試み、成功したかを調べる / Read logs: who tried what, and whether it worked"""
    from hikeshi.engines import logs
    from hikeshi.engines.common.problem import Problem

    with _progress() as advance:
        report = logs.scan(
            paths, zone=zone, since=_time(since, zone), until=_time(until, zone), year=year, on_progress=advance
        )
    if as_json:
        # Not through echo: one document in UTF-8, whatever the terminal's encoding.
        sys.stdout.buffer.write(json.dumps(as_data(report), ensure_ascii=False, indent=2).encode() + b"\n")
    else:
        _tell(report, zone)
    if not report.files and not as_json:
        raise report.not_read[0][1] if len(report.not_read) == 1 else Problem("logs.nothing")
    if not report.files:
        raise typer.Exit(3)


def as_data(report: Report, lang: str | None = None) -> dict[str, Any]:
    """The contract of `--json`: times in RFC 3339 UTC, texts in the user's language."""
    from hikeshi import words
    from hikeshi.engines.logs import rfc3339

    findings = [
        {
            "kind": one.kind,
            "variant": one.variant,
            "title": title(one, lang),
            "level": one.level,
            "success": one.success,
            "confidence": one.confidence,
            "addresses": one.addresses,
            "accounts": one.accounts,
            "hosts": one.hosts,
            "first": rfc3339(one.first),
            "last": rfc3339(one.last),
            "events": one.events,
            "attempts": one.attempts,
            "targets": one.targets,
            "samples": [
                {"file": s.file, "line": s.line, "offset": s.offset, "time": rfc3339(s.time), "raw": s.raw}
                for s in one.samples
            ],
            "settle": settle(one, lang),
        }
        for one in report.findings
    ]
    files = [
        {
            "path": one.path,
            "format": one.format,
            "formats": one.formats,
            "encoding": one.encoding,
            "zone": one.zone,
            "lines": one.lines,
            "events": one.events,
            "errors": one.errors,
            "first": rfc3339(one.first),
            "last": rfc3339(one.last),
            "broken": [{"line": s.line, "offset": s.offset, "raw": s.raw} for s in one.broken],
        }
        for one in report.files
    ]
    return {
        "events": report.events,
        "lines": report.lines,
        "seconds": round(report.seconds, 3),
        "files": files,
        "hits": [],
        "findings": findings,
        "logins": [
            {
                "service": one.service,
                "account": one.account,
                "address": one.address,
                "method": one.method,
                "host": one.host,
                "first": rfc3339(one.first),
                "last": rfc3339(one.last),
                "events": one.events,
            }
            for one in report.logins
        ],
        "story": {
            "route": [],
            "period": {"from": None, "to": None},
            "accounts": [],
            "addresses": [],
            "reached": [],
            "taken": [],
        },
        "not_read": [
            {"path": path, "code": problem.code, "why": words.problem(problem, lang)}
            for path, problem in report.not_read
        ],
        "forgotten": report.forgotten,
    }


def title(finding: Finding, lang: str | None = None) -> str:
    """What was found, as one sentence in the user's language."""
    from hikeshi import words

    return shown(words.fill(words.texts(finding.folder, lang)["title"][finding.variant], finding.params))


def settle(finding: Finding, lang: str | None = None) -> list[str]:
    """What would settle what the log leaves open, as sentences."""
    from hikeshi import words

    texts = words.texts(finding.folder, lang).get("settle", {})
    return [words.fill(texts[name], finding.params) for name in finding.settle]


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


def _tell(report: Report, zone: str | None) -> None:
    from hikeshi import words
    from hikeshi.engines.logs.reading import zone_of

    where = zone_of(zone)

    say = words.half
    rate = int(report.lines / report.seconds) if report.seconds else 0
    broken = sum(one.errors for one in report.files)
    typer.echo(
        say(
            "読んだファイル {files} 個、{lines} 行（読めなかった行 {broken}）、{seconds} 秒（毎秒 {rate} 行） / "
            "Read {files} files, {lines} lines ({broken} could not be read), {seconds} s ({rate} lines/s)"
        ).format(files=len(report.files), lines=report.lines, broken=broken, seconds=f"{report.seconds:.1f}", rate=rate)
    )
    for one in report.files:
        name = words.texts(Path(one_format(one.format)))["name"]
        span = f"{_when(one.first, where)} – {_when(one.last, where)}"
        typer.echo(f"  {shown(one.path)}  {name}  {span}")
        for sample in one.broken[:2]:
            typer.echo(
                say("    読めなかった行 / a line that could not be read") + f" {sample.line}: {shown(sample.raw)[:160]}"
            )
    typer.echo("\n" + say("■ 見つかったこと / ■ Findings"))
    if not report.findings:
        typer.echo(
            say(
                "  知っている攻撃の跡は見つかりませんでした。攻撃がなかったという証明ではありません。 / "
                "  No trace of a known attack was found. This does not prove that there was none."
            )
        )
    for finding in report.findings:
        _tell_finding(finding, where)
    if report.logins:
        typer.echo("\n" + say("■ 成功したログイン / ■ Successful log-ins"))
    for login in report.logins[:50]:
        what = f"{login.account}  {login.address}  {login.method}  ×{login.events}"
        typer.echo(f"  {_when(login.first, where)} – {_when(login.last, where)}  {shown(what)}")
    if report.not_read:
        typer.echo("\n" + say("■ 読めなかったもの / ■ Not read"))
    for _, problem in report.not_read:
        typer.echo(f"  {words.problem(problem)}")


def one_format(name: str) -> Path:
    """The folder of a format's texts."""
    from hikeshi.engines.logs import formats

    return formats.PLACE / name


def _tell_finding(finding: Finding, where: tzinfo | None) -> None:
    from hikeshi import words

    say = words.half
    typer.echo(f"\n[{say(LEVELS[finding.level])}] {title(finding)}")
    typer.echo(
        f"  {_when(finding.first, where)} – {_when(finding.last, where)}  {say(SUCCESS[finding.success])}"
        + say("。確からしさ: / ; confidence:")
        + f" {say(CONFIDENCE[finding.confidence])}"
    )
    for label, names in (
        (say("接続元 / addresses"), finding.addresses),
        (say("アカウント / accounts"), finding.accounts),
    ):
        if names:
            more = f" … +{len(names) - SHOWN}" if len(names) > SHOWN else ""
            typer.echo(f"  {label}: " + ", ".join(map(shown, names[:SHOWN])) + more)
    for sample in finding.samples[:3]:
        typer.echo(f"    {shown(sample.file)}:{sample.line}  {shown(sample.raw)[:200]}")
    for text in settle(finding):
        typer.echo(f"  → {text}")


def _when(time: float | None, where: tzinfo | None) -> str:
    return "?" if time is None else datetime.fromtimestamp(time, UTC).astimezone(where).strftime("%Y-%m-%d %H:%M:%S%z")


def shown(text: str) -> str:
    """What an attacker wrote, on one line and without power over the terminal."""
    from hikeshi import words

    return words.visible(text).replace("\n", "<U+000A>")


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
