"""戻ってきたメールを読む：決まりどおりの知らせ、携帯や古いサーバーの知らせ、そして攻撃のための偽物。"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hikeshi.engines.mail import bounces
from hikeshi.engines.mail.message import mark

KEY = b"k" * 32
OURS = mark("0123456789abcdef", 7, KEY, "example.jp")


def report(action: str = "failed", status: str = "5.1.1", extra: str = "", returned: str = "") -> bytes:
    """A report after RFC 3464, as Postfix writes it."""
    return "\r\n".join(
        [
            "From: MAILER-DAEMON@mx.example (Mail Delivery System)",
            "To: hanako@example.jp",
            "Subject: Undelivered Mail Returned to Sender",
            "MIME-Version: 1.0",
            'Content-Type: multipart/report; report-type=delivery-status; boundary="b1"',
            "",
            "--b1",
            "Content-Type: text/plain",
            "",
            "I am sorry.",
            "--b1",
            "Content-Type: message/delivery-status",
            "",
            "Reporting-MTA: dns; mx.example",
            "",
            "Final-Recipient: rfc822; taro@example.com",
            "Original-Recipient: rfc822;Taro@Example.com",
            f"Action: {action}",
            f"Status: {status}",
            "Diagnostic-Code: smtp; 550 5.1.1 no such user",
            extra,
            "",
            "--b1",
            "Content-Type: message/rfc822",
            "",
            f"Message-ID: {returned or OURS}",
            "Subject: x",
            "",
            "body",
            "--b1--",
            "",
        ]
    ).encode()


def test_a_report_names_person_and_reason() -> None:
    """RFC 3464 の知らせから、だれの、どの手紙が、なぜ届かなかったかがわかる。"""
    (found,) = bounces.parse(report())
    assert (found.kind, found.status, found.report) == ("failed", "5.1.1", True)
    assert (found.address, found.original) == ("taro@example.com", "Taro@Example.com")
    assert found.ids == (OURS,)


@pytest.mark.parametrize(
    ("action", "status", "kind"),
    [
        ("delayed", "4.4.1", "delayed"),
        ("delivered", "2.0.0", "other"),
        ("relayed", "2.0.0", "other"),
        ("", "5.2.2", "failed"),
    ],
)
def test_each_action(action: str, status: str, kind: str) -> None:
    """遅れているだけ、届いた、という知らせを、届かなかったことにしない。"""
    assert bounces.parse(report(action, status))[0].kind == kind


def plain(sender: str, subject: str, text: str, charset: str = "utf-8") -> bytes:
    from email.header import Header

    head = f"From: {sender}\r\nTo: hanako@example.jp\r\nSubject: {Header(subject, charset).encode()}\r\n"
    head += f"Content-Type: text/plain; charset={charset}\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    return head.encode() + text.encode(charset)


@pytest.mark.parametrize(
    ("raw", "kind", "status"),
    [
        (
            plain(
                "MAILER-DAEMON@mx.example",
                "failure notice",
                f"<taro@example.com>:\nSorry, no mailbox here by that name. (#5.1.1)\n{OURS}",
            ),
            "failed",
            "5.1.1",
        ),
        (
            plain(
                "Postmaster@ezweb.ne.jp",
                "Mail System Error - Returned Mail",
                f"<taro@ezweb.ne.jp>: user unknown\n{OURS}",
            ),
            "failed",
            "5.1.1",
        ),
        (
            plain("MAILER-DAEMON@docomo.ne.jp", "Returned mail", f"550 Unknown user taro@docomo.ne.jp\n{OURS}"),
            "failed",
            "5.1.1",
        ),
        (
            plain(
                "postmaster@example.ne.jp",
                "配信エラーのお知らせ",
                f"宛先のメールボックスの容量がいっぱいです。\n{OURS}",
                "iso-2022-jp",
            ),
            "failed",
            "5.2.2",
        ),
        (
            plain("MAILER-DAEMON@mx.example", "Warning: delayed", f"not yet been delivered, will be retried\n{OURS}"),
            "delayed",
            "4.4.7",
        ),
    ],
)
def test_servers_that_write_no_report(raw: bytes, kind: str, status: str) -> None:
    """決まりに従わない知らせも、知られている言い方から読む。"""
    (found,) = bounces.parse(raw)
    assert (found.kind, found.status, found.ids, found.report) == (kind, status, (OURS,), False)


def test_ordinary_post_is_not_read() -> None:
    """ふつうの手紙は、候補にもならず、読まれない。"""
    raw = plain("taro@example.com", "花束の注文", f"母の日に届けてください。user unknown {OURS}")
    assert not bounces.suspicious(raw.partition(b"\r\n\r\n")[0])
    assert bounces.parse(raw) == []
    assert bounces.suspicious(report().partition(b"\r\n\r\n")[0])


HOSTILE = [
    b"",
    b"\r\n\r\n",
    b"\xff\xfe" * 1000,
    report().replace(b"b1", b"b" * 5000),
    report(extra="X: " + "y" * 100_000),
    report().replace(b"message/delivery-status", b"message/delivery-status; boundary"),
    report().replace(b"Content-Type: text/plain", b'Content-Type: text/plain; charset="\x00utf-7"'),
    b"Content-Type: multipart/mixed; boundary=a\r\n\r\n"
    + b"--a\r\nContent-Type: multipart/mixed; boundary=a\r\n\r\n" * 400,
    report().replace(b"Final-Recipient: rfc822; taro@example.com", b"Final-Recipient: \xff\xff;;;;@@@"),
    b"From: MAILER-DAEMON@x\r\nSubject: =?utf-8?b?" + b"A" * 50_000 + b"?=\r\n\r\nuser unknown",
    b"From: MAILER-DAEMON@x\r\n" + b"X-Failed-Recipients: " + b"a@b," * 30_000 + b"\r\n\r\nx",
]


@pytest.mark.parametrize("number", range(len(HOSTILE)))
def test_hostile_mails_break_nothing(number: int) -> None:
    """壊れた、深い、巨大な、嘘の文字コードのメールでも、落ちず、だれの名前も作り出さない。"""
    bounces.suspicious(HOSTILE[number])
    for found in bounces.parse(HOSTILE[number]):
        assert found.ids in ((), (OURS,))
        assert len(found.said) <= 300
        assert len(found.address) < 400


def test_what_is_read_apart_says_the_same() -> None:
    """別の過程で読んでも同じ答えになり、壊れたものが混ざっても、ほかは読める。"""
    raws = [HOSTILE[2], report(), HOSTILE[7]]
    assert bounces.read(raws) == [bounces.parse(raw) for raw in raws]
    assert len(bounces.read(raws)[1]) == 1


@given(st.binary(max_size=2000))
def test_any_bytes(raw: bytes) -> None:
    """どんなバイト列でも落ちない。"""
    assert bounces.parse(raw) == [] or not bounces.parse(raw)[0].ids
