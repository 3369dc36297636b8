"""A case with an approved letter, a list of people, and mail set up to a server of the test's own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from hikeshi.notify import letters, services
from hikeshi.notify.delivery import acts, setup
from hikeshi.notify.delivery.entries import MailSetUp
from tests.cast import Cast
from tests.notify.test_pages import clean, leak

ROOT = Path(__file__).resolve().parents[3]
HEAD = ["お名前", "メールアドレス", "郵便番号", "ご住所", "電話番号", "項目", "件数"]


def approved(cast: Cast, kind: str = "customer-letter", *, asked: bool = True) -> tuple[Any, letters.Paper]:
    """A case whose letter was checked and approved; `asked`: and somebody said that mail and machine are clean."""
    case = leak(cast, malicious={"value": True, "status": "suspected"}, data_items=["name", "address"])
    if asked:
        clean(case, cast)
    sender = {
        "name": "佐倉花店",
        "person": "佐倉 花子",
        "phone": "03-0000-0000",
        "address": "東京都千代田区千代田1-1-1",
    }
    services.state_sender(cast.workspace, cast.actor, **sender)
    paper = services.check_paper(case, services.paper(case, kind, "ja"), cast.actor)
    return case, services.approve_paper(case, paper, cast.actor)


def rows(count: int) -> list[list[str]]:
    """A heading and so many people."""
    people = [
        [
            f"客{n} 太郎",
            f"c{n}@example.com",
            "1000001",
            f"東京都千代田区千代田1-{n}",
            f"090{n:08d}",
            "氏名\n住所",
            str(n % 9),
        ]
        for n in range(1, count + 1)
    ]
    return [HEAD, *people]


def listed(case: Any, paper: letters.Paper, cast: Cast, table: list[list[str]], way: str = "mail") -> str:
    """A delivery whose list is confirmed as it was guessed."""
    delivery = acts.draft(case, paper, way, table, cast.actor)
    now = acts.standing(case, delivery)
    acts.settle(case, delivery, now.guessed, now.heading, cast.actor)
    return delivery


def set_up(cast: Cast, port: int, **more: Any) -> None:
    """Mail through a server on the loopback, as fast as it goes."""
    said = {
        "host": "127.0.0.1",
        "port": port,
        "security": "none",
        "user": "",
        "sender_name": "佐倉花店",
        "per_minute": 0,
    }
    setup.set_up_mail(cast.workspace, MailSetUp(**{"sender": "hanako@example.jp", **said, **more}), cast.actor)


def sending(case: Any, *words: str) -> subprocess.Popen[bytes]:
    """`hikeshi delivery run`, as a process of its own that may be killed."""
    env = {**os.environ, "PYTHONPATH": f"{ROOT}/src"}
    command = [sys.executable, "-m", "hikeshi", "delivery", "run", case.reference, *words]
    return subprocess.Popen(command, env=env, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
