"""人が自由に書いた言葉は、記録の行に入らない。捨てられる文章として別に置かれ、画面と書類では元どおり読める。"""

import io
from datetime import date
from typing import Any

import pytest

from hikeshi.casebook import entries as kinds
from hikeshi.casebook import services as casebook
from hikeshi.casebook.entries import EvidenceHandedOver, TextDisposed
from hikeshi.engines.ledger.entry import Entry
from hikeshi.improve import services as improve
from hikeshi.improve.entries import MeasureAdded1
from hikeshi.investigate import services as investigate
from hikeshi.prepare import reading
from hikeshi.recover import services as recover
from hikeshi.recover.entries import ItemAdded1
from tests.cast import Cast, assemble

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]
SECRET = "患者の山田さん"


@pytest.fixture
def cast() -> Cast:
    return assemble()


def chain(owner: Any) -> str:
    return b"".join(casebook.lines(owner)).decode()


def test_a_list_keeps_its_own_words_apart(cast: Cast) -> None:
    """一覧にない項目を自分の言葉で書いても、行に入るのは符号だけ。事実を読むと、言葉も元の順に付いている。"""
    case = cast.open_case()
    said = ["name", SECRET, "address", f"{SECRET}の\n診断"]
    casebook.state_fact(case, "data_items", said, "confirmed", cast.actor)
    (entry,) = casebook.entries(case, ["fact.stated"])
    assert entry.data["value"] == ["name", "address"]
    assert SECRET not in chain(case)
    assert casebook.facts(case)["data_items"].value == ["name", "address", SECRET, f"{SECRET}の 診断"]
    assert SECRET in casebook.saying(case, entry, "ja").line
    casebook.evidence_path(case, entry.data["others"]).unlink()
    assert casebook.facts(case)["data_items"].value == ["name", "address"]
    assert casebook.stale(case) == []


def test_reasons_and_names_are_no_part_of_a_line(cast: Cast) -> None:
    """だれがするか、なぜ取り消すか、だれへ渡したか、なぜ捨てたかも、行には入らず、読める。"""
    case = cast.open_case()
    recover.add(case, "harden", "パスワードを変える", cast.actor, who=SECRET)
    improve.add_measure(case, "研修", "organisational", cast.actor, owner=SECRET, due=date(2026, 12, 1))
    casebook.approve(case, "document:x", "a" * 64, cast.actor)
    (given,) = casebook.approvals(case, "document:x")
    casebook.withdraw(case, given, cast.actor, SECRET)
    handed = EvidenceHandedOver(
        sha256="a" * 64, to=casebook.keep_text(case, SECRET), why=casebook.keep_text(case, SECRET), intact=True
    )
    disposed = TextDisposed(blob="b" * 64, reason=casebook.keep_text(case, SECRET))
    casebook.record(case, [Entry(handed, cast.actor), Entry(disposed, cast.actor)])
    assert SECRET not in chain(case)
    assert [one["who"] for one in recover.shown(case)] == [SECRET]
    assert [one["owner"] for one in improve.shown(case)] == [SECRET]
    told = {entry.kind: casebook.saying(case, entry, "ja").line for entry in casebook.entries(case)}
    for kind in ("improve.measure_added", "approval.withdrawn", "evidence.handed_over", "text.disposed"):
        assert SECRET in told[kind]
    improve.revise(case, cast.workspace, date(2026, 12, 1), cast.actor)
    assert SECRET not in chain(cast.workspace)
    (revision,) = reading.revisions(cast.workspace)
    assert [measure.owner for measure in revision.measures] == [SECRET]
    assert casebook.stale(case) == []
    assert casebook.stale(cast.workspace) == []


def test_names_out_of_a_log_are_bounded_and_clean(cast: Cast) -> None:
    """ログに出たアカウント名は、長さと文字を抑えてから行に入る。制御文字や向きを変える文字はそのままでは残らない。"""
    case = cast.open_case()
    name = "\u202eadmin\x1b[2J" + "x" * 500
    line = f"Nov  5 03:00:{{:02d}} h sshd[1]: Failed password for {name} from 203.0.113.5 port 40 ssh2\n"
    log = "".join(line.format(i) for i in range(40))
    kept = casebook.keep_file(case, io.BytesIO(log.encode()), "auth.log", cast.actor)
    investigate.ask(case, [kept], cast.actor)
    while investigate.do_owed():
        pass
    found = list(casebook.entries(case, ["investigate.finding_proposed"]))
    assert found
    accounts = [account for entry in found for account in entry.data["accounts"]]
    assert accounts
    assert all(len(account) <= 80 for account in accounts)
    assert "\u202e" not in chain(case)
    assert "\\u001b" not in chain(case)


def test_entries_of_the_first_version_are_still_read(cast: Cast) -> None:
    """前の版で書かれた行は、そのまま読める。"""
    case = cast.open_case()
    casebook.approve(case, "document:x", "a" * 64, cast.actor)
    (given,) = casebook.approvals(case, "document:x")
    blob = casebook.keep_text(case, "すること")
    old = [
        kinds.FactStated1(key="data_items", status="confirmed", value=["name", "会員番号"]),
        kinds.ApprovalWithdrawn1(number=given.number, reason="誤り"),
        kinds.EvidenceHandedOver1(sha256="a" * 64, to="警察", why="捜査", intact=True),
        kinds.TextDisposed1(blob="b" * 64, reason="期限"),
        ItemAdded1(item="i", stage="harden", what=blob, who="太郎"),
        MeasureAdded1(measure="m", nature="technical", what=blob, owner="太郎"),
    ]
    recorded = casebook.record(case, [Entry(data, cast.actor) for data in old])
    assert {entry.version for entry in recorded} == {1}
    assert casebook.facts(case)["data_items"].value == ["name", "会員番号"]
    assert casebook.approvals(case, "document:x") == []
    assert [one["who"] for one in recover.shown(case)] == ["太郎"]
    assert [one["owner"] for one in improve.shown(case)] == ["太郎"]
    lines = [casebook.saying(case, entry, "ja").line for entry in recorded]
    for line, word in zip(lines, ["会員番号", "誤り", "警察", "期限", "すること", "太郎"], strict=True):
        assert word in line
    assert casebook.stale(case) == []
