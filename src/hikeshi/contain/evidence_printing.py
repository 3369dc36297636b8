"""What `hikeshi evidence` says: a few sentences, or one JSON document."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from hikeshi.contain.evidence import Outcome
    from hikeshi.engines.evidence import Package

NAMED = 20
WORDS = {
    "kept": "集めました：{path}（{size} バイト） / Collected: {path} ({size} bytes)",
    "sha256": "SHA-256：{sha256} / SHA-256: {sha256}",
    "items": "{count}種類を集めました。 / {count} kinds of evidence were collected.",
    "failed": "取れなかったか、途中までのもの（{count}）：{names} / Not taken, or only in part ({count}): {names}",
    "clock": "相手の時計は、この機械より {ahead} 秒進んでいます（±{within} 秒）。"
    " / That machine's clock is {ahead} s ahead of this one's (±{within} s).",
    "case": "事故 {book} の記録に入れました。 / It is in the record of {book}.",
    "journal": "事故の記録が手もとにない（または一つに決まらない）ため、手控え {book} に書きました。"
    "あとで「python3 start.py evidence import {path}」で取り込めます。"
    " / There is no incident at hand (or more than one), so the journal {book} was written. "
    "“python3 start.py evidence import {path}” takes it in later.",
    "check": "だれでも確かめられます：tar xf {name} && cd evidence && sha256sum -c manifest-sha256.txt"
    " / Anybody can check it: tar xf {name} && cd evidence && sha256sum -c manifest-sha256.txt",
    "not_root": "管理者（root）でないため、取れないものがあります。"
    "--sudo を付けるか、sudo で動かすと、もっと集められます。"
    " / Not run as root, so some things cannot be taken. With --sudo, or under sudo, more is collected.",
    "host": "集めた機械：{host}　{started}　{who} / Collected on: {host}, {started}, {who}",
    "files": "ファイル：{files}個 / Files: {files}",
    "altered": "中身が変わっています：{name} / Altered: {name}",
    "missing": "なくなっています：{name} / Missing: {name}",
    "unlisted": "一覧にないファイルです：{name} / Not in the list of hashes: {name}",
    "forged": "ハッシュの一覧が、集めたときのものと違います。作り直されたのかもしれません。"
    " / The list of hashes is not the one made at collection. It may have been made anew.",
    "journal_differs": "手控え（.journal）に書かれたハッシュと違うファイルです。"
    " / This is not the file whose hash stands in the journal beside it.",
    "not_whole": "途中で切れています。最後まで集めたものではありません。"
    " / It was cut off: collecting did not come to its end.",
    "intact": "結果：変えられたところは見つかりませんでした。 / Result: nothing was found to have been altered.",
    "wanting": "結果：このまま証拠として扱えないところがあります（{count}件）。"
    "元のファイルは変えていません。別の写しがあれば見比べてください。"
    " / Result: there is something wrong ({count}). The file was not changed. "
    "If there is another copy, compare them.",
    "imported": "事故 {case} に取り込みました。 / Taken into {case}.",
    "lines_only": "手控えだけを、事故 {case} に取り込みました（証拠のファイルは横にありません）。"
    " / Only the journal was taken into {case}; the package does not lie beside it.",
    "more": "ほかに{count}件 / and {count} more",
    "script": "{path} を作りました。"
    "相手の機械の管理者として動かし、できたファイルを「python3 start.py evidence import」で取り込みます。"
    " / {path} was made. Run it as that machine's administrator, and take its file in with "
    "“python3 start.py evidence import”.",
}


def progress(system: str) -> Callable[[str], None] | None:
    """Each item's name on a terminal, as it arrives; nothing elsewhere."""
    if not sys.stderr.isatty():
        return None
    from hikeshi import words
    from hikeshi.engines import evidence

    lang, made = words.user_language(), evidence.collector(system)

    def tell(member: str) -> None:
        name = member.partition("/")[0].removesuffix(".txt").removesuffix(".err")
        sys.stderr.write(f"\r\x1b[K  {words.visible(made.title(name, lang))[:70]}\r")
        sys.stderr.flush()

    return tell


