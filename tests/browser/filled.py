"""An installation in use: prepared, one incident in the middle of everything, one that is over, one not begun."""

from __future__ import annotations

import hashlib
import io
import json
import uuid
from datetime import date
from typing import Any, NamedTuple

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from cryptography.hazmat.primitives.asymmetric import ec
from django.core import signing
from django.test import Client
from django.utils import timezone
from fido2.cose import ES256
from fido2.webauthn import (
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorAttestationResponse,
    AuthenticatorData,
    CollectedClientData,
    RegistrationResponse,
)

from hikeshi.archive import services as archive
from hikeshi.casebook import services as casebook
from hikeshi.contain import services as contain
from hikeshi.desk import services as desk
from hikeshi.desk.models import Person
from hikeshi.desk.views import people
from hikeshi.improve import services as improve
from hikeshi.investigate import people as people_count
from hikeshi.investigate import rules as affected
from hikeshi.investigate import services as investigate
from hikeshi.notify import letters
from hikeshi.notify import services as notify
from hikeshi.prepare import services as prepare
from hikeshi.recover import services as recover
from hikeshi.site import serve
from tests.browser import delivered, samples
from tests.cast import PASSWORD, Cast, assemble

HOST = {"host": "localhost"}


class Filled(NamedTuple):
    """Everything that an address may name."""

    cast: Cast
    case: Any
    closed: Any
    begun: Any
    invitation: str
    token: str
    invited: Any


def fill(folder: Any, *, drill: bool = False) -> Filled:
    """Make it, by the services that the pages call."""
    token = serve.first_run_token() or ""
    cast = assemble()
    if drill:
        type(cast.workspace).objects.filter(pk=cast.workspace.pk).update(drill=True)
        cast.workspace.refresh_from_db()
    _prepared(cast)
    begun = cast.open_case("")
    closed = cast.open_case("まちがいの知らせ")
    casebook.close_case(closed, cast.actor, outcome="not_an_incident", reason="宛先ちがいの知らせだった")
    case = casebook.open_case(cast.workspace, cast.actor, title="お店のサイトの書きかえ")
    _contained(case, cast)
    _investigated(case, cast, folder)
    _told(case, cast)
    _recovered(case, cast)
    delivered.fill(case, cast)
    archive.seal(case, folder / "sealed.zip", cast.actor)
    invited = Person.objects.create_user("jiro", None, display_name="次郎")
    desk.add_member(cast.workspace, invited, "reader")
    said = {"person": str(invited.pk), "state": people._state(invited)}
    invitation = signing.dumps(said, salt=people._SALT)
    return Filled(cast, case, closed, begun, invitation, token, invited)


def _prepared(cast: Cast) -> None:
    for subject, key, fields in (
        ("role", "leader", {"name": "山田花子", "phone": "090-0000-0000"}),
        ("contact", "bank", {"kind": "bank", "name": "みなと銀行", "phone": "0120-00-0000", "hours": "24時間"}),
        ("contact", "lawyer", {"kind": "lawyer", "name": "川端法律事務所", "verified_on": "2025-01-10"}),
        ("insurance", "cyber", {"name": "さくら損保", "phone": "0120-111-222"}),
        ("device", None, {"kind": "server", "name": "お店のサーバー web-01"}),
        ("backup", None, {"name": "毎晩の控え"}),
        ("holding", None, {"name": "顧客名簿", "kinds": ["name", "phone"], "people_min": 400, "people_max": 1200}),
    ):
        prepare.state(cast.workspace, cast.actor, subject, fields, key=key)
    prepare.make_version(cast.workspace, cast.actor, effective_on=date(2026, 12, 1), reason="はじめての計画")
    prepare.state(cast.workspace, cast.actor, "role", {"name": "鈴木太郎"}, key="technical")


def _contained(case: Any, cast: Cast) -> None:
    """Some cards answered, the rest not; a note with a photo."""

    def given(card: str, answer: Any, *chips: str, text: str = "") -> None:
        contain.answer(case, cast.actor, contain.Given(card, answer, chips, text), lang="ja")

    given("card-zero", "seen", "another")
    given("first-look", "seen", "web-site", "virus-warning", text="知らない絵 <b>に変わっていた</b>")
    for _ in range(3):
        walk = contain.walk_of(case)
        if walk.next:
            given(walk.next, "unknown")
    _accounts(case, cast)
    png = samples.photo_bytes()
    kept = casebook.keep_file(case, io.BytesIO(png), "画面の写真.png", cast.actor).data["sha256"]
    casebook.add_note(case, "サーバー会社に電話した", cast.actor, attachments=[kept])


def _kept(case: Any, cast: Cast, name: str, content: bytes) -> Any:
    return casebook.keep_file(case, io.BytesIO(content), name, cast.actor, purpose=people_count.PURPOSE)


