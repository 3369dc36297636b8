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
