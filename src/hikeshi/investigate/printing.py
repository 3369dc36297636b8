"""A scan's report for the eye, on the terminal: what was read, what was found, what could not be read."""

from __future__ import annotations

import os
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Any

import typer

from hikeshi import words
from hikeshi.engines.logs import Finding, Hit, Report, formats
from hikeshi.engines.logs.clocks import in_seconds
from hikeshi.engines.logs.reading import zone_of
from hikeshi.engines.logs.report import Sample
from hikeshi.investigate import rules, telling
from hikeshi.investigate.contract import settle, shown, title

LEVELS = {"high": "重大 / HIGH", "medium": "注意 / MEDIUM", "low": "参考 / LOW"}
SUCCESS = {
    "yes": "成功の記録があります / a success is on record",
    "no": "成功の記録はありません / no success is on record",
    "unknown": "成否はこのログでは分かりません / this log does not tell whether it worked",
}
CONFIDENCE = {"high": "高い / high", "medium": "中くらい / medium", "low": "低い / low"}
SECTIONS = {"route": "入口 / Way in", "reached": "届いた所 / Reached", "taken": "持ち出し / Taken"}
UNSET = (
    "時計の合っていない行（1970年など） {count}：前後の行と同じころの出来事とみなしました / "
    "{count} lines of a clock that was not set (1970 …): taken to have happened when their neighbours did"
)
FAST = (
    "ログを書いた機械の時計が {seconds} 秒進んでいた分、時刻を早めて直してあります。元の行の時刻は、そのままです / "
    "Times are moved back by {seconds} s, since the clock was fast; the lines keep what they say"
)
SLOW = (
    "ログを書いた機械の時計が {seconds} 秒遅れていた分、時刻を遅らせて直してあります。元の行の時刻は、そのままです / "
    "Times are moved on by {seconds} s, since the clock was slow; the lines keep what they say"
)
OLD_PACK = (
    "規則のパック「{pack}」は、前の版の Hikeshi で作られています。新しい版なら見つかるものを見落とすことがあります。"
    "もう一度作ってください（hikeshi logs rules build・update） / "
    "The rule pack “{pack}” was made by an earlier Hikeshi and may miss what this one sees. "
    "Make it again (hikeshi logs rules build, update)"
)
SHOWN = 8
HITS = 40
RULE_LEVELS = {
    "critical": "緊急 / CRITICAL",
    "high": "重大 / HIGH",
    "medium": "注意 / MEDIUM",
    "low": "参考 / LOW",
    "informational": "情報 / INFO",
}


def tell(report: Report, zone: str | None) -> None:
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
    typer.echo(_of_zone(zone))
    if report.files and (error := report.files[0].clock_error):
        typer.echo(say(FAST if error > 0 else SLOW).format(seconds=in_seconds(abs(error))))
    folder = _folder(report)
    if folder:
        typer.echo(say("フォルダ / Folder") + f": {shown(folder)}")
    for one in report.files:
        name = words.texts(Path(one_format(one.format)))["name"]
        span = f"{_when(one.first, where)} – {_when(one.last, where)}"
        typer.echo(f"  {shown(one.path.removeprefix(folder))}  {name}  {span}")
        if one.unset:
            typer.echo("    " + say(UNSET).format(count=one.unset))
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
        _tell_finding(finding, where, folder)
    _tell_story(report.story, where)
    if report.hits:
        typer.echo("\n" + say("■ 当たった規則（Sigma） / ■ Rules that matched (Sigma)"))
    for hit in report.hits[:HITS]:
        _tell_hit(hit, where)
    if len(report.hits) > HITS:
        typer.echo(
            say("  ほか {more} 件（--json ですべて） / {more} more (all with --json)").format(
                more=len(report.hits) - HITS
            )
        )
    if report.logins:
        typer.echo("\n" + say("■ 成功したログイン / ■ Successful log-ins"))
    for login in report.logins[:50]:
        what = f"{login.account}  {login.address}  {login.method}  ×{login.events}"
        typer.echo(f"  {_when(login.first, where)} – {_when(login.last, where)}  {shown(what)}")
    if report.forgotten:
        typer.echo(
            "\n"
            + say(
                "多すぎて覚えきれなかった出来事が {count} 件あります。件数や期間は、実際より小さいことがあります。 / "
                "{count} events were too many to remember. Counts and periods may be smaller than they really were."
            ).format(count=report.forgotten)
        )
    for pack in report.old_packs:
        typer.echo("\n" + say(OLD_PACK).format(pack=shown(pack)))
    if report.not_read:
        typer.echo("\n" + say("■ 読めなかったもの / ■ Not read"))
    for _, problem in report.not_read:
        typer.echo(f"  {words.problem(problem)}")


