"""What somebody sent after their session had run out: kept until they have signed in and send it once more."""

from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.contrib.sessions.models import Session
from django.http import HttpResponse
from django.urls import reverse

KEY = "unsent"
FIELD = "was_unsent"
SIZE_LIMIT = 32 * 1024
"""Characters of one form: the longest answer with its chips."""
SESSIONS_LIMIT = 2000
"""A flood of visitors must not fill the disk with what they never meant to send."""
_CODES = ("next", "request_id")


def ask_to_sign_in(request: Any) -> HttpResponse:
    """The sign-in page; behind it the page that was asked for, or what was sent, waiting to be sent again."""
    if request.method != "POST":
        return redirect_to_login(request.get_full_path())
    fields = {
        name: values
        for name, values in request.POST.lists()
        if name not in ("csrfmiddlewaretoken", FIELD) and "password" not in name and any(values)
    }
    size = sum(len(name) + sum(map(len, values)) for name, values in fields.items())
    stranger = settings.SESSION_COOKIE_NAME not in request.COOKIES
    if stranger or size > SIZE_LIMIT or Session.objects.count() > SESSIONS_LIMIT:
        return redirect_to_login("/")
    request.session[KEY] = {"path": request.path, "fields": fields, "files": bool(request.FILES)}
    return redirect_to_login(reverse("desk:unsent"))


def waiting(request: Any) -> dict[str, Any] | None:
    """{"path", "fields": {name: values}, "files": whether files were lost}; None when nothing waits."""
    found: dict[str, Any] | None = request.session.get(KEY)
    return found


def drop(request: Any) -> None:
    """It was sent, or is not wanted."""
    request.session.pop(KEY, None)


def words_of(found: dict[str, Any]) -> list[str]:
    """What a person would know again: words, not codes."""
    values = [value for name, some in found["fields"].items() if name not in _CODES for value in some]
    return [value for value in values if not value.isascii() or " " in value]
