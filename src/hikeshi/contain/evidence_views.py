"""The page for keeping evidence: from the machine that the desk runs on, or from a package that was carried here."""

import re
import secrets
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from hikeshi import __version__, words
from hikeshi.casebook import services as casebook
from hikeshi.contain import evidence as collecting
from hikeshi.contain import reading
from hikeshi.contain.evidence_import import take_in
from hikeshi.desk.services import keeps_machine, may, member, refuse
from hikeshi.engines import evidence
from hikeshi.engines.common.problem import Problem
from hikeshi.engines.evidence import Order

SECONDS = 600
_busy = threading.Lock()


@never_cache
@require_GET
@member("read", case=True)
def page(request: Any) -> HttpResponse:
    """What was collected so far, and what can be done next."""
    return _page(request)


@require_POST
@member("record", case=True)
def collect(request: Any) -> HttpResponse:
    """Take this machine's state into the incident. What vanishes first; logs too when asked for."""
    if not _may_collect(request):
        refuse()
    stages = ("volatile", "logs") if "logs" in request.POST else ("volatile",)
    if not _busy.acquire(blocking=False):
        messages.info(request, gettext("いま集めているところです。少し待って、このページを開き直してください。"))
        return redirect("contain:evidence", ref=request.case.reference)
    try:
        actor = casebook.actor_of(request)
        with _folder() as folder:
            name = f"evidence-{timezone.localtime():%Y%m%d-%H%M%S}.tar"
            order = Order(folder / name, stages=stages, who=actor.name, seconds=SECONDS, version=__version__)
            outcome = collecting.collect(order, collecting.InCase(request.case, actor))
    except Problem as problem:
        return _page(request, problem)
    finally:
        _busy.release()
    messages.success(
        request, gettext("証拠を集め、記録に入れました（%(count)d種類）。") % {"count": len(outcome.package.items)}
    )
    return redirect("contain:evidence", ref=request.case.reference)


@require_POST
@member("record", case=True)
def bring(request: Any) -> HttpResponse:
    """Take in a package that was carried here, with its journal when there is one."""
    files = request.FILES.getlist("files")[:2]
    if not files:
        return _page(request, Problem("contain.nothing_chosen"))
    with _folder() as folder:
        kept = [_put(folder, file) for file in files]
        # The package, if one of the two is its journal.
        first = next((path for path in kept if not path.name.endswith(".journal")), kept[0])
        try:
            package = take_in(request.case, first, casebook.actor_of(request))
        except Problem as problem:
            return _page(request, problem)
    if package is None or package.intact:
        messages.success(request, gettext("取り込み、記録に入れました。変えられたところは見つかりませんでした。"))
    else:
        messages.warning(request, gettext("取り込み、記録に入れましたが、おかしいところがあります。下を見てください。"))
    return redirect("contain:evidence", ref=request.case.reference)


@require_POST
@member("record", case=True)
def hand_over(request: Any) -> HttpResponse:
    """Record who gets a package, and why; it is hashed again first."""
    to, why = (request.POST.get(name, "").strip()[:500] for name in ("to", "why"))
    if not to or not why:
        return _page(request, Problem("contain.to_whom"))
    sent = request.POST.get("request_id", "")
    number = sent if re.fullmatch(r"[0-9a-f]{32}", sent) else None
    given = request.POST.get("sha256", "")
    if given not in {one.data["sha256"] for one in _results(request.case)}:
        return _page(request, Problem("casebook.no_evidence", sha256=given[:64]))
    entry = casebook.hand_over(request.case, given, to, why, casebook.actor_of(request), request_id=number)
    if entry.data["intact"]:
        messages.success(request, gettext("ハッシュを確かめ、引き渡しを記録しました。"))
    else:
        messages.warning(
            request, gettext("引き渡しを記録しましたが、ファイルの中身が集めたときと違います。渡す前に調べてください。")
        )
    return redirect("contain:evidence", ref=request.case.reference)


@require_GET
@member("read", case=True)
def script(request: Any, system: str) -> HttpResponse:
    """The collector to carry on a stick."""
    made = evidence.collector(system)
    # Windows' own PowerShell takes a file without a byte order mark for one in the local encoding.
    text = evidence.script(system, version=__version__).encode("utf-8-sig" if system == "windows" else "utf-8")
    answer = HttpResponse(text, content_type="application/octet-stream")
    answer["Content-Disposition"] = f'attachment; filename="{made.script}"'
    return answer


def _may_collect(request: Any) -> bool:
    return may(request.role, "record") and keeps_machine(str(request.user.pk))


def _page(request: Any, problem: Problem | None = None) -> HttpResponse:
    lang = reading.language()
    here = evidence.collectors().get(evidence.here())
    context = {
        "rows": [_row(one, lang) for one in _results(request.case)],
        "may_record": may(request.role, "record"),
        # The desk's own machine may hold other people's records: only its keeper takes its state.
        "may_collect": _may_collect(request) and here is not None and here.frame.endswith(".sh"),
        "scripts": list(evidence.collectors().values()),
        "problem": words.problem(problem, lang) if problem else "",
    }
    return render(request, "contain/evidence.html", context, status=422 if problem else 200)


def _results(case: Any) -> Iterator[Any]:
    kinds = ["collection.done", "collection.failed", "collection.imported"]
    return casebook.entries(case, kinds=kinds, newest_first=True, limit=50)


def _row(entry: Any, lang: str) -> dict[str, Any]:
    """One collection as the page shows it; names from other machines are made visible."""
    data = entry.data
    wrong = [name for field in ("altered", "missing", "unlisted", "refused") for name in data.get(field, [])]
    linux = evidence.collector("linux")
    return {
        "kind": entry.kind.partition(".")[2],
        "at": entry.recorded_at,
        "host": words.visible(data["host"]),
        "name": words.visible(data.get("name", "")),
        "size": data.get("size"),
        "sha256": data["sha256"],
        "intact": data.get("intact"),
        "items": data.get("items"),
        "failed": [words.visible(linux.title(name, lang)) for name in data.get("failed", [])],
        "wrong": [words.visible(name) for name in wrong],
        "reason": words.problem(Problem(data["problem"]), lang) if "problem" in data else "",
    }


@contextmanager
def _folder() -> Iterator[Path]:
    """A folder of its own for what is on its way into the evidence store; gone afterwards."""
    folder = Path(settings.HIKESHI_DATA) / "incoming" / f"evidence-{secrets.token_hex(8)}"
    folder.mkdir(mode=0o700, parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _put(folder: Path, file: Any) -> Path:
    # Django has taken every folder off the name already; what is left may still be long or odd.
    plain = "".join(c if c.isalnum() or c in "._-" else "_" for c in file.name).lstrip(".")[-120:] or "package"
    path = folder / plain
    with path.open("xb") as out:
        for piece in file.chunks():
            out.write(piece)
    return path
