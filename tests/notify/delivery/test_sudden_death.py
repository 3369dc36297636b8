"""二千人に、途中で何度殺されても、一人に一通。二通届く人はいない。"""

from __future__ import annotations

import re
import time
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from hikeshi.casebook import services as casebook
from hikeshi.engines.mail import message
from hikeshi.notify.delivery import acts, keeping, rules, running
from tests.cast import Cast, assemble
from tests.mailserver import Mood, Post, mail_server
from tests.notify.delivery.cast import approved, listed, rows, sending, set_up

pytestmark = pytest.mark.django_db(transaction=True)
PEOPLE = 2000
DEATHS = 3
MESSAGE_ID = re.compile(rb"Message-ID: (\S+)")


@pytest.fixture
def cast() -> Cast:
    return assemble()


def killed(case: Any, post: Post, after: int) -> None:
    """Let a process send so many messages, then kill it as a power cut would."""
    before = len(post.mails)
    with sending(case) as process:
        patience = time.monotonic() + 300
        while len(post.mails) < before + after and process.poll() is None and time.monotonic() < patience:
            time.sleep(0.01)
        process.kill()
        process.wait(timeout=120)
    assert len(post.mails) > before, "it sent nothing before it was killed"


def check_one_each(post: Post) -> Counter[str]:
    """No mailbox and no Message-ID came to the server twice; what came."""
    got = post.count()
    assert max(got.values()) == 1, [to for to, n in got.items() if n > 1]
    names = Counter(MESSAGE_ID.findall(b"".join(mail.partition(b"\r\n\r\n")[0] for _to, mail in post.mails)))
    assert (max(names.values()), len(names)) == (1, len(post.mails))
    return got


def check_nobody_twice(case: Any, delivery: str, post: Post) -> rules.Standing:
    """What the record says of each person is what the server took."""
    now = acts.standing(case, delivery)
    got = check_one_each(post)
    for number, person in now.people.items():
        arrived = got[f"c{number}@example.com"]
        assert arrived <= {"sent": 1, "open": 1}.get(person.state, 0), (number, person.state, arrived)
        assert person.state != "sent" or arrived == 1, number
    return now


def test_two_thousand_people_and_three_sudden_deaths(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """断り、先送り、前と後の切断、送信中の kill -9 を重ねても、全員が一通ちょうどか「わからない」になる。"""
    case, paper = approved(cast)
    mood = Mood(
        seed=7,
        later_at_rcpt=0.01,
        later_at_end=0.01,
        gone_at_data=0.01,
        gone_after_taking=0.005,
        gone_before_taking=0.005,
        refuse=frozenset(f"c{n}@example.com" for n in range(100, PEOPLE, 400)),
    )
    with mail_server(mood=mood) as (port, post, handler):
        set_up(cast, port)
        delivery = listed(case, paper, cast, rows(PEOPLE))
        acts.begin(case, delivery, paper.sha256, cast.actor)
        for _ in range(DEATHS):
            killed(case, post, 60)
            check_one_each(post)
        assert running.run(case, delivery)
        now = check_nobody_twice(case, delivery, post)
        assert now.counts()["later"] > 0
        # Hours later the server takes those whom it put off.
        handler.mood = Mood(refuse=mood.refuse)
        monkeypatch.setattr(casebook, "now", lambda at=casebook.now: at() + timedelta(hours=1))
        assert running.run(case, delivery)
        now = check_nobody_twice(case, delivery, post)
    counts = now.counts()
    assert now.stage == "ended"
    assert counts["failed"] == len(mood.refuse)
    assert 0 < counts["open"] < PEOPLE * 0.05
    assert counts["sent"] == PEOPLE - counts["failed"] - counts["open"]
    text = post.read(0).get_content().replace("\r\n", "\n")
    number = message.marked(post.read(0)["Message-ID"], keeping.marking_key())[0][1]
    assert f"客{number} 太郎 様" in text


def test_without_its_journal_a_whole_batch_stands_open(cast: Cast) -> None:
    """控えの失われた機械では、送っていた組の全員が「わからない」になり、二度は送られない。"""
    case, paper = approved(cast)
    with mail_server() as (port, post, _):
        set_up(cast, port)
        delivery = listed(case, paper, cast, rows(3 * rules.BATCH))
        acts.begin(case, delivery, paper.sha256, cast.actor)
        killed(case, post, rules.BATCH + 5)
        at_work = acts.standing(case, delivery).unfinished
        keeping.journal_path(delivery).unlink()
        running.run(case, delivery)
        now = check_nobody_twice(case, delivery, post)
    lost = set(at_work["numbers"]) if at_work else set()
    assert {number for number, person in now.people.items() if person.state == "open"} == lost
    assert now.counts()["sent"] == len(now.people) - len(lost)
