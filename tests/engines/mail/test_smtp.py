"""送る：本物のサーバーに、暗号化して、サインインして。どんな切れ方をしても、どうなったかを正しく言う。"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from hikeshi.engines.common.problem import Problem
from hikeshi.engines.mail.smtp import Connection, Outcome, Server
from tests.mailserver import PASSWORD, USER, Mood, certificate, mail_server

MAIL = b"Subject: x\r\n\r\n.dots\r\n..\r\nend\r\n"


def once(server: Server, to: str = "taro@example.jp", password: str = "") -> Outcome:
    link = Connection(server, password)
    try:
        return link.send("shop@example.jp", to, MAIL)
    finally:
        link.close()


def plain(port: int) -> Server:
    return Server("127.0.0.1", port, "none", patience=0.5)


def test_a_message_arrives_byte_for_byte(tmp_path: Path) -> None:
    """STARTTLS とサインインの先で、点で始まる行も含めて、そのままの文が届く。"""
    made = certificate(tmp_path, "localhost")
    with mail_server(made) as (port, post, _):
        server = Server("localhost", port, "starttls", USER, str(made.authority))
        assert once(server, password=PASSWORD) == Outcome("sent", 250, "2.0.0 taken")
        assert post.mails == [("taro@example.jp", MAIL)]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"trust": ""}, "mail.certificate"),
        ({"host": "127.0.0.1"}, "mail.certificate"),
        ({"user": "saburo"}, "mail.sign_in"),
        ({"port": 1}, "mail.unreachable"),
        ({"host": "mail.example.invalid", "security": "none"}, "mail.not_encrypted"),
    ],
)
def test_nothing_is_said_to_a_stranger(tmp_path: Path, change: dict[str, str], code: str) -> None:
    """証明書・名前・合言葉が合わない相手や、暗号化しない相手には、何も送らない。"""
    made = certificate(tmp_path, "localhost")
    with mail_server(made) as (port, post, _):
        right = {"host": "localhost", "port": port, "security": "starttls", "user": USER, "trust": str(made.authority)}
        with pytest.raises(Problem) as told:
            once(Server(**{**right, **change}), password=PASSWORD)  # type: ignore[arg-type]
        assert told.value.code == code
        assert PASSWORD not in str(told.value)
        assert post.mails == []


def test_a_server_without_starttls_gets_no_password() -> None:
    """STARTTLS に応じない相手には、合言葉もメールも渡さない。"""
    with mail_server() as (port, post, _):
        with pytest.raises(Problem) as told:
            once(Server("127.0.0.1", port, "starttls", USER, patience=0.5), password=PASSWORD)
        assert (told.value.code, post.mails) == ("mail.no_starttls", [])


@pytest.mark.parametrize(
    ("mood", "state", "arrived"),
    [
        (Mood(), "sent", 1),
        (Mood(refuse=frozenset({"taro@example.jp"})), "failed", 0),
        (Mood(later_at_rcpt=1), "later", 0),
        (Mood(later_at_end=1), "later", 0),
        (Mood(gone_at_data=1), "later", 0),
        (Mood(gone_after_taking=1), "open", 1),
        (Mood(gone_before_taking=1), "open", 0),
    ],
)
def test_each_end_of_a_message(mood: Mood, state: str, arrived: int) -> None:
    """届いた・断られた・あとで・わからない。渡したあと答えの前に切れたものだけが「わからない」になる。"""
    with mail_server(mood=mood) as (port, post, _):
        assert once(plain(port)).state == state
        assert len(post.mails) == arrived


def test_what_is_refused_leaves_the_session_of_use() -> None:
    """一人が断られても、同じ接続で次の人に送れる。"""
    with mail_server(mood=Mood(refuse=frozenset({"gone@example.jp"}))) as (port, post, _):
        link = Connection(plain(port))
        states = [link.send("shop@example.jp", to, MAIL).state for to in ("gone@example.jp", "taro@example.jp")]
        link.close()
        assert (states, [to for to, _mail in post.mails]) == (["failed", "sent"], ["taro@example.jp"])


def talk(*answers: bytes | None) -> tuple[int, Callable[[], None]]:
    """A server that gives these answers, one a line it hears, whatever is said; None hangs up."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with suppress(OSError), listener, listener.accept()[0] as line, line.makefile("rb") as heard:
            for n, answer in enumerate(answers):
                if n:
                    heard.readline(10_000)
                if answer is None:
                    return
                line.sendall(answer)
            while heard.readline(10_000):
                pass

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    return listener.getsockname()[1], thread.join


HELLO = (b"220 hi\r\n", b"250 hi\r\n")


@pytest.mark.parametrize(
    ("answers", "state"),
    [
        ((b"250 ok\r\n", b"250 ok\r\n", b"421 going\r\n"), "later"),
        ((b"250 ok\r\n", b"250 ok\r\n", b"250 what\r\n"), "later"),
        ((b"250 ok\r\n", b"250 ok\r\n", None), "later"),
        ((b"250 ok\r\n", b"554 no\r\n", b"250 reset\r\n"), "failed"),
        ((b"250 ok\r\n", b"\xff\xff garbage\r\n"), "later"),
        ((b"250 ok\r\n", b"2" * 100_000 + b"\r\n"), "later"),
        ((b"250 ok\r\n", b"250 ok\r\n", b"354 go\r\n", None), "open"),
        ((b"250 ok\r\n", b"250 ok\r\n", b"354 go\r\n", b"\x00\xffOK queued\r\n"), "open"),
        ((b"250 ok\r\n", b"250 ok\r\n", b"354 go\r\n", b"354 what\r\n"), "open"),
    ],
)
def test_strange_servers(answers: tuple[bytes | None, ...], state: str) -> None:
    """約束を守らないサーバーの答えでも、送ったことにも、確かに失敗したことにもしない。"""
    port, wait = talk(*HELLO, *answers)
    assert once(plain(port)).state == state
    wait()


def test_no_line_of_a_command_can_be_added() -> None:
    """改行の入った宛先は、命令の行を増やせない。"""
    with mail_server() as (port, post, _):
        link = Connection(plain(port))
        with pytest.raises(ValueError, match="newline"):
            link.send("shop@example.jp", "a@example.jp>\r\nRCPT TO:<b@example.jp", MAIL)
        link.close()
        assert post.mails == []
