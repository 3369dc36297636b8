"""サインインしていない人の大きな送信は、ディスクに書く前に断る。"""

import pytest
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.utils import timezone
from waitress.adjustments import Adjustments

from hikeshi.site.intake import STRANGER_LIMIT, Parser

MADE_UP = b"Cookie: a=b; hikeshi_session=abcdefghijklmnopqrstuvwxyz012345\r\n"


def refused(head: bytes, *pieces: bytes) -> int:
    """The status with which the request is refused; 0 for none."""
    parser = Parser(Adjustments(max_request_body_size=8 << 30))
    parser.received(b"POST /i/HKS-2026-001/note/ HTTP/1.1\r\nHost: localhost\r\n" + head + b"\r\n")
    for piece in pieces:
        parser.received(piece)
    parser.close()
    return parser.error.code if parser.error else 0


def session(**said: str) -> bytes:
    """The cookie of a session that holds this."""
    store = SessionStore()
    store.update(said)
    store.save()
    return f"Cookie: hikeshi_csrf=x; hikeshi_session={store.session_key}\r\n".encode()


@pytest.mark.django_db
@pytest.mark.parametrize("cookie", [b"", b"Cookie: hikeshi_csrf=x\r\n", b"Cookie: hikeshi_session=x\r\n", MADE_UP])
def test_a_stranger_may_not_send_much(cookie: bytes) -> None:
    """セッションがないか、作り話なら、大きさを名のっても、小分けで送っても、4 MB で断る。"""
    assert refused(cookie + b"Content-Length: %d\r\n" % (STRANGER_LIMIT + 1)) == 413
    piece = b"%x\r\n" % (1 << 20) + b"x" * (1 << 20) + b"\r\n"
    assert refused(cookie + b"Transfer-Encoding: chunked\r\n", *[piece] * 5) == 413
    assert refused(cookie + b"Content-Length: 1000\r\n") == 0


@pytest.mark.django_db
def test_a_draft_or_an_old_session_is_no_sign_in() -> None:
    """サインインせずにカードを読んだだけの人や、期限の切れた人は、大きなものを送れない。"""
    assert refused(session(contain_draft="x") + b"Content-Length: %d\r\n" % (1 << 30)) == 413
    cookie = session(**{SESSION_KEY: "x"})
    Session.objects.update(expire_date=timezone.now())
    assert refused(cookie + b"Content-Length: %d\r\n" % (1 << 30)) == 413


@pytest.mark.django_db
def test_who_is_signed_in_may_send_a_large_log() -> None:
    """サインインした人は、大きなログを送れる。"""
    cookie = session(**{SESSION_KEY: "x"})
    assert refused(cookie + b"Content-Length: %d\r\n" % (1 << 30)) == 0
    assert refused(cookie + b"Content-Length: %d\r\n" % (9 << 30)) == 413
