"""Microsoft EntraとGoogle Workspace：証拠を取り、閉じ、確かめる。公開された約束どおりに話すサーバーで試す。"""

from __future__ import annotations

import email.utils
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from hikeshi.engines.accounts import Client, Entra, Report, Workspace, close
from hikeshi.engines.common.problem import Problem
from tests.engines.accounts.provider import TOKEN, Service, google, graph, serving

HANAKO = "hanako@example.co.jp"
WAITED: list[float] = []


@pytest.fixture(autouse=True)
def forget() -> None:
    """Nothing was waited for yet."""
    WAITED.clear()


def entra(service: Service, user: str = HANAKO, *, dry: bool = False, token: str = TOKEN, **more: Any) -> Report:
    """Close at the local Graph."""
    return close(Entra(), Client(service.base, token, sleep=WAITED.append), user, dry=dry, **more)


def workspace(service: Service, *, dry: bool = False) -> Report:
    """Close at the local Directory API."""
    return close(Workspace(), Client(service.base, TOKEN, sleep=WAITED.append), HANAKO, dry=dry)


def problem(service: Service, **named: Any) -> Problem:
    """What it raises."""
    with pytest.raises(Problem) as caught:
        entra(service, **named)
    return caught.value


def changes(service: Service) -> list[str]:
    """Every request that changes something."""
    return [f"{method} {path}" for method, path in service.asked if method != "GET"]


def test_entra_is_closed_and_seen_to_be() -> None:
    """サインインを止め、入ったままの印を切り、知らない確認の方法、転送の規則、アプリの許しを外し、もう一度見て確かめる。"""
    with serving(graph(), "graph") as service:
        report = entra(service)
    assert (report.state, report.failed) == ("closed", [])
    assert service.user["accountEnabled"] is False
    assert [one["id"] for one in service.lists["authentication/methods"]] == ["28c1"]
    assert [one["id"] for one in service.lists["mailFolders/inbox/messageRules"]] == ["r2"]
    assert service.lists["oauth2PermissionGrants"] == []
    assert report.undo == 'PATCH /users/hanako%40example.co.jp {"accountEnabled": true}'
    # What was there is proof, from every page.
    assert [one["id"] for one in json.loads(report.files["rules.json"])] == ["r1", "r2", "r3"]
    assert all("req-1" in line for line in report.requests)
    first = next(at for at, (method, _) in enumerate(service.asked) if method != "GET")
    assert {path.partition("?")[0].rpartition("/")[2] for _, path in service.asked[:first]} >= {
        "methods",
        "messageRules",
        "oauth2PermissionGrants",
    }


def test_a_dry_run_changes_nothing() -> None:
    """試しの実行は、何をいくつするかを言うだけで、何も変えない。"""
    with serving(graph(), "graph") as service:
        report = entra(service, dry=True)
    assert changes(service) == []
    assert {step.name: step.detail for step in report.steps if step.result == "would"} == {
        "block": "1",
        "sessions": "1",
        "methods": "3",
        "rules": "2",
        "grants": "1",
    }
    assert (report.state, report.undo) == ("unknown", "")


def test_done_twice_does_no_harm() -> None:
    """二度閉じても、二度目は入ったままの印を切り直すだけで、閉じたままになる。"""
    with serving(graph(), "graph") as service:
        entra(service)
        service.asked.clear()
        again = entra(service)
    assert (again.state, again.undo) == ("closed", "")
    assert changes(service) == ["POST /users/hanako%40example.co.jp/revokeSignInSessions"]


@pytest.mark.parametrize("soon", ["7", "date", "", "soon", "999999"])
def test_it_waits_when_told_to(soon: str) -> None:
    """混んでいると言われたら、言われただけ（長くても2分）待ってやり直す。"""
    said = (
        email.utils.format_datetime(datetime.now(UTC) + timedelta(seconds=9), usegmt=True) if soon == "date" else soon
    )
    with serving(graph(), "graph") as service:
        service.refuse("PATCH", "/users/", 429, headers={"Retry-After": said} if said else {}, times=2)
        assert entra(service).state == "closed"
    assert len(WAITED) == 2
    expected = {"7": (7, 7), "date": (5, 9.1), "": (2, 4), "soon": (2, 4), "999999": (120, 120)}[soon]
    assert all(expected[0] <= one <= expected[1] for one in WAITED)


