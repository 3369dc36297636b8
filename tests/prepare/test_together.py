"""何人もが同時に書いても、何も消えず、だれも黙って上書きしない。"""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connections

from hikeshi.casebook import services as casebook
from hikeshi.engines.common.problem import Problem
from hikeshi.prepare import services as prepare
from hikeshi.prepare.models import Item
from tests.cast import assemble

pytestmark = pytest.mark.django_db(transaction=True)
WRITERS = 6


def together(act: Callable[[int], Any]) -> list[str]:
    """What came of the same act by several writers at once: "done" or the code of the problem."""

    def one(n: int) -> str:
        try:
            act(n)
        except Problem as problem:
            return problem.code
        finally:
            connections.close_all()
        return "done"

    with ThreadPoolExecutor(WRITERS) as pool:
        return list(pool.map(one, range(WRITERS)))


def test_one_of_many_editors_wins_and_the_others_are_told() -> None:
    """同じ行を同時に直すと、一人だけが通り、ほかの人は知らされる。"""
    cast = assemble()
    given = {"kind": "bank", "name": "銀行"}
    prepare.state(cast.workspace, cast.actor, "contact", given, key="bank")
    seen = Item.objects.get(key="bank").number
    came = together(
        lambda n: prepare.state(
            cast.workspace, cast.actor, "contact", {**given, "phone": str(n)}, key="bank", seen=seen
        )
    )
    assert Counter(came) == {"done": 1, "prepare.changed": WRITERS - 1}
    assert len(list(casebook.entries(cast.workspace, ["contact.stated"]))) == 2


def test_many_new_lines_are_all_kept() -> None:
    """同時に書き足した行は、すべて別の行として残る。"""
    cast = assemble()
    came = together(lambda n: prepare.state(cast.workspace, cast.actor, "device", {"kind": "pc", "name": f"機器{n}"}))
    assert Counter(came) == {"done": WRITERS}
    assert sorted(d["name"] for d in prepare.devices(cast.workspace)) == [f"機器{n}" for n in range(WRITERS)]
