"""A scan's report as the contract of `--json` gives it: times in RFC 3339 UTC, texts in the user's language."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from hikeshi import words
from hikeshi.engines.logs import Finding, Report, Sample, rfc3339
from hikeshi.investigate import rules

LISTS = ("files", "hits", "findings", "logins", "not_read")


def as_data(report: Report, lang: str | None = None) -> dict[str, Any]:
    """The contract of `--json`: times in RFC 3339 UTC, texts in the user's language."""
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
            "samples": [_sample(s) for s in one.samples],
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
            "clock_error": one.clock_error,
            "lines": one.lines,
            "events": one.events,
            "errors": one.errors,
            "unset": one.unset,
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
        "hits": [
            {
                "rule": one.rule,
                "count": one.count,
                "first": rfc3339(one.first),
                "last": rfc3339(one.last),
                "samples": [_sample(s) for s in one.samples],
            }
            for one in report.hits
        ],
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
        "story": _EMPTY | report.story,
        "not_read": [
            {"path": path, "code": problem.code, "why": words.problem(problem, lang)}
            for path, problem in report.not_read
        ],
        "forgotten": report.forgotten,
        "old_packs": report.old_packs,
    }


_EMPTY: dict[str, Any] = {
    "route": [],
    "period": {"from": None, "to": None},
    "accounts": [],
    "addresses": [],
    "reached": [],
    "taken": [],
}


def _sample(sample: Sample) -> dict[str, Any]:
    """`record` is the line or record number in the file, from 1."""
    told = asdict(sample)
    return told | {"record": sample.line, "time": rfc3339(sample.time)}


def json_lines(data: dict[str, Any]) -> Iterator[str]:
    """The same report as lines: one for each file, hit, finding …, with its `type`; the totals last."""
    for name in LISTS:
        for one in data[name]:
            yield json.dumps({"type": name.removesuffix("s") if name != "not_read" else name} | one, ensure_ascii=False)
    rest = {key: value for key, value in data.items() if key not in LISTS}
    yield json.dumps({"type": "report"} | rest, ensure_ascii=False)


def title(finding: Finding, lang: str | None = None) -> str:
    """What was found, as one sentence in the user's language."""
    return shown(words.fill(words.texts(finding.folder, lang)["title"][finding.variant], finding.params))


def settle(finding: Finding, lang: str | None = None) -> list[str]:
    """What would settle what the log leaves open, as sentences."""
    texts = words.texts(finding.folder, lang).get("settle", {})
    return [
        words.fill(texts[name], rules.named(finding.params, lang or words.user_language())) for name in finding.settle
    ]


def shown(text: str) -> str:
    """What an attacker wrote, on one line and without power over the terminal."""
    return words.visible(text).replace("\n", "<U+000A>")