def test_too_busy_for_good_stands_open() -> None:
    """待ち続けても受け付けないものは「開いたまま」と言い、ほかの手順は進める。"""
    with serving(graph(), "graph") as service:
        service.refuse("POST", "revokeSignInSessions", 429, times=99)
        report = entra(service)
    assert report.state == "open"
    assert report.failed[0].detail.startswith("too_busy")
    assert service.user["accountEnabled"] is False
    assert "sessions" in (report.step("verify") or report.steps[0]).detail


@pytest.mark.parametrize(
    ("status", "code"), [(401, "accounts.token_refused"), (404, "accounts.no_such_user"), (403, "accounts.not_allowed")]
)
def test_a_refusal_before_anything_is_a_problem(status: int, code: str) -> None:
    """はじめから断られたら、理由を言って何も変えない。"""
    with serving(graph(), "graph") as service:
        body = {"error": {"code": "Denied", "message": f"your token {TOKEN} is \x1b[31mbad"}}
        service.refuse("GET", "/users/", status, body=body)
        found = problem(service)
    assert found.code == code
    assert TOKEN not in str(found.params)
    assert "\x1b" not in str(found.params["detail"])
    assert changes(service) == []


def test_a_wrong_token_is_refused_at_once() -> None:
    """期限の切れた鍵は、何も変えずに断られる。空の鍵や改行のある鍵は、送りもしない。"""
    with serving(graph(), "graph") as service:
        assert problem(service, token="old").code == "accounts.token_refused"
        service.asked.clear()
        for token in ("", "a b", "a\r\nX-Evil: 1", "鍵"):
            assert problem(service, token=token).code == "accounts.bad_token"
    assert service.asked == []


def test_one_step_that_is_not_allowed_leaves_it_open() -> None:
    """確認の方法を外す許しがなければ、それだけが開いたままになり、サインインは止まる。"""
    with serving(graph(), "graph") as service:
        denied = {"error": {"code": "accessDenied", "message": "Insufficient privileges"}}
        service.refuse("DELETE", "phoneMethods", 403, body=denied)
        report = entra(service)
    assert report.state == "open"
    assert [step.name for step in report.failed] == ["methods", "verify"]
    assert "Insufficient privileges" in report.failed[0].detail
    assert service.user["accountEnabled"] is False


def test_a_default_method_goes_after_the_others() -> None:
    """「既定だから消せない」と断られた方法は、ほかを消したあとで、もう一度消す。"""
    with serving(graph(), "graph") as service:
        default = {"error": {"code": "badRequest", "message": "The method is the default method"}}
        service.refuse("DELETE", "phoneMethods", 400, body=default)
        assert entra(service).state == "closed"
    assert [path for method, path in service.asked if method == "DELETE"][-1].endswith("g1")


@pytest.mark.parametrize(
    ("status", "failed"), [(404, ["verify"]), (403, ["methods", "verify"]), (400, ["methods", "verify"])]
)
def test_one_refusal_holds_up_no_other(status: int, failed: list[str]) -> None:
    """一つの方法を消せなくても、同じ手順の残りは消す。もうないもの（404）は消えたものとし、残っていれば見て分かる。"""
    with serving(graph(), "graph") as service:
        service.refuse("DELETE", "phoneMethods", status, body={"error": {"code": "x", "message": "no"}}, times=9)
        report = entra(service)
    assert [one["id"] for one in service.lists["authentication/methods"]] == ["28c1", "3179"]
    assert ([step.name for step in report.failed], report.state) == (failed, "open")


def test_a_method_that_went_meanwhile_is_no_failure() -> None:
    """見たあとで本人が消していた方法は、失敗にしない。"""
    with serving(graph(), "graph") as service:
        gone = service.lists["oauth2PermissionGrants"]
        found = [dict(one) for one in gone]
        gone.clear()
        service.refuse("GET", "oauth2PermissionGrants", 200, body={"value": found})
        assert (entra(service).state, "DELETE /oauth2PermissionGrants/g1" in changes(service)) == ("closed", True)


def test_a_service_that_stays_busy_is_not_waited_for_without_end() -> None:
    """混んだままの手順は、二つまで待ったら次の手順に進む。"""
    with serving(graph(), "graph") as service:
        service.refuse("DELETE", "authentication", 429, times=99)
        report = entra(service)
    assert {path for method, path in service.asked if method == "DELETE" and "authentication" in path} == {
        f"/users/hanako%40example.co.jp/authentication/{one}" for one in ("phoneMethods/3179", "fido2Methods/k%2F1%3D")
    }
    assert service.lists["oauth2PermissionGrants"] == []
    assert report.state == "open"


