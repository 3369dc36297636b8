"""Runs a whole incident without a person: the same services, the real parsers, a data folder of its own."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from hikeshi.drill import script
from hikeshi.engines.common.problem import Problem

__all__ = ["MOST_SEED", "play", "scenarios"]

MOST_SEED = 10**12
Progress = Callable[[int, int, str], None]
"""Told the injects done, all of them, and the title of the next one."""


def scenarios() -> dict[str, script.Scenario]:
    """Every scenario by its name."""
    return script.found()


def play(name: str, out: Path, seed: int, lang: str, progress: Progress | None = None) -> dict[str, Any]:
    """Play a scenario into the folder `out`; what came of it as plain data (see results.said).

    Must be called before Django has started in this process: it starts Django on the drill's own data. Raises
    Problem("drill.no_such_scenario" | "drill.bad_seed" | "drill.folder_not_empty" | "drill.not_a_folder" …).
    """
    chosen = script.scenario(name)
    if not 0 <= seed <= MOST_SEED:
        raise Problem("drill.bad_seed", seed=seed, most=MOST_SEED, exit=2)
    out = _empty(out)
    begun = time.monotonic()
    with _own_data(out) as data:
        from django.utils import translation

        from hikeshi.drill import acts, results, run

        with translation.override(lang):
            world = chosen.world(seed)
            playing = run.assemble(chosen, world, lang, out)
            injects = script.injects(chosen, world, lang)
            for number, inject in enumerate(injects):
                if progress:
                    progress(number, len(injects), inject.title)
                acts.act(playing, inject)
            results.write(playing)
            said = results.said(playing, seed, data, time.monotonic() - begun)
        (out / "drill.json").write_text(json.dumps(said, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return said


def _empty(out: Path) -> Path:
    """The folder, made if need be. What is already somewhere is never mixed with a drill."""
    out = out.expanduser().absolute()
    if out.exists() and not out.is_dir():
        raise Problem("drill.not_a_folder", path=str(out), exit=2)
    out.mkdir(parents=True, exist_ok=True)
    if any(out.iterdir()):
        raise Problem("drill.folder_not_empty", path=str(out), exit=2)
    return out


@contextmanager
def _own_data(out: Path) -> Iterator[Path | None]:
    """Start Django on data of the drill's own: in `out`/data, or in a folder that is gone afterwards.

    The latter where data may not lie: in the clone, in a synced folder. The user's record is never named.
    """
    from django.apps import apps

    if apps.ready:
        raise Problem("drill.started_elsewhere")
    os.environ.pop("HIKESHI_DATABASE_URL", None)
    data = out / "data"
    try:
        _start(data)
    except Problem as problem:
        if not problem.code.startswith("site.data_"):
            raise
        shutil.rmtree(data, ignore_errors=True)
        with tempfile.TemporaryDirectory(prefix="hikeshi-drill-") as passing:
            _start(Path(passing))
            yield None
            _close()
        return
    yield data
    _close()


def _start(data: Path) -> None:
    os.environ["HIKESHI_DATA"] = str(data)
    from hikeshi.desk.services import start_django

    start_django()
    from django.conf import settings
    from django.core.management import call_command

    if Path(settings.HIKESHI_DATA) != data.resolve():
        raise Problem("drill.started_elsewhere")
    call_command("migrate", interactive=False, verbosity=0)


def _close() -> None:
    """Let go of the database's file, so that the folder can be moved or removed."""
    from django.db import connections

    connections.close_all()
