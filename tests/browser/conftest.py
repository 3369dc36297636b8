"""A page of the product in Debian's Chromium: `browser_page("/path", width=375, lang="en", person=hanako)`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request

PHONE, DESK = 375, 1280
HEIGHTS = {320: 640, PHONE: 812, DESK: 900}
HERE = Path(__file__).parent
QUIET = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever stands in this folder drives a browser and takes its time."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Nothing in the browser talks to anything but the page under test."""
    return {**browser_type_launch_args, "args": [*browser_type_launch_args.get("args", []), *QUIET]}


@pytest.fixture
def browser_page(browser: Browser, live_server: Any) -> Iterator[Callable[..., Page]]:
    """Opens pages, each in a browser of its own, signed in as `person` or with the session of `client`.

    Fails when a page's script fails, the console complains, or a request leaves this machine.
    """
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_page(
        path: str = "/",
        *,
        width: int = PHONE,
        lang: str = "ja",
        script: bool = True,
        person: Any = None,
        client: Client | None = None,
        **options: Any,
    ) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": HEIGHTS.get(width, 800)},
            locale="ja-JP" if lang == "ja" else "en-GB",
            timezone_id="Asia/Tokyo",
            java_script_enabled=script,
            base_url=live_server.url,
            **options,
        )
        contexts.append(context)
        cookies = {settings.LANGUAGE_COOKIE_NAME: lang}
        if person is not None:
            client = Client()
            client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
        if client is not None:
            cookies[settings.SESSION_COOKIE_NAME] = client.cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies([{"name": name, "value": value, "url": live_server.url} for name, value in cookies.items()])
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
        page.on("console", lambda said: complaints.append(_complaint(page, said)))
        page.on("request", lambda asked: complaints.append(_leaving(page, asked, live_server.url)))
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not any(complaints), "\n".join(filter(None, complaints))


def _complaint(page: Page, said: ConsoleMessage) -> str:
    """An error or warning on the console. That a page answered 4xx is told there too, and is the test's affair."""
    ours = said.type in ("error", "warning") and "Failed to load resource" not in said.text
    return f"{page.url}: {said.text}" if ours else ""


def _leaving(page: Page, asked: Request, home: str) -> str:
    return "" if asked.url.startswith((home, "data:", "blob:")) else f"{page.url} asks for {asked.url}"
