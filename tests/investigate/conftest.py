"""What every test of the investigation begins with."""

from typing import Any

import pytest

from tests.cast import Cast, assemble


@pytest.fixture
def cast() -> Cast:
    return assemble()


@pytest.fixture
def case(cast: Cast) -> Any:
    return cast.open_case()
