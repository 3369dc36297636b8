"""文書のページ：手で直す、指摘に答える、弁護士の確認、メールや機械が疑わしいとき。"""

from __future__ import annotations

import io
import re
from email.message import EmailMessage
from typing import Any

import pypdfium2
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from docx import Document as Word

from hikeshi.casebook import services as casebook
from hikeshi.contain import services as contain
from hikeshi.engines import paper as printing
from hikeshi.engines.common.problem import Problem
from hikeshi.notify import letters
from hikeshi.notify.letters import editing, ways
from hikeshi.prepare import services as prepare
from tests.notify.letters import attempts
from tests.notify.letters.attempts import Room, added

pytestmark = pytest.mark.django_db
ADDED = "重ねて、髙橋・𠮷野の地域の皆様にもお詫び申し上げます。"


@pytest.fixture
def room() -> Room:
    return attempts.room()


def page(room: Room, **more: Any) -> str:
    return str(room.client.get(room.url(kind=more.pop("kind", "")), more).content.decode())


# --- by hand ---------------------------------------------------------------------------------------------------------


def test_a_correction_is_saved_and_shown_beside_the_facts_text(room: Room) -> None:
    """手で直すと、直した文が文書になり、事実から作った文との違いがページに出る。承認はやり直しになる。"""
    room.approved()
    edit = room.client.get(room.url("edit/")).content.decode()
    assert "やり直しになります" in edit
    fields = dict(re.findall(r'<textarea name="(piece_\d+)"[^>]*>\s*(.*?)</textarea>', edit, re.S))
    name, was = next((name, text) for name, text in fields.items() if "お詫び" in text)
    said = {**fields, name: "このたびは申し訳ございません。", "add_0": ADDED, "sha256": room.paper().sha256}
    assert room.client.post(room.url("edit/"), said).status_code == 302
    found = room.paper()
    assert ADDED in found.text
    assert "このたびは申し訳ございません。" in found.text
    assert was not in found.text
    assert not found.reached["checked"]
    shown = page(room)
    assert f"<del>{was}" in shown.replace("<del>　", "<del>")
    assert "<ins>" in shown
    undone = room.client.post(room.url("edit/"), {"undo": "1", "sha256": found.sha256})
    assert undone.status_code == 302
    assert room.paper().approved


def test_the_corrected_text_is_the_same_on_every_paper(room: Room) -> None:
    """直した文は、PDFにもWordにもページにも文字どおり同じに出る。珍しい人名の字も。"""
    found = room.add(ADDED)
    pdf = pypdfium2.PdfDocument(letters.printed(found, "pdf"))
    printed = "".join(one.get_textpage().get_text_bounded() for one in pdf)
    pdf.close()
    word = Word(io.BytesIO(letters.printed(found, "docx")))
    for text in (printed, "\n".join(p.text for p in word.paragraphs), letters.printed(found, "html").decode()):
        assert ADDED in re.sub(r"[\r\n]", "", text)
    assert ADDED in printing.to_text(found.document)


def test_a_changed_fact_takes_away_what_no_longer_fits(room: Room) -> None:
    """もとの段落が事実とともに変わると、手直しは外れて、外れたことがページに出る。新しい事実は隠れない。"""
    piece = next(one for one in editing.pieces(room.paper().document) if attempts.CONFIRMED in one.text)
    change = editing.Change(piece.text, "申込みのページが書き換えられていました。", piece.nth)
    letters.edit(room.case, room.paper(), editing.Edits((change,)), room.cast.actor)
    assert "申込みのページが" in room.paper().text
    room.fact("incident_summary", text="公開フォームとお知らせのページが改ざんされていた")
    found = room.paper()
    assert "公開フォームとお知らせのページが改ざんされていた" in found.text
    assert "申込みのページが" not in found.text
    assert "申込みのページが書き換えられていました。" in page(room)
    assert "外れた手直し" in page(room)


def test_what_was_typed_stays_when_the_text_changed_meanwhile(room: Room) -> None:
    """書いているあいだに事実が変わったら、保存せずに知らせ、書いたものは画面に残る。"""
    old = room.paper().sha256
    room.fact("secondary_damage", text="不審なメールが届いた")
    answer = room.client.post(room.url("edit/"), {"sha256": old, "add_0": "書きかけの一文です。"})
    assert answer.status_code == 422
    assert "書きかけの一文です。" in answer.content.decode()
    assert not list(casebook.entries(room.case, ["document.edited"]))


def test_a_sheet_of_boxes_is_not_corrected_by_hand(room: Room) -> None:
    """転記用シートの欄は事実が埋めるので、手では直せない。"""
    assert room.client.get(room.url("edit/", "ppc-copy-sheet")).status_code == 404
    with pytest.raises(Problem) as caught:
        letters.edit(room.case, room.paper(kind="ppc-copy-sheet"), added("一文"), room.cast.actor)
    assert caught.value.code == "notify.not_editable"


