"""だれが何をできるか：表のとおりで、ほかの事業の人には何も見えない。"""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from hypothesis import given
from hypothesis import strategies as st

from hikeshi.casebook import services as casebook
from hikeshi.desk import rules
from hikeshi.desk import services as desk
from hikeshi.desk.models import Membership, Person
from hikeshi.notify import services as notify
from hikeshi.recover import services as recover
from tests.cast import PASSWORD, Cast, assemble

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@given(st.sampled_from(rules.VERBS))
def test_the_owner_may_everything_and_a_stranger_nothing(verb: str) -> None:
    """責任者はすべてでき、役割のない人は何もできない。"""
    assert rules.may("owner", verb)
    assert not rules.may(None, verb)
    assert not rules.may("admin", verb)
    assert rules.may("reader", verb) == (verb == "read")


@pytest.mark.parametrize("verb", ["approve", "people", "point_at", "close_case", "settings"])
def test_final_decisions_are_the_owners_alone(verb: str) -> None:
    """最後の判断は責任者だけ（R1）。"""
    assert [role for role in rules.ROLES if rules.may(role, verb)] == ["owner"]


def test_a_misspelt_verb_is_no_permission() -> None:
    """表にない動詞は、黙って通らない。"""
    with pytest.raises(KeyError):
        rules.may("owner", "reed")


def patterns(resolver: Any, prefix: str = "") -> list[str]:
    found: list[str] = []
    for one in resolver.url_patterns:
        where = prefix + str(one.pattern)
        if isinstance(one, URLResolver):
            found += patterns(one, where)
        elif isinstance(one, URLPattern):
            found.append(where)
    return found


def addresses(ref: str) -> list[str]:
    """Every address of a case, with its blanks filled in."""
    sample = {"str:ref": ref, "str:sha256": "a" * 64, "int:number": "1", "int:version": "1"}
    found = [p for p in patterns(get_resolver()) if p.startswith("i/<str:ref>")]
    return ["/" + re.sub(r"<([^>]+)>", lambda m: sample.get(m[1], "x"), p) for p in found]


# What anybody may open: the sign-in, the first run, an invitation, and the cards and the kit (without contacts) for the
# bad day, which hold no record.
OPEN = re.compile(
    r"desk/(account|mfa)/|start/<str:token>/|desk/join/|desk/language/|components/|cards/|kit/$|kit/tools/$|"
    r"kit/hikeshi-kit(\.html|-tools\.zip)$"
)


def test_every_address_asks_for_a_verb() -> None:
    """どのアドレスも、権限の表の動詞を求める。求めないのは、サインインの前に要る画面だけ。"""
    open_ones = []

    def visit(resolver: Any, prefix: str = "") -> None:
        for one in resolver.url_patterns:
            where = prefix + str(one.pattern)
            if isinstance(one, URLResolver):
                visit(one, where)
            elif getattr(one.callback, "verb", None) not in rules.VERBS:
                open_ones.append(where)

    visit(get_resolver())
    assert open_ones
    assert [where for where in open_ones if not OPEN.match(where)] == []


@pytest.fixture
def cast(db: None) -> Cast:
    return assemble()


def signed_in(person: Any) -> Client:
    client = Client(headers={"host": "localhost"})
    client.force_login(person, backend=BACKEND)
    return client


@pytest.mark.postgresql
def test_saburo_sees_nothing_at_any_address(cast: Cast) -> None:
    """三郎は、どのアドレスでも「ない」と言われる。読むことも書くこともできない。"""
    case = cast.open_case("花子だけの秘密")
    saburo, nobody = signed_in(cast.saburo), Client(headers={"host": "localhost"})
    found = addresses(case.reference)
    assert len(found) > 25
    before = casebook.head(case).number
    for address in found:
        for method in ("get", "post"):
            assert getattr(saburo, method)(address).status_code in (404, 405), f"{method} {address}"
            response = getattr(nobody, method)(address)
            assert response.status_code in (302, 403, 404, 405), f"{method} {address}"
            assert "花子だけの秘密" not in response.text
    assert casebook.head(case).number == before


