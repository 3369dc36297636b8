"""すべての部屋のすべてのページを、近くで見る。新しいページは、アドレスから自分で見つかる。"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.test import Client
from playwright.sync_api import Page

from tests.browser import addresses, filled
from tests.browser.conftest import HEIGHTS, PHONE
from tests.browser.filled import HOST, Filled
from tests.browser.looking import Findings, double_text, keep_picture, open_all

pytestmark = pytest.mark.django_db(transaction=True)
Open = Callable[..., Page]
SIGNED_OUT = ("/desk/account/login/", "/cards/start/card-zero/", "/cards/web-site/site-stop/", "/cards/situations/")
ODD = ("/no-such-page/", "/i/HKS-2026-999/", "/i/{ref}/first-hour/no-such-card/", "/i/{ref}/evidence/0000/")
"""What went wrong is told on a page, too."""


@pytest.fixture
def made(tmp_path: Path) -> Filled:
    return filled.fill(tmp_path)


def pages(made: Filled) -> tuple[Client, list[tuple[str, str, str]]]:
    """Signed in as the owner, with a passkey; every page with its name and HTML."""
    client = filled.signed_in(made.cast.hanako)
    key = filled.give_passkey(made.cast.hanako)
    client.post("/desk/account/reauthenticate/", {"password": filled.PASSWORD})
    found = addresses.pages(client, addresses.addresses(made, {"pk": key.pk}))
    assert len(found) > 100
    for address in (one.format(ref=made.case.reference) for one in ODD):
        found.append(("odd", address, client.get(address).content.decode()))
    return client, found


def shortly(name: str, page: Page) -> str:
    """A file name for the picture of a page."""
    return re.sub(r"[^\w-]+", "_", f"{name} {urlsplit(page.url).path}")[:90]


def walk(browser_page: Open, made: Filled, *, width: int, lang: str) -> Iterator[tuple[str, Page]]:
    """Open each page in turn, then what somebody sees who has not signed in."""
    client, found = pages(made)
    page = browser_page("about:blank", width=width, lang=lang, client=client)
    for name, address, _ in found:
        page.goto(address)
        yield name, page
    page = browser_page("about:blank", width=width, lang=lang)
    invitation = f"/desk/join/{made.invitation}/"
    for address in (*SIGNED_OUT, invitation):
        page.goto(address)
        yield "signed-out", page


def look(page: Page, findings: Findings, lang: str, *, everywhere: bool, incident: bool, closely: bool) -> None:
    """One page at the width of a phone, of a desk, of a small phone, and with letters of twice the size."""
    findings.bones(page, lang)
    if everywhere:
        findings.always_there(page, incident=incident)
    findings.fits(page)
    open_all(page)
    if closely:
        findings.axe(page)
    for width in (375, 1280, 320):
        page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
        findings.fits(page)
        findings.targets(page)
    double_text(page)
    findings.fits(page)
    page.set_viewport_size({"width": PHONE, "height": HEIGHTS[PHONE]})


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_every_page(browser_page: Open, made: Filled, lang: str) -> None:
    """どのページも、axe は何も見つけず、どの幅でも文字を2倍にしてもはみ出さず、押す所は大きく、助けを呼ぶ先がある。"""
    findings = Findings()
    known: set[str] = set()
    for name, page in walk(browser_page, made, width=PHONE, lang=lang):
        keep_picture(page, f"pages-{lang}/{shortly(name, page)}")
        usual = name not in ("odd", "signed-out")
        incident = usual and f"/i/{made.case.reference}/" in page.url
        # What axe sees of colours and roles does not change with the language: in English once for each kind of page.
        look(page, findings, lang, everywhere=usual, incident=incident, closely=lang == "ja" or name not in known)
        known.add(name)
    findings.none()


def test_a_drill_is_a_drill_everywhere(browser_page: Open, tmp_path: Path) -> None:
    """訓練では、どのページにも「訓練」の帯があり、題にも書いてある。帯は目に見える。"""
    made = filled.fill(tmp_path, drill=True)
    client, found = pages(made)
    missing = []
    for name, address, html in found:
        band = re.search(r'class="[^"]*drill-band[^"]*"[^>]*>(.*?)</', html, re.DOTALL)
        if not (band and "訓練" in band[1] and "訓練" in title(html)):
            missing.append(f"{name} {address}")
    assert not missing, "\n".join(missing)
    page = browser_page(f"/i/{made.case.reference}/", client=client)
    assert page.locator(".drill-band").first.is_visible()


def title(html: str) -> str:
    return html.split("<title>")[1].split("</title>")[0].strip()


def test_whose_page_it_is_and_its_name(made: Filled) -> None:
    """窓の題でどのページかがわかる。ほかの事業の人には事故のどのページもなく、サインインしなければどこも見えない。"""
    _, found = pages(made)
    titles: dict[str, str] = {}
    twice = []
    for name, _, html in found:
        said = title(html)
        if titles.setdefault(said, name) != name and not name.startswith(("odd", "account", "mfa")):
            twice.append(f"{said}: {titles[said]} and {name}")
    assert not twice, "\n".join(twice)
    other, nobody = filled.signed_in(made.cast.saburo), Client(headers=HOST)
    inside = [address for _, address, _ in found if address.startswith(f"/i/{made.case.reference}/")]
    assert len(inside) > 50
    assert {other.get(address).status_code for address in inside} == {404}
    assert {nobody.get(address).status_code for address in inside} == {302}
