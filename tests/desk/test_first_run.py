"""はじめての起動：アドレスの合い言葉だけが入口で、緊急のときは何も聞かない。"""

from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.webauthn.internal import auth
from django.conf import settings
from django.core.cache import cache
from django.test import Client

from hikeshi.casebook import services as casebook
from hikeshi.desk.models import Membership, Person, Workspace
from hikeshi.site import serve
from tests.cast import PASSWORD

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]
WHOLE = {"business": "花子の店", "display_name": "花子", "username": "hanako", "password": PASSWORD}


@pytest.fixture
def address(db: None) -> str:
    token = serve.first_run_token()
    assert token
    return f"/start/{token}/"


@pytest.fixture
def visitor() -> Client:
    return Client(headers={"host": "localhost"}, REMOTE_ADDR="127.0.0.1")


def test_nobody_is_signed_in_for_coming_from_this_machine(visitor: Client, address: str) -> None:
    """127.0.0.1 から来ただけでは、どの画面にも入れない。"""
    for path in ("/", "/prepare/", "/desk/people/", "/i/HKS-2026-001/"):
        response = visitor.get(path)
        assert response.status_code == 302
        assert response.url.startswith("/desk/account/login/")


def test_sign_in_says_when_nobody_can(visitor: Client, address: str) -> None:
    """まだだれもいないときのサインイン画面は、入口のアドレスがどこに出ているかを言う。決めた後は言わない。"""
    assert "まだ、だれも始めていません" in visitor.get("/desk/account/login/").text
    visitor.post(address, WHOLE)
    page = Client(headers={"host": "localhost"}).get("/desk/account/login/").text
    assert "/start/" not in page
    assert "python3 start.py desk reset-owner" in page


@pytest.mark.parametrize("token", ["x", "", "..%2f..%2fdjango-secret", "あ"])
def test_a_wrong_token_opens_nothing(visitor: Client, address: str, token: str) -> None:
    """合い言葉が違えば、その画面はない。"""
    assert visitor.get(f"/start/{token}/").status_code == 404
    assert visitor.post(f"/start/{token}/", {"emergency": "1"}).status_code == 404
    assert Person.objects.count() == 0


def test_set_up_in_peace(visitor: Client, address: str) -> None:
    """名前とパスワードだけで始められ、合い言葉はそこで使えなくなる。メールはいらない。"""
    assert visitor.get(address).status_code == 200
    assert visitor.post(address, WHOLE).url == "/desk/key/"
    assert visitor.get("/").status_code == 200
    person = Person.objects.get()
    assert not person.provisional
    assert Membership.objects.get(person=person).role == "owner"
    assert not (Path(settings.HIKESHI_DATA) / "keys" / "first-run-token").exists()
    assert Client(headers={"host": "localhost"}).get(address).status_code == 404
    assert serve.first_run_token() is None
    kinds = [entry.data["what"] for entry in casebook.entries(Workspace.objects.get(), ["desk.happened"])]
    assert kinds == ["owner.set_up"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"password": "short"},
        {"password": "password1234"},
        {"username": ""},
        {"display_name": ""},
        {"username": "a\u202eb"},
        {"username": "x" * 81},
    ],
)
def test_mistakes_are_told_and_nothing_is_made(visitor: Client, address: str, wrong: dict[str, str]) -> None:
    """足りないところは、その場で言い、何も作られない。"""
    response = visitor.post(address, WHOLE | wrong)
    assert response.status_code == 422
    assert "error-text" in response.text
    assert Person.objects.count() == 0


