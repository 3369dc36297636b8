"""Who may sign in and what they may do. Only the owner changes it; every change is recorded."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth import login
from django.core import signing
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from hikeshi.desk import services
from hikeshi.desk.forms import ROLE_NAMES, JoinForm, PersonForm, RoleForm
from hikeshi.desk.models import Membership, Person
from hikeshi.desk.views.first_run import BACKEND

INVITATION_DAYS = 7
_SALT = "hikeshi.desk.join"


def _tell(request: Any, what: str, person: Person, **about: str) -> None:
    services.happened.send(
        sender=None,
        workspace=request.workspace,
        person=request.user,
        what=what,
        about={"person": str(person.pk), "name": str(person), **about},
    )


def _page(request: Any, form: PersonForm, status: int = 200, invited: dict[str, Any] | None = None) -> HttpResponse:
    members = Membership.objects.filter(workspace=request.workspace).select_related("person").order_by("created_at")
    context = {
        "form": form,
        "members": [(member, ROLE_NAMES.get(member.role, member.role)) for member in members],
        "role_names": ROLE_NAMES,
        "invited": invited,
        "lost": [gettext("この人は、この事業の記録を見られなくなります。書いた記録は残ります。")],
        "may_change": services.may(request.role, "people"),
    }
    return render(request, "desk/people.html", context, status=status)


@never_cache
@require_http_methods(["GET", "POST"])
@services.member("read")
def people(request: Any) -> HttpResponse:
    """The people of this workspace; the owner adds one and gets a link to hand over."""
    if request.method == "GET":
        return _page(request, PersonForm())
    if not services.may(request.role, "people"):
        return services.refuse()
    form = PersonForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    said = form.cleaned_data
    with transaction.atomic():
        person = Person.objects.create_user(said["username"], None, display_name=said["display_name"])
        services.add_member(request.workspace, person, said["role"])
        _tell(request, "person.invited", person, role=said["role"])
    return _page(request, PersonForm(), invited=_invited(request, person))


def _invited(request: HttpRequest, person: Person) -> dict[str, Any]:
    token = signing.dumps({"person": str(person.pk), "state": _state(person)}, salt=_SALT)
    link = request.build_absolute_uri(f"/desk/join/{token}/")
    here = request.get_host().rsplit(":", 1)[0] in ("localhost", "127.0.0.1", "[::1]", "testserver")
    return {"person": person, "link": link, "days": INVITATION_DAYS, "only_here": here}


def _state(person: Person) -> str:
    """Changes when the password changes: an invitation works once."""
    return person.get_session_auth_hash()[:16]


def _waits_for_link(person: Person) -> bool:
    """Was invited and has not come in. Who began in an emergency has no password either, but is no guest: a link would
    let another owner become the one who keeps this machine."""
    return not person.has_usable_password() and not person.provisional


def _membership(request: Any, person: UUID) -> Membership:
    return get_object_or_404(Membership, workspace=request.workspace, person_id=person)


def _last_owner(request: Any, membership: Membership) -> bool:
    owners = Membership.objects.filter(workspace=request.workspace, role="owner")
    return membership.role == "owner" and owners.count() == 1


@require_POST
@services.member("people")
def invitation(request: Any, person: UUID) -> HttpResponse:
    """A fresh link for somebody who has not signed in yet (the old one stays good for its days)."""
    member = _membership(request, person).person
    if not _waits_for_link(member):
        raise Http404
    return _page(request, PersonForm(), invited=_invited(request, member))


@require_POST
@services.member("people")
def change_role(request: Any, person: UUID) -> HttpResponse:
    """Hand a role to somebody else (R4). A workspace always keeps an owner."""
    membership = _membership(request, person)
    form = RoleForm(request.POST)
    if form.is_valid() and form.cleaned_data["role"] != membership.role:
        if _last_owner(request, membership):
            messages.error(
                request, gettext("責任者がいなくなるため、変えませんでした。先に別の人を責任者にしてください。")
            )
        else:
            before = membership.role
            with transaction.atomic():
                services.add_member(request.workspace, membership.person, form.cleaned_data["role"])
                _tell(request, "person.role_changed", membership.person, before=before, after=form.cleaned_data["role"])
    return redirect("desk:people")


@require_POST
@services.member("people")
def remove(request: Any, person: UUID) -> HttpResponse:
    """Take somebody out of the workspace. What they recorded stays."""
    membership = _membership(request, person)
    if request.POST.get("confirm") != "yes":
        messages.error(request, gettext("確認のチェックがないため、外しませんでした。"))
    elif _last_owner(request, membership):
        messages.error(request, gettext("責任者がいなくなるため、外しませんでした。先に別の人を責任者にしてください。"))
    else:
        with transaction.atomic():
            membership.delete()
            _tell(request, "person.removed", membership.person)
    return redirect("desk:people")


@never_cache
@require_http_methods(["GET", "POST"])
def join(request: HttpRequest, token: str) -> HttpResponse:
    """An invited person chooses a password and is signed in."""
    try:
        said = signing.loads(token, salt=_SALT, max_age=INVITATION_DAYS * 86400)
        person = Person.objects.get(pk=said["person"], is_active=True)
    except (signing.BadSignature, Person.DoesNotExist, KeyError, TypeError) as error:
        raise Http404 from error
    invited = Membership.objects.filter(person=person).exists()  # who was taken out again is invited no more
    if said.get("state") != _state(person) or not _waits_for_link(person) or not invited:
        raise Http404
    form = JoinForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        person.set_password(form.cleaned_data["password"])
        person.save(update_fields=["password"])
        login(request, person, backend=BACKEND)
        return redirect("/")
    return render(request, "desk/join.html", {"form": form, "person": person}, status=422 if form.errors else 200)
