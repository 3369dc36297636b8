"""Takes the README's pictures from real pages: a drill is run, its data served, and Chromium looks at it.

python tools/pictures.py          writes docs/pictures/*.png (needs the test set and Chromium)
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from importlib import import_module
from pathlib import Path

HOUSE = Path(__file__).resolve().parents[1]
OUT = HOUSE / "docs" / "pictures"
SEED = "7"
PAGES = {
    "home": "/",
    "card": "/i/{ref}/first-hour/card-zero/",
    "incident": "/i/{ref}/",
    "finding": "/i/{ref}/investigate/finding/{finding}/",
    "duties": "/i/{ref}/notify/",
}


def main() -> int:
    sys.path[:0] = [str(HOUSE), str(HOUSE / "src")]
    OUT.mkdir(exist_ok=True)
    if len(sys.argv) > 1:
        _pages(Path(sys.argv[2]), sys.argv[1])
        return 0
    for lang in ("ja", "en"):
        with tempfile.TemporaryDirectory(prefix="hikeshi-pictures-") as place:
            drill = Path(place) / "drill"
            env = {**os.environ, "PYTHONPATH": f"{HOUSE / 'src'}{os.pathsep}{HOUSE}", "HIKESHI_LANG": lang}
            scenario = ["drill", "run", "web-intrusion", "--out", str(drill), "--seed", SEED, "--lang", lang]
            subprocess.run([sys.executable, "-m", "hikeshi", *scenario], check=True, env=env, stdout=subprocess.DEVNULL)
            # A process of its own: Django holds one data folder for as long as it lives.
            subprocess.run([sys.executable, __file__, lang, str(drill / "data")], check=True, env=env)
    return 0


def _pages(data: Path, lang: str) -> None:
    os.environ.update(HIKESHI_DATA=str(data), DJANGO_ALLOW_ASYNC_UNSAFE="1")
    from hikeshi.desk.services import start_django

    start_django()
    from django.conf import settings
    from playwright.sync_api import sync_playwright

    from hikeshi.casebook.services import Case
    from hikeshi.investigate import services as investigate
    from tests.components import chromium
    from tests.serving import served

    case = Case.objects.order_by("-opened_at")[0]
    finding = investigate.findings(case)[0]["row"].finding
    key = _session()
    with served(data) as server, sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        browser = playwright.chromium.launch(executable_path=chromium(), args=arguments)
        context = browser.new_context(viewport={"width": 390, "height": 780}, device_scale_factor=1.5)
        base = f"http://localhost:{server.port}"
        cookies = {settings.SESSION_COOKIE_NAME: key, settings.LANGUAGE_COOKIE_NAME: lang}
        context.add_cookies([{"name": name, "value": value, "url": base} for name, value in cookies.items()])
        page = context.new_page()
        for name, address in PAGES.items():
            page.goto(base + address.format(ref=case.reference, finding=finding))
            page.screenshot(path=str(OUT / f"{lang}-{name}.png"))
        browser.close()


def _session() -> str:
    """A session of the drill's owner, as signing in would make it."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    from hikeshi.desk.models import Person

    owner = Person.objects.order_by("created_at")[0]
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    store[SESSION_KEY] = str(owner.pk)
    store[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    store[HASH_SESSION_KEY] = owner.get_session_auth_hash()
    store.save()
    return str(store.session_key)


if __name__ == "__main__":
    raise SystemExit(main())
