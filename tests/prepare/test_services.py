"""備えの動詞：書く、直す、外す、確かめる、版にする。すべて事業の記録に残る。"""

import hashlib
from datetime import date, timedelta
from typing import Any

import pytest

from hikeshi.casebook import services as casebook
from hikeshi.casebook.models import StaleTable
from hikeshi.engines.common.problem import Problem
from hikeshi.engines.ledger.entry import Actor
from hikeshi.engines.paper.model import plain, texts
from hikeshi.prepare import services as prepare
from hikeshi.prepare.models import Item
from tests.cast import Cast, assemble

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]
DAY = date(2026, 12, 1)


@pytest.fixture
def cast() -> Cast:
    return assemble()


def write(cast: Cast, subject: str = "contact", key: str | None = "lawyer", **fields: Any) -> str:
    given = {"kind": key, "name": "川端法律事務所", **fields} if subject == "contact" else fields
    seen = given.pop("seen", None)
    return prepare.state(cast.workspace, cast.actor, subject, given, key=key, seen=seen)


def kinds(cast: Cast) -> list[str]:
    return [entry.kind for entry in casebook.entries(cast.workspace)]


def row(cast: Cast, key: str = "lawyer") -> Item:
    return Item.objects.get(chain_id=cast.workspace.pk, key=key)


def test_written_is_recorded_and_read_back(cast: Cast) -> None:
    """書いた連絡先は事業の記録に入り、そのまま読み出せる。"""
    write(cast, phone="03-1234-5678", remarks="裏口から")
    assert kinds(cast)[-1] == "contact.stated"
    contact = prepare.contacts(cast.workspace, "ja")[0]
    assert (contact["name"], contact["phone"], contact["remarks"]) == ("川端法律事務所", "03-1234-5678", "裏口から")
    assert (contact["clause"], contact["kind_name"]) == ("C1", "顧問弁護士")
    assert not StaleTable.objects.exists()


def test_remarks_stand_outside_the_chain(cast: Cast) -> None:
    """備考の文そのものは記録の行に入らず、あとで処分できる。"""
    write(cast, remarks="持病があるので夜は避ける")
    assert not any("持病".encode() in line for line in casebook.lines(cast.workspace))


def test_edit_corrects_the_entry_before(cast: Cast) -> None:
    """直すと新しい記録が前の記録を訂正し、前の記録も残る。"""
    write(cast, phone="1")
    first = row(cast).number
    write(cast, phone="2", seen=first)
    last = list(casebook.entries(cast.workspace))[-1]
    assert last.corrects == first
    assert [e.data["phone"] for e in casebook.entries(cast.workspace, ["contact.stated"])] == ["1", "2"]


def test_two_people_edit_the_same_contact(cast: Cast) -> None:
    """同じ連絡先を二人が直すと、後の人は知らされ、先の人の書いたものは消えない。"""
    write(cast, phone="1")
    seen = row(cast).number
    write(cast, phone="2", seen=seen)
    with pytest.raises(Problem) as told:
        write(cast, phone="3", seen=seen)
    assert told.value.code == "prepare.changed"
    assert told.value.params["who"] == "花子"
    assert row(cast).data["phone"] == "2"


def test_same_form_twice_is_recorded_once(cast: Cast) -> None:
    """同じ内容を二度送っても、記録は一つで、責められない。"""
    write(cast, phone="1", remarks="メモ", seen=0)
    write(cast, phone="1", remarks="メモ", seen=0)
    assert kinds(cast).count("contact.stated") == 1


def test_same_request_makes_one_line(cast: Cast) -> None:
    """新しい行の同じ送信が二度届いても、行は一つである。"""
    given = {"kind": "pc", "name": "レジ"}
    keys = {prepare.state(cast.workspace, cast.actor, "device", given, request_id="r1") for _ in range(2)}
    assert len(keys) == 1
    assert len(prepare.devices(cast.workspace)) == 1


def test_lines_keep_their_order(cast: Cast) -> None:
    """書き足した行は、書いた順に並ぶ。"""
    for name in ("か", "あ", "さ"):
        write(cast, "backup", None, name=name)
    assert [b["name"] for b in prepare.backups(cast.workspace)] == ["か", "あ", "さ"]


def test_somebody_elses_entry_between_does_not_disturb(cast: Cast) -> None:
    """別の行への書き込みがあっても、自分の行は書き直せる。"""
    write(cast, phone="1")
    seen = row(cast).number
    write(cast, "backup", None, name="別の行")
    write(cast, phone="2", seen=seen)
    assert row(cast).data["phone"] == "2"