def test_a_user_without_a_mailbox_has_no_rules() -> None:
    """メールの箱のない利用者は、規則がないものとして閉じられる。"""
    with serving(graph(), "graph") as service:
        none = {"error": {"code": "MailboxNotEnabledForRESTAPI", "message": "inactive, soft-deleted, or on-premise"}}
        service.refuse("GET", "messageRules", 404, body=none, times=9)
        report = entra(service)
    assert (report.state, report.files["rules.json"]) == ("closed", b"[]")


def test_a_token_that_ends_half_way_is_told() -> None:
    """途中で鍵が切れたら、そこまでにしたことを残し、開いたままと言う。"""
    with serving(graph(), "graph") as service:
        service.refuse("DELETE", "messageRules", 401, body={"error": {"code": "InvalidAuthenticationToken"}}, times=9)
        report = entra(service)
    assert report.state == "open"
    assert [step.name for step in report.steps if step.result == "ok"][-3:] == ["block", "sessions", "methods"]
    assert report.step("connection") is not None
    assert report.step("grants") is None


@pytest.mark.parametrize(
    "body",
    [
        b"<html>captive portal</html>",
        b'{"value": {"a": 1}}',
        b"[" * 100_000,
        b'{"value": [], "@odata.nextLink": "https://evil.example/steal"}',
        b'{"value": [], "@odata.nextLink": "http://[::"}',
        b'{"value": [], "@odata.nextLink": "http://user:pw@127.0.0.1:1/"}',
    ],
)
def test_a_hostile_answer_never_closes(body: bytes) -> None:
    """おかしな返事やよそへの続きは、鍵をよそへ送らず、「閉じた」ことにもしない。"""
    with serving(graph(), "graph") as service:
        service.refuse("GET", "messageRules", 200, body=body, times=99)
        report = entra(service)
    assert report.state == "open"
    assert "proof-rules" in [step.name for step in report.failed]
    assert service.tokens == {f"Bearer {TOKEN}"}


def test_pages_without_an_end_have_one() -> None:
    """自分に戻る続きのページでも、終わる。"""
    with serving(graph(), "graph") as service:
        round_again = f'{{"value": [], "@odata.nextLink": "{service.base}/users/x/round"}}'.encode()
        service.refuse("GET", "messageRules|round", 200, body=round_again, times=999)
        assert entra(service).state == "open"
    assert len(service.asked) < 60


def test_a_redirect_does_not_carry_the_token() -> None:
    """よそへ送り出す返事にはついて行かない。"""
    with serving(graph(), "graph") as service, serving(graph(), "graph") as other:
        service.refuse("GET", "/users/", 302, headers={"Location": f"{other.base}/users/{HANAKO}"})
        assert problem(service).code == "accounts.service_refused"
    assert other.asked == []


def test_nothing_secret_is_kept() -> None:
    """鍵も、返事の中の秘密も、証拠にも記録にも画面の文にも残らない。"""
    with serving(graph(), "graph") as service:
        service.user["displayName"] = f"echo {TOKEN}"
        report = entra(service)
        client = Client(service.base, TOKEN)
    whole = report.said + b"".join(report.files.values()) + repr((report, client)).encode()
    assert b"JBSWY3DPEHPK3PXP" not in whole
    assert TOKEN.encode() not in report.said + b"".join(report.files.values())
    assert TOKEN not in repr(client)
    assert b"3179" in whole


@pytest.mark.parametrize(
    "base",
    ["http://graph.microsoft.com/v1.0", "ftp://x/", "https://user:pw@graph.microsoft.com/", "graph", "http://[::"],
)
def test_only_encrypted_addresses_are_called(base: str) -> None:
    """暗号化されていないよそのアドレスには、鍵を送らない。"""
    with pytest.raises(Problem) as caught:
        Client(base, TOKEN)
    assert caught.value.code == "accounts.bad_address"


@pytest.mark.parametrize("user", ["", "../admin", "a@b?x=1", "hanako", "x@y/../z", "a b@c", "@"])
def test_odd_names_are_refused_before_anything_is_sent(user: str) -> None:
    """おかしな名前は、何も送らずに断る。"""
    with serving(graph(), "graph") as service:
        assert problem(service, user=user).code == "accounts.bad_user"
    assert service.asked == []


def test_an_address_where_nobody_answers() -> None:
    """だれも答えないアドレスは、届かないと言う。"""
    with serving(graph(), "graph") as service:
        pass
    assert problem(service).code == "accounts.unreachable"


