"""What a drill leaves in its folder: every document, the logs, the review's figures, the duties, the sealed archive."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from hikeshi.casebook import services as casebook
from hikeshi.drill import worlds
from hikeshi.drill.run import Run
from hikeshi.improve import services as improve
from hikeshi.improve.services import rules as review_rules
from hikeshi.investigate import services as investigate
from hikeshi.notify import services as notify
from hikeshi.prepare import services as prepare

DRILL = {"ja": "訓練", "en": "訓練 DRILL"}
DOCUMENT = "document:"
ABOUT = ("incident_summary", "route")
KIT = Path(__file__).resolve().parents[1] / "kit" / "cli.py"


def write(run: Run) -> None:
    """Write everything but the archive, which is there already."""
    for folder in ("documents", "logs"):
        (run.out / folder).mkdir()
    for name, content in run.logs.files.items():
        (run.out / "logs" / name).write_bytes(content)
    for form in ("pdf", "docx"):
        _document(
            run, "plan", form, f"plan-{run.lang}.{form}", prepare.plan_file(run.workspace, run.lang, form, latest(run))
        )
    for kept in casebook.evidence_of(run.case):
        if kept.purpose.startswith(DOCUMENT):
            with casebook.open_evidence(run.case, kept.sha256) as file:
                kind = kept.purpose.removeprefix(DOCUMENT)
                _document(run, kind, kept.name.rsplit(".", 1)[-1], kept.name, file.read())
    for name, said in (("review", review(run)), ("duties", duties(run))):
        _document(run, name, "json", f"{name}.json", _json({**about(run), **said}))
    _kit(run)


def latest(run: Run) -> int:
    """The plan's latest version."""
    return int(prepare.plan_versions(run.workspace)[0]["version"])


def _document(run: Run, kind: str, form: str, name: str, content: bytes) -> None:
    path = run.out / "documents" / name
    path.write_bytes(content)
    _file(run, kind, form, path)


def _file(run: Run, kind: str, form: str, path: Path) -> None:
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    run.files.append({"kind": kind, "form": form, "path": path.relative_to(run.out).as_posix(), "sha256": sha256})


def _kit(run: Run) -> None:
    """The kit is a sibling room: asked for as anybody would ask for it, on the command line."""
    if not KIT.is_file():
        return
    target = run.out / "documents" / "kit"
    done = subprocess.run(  # noqa: S603  (our own program)
        [sys.executable, "-m", "hikeshi", "kit", "build", "--out", str(target)],
        env={**os.environ, "HIKESHI_LANG": run.lang},
        capture_output=True,
        check=False,
    )
    made = sorted(target.rglob("*.html")) if done.returncode == 0 else []
    # Nothing that a drill made may pass for real.
    if made and all(DRILL["ja"] in path.read_text(encoding="utf-8") for path in made):
        for path in made:
            _file(run, "kit", "html", path)
    else:
        shutil.rmtree(target, ignore_errors=True)


def about(run: Run) -> dict[str, Any]:
    """The head of each JSON document: that it is a drill, and of which incident."""
    case = run.fresh_case()
    known = casebook.facts(case)
    words = {key: casebook.text(case, known[key].text_sha256) for key in ABOUT if key in known}
    return {"drill": DRILL[run.lang], "reference": case.reference, "title": case.title, **words}


def review(run: Run) -> dict[str, Any]:
    """The figures of the review (S6.2): the moments, the four times in minutes and in words, the three answers."""
    moments = improve.moments(run.case)
    said = improve.review_of(run.case)
    return {
        "moments": {name: moment.isoformat() if moment else None for name, moment in moments.items()},
        "counted_on_the_real_clock": ["recorded", "closed"],
        "times": {
            span.name: {
                "minutes": int(span.length.total_seconds() // 60) if span.length is not None else None,
                "said": improve.duration(span.length),
            }
            for span in review_rules.spans(moments)
        },
        "worked": said["worked"],
        "to_improve": said["to_improve"],
        "to_prepare": said["to_prepare"],
        "plan_version": said["plan_version"],
    }


def duties(run: Run) -> dict[str, Any]:
    """Whom the law and contracts wanted told, by when, and what became of it."""
    evaluation = notify.judged(run.case, run.world.moments["closed"])
    groups = notify.groups(run.case, evaluation)
    return {
        "known_at": evaluation.start.at.isoformat() if evaluation.start else None,
        "required": [
            {
                "target": row.target,
                "name": row.name[run.lang],
                "kind": row.duty.kind,
                "because": row.results[0].reason[run.lang],
                "deadlines": [_due(due, run.lang) for due in row.dues],
                "told": _told(row.told),
            }
            for row in groups["required"]
        ],
        "review": [row.target for row in groups["review"]],
        "not_required": [row.target for row in groups["not_required"]],
        "questions": [question.fact for question in notify.questions(run.case, evaluation)],
    }


def _due(due: Any, lang: str) -> dict[str, Any]:
    deadline = due.deadline
    return {
        "stage": deadline.stage,
        "kind": deadline.kind,
        "from": deadline.from_date.isoformat() if deadline.from_date else None,
        "to": deadline.to_date.isoformat() if deadline.to_date else None,
        "article": deadline.article[lang],
        "told": _told(due.told),
    }


def _told(told: Any) -> dict[str, Any] | None:
    return {"state": told.state, "at": told.at.isoformat(), "receipt": told.receipt} if told else None


def facts(run: Run) -> dict[str, dict[str, Any]]:
    """What is known at the end, by key. Findings bear names made by chance; they are listed with the findings."""
    return {
        key: {"value": fact.value, "status": fact.status, "text": casebook.text(run.case, fact.text_sha256)}
        for key, fact in sorted(casebook.facts(run.case).items())
        if not key.startswith("finding:")
    }


def findings(run: Run) -> list[dict[str, Any]]:
    """What the engines found, and what a person made of it."""
    return [
        {
            "kind": one["row"].found,
            "variant": one["row"].variant,
            "level": one["row"].level,
            "success": one["row"].success,
            "addresses": one["row"].addresses,
            "accounts": one["row"].accounts,
            "attempts": one["row"].params["attempts"],
            "first": one["row"].first,
            "last": one["row"].last,
            "verdict": one["row"].verdict,
            "title": one["title"],
        }
        for one in investigate.findings(run.case)
    ]


def said(run: Run, seed: int, data: Path | None, seconds: float) -> dict[str, Any]:
    """The whole as one JSON document; also kept as drill.json."""
    return {
        "drill": DRILL[run.lang],
        "scenario": run.scenario.id,
        "seed": seed,
        "lang": run.lang,
        "out": str(run.out),
        "data": str(data) if data else None,
        "seconds": round(seconds, 1),
        "reference": run.case.reference,
        "documents": run.files,
        "archive": {
            "path": run.sealed.path.relative_to(run.out).as_posix(),
            "sha256": hashlib.sha256(run.sealed.path.read_bytes()).hexdigest(),
            "seal": run.sealed.sha256,
            "fingerprint": run.checked.fingerprint,
            "lines": run.checked.lines,
            "intact": run.checked.intact,
        },
        "facts": facts(run),
        "findings": findings(run),
        "truth": worlds.truth(run.world, run.logs),
    }


def _json(said: Any) -> bytes:
    return (json.dumps(said, ensure_ascii=False, indent=2) + "\n").encode()