@pytest.mark.postgresql
def test_a_reader_changes_nothing(cast: Cast) -> None:
    """読むだけの人は、どこに何を送っても、記録は一行も増えない。"""
    reader = Person.objects.create_user("lawyer", PASSWORD, display_name="弁護士")
    desk.add_member(cast.workspace, reader, "reader")
    case = cast.open_case()
    client = signed_in(reader)
    assert client.get(f"/i/{case.reference}/").status_code == 200
    assert "notebar" not in client.get(f"/i/{case.reference}/").text
    before = (casebook.head(case).number, casebook.head(cast.workspace).number)
    for address in [*addresses(case.reference), "/open/", "/desk/people/", "/prepare/contact/"]:
        response = client.post(address, {"text": "x", "what": "x", "outcome": "incident", "verdict": "fact"})
        assert response.status_code in (302, 403, 404, 405, 422), address
    assert (casebook.head(case).number, casebook.head(cast.workspace).number) == before


ACTS = {
    "/open/": "open_case",
    "/kit/bring/": "record",
    "/desk/people/": "people",
    "/desk/workspaces/": "settings",
    "/cards/join/": "record",
    "/prepare/answer/": "prepare",
    "/prepare/contact/new/": "prepare",
    "/prepare/role/leader/": "prepare",
    "/prepare/versions/": "prepare",
    "/i/{ref}/note/": "record",
    "/i/{ref}/end/": "close_case",
    "/i/{ref}/first-hour/first-look/": "record",
    "/i/{ref}/first-hour/draft/": "record",
    "/i/{ref}/investigate/take/": "record",
    "/i/{ref}/investigate/folders/": "point_at",
    "/i/{ref}/investigate/affected/": "record",
    "/i/{ref}/investigate/story/state/": "record",
    "/i/{ref}/recover/add/": "record",
    "/i/{ref}/recover/restored/": "record",
    "/i/{ref}/recover/{item}/": "record",
    "/i/{ref}/notify/questions/ransom/": "record",
    "/i/{ref}/notify/told/{target}/first/": "send",
    "/i/{ref}/notify/documents/customer-letter/check/": "write_documents",
    "/i/{ref}/notify/documents/customer-letter/approve/": "approve",
    "/i/{ref}/notify/documents/customer-letter/send/": "send",
    "/i/{ref}/notify/sender/": "prepare",
    "/i/{ref}/improve/cause/": "record",
    "/i/{ref}/improve/measure/": "record",
    "/i/{ref}/improve/plan/": "prepare",
    "/i/{ref}/improve/review/": "record",
    "/i/{ref}/archive/seal/": "seal",
}
"""Every act with a name that is there: one that is not would be told as missing before anybody asks for the right."""


@pytest.mark.postgresql
@pytest.mark.parametrize("role", [role for role in rules.ROLES if role != "owner"])
def test_each_role_is_refused_what_the_table_refuses(cast: Cast, role: str) -> None:
    """どの役割も、表が許さないことは、ある事故のあるカード・質問・書類に対しても断られ、記録は一行も増えない。"""
    person = Person.objects.create_user("jiro", PASSWORD, display_name="次郎")
    desk.add_member(cast.workspace, person, role)
    case = cast.open_case()
    item = recover.add(case, "harden", "鍵を替える", cast.actor).data["item"]
    target = next(row.target for rows in notify.groups(case).values() for row in rows)
    client = signed_in(person)
    before = (casebook.head(case).number, casebook.head(cast.workspace).number)
    for address, verb in ACTS.items():
        if not rules.may(role, verb):
            named = address.format(ref=case.reference, item=item, target=target)
            assert (
                client.post(named, {"text": "x", "answer": "unknown", "make": "1", "name": "x"}).status_code == 403
            ), address
    assert (casebook.head(case).number, casebook.head(cast.workspace).number) == before


