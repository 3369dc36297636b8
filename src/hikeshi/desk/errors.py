"""Error pages in the user's language; none shows a stack trace."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "desk/400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "desk/403.html", status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "desk/404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    # Without the request no context processor runs: what failed there must not fail here again.
    return HttpResponse(render_to_string("desk/500.html"), status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    # The page names no address of its own: one that lets its bearer in (/start/…) must not stand on an error page.
    return render(request, "desk/csrf.html", {"language_next": "/"}, status=403)
