"""一通の手紙：ヘッダーに割り込めない。日本語の名前と文が、どのメールソフトでも読める。"""

from __future__ import annotations

from datetime import UTC, datetime
from email import message_from_bytes, policy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hikeshi.engines.mail import message
from hikeshi.engines.mail.address import Address, parse

KEY = b"k" * 32
AT = datetime(2026, 11, 9, 1, tzinfo=UTC)
FROM, TO = Address("hanako@example.jp", "hanako@example.jp"), Address("taro@example.com", "taro@example.com")


def letter(**change: object) -> message.Letter:
    given_ = {
        "sender": FROM,
        "sender_name": "佐倉花店",
        "to": TO,
        "to_name": "髙橋 𠮷子",
        "subject": "お客様の個人情報の漏えいのおそれに関するお詫びとご報告（第一報）",
        "text": "拝啓　平素より……\n.点で始まる行\n敬具\n",
        "message_id": message.mark("0123456789abcdef", 7, KEY, "example.jp"),
        "at": AT,
    }
    return message.Letter(**{**given_, **change})  # type: ignore[arg-type]


def read(raw: bytes):  # type: ignore[no-untyped-def]
    return message_from_bytes(raw, policy=policy.default)


def test_japanese_survives_the_way() -> None:
    """件名・名前・本文の日本語（𠮷や髙も）が、7ビットの行だけを通って、そのまま読める。"""
    raw = message.written(letter())
    raw.decode("ascii")
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998
    assert b"\n" not in raw.replace(b"\r\n", b"")
    got = read(raw)
    assert got["Subject"] == letter().subject
    assert (got["To"].addresses[0].display_name, got["From"].addresses[0].display_name) == ("髙橋 𠮷子", "佐倉花店")
    assert got.get_content().replace("\r\n", "\n") == letter().text
    assert got["Date"].datetime == AT


def test_only_a_programs_mail_says_so() -> None:
    """プログラムが自分で出すお知らせにだけ Auto-Submitted が付く（RFC 3834）。"""
    assert read(message.written(letter()))["Auto-Submitted"] is None
    assert read(message.written(letter(automatic=True)))["Auto-Submitted"] == "auto-generated"


def test_a_file_goes_along() -> None:
    """添付のPDFは、日本語の名前ごと、同じバイトで届く。"""
    file = message.Attachment("お詫び.pdf", b"%PDF-1.7\n\x00\xff")
    part = next(read(message.written(letter(attachments=(file,)))).iter_attachments())
    assert (part.get_filename(), part.get_content_type()) == ("お詫び.pdf", "application/pdf")
    assert part.get_content() == file.data


ATTACKS = [
    "\r\nBcc: saburo@example.net",
    "\nX: 1\n\nbody",
    "\x0b\x0cBcc: x",
    "\u2028Bcc: x",
    "a\rBcc: x",
    "\x00",
    "\ud800",
    "=?utf-8?q?a=0d=0aBcc:_x@y.example?=",
    "=?utf-8?b?DQpCY2M6IHg=?=",
    "==??utf-8?q?=0d=0aBcc:x?=",
]


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("where", ["to_name", "sender_name", "subject"])
def test_no_header_can_be_smuggled_in(attack: str, where: str) -> None:
    """名前や件名に改行や制御文字を入れても、ヘッダーは増えず、宛先も増えない。"""
    raw = message.written(letter(**{where: f"山田{attack}"}))
    got = read(raw)
    assert sorted(got.keys()) == sorted(read(message.written(letter())).keys())
    assert [one.addr_spec for one in got["To"].addresses] == ["taro@example.com"]
    assert not any(line.lower().startswith((b"bcc", b"x:")) for line in raw.split(b"\r\n"))


@given(st.text(max_size=80), st.text(max_size=80))
def test_any_name_and_subject(name: str, subject: str) -> None:
    """どんな文字列でも、宛先は一人、ヘッダーはいつもの数のまま。"""
    got = read(message.written(letter(to_name=name, subject=subject)))
    assert [one.addr_spec for one in got["To"].addresses] == ["taro@example.com"]
    assert len(got.keys()) == len(read(message.written(letter())).keys())


@pytest.mark.parametrize(
    ("text", "spec"),
    [
        ("taro@example.jp", "taro@example.jp"),
        (" ｔａｒｏ＠ｅｘａｍｐｌｅ．ｊｐ ", "taro@example.jp"),
        ("<taro@example.jp>", "taro@example.jp"),
        ("taro..hana.@docomo.ne.jp", '"taro..hana."@docomo.ne.jp'),
        (".a@ezweb.ne.jp", '".a"@ezweb.ne.jp'),
        ("taro+shop@日本語.jp", "taro+shop@xn--wgv71a119e.jp"),
        ("", "empty"),
        ("taro", "no_at"),
        ("taro@localhost", "domain"),
        ("taro@127.0.0.1", "domain"),
        ("taro@-x.jp", "domain"),
        ("太郎@example.jp", "local"),
        ("taro@example.jp, saburo@example.jp", "several"),
        ("taro@example.jp\r\nBcc: x@example.jp", "letters"),
        ("ta\u202ero@example.jp", "letters"),
        ("a" * 65 + "@example.jp", "local"),
        ("a@" + "b" * 63 + "." + "c" * 63 + "." + "d" * 63 + "." + "e" * 63 + ".jp", "too_long"),
    ],
)
def test_addresses(text: str, spec: str) -> None:
    """使えるアドレスと、使えない理由。昔の携帯の「..」や全角も、届く形に直る。"""
    found = parse(text)
    assert (found.spec if isinstance(found, Address) else found) == spec


def test_an_address_of_old_phones_arrives_in_a_header() -> None:
    """点の続くアドレスは、引用された形で To に入り、同じアドレスとして読み返せる。"""
    address = parse("taro..hana.@docomo.ne.jp")
    assert isinstance(address, Address)
    assert read(message.written(letter(to=address)))["To"].addresses[0].username == "taro..hana."


def test_nobody_else_can_name_a_message() -> None:
    """鍵のない人は、ほかの人あての Message-ID を作れない。"""
    ours = message.mark("0123456789abcdef", 7, KEY, "example.jp")
    forged = ours.replace(".7.", ".8.")
    text = f"{ours} {forged} {message.mark('0123456789abcdef', 9, b'other', 'example.jp')}"
    assert message.marked(text, KEY) == [("0123456789abcdef", 7)]
