"""Takes the README's pictures from real pages: a drill is run, its data served, and Chromium looks at it.

python tools/pictures.py          writes docs/pictures/*.png (needs the test set and Chromium)
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from importlib import import_module
from pathlib import Path

HOUSE = Path(__file__).resolve().parents[1]
OUT = HOUSE / "docs" / "pictures"
SEED = "7"
PAGES = {"home": "/", "incident": "/i/{ref}/", "duties": "/i/{ref}/notify/", "card": "/i/{ref}/first-hour/card-zero/"}
PAPERS = {"letter": "*customer-letter-ja.pdf", "plan": "plan-ja.pdf"}


def main() -> int:
    sys.path[:0] = [str(HOUSE), str(HOUSE / "src")]
    OUT.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="hikeshi-pictures-") as place:
        drill = Path(place) / "drill"
        command = [
            sys.executable,
            "-m",
            "hikeshi",
            "drill",
            "run",
            "web-intrusion",
            "--out",
            str(drill),
            "--seed",
            SEED,
        ]
        env = {**os.environ, "PYTHONPATH": str(HOUSE / "src"), "HIKESHI_LANG": "ja"}
        subprocess.run(command, check=True, env=env, stdout=subprocess.DEVNULL)
        for name, pattern in PAPERS.items():
            _paper(next((drill / "documents").glob(pattern)), name)
        _pages(drill / "data")
    return 0


def _paper(pdf: Path, name: str) -> None:
    """The first page of a document."""
    program = shutil.which("pdftoppm")
    if program is None:
        raise SystemExit("pdftoppm (poppler-utils) is needed")
    target = OUT / name
    subprocess.run(
        [program, "-r", "60", "-f", "1", "-l", "1", "-singlefile", "-png", str(pdf), str(target)], check=True
    )


def _pages(data: Path) -> None:
    os.environ.update(HIKESHI_DATA=str(data), DJANGO_ALLOW_ASYNC_UNSAFE="1")
    from hikeshi.desk.services import start_django

    start_django()
    from django.conf import settings
    from playwright.sync_api import sync_playwright

    from hikeshi.casebook.services import Case
    from tests.components import chromium
    from tests.serving import served

    reference = Case.objects.order_by("-opened_at")[0].reference
    key = _session()
    with served(data) as server, sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        browser = playwright.chromium.launch(executable_path=chromium(), args=arguments)
        context = browser.new_context(viewport={"width": 390, "height": 780}, device_scale_factor=1.5, locale="ja-JP")
        base = f"http://localhost:{server.port}"
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": base}])
        page = context.new_page()
        for name, address in PAGES.items():
            page.goto(base + address.format(ref=reference))
            page.screenshot(path=str(OUT / f"{name}.png"))
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
