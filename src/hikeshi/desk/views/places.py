"""Language, workspaces, the installation's key, and the page that shows every component."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from hikeshi.desk import services, showcase
from hikeshi.desk import unsent as kept
from hikeshi.desk.forms import WorkspaceForm
from hikeshi.desk.models import Membership


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Change the language: kept in a cookie, and with the person when signed in."""
    wanted = request.POST.get("language", "")
    response = redirect(services.way_back(request, "/"))
    if wanted in dict(settings.LANGUAGES):
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, wanted, max_age=365 * 86400, httponly=True, samesite="Lax")
        if request.user.is_authenticated:
            request.user.language = wanted
            request.user.save(update_fields=["language"])
    return response


@require_http_methods(["GET", "POST"])
@services.member("read")
def unsent(request: Any) -> HttpResponse:
    """What was sent after the session had run out: to send again, or to drop."""
    found = kept.waiting(request)
    if found is None or request.method == "POST":
        kept.drop(request)
        return redirect("/")
    return render(request, "desk/unsent.html", {"found": found, "words": kept.words_of(found), "field": kept.FIELD})


@require_http_methods(["GET", "POST"])
@services.member("read")
def workspaces(request: Any) -> HttpResponse:
    """Choose a workspace (client), rename this one, or begin another."""
    form = WorkspaceForm()
    if request.method == "POST":
        chosen = request.POST.get("choose", "")
        if services.is_uuid(chosen) and Membership.objects.filter(person=request.user, workspace_id=chosen).exists():
            request.session["workspace"] = chosen
            return redirect("/")
        # Who makes a workspace owns it, and an owner may point at files of this machine: no gift for a guest.
        if not services.may(request.role, "settings"):
            services.refuse()
        form = WorkspaceForm(request.POST)
        if form.is_valid():
            _make_or_rename(request, form.cleaned_data["name"])
            return redirect("desk:workspaces")
    mine = Membership.objects.filter(person=request.user).select_related("workspace").order_by("workspace__created_at")
    context = {"form": form, "memberships": mine, "may_change": services.may(request.role, "settings")}
    return render(request, "desk/workspaces.html", context)


def _make_or_rename(request: Any, name: str) -> None:
    if "rename" in request.POST:
        about = {"before": request.workspace.name, "after": name}
        request.workspace.name = name
        request.workspace.save(update_fields=["name"])
        _tell(request.workspace, request.user, "workspace.renamed", about)
    elif "make" in request.POST:
        made = services.make_workspace(name, owner=request.user, language=request.user.language)
        request.session["workspace"] = str(made.pk)
        _tell(made, request.user, "workspace.made", {"name": name})


def _tell(workspace: Any, person: Any, what: str, about: dict[str, str]) -> None:
    services.happened.send(sender=None, workspace=workspace, person=person, what=what, about=about)


@require_GET
@services.member("read")
def key(request: HttpRequest) -> HttpResponse:
    """The fingerprint of the key that signs the record, to be printed and kept on paper."""
    public = services.installation_key()
    return render(request, "desk/key.html", {"key": public, "just_begun": "new" in request.GET})


@require_GET
def components(request: HttpRequest) -> HttpResponse:
    """Every component on one page."""
    return render(request, "desk/components.html", showcase.context(request.GET))
