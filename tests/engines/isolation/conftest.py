"""The world of namespaces, torn down whatever happened in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.components import needs
from tests.engines.isolation.world import World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A host with attacker, responder and container."""
    needs("root", "nft", "ip", "ss")
    made = World(tmp_path / "kept")
    try:
        made.build()
        yield made
    finally:
        made.destroy()


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[World]:
    """A host and its responder only."""
    needs("root", "nft", "ip", "ss")
    made = World(tmp_path / "kept")
    try:
        made.build(whole=False)
        yield made
    finally:
        made.destroy()
