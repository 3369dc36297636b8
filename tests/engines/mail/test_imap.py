"""本物の受信箱（dovecot）から、戻ってきたメールだけを取り出す。"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from hikeshi.engines.common.problem import Problem
from hikeshi.engines.mail import bounces, imap
from tests.components import needs
from tests.engines.mail.test_bounces import HOSTILE, OURS, plain, report
from tests.imapserver import Mailbox, mailbox
from tests.mailserver import PASSWORD, USER, certificate

needs("dovecot")
SINCE = datetime.now(UTC).date()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Mailbox, imap.Mailbox]]:
    made = certificate(tmp_path_factory.mktemp("ca"), "localhost")
    with mailbox(made, USER) as box:
        yield box, imap.Mailbox("localhost", box.port, "tls", USER, trust=str(made.authority), patience=60)


def test_only_bounces_are_taken_and_each_once(served: tuple[Mailbox, imap.Mailbox]) -> None:
    """ふつうの手紙は読まず、戻ってきたものだけを取り、次に見るときは新しいものだけを取る。"""
    box, said = served
    box.deliver(plain("taro@example.com", "花束の注文", "母の日に"))
    box.deliver(report())
    for raw in HOSTILE[2:]:
        box.deliver(raw)
    fetched, seen = imap.fetch(said, PASSWORD, SINCE, imap.Seen())
    told = [
        one for mail in bounces.read([one.raw for one in fetched]) for one in mail if one.kind == "failed" and one.ids
    ]
    assert {one.ids for one in told} == {(OURS,)}
    assert not any("花束".encode() in one.raw or b"6Iqx" in one.raw for one in fetched)
    assert imap.fetch(said, PASSWORD, SINCE, seen) == ([], seen)
    box.deliver(report(status="5.2.2"))
    again, _ = imap.fetch(said, PASSWORD, SINCE, seen)
    assert [bounces.parse(one.raw)[0].status for one in again] == ["5.2.2"]


def test_a_huge_mail_is_read_in_part(served: tuple[Mailbox, imap.Mailbox]) -> None:
    """巨大な戻りメールも、はじめの部分だけを読み、だれのものかがわかる。"""
    box, said = served
    _, seen = imap.fetch(said, PASSWORD, SINCE, imap.Seen())
    box.deliver(report() + b"x" * 70 + (b"\r\n" + b"y" * 76) * 40_000)
    (one,), _ = imap.fetch(said, PASSWORD, SINCE, seen)
    assert len(one.raw) <= imap.MOST_BYTES
    assert bounces.parse(one.raw)[0].ids == (OURS,)


@pytest.mark.parametrize(
    ("change", "password", "code"),
    [
        ({}, "まちがい", "mail.sign_in"),
        ({"trust": ""}, PASSWORD, "mail.certificate"),
        ({"host": "127.0.0.1"}, PASSWORD, "mail.certificate"),
        ({"port": 1}, PASSWORD, "mail.unreachable"),
        ({"folder": "ない箱"}, PASSWORD, "mail.no_folder"),
        ({"folder": 'x" (a'}, PASSWORD, "mail.no_folder"),
        ({"host": "imap.example.invalid", "security": "none"}, PASSWORD, "mail.not_encrypted"),
    ],
)
def test_what_does_not_work_is_told(
    served: tuple[Mailbox, imap.Mailbox], change: dict[str, str], password: str, code: str
) -> None:
    """合言葉・証明書・つなぎ先・フォルダの間違いは、何を直すかがわかる形で言う。"""
    with pytest.raises(Problem) as told:
        imap.fetch(replace(served[1], **change), password, SINCE, imap.Seen())  # type: ignore[arg-type]
    assert told.value.code == code
    assert password not in str(told.value)
