"""nginx のエラーログの読み取り。"""

from __future__ import annotations

from datetime import UTC, datetime

from tests.engines.logs.reading import sample


def test_message_client_and_request_are_read() -> None:
    """メッセージから、接続元・サイト・要求を取り出す。"""
    first = sample("nginx_error")[0]
    assert first.when() == datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
    assert (first.address, first.host, first.method, first.target, first.detail) == (
        "192.0.2.20",
        "shop.example.jp",
        "GET",
        "/favicon.ico",
        "error",
    )
    assert first.zone == "Asia/Tokyo"


def test_refused_names_are_failed_logins() -> None:
    """断られた名前は、失敗したログインとして読める。"""
    refused = [e for e in sample("nginx_error") if e.action == "web.refused"]
    assert [(e.user, e.outcome) for e in refused] == [("hanako", "failure"), ("nobody", "failure")]


def test_a_line_without_a_client_is_read_too() -> None:
    """接続元のない行も、出来事として残る。"""
    last = sample("nginx_error")[-1]
    assert (last.address, last.message) == ("", "signal process started")
