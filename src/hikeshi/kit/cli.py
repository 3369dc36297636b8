"""`hikeshi kit`: make the pocket kit as one HTML file."""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path
from typing import Annotated

import typer

GROUPS = {"kit": "app"}
COULD_NOT, WRONG_USE = 3, 2

app = typer.Typer(help="携帯キット（紙・スマホ・USB） / The pocket kit (paper, phone, USB stick)", no_args_is_help=True)


@app.callback()
def main() -> None:
    """携帯キット（紙・スマホ・USB） / The pocket kit (paper, phone, USB stick)"""


@app.command()
def build(
    out: Annotated[Path, typer.Option(help="書き出すフォルダー / folder to write into")],
    workspace: Annotated[
        str | None,
        typer.Option(help="連絡先を入れる事業の名前（一つだけなら要りません） / business whose contacts go in"),
    ] = None,
    tools: Annotated[
        bool,
        typer.Option("--tools", help="その機械で動かす道具（zip）も書き出す / also the scripts to carry, as a zip"),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="JSONで出す / print JSON")] = False,
) -> None:
    """携帯キットを一つのHTMLファイルにする / Make the kit as one HTML file"""
    from hikeshi import words
    from hikeshi.desk.services import all_workspaces, start_django
    from hikeshi.engines.common.problem import Problem

    start_django()
    from hikeshi.kit import services

    lang = words.user_language()
    try:
        known = [one for one in all_workspaces() if workspace in (None, one.name)]
        if workspace is not None and len(known) != 1:
            raise Problem("kit.no_workspace", name=workspace)
        made = services.build(known[0] if len(known) == 1 else None)
        path = _write(out, services.FILE_NAME, made)
        packed = _write(out, services.TOOLS_NAME, services.tools_zip()) if tools else None
    except Problem as problem:
        print(words.problem(problem, lang), file=sys.stderr)  # noqa: T201 the command's answer
        raise typer.Exit(WRONG_USE if problem.code == "kit.no_workspace" else COULD_NOT) from None
    if as_json:
        said = {"file": str(path), "bytes": len(made), "contacts": len(known) == 1}
        if packed:
            said["tools"] = {"file": str(packed), "sha256": hashlib.sha256(services.tools_zip()).hexdigest()}
        print(json.dumps(said, ensure_ascii=False))  # noqa: T201
    else:
        print("\n".join(str(one) for one in (path, packed) if one))  # noqa: T201


def _write(folder: Path, name: str, made: bytes) -> Path:
    """Written beside and moved into place: no half kit is ever found."""
    from hikeshi.engines.common.problem import Problem

    path = folder / name
    try:
        folder.mkdir(parents=True, exist_ok=True)
        beside = path.with_suffix(".new")
        beside.write_bytes(made)
        beside.replace(path)
    except OSError as error:
        raise Problem("kit.cannot_write", path=str(path), why=error.strerror or str(error)) from error
    return path