def outcome_data(outcome: Outcome, *, in_case: bool) -> dict[str, Any]:
    ahead, within = [one.total_seconds() for one in outcome.clock] if outcome.clock else (None, None)
    return {
        **package_data(outcome.package),
        "case": outcome.book if in_case else None,
        "journal": None if in_case else outcome.book,
        "clock_ahead_seconds": ahead,
        "clock_within_seconds": within,
    }


def package_data(package: Package) -> dict[str, Any]:
    from hikeshi import words

    return {
        "path": str(package.path),
        "sha256": package.sha256,
        "size": package.size,
        "intact": package.intact,
        "whole": package.whole,
        "forged": package.forged,
        "files": package.files,
        "altered": package.altered,
        "missing": package.missing,
        "unlisted": package.unlisted,
        "refused": [{"code": one.code, "said": words.problem(one)} for one in package.refused],
        "manifest_sha256": package.manifest_sha256,
        "against_journal": package.against_journal,
        "package": package.package,
        "items": package.items,
        "custody": package.custody,
    }


def tell_outcome(outcome: Outcome, *, in_case: bool) -> None:
    package = outcome.package
    say("kept", path=package.path, size=package.size)
    say("sha256", sha256=package.sha256)
    say("items", count=len(package.items))
    _failed(package)
    if "uid=0(" not in package.package.get("user", ""):
        say("not_root")
    if outcome.clock:
        ahead, within = (one.total_seconds() for one in outcome.clock)
        say("clock", ahead=f"{ahead:+.3f}", within=f"{within:.3f}")
    if not package.intact:
        _wrong(package)
    say("case" if in_case else "journal", book=outcome.book, path=package.path)
    say("check", name=package.path.name)


def _failed(package: Package) -> None:
    from hikeshi import words
    from hikeshi.engines import evidence

    if package.failed:
        made = evidence.collectors().get(package.package.get("collector", ""))
        lang = words.user_language()
        names = [made.title(item["name"], lang) if made else item["name"] for item in package.failed]
        say("failed", count=len(names), names="、".join(names[:NAMED]) if lang == "ja" else ", ".join(names[:NAMED]))


def report(package: Package, *, as_json: bool, case: str = "") -> None:
    if as_json:
        print_json({**package_data(package), **({"case": case} if case else {})})
        return
    told = package.package
    say("host", host=package.host or "?", started=told.get("started", "?"), who=told.get("who", ""))
    say("files", files=package.files)
    say("sha256", sha256=package.sha256)
    _failed(package)
    _wrong(package)
    if case:
        say("imported", case=case)


def _wrong(package: Package) -> None:
    from hikeshi import words

    for kind in ("altered", "missing", "unlisted"):
        for name in getattr(package, kind)[:NAMED]:
            say(kind, name=name)
    for problem in package.refused[:NAMED]:
        typer.echo(words.problem(problem))
    shown = sum(min(NAMED, len(one)) for one in (package.altered, package.missing, package.unlisted, package.refused))
    if package.wrong > shown:
        say("more", count=package.wrong - shown)
    notes = [
        name
        for name, told in (
            ("forged", package.forged),
            ("journal_differs", package.against_journal is False),
            ("not_whole", not package.whole),
        )
        if told
    ]
    for name in notes:
        say(name)
    say(*("intact",)) if package.intact else say("wanting", count=package.wrong + len(notes))


def say(what: str, **params: object) -> None:
    """One sentence; what comes from outside is shown with its control characters visible."""
    from hikeshi import words

    typer.echo(words.fill(words.half(WORDS[what]), params))


def print_json(data: Any) -> None:
    # Not through echo: one document in UTF-8, whatever the terminal's encoding.
    sys.stdout.buffer.write(json.dumps(data, ensure_ascii=False, indent=2).encode("utf-8", "backslashreplace") + b"\n")
