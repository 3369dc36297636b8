"""What a test needs beyond Python, and what happens where it is not there."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest

# What a test wants said below pytest's summary of skips.
NOTES: pytest.StashKey[list[str]] = pytest.StashKey()
SERVER_PROGRAMS = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))


def needs(*components: str) -> None:
    """Skip this test and say why when a component is missing; with CI=true, where all are installed, fail.

    A component is the name of a program ("restic", "strace", "nft"), or one of: "chromium", "postgresql", "root",
    "test-data", "verapdf". Call it in the test, or at the top of a module for all its tests.
    """
    missing = [name for name in components if not present(name)]
    if not missing:
        return
    reason = f"not on this machine: {', '.join(missing)}"
    if os.environ.get("CI") == "true":
        pytest.fail(f"{reason} (with CI=true every component must be there)", pytrace=False)
    pytest.skip(reason, allow_module_level=True)


def present(component: str) -> bool:
    """Whether this machine has it."""
    match component:
        case "chromium":
            return chromium() is not None
        case "postgresql":
            return bool(SERVER_PROGRAMS)
        case "root":
            return sys.platform != "win32" and os.geteuid() == 0
        case "verapdf":
            return bool(shutil.which("java")) and any((Path(sys.prefix) / "verapdf").glob("validation-model-*.jar"))
        case "test-data":
            return bool(os.environ.get("HIKESHI_TEST_DATA")) and Path(os.environ["HIKESHI_TEST_DATA"]).is_dir()
        case _:
            return shutil.which(component) is not None


def chromium() -> str | None:
    """The Chromium of this machine; Playwright's own is never downloaded."""
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