def test_editing_something_removed_is_told(cast: Cast) -> None:
    """外されたものを書き直そうとすると、そう知らされる。"""
    write(cast, phone="1")
    seen = row(cast).number
    prepare.remove(cast.workspace, cast.actor, "contact", "lawyer")
    with pytest.raises(Problem) as told:
        write(cast, phone="2", seen=seen)
    assert told.value.code == "prepare.gone"


def test_removed_can_be_put_back(cast: Cast) -> None:
    """外したものは、備考まで元どおりに戻せる。"""
    from hikeshi.prepare.recording import restore

    write(cast, phone="1", remarks="メモ")
    prepare.remove(cast.workspace, cast.actor, "contact", "lawyer")
    assert prepare.contacts(cast.workspace) == []
    restore(cast.workspace, cast.actor, "contact", "lawyer")
    assert prepare.contacts(cast.workspace)[0]["remarks"] == "メモ"
    assert kinds(cast)[-2:] == ["preparation.removed", "contact.stated"]


def test_verification_is_an_entry(cast: Cast) -> None:
    """確かめた日は記録になり、古いという知らせが消える。"""
    write(cast, phone="1", verified_on=(date.today() - timedelta(days=300)).isoformat())
    assert len(prepare.readiness(cast.workspace)["stale"]) == 1
    prepare.verify(cast.workspace, cast.actor, "contact", "lawyer", date.today())
    assert prepare.readiness(cast.workspace)["stale"] == []
    assert kinds(cast)[-1] == "preparation.verified"


@pytest.mark.parametrize("said", ["none", "unknown"])
def test_blank_answered(cast: Cast, said: str) -> None:
    """「ない」「わからない」も記録になり、「わからない」は空欄のまま残る。"""
    prepare.answer(cast.workspace, cast.actor, "contact.lawyer", said)
    blank = [cell["id"] for cell in prepare.readiness(cast.workspace)["blanks"]]
    assert ("contact.lawyer" in blank) == (said == "unknown")
    assert kinds(cast)[-1] == "blank.answered"


def test_other_workspace_sees_nothing(cast: Cast) -> None:
    """三郎の事業からは、花子の備えは何も見えない。"""
    write(cast, phone="03-1234-5678")
    prepare.make_version(cast.workspace, cast.actor, effective_on=DAY)
    assert prepare.contacts(cast.other_workspace) == []
    assert prepare.plan_versions(cast.other_workspace) == []
    assert "03-1234" not in str(prepare.help_line(cast.other_workspace))
    assert prepare.summary(cast.other_workspace)["done"] == 0


def test_too_long_is_refused_before_anything_is_kept(cast: Cast) -> None:
    """長すぎる内容は、どの欄のどこまでかを言って断り、何も記録しない。"""
    with pytest.raises(Problem) as told:
        write(cast, name="あ" * 3000)
    assert told.value.params == {"field": "name", "limit": 2000}
    assert "contact.stated" not in kinds(cast) if cast.workspace.chains.exists() else True


def test_unknown_kind_is_refused(cast: Cast) -> None:
    """知らない種類の連絡先は書けない。"""
    with pytest.raises(Problem) as told:
        write(cast, key="wizard")
    assert told.value.code == "prepare.unknown_kind"


def test_roles_are_three_whoever_holds_them(cast: Cast) -> None:
    """役割は、だれもいなくても三つそろって返り、一人が三つ持てる。"""
    assert [r["name"] for r in prepare.roles(cast.workspace)] == ["", "", ""]
    for role in ("leader", "technical", "liaison"):
        write(cast, "role", role, name="花子", phone="090")
    assert [(r["clause"], r["name"]) for r in prepare.roles(cast.workspace)] == [
        ("R1", "花子"),
        ("R2", "花子"),
        ("R3", "花子"),
    ]


def test_helper_from_outside_is_the_it_person(cast: Cast) -> None:
    """責任者でない技術担当者は、詳しい人として連絡先にも計画書にも載る。本人なら載らない。"""
    write(cast, "role", "leader", name="花子", phone="090")
    write(cast, "role", "technical", name="花子", phone="090")
    assert prepare.contacts(cast.workspace) == []
    write(cast, "role", "technical", name="太郎", phone="080-1111")
    assert [(c["kind"], c["name"], c["kind_name"]) for c in prepare.contacts(cast.workspace, "ja")] == [
        ("it", "太郎", "技術担当者")
    ]
    tables = [b for b in prepare.plan_document(cast.workspace, "ja").blocks if type(b).__name__ == "Table"]
    cells = {plain(r[0]): plain(r[1]) for r in tables[1].rows}
    assert "太郎" in cells["パソコンに詳しい人・保守会社"]
    write(cast, "contact", "it", kind="it", name="近所の店", phone="03")
    assert [c["name"] for c in prepare.contacts(cast.workspace)] == ["近所の店"]


