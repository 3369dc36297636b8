"""What a person who looks closely at a page would check; each function fails with what it saw."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

# A link inside a sentence may be as high as its line (WCAG 2.5.8); everything else is for a trembling thumb.
_SMALL = """() => [...document.querySelectorAll('a[href], button, summary, select, textarea, input:not([type=hidden])')]
  .filter(e => e.checkVisibility({visibilityProperty: true}) && !e.closest('.hidden-text') && !e.matches('.skip'))
  .map(e => [e, (e.closest('label') || e).getBoundingClientRect()])
  .filter(([e, box]) => box.height > 0 && (box.height < MIN || box.width < MIN))
  .filter(([e]) => {
    const around = e.parentElement
    return !(e.matches('a') && around.matches('p, li, dd') && around.textContent.trim() !== e.textContent.trim())
  })
  .map(([e, box]) => `${Math.round(box.width)}x${Math.round(box.height)} ${e.outerHTML.slice(0, 120)}`)"""

_FOCUSED = """() => {
  const e = document.activeElement
  if (!e || e === document.body) return null
  const whole = e.closest('label') || e
  const box = whole.getBoundingClientRect()
  const seen = [[.5, .5], [.1, .5], [.9, .5], [.5, .15], [.5, .85]].some(([x, y]) => {
    const top = document.elementFromPoint(box.left + box.width * x, box.top + box.height * y)
    return top && (whole.contains(top) || top.contains(e))
  })
  const style = getComputedStyle(e.closest('.chip') || e)
  return {html: e.outerHTML.slice(0, 160), id: e.id, text: (e.innerText || e.value || '').trim().slice(0, 60),
    seen, outline: parseFloat(style.outlineWidth) >= 2 && style.outlineStyle !== 'none',
    box: [box.left, box.top, box.width, box.height].map(Math.round)}
}"""


def focused(page: Page) -> dict[str, Any] | None:
    """What has the focus, whether it is seen and outlined; None: the page itself."""
    return page.evaluate(_FOCUSED)


def assert_no_axe_violations(page: Page) -> None:
    """axe finds nothing; what it found is in the message."""
    result = Axe().run(page, options={"resultTypes": ["violations"]})
    assert result.violations_count == 0, f"{page.url}\n{result.generate_report()}"


def assert_fits(page: Page) -> None:
    """The page does not scroll sideways."""
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    guilty = page.evaluate(
        "[...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > innerWidth + 1)"
        ".slice(0, 5).map(e => e.outerHTML.slice(0, 120))"
    )
    assert wide <= 0, f"{page.url} is {wide} px too wide: {guilty}"


def assert_big_targets(page: Page, least: int = 44) -> None:
    """Whatever can be pressed is at least `least` px high and wide (links inside a sentence excepted)."""
    small = page.evaluate(_SMALL.replace("MIN", str(least)))
    assert not small, f"{page.url}\n" + "\n".join(small)


def open_all(page: Page) -> None:
    """Everything that can be opened, opened (menus lie over the page and are left)."""
    page.evaluate("document.querySelectorAll('details:not(.menu)').forEach(d => { d.open = true })")


_BONES = """() => ({
  title: document.title, lang: document.documentElement.lang, main: document.querySelectorAll('main').length,
  headings: [...document.querySelectorAll('h1')].map(e => e.textContent.trim()),
  primary: [...document.querySelectorAll('main .button.primary, main .button.danger, main .button.alarm')]
    .filter(e => e.checkVisibility()).map(e => [Math.round(e.getBoundingClientRect().height), e.textContent.trim()]),
  empty: [...document.querySelectorAll('svg use')].filter(e => e.checkVisibility() && !e.getBBox().width)
    .map(e => e.getAttribute('href')),
})"""

# The next thing to do: whole or further down, never half under the note bar.
_COVERED = """() => {
  const bar = document.querySelector('.notebar').getBoundingClientRect()
  return [...document.querySelectorAll('.task .button.primary, .main-act .button')].filter(e => e.checkVisibility())
    .map(e => [e.getBoundingClientRect(), e.textContent.trim()])
    .filter(([box]) => box.top < bar.bottom && box.bottom > bar.top + 1).map(([, words]) => words)
}"""


class Findings:
    """Collects what is wrong on many pages, so that one look tells all of it."""

    def __init__(self) -> None:
        self.found: list[str] = []

    def _keep(self, look: Callable[..., None], page: Page, *more: Any) -> None:
        try:
            look(page, *more)
        except AssertionError as wrong:
            self.found.append(str(wrong).splitlines()[0] + " " + " | ".join(str(wrong).splitlines()[1:9]))

    def axe(self, page: Page) -> None:
        self._keep(assert_no_axe_violations, page)

    def fits(self, page: Page) -> None:
        self._keep(assert_fits, page)

    def targets(self, page: Page) -> None:
        self._keep(assert_big_targets, page)

    def bones(self, page: Page, lang: str) -> None:
        """One h1 with words, a title, the language, one main; the most important buttons are the biggest."""
        bones = page.evaluate(_BONES)
        wrong = []
        if len(bones["headings"]) != 1 or not bones["headings"][0]:
            wrong.append(f"h1: {bones['headings']}")
        if len(bones["title"]) < 4 or bones["lang"] != lang or bones["main"] != 1:
            wrong.append(f"title {bones['title']!r}, lang {bones['lang']!r}, main {bones['main']}")
        wrong += [f"primary of {height} px: {words}" for height, words in bones["primary"] if height < 56]
        wrong += [f"no drawing {name}" for name in bones["empty"]]
        self.found += [f"{page.url} {what}" for what in wrong]

    def always_there(self, page: Page, *, incident: bool) -> None:
        """People to call at the same place on every page; in an incident the clocks and the note bar as well."""
        wanted = {"footer #help": "people to call"}
        wanted |= {".clocks .deadline": "a clock", ".notebar #note-text": "the note bar"} if incident else {}
        for selector, what in wanted.items():
            if not page.locator(selector).first.is_visible():
                self.found.append(f"{page.url} has not {what}")
        if incident:
            self.found += [f"{page.url} the note bar covers {words}" for words in page.evaluate(_COVERED)]

    def none(self) -> None:
        assert not self.found, f"{len(self.found)} findings\n" + "\n".join(self.found)


def double_text(page: Page) -> None:
    """What a person does who needs letters of twice the size."""
    page.evaluate("document.documentElement.style.fontSize = '200%'")


def walk_by_keyboard(page: Page, most: int = 200) -> list[dict[str, Any]]:
    """Press Tab from the top to the end; whatever has focus is seen, not covered, and carries a visible outline."""
    page.evaluate(
        "document.body.tabIndex = -1; document.body.focus(); document.body.removeAttribute('tabindex'); scrollTo(0, 0)"
    )
    stops: list[dict[str, Any]] = []
    for _ in range(most):
        page.keyboard.press("Tab")
        stop = focused(page)
        if stop is None or (stops and stop["html"] == stops[0]["html"] and stop["box"][0] == stops[0]["box"][0]):
            break
        assert stop["seen"], f"focus is hidden at {stop}"
        assert stop["outline"], f"focus cannot be seen at {stop}"
        stops.append(stop)
    return stops


def keep_picture(page: Page, name: str) -> Path | None:
    """A picture of the page in the folder HIKESHI_PICTURES, where somebody wants to look at them."""
    folder = os.environ.get("HIKESHI_PICTURES")
    if not folder:
        return None
    path = Path(folder) / f"{name}.png"
    path.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=path, full_page=True)
    return path
