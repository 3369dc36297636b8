"""The first visitor: only with the token of the address that `start.py` opens, never for where they come from."""

import logging
import secrets
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import login
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from hikeshi.desk import services
from hikeshi.desk.forms import FirstRunForm
from hikeshi.desk.models import Person, Workspace
from hikeshi.engines.common.problem import Problem

log = logging.getLogger(__name__)
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def token_path() -> Path:
    return Path(settings.HIKESHI_DATA) / "keys" / "first-run-token"


def token_is_good(token: str) -> bool:
    """The token holds until the owner has a name and a password of their own."""
    try:
        good = token_path().read_text(encoding="ascii").strip()
    except (FileNotFoundError, UnicodeDecodeError):
        return False
    return (
        secrets.compare_digest(good.encode(), token.encode()) and not Person.objects.filter(provisional=False).exists()
    )


@never_cache
@require_http_methods(["GET", "POST"])
def start(request: HttpRequest, token: str) -> HttpResponse:
    """Two doors: 「いま事故が起きている」 and set-up in peace."""
    if request.user.is_authenticated:
        return redirect("/")
    if not token_is_good(token):
        raise Http404
    if request.method == "POST" and "emergency" in request.POST:
        return _emergency(request)
    form = FirstRunForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        _set_up(request, form.cleaned_data)
        return redirect("desk:key")
    begun = Person.objects.exists()
    return render(request, "desk/start.html", {"form": form, "begun": begun}, status=422 if form.errors else 200)


def _emergency(request: HttpRequest) -> HttpResponse:
    """No question before the first card. The name and the password are asked for later (desk:finish)."""
    with transaction.atomic():
        person = Person.objects.filter(provisional=True).first()
        if person is None:
            language = get_language() or "ja"
            person = Person.objects.create_user(
                f"owner-{secrets.token_hex(4)}",
                None,
                display_name=gettext("責任者"),
                provisional=True,
                language=language,
            )
            workspace = services.make_workspace("", owner=person, language=language)
            _tell(workspace, person, "owner.began_in_emergency")
    login(request, person, backend=BACKEND)
    workspace = Workspace.objects.filter(memberships__person=person).first()
    for begin in services.emergency:
        try:
            return redirect(begin(workspace, person))
        except Problem:
            log.exception("an emergency could not be recorded")  # a full disk: the cards can still be read
    return redirect("contain:begin")


def _set_up(request: HttpRequest, said: dict[str, Any]) -> Person:
    """Make the owner, or give the provisional one a name and a password. The token dies with it."""
    language = get_language() or "ja"
    with transaction.atomic():
        person = Person.objects.select_for_update().filter(provisional=True).first()
        if person is None:
            person = Person(language=language)
        person.username, person.display_name = said["username"], said["display_name"]
        person.provisional = False
        person.set_password(said["password"])
        person.save()
        workspace = Workspace.objects.filter(memberships__person=person).first()
        if workspace is None:
            workspace = services.make_workspace(said["business"], owner=person, language=language)
        elif said["business"]:
            workspace.name = said["business"]
            workspace.save(update_fields=["name"])
        _tell(workspace, person, "owner.set_up")
    token_path().unlink(missing_ok=True)
    login(request, person, backend=BACKEND)
    return person


def _tell(workspace: Workspace, person: Person, what: str) -> None:
    about = {"workspace": workspace.name, "name": str(person)}
    services.happened.send(sender=None, workspace=workspace, person=person, what=what, about=about)


@never_cache
@require_http_methods(["GET", "POST"])
@services.member("read")
def finish(request: HttpRequest) -> HttpResponse:
    """What an emergency skipped: name and password. Until then, losing the session means going to the console."""
    if not request.user.provisional:  # type: ignore[union-attr]
        return redirect("/")
    form = FirstRunForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        _set_up(request, form.cleaned_data)
        return redirect("desk:key")
    return render(request, "desk/finish.html", {"form": form}, status=422 if form.errors else 200)
