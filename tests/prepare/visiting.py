"""How these tests visit the pages: signed in as somebody, with something written down."""

from datetime import date
from html import unescape
from typing import Any

from django.conf import settings
from django.test import Client

from hikeshi.prepare import services as prepare
from tests.cast import Cast

SECRET = "川端ひみつ法律事務所"


def signed_in(person: Any, lang: str = "ja") -> Client:
    client = Client()
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = lang
    return client


def fill(cast: Cast) -> None:
    """Something of each sort, and a version."""
    for subject, key, fields in (
        ("role", "leader", {"name": "花子", "phone": "090"}),
        ("contact", "lawyer", {"kind": "lawyer", "name": SECRET, "phone": "03-1234-5678"}),
        ("insurance", "cyber", {"name": "さくら損保", "phone": "0120-1"}),
        ("device", None, {"kind": "pc", "name": "レジのパソコン"}),
        ("holding", None, {"name": "ひみつの名簿", "kinds": ["name"], "people_max": 12}),
        ("backup", None, {"name": "金庫のディスク"}),
    ):
        prepare.state(cast.workspace, cast.actor, subject, fields, key=key)
    prepare.make_version(cast.workspace, cast.actor, effective_on=date(2026, 12, 1), reason="ひみつの理由")


def text_of(response: Any) -> str:
    return unescape(response.content.decode())