@pytest.mark.postgresql
def test_people_come_and_go_and_the_record_knows(cast: Cast) -> None:
    """人の招待・役割の変更・外すことは責任者だけができ、すべて記録に残る。責任者がいなくなることはない。"""
    hanako, taro = signed_in(cast.hanako), signed_in(cast.taro)
    new = {"display_name": "次郎", "username": "jiro", "role": "liaison"}
    assert taro.post("/desk/people/", new).status_code == 403
    page = hanako.post("/desk/people/", new).text
    (link,) = re.findall(r"http://localhost(/desk/join/[^<\s]+)", page)
    jiro = Client(headers={"host": "localhost"})
    assert jiro.post(link, {"password": "short"}).status_code == 422
    assert jiro.post(link, {"password": PASSWORD}).status_code == 302
    assert jiro.get("/").status_code == 200
    assert Client(headers={"host": "localhost"}).get(link).status_code == 404, "an invitation works once"
    person = Person.objects.get(username="jiro")
    assert taro.post(f"/desk/people/{person.pk}/role/", {"role": "owner"}).status_code == 403
    hanako.post(f"/desk/people/{person.pk}/role/", {"role": "technical"})
    hanako.post(f"/desk/people/{cast.hanako.pk}/role/", {"role": "reader"})
    assert Membership.objects.get(person=cast.hanako).role == "owner"
    hanako.post(f"/desk/people/{person.pk}/remove/")
    assert Membership.objects.filter(person=person).exists(), "removal wants a second, distinct act"
    hanako.post(f"/desk/people/{person.pk}/remove/", {"confirm": "yes"})
    assert jiro.get("/").status_code in (302, 403)
    said = [entry.data["what"] for entry in casebook.entries(cast.workspace, ["desk.happened"])]
    assert said == ["person.invited", "person.role_changed", "person.removed"]


def test_a_broken_invitation_is_none(db: None) -> None:
    """壊れた招待のリンクは、どこにも通じない。"""
    client = Client(headers={"host": "localhost"})
    for token in ("x", "eyJhIjoxfQ:1:x", "a" * 3000):
        assert client.get(f"/desk/join/{token}/").status_code == 404


def test_a_workspace_is_chosen_only_from_ones_own(cast: Cast) -> None:
    """切り替えられるのは自分の事業だけ。"""
    hanako = signed_in(cast.hanako)
    hanako.post("/desk/workspaces/", {"choose": str(cast.other_workspace.pk)})
    assert "三郎の会社" not in hanako.get("/").text
    hanako.post("/desk/workspaces/", {"make": "1", "name": "二号店"})
    assert "二号店" in hanako.get("/").text
    hanako.post("/desk/workspaces/", {"choose": str(cast.workspace.pk)})
    assert "花子の店" in hanako.get("/").text


@pytest.mark.parametrize("role", ["reader", "technical", "liaison"])
def test_a_guest_makes_no_workspace_to_own(cast: Cast, role: str) -> None:
    """責任者でない人は事業を作れない。作れば責任者になり、この機械のファイルを指せてしまう。"""
    desk.add_member(cast.workspace, cast.taro, role)
    taro = signed_in(cast.taro)
    assert taro.post("/desk/workspaces/", {"make": "1", "name": "抜け道"}).status_code == 403
    assert taro.post("/desk/workspaces/", {"rename": "1", "name": "抜け道"}).status_code == 403
    assert "抜け道" not in taro.get("/desk/workspaces/").text
    assert [one.role for one in Membership.objects.filter(person=cast.taro)] == [role]


def test_who_was_taken_out_again_is_invited_no_more(cast: Cast) -> None:
    """招いた人を外すと、渡した招待のリンクも使えなくなる。"""
    hanako = signed_in(cast.hanako)
    page = hanako.post("/desk/people/", {"display_name": "次郎", "username": "jiro", "role": "owner"}).text
    (link,) = re.findall(r"http://localhost(/desk/join/[^<\s]+)", page)
    person = Person.objects.get(username="jiro")
    hanako.post(f"/desk/people/{person.pk}/remove/", {"confirm": "yes"})
    assert Client(headers={"host": "localhost"}).post(link, {"password": PASSWORD}).status_code == 404
    person.refresh_from_db()
    assert not person.has_usable_password()


def test_nobody_becomes_the_one_who_began_in_an_emergency(cast: Cast) -> None:
    """緊急に始めてまだパスワードのない責任者に、ほかの責任者が招待のリンクを作って成り代わることはできない。"""
    first = Person.objects.create_user("owner-1", None, display_name="責任者", provisional=True)
    desk.add_member(cast.workspace, first, "owner")
    guest = Person.objects.create_user("jiro", None, display_name="次郎")
    desk.add_member(cast.workspace, guest, "reader")
    hanako = signed_in(cast.hanako)
    assert hanako.post(f"/desk/people/{guest.pk}/invitation/").status_code == 200
    assert hanako.post(f"/desk/people/{first.pk}/invitation/").status_code == 404
