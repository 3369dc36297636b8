"""話の文：ログにないことで文が壊れず、時刻は読む人の時計で、したことは言葉で言う。"""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from hikeshi import words
from hikeshi.engines.logs import Report
from hikeshi.engines.logs.story.gathering import TOUCH, TRACE
from hikeshi.investigate import printing, rules, services, telling
from hikeshi.investigate.models import Scan
from tests.cast import Cast
from tests.investigate.scene import auth_log, brought, signed_in
from tests.investigate.test_exploring import address, text

TOKYO = ZoneInfo("Asia/Tokyo")
CODES = ("logged_on", "onward", "through", "trace", "done", "sent", "opened")
NAMES = ("host", "account", "accounts", "what", "action", "address", "outer")


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize("code", CODES)
def test_what_the_log_does_not_say_breaks_no_sentence(code: str, lang: str) -> None:
    """名前の欄が空でも、文の初めや括弧の中が空にならない。"""
    params: dict[str, Any] = dict.fromkeys(NAMES, "") | {
        "time": "2026-11-22T16:03:42Z",
        "bytes": 85_059_037,
        "count": 3,
    }
    said = telling.part(code, params | {"action": "ftp.upload", "address": "203.0.113.9", "outer": "x"}, lang, TOKYO)
    assert "{" not in said
    assert not said.startswith((" ", "に", "へ"))
    assert "：、" not in said
    assert "：（" not in said.replace("：（名", "")
    assert "2026-11-22T" not in said
    assert ("2026-11-23 01:03:42" in said) == (code not in ("sent", "opened"))
    assert ("85.1 MB" in said) == (code == "sent")
    assert "ftp.upload" not in said


def test_every_word_for_an_action_is_one_the_story_knows() -> None:
    """言葉のある動作は、どれも話に出るもので、知らない動作はそのままの名で出る。"""
    for name in words.texts(telling.STORY, "ja")["actions"]:
        assert TRACE.search(f"x.{name}") or TOUCH.search(f"x.{name}"), name
    params = dict.fromkeys(NAMES, "a") | {"time": "", "action": "x.strange"}
    assert "x.strange" in telling.part("done", params, "ja", TOKYO)


@pytest.mark.parametrize(
    ("count", "said"),
    [(0, "0 B"), (999, "999 B"), (1000, "1.0 KB"), (85_059_037, "85.1 MB"), (5 * 10**15, "5000.0 TB")],
)
def test_sizes_are_said_as_people_say_them(count: int, said: str) -> None:
    """大きさは、読みやすい単位で言う。"""
    assert rules.size(count, "B") == said


@pytest.mark.django_db
def test_rules_that_matched_are_shown_with_their_author(cast: Cast, case: Any) -> None:
    """当たった規則は、読んだログのページに、書いた人の名とともに出る。"""
    brought(cast, case, auth_log())
    name = Scan.objects.get(chain_id=case.chain_id).scan
    client: Client = signed_in(cast.hanako)
    page = client.get(address(case, f"scan/{name}/"))
    (first, *_) = page.context["hits"]
    assert first["author"] == "Hikeshi"
    assert first["samples"]
    assert "書いた人：Hikeshi" in text(page)


def test_what_was_forgotten_is_told(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """覚えきれずに数えられなかった出来事があれば、端末でもそう言う。"""
    monkeypatch.setenv("HIKESHI_LANG", "ja")
    printing.tell(Report(), "UTC")
    assert "覚えきれなかった" not in capsys.readouterr().out
    printing.tell(Report(forgotten=7), "UTC")
    assert "覚えきれなかった出来事が 7 件" in capsys.readouterr().out


@pytest.mark.django_db
def test_what_was_forgotten_is_told_on_the_page(cast: Cast, case: Any, monkeypatch: Any) -> None:
    """画面でも同じように言う。"""
    brought(cast, case, auth_log())
    client: Client = signed_in(cast.hanako)
    read = services.report_of

    def forgetful(of: Any, scan: Any) -> Any:
        report = read(of, scan)
        report.forgotten = 7
        return report

    monkeypatch.setattr(services, "report_of", forgetful)
    name = Scan.objects.get(chain_id=case.chain_id).scan
    assert "覚えきれなかった出来事が 7 件" in text(client.get(address(case, f"scan/{name}/")))
