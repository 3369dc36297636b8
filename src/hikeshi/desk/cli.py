"""`hikeshi desk reset-owner`: back in, from the console of the machine itself. What it does is recorded."""

import json
import secrets
import sys
from typing import Annotated

import typer

GROUPS = {"desk": "app"}

app = typer.Typer(help="受付：サインインできなくなったとき / The desk: when nobody can sign in", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """受付 / the desk"""


@app.command("reset-owner")
def reset_owner(
    name: Annotated[str, typer.Argument(help="サインインの名前（省くと最初の責任者） / sign-in name")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="JSON で出力 / print JSON")] = False,
) -> None:
    """責任者のパスワードを新しくし、パスキーを外す / Give the owner a new password and remove passkeys"""
    from hikeshi import words
    from hikeshi.desk.services import start_django
    from hikeshi.engines.common.problem import Problem

    start_django()
    from hikeshi.desk import services
    from hikeshi.desk.models import Membership

    owners = Membership.objects.filter(role="owner").select_related("person", "workspace").order_by("created_at")
    found = owners.filter(person__username=name).first() if name else owners.first()
    if found is None:
        raise Problem("desk.no_owner", name=name)
    person = found.person
    password = secrets.token_urlsafe(12)
    person.set_password(password)
    person.provisional = False
    person.save()
    _forget_keys(person)
    services.happened.send(
        sender=None, workspace=found.workspace, person=None, what="owner.reset", about={"name": str(person)}
    )
    if as_json:
        sys.stdout.write(json.dumps({"username": person.username, "password": password}) + "\n")
    else:
        said = {
            "ja": f"サインインの名前: {person.username}\n新しいパスワード: {password}\n"
            "サインインしたら、すぐに変えてください。この操作は記録に残しました。\n",
            "en": f"Sign-in name: {person.username}\nNew password: {password}\n"
            "Change it as soon as you are in. This was written into the record.\n",
        }
        sys.stdout.write(words.pick(said))


def _forget_keys(person: object) -> None:
    """Passkeys and recovery codes go too: who asks for a reset may have lost them to somebody else."""
    from allauth.mfa.models import Authenticator
    from axes.utils import reset

    Authenticator.objects.filter(user=person).delete()
    reset(username=person.username)  # type: ignore[attr-defined]
