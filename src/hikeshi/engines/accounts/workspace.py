"""Google Workspace by the Admin SDK Directory API: suspend, sign out, remove apps' tokens and app passwords, recovery.

Needs a token with the scopes admin.directory.user and admin.directory.user.security. Gmail's own forwarding and
filters are not in this interface: they are looked at by hand.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import quote, urlencode

from hikeshi.engines.accounts.directory import refuse_the_last
from hikeshi.engines.accounts.http import Client

# Those who may do everything and can sign in.
ADMINISTRATORS = "/users?" + urlencode({"customer": "my_customer", "query": "isAdmin=true isSuspended=false"})
BASE = "https://admin.googleapis.com/admin/directory/v1"


class Workspace:
    """A user of a Google Workspace domain."""

    service = "google-workspace"

    def begin(self, client: Client, user: str) -> dict[str, Any]:
        return client.get(_at(user))

    def guard(self, client: Client, user: str, account: dict[str, Any]) -> None:
        if account.get("isAdmin") is not True:
            return

        def others() -> bool:
            return any(
                one.get("id") != account.get("id") and one.get("suspended") is not True
                for one in _all(client, ADMINISTRATORS, "users")
            )

        refuse_the_last(client, user, others)

    def proof(self, client: Client, user: str) -> dict[str, Callable[[], Any]]:
        return {name: partial(_all, client, f"{_at(user)}/{name}") for name in ("tokens", "asps")}

    def steps(self, client: Client, user: str, found: dict[str, Any]) -> dict[str, list[Callable[[], Any]]]:
        at, now = _at(user), found["user"]

        def delete(path: str, one: Any) -> Callable[[], Any]:
            return partial(client.delete, f"{at}/{path}/{quote(str(one), safe='')}")

        # Who has no two-step has no codes: to invalidate them is refused (400).
        without = now.get("isEnrolledIn2Sv") is False
        recovery = {name: "" for name in ("recoveryEmail", "recoveryPhone") if now.get(name)}
        return {
            "suspend": [] if now.get("suspended") is True else [partial(client.ask, "PATCH", at, {"suspended": True})],
            "sign-out": [partial(client.ask, "POST", f"{at}/signOut")],
            "tokens": [delete("tokens", one["clientId"]) for one in found.get("tokens", []) if one.get("clientId")],
            "app-passwords": [
                delete("asps", one["codeId"]) for one in found.get("asps", []) if one.get("codeId") is not None
            ],
            "backup-codes": [] if without else [partial(client.ask, "POST", f"{at}/verificationCodes/invalidate")],
            "recovery": [partial(client.ask, "PATCH", at, recovery)] if recovery else [],
        }

    def left(self, client: Client, user: str, found: dict[str, Any]) -> dict[str, Callable[[], bool]]:
        at = _at(user)
        now: dict[str, Any] = {}

        def account() -> dict[str, Any]:
            if not now:
                now.update(self.begin(client, user))
            return now

        return {
            "suspend": lambda: account().get("suspended") is not True,
            "recovery": lambda: bool(account().get("recoveryEmail") or account().get("recoveryPhone")),
            "tokens": lambda: bool(_all(client, f"{at}/tokens")),
            "app-passwords": lambda: bool(_all(client, f"{at}/asps")),
        }

    def undo(self, user: str) -> str:
        return f'PATCH {_at(user)} {{"suspended": false}}'


def _all(client: Client, path: str, items: str = "items") -> list[dict[str, Any]]:
    def following(answer: dict[str, Any]) -> str:
        token = answer.get("nextPageToken")
        return f"{path}{'&' if '?' in path else '?'}{urlencode({'pageToken': token})}" if token else ""

    return list(client.pages(path, items, following))


def _at(user: str) -> str:
    return f"/users/{quote(user, safe='')}"
