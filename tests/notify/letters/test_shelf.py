"""文書の棚：だれへの文書か、次はどれで、なぜか。前に送った文から変わったところ。"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from hikeshi.casebook import services as casebook
from hikeshi.notify import letters
from hikeshi.notify import services as notify
from hikeshi.notify.letters import shelf, since
from tests.cast import Cast, assemble
from tests.notify.test_pages import clean, leak, signed_in

pytestmark = pytest.mark.django_db

WRONG = {"malicious": {"value": True, "status": "suspected"}}


@pytest.fixture
def cast() -> Cast:
    return assemble()


def place(found: shelf.Shelf, kind: str) -> str:
    return next(group.id for group in found.groups if kind in [item.kind.id for item in group.items])


def said(client: Client, case: Any, rest: str = "", **data: Any) -> str:
    answer = client.get(f"/i/{case.reference}/notify/documents/{rest}", data)
    assert answer.status_code == 200
    content: str = answer.content.decode()
    return content


def went_out(case: Any, cast: Cast, kind: str, stage: str = "preliminary") -> None:
    clean(case, cast)
    found = notify.check_paper(case, notify.paper(case, kind, "ja", stage), cast.actor)
    notify.send_paper(case, notify.approve_paper(case, found, cast.actor), cast.actor, how="web_form", receipt="R8-7")


def test_a_new_case_has_one_thing_to_do(cast: Cast) -> None:
    """まだ何もわからない事故でも、時計が動いている委員会への報告が次に出て、ほかは急がされない。"""
    found = shelf.of(cast.open_case())
    assert found.next is not None and found.next.kind.id == "ppc-copy-sheet"
    assert "わかっていることだけで" in found.next.why
    assert [item.kind.id for group in found.groups for item in group.items if item.wanted] == []


def test_money_comes_before_letters(cast: Cast) -> None:
    """お金が動いたおそれがあれば、銀行への通知が、ほかの何より先に出る。"""
    case = leak(cast, **WRONG, money_moved={"value": True, "status": "suspected"}, card_data=True)
    casebook.state_fact(case, "known_at", casebook.now().isoformat(), "confirmed", cast.actor)
    found = shelf.of(case)
    assert found.next is not None and found.next.kind.id == "bank-notice"
    assert "まず電話" in found.next.why
    casebook.state_fact(case, "money_moved", False, "confirmed", cast.actor)
    later = shelf.of(case).next
    assert later is not None and later.kind.id == "acquirer-notice"


def test_a_day_that_is_over_wins(cast: Cast) -> None:
    """目安を過ぎた報告は、保険会社やお客様への文書より先に出る。まだ日があれば、先に出ない。"""
    case = leak(cast, **WRONG, insured=True, known_at=casebook.now().isoformat(), incident_kind=["leak"])
    early = shelf.of(case).next
    assert early is not None and early.kind.id == "insurer-notice"
    ago = casebook.now() - timedelta(days=9)
    casebook.state_fact(case, "known_at", ago.isoformat(), "confirmed", cast.actor)
    late = shelf.of(case).next
    assert late is not None and late.kind.id == "ppc-copy-sheet"


def test_documents_stand_by_whom_they_are_for(cast: Cast) -> None:
    """文書は、行政機関、お客様、銀行・保険会社、取引先、調べる人に分かれ、どれも一度だけ出る。"""
    found = shelf.of(leak(cast, **WRONG))
    assert place(found, "police-sheet") == "authorities"
    assert place(found, "phishing-warning") == "customers"
    assert place(found, "insurer-notice") == "money"
    assert place(found, "entrusting-notice") == "partners"
    assert place(found, "forensic-handover") == "helpers"
    listed = [item.kind.id for group in found.groups for item in group.items]
    assert len(listed) == len(set(listed)) and found.next is not None and found.next.kind.id not in listed


def test_letters_to_customers_go_once_no_data_is_concerned(cast: Cast) -> None:
    """お客様への手紙は、情報が対象かもしれないうちは要り、漏れていないと確かめたら要らなくなる。"""
    case = cast.open_case()

    def wanted() -> bool:
        return next(i for g in shelf.of(case).groups for i in g.items if i.kind.id == "customer-letter").wanted

    assert not wanted()
    casebook.state_fact(case, "data_items", ["name"], "suspected", cast.actor)
    assert wanted()
    casebook.state_fact(case, "certainty", "ruled_out", "confirmed", cast.actor)
    assert not wanted()


def test_of_three_forms_the_attack_chooses(cast: Cast) -> None:
    """共通様式は三つのうち、その攻撃のものだけが「いま要るもの」になる。"""
    found = shelf.of(leak(cast, **WRONG, ransom={"value": True, "status": "suspected"}))
    forms = {item.kind.id: item.wanted for group in found.groups for item in group.items if "form" in item.kind.id}
    assert forms["common-form-ransomware"]
    assert not forms["common-form-ddos"] and not forms["common-form-other"]


def test_what_is_merely_useful_can_wait(cast: Cast) -> None:
    """任意のIPA・JPCERT/CCへの報告は「いまは急がない文書」に、警察とお客様への文書は先に見える。"""
    case = leak(cast, **WRONG, incident_kind=["malware"], crime_suspected=True)
    groups = {group.id: group for group in shelf.of(case).groups}
    later = [item.kind.id for item in groups["authorities"].later]
    assert {"ipa-report", "jpcert-report"} <= set(later)
    assert "police-sheet" in [item.kind.id for item in groups["authorities"].now]
    assert "customer-letter" in [item.kind.id for item in groups["customers"].now]


def test_a_duty_without_a_paper_says_what_to_do_instead(cast: Cast) -> None:
    """文書を用意していない届出は、なぜか、代わりに何をするかが一覧の終わりに出る。"""
    case = leak(cast, **WRONG, regions=["eu"], risk_unlikely=False)
    page = said(signed_in(cast.hanako), case)
    assert "文書を用意していない報告・連絡" in page
    assert "EUの監督機関への届出（GDPR）" in page and "弁護士に確かめて" in page


def test_the_list_leads_on_after_the_first_report(cast: Cast) -> None:
    """最初の報告を送ると、同じ文書が最終報告として出て、ページはその段階で開く。"""
    case = leak(cast, **WRONG)
    went_out(case, cast, "ppc-copy-sheet")
    items = [item for group in shelf.of(case).groups for item in group.items]
    items += [one for one in [shelf.of(case).next] if one]
    sheet = next(item for item in items if item.kind.id == "ppc-copy-sheet")
    assert sheet.stage == "final" and "最終報告" in sheet.progress
    assert "documents/ppc-copy-sheet/?stage=final" in said(signed_in(cast.hanako), case)


def test_the_final_report_shows_what_changed_since_the_first(cast: Cast) -> None:
    """最終報告のページには、最初の報告の日時と受付番号、そのあとで変わった欄が、前といまで並ぶ。"""
    case = leak(cast, **WRONG, cause={"value": None, "status": "unknown"})
    went_out(case, cast, "ppc-copy-sheet")
    casebook.state_fact(case, "cause", None, "confirmed", cast.actor, text="古いプログラムの弱点")
    casebook.state_fact(case, "persons", {"at_least": 8, "at_most": 8}, "confirmed", cast.actor)
    found = letters.paper_of(case, "ppc-copy-sheet", "ja", "final")
    history = since.changes(case, found)
    assert history is not None and history.receipt == "R8-7"
    changed = {change.place: change for change in history.changes}
    assert set(changed) == {"１．概要", "３．本人の数", "４．原因"}
    assert changed["４．原因"].before == ("原因：調査中 [調査中]",)
    assert changed["４．原因"].now == ("原因：古いプログラムの弱点 [確認済]",)
    page = said(signed_in(cast.hanako), case, "ppc-copy-sheet/", stage="final")
    assert "前に送った文から変わったところ" in page and "R8-7" in page and "古いプログラムの弱点" in page
    assert "前に送った文から変わったところ" not in said(signed_in(cast.hanako), case, "customer-letter/")


def test_a_letter_that_went_out_is_followed_up_only_when_facts_change(cast: Cast) -> None:
    """送った手紙は、事実が変わったときだけ続報の下書きになり、変わらなければ送ったまま。"""
    case, client = leak(cast, **WRONG), signed_in(cast.hanako)

    def shown() -> shelf.Item:
        return next(i for g in shelf.of(case).groups for i in g.items if i.kind.id == "customer-letter")

    went_out(case, cast, "customer-letter")
    assert (shown().stage, shown().done, shown().open) == ("preliminary", True, False)
    assert "送ったあとで事実が変わったため" not in said(client, case)
    casebook.state_fact(case, "cause", None, "confirmed", cast.actor, text="古いプログラムの弱点")
    assert (shown().stage, shown().done) == ("follow_up", False)
    page = said(client, case)
    assert "送ったあとで事実が変わったため" in page and "documents/customer-letter/?stage=follow_up" in page


@pytest.mark.parametrize("stage", ["preliminary", "follow_up", "final"])
def test_the_statement_comes_as_a_page_in_three_stages(cast: Cast, stage: str) -> None:
    """公表文は、第一報・続報・最終報のどれも、PDFとWordのほかに、そのまま載せられるHTMLで受け取れる。"""
    case, client = leak(cast, **WRONG), signed_in(cast.hanako)
    page = said(client, case, "public-statement/", stage=stage)
    assert all(f"stage={one}" in page for one in ("preliminary", "follow_up", "final"))
    name = {"preliminary": "第一報", "follow_up": "続報", "final": "最終報"}[stage]
    file = client.get(f"/i/{case.reference}/notify/documents/public-statement/file.html", {"stage": stage})
    assert file["Content-Type"].startswith("text/html") and "attachment" in file["Content-Disposition"]
    text = file.content.decode()
    assert text.startswith("<!DOCTYPE html>") and f"（{name}）" in text and "<script" not in text


def test_nobody_else_sees_the_shelf(cast: Cast) -> None:
    """三郎には、文書の一覧も変わったところも見えない。"""
    case = leak(cast, **WRONG)
    went_out(case, cast, "ppc-copy-sheet")
    for rest in ("", "ppc-copy-sheet/?stage=final"):
        assert signed_in(cast.saburo).get(f"/i/{case.reference}/notify/documents/{rest}").status_code == 404
