"""済ませたことと、飛ばした質問：書類は送ったことを「未定」と言わず、残りの数は「わからない」でも減る。"""

import re
from datetime import UTC, datetime
from typing import Any

import pytest

from hikeshi.casebook import services as casebook
from hikeshi.notify import letters
from hikeshi.notify import services as notify
from tests.cast import Cast
from tests.notify.test_pages import cast, leak, page, signed_in  # noqa: F401 - the fixture is used

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 24, 1, tzinfo=UTC)


def sheet(case: Any, lang: Any = "ja") -> str:
    return letters.paper_of(case, "ppc-copy-sheet", lang, "preliminary").text


def test_the_sheet_says_what_was_done(cast: Cast) -> None:  # noqa: F811
    """本人に知らせ、警察に相談したら、委員会への転記用シートはその日と方法を書き、「未定」と書かない。"""
    case = leak(cast)
    before = sheet(case)
    notify.mark_told(case, "appi.notice", "first", cast.actor, how="post", at=AT)
    notify.mark_told(case, "police", "first", cast.actor, how="phone", receipt="A-12", at=AT)
    after = sheet(case)
    assert "2026年11月24日（火）、郵便で本人に通知しました" in after
    assert "電話で相談・届出をしました（受付番号 A-12）" in after
    assert after.count("未定（調査中）") == before.count("未定（調査中）") - 2
    assert "24 November 2026" in sheet(case, "en")
    assert "受付番号 A-12" not in sheet(case, "en")
    notify.open_again(case, "appi.notice", "first", cast.actor)
    assert "本人に通知しました" not in sheet(case)


def test_what_a_person_wrote_is_never_overwritten(cast: Cast) -> None:  # noqa: F811
    """本人への対応を自分で書いてあれば、送った記録があってもその言葉のままである。"""
    case = leak(cast)
    casebook.state_fact(case, "response_to_persons", None, "confirmed", cast.actor, text="全員に電話しました")
    notify.mark_told(case, "appi.notice", "first", cast.actor, how="post", at=AT)
    assert "全員に電話しました" in sheet(case)
    assert "本人に通知しました" not in sheet(case)


def test_only_ones_own_business_has_no_client_to_name(cast: Cast) -> None:  # noqa: F811
    """自分の事業の情報だけだと確かめたら、委託元・委託先は「調査中」ではなく該当なしになる。"""
    case = leak(cast, role={"value": ["operator"], "status": "suspected"})
    assert "該当なし" not in sheet(case)
    casebook.state_fact(case, "role", ["operator"], "confirmed", cast.actor)
    assert "該当なし（自分の事業の情報）" in sheet(case)


def test_questions_run_down_and_can_be_left(cast: Cast) -> None:  # noqa: F811
    """「わからない」でも残りは一つ減り、「あとで答える」は次のまだ答えていない質問へ進む。"""
    case = cast.open_case()
    client = signed_in(cast.hanako)
    first = page(client, case, "questions/known_at/").content.decode()
    left = int(re.search(r"残り (\d+)問", first)[1])  # type: ignore[index]
    skip = re.search(r'quiet-button" href="([^"]+)"', first)[1]  # type: ignore[index]
    assert "/questions/" in skip
    assert "known_at" not in skip
    url = f"/i/{case.reference}/notify/questions/known_at/"
    gone = client.post(url, {"sure": "unknown", "words": ""})
    assert gone.status_code == 302
    second = client.get(gone.url).content.decode()
    assert int(re.search(r"残り (\d+)問", second)[1]) == left - 1  # type: ignore[index]
    assert "あとで確かめる 1問" in second


def test_what_was_not_examined_keeps_the_items_a_suspicion(cast: Cast) -> None:  # noqa: F811
    """まだ調べていないものがあれば、質問で「確かめた」と答えても情報の項目は「疑い」で、そう言う。"""
    case = leak(cast)
    casebook.state_fact(case, "not_examined", None, "unknown", cast.actor, text="添付 3 個")
    url = f"/i/{case.reference}/notify/questions/data_items/"
    said = {"value": ["name"], "sure": "confirmed", "words": ""}
    page_ = signed_in(cast.hanako).post(url, said, follow=True).content.decode()
    assert "「疑い」として記録しました" in page_
    assert casebook.facts(case)["data_items"].status == "suspected"
    casebook.state_fact(case, "not_examined", None, "refuted", cast.actor)
    signed_in(cast.hanako).post(url, said)
    assert casebook.facts(case)["data_items"].status == "confirmed"


def test_a_known_fact_can_be_corrected_from_its_page(cast: Cast) -> None:  # noqa: F811
    """「わかっていること」から答え直すと、同じページに戻り、前の答えも記録に残る。読むだけの人には出ない。"""
    case = leak(cast)
    client = signed_in(cast.hanako)
    facts = client.get(f"/i/{case.reference}/facts/").content.decode()
    href = f"/i/{case.reference}/notify/questions/my_number/?next=/i/{case.reference}/facts/"
    assert href in facts
    assert f"/i/{case.reference}/facts/" in client.get(f"/i/{case.reference}/record/").content.decode()
    answered = client.post(href.partition("?")[0], {"value": "yes", "words": "", "next": f"/i/{case.reference}/facts/"})
    assert answered.url == f"/i/{case.reference}/facts/"
    stated = [
        entry.data["value"] for entry in casebook.entries(case, ["fact.stated"]) if entry.data["key"] == "my_number"
    ]
    assert stated == [False, True]


def test_nothing_is_presumed_of_how_it_was_told(cast: Cast) -> None:  # noqa: F811
    """報告フォームのある届出のほかは、「どうやって」に何も選ばれていない。カード会社への連絡は、ログより先に出る。"""
    case = leak(cast, card_data=True, malicious=True)
    client = signed_in(cast.hanako)
    assert '<option value="web_form" selected>' in page(client, case, "told/ppc/first/").content.decode()
    other = page(client, case, "told/card.acquirer/first/").content.decode()
    assert '<option value="" selected>' in other
    assert "相手：" in other
    assert notify.summary(case)["next"][0]["urgency"] > 62