@pytest.mark.parametrize("kind", ["public-statement", "phone-sheet", "police-sheet", "lawyer-handover"])
def test_many_kinds_can_be_corrected(room: Room, kind: str) -> None:
    """公表文も想定問答も警察への資料も、言い回しを手で直せる。直した言葉だけが変わる。"""
    found = room.paper(kind=kind)
    piece = editing.pieces(found.document)[0]
    edits = editing.Edits((editing.Change(piece.text, "書き直した一文です。", piece.nth),))
    letters.edit(room.case, found, edits, room.cast.actor)
    now = room.paper(kind=kind).text
    assert "書き直した一文です。" in now
    new = set(now.splitlines()) - set(found.text.splitlines())
    assert len(new) == 1
    assert "書き直した一文です。" in new.pop()


def test_the_edit_is_disposable_text(room: Room) -> None:
    """手直しの言葉は記録の列そのものには入らず、印だけが残る。"""
    room.add(ADDED)
    lines = b"".join(casebook.lines(room.case)).decode()
    assert "重ねて" not in lines
    assert room.paper().sha256 in lines


# --- findings --------------------------------------------------------------------------------------------------------


def test_a_finding_holds_the_leader_back_until_the_reason_is_written(room: Room) -> None:
    """指摘があると、どこが・なぜ・どう書くかが出て、承認できない。理由を書けば、その文だけが進める。"""
    room.add("攻撃はおそらく海外からのものです。")
    room.post("check")
    shown = page(room)
    assert "推測の言葉" in shown
    assert "こう書く" in shown
    assert room.post("approve").status_code == 422
    finding = letters.findings(room.case, room.paper())[0].id
    assert room.post("override", finding=finding, reason="捜査機関が公表した内容のため").status_code == 302
    assert "捜査機関が公表した内容のため" in page(room)
    assert room.post("approve").status_code == 302
    assert letters.send(room.case, room.paper(), room.cast.actor, how="post")
    room.add("攻撃はおそらく海外からのものです。重ねてお詫びします。")
    room.post("check")
    assert room.post("approve").status_code == 422


def test_what_never_passes_says_so(room: Room) -> None:
    """作られた数には理由の欄がなく、直すようにと出る。"""
    room.add("お客様412人の情報が対象です。")
    shown = page(room)
    assert "理由を書いても出せません" in shown
    assert 'name="reason"' not in shown


# --- the lawyer ------------------------------------------------------------------------------------------------------

KIND = "public-statement"


def mail(text: str, sender: str = "lawyer@kawabata-law.example", charset: str = "utf-8", html: bool = False) -> bytes:
    message = EmailMessage()
    message["From"], message["To"] = f"川端 <{sender}>", "hanako@example.jp"
    message["Date"], message["Subject"] = "Fri, 06 Nov 2026 10:00:00 +0900", "Re: 公表文"
    message.set_content(text, charset=charset, subtype="html" if html else "plain")
    return message.as_bytes()


def word_of(room: Room, content: bytes, **more: Any) -> Any:
    said = {"by": "lawyer", "how": "by_mail", "name": "川端 弁護士", "evidence": content, "evidence_name": "re.eml"}
    return letters.approve(room.case, room.paper(kind=KIND), room.cast.actor, **{**said, **more})


def test_a_statement_waits_for_the_lawyer(room: Room) -> None:
    """公表文は、責任者の承認だけでは出せず、次は弁護士の確認だと出る。PDFは下書きのまま。"""
    room.approved(kind=KIND)
    assert "次は、弁護士の確認" in page(room, kind=KIND)
    assert not room.paper(kind=KIND).released
    with pytest.raises(Problem) as caught:
        letters.send(room.case, room.paper(kind=KIND), room.cast.actor, how="published")
    assert caught.value.code == "notify.lawyer_missing"


