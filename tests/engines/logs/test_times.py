"""ログの時刻を UTC に直す。"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hikeshi.engines.logs.report import rfc3339
from hikeshi.engines.logs.story import Story
from hikeshi.engines.logs.times import Day, Turns, Years, access_time, iso_time, turns
from tests.engines.logs.parsers.records import Read
from tests.engines.logs.reading import events, report

TOKYO = ZoneInfo("Asia/Tokyo")


@given(st.datetimes(datetime(1970, 1, 2), datetime(2200, 1, 1)), st.integers(-12 * 60, 14 * 60))
def test_access_times_are_exact(moment: datetime, minutes: int) -> None:
    """アクセスログの時刻は、時差を含めて正しく直る。"""
    sign = "+" if minutes >= 0 else "-"
    text = f"{moment:%d/%b/%Y:%H:%M:%S} {sign}{abs(minutes) // 60:02}{abs(minutes) % 60:02}"
    expected = moment.replace(tzinfo=UTC, microsecond=0).timestamp() - minutes * 60
    assert access_time(text.encode()) == expected


@pytest.mark.parametrize(
    "text", ["", "10/Foo/2000:13:55:36 -0700", "32/Jan/2000:00:00:00 +0900", "10/Oct/2000:13:55:xx -0700", "-"]
)
def test_what_is_no_time_is_none(text: str) -> None:
    """時刻でないものを、時刻と言わない。"""
    assert access_time(text.encode()) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-23T10:00:00+09:00", datetime(2026, 11, 23, 1, tzinfo=UTC)),
        ("2026-11-23T10:00:00.5Z", datetime(2026, 11, 23, 10, 0, 0, 500_000, tzinfo=UTC)),
        ("2026-11-23 10:00:00,123456789", datetime(2026, 11, 23, 1, 0, 0, 123_456, tzinfo=UTC)),
        ("2026-11-23T10:00:60+0900", datetime(2026, 11, 23, 1, 0, 59, tzinfo=UTC)),
    ],
)
def test_iso_times(text: str, expected: datetime) -> None:
    """ISO の時刻は、時差があればそれに、なければ指定の時間帯に従う。"""
    assert iso_time(text.encode(), TOKYO) == expected.timestamp()


@pytest.mark.parametrize("text", ["2026-13-01T00:00:00Z", "2026-11-23T10:00:00+99:00", "2026-11-23"])
def test_impossible_iso_times_are_none(text: str) -> None:
    """ありえない時刻を、時刻と言わない。"""
    assert iso_time(text.encode(), TOKYO) is None


def test_new_year_passes_within_a_log() -> None:
    """12月から1月へ移るところで、年が一つ進む。"""
    assert turns([(11, 3), (12, 3), (1, 3), (2, 3)]) == 1
    years = Years(datetime(2026, 2, 1, tzinfo=UTC), (1, 31), turns=1)
    assert [years.of(m, 5) for m in (11, 12, 12, 1, 1)] == [2025, 2025, 2025, 2026, 2026]


def test_a_line_out_of_order_at_new_year_costs_no_year() -> None:
    """年の変わり目で前後した行があっても、年は狂わない。"""
    assert turns([(12, 31), (1, 1), (12, 31), (1, 1)]) == 1
    years = Years(datetime(2026, 2, 1, tzinfo=UTC), (1, 31), turns=1)
    assert [years.of(*day) for day in ((12, 31), (1, 1), (12, 31), (1, 1))] == [2025, 2026, 2025, 2026]


def test_a_clock_not_yet_set_at_boot_costs_no_year(tmp_path: Path) -> None:
    """起動したばかりで時計の合っていない行（1月1日）があっても、前の行の年は狂わない。"""
    assert turns([(11, 20), (1, 1), (11, 20)]) == turns([(8, 1), (1, 1), (1, 1), (11, 3)]) == 0
    assert turns([(11, 20), (1, 1), (11, 20), (1, 1), (11, 20), (12, 31), (1, 1), (1, 20)]) == 1
    days = [("Nov", 19), ("Jan", 1), ("Nov", 19), ("Nov", 20)]
    lines = [f"{month} {day:2d} 00:00:12 web app: hello" for month, day in days]
    (tmp_path / "messages").write_text("\n".join(lines) + "\n", encoding="utf-8")
    found = [e.when().astimezone(TOKYO) for e in events(tmp_path / "messages")]
    assert [(one.year, one.month, one.day) for one in found] == [(2026, 11, day) for day in (19, 19, 19, 20)]


def test_a_log_that_ends_with_a_clock_not_set_keeps_its_dates(tmp_path: Path) -> None:
    """最後の行が、時計の合っていない起動（1月1日）でも、ほかの行の日付も期間も狂わない。"""
    days = [("Nov", 19), ("Nov", 20), ("Jan", 1), ("Jan", 1)]
    lines = [f"{month} {day:2d} 00:00:12 web app: hello" for month, day in days]
    (tmp_path / "messages").write_text("\n".join(lines) + "\n", encoding="utf-8")
    found = [e.when().astimezone(TOKYO) for e in events(tmp_path / "messages")]
    assert [(one.year, one.month, one.day) for one in found] == [(2026, 11, 19)] + [(2026, 11, 20)] * 3
    (file,) = report(tmp_path / "messages").files
    assert (file.events, file.unset) == (4, 2)
    assert file.last == found[1].timestamp()


@pytest.mark.parametrize(
    ("days", "written", "end"),
    [
        ([(12, 30), (1, 1)], (1, 5), (0, (1, 1))),
        ([(11, 20), (1, 1)], (1, 5), (0, (1, 1))),
        ([(12, 30), (1, 1)], (11, 23), (0, (1, 1))),
        ([(12, 30), (1, 1)], (12, 30), (-1, (12, 30))),
        ([(11, 20), (1, 1), (1, 1)], (11, 23), (-1, (11, 20))),
        ([(11, 20), (1, 1), (1, 5)], (11, 23), (0, (1, 5))),
    ],
)
def test_a_true_new_year_at_the_end_is_one(days: list[Day], written: Day, end: tuple[int, Day]) -> None:
    """本当の年越しで終わるログと、時計の合っていない起動で終わるログを、見分ける。"""
    count = Turns()
    assert sum(map(count.of, days)) == 1
    assert count.end(written) == end


@pytest.mark.parametrize("year", [1970, 1980, 2036, 2106])
def test_an_impossible_year_takes_its_neighbours_time(tmp_path: Path, year: int) -> None:
    """1970年や2036年の行は、前後の行と同じころの出来事として、数えて伝える。期間はのびない。"""
    stamps = [f"01/Jan/{year}:09:00:05 +0900", "23/Nov/2026:10:00:00 +0900", f"01/Jan/{year}:09:00:07 +0900"]
    lines = [f'192.0.2.1 - - [{stamp}] "GET / HTTP/1.1" 200 5' for stamp in stamps]
    (tmp_path / "access.log").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (file,) = report(tmp_path / "access.log").files
    true = datetime(2026, 11, 23, 1, tzinfo=UTC)
    assert (file.events, file.unset, file.first, file.last) == (3, 2, true.timestamp(), true.timestamp())
    assert {e.when() for e in events(tmp_path / "access.log")} == {true}


def test_a_machine_whose_clock_was_never_set_has_no_say_in_the_period(tmp_path: Path) -> None:
    """一度も時計の合っていない機械のログがあっても、事故の期間は、ほかのログから決まる。"""
    for name, year in (("never", 1970), ("auth", 2026)):
        lines = [
            f"{year}-11-20T10:00:{n:02}+09:00 {name} sshd[1]: Failed password for root from 203.0.113.9 port 2 ssh2"
            for n in range(30)
        ]
        lines.append(
            f"{year}-11-20T10:01:00+09:00 {name} sshd[1]: Accepted password for root from 203.0.113.9 port 2 ssh2"
        )
        (tmp_path / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    done = report(tmp_path / "never", tmp_path / "auth", sinks=[Story()])
    files = {Path(one.path).name: (one.unset, one.first is None) for one in done.files}
    assert files == {"never": (31, True), "auth": (0, False)}
    assert {str(when)[:10] for when in done.story["period"].values()} == {"2026-11-20"}


def test_the_last_line_is_not_in_the_future() -> None:
    """最後の行がファイルの日付より先なら、前の年と考える。"""
    assert Years(datetime(2026, 1, 10, tzinfo=UTC), (12, 31)).year == 2025
    assert Years(datetime(2026, 12, 31, 23, tzinfo=UTC), (1, 1)).year == 2026
    assert Years(datetime(2025, 12, 31, 23, tzinfo=UTC), (12, 31)).year == 2025


def test_a_log_of_three_years_is_counted_from_its_end(tmp_path: Path) -> None:
    """年のない三年分のログも、終わりから数えて正しい年になる。"""
    lines = [
        f"{month} {day:2d} 10:00:00 web app: hello"
        for month, day in [("Mar", 1), ("Nov", 2), ("Jan", 3), ("Dec", 4), ("Feb", 5), ("Nov", 6)]
    ]
    (tmp_path / "messages").write_text("\n".join(lines) + "\n", encoding="utf-8")
    years = [e.when().astimezone(TOKYO).year for e in events(tmp_path / "messages")]
    assert years == [2024, 2024, 2025, 2025, 2026, 2026]


def test_the_zone_given_is_used(tmp_path: Path) -> None:
    """時間帯の書かれていないログは、指定の時間帯で読む。"""
    (tmp_path / "error.log").write_text("2026/11/23 09:00:00 [error] 1#1: x\n", encoding="utf-8")
    assert events(tmp_path / "error.log", zone="Asia/Tokyo")[0].when().hour == 0
    assert events(tmp_path / "error.log", zone="America/New_York")[0].when().hour == 14


def test_a_line_of_an_unset_clock_stays_with_the_lines_beside_it() -> None:
    """時計の合っていない行は、別のプログラムの行であっても、すぐ前の行の時刻になる。"""
    lines = ["2026-01-05T10:00:00+09:00 nas kernel: up"]
    lines += ["1970-01-01T09:00:05+09:00 nas sshd[1]: Accepted password for root from 203.0.113.9 port 1 ssh2"]
    lines += [f"2026-{month:02}-10T09:00:00+09:00 nas kernel: x" for month in range(2, 11)]
    found = Read("\n".join([*lines, ""]).encode(), "a.log")
    entered = next(event for event in found.events if event.address)
    assert (entered.when().isoformat(), found.report.unset) == ("2026-01-05T01:00:00+00:00", 1)


@pytest.mark.parametrize(("day", "zone"), [("31/Dec/9999:23:30:00", "-1200"), ("01/Jan/0001:00:30:00", "+1200")])
def test_a_time_that_no_calendar_has_stops_nothing(tmp_path: Path, day: str, zone: str) -> None:
    """世界標準時では暦の外になる時刻の行でも、読み取りは止まらず、見つかることも減らず、時刻は書ける。"""
    line = f'203.0.113.9 - - [{day} {zone}] "GET /?a=%27%20UNION%20SELECT%201,2-- HTTP/1.1" 200 5\n'
    (tmp_path / "access.log").write_text(line * 30)
    told = report(tmp_path, sinks=[Story()])
    assert (told.events, told.not_read, len(told.findings)) == (30, [], 1)
    assert str(rfc3339(told.findings[0].first))[4] == "-"
    assert datetime.fromtimestamp(told.findings[0].first, UTC).astimezone(TOKYO)
