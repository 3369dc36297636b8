"""サインインしていない人の大きな送信は、ディスクに書く前に断る。"""

import pytest
from waitress.adjustments import Adjustments

from hikeshi.site.intake import STRANGER_LIMIT, Parser

SESSION = b"Cookie: a=b; hikeshi_session=abcdefghijklmnopqrstuvwxyz012345\r\n"


def refused(head: bytes, *pieces: bytes) -> int:
    """The status with which the request is refused; 0 for none."""
    parser = Parser(Adjustments(max_request_body_size=8 << 30))
    parser.received(b"POST /i/HKS-2026-001/note/ HTTP/1.1\r\nHost: localhost\r\n" + head + b"\r\n")
    for piece in pieces:
        parser.received(piece)
    parser.close()
    return parser.error.code if parser.error else 0


@pytest.mark.parametrize("cookie", [b"", b"Cookie: hikeshi_csrf=x\r\n", b"Cookie: hikeshi_session=x\r\n"])
def test_a_stranger_may_not_send_much(cookie: bytes) -> None:
    """セッションがなければ、大きさを名のっても、小分けで送っても、4 MB で断る。"""
    assert refused(cookie + b"Content-Length: %d\r\n" % (STRANGER_LIMIT + 1)) == 413
    piece = b"%x\r\n" % (1 << 20) + b"x" * (1 << 20) + b"\r\n"
    assert refused(cookie + b"Transfer-Encoding: chunked\r\n", *[piece] * 5) == 413
    assert refused(cookie + b"Content-Length: 1000\r\n") == 0


def test_who_is_signed_in_may_send_a_large_log() -> None:
    """セッションがあれば、大きなログを送れる。"""
    assert refused(SESSION + b"Content-Length: %d\r\n" % (1 << 30)) == 0
    assert refused(SESSION + b"Content-Length: %d\r\n" % (9 << 30)) == 413