def _of_zone(zone: str | None) -> str:
    """Whose clock the times below are of, said once."""
    if zone:
        text = "時刻は {zone} のものです。時間帯の書かれていないログも、そう読みました / Times are of {zone}; so were logs read that name no zone"  # noqa: E501
        return words.half(text).format(zone=zone)
    offset = datetime.now().astimezone().strftime("%z")
    text = "時刻は、この機械の時間帯（UTC{offset}）のものです / Times are those of this machine (UTC{offset})"
    more = "。日本時間で読むには --zone Asia/Tokyo を付けてください / ; for those of Japan add --zone Asia/Tokyo"
    return words.half(text).format(offset=offset) + ("" if offset == "+0900" else words.half(more))


def _folder(report: Report) -> str:
    """The folder in which all files lie that were read, with its last slash; none for a single file."""
    parents = [str(Path(one.path.partition("!")[0]).parent) for one in report.files]
    try:
        common = os.path.commonpath(parents) if len(parents) > 1 else ""
    except ValueError:  # on several drives
        common = ""
    return common.rstrip(os.sep) + os.sep if common.strip(os.sep) else ""


def _tell_story(story: dict[str, Any], where: tzinfo | None) -> None:
    """Route, reached, taken: proposed, each with how sure it is and what would settle it."""
    lang = words.user_language()
    if not any(story.get(section) for section in SECTIONS):
        return
    period = story["period"]
    typer.echo("\n" + words.half("■ ログが語ること（確かめる前） / ■ The story the logs tell (to be confirmed)"))
    if period["from"]:
        span = f"{rules.clock(period['from'], where)} – {rules.clock(period['to'], where)}"
        typer.echo("  " + words.half("期間 / Period") + f": {span}")
    for section, name in SECTIONS.items():
        for part in story.get(section, [])[:SHOWN]:
            code, params, sure = part["code"], part["params"], words.half(CONFIDENCE[part["confidence"]])
            typer.echo(f"  {words.half(name)}: {shown(telling.part(code, params, lang, where))}")
            typer.echo("    " + words.half("確からしさ: / confidence:") + f" {sure}")
            for text in telling.part_settled(code, part["settle"], params, lang) if section != "route" else ():
                typer.echo(f"    → {shown(text)}")


def one_format(name: str) -> Path:
    """The folder of a format's texts."""
    return formats.PLACE / name


def _tell_finding(finding: Finding, where: tzinfo | None, folder: str) -> None:
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
    for sample in _telling(finding):
        typer.echo(f"    {shown(sample.file.removeprefix(folder))}:{sample.line}  {shown(sample.raw)[:200]}")
    for text in settle(finding):
        typer.echo(f"  → {text}")


def _telling(finding: Finding) -> list[Sample]:
    """Three lines: the first ones, and the one that shows that it worked, where there is one."""
    proof = [sample for sample in finding.samples if finding.entered is not None and sample.time == finding.entered]
    return [sample for sample in finding.samples if sample not in proof][: 3 - len(proof[:1])] + proof[:1]


def _when(time: float | None, where: tzinfo | None) -> str:
    return "?" if time is None else datetime.fromtimestamp(time, UTC).astimezone(where).strftime("%Y-%m-%d %H:%M:%S")


def _tell_hit(hit: Hit, where: tzinfo | None) -> None:
    rule = hit.rule
    level = words.half(RULE_LEVELS.get(str(rule.get("level")), "—"))
    named = (words.user_language() == "ja" and rule.get("ja")) or rule["title"]
    author = f"  © {shown(str(rule['author']))[:80]}" if rule.get("author") else ""
    typer.echo(f"  [{level}] {shown(str(named))[:120]}  ×{hit.count}{author}")
    typer.echo(f"      {_when(hit.first, where)} – {_when(hit.last, where)}")
