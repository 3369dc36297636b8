"""The background worker: asks every room for work that is owed. A thread of the desk, or `hikeshi work` hosted."""

import logging
import threading
from importlib import import_module
from pathlib import Path

from django.db import close_old_connections, connection

log = logging.getLogger(__name__)
ROOMS = Path(__file__).resolve().parents[1]
PAUSE = 5.0


def rooms() -> list[str]:
    """Rooms that may owe work: their services have `do_owed`."""
    return [
        path.parent.name
        for path in sorted(ROOMS.glob("*/services.py"))
        if hasattr(import_module(f"hikeshi.{path.parent.name}.services"), "do_owed")
    ]


def once() -> int:
    """Do what is owed now; how much was done. What a room cannot do is logged and tried again at the next wake-up."""
    done = 0
    for room in rooms():
        try:
            done += import_module(f"hikeshi.{room}.services").do_owed()
        except Exception:
            log.exception("work of %s failed", room)
    return done


def forever(stop: threading.Event | None = None) -> None:
    """Work until `stop` is set. Work is owed by the entries, so a missed wake-up costs seconds, never work."""
    from hikeshi.casebook import services as casebook

    while stop is None or not stop.is_set():
        close_old_connections()
        if not once():
            connection.close()
            casebook.awake.wait(PAUSE)
        casebook.awake.clear()


def start(after: float = 0.0) -> threading.Thread:
    """The worker as a thread of this process, which begins `after` so many seconds."""
    thread = threading.Timer(after, forever)
    thread.name, thread.daemon = "hikeshi-work", True
    thread.start()
    return thread
