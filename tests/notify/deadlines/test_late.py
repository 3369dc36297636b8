"""期限を守った・見送った・過ぎた：どれも台帳に残り、一覧と時計に出る。"""

from datetime import UTC, datetime
from typing import Any

import pytest

from hikeshi.casebook import services as casebook
from hikeshi.notify import services as notify
from hikeshi.notify.deadlines import late
from hikeshi.notify.models import Missed
from tests.cast import Cast, assemble
from tests.notify.test_pages import leak, page, signed_in

pytestmark = pytest.mark.django_db
LAST_DAY = datetime(2026, 11, 10, 14, 59, tzinfo=UTC)  # 23:59 in Japan: the guide's fifth day still runs
AFTER = datetime(2026, 11, 10, 15, 1, tzinfo=UTC)
NEW_YEAR = datetime(2027, 1, 5, 3, tzinfo=UTC)


@pytest.fixture
def cast() -> Cast:
    return assemble()


def missed(case: Any) -> list[tuple[str, str, str, str]]:
    found = [entry.data for entry in casebook.entries(case, ["duty.missed"])]
    return [(data["target"], data["stage"], data["kind"], data["due"]) for data in found]


def test_a_day_ends_at_midnight_in_japan(cast: Cast) -> None:
    """目安の最後の日は、日本の24時までは過ぎていない。過ぎると一度だけ台帳に残る。"""
    case = leak(cast, malicious=True)
    assert late.note(case, LAST_DAY) == 0
    assert late.note(case, AFTER) == 1
    assert late.note(case, AFTER) == 0
    assert missed(case) == [("ppc", "first", "guide", "2026-11-10")]


def test_both_deadlines_are_recorded_each_with_its_day(cast: Cast) -> None:
    """最初の報告も最終報告もしないまま過ぎれば、どちらも残る。60日の期限が使われる。"""
    case = leak(cast, malicious=True)
    late.note(case, NEW_YEAR)
    assert sorted(missed(case)) == [("ppc", "final", "limit", "2027-01-04"), ("ppc", "first", "guide", "2026-11-10")]


@pytest.mark.parametrize("done", ["met", "waived"])
def test_what_was_met_or_waived_is_never_missed(cast: Cast, done: str) -> None:
    """期限までに報告した、または理由を書いて見送ったものは、過ぎたことにならない。"""
    case = leak(cast, malicious=True)
    if done == "met":
        notify.mark_told(case, "ppc", "first", cast.actor, at=casebook.When(LAST_DAY))
    else:
        notify.waive(case, "ppc", "first", "弁護士と相談し、対象外と判断", cast.actor, at=casebook.When(LAST_DAY))
    late.note(case, AFTER)
    assert missed(case) == []


def test_a_report_made_late_leaves_both_in_the_record(cast: Cast) -> None:
    """期限を過ぎてから報告すると、過ぎたことと報告したことの両方が、この順に残り、一覧に出る。"""
    case = leak(cast, malicious=True)
    notify.mark_told(case, "ppc", "first", cast.actor, how="web_form", at=casebook.When(AFTER))
    kinds = [entry.kind for entry in casebook.entries(case, ["duty.missed", "duty.met"])]
    assert sorted(kinds) == ["duty.met", "duty.missed"]
    assert late.note(case, AFTER) == 0
    assert "期限を過ぎて報告" in page(signed_in(cast.hanako), case).content.decode()


def test_nothing_is_missed_while_it_is_open_whether_it_is_due(cast: Cast) -> None:
    """要るかどうか確認中のもの、不要なものは、過ぎたことにしない。"""
    late.note(unsettled := leak(cast, sensitive=None), NEW_YEAR)
    late.note(free := leak(cast), NEW_YEAR)
    assert missed(unsettled) == missed(free) == []


def test_the_reason_is_written_later_and_shown(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """期限を過ぎた後、遅れた理由を書くと、一覧に出て、台帳にも残る。理由は空にできない。"""
    case = leak(cast, malicious=True)
    monkeypatch.setattr(casebook, "now", lambda: AFTER)
    late.note(case)
    client = signed_in(cast.hanako)
    assert "期限を過ぎた" in page(client, case, "told/ppc/first/").content.decode()
    empty = client.post(f"/i/{case.reference}/notify/told/ppc/first/", {"what": "missed"})
    assert empty.status_code == 422
    said = {"what": "missed", "words": "担当者が入院していた"}
    assert client.post(f"/i/{case.reference}/notify/told/ppc/first/", said).status_code == 302
    assert "遅れた理由：担当者が入院していた" in page(client, case).content.decode()
    assert Missed.objects.get(chain_id=case.chain_id).reason_sha256


def test_a_deadline_ahead_cannot_be_called_missed(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """まだ過ぎていない期限を「過ぎた」とは記録できない。"""
    case = leak(cast, malicious=True)
    monkeypatch.setattr(casebook, "now", lambda: LAST_DAY)
    said = {"what": "missed", "words": "うっかり"}
    answer = signed_in(cast.hanako).post(f"/i/{case.reference}/notify/told/ppc/first/", said)
    assert answer.status_code == 422
    assert missed(case) == []


def test_the_worker_looks_at_every_open_case(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """裏方は開いている事故の時計を見て、過ぎた期限を記録する。続けて呼ばれても、しばらくは見直さない。"""
    case = leak(cast, malicious=True)
    monkeypatch.setattr(casebook, "now", lambda: AFTER)
    monkeypatch.setattr(late, "_looked", float("-inf"))
    assert late.do_owed() == 1
    assert late.do_owed() == 0
    assert missed(case) == [("ppc", "first", "guide", "2026-11-10")]


def test_a_reminder_goes_once(cast: Cast) -> None:
    """思い出させる知らせは、出したと記録されたら、同じものは二度と出ない。済めばまったく出ない。"""
    case = leak(cast, malicious=True)
    (owed,) = notify.reminders_owed(case, datetime(2026, 11, 10, 3, tzinfo=UTC))
    assert (owed.target, owed.deadline.stage, owed.left) == ("ppc", "first", 0)
    notify.mark_reminded(case, owed.key, "mail", cast.actor)
    assert notify.reminders_owed(case, datetime(2026, 11, 10, 4, tzinfo=UTC)) == []
    assert [r.left for r in notify.reminders_owed(case, datetime(2026, 11, 11, 4, tzinfo=UTC))] == [-1]
    notify.mark_told(case, "ppc", "first", cast.actor)
    assert notify.reminders_owed(case, datetime(2026, 11, 11, 4, tzinfo=UTC)) == []


def test_what_was_made_in_time_and_written_down_later_is_not_late(cast: Cast) -> None:
    """期限までに報告していて、記録だけが遅れたなら、一覧は「過ぎた」と言わない。台帳の記録はそのまま残る。"""
    case = leak(cast, malicious=True)
    late.note(case, AFTER)
    notify.mark_told(case, "ppc", "first", cast.actor, how="web_form", at=casebook.When(LAST_DAY))
    said = page(signed_in(cast.hanako), case).content.decode()
    assert "期限を過ぎて報告" not in said
    assert len(missed(case)) == 1


def test_what_was_waived_late_was_missed(cast: Cast) -> None:
    """期限を過ぎてから見送ったものは、過ぎたことも残る。"""
    case = leak(cast, malicious=True)
    notify.waive(case, "ppc", "first", "忘れていた", cast.actor, at=casebook.When(AFTER))
    assert late.note(case, NEW_YEAR) == 2
