"""`hikeshi archive`: check a sealed record. `verify` needs neither Django nor a database, nor any data of ours."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from hikeshi.engines.common.problem import Problem
    from hikeshi.engines.ledger.bagcheck import BagReport, OutsideCheckpoint, Progress

GROUPS = {"archive": "app"}
FOUND_WANTING, WRONG_USE = 1, 2
MAX_CHECKPOINT = 64 << 10
WORDS = {
    "files": "ファイル: {files}個、{bytes}バイト / Files: {files}, {bytes} bytes",
    "lines": "記録: {lines}行（{chain}） / Record: {lines} lines ({chain})",
    "drill": "これは訓練の記録です。 / This is the record of a drill.",
    "covered": "控え（チェックポイント）と同じところまで: {covered}番 / Agrees with a checkpoint up to entry {covered}",
    "intact": "結果: 変えられたところは見つかりませんでした。 / Result: nothing was found to have been altered.",
    "wanting": "結果: {count}件の問題が見つかりました。 / Result: {count} problems were found.",
    "more": "ほかに{count}件あります。 / And {count} more.",
    "key": "封印した鍵の指紋: {fingerprint} / Fingerprint of the key that sealed it: {fingerprint}",
    "changed": "注意：封印しましたが、記録されたときと中身の違うファイルが{count}個あります。"
    "今の中身のまま入れ、VERIFY.txt にもそう書きました。元のファイルを探して見比べてください。"
    " / Note: it was sealed, but {count} files are not what they were when they were recorded. They are in it as they "
    "are now, and VERIFY.txt says so. Please find the originals and compare.",
    "compared": "渡された指紋と同じ鍵です。 / It is the key of the fingerprint given.",
    "compare": "だれが封印したかは、まだ分かりません。この指紋を、印刷した紙か本人から聞いた指紋と見比べてください"
    "（--fingerprint に入れると、こちらで比べます）。 / Who sealed it is not known yet. "
    "Please compare this fingerprint with the one on paper or told by the owner "
    "(give it as --fingerprint to have it compared).",
    "unsigned": "この行だけのファイルには署名がありません。切り取りや書き直しまで調べるには、別の場所に出しておいた"
    "控えを --checkpoint で渡してください。 / These bare lines carry no signature. To find a cut or a rewriting too, "
    "give a checkpoint that was kept elsewhere as --checkpoint.",
}

app = typer.Typer(help="記録の封印と、その確かめ方 / Sealing the record and checking it", no_args_is_help=True)


@app.callback()
def main() -> None:
    """記録の封印と、その確かめ方 / Sealing the record and checking it"""


@app.command()
def verify(
    path: Annotated[
        Path,
        typer.Argument(
            metavar="FILE_OR_DIR",
            help="封印のzip、展開したフォルダー、または行だけのファイル"
            " / the sealed zip, its folder, or a file of lines",
        ),
    ],
    as_json: Annotated[bool, typer.Option("--json", help="JSONで出す / print JSON")] = False,
    checkpoint: Annotated[
        list[Path] | None,
        typer.Option(help="別の場所に出しておいた控え（何度でも） / a checkpoint kept elsewhere (repeatable)"),
    ] = None,
    fingerprint: Annotated[
        str | None,
        typer.Option(help="紙か本人から受け取った鍵の指紋 / the key's fingerprint, from paper or from its owner"),
    ] = None,
) -> None:
    """封印された記録が、書き換えられていないか確かめる / Check that a sealed record was not altered"""
    from hikeshi.engines.common.problem import Problem

    if not path.exists():
        raise Problem("common.not_found", path=str(path), exit=WRONG_USE)
    outside = [_checkpoint(file) for file in checkpoint or []]
    with _progress(shown=not as_json and sys.stderr.isatty()) as progress:
        if _bare_lines(path):
            report = _check_bare(path, outside, fingerprint)
        else:
            from hikeshi.engines.ledger.bagcheck import check_bag

            report = check_bag(path, fingerprint=fingerprint, checkpoints=outside, progress=progress)
    if as_json:
        typer.echo(json.dumps(_as_json(report), ensure_ascii=False, indent=2))
    else:
        _tell(report)
    if not report.intact:
        raise typer.Exit(FOUND_WANTING)


def _bare_lines(path: Path) -> bool:
    """A file that begins like a line of a record is one, not a zip."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        start = file.read(65)
    return len(start) == 65 and start.endswith(b" ") and all(c in b"0123456789abcdef" for c in start[:64])