def test_help_line_never_sends_the_owner_to_herself(cast: Cast) -> None:
    """責任者が技術も兼ねるなら、電話の欄に本人を挙げない。"""
    for role in ("leader", "technical"):
        write(cast, "role", role, name="花子", phone="090")
    assert "technical" not in [p["kind"] for p in prepare.help_line(cast.workspace)]


def test_help_line_before_anything_is_written(cast: Cast) -> None:
    """何も書いていなくても、電話の欄は保険会社・警察・IPAを名前で示し、番号を作らない。"""
    line = prepare.help_line(cast.workspace, "ja")
    assert [person["kind"] for person in line] == ["insurance", "police", "ipa"]
    assert all(person["phone"] == "" and person["href"] and "番号は未登録" in person["note"] for person in line)
    assert "cs-support@ipa.go.jp" in line[2]["note"]


def test_help_line_order_and_contents(cast: Cast) -> None:
    """電話の欄は、先に電話すべき順に、番号・受付時間・確かめた日を出す。"""
    write(cast, phone="03-1", verified_on="2026-11-01", hours="平日")
    write(cast, "insurance", "cyber", name="さくら損保", phone="0120-1")
    write(cast, "role", "technical", name="太郎", phone="080")
    line = prepare.help_line(cast.workspace, "ja")
    assert [p["kind"] for p in line] == ["insurance", "technical", "lawyer", "police", "ipa"]
    lawyer = line[2]
    assert (lawyer["hours"], lawyer["verified"]) == ("平日", date(2026, 11, 1))


def test_help_line_respects_no_insurance(cast: Cast) -> None:
    """保険に入っていないと答えたら、電話の欄は保険会社を出さない。"""
    prepare.answer(cast.workspace, cast.actor, "insurance.cyber", "none")
    assert "insurance" not in [p["kind"] for p in prepare.help_line(cast.workspace)]


def test_direction_characters_are_shown(cast: Cast) -> None:
    """文字の向きを変える記号は、見える形になって返る。"""
    write(cast, name="銀行\u202e行銀", phone="1")
    assert prepare.contacts(cast.workspace)[0]["name"] == "銀行<U+202E>行銀"
    assert "\u202e" not in str(prepare.help_line(cast.workspace))


def test_version_is_kept_byte_for_byte(cast: Cast) -> None:
    """版にした計画書は、あとで備えが変わっても同じバイト列のまま取り出せる。"""
    write(cast, phone="03-1234-5678")
    made = prepare.make_version(cast.workspace, cast.actor, effective_on=DAY, reason="はじめて")
    before = {
        (lang, form): prepare.plan_file(cast.workspace, lang, form, 1)
        for lang in ("ja", "en")
        for form in ("pdf", "docx")
    }
    document = prepare.plan_document(cast.workspace, "ja", 1)
    write(cast, phone="03-9999-9999", seen=row(cast).number)
    for (lang, form), content in before.items():
        assert prepare.plan_file(cast.workspace, lang, form, 1) == content
    assert prepare.plan_document(cast.workspace, "ja", 1) == document
    entry = next(iter(casebook.entries(cast.workspace, ["plan.versioned"])))
    with casebook.open_evidence(cast.workspace, entry.data["source_sha256"]) as source:
        assert hashlib.sha256(source.read()).hexdigest() == made["sha256"]
    assert {f["sha256"] for f in entry.data["files"]} == {hashlib.sha256(c).hexdigest() for c in before.values()}
    assert entry.step == "S5.3"


def test_versions_count_up_and_name_their_maker(cast: Cast) -> None:
    """版は順に数え、適用日・理由・作った人を持つ。"""
    prepare.make_version(cast.workspace, cast.actor, effective_on=DAY, reason="はじめて")
    prepare.make_version(cast.workspace, cast.actor, effective_on=DAY, reason="保険が変わった")
    listed = prepare.plan_versions(cast.workspace)
    assert [(v["version"], v["reason"], v["made_by"]) for v in listed] == [
        (2, "保険が変わった", "花子"),
        (1, "はじめて", "花子"),
    ]
    assert listed[0]["effective_on"] == DAY


def test_version_by_the_leader_is_approved_by_others_it_waits(cast: Cast) -> None:
    """責任者が作った版は承認済みで、ほかの人が作った版は責任者の承認を待つ。"""
    helper = Actor(str(cast.taro.pk), "太郎", "technical")
    prepare.make_version(cast.workspace, helper, effective_on=DAY)
    prepare.make_version(cast.workspace, cast.actor, effective_on=DAY, reason="承認する人が作る")
    assert [v["approved_by"] for v in prepare.plan_versions(cast.workspace)] == [["花子"], []]


