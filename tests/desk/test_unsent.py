"""サインインが切れているあいだに送られたものは、失われず、サインインのあとで本人がもう一度送る。"""

from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from hikeshi.casebook import services as casebook
from hikeshi.desk import unsent
from tests.cast import PASSWORD, Cast, assemble

pytestmark = pytest.mark.django_db
SEEN = "知らない人がサーバーに入っていた"


@pytest.fixture
def cast() -> Cast:
    return assemble()


def expired(cast: Cast) -> Client:
    """Signed in once, and the session is gone."""
    client = Client(headers={"host": "localhost"})
    client.force_login(cast.hanako, backend="allauth.account.auth_backends.AuthenticationBackend")
    Session.objects.all().delete()
    return client


def sign_in(client: Client, address: str) -> Any:
    said = {"login": "hanako", "password": PASSWORD, "next": address.split("next=")[1]}
    return client.post("/desk/account/login/", said)


def notes(case: Any) -> list[str]:
    return [casebook.text(case, entry.data["text"]) for entry in casebook.entries(case, ["note.added"])]


def test_a_note_written_too_late_is_sent_again(cast: Cast) -> None:
    """切れたあとに書いたメモは、サインインすると見えて、もう一度送ると一度だけ記録される。"""
    case = cast.open_case()
    client = expired(cast)
    url = f"/i/{case.reference}/note/"
    fields = {"text": SEEN, "request_id": "a" * 32, "next": f"/i/{case.reference}/recover/"}
    page = client.get(sign_in(client, client.post(url, fields).url.replace("%2F", "/")).url)
    assert SEEN in page.text
    assert notes(case) == []
    assert client.post(url, {**fields, unsent.FIELD: "1"}).url == fields["next"]
    assert notes(case) == [SEEN]
    assert client.get("/desk/unsent/").url == "/"


def test_nobody_else_sees_it_and_it_can_be_dropped(cast: Cast) -> None:
    """ほかの人には見えない。送らずに消せる。パスワードは決して残さない。"""
    client = expired(cast)
    to = client.post("/desk/finish/", {"display_name": SEEN, "password": PASSWORD}).url.replace("%2F", "/")
    kept = Session.objects.get().get_decoded()[unsent.KEY]
    assert kept["fields"] == {"display_name": [SEEN]}
    other = Client(headers={"host": "localhost"})
    other.force_login(cast.taro, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert other.get("/desk/unsent/").url == "/"
    sign_in(client, to)
    assert client.post("/desk/unsent/").url == "/"
    assert client.get("/desk/unsent/").url == "/"


def test_a_flood_of_strangers_is_not_kept(cast: Cast) -> None:
    """一度も来たことのない人や、大きすぎるものは、残さない。"""
    case = cast.open_case()
    stranger = Client(headers={"host": "localhost"})
    assert "unsent" not in stranger.post(f"/i/{case.reference}/note/", {"text": SEEN}).url
    client = expired(cast)
    assert "unsent" not in client.post(f"/i/{case.reference}/note/", {"text": "x" * 40_000}).url
    assert Session.objects.count() == 0
