"""What other rooms may ask of the desk: who is here, in which workspace, with which right."""

import os
import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.dispatch import Signal

from hikeshi.desk.rules import ROLES, VERBS, may

__all__ = [
    "ROLES",
    "VERBS",
    "add_member",
    "all_workspaces",
    "emergency",
    "find_case",
    "happened",
    "is_drill",
    "make_workspace",
    "may",
    "member",
    "start_django",
    "workspaces_of",
]

# The casebook stands above the desk; it tells here how a case is found by its reference, so that `member` can load it.
find_case: list[Callable[[Any, str], Any]] = []

# Likewise the first hour tells where an emergency begins: (workspace, person) → the address of the first card.
emergency: list[Callable[[Any, Any], str]] = []

# What the record must hold of what happens here: happened.send(sender=None, workspace=…, person=who did it or None for
# the console, what="person.joined", about={"name": …}). The casebook listens.
happened: Any = Signal()


def start_django(*, renew: bool = True) -> None:
    """Make Django ready in a command; does nothing when it already is.

    Tables from before an update are brought up to date, unless not `renew`. Raises Problem("site.data_in_use").
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hikeshi.site.settings")
    import django
    from django.apps import apps

    if apps.ready:
        return
    django.setup()
    if renew:
        from django.conf import settings
        from django.utils.module_loading import import_string

        import_string(settings.HIKESHI_RENEW)()


def make_workspace(name: str, *, owner: Any = None, language: str = "ja", drill: bool = False) -> Any:
    """A new workspace; `owner` becomes its owner."""
    from hikeshi.desk.models import Workspace

    workspace = Workspace.objects.create(name=name, language=language, drill=drill)
    if owner is not None:
        add_member(workspace, owner, "owner")
    return workspace


def is_drill(workspace: Any) -> bool:
    """Whether the workspace of this id holds drills only."""
    from hikeshi.desk.models import Workspace

    return bool(Workspace.objects.filter(pk=workspace).values_list("drill", flat=True).first())


def add_member(workspace: Any, person: Any, role: str) -> Any:
    """Give `person` a role in `workspace` (or change it). The caller records it on the workspace's chain."""
    from hikeshi.desk.models import Membership

    if role not in ROLES:
        raise ValueError(role)
    membership, _made = Membership.objects.update_or_create(workspace=workspace, person=person, defaults={"role": role})
    return membership


def workspaces_of(person: Any) -> list[Any]:
    """The workspaces a person belongs to, oldest first."""
    from hikeshi.desk.models import Workspace

    return list(Workspace.objects.filter(memberships__person=person).order_by("created_at", "id"))


def all_workspaces() -> list[Any]:
    """Every workspace, oldest first. For commands on the console; a page asks for a person's own."""
    from hikeshi.desk.models import Workspace

    return list(Workspace.objects.order_by("created_at", "id"))


def keeps_machine(person: str) -> bool:
    """Whether the person of this id began the installation, and still owns a workspace of it.

    Being an owner is not enough where one installation serves several clients: each owns a workspace, none the machine.
    """
    from hikeshi.desk.models import Membership, Person

    first = Person.objects.order_by("created_at", "id").values_list("pk", flat=True).first()
    if first is None or str(first) != person:
        return False
    return Membership.objects.filter(person=first, role="owner", person__is_active=True).exists()


def role_in(workspace: Any, person: str) -> str | None:
    """The role that the person of this id has in the workspace now; "" for a stranger, None if it is no person's id."""
    from hikeshi.desk.models import Membership, Person

    if not is_uuid(person):
        return None
    found = Person.objects.filter(pk=uuid.UUID(person)).first()
    if found is None:
        return None
    member = Membership.objects.filter(workspace=workspace, person=found, person__is_active=True).first()
    return str(member.role) if member else ""


def several_people(workspace: Any) -> bool:
    """Whether more than one person works here: only then the hats are shown."""
    from hikeshi.desk.models import Membership

    return Membership.objects.filter(workspace=workspace).exclude(role="reader").count() > 1


def membership_of(request: Any) -> Any | None:
    """The membership in force for this request: the workspace chosen in the session, else the oldest."""
    from hikeshi.desk.models import Membership

    if not request.user.is_authenticated:
        return None
    memberships = list(
        Membership.objects.filter(person=request.user)
        .select_related("workspace")
        .order_by("workspace__created_at", "workspace_id")
    )
    chosen = request.session.get("workspace")
    for membership in memberships:
        if str(membership.workspace_id) == chosen:
            return membership
    return memberships[0] if memberships else None


def member(verb: str, *, case: bool = False) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Let a view run only for a signed-in member of the workspace whose role allows `verb`.

    Sets request.workspace and request.role; with `case=True` also request.case from the URL's `ref`. A case of
    another workspace is 404, not 403: 三郎 must not even learn that it exists.
    """
    may(None, verb)  # a misspelt verb fails when the module is imported, not on the bad day

    def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
        from django.core.exceptions import PermissionDenied
        from django.http import Http404

        @wraps(view)
        def guarded(request: Any, *args: Any, **kwargs: Any) -> Any:
            from hikeshi.desk import unsent

            if not request.user.is_authenticated:
                return unsent.ask_to_sign_in(request)
            if request.method == "POST" and unsent.FIELD in request.POST:
                unsent.drop(request)
            if request.workspace is None:
                raise PermissionDenied
            if case:
                ref = kwargs.pop("ref")
                request.case = find_case[0](request.workspace, ref)
                if request.case is None:
                    raise Http404(ref)
            if not may(request.role, verb):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        guarded.verb = verb  # type: ignore[attr-defined] # a test reads it: no address without a row in the table
        return guarded

    return decorate


def refuse() -> Any:
    """Refuse inside a view what its verb did not already cover."""
    from django.core.exceptions import PermissionDenied

    raise PermissionDenied


def way_back(request: Any, default: str) -> str:
    """The page of ours that a form names in `next` as the one to return to; else `default`. Always an address."""
    from django.utils.http import url_has_allowed_host_and_scheme

    named: str = request.POST.get("next", "")
    # Only an address from the root: anything else redirect() would take for the name of a page, and find none.
    if named.startswith("/") and url_has_allowed_host_and_scheme(named, {request.get_host()}, request.is_secure()):
        return named
    return default


def download_name(name: str) -> str:
    """A kept file's name as it may be given to a browser: no unseen letters (`invisible`), no line ends."""
    from hikeshi.desk.invisible import plain_name

    return plain_name(name)


def installation_key() -> Any:
    """The public key that signs this installation's record (hikeshi.engines.ledger.keys.PublicKey)."""
    from django.conf import settings

    from hikeshi.engines.ledger.keys import load_or_make_key

    return load_or_make_key(settings.HIKESHI_DATA / "keys" / "checkpoint.pem").public


def is_uuid(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True
