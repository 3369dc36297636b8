"""Somebody who uses the product: by touch or mouse, or by keyboard alone; in Japanese or English; with script or not.

Buttons, links and fields are called by their Japanese words; the page's language finds them in the catalogue.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.utils import translation
from playwright.sync_api import Locator, Page

from tests.browser.looking import focused

WAIT = 15_000
"""Milliseconds: a busy machine is slow, a broken page is slower."""


class Person:
    """One pair of hands before one page."""

    def __init__(
        self, page: Page, *, lang: str = "ja", keyboard: bool = False, each: Callable[[Page], None] | None = None
    ) -> None:
        self.page, self.lang, self.keyboard, self.each = page, lang, keyboard, each
        self.seen: list[str] = []
        page.set_default_timeout(WAIT)
        page.on("domcontentloaded", lambda _: None)
        if keyboard:  # a chooser is caught from the first page on, not only from the moment when one is waited for
            page.on("filechooser", lambda _: None)

    # --- words and places

    def says(self, japanese: str) -> str:
        """The words of the page's language."""
        with translation.override(self.lang):
            return translation.gettext(japanese)

    @property
    def path(self) -> str:
        return urlsplit(self.page.url).path

    @property
    def heading(self) -> str:
        return self.page.locator("h1").inner_text().strip()

    def go(self, path: str) -> None:
        """By an address, as from a bookmark; everything else is reached by what the page offers."""
        self.page.goto(path)
        self.arrived()

    def arrived(self) -> None:
        """Look at every page that opens."""
        self.seen.append(self.path)
        if self.each:
            self.each(self.page)

    def text(self) -> str:
        return self.page.locator("main").inner_text()

    # --- hands

    def press(self, japanese: str, *, within: Locator | None = None, stays: bool = False) -> None:
        """Press a button or link by its words. `stays`: no other page opens."""
        self._press(self.find(("button", "link"), self.says(japanese), within), stays=stays)

    def press_at(self, selector: str, *, stays: bool = False) -> None:
        """Press what a selector names, where words alone are not enough."""
        self._press(self.page.locator(selector).first, stays=stays)

    def _press(self, target: Locator, *, stays: bool = False) -> None:
        if stays:
            self._push(target)
            return
        with self.page.expect_event("domcontentloaded", timeout=WAIT):
            self._push(target)
        self.page.wait_for_load_state("load")
        self.arrived()

    def _push(self, target: Locator) -> None:
        if self.keyboard:
            self.tab_to(target)
            self.page.keyboard.press("Enter")
        else:
            target.click()

    def unfold(self, japanese: str, *, within: Locator | None = None) -> None:
        """Open a details by its summary, unless it is open."""
        summary = (within or self.page).locator("summary", has_text=self.says(japanese)).first
        if summary.evaluate("e => e.parentElement.open"):
            return
        self._push(summary)
        assert summary.evaluate("e => e.parentElement.open"), japanese

    def write(self, japanese: str, text: str) -> None:
        """Fill a field by its label."""
        field = self.field(japanese)
        if not self.keyboard:
            field.fill(text)
            return
        self.tab_to(field)
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.insert_text(text)
        assert field.input_value() == text

    def date(self, japanese: str, when: date) -> None:
        """Fill a date, or a date with time, as the browser's own field takes it."""
        field, timed = self.field(japanese), isinstance(when, datetime)
        value = f"{when:%Y-%m-%dT%H:%M}" if timed else f"{when:%Y-%m-%d}"
        if not self.keyboard:
            field.fill(value)
            return
        self.tab_to(field)
        # Chromium without a window asks in the American order and by half days, whatever the page's language.
        clock = (f"{when:%I}", f"{when:%M}", "P" if timed and when.hour >= 12 else "A") if timed else ()
        for part in (f"{when:%m}", f"{when:%d}", f"{when:%Y}", "→", *clock):
            if part == "→":
                self.page.keyboard.press("ArrowRight")
            else:
                self.page.keyboard.type(part)
        assert field.input_value() == value

    def choose(self, words: str, *, within: Locator | None = None) -> None:
        """Mark a chip by its words, as they stand on the page (not translated here: many come from the kinds)."""
        label = (within or self.page.locator("main")).locator("label.chip, label.check", has_text=words)
        label = label.filter(visible=True).first
        box = label.locator("input")
        if not self.keyboard:
            if not box.is_checked():
                label.click()
        elif box.get_attribute("type") == "checkbox":
            self.tab_to(box)
            if not box.is_checked():
                self.page.keyboard.press("Space")
        else:
            self._arrow_to(box)
        assert box.is_checked(), words

    def _arrow_to(self, radio: Locator) -> None:
        name = radio.get_attribute("name")
        self.tab_until(lambda: bool(self.page.evaluate("n => document.activeElement.name === n", name)), str(name))
        self.page.keyboard.press("Space")
        for _ in range(40):
            if radio.is_checked():
                return
            self.page.keyboard.press("ArrowDown")

    def attach(self, japanese: str, file: Path) -> None:
        """Choose a file in a file field."""
        self.attach_at(self.field(japanese), file)

    def attach_at(self, field: Locator, file: Path) -> None:
        if not self.keyboard:
            field.set_input_files(file)
            return
        self.tab_to(field)
        with self.page.expect_file_chooser() as chooser:
            self.page.keyboard.press("Space")
        chooser.value.set_files(file)

    @contextmanager
    def receiving(self) -> Iterator[Callable[[], bytes]]:
        """with person.receiving() as file: person.press("PDF", stays=True); then file() is what came."""
        with self.page.expect_download(timeout=4 * WAIT) as download:
            yield lambda: Path(download.value.path()).read_bytes()

    # --- finding

    def find(self, roles: tuple[str, ...], words: str, within: Locator | None = None) -> Locator:
        """The first visible one, named exactly so before one that has a note behind its words."""
        place: Any = within or self.page
        beginning = re.compile("^" + re.escape(words))
        for name in (words, beginning):
            for role in roles:
                exact = {"exact": True} if name is words else {}
                found = place.get_by_role(role, name=name, **exact).filter(visible=True)
                if found.count():
                    return found.first
        raise AssertionError(
            f"{self.page.url}: nothing to press says {words!r}\n{self.page.locator('body').inner_text()}"
        )

    def field(self, japanese: str) -> Locator:
        words = self.says(japanese)
        found = self.page.get_by_label(re.compile(r"^\s*" + re.escape(words))).filter(visible=True)
        assert found.count(), f"{self.page.url}: no field says {words!r}\n{self.text()}"
        return found.first

    # --- the keyboard

    def tab_to(self, target: Locator) -> None:
        """Press Tab until it has the focus; on the way the focus is seen and never hidden."""
        handle = target.element_handle()
        self.tab_until(lambda: bool(handle.evaluate("e => e === document.activeElement")), str(target))

    def tab_until(self, there: Callable[[], bool], what: str) -> None:
        if there():
            return
        for _ in range(400):
            self.page.keyboard.press("Tab")
            if there():
                stop = focused(self.page)
                assert stop and stop["seen"], f"{self.page.url}: focus is hidden at {stop}"
                assert stop["outline"], f"{self.page.url}: focus cannot be seen at {stop}"
                return
        raise AssertionError(f"{self.page.url}: Tab never reaches {what}")
