"""ディスクがいっぱいで控えが書けないときは、一通も送らず、だれも「届いたかわからない」にしない。"""

from __future__ import annotations

import pytest

from hikeshi.engines.mail import journal
from hikeshi.notify.delivery import acts, keeping, running
from tests.cast import Cast, assemble
from tests.mailserver import mail_server
from tests.notify.delivery.cast import approved, listed, rows, set_up

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return assemble()


def test_no_journal_no_batch(cast: Cast) -> None:
    """控えが始められなければ全員が「これから」のまま止まり、空きができて続けると、一通ずつ届く。"""
    case, paper = approved(cast)
    with mail_server() as (port, post, _):
        set_up(cast, port)
        delivery = listed(case, paper, cast, rows(3))
        acts.begin(case, delivery, paper.sha256, cast.actor)
        # A folder in the place of the journal's draft: it cannot be written, as on a full disk.
        blocked = keeping.journal_path(delivery).with_suffix(".new")
        blocked.mkdir()
        running.run(case, delivery)
        now = acts.standing(case, delivery)
        assert (now.stage, now.problem, now.counts()) == ("paused", "mail.journal", {"waiting": 3})
        assert post.mails == []
        blocked.rmdir()
        acts.pause(case, delivery, False, cast.actor)
        running.run(case, delivery)
        assert post.count() == {f"c{n}@example.com": 1 for n in (1, 2, 3)}
    assert acts.standing(case, delivery).counts() == {"sent": 3}
    assert journal.left(keeping.journal_path(delivery), "no batch") is None
