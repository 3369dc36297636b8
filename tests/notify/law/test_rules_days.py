"""期限の数え方（規則第8条、通則編 3-5-3-3・3-5-3-4）。"""

from datetime import UTC, date, datetime, timedelta

import jpholiday
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hikeshi.notify.law.days import COUNT_RULES, day_in_japan, is_closed, next_open_day, nth_day

ANY_DAY = st.dates(date(2020, 1, 1), date(2090, 12, 31))


def limit(known: date, days: int) -> date:
    span = COUNT_RULES["jp_days_incl_roll"].count(known, (days,))
    assert span
    return span.end


@pytest.mark.parametrize(
    ("known", "day_3", "day_5", "day_30", "day_60"),
    [
        ("2026-11-06", "2026-11-08", "2026-11-10", "2026-12-07", "2027-01-04"),
        ("2026-12-01", "2026-12-03", "2026-12-05", "2027-01-04", "2027-01-29"),
        ("2026-11-02", "2026-11-04", "2026-11-06", "2026-12-01", "2027-01-04"),
    ],
)
def test_worked_examples(known: str, day_3: str, day_5: str, day_30: str, day_60: str) -> None:
    """参考資料 duties.md §1.8 の計算例のとおりになる。"""
    day = date.fromisoformat(known)
    guide = COUNT_RULES["jp_promptly_3_5"].count(day, (3, 5))
    assert guide is not None
    assert (guide.start.isoformat(), guide.end.isoformat()) == (day_3, day_5)
    assert (limit(day, 30).isoformat(), limit(day, 60).isoformat()) == (day_30, day_60)


@pytest.mark.parametrize(
    ("known", "days", "deadline", "why"),
    [
        ("2026-04-04", 30, "2026-05-07", "日曜の憲法記念日から振替休日まで続く大型連休"),
        ("2027-04-04", 30, "2027-05-06", "憲法記念日・みどりの日・こどもの日"),
        ("2026-08-21", 30, "2026-09-24", "土日・敬老の日・国民の休日・秋分の日"),
        ("2027-02-20", 30, "2027-03-23", "日曜の春分の日と振替休日"),
        ("2028-01-31", 30, "2028-02-29", "うるう日は開いている"),
        ("2028-02-01", 30, "2028-03-01", "うるう年の2月をまたぐ"),
        ("2027-02-01", 30, "2027-03-02", "平年の2月をまたぐ"),
        ("2026-11-29", 30, "2026-12-28", "御用納めの日はまだ開いている"),
        ("2026-11-30", 30, "2027-01-04", "12月29日は閉まっている"),
        ("2027-12-04", 30, "2028-01-04", "1月2日（日）から三が日が明けるまで"),
        ("2026-12-06", 30, "2027-01-04", "1月4日は開いている"),
    ],
)
def test_closed_days_move_the_limit(known: str, days: int, deadline: str, why: str) -> None:
    """最終日が閉庁日なら、次に開く日が期限になる。"""
    assert limit(date.fromisoformat(known), days).isoformat() == deadline, why


@given(ANY_DAY, st.sampled_from([30, 60]))
def test_a_limit_is_the_first_open_day_from_the_nominal_day(known: date, days: int) -> None:
    """期限は閉庁日に当たらず、30日目・60日目より早くならず、間の日はすべて閉庁日である。"""
    nominal, end = known + timedelta(days=days - 1), limit(known, days)
    assert end >= nominal
    assert end.weekday() < 5
    assert not jpholiday.is_holiday(end)
    assert (end.month, end.day) not in {(12, 29), (12, 30), (12, 31), (1, 1), (1, 2), (1, 3)}
    between = [nominal + timedelta(days=n) for n in range((end - nominal).days)]
    assert all(is_closed(day) for day in between)


@given(ANY_DAY)
def test_a_guide_counts_weekends_and_never_moves(known: date) -> None:
    """目安は土日祝日も数え、休みの日でも動かない。"""
    span = COUNT_RULES["jp_promptly_3_5"].count(known, (3, 5))
    assert span
    assert (span.start - known, span.end - known) == (timedelta(days=2), timedelta(days=4))


@given(ANY_DAY)
def test_open_days_stay(day: date) -> None:
    """開いている日はそのまま、閉まっている日だけ動く。"""
    assert (next_open_day(day) == day) is (not is_closed(day))


def test_day_one_is_the_day_of_knowing() -> None:
    """知った日が1日目である。"""
    assert nth_day(date(2026, 11, 6), 1) == date(2026, 11, 6)


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        ("2026-11-06T23:59:59+09:00", "2026-11-06"),
        ("2026-11-07T00:00:00+09:00", "2026-11-07"),
        ("2026-11-06T14:59:59+00:00", "2026-11-06"),
        ("2026-11-06T15:00:00+00:00", "2026-11-07"),
        ("2026-11-06T08:00:00-08:00", "2026-11-07"),
        ("2026-12-31T15:00:00+00:00", "2027-01-01"),
    ],
)
def test_the_day_is_japans(moment: str, day: str) -> None:
    """どの時間帯で書かれても、日本の日付で数える。"""
    assert day_in_japan(datetime.fromisoformat(moment)).isoformat() == day


def test_a_moment_without_zone_is_refused() -> None:
    """時間帯のない時刻は、日付を決められないので受け付けない。"""
    with pytest.raises(ValueError, match="time zone"):
        day_in_japan(datetime.now(UTC).replace(tzinfo=None))
