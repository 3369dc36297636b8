"""送る速さ：決めた数より速くは送らず、待つのは一通ごと。"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from hikeshi.engines.mail.journal import Journal
from hikeshi.engines.mail.sending import Ready, Throttle, send
from hikeshi.engines.mail.smtp import Server
from tests.mailserver import Post, mail_server


@dataclass
class Clock:
    """A clock that goes on when somebody sleeps; what the server had by then."""

    at: float = 1000.0
    post: Post | None = None
    had: list[int] = field(default_factory=list)

    def now(self) -> float:
        return self.at

    def sleep(self, seconds: float) -> None:
        assert seconds > 0
        self.at += seconds
        self.had.append(len(self.post.mails) if self.post else 0)


@settings(deadline=None)
@given(st.integers(1, 30), st.lists(st.floats(0, 90), max_size=80))
def test_never_more_than_agreed_in_a_minute(per_minute: int, busy: list[float]) -> None:
    """一通ごとの手間がどれだけかかっても、どの60秒をとっても、決めた数より多くは送らず、要らない待ちもしない。"""
    clock = Clock()
    throttle = Throttle(per_minute, clock.now, clock.sleep)
    sent: list[float] = []
    for seconds in busy:
        clock.at += seconds
        asked = clock.at
        throttle.wait()
        if clock.at > asked:
            assert clock.at - sent[-1] <= 60 / per_minute + 1e-6
        sent.append(clock.at)
    for first in sent:
        assert sum(first <= one < first + 59.999 for one in sent) <= per_minute


def test_no_bound_is_no_wait() -> None:
    """0 は、決まりなし：待たない。"""
    clock = Clock()
    throttle = Throttle(0, clock.now, clock.sleep)
    for _ in range(500):
        throttle.wait()
    assert clock.had == []


def test_each_message_waits_for_its_turn(tmp_path: Path) -> None:
    """本物のサーバーへ、毎分20通なら、最初はすぐ、あとは一通ごとに3秒あけて送る。"""
    with mail_server() as (port, post, _), closing(Journal(tmp_path / "journal", "1")) as journal:
        clock = Clock(post=post)
        messages = [Ready(n, f"c{n}@example.com", lambda: b"Subject: x\r\n\r\nx\r\n") for n in range(5)]
        server = Server("127.0.0.1", port, "none")
        throttle = Throttle(20, clock.now, clock.sleep)
        outcomes = send(server, "", lambda _: "shop@example.jp", messages, journal, throttle)
    assert [outcome.state for outcome in outcomes.values()] == ["sent"] * 5
    assert clock.had == [1, 2, 3, 4]
    assert clock.at == 1012.0
