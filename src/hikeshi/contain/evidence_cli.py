"""`hikeshi evidence collect|verify|import|script`: take evidence from a machine, check it, take it into an incident."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from hikeshi.contain.evidence_printing import outcome_data, print_json, progress, report, say, tell_outcome

FOUND_WANTING, WRONG_USE = 1, 2
Json = Annotated[bool, typer.Option("--json", help="JSONで出す / print JSON")]
Case = Annotated[str, typer.Option("--case", help="事故の番号（HKS-2026-001 など） / the incident's reference")]
Business = Annotated[str, typer.Option("--workspace", help="事業の名前（一つだけなら省ける） / name of the business")]
Stages = Annotated[
    list[str] | None,
    typer.Option(
        "--stage",
        help="volatile（消えやすいもの）・logs・slow（時間のかかるもの）。省くと volatile と logs"
        " / volatile, logs, slow; volatile and logs when left out",
    ),
]


def collect(
    out: Annotated[Path, typer.Option(help="書くファイル（まだないもの） / a new file")],
    host: Annotated[
        str, typer.Option(help="離れたLinuxの機械（user@host）。省くとこの機械 / a Linux host, else this machine")
    ] = "",
    stage: Stages = None,
    why: Annotated[str, typer.Option(help="なぜ集めるか / why it is collected")] = "",
    sudo: Annotated[bool, typer.Option("--sudo", help="sudo を使って集める / collect with sudo")] = False,
    system: Annotated[
        str, typer.Option("--os", help="相手の種類（linux・macos） / kind of machine (linux, macos)")
    ] = "",
    ssh_config: Annotated[
        Path | None, typer.Option("--ssh-config", help="ssh の設定ファイル（ssh -F） / configuration file for ssh (-F)")
    ] = None,
    case: Case = "",
    workspace: Business = "",
    as_json: Json = False,
) -> None:
    """消えやすい証拠から順に集め、一つのファイルにする / Take evidence into one file, what vanishes first"""
    from hikeshi import __version__
    from hikeshi.contain import evidence as collecting
    from hikeshi.contain.evidence_books import at_hand, operator
    from hikeshi.engines.common.problem import Problem
    from hikeshi.engines.evidence import STAGES, Order

    stages = tuple(one for one in STAGES if one in (stage or ("volatile", "logs")))
    if stage and set(stage) - set(STAGES):
        raise Problem("contain.no_such_stage", stage=", ".join(sorted(set(stage) - set(STAGES))), exit=WRONG_USE)
    if not out.absolute().parent.is_dir():
        raise Problem("evidence.no_folder", path=str(out.absolute().parent), exit=WRONG_USE)
    actor = operator()
    order = Order(
        out,
        host=host,
        os=system,
        stages=stages,
        who=actor.name,
        why=why,
        sudo=sudo,
        ssh_config=ssh_config,
        version=__version__,
    )
    found = at_hand(case, workspace)
    book = collecting.InCase(found, actor) if found else collecting.InJournal(_free(out), actor)
    outcome = collecting.collect(order, book, None if as_json else progress(order.system))
    if as_json:
        print_json(outcome_data(outcome, in_case=found is not None))
    else:
        tell_outcome(outcome, in_case=found is not None)


def verify(
    file: Annotated[Path, typer.Argument(help="集めた証拠のファイル / an evidence package")], as_json: Json = False
) -> None:
    """集めた証拠が、書き換えられていないか確かめる / Check that evidence was not altered since it was collected"""
    from hikeshi.engines import evidence

    package = evidence.verify(file)
    report(package, as_json=as_json)
    if not package.intact:
        raise typer.Exit(FOUND_WANTING)


def take_in(
    file: Annotated[Path, typer.Argument(help="集めた証拠のファイル、または手控え / a package, or its journal")],
    case: Case = "",
    workspace: Business = "",
    as_json: Json = False,
) -> None:
    """ほかで集めた証拠を、事故の記録に取り込む / Take evidence that was collected elsewhere into an incident"""
    from hikeshi.contain.evidence_books import needed, operator
    from hikeshi.contain.evidence_import import take_in as take

    found = needed(case, workspace)
    package = take(found, file, operator())
    if package is None:
        if as_json:
            print_json({"case": found.reference, "package": None})
        else:
            say("lines_only", case=found.reference)
        return
    report(package, as_json=as_json, case=found.reference)
    if not package.intact:
        raise typer.Exit(FOUND_WANTING)


def script(
    out: Annotated[Path, typer.Option(help="書くフォルダ / a folder to write into")],
    system: Annotated[str, typer.Option("--os", help="linux・macos・windows / linux, macos or windows")] = "linux",
) -> None:
    """USBメモリーで持っていく、集める手順を書き出す / Write the collector that is carried on a USB stick"""
    from hikeshi import __version__
    from hikeshi.engines import evidence

    made = evidence.collector(system)
    out.mkdir(parents=True, exist_ok=True)
    path = out / made.script
    # Windows' own PowerShell takes a file without a byte order mark for one in the local encoding.
    data = evidence.script(system, version=__version__).encode("utf-8-sig" if system == "windows" else "utf-8")
    path.write_bytes(data)
    say("script", path=path)


def fill(app: typer.Typer) -> None:
    """Put the commands into the group."""
    app.command("collect")(collect)
    app.command("verify")(verify)
    app.command("import")(take_in)
    app.command("script")(script)


def _free(out: Path) -> Path:
    """The package's name, refused while it is taken: the journal of an earlier package tells of that one only."""
    from hikeshi.engines.common.problem import Problem

    if out.exists():
        raise Problem("evidence.exists", path=str(out), exit=WRONG_USE)
    return out
