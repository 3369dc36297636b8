"""期限のお知らせ：設定するまではどこへも送らず、設定したら、メールとチャットへ一度ずつ。"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from hikeshi.casebook import services as casebook
from hikeshi.engines.common.problem import Problem
from hikeshi.notify import services as notify
from hikeshi.notify.delivery import keeping, reminding, setup
from hikeshi.notify.delivery.entries import RemindersSetUp
from tests.cast import Cast, assemble
from tests.mailserver import mail_server
from tests.notify.delivery.cast import set_up
from tests.notify.test_pages import leak, signed_in

pytestmark = pytest.mark.django_db
NOW = datetime.fromisoformat("2026-12-04T09:30:00+09:00")


@pytest.fixture
def cast() -> Cast:
    return assemble()


@pytest.fixture
def case(cast: Cast) -> Any:
    return leak(cast, malicious={"value": True, "status": "suspected"})


@contextmanager
def chat(status: int = 200, **headers: str) -> Iterator[tuple[str, list[Any]]]:
    """A chat's webhook on the loopback: its address, and what was posted to it."""
    heard: list[Any] = []

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            heard.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Hook) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/hooks/secret-4649", heard
        finally:
            server.shutdown()


def turn_on(cast: Cast, *, mail: str = "", address: str = "") -> None:
    host = reminding.checked(address) if address else ""
    setup.set_up_reminders(cast.workspace, RemindersSetUp(mail=mail, chat_host=host), cast.actor, chat=address)


def test_nothing_leaves_until_it_is_set_up(cast: Cast, case: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """設定の前は、期限が来ていても、どこへもつながない。"""
    monkeypatch.setattr("socket.socket.connect", lambda *_: pytest.fail("it connected"))
    assert notify.reminders_owed(case, NOW)
    assert reminding.of_workspace(cast.workspace, NOW) == 0


def test_once_by_mail_and_chat(cast: Cast, case: Any) -> None:
    """期限の一行が両方へ一度ずつ届き、次に見ても出ない。客の名前は出ない。"""
    with mail_server() as (port, post, _), chat() as (address, heard):
        set_up(cast, port)
        turn_on(cast, mail="hanako@example.jp", address=address)
        owed = notify.reminders_owed(case, NOW)
        assert reminding.of_workspace(cast.workspace, NOW) == len(owed) > 0
        assert reminding.of_workspace(cast.workspace, NOW) == 0
        assert len(heard) == len(post.mails) == len(owed)
        got = post.read(0)
    assert got["Auto-Submitted"] == "auto-generated"
    assert case.reference in got["Subject"]
    assert heard[0]["text"] == heard[0]["content"]
    assert case.reference in heard[0]["text"]
    assert [one.data["how"] for one in casebook.entries(case, ["duty.reminded"])] == ["mail"] * len(owed)


def test_no_reminder_goes_through_a_suspect_mailbox(cast: Cast, case: Any) -> None:
    """受信箱が疑わしい間は、お知らせもメールでは出ず、チャットへは出る。大丈夫とわかれば、メールで出る。"""
    casebook.state_fact(case, "own_mail_suspect", None, "unknown", cast.actor)
    with mail_server() as (port, post, _), chat() as (address, heard):
        set_up(cast, port)
        turn_on(cast, mail="hanako@example.jp")
        assert reminding.of_workspace(cast.workspace, NOW) == 0
        assert not list(casebook.entries(case, ["duty.reminded"]))
        turn_on(cast, mail="hanako@example.jp", address=address)
        owed = notify.reminders_owed(case, NOW)
        assert reminding.of_workspace(cast.workspace, NOW) == len(heard) == len(owed) > 0
        assert [one.data["how"] for one in casebook.entries(case, ["duty.reminded"])] == ["chat"] * len(owed)
        assert not post.mails


def test_a_mailbox_found_clean_reminds_again(cast: Cast, case: Any) -> None:
    """疑わしい間に出なかったお知らせは、受信箱が大丈夫とわかったあとに出る。"""
    casebook.state_fact(case, "own_mail_suspect", None, "unknown", cast.actor)
    with mail_server() as (port, post, _):
        set_up(cast, port)
        turn_on(cast, mail="hanako@example.jp")
        assert reminding.of_workspace(cast.workspace, NOW) == 0
        casebook.state_fact(case, "own_mail_suspect", False, "confirmed", cast.actor)
        assert reminding.of_workspace(cast.workspace, NOW) == len(post.mails) > 0


def test_a_machine_that_slept_loses_nothing(cast: Cast, case: Any) -> None:
    """つながらない間は記録されず、あとでつながったときに、いちばん新しい一つが出る。"""
    turn_on(cast, address="http://127.0.0.1:9/gone")
    assert reminding.of_workspace(cast.workspace, NOW) == 0
    assert not list(casebook.entries(case, ["duty.reminded"]))
    reminding._not_before.clear()
    with chat() as (address, heard):
        turn_on(cast, address=address)
        assert reminding.of_workspace(cast.workspace, NOW) == len(heard) > 0


@pytest.mark.parametrize(
    "address",
    [
        "http://hooks.example.com/x",
        "ftp://a/b",
        "https://",
        "file:///etc/passwd",
        "https://a b/",
        "javascript:x",
        "https://[::1",
    ],
)
def test_only_an_encrypted_webhook(address: str) -> None:
    """暗号化されない、またはWebフックでないアドレスは断る。"""
    with pytest.raises(Problem, match="chat_address"):
        reminding.checked(address)


def test_nobody_is_followed_elsewhere() -> None:
    """よそへ回す答えには、ついて行かない。断る答えは、そう言う。"""
    with chat() as (other, elsewhere), chat(302, Location=other) as (address, _):
        with pytest.raises(Problem, match="chat_failed"):
            reminding.post(address, "x")
        assert elsewhere == []
    with chat(410) as (address, _), pytest.raises(Problem, match="HTTP 410"):
        reminding.post(address, "x")


def test_the_page_sets_up_and_tries_out(cast: Cast, case: Any) -> None:
    """ページで設定し、試しの一通で確かめる。Webフックの秘密の部分は、記録にもページにも出ない。"""
    client, page = signed_in(cast.hanako), f"/i/{case.reference}/notify/delivery/reminders/"
    assert "いま：知らせません" in client.get(page).content.decode()
    with chat() as (address, heard):
        assert client.post(page, {"chat": address}).status_code == 302
        client.post(f"{page}test/")
        assert len(heard) == 1
        said = client.get(page).content.decode()
        assert "いま：知らせます" in said
        assert "試しのお知らせを送りました：チャット" in said
    raw = b"".join(casebook.lines(cast.workspace)).decode() + said
    assert "secret-4649" not in raw
    assert keeping.secret(cast.workspace, "chat") == address
    client.post(page, {"no_chat": "on"})
    assert (setup.reminders(cast.workspace).chat_host, keeping.secret(cast.workspace, "chat")) == ("", "")
    assert client.post(page, {"chat": "http://hooks.example.com/x"}).status_code == 422
