"""動作の記録（ログ）に、入るための合い言葉や、画面を乱す文字を残さない。"""

import logging
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from hikeshi.site import faults, serve


def written() -> str:
    for handler in logging.getLogger().handlers:
        handler.flush()
    log = Path(settings.HIKESHI_DATA) / "logs" / "hikeshi.log"
    return log.read_text(encoding="utf-8") if log.exists() else ""


@pytest.mark.django_db
def test_a_refused_form_leaves_no_token_in_the_log() -> None:
    """最初の画面の送信が CSRF で断られても、有効な合い言葉は、ログにも画面にも出ない。"""
    token = serve.first_run_token()
    assert token
    visitor = Client(headers={"host": "localhost"}, enforce_csrf_checks=True)
    before = len(written())
    answer = visitor.post(f"/start/{token}/", {"emergency": "1"})
    assert answer.status_code == 403
    assert token not in answer.text
    log = written()[before:]
    assert "/start/…" in log
    assert token not in log


@pytest.mark.django_db
def test_an_invitation_is_not_in_the_log_either() -> None:
    """招待の合い言葉も、断られたときのログに残らない。"""
    before = len(written())
    Client(headers={"host": "localhost"}).delete("/desk/join/aaaa:bbbb:cccc/")
    log = written()[before:]
    assert "/desk/join/…" in log
    assert "bbbb" not in log


def test_a_log_line_cannot_redraw_the_screen() -> None:
    """よそから来た制御文字や向きを変える文字は、ログでは見える形になる。"""
    before = len(written())
    logging.getLogger("test").warning("a\x1b[2Jb\u202ec")
    assert "a<U+001B>[2Jb<U+202E>c" in written()[before:]


def test_a_fault_written_down_holds_no_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """不具合のくわしい内容（開発者に渡すもの）にも、合い言葉、マイナンバー、画面を乱す文字は残らない。"""
    monkeypatch.setenv("HIKESHI_DATA", str(tmp_path))
    path = faults.write_down(ValueError("at /start/abcdefgh/ of 123456789018 \u202e"))
    assert path
    said = Path(path).read_text(encoding="utf-8")
    assert "ValueError: at /start/…/ of （マイナンバー） <U+202E>" in said
    assert "abcdefgh" not in said
