"""One page: seal the record, download it, see how a stranger checks it."""

import shutil
import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import FileResponse, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from hikeshi.archive import services
from hikeshi.casebook import services as casebook
from hikeshi.desk.services import installation_key, may, member


def _page(request: Any, changed: list[dict[str, str]]) -> HttpResponse:
    names = dict(casebook.evidence_of(request.case).values_list("sha256", "name"))
    archives = services.archives(request.case)
    context = {
        "changed": changed,
        "archives": [(one, [{"sha256": sha, "name": names.get(sha, "")} for sha in one.changed]) for one in archives],
        "head": casebook.head(request.case),
        "may_seal": may(request.role, "seal"),
        "key": installation_key(),
    }
    return render(request, "archive/page.html", context, status=409 if changed else 200)


@require_GET
@member("read", case=True)
def page(request: Any) -> HttpResponse:
    """What sealing is for, the archives so far, and the one button."""
    return _page(request, [])


@require_POST
@member("seal", case=True)
def seal(request: Any) -> HttpResponse | FileResponse:
    """Seal now and send the zip; the copy on this machine is removed once it was sent.

    Files that changed since they were recorded are told first; whoever knows of them may seal all the same.
    """
    if "despite" not in request.POST:
        found = services.changed(request.case)
        if found:
            return _page(request, found)
    name = f"{services.archive_name(request.case)}.zip"
    folder = Path(tempfile.mkdtemp(dir=settings.FILE_UPLOAD_TEMP_DIR, prefix="seal-"))
    try:
        services.seal(request.case, folder / name, casebook.actor_of(request))
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)  # a full disk most of all needs its room back
        raise
    response = FileResponse(
        (folder / name).open("rb"), as_attachment=True, filename=name, content_type="application/zip"
    )
    response._resource_closers.append(  # type: ignore[attr-defined]
        lambda: shutil.rmtree(folder, ignore_errors=True)
    )
    return response