@pytest.mark.parametrize("how", ["mark", "quoted", "jis", "html"])
def test_a_mail_that_names_the_text_opens_the_lock(room: Room, how: str) -> None:
    """印か文そのものを引用した弁護士の返信で、錠が開く。ISO-2022-JPでもHTMLでも。メールは証拠に残る。"""
    found = room.approved(kind=KIND)
    quoted = "\n".join(f"> {line}" for line in found.text.splitlines())
    content = {
        "mark": mail(f"この文で結構です。\n印：{found.sha256}\n"),
        "quoted": mail(f"このとおりで結構です。\n\n{quoted}\n"),
        "jis": mail(f"確認しました。{found.sha256}", charset="iso-2022-jp"),
        "html": mail(f"<p>OK</p><blockquote>{found.sha256}</blockquote>", html=True),
    }[how]
    word_of(room, content)
    room.clean()
    now = room.paper(kind=KIND)
    assert now.released
    assert now.letter
    with casebook.open_evidence(room.case, now.letter.lawyer_proof[0]) as kept:
        assert kept.read() == content
    assert letters.send(room.case, now, room.cast.actor, how="published")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (mail("この文で結構です。"), "notify.mail_names_other_text"),
        (mail("<style>{mark}</style>OK", html=True), "notify.mail_names_other_text"),
        (mail("{mark}", sender="hanako@example.jp"), "notify.mail_from_ourselves"),
        (mail("{mark}", sender="lawyer@kawabata-1aw.example"), "notify.mail_from_another"),
        (b"{mark}", "notify.not_a_mail"),
        (b"", "notify.not_a_mail"),
        (b"\xff\xfe" * 500, "notify.not_a_mail"),
    ],
)
def test_other_mails_open_nothing(room: Room, content: bytes, code: str) -> None:
    """印のないメール、自分のメール、似せた差出人、メールでないものでは開かず、証拠としても残らない。"""
    lawyer = {"kind": "lawyer", "name": "川端", "mail": "lawyer@kawabata-law.example"}
    prepare.state(room.cast.workspace, room.cast.actor, "contact", lawyer, key="lawyer")
    room.client.post(f"/i/{room.case.reference}/notify/sender/", {"name": "花子の店", "email": "hanako@example.jp"})
    found = room.approved(kind=KIND)
    before = casebook.head(room.case).number
    with pytest.raises(Problem) as caught:
        word_of(room, content.replace(b"{mark}", found.sha256.encode()))
    assert caught.value.code == code
    assert casebook.head(room.case).number == before


def test_paper_telephone_and_screen(room: Room) -> None:
    """署名した紙はPDFか写真、電話と画面はそのときのことを書く。どれも、なければ進まない。"""
    room.approved(kind=KIND)
    for how, more, code in (
        ("on_paper", {"evidence": None}, "notify.lawyer_paper_wanted"),
        ("on_paper", {"evidence": b"MZ\x90"}, "notify.not_a_paper"),
        ("by_phone", {"evidence": None}, "notify.lawyer_note_wanted"),
        ("by_pigeon", {"evidence": None}, "notify.lawyer_way_wanted"),
        ("by_mail", {"evidence": None}, "notify.lawyer_mail_wanted"),
        ("by_phone", {"name": " "}, "notify.lawyer_name_wanted"),
    ):
        with pytest.raises(Problem) as caught:
            word_of(room, b"", **{"how": how, **more})
        assert caught.value.code == code
    word_of(room, b"%PDF-1.7 signed", how="on_paper", evidence_name="signed.pdf")
    assert room.paper(kind=KIND).released


def test_the_lawyers_form_keeps_what_was_typed(room: Room) -> None:
    """証拠のファイルがないと知らせ、書いた名前とメモは画面に残る。電話のメモがあれば進む。"""
    room.approved(kind=KIND)
    found = room.paper(kind=KIND)
    said = {"sha256": found.sha256, "lawyer": "approved", "name": "川端 弁護士", "how": "by_mail"}
    answer = room.client.post(room.url("lawyer/", KIND), said)
    assert answer.status_code == 422
    assert "川端 弁護士" in answer.content.decode()
    file = SimpleUploadedFile("re.eml", mail(found.sha256))
    assert room.client.post(room.url("lawyer/", KIND), {**said, "file": file}).status_code == 302
    assert room.paper(kind=KIND).released


def test_without_a_lawyer_the_reason_and_the_desk_are_asked(room: Room) -> None:
    """弁護士に頼めないときは、理由と相談した窓口を書けば出せる。どちらかがないと進まない。"""
    room.approved(kind=KIND)
    said = {"sha256": room.paper(kind=KIND).sha256, "lawyer": "none", "reason": "顧問弁護士がいない"}
    assert room.client.post(room.url("lawyer/", KIND), said).status_code == 422
    said["desk"] = "ひまわりほっとダイヤル。予約は来週"
    assert room.client.post(room.url("lawyer/", KIND), said).status_code == 302
    found = room.paper(kind=KIND)
    assert found.released
    for key in (None, ways.MAIL, ways.MACHINE):
        if key:
            room.fact(key, False)
        if key != ways.MACHINE:
            with pytest.raises(Problem, match="clean_first"):
                letters.send(room.case, found, room.cast.actor, how="published")
    assert letters.send(room.case, found, room.cast.actor, how="published")


