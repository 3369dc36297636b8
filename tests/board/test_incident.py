"""事故のページと人のページ：急いで始めた人に、残っていることを静かに言う。"""

import pytest

from hikeshi.casebook import services as casebook
from hikeshi.desk.models import Person
from tests.cast import assemble

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast():
    return assemble()


def test_the_incident_page_says_in_one_line_that_the_name_is_missing(client, cast):
    """緊急に始めた人の事故のページには、名前とパスワードがまだだと一行で出る。決めた人には出ない。"""
    case = casebook.open_case(cast.workspace, cast.actor)
    client.force_login(cast.hanako)
    address = f"/i/{case.reference}/"
    assert "まだ名前とパスワードがありません" not in client.get(address).content.decode()
    Person.objects.filter(pk=cast.hanako.pk).update(provisional=True)
    page = client.get(address).content.decode()
    main = page[page.index("<main") : page.index("</main>")]
    assert main.count("まだ名前とパスワードがありません") == 1
    assert '<p class="small quiet">まだ名前とパスワードがありません。 <a href="/desk/finish/">' in main
    assert main.index("task-title") < main.index("まだ名前とパスワードがありません")


@pytest.mark.parametrize(("host", "shown"), [("localhost:8440", True), ("127.0.0.1", True), ("hikeshi.example", False)])
def test_an_invitation_says_where_it_opens(client, cast, settings, host, shown):
    """招待のリンクは、このパソコンでだけ開けるときはそう言い、携帯キットを代わりに勧める。よそで動くときは言わない。"""
    settings.ALLOWED_HOSTS = ["*"]
    client.force_login(cast.hanako)
    new = {"display_name": "次郎", "username": "jiro", "role": "technical"}
    page = client.post("/desk/people/", new, headers={"host": host}).content.decode()
    assert "/desk/join/" in page
    assert ("このパソコンでだけ開けます" in page) is shown
    assert ("携帯キットのファイルを渡します" in page) is shown


def test_closing_tells_the_deadlines_that_are_left(client, cast):
    """期限のある連絡が残るまま閉じるときは、その期限を並べ、閉じる理由を求める。事故でなければ求めない。"""
    case = casebook.open_case(cast.workspace, cast.actor)
    client.force_login(cast.hanako)
    address = f"/i/{case.reference}/end/"
    page = client.get(address).content.decode()
    assert "期限のある連絡が、まだ残っています" in page
    assert page.count("個人情報保護委員会への最初の報告（要るか確認中）") > 1
    refused = client.post(address, {"outcome": "incident"})
    assert refused.status_code == 422
    assert "それでも閉じる理由を書いてください" in refused.content.decode()
    assert not casebook.find_case(cast.workspace, case.reference).closed_at
    client.post(address, {"outcome": "not_an_incident"})
    assert casebook.find_case(cast.workspace, case.reference).closed_at
    assert "まだ残っています" not in client.get(address).content.decode()


def test_home_shows_the_next_deadline_of_what_goes_on(client, cast):
    """ホームの「進行中」には、いちばん近い期限が日付と残りの日数で出る。"""
    casebook.open_case(cast.workspace, cast.actor)
    client.force_login(cast.hanako)
    home = client.get("/").content.decode()
    assert "次の期限・目安" in home
    assert "あと4日" in home