def _accounts(case: Any, cast: Cast) -> None:
    """One account closed, one left open, one begun with its proof put off, one not begun."""
    contain.name_accounts(
        case, cast.actor, ["wordpress", "x", "google", "bank"], contain.SaidOfAccount(suspected="yes"), lang="ja"
    )
    for service, answer in (("x", "seen"), ("bank", "cannot"), ("google", "later")):
        one = next(found for found in contain.accounts(case) if found.account.id == service)
        for step in one.account.steps[: 3 if answer == "later" else None]:
            photos = [(io.BytesIO(samples.photo_bytes()), "画面.png")] if answer == "seen" else []
            one = contain.do_account_step(
                case, cast.actor, one, step.id, contain.AccountStepDone(answer, "画面で見た", photos), lang="ja"
            )


def _investigated(case: Any, cast: Cast, folder: Any) -> None:
    log = samples.auth_log(folder, timezone.localtime())
    for name in ("auth.log", "noise.bin"):
        stream = io.BytesIO(log.read_bytes() if name == "auth.log" else bytes(range(256)) * 9)
        kept = casebook.keep_file(case, stream, name, cast.actor, purpose=investigate.LOG)
        investigate.ask(case, [kept], cast.actor)
    people_count.ask(case, [_kept(case, cast, *one) for one in samples.customers()], cast.actor)
    while investigate.do_owed():
        pass
    found = investigate.findings(case)
    if len(found) > 1:
        investigate.judge(case, found[-1]["row"].finding, "suspicion", cast.actor, also=["crime"])
    investigate.name_folder(cast.workspace, str(folder), cast.actor)
    said = {"persons": affected.persons(412, 431), "data_items": ["name", "address"], "data_subjects": [], "media": []}
    investigate.state_affected(case, {**said, "source": "名簿から", "remarks": ""}, "suspected", cast.actor)
    casebook.state_fact(case, "known_at", timezone.now().isoformat(), "confirmed", cast.actor)
    casebook.state_fact(case, "insured", True, "confirmed", cast.actor)
    casebook.state_fact(case, "sensitive", None, "unknown", cast.actor)
    casebook.state_fact(case, "card_data", False, "refuted", cast.actor)


def _told(case: Any, cast: Cast) -> None:
    notify.state_sender(cast.workspace, cast.actor, name="花子の店", person="山田花子", phone="090-0000-0000")
    # The mark in the first words (<b>) stays on the pages; no letter goes out with it.
    casebook.state_fact(case, "what_was_seen", None, "confirmed", cast.actor, text="知らない絵に変わっていた")
    notify.mark_told(case, "ppc", "first", cast.actor, how="web_form", receipt="R8-0123")
    for key in ("own_mail_suspect", "own_machine_suspect"):
        casebook.state_fact(case, key, False, "confirmed", cast.actor)
    for act in (letters.check, _approve, _send):
        act(case, letters.paper_of(case, "insurer-notice", "ja", "preliminary"), cast.actor)
    letters.check(case, letters.paper_of(case, "customer-letter", "ja", "preliminary"), cast.actor)


def _approve(case: Any, paper: Any, actor: Any) -> None:
    letters.approve(case, paper, actor, by="leader", how="on_screen")


def _send(case: Any, paper: Any, actor: Any) -> None:
    letters.send(case, paper, actor, how="mail", to="さくら損保")


def _recovered(case: Any, cast: Cast) -> None:
    first = recover.add(case, "eradicate", "webshell.php を消す", cast.actor, who="花子").data["item"]
    recover.add(case, "harden", "鍵だけで入れるようにする", cast.actor)
    recover.done(case, first, cast.actor, how="消した", proof=[])
    improve.state_cause(case, "", "パスワードだけで入れた", "suspected", cast.actor)
    improve.add_measure(case, "二段階の確認を付ける", "technical", cast.actor, owner="花子", due=date(2027, 1, 15))
    improve.review(case, cast.actor, worked="すぐ閉じた")


def signed_in(person: Any) -> Client:
    """Through the sign-in page, so that changing keys does not ask once more who it is."""
    client = Client(headers=HOST)
    response = client.post("/desk/account/login/", {"login": person.username, "password": PASSWORD})
    assert response.status_code == 302, response.content.decode()
    client.post("/desk/account/reauthenticate/", {"password": PASSWORD})
    return client


def give_passkey(person: Any) -> Any:
    """A key and recovery codes, as if made long ago."""
    RecoveryCodes.activate(person)
    private = ec.generate_private_key(ec.SECP256R1())
    credential = AttestedCredentialData.create(
        bytes(16), uuid.uuid4().bytes, ES256.from_cryptography_key(private.public_key())
    )
    flags = AuthenticatorData.FLAG.AT | AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.UV
    rp = hashlib.sha256(b"localhost").digest()
    response = RegistrationResponse(
        raw_id=credential.credential_id,
        response=AuthenticatorAttestationResponse(
            client_data=CollectedClientData.create("webauthn.create", b"0" * 32, "http://localhost"),
            attestation_object=AttestationObject.create(
                "none", AuthenticatorData.create(rp, flags, 0, bytes(credential)), {}
            ),
        ),
    )
    data = {"name": "仕事用のスマホ", "credential": json.loads(json.dumps(dict(response)))}
    return Authenticator.objects.create(user=person, type=Authenticator.Type.WEBAUTHN, data=data)
