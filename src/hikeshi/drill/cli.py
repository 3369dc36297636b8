"""`hikeshi drill run`: a whole incident without a person, in a data folder of its own."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

GROUPS = {"drill": "app"}
WORDS = {
    "done": "訓練が終わりました（{seconds}秒）。 / The drill is done ({seconds} seconds).",
    "documents": "書類 / Documents",
    "archive": "封印した記録（確かめ済み・{lines}行） / The sealed record (checked, {lines} entries)",
    "logs": "作り物のログ / The logs that were made up",
    "answers": "答え（種で決まった本当のこと、見つかったこと） / The answers (what was true, what was found)",
    "data": "訓練のデータ（本物の記録とは別です） / The drill's data (apart from any real record)",
    "no_data": "訓練のデータは、置けない場所だったため残していません。"
    " / The drill's data was not kept: it may not lie there.",
    "verify": "確かめるには: python3 start.py archive verify {path} / To check: python3 start.py archive verify {path}",
    "fingerprint": "封印の鍵の指紋: {fingerprint} / Fingerprint of the sealing key: {fingerprint}",
}

app = typer.Typer(
    help="訓練：事故の始めから終わりまでを動かす / Drills: a whole incident, played", no_args_is_help=True
)


@app.callback()
def main() -> None:
    """訓練：事故の始めから終わりまでを動かす / Drills: a whole incident, played"""


@app.command("list")
def list_scenarios(
    as_json: Annotated[bool, typer.Option("--json", help="JSONで出す / print JSON")] = False,
) -> None:
    """どんな訓練があるか / Which scenarios there are"""
    from hikeshi import words
    from hikeshi.drill import services

    lang = words.user_language()
    found = [{"name": s.id, "title": s.name(lang), "about": s.about(lang)} for s in services.scenarios().values()]
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        for one in found:
            typer.echo(f"{one['name']}  {one['title']}\n    {one['about']}")


@app.command()
def run(
    scenario: Annotated[str, typer.Argument(metavar="SCENARIO", help="訓練の名前（list で見られます） / see list")],
    out: Annotated[Path, typer.Option(help="書き出す先（空のフォルダー） / an empty folder")],
    seed: Annotated[str, typer.Option(help="種：同じ数なら同じ事故になる / the same number, the same incident")] = "1",
    lang: Annotated[str, typer.Option(help="ja か en（省くと、いまの言語） / ja or en")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="JSONで出す / print JSON")] = False,
) -> None:
    """事故を始めから終わりまで動かし、書類と封印した記録を作る / Play an incident; make its documents and its seal"""
    from hikeshi import words
    from hikeshi.drill import services
    from hikeshi.engines.common.problem import Problem

    if not seed.isascii() or not seed.isdigit() or int(seed) > services.MOST_SEED:
        raise Problem("drill.bad_seed", seed=seed, most=services.MOST_SEED, exit=2)
    if lang not in ("", "ja", "en"):
        raise Problem("drill.bad_language", lang=lang, exit=2)
    with _progress(shown=not as_json and sys.stderr.isatty()) as progress:
        said = services.play(scenario, out, int(seed), lang or words.user_language(), progress)
    if as_json:
        typer.echo(json.dumps(said, ensure_ascii=False, indent=2))
    else:
        _tell(said)


@contextmanager
def _progress(*, shown: bool) -> Iterator[Callable[[int, int, str], None] | None]:
    """A bar with what is happening and the time left on standard error; nothing where nobody watches."""
    if not shown:
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)

        def advance(done: int, total: int, title: str) -> None:
            bar.update(task, total=total, completed=done, description=title)

        yield advance


def _tell(said: dict[str, Any]) -> None:
    from hikeshi import words

    def say(name: str, **params: object) -> None:
        typer.echo(words.fill(words.half(WORDS[name]), params))

    out = Path(said["out"])
    say("done", seconds=said["seconds"])
    say("documents")
    for file in said["documents"]:
        typer.echo(f"  {out / file['path']}")
    say("archive", lines=said["archive"]["lines"])
    typer.echo(f"  {out / said['archive']['path']}")
    say("fingerprint", fingerprint=said["archive"]["fingerprint"])
    say("logs")
    typer.echo(f"  {out / 'logs'}")
    say("answers")
    typer.echo(f"  {out / 'drill.json'}")
    if said["data"]:
        say("data")
        typer.echo(f"  {said['data']}")
    else:
        say("no_data")
    say("verify", path=out / said["archive"]["path"])