def _check_bare(path: Path, outside: list[OutsideCheckpoint], fingerprint: str | None) -> BagReport:
    """Bare lines have no seal of their own: the fingerprint is compared with the keys of the checkpoints given."""
    from hikeshi.engines.ledger.bagcheck import BagReport
    from hikeshi.engines.ledger.verify import check_lines, read_lines

    with path.open("rb") as file:
        found = check_lines(read_lines([file]), [known for known, _ in outside])
    report = BagReport(**vars(found), path=str(path), files=1, bytes=found.size)
    for _, signer in outside:
        if signer is None:
            continue
        report.fingerprint = signer.fingerprint()
        if fingerprint is not None:
            report.fingerprint_compared = True
            if not signer.is_called(fingerprint):
                report.add("ledger.other_key", expected=fingerprint, found=signer.fingerprint())
    return report


def _checkpoint(path: Path) -> OutsideCheckpoint:
    """A checkpoint with its signature inside (a note) or beside it (`FILE.sig`), or bare."""
    from hikeshi.engines.common.problem import Problem
    from hikeshi.engines.ledger.checkpoint import read_note

    if not path.is_file():
        raise Problem("common.not_found", path=str(path), exit=WRONG_USE)
    with path.open("rb") as file:
        data = file.read(MAX_CHECKPOINT)
    beside = path.with_name(path.name + ".sig")
    if data.count(b"\n") <= 1 and beside.is_file():
        with beside.open("rb") as file:
            data += file.read(MAX_CHECKPOINT)
    return read_note(data)


@contextmanager
def _progress(*, shown: bool) -> Iterator[Progress | None]:
    """A bar with rate and time left on standard error; nothing where nobody watches."""
    if not shown:
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TimeRemainingColumn, TransferSpeedColumn

    columns = (BarColumn(), DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)

        def advance(done: int, total: int) -> None:
            bar.update(task, total=total, advance=done)

        yield advance


def _as_json(report: BagReport) -> dict[str, Any]:
    from hikeshi import words

    figures = {name: value for name, value in vars(report).items() if name != "findings"}
    findings = [
        {"code": problem.code, "params": problem.params, "text": words.problem(problem)} for problem in report.findings
    ]
    return {"intact": report.intact, **figures, "findings": findings}


def _tell(report: BagReport) -> None:
    from hikeshi import words

    def say(name: str, **params: object) -> None:
        typer.echo(words.fill(words.half(WORDS[name]), params))

    typer.echo(words.visible(report.path))
    if report.info.get("Hikeshi-Drill"):
        say("drill")
    say("files", files=f"{report.files:,}", bytes=f"{report.bytes:,}")
    say("lines", lines=f"{report.lines:,}", chain=report.chain or "-")
    if report.covered:
        say("covered", covered=report.covered)
    for problem in report.findings:
        typer.echo("- " + words.problem(problem))
    if report.unlisted:
        say("more", count=report.unlisted)
    say("intact") if report.intact else say("wanting", count=len(report.findings) + report.unlisted)
    if not report.fingerprint:
        say("unsigned")
        return
    say("key", fingerprint=report.fingerprint)
    if not report.fingerprint_compared:
        say("compare")
    elif not any(problem.code == "ledger.other_key" for problem in report.findings):
        say("compared")


@app.command()
def seal(
    reference: Annotated[str, typer.Argument(metavar="CASE", help="事故の番号 / the case's reference")],
    out: Annotated[Path, typer.Option(help="書き出す先（.zip か、新しいフォルダー） / a new .zip or folder")],
    as_json: Annotated[bool, typer.Option("--json", help="JSONで出す / print JSON")] = False,
) -> None:
    """事故の記録を、署名つきで封印する / Seal a case's record, signed"""
    from hikeshi.desk.services import start_django
    from hikeshi.engines.common.problem import Problem

    start_django()
    from hikeshi.archive import services
    from hikeshi.casebook import services as casebook

    cases = casebook.Case.objects.filter(reference=reference)
    if not cases:
        raise Problem("casebook.no_case", reference=reference)
    if len(cases) > 1:
        raise Problem("archive.ambiguous", reference=reference, exit=WRONG_USE)
    sealed = services.seal(cases[0], out.absolute(), casebook.Actor("console", "console"))
    if as_json:
        said = {"path": str(sealed.path), "sha256": sealed.sha256, "files": sealed.files, "size": sealed.size}
        changed = [{"path": one.params["path"], "found": one.params["found"]} for one in sealed.changed]
        said = {**said, "lines": sealed.checkpoint.checkpoint.number, "changed": changed}
        typer.echo(json.dumps(said, ensure_ascii=False))
    else:
        typer.echo(f"{sealed.path}\nSHA-256 {sealed.sha256}")
    if sealed.changed:
        _tell_changed(sealed.changed)
        raise typer.Exit(FOUND_WANTING)


def _tell_changed(changed: list[Problem]) -> None:
    """On standard error: what was sealed as it is, although it is not what was recorded."""
    from hikeshi import words

    typer.echo(words.half(WORDS["changed"]).format(count=len(changed)), err=True)
    for problem in changed:
        typer.echo("- " + words.problem(problem), err=True)
