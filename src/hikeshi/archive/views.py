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


@require_GET
@member("read", case=True)
def page(request: Any) -> HttpResponse:
    """What sealing is for, the archives so far, and the one button."""
    context = {
        "archives": services.archives(request.case),
        "head": casebook.head(request.case),
        "may_seal": may(request.role, "seal"),
        "key": installation_key(),
    }
    return render(request, "archive/page.html", context)


@require_POST
@member("seal", case=True)
def seal(request: Any) -> FileResponse:
    """Seal now and send the zip; the copy on this machine is removed once it was sent."""
    name = f"{services.archive_name(request.case)}.zip"
    folder = Path(tempfile.mkdtemp(dir=settings.FILE_UPLOAD_TEMP_DIR, prefix="seal-"))
    services.seal(request.case, folder / name, casebook.actor_of(request))
    response = FileResponse(
        (folder / name).open("rb"), as_attachment=True, filename=name, content_type="application/zip"
    )
    response._resource_closers.append(  # type: ignore[attr-defined]
        lambda: shutil.rmtree(folder, ignore_errors=True)
    )
    return response
