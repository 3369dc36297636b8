"""Local servers that speak as Microsoft Graph and Google's Directory API are published to: pages, 429, 401, errors."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

TOKEN = "eyJ0-not-a-real-token-4711"
GRAPH_KINDS = {
    "phoneMethods": "phoneAuthenticationMethod",
    "fido2Methods": "fido2AuthenticationMethod",
    "softwareOathMethods": "softwareOathAuthenticationMethod",
    "microsoftAuthenticatorMethods": "microsoftAuthenticatorAuthenticationMethod",
}


@dataclass
class Refusal:
    """What the server answers instead, `times` times, to a method and a path (a pattern)."""

    method: str
    path: str
    status: int
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    times: int = 1


@dataclass
class Service:
    """State of one user and everything that was asked."""

    user: dict[str, Any]
    lists: dict[str, list[dict[str, Any]]]
    page: int = 2
    refusals: list[Refusal] = field(default_factory=list)
    asked: list[tuple[str, str]] = field(default_factory=list)
    tokens: set[str] = field(default_factory=set)
    epoch: int = 0
    base: str = ""
    me: str = "a-1"
    admins: list[dict[str, Any]] = field(default_factory=lambda: [{"id": "a-1", "accountEnabled": True}])

    def refuse(self, method: str, path: str, status: int, **more: Any) -> None:
        self.refusals.append(Refusal(method, path, status, **more))


def graph() -> Service:
    """A tenant with 花子, whose box forwards, and whose phone and key are not hers."""
    data = "#microsoft.graph."
    return Service(
        {
            "id": "87d349ed-44d7-43e1-9a83-5f2406dee5bd",
            "userPrincipalName": "hanako@example.co.jp",
            "accountEnabled": True,
            "signInSessionsValidFromDateTime": "2026-11-01T00:00:00Z",
        },
        {
            "authentication/methods": [
                {"@odata.type": data + "passwordAuthenticationMethod", "id": "28c1", "password": None},
                {"@odata.type": data + "phoneAuthenticationMethod", "id": "3179", "phoneNumber": "+81 90"},
                {"@odata.type": data + "fido2AuthenticationMethod", "id": "k/1=", "displayName": "知らない鍵"},
                {"@odata.type": data + "softwareOathAuthenticationMethod", "id": "o1", "secretKey": "JBSWY3DPEHPK3PXP"},
            ],
            "mailFolders/inbox/messageRules": [
                {"id": "r1", "displayName": "..", "actions": {"forwardTo": [{"emailAddress": {"address": "x@evil"}}]}},
                {"id": "r2", "displayName": "分類", "actions": {"assignCategories": ["仕事"]}},
                {"id": "r3", "displayName": ".", "actions": {"delete": True}},
            ],
            "oauth2PermissionGrants": [{"id": "g1", "clientId": "c", "scope": "Mail.Read offline_access"}],
        },
    )


def google() -> Service:
    """A Workspace user with an app and two app passwords."""
    return Service(
        {
            "id": "110",
            "primaryEmail": "hanako@example.co.jp",
            "suspended": False,
            "recoveryEmail": "x@evil.example",
            "recoveryPhone": "+819000000000",
            "hashFunction": "SHA-1",
        },
        {
            "tokens": [{"clientId": "a.apps", "displayText": "Mailer"}, {"clientId": "b/2", "displayText": "?"}],
            "asps": [{"codeId": 1, "name": "imap"}, {"codeId": 2, "name": "?"}],
        },
    )


@contextmanager
def serving(service: Service, kind: str) -> Iterator[Service]:
    """The service on a port of this machine."""

    class Answer(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: Any) -> None:
            """Quiet."""

        def do_GET(self) -> None:
            self._serve("GET")

        def do_POST(self) -> None:
            self._serve("POST")

        def do_PATCH(self) -> None:
            self._serve("PATCH")

        def do_DELETE(self) -> None:
            self._serve("DELETE")

        def _serve(self, method: str) -> None:
            if method == "POST" and "Content-Length" not in self.headers:
                return self._send(411, None, {})
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length)) if length else {}
            service.asked.append((method, self.path))
            service.tokens.add(self.headers.get("Authorization", ""))
            for one in service.refusals:
                if one.times and one.method == method and re.search(one.path, self.path):
                    one.times -= 1
                    return self._send(one.status, one.body, one.headers)
            if self.headers.get("Authorization") != f"Bearer {TOKEN}":
                return self._send(401, {"error": {"code": "InvalidAuthenticationToken", "message": "expired"}}, {})
            answer = (_graph if kind == "graph" else _google)(service, method, urlsplit(self.path), body)
            return self._send(*answer, {})

        def _send(self, status: int, body: Any, headers: dict[str, str]) -> None:
            content = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
            self.send_response(status)
            for name, value in {"request-id": "req-1", "Content-Length": str(len(content)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    service.base = f"http://127.0.0.1:{server.server_port}"
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _missing(name: str) -> tuple[int, Any]:
    return 404, {"error": {"code": "Request_ResourceNotFound", "message": f"Resource '{name}' does not exist"}}


def _graph(service: Service, method: str, url: Any, body: dict[str, Any]) -> tuple[int, Any]:
    path = [unquote(one) for one in url.path.strip("/").split("/")]
    if path[0] == "me":
        return (200, {"id": service.me}) if service.me else (400, {"error": {"code": "BadRequest", "message": "/me"}})
    if path == ["directoryRoles(roleTemplateId='62e90394-69f5-4237-9190-012177145e10')", "members"]:
        kinds = [{"@odata.type": one.get("kind", "#microsoft.graph.user"), "id": one["id"]} for one in service.admins]
        return 200, {"value": kinds}
    if path[0] == "users" and path[1:] in [[one["id"]] for one in service.admins] and path[1] != service.user["id"]:
        return 200, next(one for one in service.admins if one["id"] == path[1])
    if path[0] == "oauth2PermissionGrants":
        return _delete(service.lists["oauth2PermissionGrants"], "id", path[1], method)
    if path[:1] != ["users"] or path[1] not in (service.user["userPrincipalName"], service.user["id"]):
        return _missing(path[1] if len(path) > 1 else "")
    rest = "/".join(path[2:])
    if not rest:
        if method == "PATCH":
            service.user.update(body)
            return 204, None
        return 200, service.user
    if rest == "revokeSignInSessions" and method == "POST":
        service.epoch += 1
        service.user["signInSessionsValidFromDateTime"] = f"2026-11-23T00:00:0{service.epoch}Z"
        return 200, {"@odata.context": "…", "value": True}
    if rest in service.lists and method == "GET":
        skip = int(parse_qs(url.query).get("$skiptoken", ["0"])[0])
        items = service.lists[rest]
        answer: dict[str, Any] = {"value": items[skip : skip + service.page]}
        if skip + service.page < len(items):
            answer["@odata.nextLink"] = f"{service.base}{url.path}?$skiptoken={skip + service.page}"
        return 200, answer
    if path[2:3] == ["authentication"] and path[3] in GRAPH_KINDS:
        return _delete(service.lists["authentication/methods"], "id", path[4], method, GRAPH_KINDS[path[3]])
    if path[2:5] == ["mailFolders", "inbox", "messageRules"]:
        return _delete(service.lists["mailFolders/inbox/messageRules"], "id", path[5], method)
    return _missing(rest)


def _google(service: Service, method: str, url: Any, body: dict[str, Any]) -> tuple[int, Any]:
    path = [unquote(one) for one in url.path.strip("/").split("/")]
    if path == ["users"]:
        assert parse_qs(url.query)["query"] == ["isAdmin=true isSuspended=false"]
        at = int(parse_qs(url.query).get("pageToken", ["0"])[0])
        more = {"nextPageToken": str(at + 1)} if at + 1 < len(service.admins) else {}
        return 200, {"users": service.admins[at : at + 1], **more}
    if path[:1] != ["users"] or path[1] != service.user["primaryEmail"]:
        return 404, {
            "error": {"code": 404, "message": "Resource Not Found: userKey", "errors": [{"reason": "notFound"}]}
        }
    rest = "/".join(path[2:])
    if not rest:
        if method == "PATCH":
            service.user.update(body)
        return 200, service.user
    if method == "POST" and rest in ("signOut", "verificationCodes/invalidate"):
        return 204, None
    if rest in service.lists and method == "GET":
        at = int(parse_qs(url.query).get("pageToken", ["0"])[0])
        answer: dict[str, Any] = {"items": service.lists[rest][at : at + 1]}
        if at + 1 < len(service.lists[rest]):
            answer["nextPageToken"] = str(at + 1)
        return 200, answer
    key = {"tokens": "clientId", "asps": "codeId"}.get(path[2])
    return _delete(service.lists[path[2]], key, path[3], method) if key and len(path) > 3 else _missing(rest)


def _delete(items: list[dict[str, Any]], key: str, value: str, method: str, kind: str = "") -> tuple[int, Any]:
    found = [one for one in items if str(one[key]) == value and kind in str(one.get("@odata.type", ""))]
    if method != "DELETE" or not found:
        return _missing(value)
    items.remove(found[0])
    return 204, None