def test_an_emergency_asks_nothing_and_asks_later(visitor: Client, address: str) -> None:
    """「いま事故が起きている」は何も聞かずに入り、名前とパスワードはあとで決められ、記録は続く。"""
    first_card = visitor.post(address, {"emergency": "1"}).url
    person = Person.objects.get()
    assert person.provisional
    assert not person.has_usable_password()
    case = casebook.find_case(Workspace.objects.get(), first_card.split("/")[2])
    assert case is not None, "one press opens the incident"
    assert first_card == f"/i/{case.reference}/first-hour/"
    assert "desk/finish" in visitor.get("/").text
    again = Client(headers={"host": "localhost"})
    assert again.post(address, {"emergency": "1"}).url == first_card, "a lost window must not lock the owner out"
    assert Person.objects.count() == 1
    restarted = serve.first_run_token()
    assert address == f"/start/{restarted}/", "a restart must not take the only way back"
    stranger = Client(headers={"host": "localhost"})
    assert "事故の続きに戻る" in stranger.get(address).text
    assert "名前とパスワードが、まだ決まっていません" in stranger.get("/desk/account/login/").text
    assert visitor.post("/desk/finish/", WHOLE).url == "/desk/key/"
    person.refresh_from_db()
    assert (person.username, person.provisional) == ("hanako", False)
    assert Workspace.objects.get().name == "花子の店"
    assert Client(headers={"host": "localhost"}).get(address).status_code == 404
    assert casebook.entries(case).__next__().actor.id == str(person.pk)


def test_the_language_is_chosen_before_anything_else(visitor: Client, address: str) -> None:
    """最初の画面から英語にでき、選んだ言葉は人に付いて残る。"""
    visitor.post("/desk/language/", {"language": "en", "next": address})
    assert "Is an incident happening right now?" in visitor.get(address).text
    visitor.post(address, WHOLE)
    assert Person.objects.get().language == "en"
    response = visitor.post("/desk/language/", {"language": "ja", "next": "https://evil.example/"})
    assert response.url == "/"
    assert Person.objects.get().language == "ja"


def signed_in(client: Client, username: str, password: str) -> Any:
    return client.post("/desk/account/login/", {"login": username, "password": password})


def test_guessing_is_locked_out(visitor: Client, address: str) -> None:
    """パスワードを当てようとし続けると締め出され、正しいパスワードでもしばらく入れない。"""
    visitor.post(address, WHOLE)
    guesser = Client(headers={"host": "localhost"})
    codes = [signed_in(guesser, "hanako", f"wrong{i}").status_code for i in range(9)]
    assert codes[0] == 200
    assert 403 in codes or 429 in codes
    assert signed_in(guesser, "hanako", PASSWORD).status_code in (403, 429)
    other = Client(headers={"host": "localhost"}, REMOTE_ADDR="192.0.2.9")
    assert signed_in(other, "hanako", PASSWORD).status_code == 302, "another place must not be locked out with it"


def test_reset_owner_gives_a_way_back_and_is_recorded(visitor: Client, address: str) -> None:
    """コンソールからの責任者の復旧は、新しいパスワードを一度だけ示し、記録に残る。"""
    import json

    from typer.testing import CliRunner

    from hikeshi.desk.cli import app

    visitor.post(address, WHOLE)
    done = CliRunner().invoke(app, ["reset-owner", "--json"])
    assert done.exit_code == 0, done.output
    password = json.loads(done.stdout)["password"]
    assert signed_in(Client(headers={"host": "localhost"}), "hanako", PASSWORD).status_code == 200
    assert signed_in(Client(headers={"host": "localhost"}), "hanako", password).status_code == 302
    entries = list(casebook.entries(Workspace.objects.get(), ["desk.happened"]))
    assert entries[-1].data["what"] == "owner.reset"
    assert password not in json.dumps([dict(entry.fields) for entry in entries])


def test_recovery_codes_cannot_be_tried_through(visitor: Client, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """パスワードを盗んだ人が回復コードを次々に試すと止められ、正しいコードでもしばらく入れない。ほかの人は入れる。"""
    visitor.post(address, WHOLE)
    hanako = Person.objects.get(username="hanako")
    good = RecoveryCodes.activate(hanako).get_unused_codes()[0]
    Authenticator.objects.create(user=hanako, type="webauthn", data={"name": "k", "credential": {}})
    monkeypatch.setattr(auth, "begin_authentication", lambda *_: {})
    thief = Client(headers={"host": "localhost"})
    assert signed_in(thief, "hanako", WHOLE["password"]).url.startswith("/desk/mfa/authenticate/")
    for guess in range(10):
        assert thief.post("/desk/mfa/authenticate/", {"code": f"{guess:08d}"}).status_code == 200
    assert thief.post("/desk/mfa/authenticate/", {"code": good}).status_code == 200, "one guess too many"
    assert thief.get("/").status_code == 302
    cache.clear()  # what fifteen minutes do
    assert thief.post("/desk/mfa/authenticate/", {"code": good}).url == "/"
