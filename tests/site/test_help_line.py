"""ページの下の電話番号：連絡先が空でも、弁護士とIPAの窓口は番号つきで残る。"""

import pytest
from django.test import Client

from hikeshi.prepare import services as prepare
from tests.cast import Cast, assemble

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return assemble()


def foot(cast: Cast, lang: str = "ja") -> str:
    client = Client(HTTP_ACCEPT_LANGUAGE=lang)
    client.force_login(cast.hanako, backend="allauth.account.auth_backends.AuthenticationBackend")
    page = client.get("/").content.decode()
    return page[page.index('id="help"') :]


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_the_desks_for_everybody_stay_without_any_contact(cast: Cast, lang: str) -> None:
    """連絡先が一つもなくても、弁護士会とIPAの窓口は番号つきで、警察の番号も出る。"""
    said = foot(cast, lang)
    for number in ("tel:0570001240", "tel:0359787509", "mailto:cs-support@ipa.go.jp", "#9110"):
        assert number in said


def test_ones_own_lawyer_takes_the_desks_place(cast: Cast) -> None:
    """顧問弁護士の番号を書けば、弁護士はその人だけになり、IPAの窓口は残る。"""
    lawyer = {"kind": "lawyer", "name": "山田法律事務所", "phone": "03-1"}
    prepare.state(cast.workspace, cast.actor, "contact", lawyer, key="lawyer")
    said = foot(cast)
    assert "山田法律事務所" in said
    assert "0570-001-240" not in said
    assert "tel:0359787509" in said
