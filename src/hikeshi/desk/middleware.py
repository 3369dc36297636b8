"""Every request knows its workspace and role; every Problem becomes a page in the user's language."""

import logging
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

from hikeshi import words
from hikeshi.desk.services import membership_of
from hikeshi.engines.common.problem import Problem

log = logging.getLogger(__name__)

_STATUS = {
    "casebook.stale": 409,
    "casebook.disk_full": 507,
    "casebook.too_large": 413,
    "investigate.not_your_machine": 403,
}


class WorkspaceMiddleware:
    """Sets request.workspace, request.role and request.case (None until a view loads it)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        membership = membership_of(request)
        request.workspace = membership.workspace if membership else None  # type: ignore[attr-defined]
        request.role = membership.role if membership else None  # type: ignore[attr-defined]
        request.case = None  # type: ignore[attr-defined]
        was_here = request.user.is_authenticated
        response = self.get_response(request)
        if was_here and not request.user.is_authenticated:
            # The Back button must not show the record to who sits down here next. Not "no-store" on every page: with
            # that the browser forgets what somebody has half typed.
            response.headers["Clear-Site-Data"] = '"cache"'
        return response


class SecureCookiesMiddleware:
    """What was asked for over https gives its cookies only to https: no later http request may carry them in the clear.

    `localhost` is served without https, so it cannot be a setting. Before the proxy has told (X-Forwarded-Proto), the
    browser itself does: it names where a form came from, and no page of this host has two addresses by chance.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.cookies and (request.is_secure() or self._came_by_https(request)):
            for cookie in response.cookies.values():
                cookie["secure"] = True
        return response

    @staticmethod
    def _came_by_https(request: HttpRequest) -> bool:
        here = f"https://{request.META.get('HTTP_HOST', '')}"
        origin, referer = (request.headers.get(name, "") for name in ("Origin", "Referer"))
        return origin == here or referer == here or referer.startswith(f"{here}/")


class ProblemMiddleware:
    """A Problem raised in a view: what happened, to what, what is safe, what to do next. Never a stack trace."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Problem):
            return None
        log.warning("%s at %s", exception.code, request.path)
        said = words.problem(exception, get_language() or "ja")
        return render(request, "desk/problem.html", {"said": said}, status=_STATUS.get(exception.code, 422))
