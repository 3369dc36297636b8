"""Three drills, played once for all tests here: two seeds in Japanese, and the first of them in English."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

from tests.drill.playing import Played, finished, start

SEED, OTHER = 1, 2


class Three(NamedTuple):
    """The drills, and the folder of the user's own record while they ran."""

    first: Played
    other: Played
    english: Played
    user_data: Path


@pytest.fixture(scope="session")
def three(tmp_path_factory: pytest.TempPathFactory) -> Three:
    folder = tmp_path_factory.mktemp("drills")
    user_data = folder / "own-record"
    user_data.mkdir()
    (user_data / "hikeshi.sqlite3").write_bytes(b"precious")
    # The English one goes where a sync client would take hold of its data.
    outs = [(folder / "a", SEED, "ja"), (folder / "b", OTHER, "ja"), (folder / "Dropbox" / "c", SEED, "en")]
    begun = [(out, start(out, seed, lang, user_data)) for out, seed, lang in outs]
    first, other, english = [finished(out, process) for out, process in begun]
    return Three(first, other, english, user_data)
