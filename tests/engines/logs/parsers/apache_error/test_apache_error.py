"""Apache のエラーログの読み取り（2.2 と 2.4）。"""

from __future__ import annotations

from datetime import UTC, datetime

from tests.engines.logs.reading import sample


def test_both_forms_are_read() -> None:
    """2.2 と 2.4 のどちらの形も読む。"""
    old, new = sample("apache_error")[:2]
    assert (old.address, old.detail) == ("192.0.2.30", "error")
    assert (new.address, new.detail) == ("192.0.2.31", "core:error")
    assert new.when() == datetime(2026, 11, 23, 1, 0, 1, 250_000, tzinfo=UTC)


def test_request_in_the_message_is_taken_out() -> None:
    """メッセージの中の要求を取り出す。"""
    assert sample("apache_error")[1].target == "/cgi-bin/.%2E/%2E%2E/etc/passwd"


def test_refused_names_are_failed_logins() -> None:
    """断られた名前は、失敗したログインとして読める（IPv6 の接続元でも）。"""
    refused = [e for e in sample("apache_error") if e.action == "web.refused"]
    assert [(e.user, e.address) for e in refused] == [("hanako", "2001:db8::9"), ("nobody", "192.0.2.32")]


def test_client_after_a_system_error_is_found() -> None:
    """エラー番号の後に書かれた接続元も見つける。"""
    assert sample("apache_error")[4].address == "192.0.2.33"
