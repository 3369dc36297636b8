"""証拠を残すページ：このPCから集める、持ち帰ったものを取り込む。"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from hikeshi.casebook import services as casebook
from hikeshi.desk import services as desk
from hikeshi.desk.models import Person
from hikeshi.engines import evidence
from tests.cast import Cast, assemble
from tests.engines.evidence.parts import contents, member, write

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(sys.platform != "linux", reason="collects from this Linux"),
]


@pytest.fixture
def cast() -> Cast:
    """花子 began the installation and keeps the machine; 太郎 helps; 三郎 is another business's."""
    return assemble()


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """A collector of one item: what it takes is tested beside the engine."""
    whole = evidence.script("linux")
    start, end = whole.index("    item 01-clock"), whole.index("\n    finish\n")
    call = '    item 01-clock volatile 5 4096 \'"name":"clock","command":"date"\' \'date; exit 3\''
    monkeypatch.setattr("hikeshi.engines.evidence.running.script", lambda *_, **__: whole[:start] + call + whole[end:])


def signed_in(name: str) -> Client:
    """A browser of this person."""
    client = Client()
    client.force_login(Person.objects.get(username=name))
    return client


def text(answer: Any) -> str:
    """A page's text."""
    return str(answer.content.decode())


def test_the_keeper_collects_with_one_press(cast: Cast, quick: None) -> None:
    """責任者がボタンを一つ押すと、集めたものが記録に入り、大きさとハッシュが見える。作業用のファイルは残らない。"""
    case = cast.open_case()
    browser = signed_in("hanako")
    place = f"/i/{case.reference}/keep-evidence/"
    assert "証拠を集める（このPC）" in text(browser.get(place))
    answer = browser.post(f"{place}collect/", follow=True)
    assert answer.status_code == 200
    (done,) = casebook.entries(case, kinds=["collection.done"])
    assert done.data["sha256"] in text(answer)
    assert "時計と、そのずれ" in text(answer)
    assert casebook.is_intact(case, done.data["sha256"])
    assert list((Path(settings.HIKESHI_DATA) / "incoming").glob("evidence-*")) == []


def test_only_the_keeper_takes_the_state_of_the_desks_own_machine(cast: Cast, quick: None) -> None:
    """火消しの動くPCの状態を取れるのは、そのPCを預かる人だけで、ほかの事業の人には事故そのものが見えない。"""
    case = cast.open_case()
    place = f"/i/{case.reference}/keep-evidence/"
    taro = signed_in("taro")
    assert "証拠を集める（このPC）" not in text(taro.get(place))
    assert taro.post(f"{place}collect/").status_code == 403
    other = cast.other_workspace
    theirs = casebook.open_case(other, casebook.Actor(str(cast.saburo.pk), "三郎", "owner"), title="x")
    saburo = signed_in("saburo")
    assert saburo.post(f"/i/{theirs.reference}/keep-evidence/collect/").status_code == 403
    assert desk.keeps_machine(str(cast.hanako.pk))
    assert list(casebook.entries(case, kinds=["collection.begun"])) == []


def test_nobody_of_another_business_sees_the_page(cast: Cast) -> None:
    """三郎には、花子の事故の証拠のページは、ないのと同じに見える。"""
    case = casebook.open_case(cast.workspace, cast.actor)
    casebook.open_case(cast.workspace, cast.actor)
    for path in ("", "script/linux/"):
        assert signed_in("saburo").get(f"/i/{case.reference}/keep-evidence/{path}").status_code == 404
    assert signed_in("saburo").post(f"/i/{case.reference}/keep-evidence/bring/").status_code == 404


def test_a_carried_package_is_taken_in_and_its_tricks_are_shown_harmless(cast: Cast, tmp_path: Path) -> None:
    """持ち帰ったまとまりを取り込むと、おかしいものの名前が、画面を乱さない形で見える。"""
    case = cast.open_case()
    odd = [member("evidence/data/<script>alert(1)</script>\u202e.txt", b"x")]
    path = write(tmp_path / "web1.tar", contents(), odd)
    answer = signed_in("taro").post(
        f"/i/{case.reference}/keep-evidence/bring/",
        {"files": SimpleUploadedFile("../../web1.tar", path.read_bytes())},
        follow=True,
    )
    page = text(answer)
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "\u202e" not in page
    (entry,) = casebook.entries(case, kinds=["collection.imported"])
    assert entry.data["name"] == "web1.tar"
    assert not entry.data["intact"]


def test_something_else_is_told_to_be_no_package(cast: Cast) -> None:
    """証拠のまとまりでないものや、何も選ばないときは、そう言って、何も記録しない。"""
    case = cast.open_case()
    browser = signed_in("taro")
    place = f"/i/{case.reference}/keep-evidence/bring/"
    count = casebook.head(case).number
    for files in ({}, {"files": SimpleUploadedFile("a.tar", b"hello" * 300)}):
        answer = browser.post(place, files)
        assert answer.status_code == 422
        assert "取り込んでいません" in text(answer)
    assert casebook.head(case).number == count


@pytest.mark.parametrize("system", ["linux", "macos", "windows"])
def test_the_collectors_are_offered_to_carry(cast: Cast, system: str) -> None:
    """どの機械の手順も、ページから持っていける。"""
    case = cast.open_case()
    answer = signed_in("taro").get(f"/i/{case.reference}/keep-evidence/script/{system}/")
    assert evidence.collector(system).script in answer["Content-Disposition"]
    assert answer.content.decode("utf-8-sig").startswith("#")


def test_a_hand_over_is_recorded_after_the_file_was_hashed_again(cast: Cast, tmp_path: Path) -> None:
    """だれに、なぜ渡したかを、もう一度ハッシュを取ってから記録する。中身が変わっていれば、そう記録する。"""
    case = cast.open_case()
    browser = signed_in("taro")
    place = f"/i/{case.reference}/keep-evidence/"
    path = write(tmp_path / "web1.tar", contents())
    browser.post(f"{place}bring/", {"files": SimpleUploadedFile("web1.tar", path.read_bytes())})
    (kept,) = casebook.entries(case, kinds=["collection.imported"])
    words = {"sha256": kept.data["sha256"], "to": "警察 相談係", "why": "被害届", "request_id": "0" * 32}
    assert browser.post(f"{place}hand-over/", {**words, "why": " "}).status_code == 422
    assert browser.post(f"{place}hand-over/", {**words, "sha256": "0" * 64}).status_code == 422
    for _ in range(2):
        assert browser.post(f"{place}hand-over/", words).status_code == 302
    (given,) = casebook.entries(case, kinds=["evidence.handed_over"])
    assert given.data["intact"] is True
    assert casebook.text(case, given.data["to"]) == "警察 相談係"
    stored = Path(casebook.evidence_path(case, kept.data["sha256"]))
    stored.chmod(0o600)
    stored.write_bytes(b"changed")
    browser.post(f"{place}hand-over/", {**words, "request_id": "1" * 32})
    assert [one.data["intact"] for one in casebook.entries(case, kinds=["evidence.handed_over"])] == [True, False]
