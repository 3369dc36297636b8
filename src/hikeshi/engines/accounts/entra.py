"""Microsoft Entra by Microsoft Graph v1.0: block sign-in, end sessions, remove sign-in methods, rules and consents.

Needs a token with User.ReadWrite.All (or EnableDisableAccount), User.RevokeSessions.All,
UserAuthenticationMethod.ReadWrite.All, MailboxSettings.ReadWrite, DelegatedPermissionGrant.ReadWrite.All, and
RoleManagement.Read.Directory, by which the only administrator is known and left alone.
Forwarding that was set on the mailbox itself is not in Graph: it is looked at by hand in the Exchange admin center.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import quote

from hikeshi.engines.accounts.directory import refuse_the_last
from hikeshi.engines.accounts.http import Client
from hikeshi.engines.common.problem import Problem

BASE = "https://graph.microsoft.com/v1.0"
PICKED = "id,userPrincipalName,displayName,accountEnabled,signInSessionsValidFromDateTime,createdDateTime"
# How each kind of method is addressed. The password cannot be deleted; blocking the sign-in closes it.
METHODS = {
    "phoneAuthenticationMethod": "phoneMethods",
    "emailAuthenticationMethod": "emailMethods",
    "fido2AuthenticationMethod": "fido2Methods",
    "microsoftAuthenticatorAuthenticationMethod": "microsoftAuthenticatorMethods",
    "softwareOathAuthenticationMethod": "softwareOathMethods",
    "temporaryAccessPassAuthenticationMethod": "temporaryAccessPassMethods",
    "windowsHelloForBusinessAuthenticationMethod": "windowsHelloForBusinessMethods",
    "platformCredentialAuthenticationMethod": "platformCredentialMethods",
}
PASSWORD = "passwordAuthenticationMethod"  # noqa: S105 - a kind's name
# The members of the role "Global Administrator", whose template has the same number in every tenant.
ADMINISTRATORS = "/directoryRoles(roleTemplateId='62e90394-69f5-4237-9190-012177145e10')/members"
# A rule that sends mail out or hides it.
HIDING = ("forwardTo", "forwardAsAttachmentTo", "redirectTo", "delete", "permanentDelete", "moveToFolder", "markAsRead")


def following(answer: dict[str, Any]) -> str:
    """The next page, as OData says it."""
    return str(answer.get("@odata.nextLink") or "")


class Entra:
    """A user of a Microsoft 365 tenant."""

    service = "microsoft-365"

    def begin(self, client: Client, user: str) -> dict[str, Any]:
        return client.get(f"{_at(user)}?$select={PICKED}")

    def guard(self, client: Client, user: str, account: dict[str, Any]) -> None:
        mine = account.get("id")
        if mine and mine == _me(client):
            raise Problem("accounts.own_account", where=client.where, detail=user)

        def others() -> bool:
            members = [one for one in _all(client, ADMINISTRATORS) if one.get("id")]
            if mine not in [one["id"] for one in members]:
                return True
            return any(one["id"] != mine and _enabled(client, one) for one in members)

        refuse_the_last(client, user, others)

    def proof(self, client: Client, user: str) -> dict[str, Callable[[], Any]]:
        return {
            "methods": partial(_all, client, f"{_at(user)}/authentication/methods"),
            "rules": partial(_rules, client, user),
            "grants": partial(_all, client, f"{_at(user)}/oauth2PermissionGrants"),
        }

    def steps(self, client: Client, user: str, found: dict[str, Any]) -> dict[str, list[Callable[[], Any]]]:
        at = _at(user)

        def delete(path: str) -> Callable[[], Any]:
            return partial(client.delete, path)

        methods = [
            delete(f"{at}/authentication/{METHODS[kind]}/{quote(str(one['id']), safe='')}")
            for one in found.get("methods", [])
            if (kind := _kind(one)) in METHODS and one.get("id")
        ]
        rules = [
            delete(f"{at}/mailFolders/inbox/messageRules/{quote(str(one['id']), safe='')}")
            for one in found.get("rules", [])
            if hides(one) and one.get("id")
        ]
        grants = [
            delete(f"/oauth2PermissionGrants/{quote(str(one['id']), safe='')}")
            for one in found.get("grants", [])
            if one.get("id")
        ]
        blocked = found["user"].get("accountEnabled") is False
        return {
            "block": [] if blocked else [partial(client.ask, "PATCH", at, {"accountEnabled": False})],
            "sessions": [partial(client.ask, "POST", f"{at}/revokeSignInSessions")],
            "methods": methods,
            "rules": rules,
            "grants": grants,
        }

    def left(self, client: Client, user: str, found: dict[str, Any]) -> dict[str, Callable[[], bool]]:
        at = _at(user)
        before = str(found["user"].get("signInSessionsValidFromDateTime") or "")
        now: dict[str, Any] = {}

        def account() -> dict[str, Any]:
            if not now:
                now.update(self.begin(client, user))
            return now

        return {
            "block": lambda: account().get("accountEnabled") is not False,
            # The same moment as before: no session was ended.
            "sessions": lambda: str(account().get("signInSessionsValidFromDateTime") or "") in ("", before),
            "methods": lambda: any(_kind(one) != PASSWORD for one in _all(client, f"{at}/authentication/methods")),
            "rules": lambda: any(hides(one) for one in _rules(client, user)),
            "grants": lambda: bool(_all(client, f"{at}/oauth2PermissionGrants")),
        }

    def undo(self, user: str) -> str:
        return f'PATCH {_at(user)} {{"accountEnabled": true}}'


def hides(rule: dict[str, Any]) -> bool:
    """Whether an inbox rule sends mail out or hides it."""
    actions = rule.get("actions")
    return isinstance(actions, dict) and any(actions.get(name) for name in HIDING)


def _me(client: Client) -> str:
    """Whose token it is; an application's token is nobody's, and Graph refuses the question (400)."""
    try:
        return str(client.get("/me?$select=id").get("id") or "")
    except Problem as problem:
        if problem.code in ("accounts.service_refused", "accounts.not_allowed", "accounts.no_such_user"):
            return ""
        raise


def _enabled(client: Client, member: dict[str, Any]) -> bool:
    """Whether a member of a role is a person who can sign in: a program or a group is none."""
    if str(member.get("@odata.type", "user")).rpartition(".")[2] != "user":
        return False
    try:
        return client.get(f"{_at(str(member['id']))}?$select=id,accountEnabled").get("accountEnabled") is True
    except Problem as problem:
        if problem.code == "accounts.no_such_user":
            return False
        raise


def _rules(client: Client, user: str) -> list[dict[str, Any]]:
    """The rules of the inbox; a user without a mailbox has none."""
    try:
        return _all(client, f"{_at(user)}/mailFolders/inbox/messageRules")
    except Problem as problem:
        if "MailboxNotEnabledForRESTAPI" in str(problem.params.get("detail", "")):
            return []
        raise


def _all(client: Client, path: str) -> list[dict[str, Any]]:
    return list(client.pages(path, "value", following))


def _kind(method: dict[str, Any]) -> str:
    return str(method.get("@odata.type", "")).rpartition(".")[2]


def _at(user: str) -> str:
    return f"/users/{quote(user, safe='')}"
