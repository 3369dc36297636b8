"""データの置き場所の片付け。"""

import os
import time
from pathlib import Path

from hikeshi.site import places


def test_what_was_cut_off_long_ago_is_cleared_away(tmp_path: Path) -> None:
    """途中で切れた受け取りや封印の残りは、一日たてば片付く。新しいもの、リンクの先、証拠には触れない。"""
    incoming = tmp_path / "incoming"
    (incoming / "seal-x").mkdir(parents=True)
    outside = tmp_path / "evidence"
    outside.mkdir()
    for path in (incoming / "seal-x" / "a.zip", incoming / "old.upload", incoming / "new.upload", outside / "kept"):
        path.write_bytes(b"x")
    (incoming / "link").symlink_to(outside)
    long_ago = time.time() - 2 * places.LEFT_BEHIND
    for path in (incoming / "seal-x", incoming / "old.upload", incoming / "link", outside / "kept"):
        os.utime(path, (long_ago, long_ago), follow_symlinks=False)
    places.tidy(tmp_path)
    assert [path.name for path in incoming.iterdir()] == ["new.upload"]
    assert (outside / "kept").exists()
