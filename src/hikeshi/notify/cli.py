"""`hikeshi duties`: judge duties over facts in a file, without a casebook. `hikeshi delivery`: send a list."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hikeshi.notify.delivery import commands

if TYPE_CHECKING:
    from hikeshi.notify.rules import DutyResult, Evaluation

GROUPS = {"duties": "app", "delivery": "delivery"}
MAX_BYTES = 1_000_000
HEADINGS = {
    "required": "■ 連絡・報告が必要なもの / ■ To be told or reported",
    "review": "■ 確認が必要なもの / ■ To be settled",
    "not_required": "■ いまの事実では不要なもの / ■ Not required on the present facts",
}
WORDS = {
    "guide": "目安 / guide",
    "limit": "期限 / limit",
    "secondary": "（二次情報。原文は未確認） / (secondary information; not read in the original)",
    "unverified": "（未確認） / (unverified)",
    "provisional": "（仮） / (provisional)",
    "ignored": "知らない名前なので使わなかったもの / Names that mean nothing here and were not used",
}

app = typer.Typer(help="だれに、何を、いつまでに知らせるか / Whom to tell what by when", no_args_is_help=True)


delivery = typer.Typer(
    help="送信：承認された文を、一人に一通ずつ届ける / Deliver an approved text, one message a person",
    no_args_is_help=True,
)
delivery.command()(commands.run)
delivery.command()(commands.status)
delivery.command()(commands.bounces)


@delivery.callback()
def to_people() -> None:
    """送信：承認された文を、一人に一通ずつ届ける / Deliver an approved text, one message a person"""


@app.callback()
def main() -> None:
    """だれに、何を、いつまでに知らせるか / Whom to tell what by when"""


@app.command()
def evaluate(
    facts: Annotated[
        Path,
        typer.Argument(help="事実を書いたJSONファイル（- は標準入力） / JSON file of facts (- for standard input)"),
    ],
    as_json: Annotated[bool, typer.Option("--json", help="JSONで出す / print JSON")] = False,
) -> None:
    """事実から、届け出る先と期限を判断する / Judge from facts whom to tell and by when"""
    from hikeshi import words
    from hikeshi.notify import rules
    from hikeshi.notify.law import answered

    judged = rules.evaluate(read_facts(facts), now=datetime.now(UTC))
    if as_json:
        _say_unused(judged, err=True)
        typer.echo(json.dumps(answered.as_json(judged, words.user_language()), ensure_ascii=False, indent=2))
    else:
        _tell(judged)


def read_facts(path: Path) -> dict[str, Any]:
    """The facts in a file; Problem when it cannot be read as one JSON object without doubled names."""
    from hikeshi.engines.common.problem import Problem

    try:
        if str(path) == "-":
            raw = sys.stdin.buffer.read(MAX_BYTES + 1)
        else:
            with path.open("rb") as file:
                raw = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise Problem("common.not_found", path=path, exit=2) from None
    except PermissionError:
        raise Problem("common.not_allowed", path=path, exit=2) from None
    except OSError as error:
        raise Problem("common.could_not_use", path=path, reason=error.strerror, exit=2) from None
    if len(raw) > MAX_BYTES:
        raise Problem("notify.facts_too_large", path=path, limit=MAX_BYTES, exit=2)
    try:
        found = json.loads(raw.decode("utf-8-sig"), object_pairs_hook=_no_doubles)
    except (ValueError, RecursionError) as error:
        raise Problem("notify.facts_not_json", path=path, place=error, exit=2) from None
    if not isinstance(found, dict):
        raise Problem("notify.facts_not_json", path=path, place=type(found).__name__, exit=2)
    return found


def _no_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f"{key!r} × 2")
        found[key] = value
    return found


def _tell(judged: Evaluation) -> None:
    from hikeshi import words

    lang = words.user_language()
    for group, heading in HEADINGS.items():
        if results := judged.group(group):
            typer.echo(f"{words.half(heading, lang)}\n")
        for result in results:
            typer.echo("\n".join(_lines(judged, result, lang)) + "\n")
    _say_unused(judged)


def _say_unused(judged: Evaluation, *, err: bool = False) -> None:
    """Names that mean nothing here, and answers that contradict each other."""
    from hikeshi import words

    lang = words.user_language()
    for warning in judged.warnings:
        typer.echo(f"! {warning[lang]}", err=err)
    if judged.ignored:
        said = ", ".join(words.visible(name) for name in judged.ignored)
        typer.echo(f"{words.half(WORDS['ignored'], lang)}: {said}", err=err)


def _lines(judged: Evaluation, result: DutyResult, lang: str) -> list[str]:
    from hikeshi import words
    from hikeshi.notify.law.asking import settling

    duty = result.duty
    sure = "" if duty.confidence == "primary" else " " + words.half(WORDS[duty.confidence], lang)
    lines = [f"{duty.name[lang]}  [{duty.article[lang]}]{sure}", f"  → {duty.recipient[lang]}"]
    for deadline in result.deadlines:
        days = [d.isoformat() for d in (deadline.from_date, deadline.to_date) if d]
        if deadline.moment:
            days = [f"{deadline.moment:%Y-%m-%d %H:%M} (JST)"]
        when = f" {words.half('〜 / –', lang)} ".join(dict.fromkeys(days))
        mark = words.half(WORDS["provisional"], lang) if deadline.provisional and days else ""
        lines.append(f"  {words.half(WORDS[deadline.kind], lang)}: {when}{mark} {deadline.text[lang]}")
        if deadline.moved:
            lines.append(f"    {deadline.moved[lang]}")
    lines.append(f"  {result.reason[lang]}")
    if duty.note:
        lines.append(f"  ※ {duty.note[lang]}")
    if asked := settling(judged, result):
        lines.append(f"  ? {asked.text[lang]}")
    return lines
