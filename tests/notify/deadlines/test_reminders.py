"""いつ思い出させるか：時計と、済んだかどうかと、出したかどうかだけで決まる。"""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hikeshi.engines.common.problem import Problem
from hikeshi.notify.deadlines.reminders import Marks, Watched, marks, next_one, owed, planned, read, said
from tests.notify.law.facts_for_rules import judge

TITLE = {"ja": "最終報告", "en": "Final report"}


def watched(duty: str = "appi.report.7_1", stage: str = "final", **facts: object) -> Watched:
    result = judge(**{"sensitive": True, **facts}).duty(duty)
    return Watched(duty, TITLE, next(d for d in result.deadlines if d.stage == stage), open=True)


FINAL = watched()  # 2026-12-07（月）
HOURS = watched("gdpr.33", "first", regions=["eu"])  # 2026-11-09 10:00


def at(said_: str) -> datetime:
    return datetime.fromisoformat(f"{said_}+09:00")


@pytest.mark.parametrize(
    ("now", "left"),
    [
        ("2026-11-29T09:00", None),
        ("2026-11-30T08:59", None),
        ("2026-11-30T09:00", 7),
        ("2026-12-03T12:00", 7),
        ("2026-12-04T09:00", 3),
        ("2026-12-06T09:00", 1),
        ("2026-12-07T08:59", 1),
        ("2026-12-07T09:00", 0),
        ("2026-12-08T09:00", -1),
        ("2026-12-10T09:00", -3),
        ("2027-12-31T09:00", -14),
    ],
)
def test_days_before_on_the_day_and_after(now: str, left: int | None) -> None:
    """7日前・3日前・前日・当日・過ぎてからの、日本の朝9時に出る。止まっていた後も、最後の1つだけが出る。"""
    assert [r.left for r in owed([FINAL], at(now))] == ([] if left is None else [left])


@pytest.mark.parametrize(
    ("now", "left"),
    [("2026-11-08T09:59", []), ("2026-11-08T10:00", [24]), ("2026-11-09T09:30", [1]), ("2026-11-09T11:00", [-1])],
)
def test_hours_before_and_after(now: str, left: list[int]) -> None:
    """時間で数える期限は、24時間前・6時間前・1時間前と、過ぎてから出る。"""
    assert [r.left for r in owed([HOURS], at(now))] == left


def test_marks_before_the_clock_began_remind_of_nothing() -> None:
    """5日の目安に「7日前」はない：知る前の印は出ない。"""
    guide = watched(stage="first")
    assert [r.left for r in planned(guide)] == [3, 1, 0, -1, -3, -7, -14]


def test_none_when_done_or_without_a_day() -> None:
    """済んだもの、日付のないものには出ない。"""
    assert planned(replace(FINAL, open=False)) == []
    assert planned(watched("appi.notice", "first")) == []


def test_a_moved_deadline_reminds_anew() -> None:
    """期限が動けば別の知らせになる。"""
    later = watched(malicious=True)
    (old,) = owed([FINAL], at("2026-12-06T12:00"))
    (new,) = owed([later], at("2027-01-03T12:00"), sent=[old.key])
    assert old.key != new.key


def test_the_job_may_sleep_until_the_next_one() -> None:
    """次に出る時刻が分かり、それより前には増えない。"""
    coming = next_one([FINAL, HOURS], at("2026-11-07T12:00"))
    assert coming is not None
    assert (coming.target, coming.since) == ("gdpr.33", at("2026-11-08T10:00"))
    assert next_one([FINAL], at("2030-01-01T00:00")) is None


@pytest.mark.parametrize(
    ("now", "ja", "en"),
    [
        ("2026-12-04T09:00", "あと3日です", "3 days left"),
        ("2026-12-07T23:59", "今日（2026年12月7日（月））まで", "due today"),
        ("2026-12-09T09:00", "2日過ぎました", "2 days past"),
    ],
)
def test_it_is_said_in_both_languages(now: str, ja: str, en: str) -> None:
    """何が、いつまでか、あと何日かを言う。"""
    (reminder,) = owed([FINAL], at(now))
    assert ja in said(reminder, at(now), "ja")
    assert en in said(reminder, at(now), "en")


@settings(max_examples=60, deadline=None)
@given(st.integers(-24 * 50, 24 * 80), st.integers(0, 24 * 30))
def test_what_was_sent_never_comes_again(start: int, pause: int) -> None:
    """いつ見ても1つの期限に多くて1つで、出したものは二度と出ない。"""
    sent: set[str] = set()
    now = at("2026-12-07T00:00") + timedelta(hours=start)
    for moment in (now, now, now + timedelta(hours=pause)):
        found = owed([FINAL], moment, sent=sent)
        assert len(found) <= 1
        assert not {r.key for r in found} & sent
        sent |= {r.key for r in found}


@pytest.mark.parametrize(
    ("find", "replace_"), [("hour = 9", "hour = 24"), ("before = [7", "before = [-7"), ("[days]", "[days]\nx = 1")]
)
def test_a_mistake_in_the_file_is_named(find: str, replace_: str) -> None:
    """書き間違いは、ファイル名を挙げて断る。"""
    from hikeshi.notify.law.lawfiles import FOLDER

    text = (FOLDER / "reminders.toml").read_text(encoding="utf-8")
    assert read(text) == marks()
    with pytest.raises(Problem) as caught:
        read(text.replace(find, replace_, 1))
    assert caught.value.params["file"] == "reminders.toml"


def test_other_marks_may_be_given() -> None:
    """印は、データとして差し替えられる。"""
    only = Marks(hour=12, days=(2,), hours=())
    assert [r.since for r in planned(FINAL, only)] == [at("2026-12-05T12:00")]
