"""一つの入り口：順番どおり、一度だけ、書き換えられずに残る。"""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hikeshi.casebook import record as recording
from hikeshi.casebook import services as casebook
from hikeshi.casebook.entries import FactStated, NoteAdded
from hikeshi.casebook.models import Case, CaseHead, Line, StaleTable
from hikeshi.engines.common.problem import Problem
from hikeshi.engines.ledger.entry import Entry, When
from hikeshi.engines.ledger.kinds import Blob
from hikeshi.engines.ledger.line import FIRST_PREV, parse_line
from hikeshi.engines.ledger.verify import check_lines
from tests.cast import Cast, assemble

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]


@pytest.fixture
def cast() -> Cast:
    return assemble()


def fact(cast: Cast, key: str = "cause", value: Any = "x", status: Any = "confirmed") -> Entry:
    return Entry(FactStated(key=key, value=value, status=status), cast.actor)


def test_lines_follow_each_other(cast: Cast) -> None:
    """行は前の行のハッシュを持ち、番号は1から隙間なく続く。"""
    case = cast.open_case()
    for i in range(5):
        casebook.record(case, [fact(cast, value=i), fact(cast, key="media", value=str(i))])
    lines = [parse_line(line) for line in casebook.lines(case)]
    assert [line.fields["number"] for line in lines] == list(range(1, 12))
    assert lines[0].prev == FIRST_PREV
    assert all(after.prev == before.sha256 for before, after in zip(lines, lines[1:], strict=False))
    head = casebook.head(case)
    assert (head.number, head.sha256) == (11, lines[-1].sha256)
    assert head.size == sum(len(line) for line in casebook.lines(case))


def test_a_repeated_request_records_once(cast: Cast) -> None:
    """同じ送信が二度届いても、記録は一度で、答えは同じ。"""
    case = cast.open_case()
    first = casebook.record(case, [fact(cast), fact(cast, value=2)], request_id="a" * 32)
    again = casebook.record(case, [fact(cast), fact(cast, value=2)], request_id="a" * 32)
    assert [entry.sha256 for entry in again] == [entry.sha256 for entry in first]
    assert casebook.head(case).number == 3


def test_a_case_is_opened_once_a_request(cast: Cast) -> None:
    """「事故かもしれない」を二度押しても、事故は一つ。"""
    one = casebook.open_case(cast.workspace, cast.actor, request_id="b" * 32)
    two = casebook.open_case(cast.workspace, cast.actor, request_id="b" * 32)
    assert one.chain_id == two.chain_id
    assert Case.objects.count() == 1


def test_an_unseen_change_is_told(cast: Cast) -> None:
    """見ていないあいだに記録が進んでいたら、書き込まずにそう言う。"""
    case = cast.open_case()
    casebook.record(case, [fact(cast)])
    with pytest.raises(Problem) as told:
        casebook.record(case, [fact(cast)], expected_head=1)
    assert told.value.code == "casebook.stale"
    assert casebook.head(case).number == 2


def test_all_entries_or_none(cast: Cast) -> None:
    """まとめて書くときは、全部残るか、一つも残らないか。"""
    case = cast.open_case()
    wrong = Entry(FactStated(key="cause", status="perhaps"), cast.actor)  # type: ignore[arg-type]
    with pytest.raises(Problem) as told:
        casebook.record(case, [fact(cast), wrong])
    assert told.value.code == "ledger.bad_data"
    assert told.value.params["field"] == "status"
    assert casebook.head(case).number == 1


@pytest.mark.parametrize("sql", ["UPDATE casebook_line SET sha256 = 'x'", "DELETE FROM casebook_line"])
def test_the_database_refuses_to_change_a_line(cast: Cast, sql: str) -> None:
    """行の書き換えと削除は、データベースそのものが断る。"""
    cast.open_case()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert Line.objects.filter(sha256="x").count() == 0
    assert Line.objects.count() > 0


def test_what_json_cannot_hold_is_replaced_and_kept(cast: Cast) -> None:
    """JSON に入らない文字は見える形に置き換わり、元のバイトは証拠に残る。"""
    case = cast.open_case()
    casebook.record(case, [fact(cast, value="a\x00b\ud800c")])
    (entry,) = casebook.entries(case, ["fact.stated"])
    assert entry.data["value"] == "a〔U+0000〕b〔U+D800〕c"
    (kept,) = entry.fields["replaced"]
    with casebook.open_evidence(case, kept["raw"]) as file:
        assert file.read() == "a\x00b\ud800c".encode("utf-8", "surrogatepass")