def test_workspace_is_closed_and_seen_to_be() -> None:
    """Workspaceは、止め、ログアウトさせ、アプリの許し、アプリ パスワード、控えの番号、再設定先を外し、確かめる。"""
    with serving(google(), "google") as service:
        dry = workspace(service, dry=True)
        assert changes(service) == []
        report = workspace(service)
    assert {step.name: step.detail for step in dry.steps if step.result == "would"} == {
        "suspend": "1",
        "sign-out": "1",
        "tokens": "2",
        "app-passwords": "2",
        "backup-codes": "1",
        "recovery": "1",
    }
    assert (report.state, report.failed) == ("closed", [])
    assert (service.user["suspended"], service.user["recoveryEmail"], service.lists["asps"]) == (True, "", [])
    assert [one["clientId"] for one in json.loads(report.files["tokens.json"])] == ["a.apps", "b/2"]
    assert "DELETE /users/hanako%40example.co.jp/tokens/b%2F2" in changes(service)


def test_workspace_that_keeps_an_app_password_is_open() -> None:
    """消したはずのものが残っていれば、閉じたとは言わない。"""
    with serving(google(), "google") as service:
        service.refuse("DELETE", "asps/2", 204)
        report = workspace(service)
    assert (report.state, [step.detail for step in report.failed]) == ("open", ["app-passwords"])


@pytest.mark.parametrize("dry", [True, False])
@pytest.mark.parametrize(
    "others",
    [
        [],
        [{"id": "a-2", "accountEnabled": False}],
        [{"id": "app", "kind": "#microsoft.graph.servicePrincipal", "accountEnabled": True}],
    ],
)
def test_the_only_administrator_of_a_tenant_is_not_closed(others: list[dict[str, Any]], dry: bool) -> None:
    """入れる管理者がほかにいなければ、試しの実行でも断り、何も変えない。ほかに一人いれば閉じる。"""
    with serving(graph(), "graph") as service:
        mine = {"id": service.user["id"], "accountEnabled": True}
        service.admins = [mine, *others]
        assert problem(service, dry=dry).code == "accounts.only_administrator"
        assert changes(service) == []
        service.admins.append({"id": "a-9", "accountEnabled": True})
        assert entra(service).state == "closed"


def test_whose_token_it_is_is_not_closed() -> None:
    """その鍵の持ち主自身は閉じない。アプリの鍵には持ち主がなく、そのまま進む。"""
    with serving(graph(), "graph") as service:
        service.me = service.user["id"]
        assert problem(service).code == "accounts.own_account"
        assert changes(service) == []
        service.me = ""
        assert entra(service).state == "closed"


def test_administrators_that_cannot_be_read_are_not_guessed() -> None:
    """管理者の一覧を読む許しがなければ、ただ一人かもしれないので、何も変えずに断る。"""
    with serving(graph(), "graph") as service:
        service.refuse("GET", "directoryRoles", 403, body={"error": {"code": "Authorization_RequestDenied"}})
        found = problem(service)
    assert (found.code, changes(service)) == ("accounts.administrators_unknown", [])
    assert "Authorization_RequestDenied" in str(found.params["detail"])


def test_the_only_administrator_of_a_domain_is_not_closed() -> None:
    """Workspaceでも、ただ一人の管理者は閉じない。ほかの管理者は次のページにいてもよい。"""
    with serving(google(), "google") as service:
        mine = {"id": service.user["id"]}
        service.user["isAdmin"], service.admins = True, [mine]
        for dry in (True, False):
            with pytest.raises(Problem) as caught:
                workspace(service, dry=dry)
            assert caught.value.code == "accounts.only_administrator"
        assert changes(service) == []
        service.admins = [mine, {"id": "111"}]
        assert workspace(service).state == "closed"


@pytest.mark.parametrize("enrolled", [True, False, None])
def test_who_has_no_two_step_has_no_codes_to_invalidate(enrolled: bool | None) -> None:
    """二段階の確認がない人の控えの番号は、無効にしようとしない（断られて「開いたまま」になるため）。"""
    with serving(google(), "google") as service:
        if enrolled is not None:
            service.user["isEnrolledIn2Sv"] = enrolled
        if enrolled is False:
            service.refuse("POST", "verificationCodes", 400, body={"error": {"message": "Invalid Input"}}, times=9)
        report = workspace(service)
    assert (report.state, report.failed) == ("closed", [])
    assert any("verificationCodes" in path for _, path in service.asked) == (enrolled is not False)
