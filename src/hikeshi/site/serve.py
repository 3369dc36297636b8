"""`hikeshi` without further words: make the data ready, serve on localhost, open the browser where there is one."""

import gc
import os
import secrets
import socket
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hikeshi import words
from hikeshi.engines.common.problem import Problem
from hikeshi.site import places

FIRST_PAGE_FIRST = 1.0
"""Seconds that the worker waits at a start: its imports would take their time from the first page's."""


def main(_arguments: Sequence[str] = ()) -> int:
    """Serve until Ctrl+C. Raises Problem("site.port_taken" | "site.port" | "site.data_…")."""
    from hikeshi.desk.services import start_django

    port = places.port()
    gc.disable()  # what is imported stays: looking through it for garbage is a tenth of the time to the first page
    with _listening(port) as listener:
        start_django(renew=False)
        from django.conf import settings

        from hikeshi.site import tables, work

        with places.claim(settings.HIKESHI_DATA):
            tables.migrate()
            tables.forget_visitors()
            places.tidy(settings.HIKESHI_DATA)
            address = _address(port)
            _say(address, settings.HIKESHI_DATA)
            if os.environ.get("HIKESHI_BROWSER", "1") != "0" and _has_screen():
                threading.Timer(0.2, _browse, [address]).start()
            work.start(after=FIRST_PAGE_FIRST)
            _serve(listener)
    return 0


def _listening(port: int) -> socket.socket:
    """The socket is taken first: a second start on the same port says so at once and touches nothing."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    if os.name != "nt":
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((os.environ.get("HIKESHI_BIND", "127.0.0.1"), port))
    except OSError as error:
        listener.close()
        raise Problem("site.port_taken", port=port, why=error.strerror or str(error)) from error
    listener.listen(64)
    return listener


def first_run_token() -> str | None:
    """The token of the address that lets the first visitor in; None once somebody has a name and a password.

    Who began in an emergency has neither: after a restart this address is their only way back.
    """
    from django.conf import settings

    from hikeshi.desk.models import Person

    path = Path(settings.HIKESHI_DATA) / "keys" / "first-run-token"
    if Person.objects.filter(provisional=False).exists():
        path.unlink(missing_ok=True)
        return None
    if not path.exists():
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(24))
    return path.read_text(encoding="ascii").strip()


def _address(port: int) -> str:
    token = first_run_token()
    base = f"http://localhost:{port}/"
    return f"{base}start/{token}/" if token else base


def _browse(address: str) -> None:
    import webbrowser

    webbrowser.open(address)


def _has_screen() -> bool:
    return sys.platform in ("win32", "darwin") or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _say(address: str, folder: Path) -> None:
    lines = {
        "ja": [
            "火消しを始めました。次のアドレスをブラウザーで開いてください。",
            f"  {address}",
            f"記録の置き場所: {folder}",
            "止めるには、この画面で Ctrl+C を押してください。記録は残ります。",
        ],
        "en": [
            "Hikeshi is running. Open this address in a browser:",
            f"  {address}",
            f"Your records are kept in: {folder}",
            "To stop, press Ctrl+C here. The records stay.",
        ],
    }[words.user_language()]
    print("\n".join(lines), flush=True)  # noqa: T201 - this is a command's output


def _proxy() -> dict[str, Any]:
    """Under published names a proxy with https stands before it and says so; who else says so deceives only themselves.

    Where a visitor comes from is not believed: a guesser would come from a new place with each guess.
    """
    if not os.environ.get("HIKESHI_HOSTS"):
        return {}
    return {"trusted_proxy": "*", "trusted_proxy_headers": {"x-forwarded-proto"}}


def _serve(listener: socket.socket) -> None:
    import logging

    from django.urls import get_resolver
    from waitress.server import create_server

    from hikeshi.site.intake import Channel
    from hikeshi.site.wsgi import application

    logging.getLogger("waitress").setLevel(logging.ERROR)
    _ = get_resolver().url_patterns  # every room's pages, before anybody asks for one
    server = create_server(
        application,
        sockets=[listener],
        threads=8,
        ident="hikeshi",
        max_request_body_size=8 << 30,
        channel_timeout=300,
        clear_untrusted_proxy_headers=True,
        **_proxy(),
    )
    server.channel_class = Channel
    gc.freeze()
    gc.enable()
    try:
        server.run()
    finally:
        server.close()
