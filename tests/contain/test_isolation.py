"""隔離の記録：する前に意図、したあとに結果、できなければそのことも、事故の記録か手控えに残る。"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, OperationalError, connection

from hikeshi.casebook import services as casebook
from hikeshi.contain import evidence_import, isolation, services, standing
from hikeshi.engines.common.problem import Problem
from hikeshi.engines.evidence import journal
from hikeshi.engines.isolation import Plan, Ssh, resolved
from tests.cast import assemble

CUT = """step\twatch ok
step\tcut ok inet ingress egress
step\tafter_reboot failed no_systemd
cut_us\t4700
already\tno
state\tpending
seconds_left\t59
layers\tinet ingress egress
allow\tin ip 203.0.113.9 22
owned\tyes
watch\tyes
boot\tno
host\tweb\x1b[2J1
folder\t/var/lib/hikeshi-isolation
done\tyes
"""
OPEN = "state\topen\nowned\tno\nhost\tweb1\nfolder\t/var/lib/hikeshi-isolation\ndone\tyes\n"


@dataclass(frozen=True)
class Told(Ssh):
    """A far host that says what it is told to say."""

    answers: tuple[str, ...] = ()

    def run(self, text: str, shell: list[str]) -> str:
        if "main on" in text:
            return self.answers[0]
        return self.answers[-1]


@pytest.mark.django_db
def test_intent_result_and_output_are_in_the_casebook() -> None:
    """切る前に意図が、切ったあとに結果と画面の出力が、事故の記録に入る。"""
    cast = assemble()
    case = cast.open_case()
    place = Told("root@web1", answers=(CUT, CUT.replace("pending", "isolated")))
    report = isolation.act("on", place, Plan(resolved(["203.0.113.9:22"]), 60), isolation.InCase(case, cast.actor))
    intended, done = [*casebook.entries(case)][-2:]
    assert (intended.kind, intended.data["allow"], intended.data["timer"]) == (
        "isolation.intended",
        ["203.0.113.9:22"],
        60,
    )
    assert (done.kind, done.data["state"], done.data["cut_us"], done.data["seconds_left"]) == (
        "isolation.done",
        "pending",
        4700,
        59,
    )
    assert done.data["failed"] == ["after_reboot no_systemd"]
    assert done.data["undo"] == report.undo
    assert casebook.text(case, done.data["output"]) == CUT
    (line,) = [line["text"] for line in services.summary(case)["lines"] if line["label"] == "隔離"]
    for words in ("root@web1", "切り離し中（確定しないと", "203.0.113.9", "start.py isolate off --host root@web1"):
        assert words in line
    for lang in ("ja", "en"):
        line = casebook.saying(case, done, lang).line
        assert "203.0.113.9" in line
        assert "\x1b" not in line


@pytest.mark.django_db
def test_a_failure_is_an_entry_too() -> None:
    """できなかったときも、意図とともに記録される。"""
    cast = assemble()
    case = cast.open_case()
    place = Told("root@web1", answers=("failed\tno_nft\ndetail\t\n",))
    with pytest.raises(Problem, match="isolation.no_nft"):
        isolation.act("on", place, Plan(timer=60), isolation.InCase(case, cast.actor))
    assert [(one.kind, one.data.get("problem")) for one in [*casebook.entries(case)][-2:]] == [
        ("isolation.intended", None),
        ("isolation.failed", "isolation.no_nft"),
    ]
    assert [one.state for one in standing.standings(case)] == ["failed"]


@pytest.mark.django_db
def test_a_changed_state_is_noticed_once() -> None:
    """時間切れなどで状態が変わっていたら、見たときに一度だけ記録する。"""
    cast = assemble()
    case = cast.open_case()
    place = Told("root@web1", answers=(CUT, OPEN))
    isolation.act("on", place, Plan(timer=60), isolation.InCase(case, cast.actor))
    seen = isolation.look(place)
    assert isolation.noticed(seen, case, cast.actor)
    assert not isolation.noticed(seen, case, cast.actor)
    assert [*casebook.entries(case)][-1].data["state"] == "open"
    assert [(one.host, one.state) for one in standing.standings(case)] == [("root@web1", "open")]
    assert not isolation.noticed(isolation.look(Told("root@other", answers=(OPEN,))), case, cast.actor)


@pytest.mark.django_db
def test_a_journal_is_taken_into_an_incident(tmp_path: Path) -> None:
    """事故の記録が手もとにないときの手控えは、あとで事故の記録に取り込める。"""
    cast = assemble()
    book = isolation.InJournal(tmp_path / "a" / "web1.tar.journal", cast.actor)
    isolation.act("on", Told("root@web1", answers=(CUT,)), Plan(timer=60), book)
    assert [line.kind for line in journal.read(book.path)] == ["isolation.intended", "isolation.done"]
    case = cast.open_case()
    evidence_import.take_in(case, book.path, cast.actor)
    taken = [one for one in casebook.entries(case) if one.kind.startswith("isolation.")]
    assert [one.kind for one in taken] == ["isolation.intended", "isolation.done"]
    assert casebook.text(case, taken[1].data["output"]) == CUT


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (Problem("casebook.disk_full"), "casebook.disk_full"),
        (OperationalError("database is locked"), "OperationalError: database is locked"),
        (DatabaseError("database disk image is malformed"), "DatabaseError: database disk image is malformed"),
    ],
)
def test_a_record_that_cannot_be_written_stops_nobody(error: Exception, told: str) -> None:
    """記録が書けなくても（満杯、使用中、壊れている）切ることはやめず、書けなかったことを知らせる。"""

    class Full:
        name = "full"

        def write(self, kind: str, data: Any, texts: Any) -> None:
            raise error

    report = isolation.act("on", Told("root@web1", answers=(CUT,)), Plan(timer=60), Full())
    assert [(step.name, step.detail) for step in report.failed] == [
        ("after_reboot", "no_systemd"),
        ("recorded", told),
    ]


@pytest.mark.django_db
def test_a_held_database_is_waited_for_only_a_moment() -> None:
    """ほかのプログラムが台帳を使っていても、切る前に待つのは数秒まで。"""

    def patience(*, milliseconds: int | None = None) -> int:
        with connection.cursor() as cursor:
            if milliseconds is not None:
                cursor.execute(f"PRAGMA busy_timeout = {milliseconds}")
            return int(cursor.execute("PRAGMA busy_timeout").fetchone()[0])

    before = patience()
    try:
        isolation.hurry()
        assert patience() == isolation.HURRY_MS < before
    finally:
        patience(milliseconds=before)