def test_the_owner_names_other_documents(room: Room) -> None:
    """責任者は、ほかの文書にも弁護士の確認を求められる。公表文は外せない。太郎は変えられない。"""
    address = f"/i/{room.case.reference}/notify/lawyers/"
    assert attempts.client_of(room.cast.taro).post(address, {"documents": []}).status_code == 403
    assert room.client.post(address, {"documents": ["customer-letter", "../x"]}).status_code == 302
    assert room.paper().locked
    assert room.paper(kind=KIND).locked
    room.client.post(address, {})
    assert not room.paper().locked
    assert room.paper(kind=KIND).locked


# --- while mail or machine is suspect --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mail_", "machine", "closed"),
    [
        ("no", "no", set()),
        ("yes", "no", {"mail"}),
        ("unknown", "no", {"mail"}),
        ("no", "unknown", {"mail", "web_form", "published"}),
    ],
)
def test_suspect_ways_are_closed_and_others_are_named(room: Room, mail_: str, machine: str, closed: set[str]) -> None:
    """メールや機械が疑わしい間は、その方法だけが閉じ、代わりの方法が画面に出る。わからないも、疑わしいとして扱う。"""
    answer = room.client.post(f"/i/{room.case.reference}/notify/clean/", {"mail": mail_, "machine": machine})
    assert answer.status_code == 302
    assert set(ways.closed(room.case, ways.SEND)) == closed
    assert ("代わりに使える方法" in page(room)) == bool(closed)
    found = room.approved()
    for how in sorted(closed):
        with pytest.raises(Problem) as caught:
            letters.send(room.case, found, room.cast.actor, how=how)
        assert caught.value.code == "notify.send_way_closed"
    assert letters.send(room.case, found, room.cast.actor, how="post")


def card_zero(room: Room, kind: str, chips: list[str]) -> None:
    given = contain.Given("card-zero", kind, tuple(chips))
    contain.answer(room.case, room.cast.actor, given, lang="ja")


@pytest.mark.parametrize(("kind", "chips"), [("seen", ["this-one"]), ("unknown", []), ("cannot", [])])
def test_the_first_card_closes_this_machine(room: Room, kind: str, chips: list[str]) -> None:
    """最初のカードで「いま触っているこの機械」（または、わからない）と答えたら、確認のページを開かなくても閉じている。"""
    assert not ways.closed(room.case, ways.SEND)
    card_zero(room, kind, chips)
    assert set(ways.closed(room.case, ways.SEND)) == {"mail", "web_form", "published"}
    with pytest.raises(Problem) as caught:
        letters.send(room.case, room.approved(), room.cast.actor, how="web_form")
    assert caught.value.code == "notify.send_way_closed"
    room.client.post(f"/i/{room.case.reference}/notify/clean/", {"mail": "no", "machine": "no"})
    assert not ways.closed(room.case, ways.SEND)


def test_one_press_takes_no_suspicion_back(room: Room) -> None:
    """「どちらも無事」の1回押しは、まだだれも答えていないものにだけ答える。先に告げた疑いは、別々に答えるまで残る。"""
    address, back = f"/i/{room.case.reference}/notify/clean/", room.url()
    card_zero(room, "seen", ["this-one"])
    answered = room.client.post(address, {"both": "no", "next": back})
    assert answered["Location"].startswith(address)
    assert set(ways.closed(room.case, ways.SEND)) == {"mail", "web_form", "published"}
    assert "on_screen" in ways.closed(room.case, ways.LAWYER)
    room.fact(ways.MAIL, True, "suspected")
    room.client.post(address, {"both": "no", "next": back})
    assert ways.suspect(room.case) == (ways.MAIL, ways.MACHINE)
    room.client.post(address, {"mail": "no", "machine": "no"})
    assert not ways.suspect(room.case)


def test_a_taken_over_account_closes_the_mail(room: Room) -> None:
    """アカウントに入られたと答えたら、メールは、大丈夫だと答えるまで閉じている。"""
    card_zero(room, "seen", ["another"])
    contain.answer(room.case, room.cast.actor, contain.Given("first-look", "seen", ("account-takeover",)), lang="ja")
    assert set(ways.closed(room.case, ways.SEND)) == {"mail"}
    room.client.post(f"/i/{room.case.reference}/notify/clean/", {"mail": "no", "machine": "no"})
    assert not ways.closed(room.case, ways.SEND)


def test_no_lawyer_approves_through_a_suspect_mailbox(room: Room) -> None:
    """メールが疑わしい間は、メールでの弁護士の承認は受け付けず、電話でなら進める。"""
    found = room.approved(kind=KIND)
    room.fact("own_mail_suspect", True, "suspected")
    with pytest.raises(Problem) as caught:
        word_of(room, mail(found.sha256))
    assert caught.value.code == "notify.way_closed_to_lawyer"
    word_of(room, b"", how="by_phone", evidence=None, note="11/8 14:20 事務所の代表番号へ。読み上げて確認")
    assert room.paper(kind=KIND).released