def test_a_clock_set_back_is_noted(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """時計が戻っても番号の順は変わらず、戻った秒数が行に残る。"""
    case = cast.open_case()
    real = datetime.now(UTC)

    class Back(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> datetime:
            return real - timedelta(hours=1)

    monkeypatch.setattr(recording, "datetime", Back)
    (entry,) = casebook.record(case, [fact(cast)])
    assert entry.number == 2
    assert 3590 <= entry.fields["clock_went_back_seconds"] <= 3610


def test_free_text_is_not_in_the_chain(cast: Cast) -> None:
    """メモの文は鎖に入らず、塩を付けたハッシュだけが入る。"""
    case = cast.open_case()
    casebook.add_note(case, "患者 山田さんの件", cast.actor)
    casebook.add_note(case, "患者 山田さんの件", cast.actor)
    assert "山田" not in b"".join(casebook.lines(case)).decode()
    one, two = casebook.entries(case, ["note.added"])
    assert one.data["text"] != two.data["text"]
    assert casebook.text(case, one.data["text"]) == "患者 山田さんの件"


def test_times_of_happening_and_recording_are_kept_apart(cast: Cast) -> None:
    """起きた時刻と書いた時刻は別々に、時刻帯と時計のずれも添えて残る。"""
    case = cast.open_case()
    when = When(datetime(2026, 11, 5, 18, 12, tzinfo=UTC), zone="Asia/Tokyo", clock_error_seconds=-90)
    note = NoteAdded(text=casebook.keep_text(case, "x"))
    (entry,) = casebook.record(case, [Entry(note, cast.actor, when)])
    assert entry.occurred == when
    assert entry.happened_at == when.start
    assert entry.recorded_at > when.start


def test_the_workspace_chain_holds_heads_only_at_turning_points(cast: Cast) -> None:
    """事業の鎖には、開始・署名・終了のときの先頭だけが残る。一行ごとには残らない。"""
    case = cast.open_case()
    for i in range(3):
        casebook.record(case, [fact(cast, value=i)])
    casebook.checkpoint(case, cast.actor)
    casebook.close_case(case, cast.actor)
    heads = list(casebook.entries(cast.workspace, ["case.head"]))
    assert [head.data["reason"] for head in heads] == ["open", "checkpoint", "close"]
    assert [head.data["number"] for head in heads] == [1, 4, 5]
    assert heads[-1].data["sha256"] == casebook.head(case).sha256


def test_references_count_up_a_workspace(cast: Cast) -> None:
    """番号は事業ごとに、その年の 001 から付く。"""
    assert cast.open_case().reference.endswith("-001")
    assert cast.open_case().reference.endswith("-002")
    other = casebook.open_case(cast.other_workspace, cast.actor)
    assert other.reference.endswith("-001")
    assert casebook.find_case(cast.other_workspace, other.reference) == other
    assert casebook.find_case(cast.workspace, "HKS-1999-001") is None


def test_facts_show_the_latest_and_keep_the_earlier(cast: Cast) -> None:
    """事実は最新が表に出て、前の言い分も記録に残る。"""
    case = cast.open_case()
    casebook.state_fact(case, "persons", {"at_least": 1, "at_most": 9}, "suspected", cast.actor)
    casebook.state_fact(case, "persons", {"at_least": 4, "at_most": 4}, "confirmed", cast.actor, source="台帳")
    known = casebook.facts(case)["persons"]
    assert (known.status, known.value, known.source) == ("confirmed", {"at_least": 4, "at_most": 4}, "台帳")
    assert len(list(casebook.entries(case, ["fact.stated"]))) == 2


def test_an_approval_is_of_exactly_one_text(cast: Cast) -> None:
    """承認は、その文章のハッシュに対してだけ効き、取り消せる。"""
    case = cast.open_case()
    casebook.approve(case, "document:letter", "a" * 64, cast.actor, by="lawyer", how="by_mail", name="弁護士")
    assert casebook.approvals(case, "document:letter", "b" * 64) == []
    (given,) = casebook.approvals(case, "document:letter", "a" * 64)
    casebook.withdraw(case, given, cast.actor)
    assert casebook.approvals(case, "document:letter") == []


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(exclude_categories=[])),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(st.text(st.characters(exclude_categories=[]), max_size=5), inner, max_size=4)
        ),
        max_leaves=8,
    )
)
def test_any_value_leaves_the_chain_whole(cast: Cast, value: Any) -> None:
    """どんな値を書いても、鎖は壊れず、読み戻せる。"""
    case = casebook.cases(cast.workspace).first() or cast.open_case()  # never one that another test left behind
    casebook.record(case, [fact(cast, value=value)])
    assert check_lines(casebook.lines(case)).findings == []
    assert list(StaleTable.objects.values_list("room", "number", "why")) == []


def test_a_text_that_was_disposed_of_reads_as_empty(cast: Cast) -> None:
    """廃棄した文章は空として読め、鎖は壊れない。"""
    case = cast.open_case()
    entry = casebook.add_note(case, "消すべき文", cast.actor)
    casebook.evidence_path(case, entry.data["text"]).unlink()
    assert casebook.text(case, Blob(entry.data["text"])) == ""
    assert check_lines(casebook.lines(case)).findings == []


@pytest.mark.parametrize("year", [1, 2, 999, 9999])
def test_a_slip_of_the_year_is_told_and_not_recorded(cast: Cast, year: int) -> None:
    """日時の年の書き間違い（0002年など）は、記録する前に言葉で返し、記録は変わらない。"""
    case = cast.open_case()
    before = casebook.head(case).number
    japan = timezone(timedelta(hours=9))
    slip = datetime(year, 1, 1, tzinfo=japan)
    for when in (slip, When(datetime(2026, 11, 5, tzinfo=UTC), slip)):
        with pytest.raises(Problem, match="strange_time"):
            casebook.add_note(case, "見た", cast.actor, occurred_at=when)
    assert casebook.head(case).number == before


def test_a_time_beyond_the_calendar_is_still_said(cast: Cast) -> None:
    """日本時間に直せない日時の事実があっても、言葉にできる（ページが開けなくならない）。"""
    edges = {"from": "0001-01-01T00:00:00+12:00", "to": "9999-12-31T23:59:00+00:00"}
    for lang in ("ja", "en"):
        said = casebook.fact_said("period", edges, lang)
        assert "0001-01-01" in str(said)
        assert "9999-12-31" in str(said)


def test_an_incident_opens_although_a_table_is_stale(cast: Cast) -> None:
    """番号を数える表が欠けていても、次の事故は、別の番号で必ず開ける。"""
    first = cast.open_case()
    CaseHead.objects.all().delete()
    assert cast.open_case().reference != first.reference
