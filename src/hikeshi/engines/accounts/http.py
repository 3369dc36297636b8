"""A small client for a provider's HTTPS interface: waits when told to, follows pages of the same origin only.

The token goes to that one origin and nowhere else: not into a log, not into an answer that is kept.
"""

from __future__ import annotations

import email.utils
import json
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import SplitResult, urlsplit

from hikeshi.engines.accounts.report import NOT_KEPT, shown, without_secrets
from hikeshi.engines.common.problem import Problem

TRIES, LONGEST_WAIT, SECONDS = 5, 120.0, 30.0
MOST, PAGES = 8_000_000, 200
LOOPBACK = ("127.0.0.1", "localhost", "::1")


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirect would carry the token elsewhere."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


@dataclass
class Client:
    """`base`: where the interface begins. `more`: how the next page is named in an answer ("@odata.nextLink")."""

    base: str
    token: str = field(repr=False)
    sleep: Callable[[float], None] = time.sleep
    requests: list[str] = field(default_factory=list)
    said: list[bytes] = field(default_factory=list, repr=False)

    def __post_init__(self) -> None:
        parts = _parts(self.base)
        local = parts.scheme == "http" and parts.hostname in LOOPBACK
        if not parts.hostname or parts.username or not (parts.scheme == "https" or local):
            raise Problem("accounts.bad_address", where=shown(self.base, 100), exit=2)
        if not self.token or not self.token.isascii() or not self.token.isprintable() or " " in self.token:
            raise Problem("accounts.bad_token", exit=2)
        self.origin = (parts.scheme, parts.netloc)
        # Without proxies on loopback; elsewhere the machine's own settings hold.
        proxies = [urllib.request.ProxyHandler({})] if local else []
        secure = urllib.request.HTTPSHandler(context=ssl.create_default_context())
        self._opener = urllib.request.build_opener(_NoRedirect, secure, *proxies)

    @property
    def where(self) -> str:
        return self.origin[1]

    def get(self, path: str) -> dict[str, Any]:
        """One answer."""
        return self.ask("GET", path)

    def delete(self, path: str) -> None:
        """One deletion. What is not there any more counts as deleted: a look afterwards shows what is left."""
        try:
            self.ask("DELETE", path)
        except Problem as problem:
            if problem.code != "accounts.no_such_user":
                raise

    def pages(self, path: str, items: str, more: Callable[[dict[str, Any]], str]) -> Iterator[dict[str, Any]]:
        """The items of every page. `more` gives the next page's path or address; it must be of the same origin."""
        following, seen = path, set()
        for _ in range(PAGES):
            seen.add(following)
            answer = self.ask("GET", following)
            listed = answer.get(items, [])
            if not isinstance(listed, list):
                raise Problem("accounts.no_sense", where=self.where, detail=items)
            yield from (one for one in listed if isinstance(one, dict))
            following = more(answer)
            if not following:
                return
            if following in seen:
                break
        raise Problem("accounts.no_sense", where=self.where, detail="pages")

    def ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        """One request and its answer; an empty answer is {}. Raises Problem("accounts.token_refused" | …)."""
        address = path if "://" in path else self.base.rstrip("/") + path
        if _parts(address)[:2] != self.origin:
            raise Problem("accounts.no_sense", where=self.where, detail="another origin")
        for attempt in range(1, TRIES + 1):
            status, headers, content = self._once(method, address, body)
            if status not in (429, 503):
                return self._judged(status, content)
            if attempt < TRIES:
                self.sleep(_wait(headers.get("Retry-After", ""), attempt))
        raise Problem("accounts.too_busy", where=self.where, detail=str(status))

    def _once(self, method: str, address: str, body: dict[str, Any] | None) -> tuple[int, Any, bytes]:
        # A POST without words says so: without a length it is refused (411).
        data = json.dumps(body).encode() if body is not None else b"" if method == "POST" else None
        request = urllib.request.Request(address, method=method, data=data)  # noqa: S310 - the origin was checked
        request.add_unredirected_header("Authorization", f"Bearer {self.token}")
        request.add_header("Accept", "application/json")
        if data is not None:
            request.add_header("Content-Type", "application/json")
        at = datetime.now(UTC)
        try:
            with self._opener.open(request, timeout=SECONDS) as answer:
                status, headers, content = answer.status, answer.headers, answer.read(MOST + 1)
        except urllib.error.HTTPError as refused:
            with refused:
                status, headers, content = refused.code, refused.headers, refused.read(MOST + 1)
        except (urllib.error.URLError, OSError, ValueError) as error:
            reason = getattr(error, "reason", error)
            raise Problem("accounts.unreachable", where=self.where, detail=self._clean(str(reason))) from None
        if len(content) > MOST:
            raise Problem("accounts.no_sense", where=self.where, detail=f"> {MOST}")
        # A service that sends the token back does not get it into what is kept.
        content = content.replace(self.token.encode(), NOT_KEPT.encode())
        self._keep(method, address, at, status, headers, content)
        return status, headers, content

    def _keep(self, method: str, address: str, at: datetime, status: int, headers: Any, content: bytes) -> None:
        number = headers.get("request-id") or headers.get("X-Request-Id") or headers.get("x-goog-request-id") or ""
        path = address[len("://".join(self.origin)) :]
        self.requests.append(self._clean(f"{at:%Y-%m-%dT%H:%M:%SZ} {method} {path} {status} {number}".strip()))
        line = {
            "at": f"{at:%Y-%m-%dT%H:%M:%S.%fZ}",
            "method": method,
            "path": path,
            "status": status,
            "request_id": number,
            "answer": without_secrets(_json(content)),
        }
        told = json.dumps(line, ensure_ascii=False, sort_keys=True).replace(self.token, NOT_KEPT)
        self.said.append(told.encode("utf-8", "backslashreplace") + b"\n")

    def _judged(self, status: int, content: bytes) -> dict[str, Any]:
        answer = _json(content)
        if 200 <= status < 300:
            if content.strip() and not isinstance(answer, dict):
                raise Problem("accounts.no_sense", where=self.where, detail="JSON")
            return answer if isinstance(answer, dict) else {}
        code = {401: "token_refused", 403: "not_allowed", 404: "no_such_user"}.get(status, "service_refused")
        raise Problem(f"accounts.{code}", where=self.where, detail=self._clean(_complaint(status, answer)))

    def _clean(self, text: str) -> str:
        return shown(text.replace(self.token, NOT_KEPT))


def _parts(address: str) -> SplitResult:
    try:
        return urlsplit(address)
    except ValueError:
        return SplitResult("", "", "", "", "")


def _json(content: bytes) -> Any:
    try:
        return json.loads(content) if content.strip() else None
    except (ValueError, RecursionError):
        return None


def _complaint(status: int, answer: Any) -> str:
    """What Graph and Google say in an error: {"error": {"code", "message"}}."""
    error = answer.get("error") if isinstance(answer, dict) else None
    if isinstance(error, dict):
        return f"{status} {error.get('code', '')} {error.get('message', '')}".strip()
    return str(status)


def _wait(said: str, attempt: int) -> float:
    """Retry-After in seconds or as a date; without one, longer each time."""
    if said.isascii() and said.strip().isdigit():
        seconds = float(said)
    else:
        try:
            seconds = (email.utils.parsedate_to_datetime(said) - datetime.now(UTC)).total_seconds()
        except (ValueError, TypeError):
            seconds = float(2**attempt)
    return min(max(seconds, 0.0), LONGEST_WAIT)
