"""何台で動かしても、一つの送信を送るのは一台だけ。送っている途中の組を、ほかの機械が引き取らない。"""

from __future__ import annotations

from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from django.db import connection

from hikeshi.notify.delivery import keeping

DELIVERY = "ab" * 8


def claimed_elsewhere() -> bool:
    """Whether another process (here: a thread with a connection of its own) gets the claim now."""
    seen: list[bool] = []

    def claim() -> None:
        with keeping.at_work(DELIVERY) as ours:
            seen.append(ours)
        connection.close()

    other = Thread(target=claim)
    other.start()
    other.join()
    return seen[0]


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_one_server_at_a_time(settings: Any, tmp_path: Path) -> None:
    """一台が送っている間は、データの置き場所が別のサーバーでも引き取れず、終われば引き取れる。"""
    with keeping.at_work(DELIVERY) as ours:
        assert ours
        if connection.vendor == "postgresql":  # only there do servers with folders of their own share a record
            settings.HIKESHI_DATA = tmp_path
        assert not claimed_elsewhere()
    assert claimed_elsewhere()
