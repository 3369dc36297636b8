"""`hikeshi casebook check|rebuild|export`: is the record whole, are the read tables, give me the lines."""

import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

GROUPS = {"casebook": "app"}

app = typer.Typer(
    help="台帳：記録を確かめる・取り出す / The casebook: check and export the record", no_args_is_help=True
)

Json = Annotated[bool, typer.Option("--json", help="JSON で出力 / print JSON")]
Reference = Annotated[
    str,
    typer.Argument(help="事故の番号か鎖の番号（省くとすべて） / case reference or chain number, all when left out"),
]


def _ready() -> None:
    from hikeshi.desk.services import start_django

    start_django()


def _chains(reference: str) -> Iterator[tuple[str, Any]]:
    """Every chain with the name a person knows it by; raises Problem("casebook.no_case").

    Each business counts its own incidents: one reference may name several. A chain's number names one.
    """
    from hikeshi.casebook.models import Case, Chain
    from hikeshi.engines.common.problem import Problem

    names = dict(Case.objects.values_list("chain_id", "reference"))
    wanted = [pk for pk, name in names.items() if reference in (name, str(pk))]
    if reference and not wanted:
        raise Problem("casebook.no_case", reference=reference)
    chains = Chain.objects.filter(disposed=False).select_related("workspace").order_by("workspace_id", "subject", "pk")
    for chain in chains.filter(pk__in=wanted) if reference else chains:
        yield names.get(chain.pk) or chain.workspace.name or str(chain.pk), chain


@app.command("check")
def check(
    reference: Reference = "",
    checkpoint: Annotated[
        list[Path] | None, typer.Option(help="別の場所に保管した印 / a checkpoint kept elsewhere")
    ] = None,
    evidence: Annotated[
        bool, typer.Option("--evidence", help="証拠ファイルのハッシュも確かめる / hash the evidence again")
    ] = False,
    as_json: Json = False,
) -> None:
    """記録が書き換えられていないか確かめる / Check that the record was not changed"""
    _ready()
    from hikeshi import words
    from hikeshi.casebook import checking

    outside = checking.read_checkpoints(checkpoint or [])
    results = [checking.check_chain(name, chain, outside, evidence=evidence) for name, chain in _chains(reference)]
    results += checking.unmet(outside, results)
    lang = words.user_language()
    if as_json:
        sys.stdout.write(json.dumps([result.to_json(lang) for result in results], ensure_ascii=False) + "\n")
    else:
        for result in results:
            sys.stdout.write(result.said(lang) + "\n")
    if any(not result.intact for result in results):
        raise typer.Exit(1)


@app.command("rebuild")
def rebuild(reference: Reference = "", as_json: Json = False) -> None:
    """一覧の表を記録から作り直す / Make the read tables anew from the record"""
    _ready()
    from hikeshi.casebook import services

    done = [
        {"name": name, "chain": str(chain.pk), "entries": services.rebuild(chain)} for name, chain in _chains(reference)
    ]
    if as_json:
        sys.stdout.write(json.dumps(done, ensure_ascii=False) + "\n")
    else:
        for one in done:
            sys.stdout.write(f"{one['name']}: {one['entries']:,}\n")


@app.command("export")
def export(
    reference: Annotated[str, typer.Argument(help="事故の番号か鎖の番号 / case reference or chain number")],
    out: Annotated[
        Path | None, typer.Option(help="書き出すファイル（省くと画面） / file, standard output if none")
    ] = None,
) -> None:
    """記録の行を、保存されているバイトのまま書き出す / Write the lines, byte for byte"""
    _ready()
    from hikeshi.casebook import services
    from hikeshi.engines.common.problem import Problem

    chains = [chain for _name, chain in _chains(reference)]
    if not chains:  # disposed of
        raise Problem("casebook.no_case", reference=reference)
    if len(chains) > 1:
        named = "\n".join(f"  {chain.pk}  {chain.workspace.name_said}" for chain in chains)
        raise Problem("casebook.which_chain", reference=reference, chains=named, exit=2)
    lines = services.lines_of_chain(chains[0].pk)
    if out is None:
        _pour(lines, sys.stdout.buffer)
    else:
        with out.open("xb") as file:
            _pour(lines, file)


def _pour(lines: Iterable[bytes], file: Any) -> None:
    for line in lines:
        file.write(line)
    file.flush()
