"""`hikeshi logs rules`: packs of Sigma rules are made, brought up to date, and looked at."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from hikeshi.engines.logs.sigma.making import Made

REFUSED = 20
TOLD = ("id", "title", "level", "status", "author", "file", "source", "maker")

app = typer.Typer(
    help="Sigma規則：まとめる、新しくする、見る / Sigma rules: compile, update, look at", no_args_is_help=True
)
Json = Annotated[bool, typer.Option("--json", help="JSONで出す / print JSON")]
Packs = Annotated[
    list[Path] | None,
    typer.Option(
        "--rules", help="規則のパックかフォルダ（省けば、いま使われるもの） / packs or folders; else those in use"
    ),
]


@app.callback()
def main() -> None:
    """Sigma規則：まとめる、新しくする、見る / Sigma rules: compile, update, look at"""


@app.command()
def build(
    folder: Annotated[Path, typer.Argument(help="Sigma規則のフォルダ、zip、tar / a folder, zip or tar of Sigma rules")],
    out: Annotated[Path, typer.Option("--out", help="作るパックのファイル / the pack to write")],
    placeholders: Annotated[
        Path | None,
        typer.Option(help="%名前% に入れる値のTOMLかJSON / TOML or JSON with the values of %placeholders%"),
    ] = None,
    as_json: Json = False,
) -> None:
    """規則のフォルダを1つのパックにまとめる / Compile a folder of rules into one pack"""
    from hikeshi.engines.logs.sigma import making

    _told(making.make(folder, out, placeholders=placeholders), as_json=as_json)


@app.command()
def update(
    file: Annotated[
        Path | None, typer.Argument(help="受け取ってあるSigmaHQのzip / the release of SigmaHQ, fetched before")
    ] = None,
    from_home: Annotated[
        bool, typer.Option("--from-home", help="ネットで配布元（GitHub）から受け取る / fetch it from its home (GitHub)")
    ] = False,
    as_json: Json = False,
) -> None:
    """公開されているSigmaHQの規則を入れる。ネットにつなぐのは --from-home のときだけ / Bring in the rules of SigmaHQ"""
    from hikeshi.engines.common.problem import Problem
    from hikeshi.engines.logs.sigma import making

    if (file is None) == (not from_home):
        raise Problem("logs.rules_from_where", exit=2)
    _told(making.update(file), as_json=as_json)


@app.command("list")
def list_rules(
    rules: Packs = None,
    level: Annotated[
        list[str] | None, typer.Option(help="この重さだけ（high など、何度でも） / only these levels (repeatable)")
    ] = None,
    as_json: Json = False,
) -> None:
    """ある規則の一覧 / The rules there are"""
    found = [rule for rule in _rules(rules) if not level or rule["level"] in level]
    if as_json:
        _json([{name: rule[name] for name in TOLD} for rule in found])
        return
    for rule in found:
        typer.echo(_shown(f"{rule['id']}  {rule['level'] or '-':13}  {rule['title']}  ({rule['author'] or '-'})"))
    typer.echo(_say("{count} 件 / {count} rules").format(count=len(found)), err=True)


@app.command()
def show(
    rule: Annotated[str, typer.Argument(help="規則のid（前の何文字かでよい） / a rule's id, or how it begins")],
    rules: Packs = None,
    as_json: Json = False,
) -> None:
    """1つの規則：だれが書き、何を見て、何と間違えやすいか / One rule: who wrote it, what it looks for"""
    from hikeshi.engines.common.problem import Problem

    found = [one for one in _rules(rules) if one["id"].startswith(rule.lower())]
    if len(found) != 1:
        raise Problem("logs.no_such_rule", rule=rule, exit=2)
    if as_json:
        _json(found[0])
        return
    one = found[0]
    source = "/".join(word for word in one.get("logsource", ()) if word) or one.get("correlation", {}).get("type", "")
    for label, value in (
        ("id", one["id"]),
        ("規則 / rule", one["title"]),
        ("重さ / level", one["level"]),
        ("作者 / author", one["author"]),
        ("状態 / status", one["status"]),
        ("見る記録 / log source", source),
        ("説明 / description", one["description"]),
        ("間違えやすいもの / false positives", "\n".join(one["falsepositives"])),
        ("参考 / references", "\n".join(one["references"])),
        ("印 / tags", ", ".join(one["tags"])),
        ("ファイル / file", one["file"]),
        ("パック / pack", one["source"]),
        ("まとめたもの / compiled by", _maker(one["maker"])),
    ):
        if value:
            typer.echo(f"{_say(label)}: " + "\n    ".join(_shown(line) for line in str(value).splitlines()))


def _rules(paths: list[Path] | None) -> list[dict[str, Any]]:
    from platformdirs import user_cache_dir

    from hikeshi.engines.logs import rules_order
    from hikeshi.engines.logs.sigma.opening import open_rules

    order = rules_order(paths or []) or {"packs": []}
    cache = Path(user_cache_dir("hikeshi", appauthor=False)) / "rules"
    packs = [open_rules(Path(path), cache) for path in order["packs"]]
    return [rule | {"source": pack.source, "maker": pack.maker} for pack in packs for rule in pack.rules]


def _maker(maker: dict[str, Any]) -> str:
    """What compiled a pack; older packs do not say."""
    return ", ".join(f"{name} {value}" for name, value in maker.items())


def _told(made: Made, *, as_json: bool) -> None:
    from dataclasses import asdict

    if as_json:
        _json(asdict(made))
        return
    typer.echo(
        _say(
            "規則 {rules} 件と相関規則 {correlations} 件をまとめました：{path} / "
            "Compiled {rules} rules and {correlations} correlations: {path}"
        ).format(rules=made.rules, correlations=made.correlations, path=_shown(made.path))
    )
    if made.refused:
        typer.echo(
            _say("まとめられなかった規則 {count} 件（ほかの規則には影響しません） / {count} rules left out").format(
                count=len(made.refused)
            )
        )
    for one in made.refused[:REFUSED]:
        typer.echo(f"  {_shown(one['file'])}: {_shown(one['why'])}")


def _json(data: Any) -> None:
    # Not through echo: one document in UTF-8, whatever the terminal's encoding.
    sys.stdout.buffer.write(json.dumps(data, ensure_ascii=False, indent=2).encode() + b"\n")


def _say(text: str) -> str:
    from hikeshi import words

    return words.half(text)


def _shown(text: str) -> str:
    """What others wrote, on one line and without power over the terminal."""
    from hikeshi import words

    return words.visible(text).replace("\n", "<U+000A>")