def test_same_request_makes_one_version(cast: Cast) -> None:
    """版を作る同じ送信が二度届いても、版は一つである。"""
    for _ in range(2):
        prepare.make_version(cast.workspace, cast.actor, effective_on=DAY, request_id="v1")
    assert [v["version"] for v in prepare.plan_versions(cast.workspace)] == [1]


def test_revision_is_proposed_without_being_recorded(cast: Cast) -> None:
    """改定の案は、対策を加えた計画書と変わるところを見せ、まだ何も記録しない。"""
    prepare.make_version(cast.workspace, cast.actor, effective_on=DAY)
    before = casebook.head(cast.workspace).number
    measures = [prepare.Measure("2段階のサインインを入れる", "太郎", "2026-12-31")]
    document, changes = prepare.propose_revision(
        cast.workspace, effective_on=DAY, reason="HKS-2026-001 のふり返り", measures=measures, lang="ja"
    )
    whole = "".join(plain(text) for text in texts(document))
    assert "第2版" in whole
    assert "2段階のサインイン" in whole
    assert any("2段階" in change.text for change in changes if change.mark == "added")
    assert casebook.head(cast.workspace).number == before


def test_measures_stay_in_later_versions(cast: Cast) -> None:
    """ある版で加えた再発防止策は、その後の版にも改定の記録として残る。"""
    measures = [prepare.Measure("教育", "花子")]
    prepare.make_version(
        cast.workspace, cast.actor, effective_on=DAY, measures=measures, reason="a", incident="HKS-2026-001"
    )
    prepare.make_version(cast.workspace, cast.actor, effective_on=DAY, reason="b")
    whole = "".join(plain(text) for text in texts(prepare.plan_document(cast.workspace, "ja", 2)))
    assert "教育" in whole
    assert "HKS-2026-001" in whole


def test_missing_version_is_said(cast: Cast) -> None:
    """ない版を求めると、ないと知らされる。"""
    with pytest.raises(Problem) as told:
        prepare.plan_document(cast.workspace, "ja", 7)
    assert told.value.code == "prepare.no_version"


def test_version_waits_for_no_printer(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """PDFを作れない機械でも版は作れ、ないファイルはないと知らされる。"""

    def unable(*_: Any, **__: Any) -> None:
        raise Problem("paper.no_pdf")

    monkeypatch.setattr("hikeshi.engines.paper.pdf.print_pdf", unable)
    prepare.make_version(cast.workspace, cast.actor, effective_on=DAY)
    assert prepare.plan_versions(cast.workspace)[0]["files"] == [("ja", "docx"), ("en", "docx")]
    with pytest.raises(Problem) as told:
        prepare.plan_file(cast.workspace, "ja", "pdf", 1)
    assert told.value.code == "prepare.no_file"


def test_duties_are_told_from_above(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """届出の期限は上の部屋が渡し、計画書の別紙に載る。"""
    from hikeshi.prepare import reading

    row = {"recipient": "委員会", "name": "報告", "term": "目安", "basis": "規則"}
    monkeypatch.setattr(reading, "duty_rows", [lambda lang: [row]])
    assert "委員会" in "".join(plain(t) for t in texts(prepare.plan_document(cast.workspace, "ja")))


def test_tables_can_be_made_anew(cast: Cast) -> None:
    """備えの表は、記録から作り直しても同じになる。"""
    write(cast, phone="1", remarks="メモ")
    write(cast, "insurance", "cyber", name="保険", phone="2")
    prepare.verify(cast.workspace, cast.actor, "insurance", "cyber", DAY)
    write(cast, "backup", None, name="外したもの")
    prepare.remove(cast.workspace, cast.actor, "backup", prepare.backups(cast.workspace)[0]["key"])
    prepare.answer(cast.workspace, cast.actor, "contact.bank", "none")
    prepare.make_version(cast.workspace, cast.actor, effective_on=DAY)

    def tables() -> list[dict[str, Any]]:
        from hikeshi.prepare.models import PlanVersion

        return [*Item.objects.order_by("id").values(), *PlanVersion.objects.values()]

    before = tables()
    casebook.rebuild(casebook.head(cast.workspace))
    assert tables() == before
    assert len(before) == 4


def test_summary_for_the_board(cast: Cast) -> None:
    """ホームには、空欄の数、次の5分、最新の版が渡る。"""
    said = prepare.summary(cast.workspace)
    assert said["version"] is None
    assert said["blank"] > 10
    assert said["next"]["href"].startswith("/prepare/")
    assert said["next"]["title"]
