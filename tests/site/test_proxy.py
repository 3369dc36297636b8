"""公開するときの HTTPS の中継：本当に https で来たかだけを信じ、どこから来たかは信じない。"""

from typing import Any

import pytest
from waitress.adjustments import Adjustments
from waitress.proxy_headers import proxy_headers_middleware

from hikeshi.site import serve


def seen(said: dict[str, str]) -> dict[str, Any]:
    """What the product is told of a request that carries these headers."""
    told: dict[str, Any] = {}
    adj = Adjustments(clear_untrusted_proxy_headers=True, **serve._proxy())
    app = proxy_headers_middleware(
        lambda environ, _: told.update(environ),
        trusted_proxy=adj.trusted_proxy,
        trusted_proxy_count=adj.trusted_proxy_count,
        trusted_proxy_headers=adj.trusted_proxy_headers,
        clear_untrusted=adj.clear_untrusted_proxy_headers,
    )
    app({"REMOTE_ADDR": "192.0.2.1", "wsgi.url_scheme": "http", "SERVER_PORT": "8440", **said}, lambda *_: None)
    return told


FORGED = {"HTTP_X_FORWARDED_PROTO": "https", "HTTP_X_FORWARDED_FOR": "198.51.100.9", "HTTP_X_FORWARDED_HOST": "evil"}


def test_a_published_desk_learns_that_it_was_https(monkeypatch: pytest.MonkeyPatch) -> None:
    """公開する名前があれば、中継が言う https を信じる。来た場所は変わらない（締め出しを逃れられない）。"""
    monkeypatch.setenv("HIKESHI_HOSTS", "desk.example")
    told = seen(FORGED)
    assert (told["wsgi.url_scheme"], told["REMOTE_ADDR"]) == ("https", "192.0.2.1")
    assert "evil" not in told.values()


def test_a_desk_of_this_machine_alone_believes_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """公開していなければ、だれがどう名のっても http のまま。"""
    monkeypatch.delenv("HIKESHI_HOSTS", raising=False)
    told = seen(FORGED)
    assert (told["wsgi.url_scheme"], told["REMOTE_ADDR"]) == ("http", "192.0.2.1")
    assert not [name for name in told if "FORWARDED" in name]
