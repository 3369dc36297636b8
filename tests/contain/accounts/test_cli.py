"""`hikeshi accounts`：人が打つとおりに動かし、意図と結果が記録になり、秘密はどこにも残らないことを見る。"""

from __future__ import annotations

import io
import json
import os
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from hikeshi.casebook import services as casebook
from hikeshi.contain import accounts_reading as reading
from hikeshi.contain import accounts_recording as recording
from hikeshi.contain import services as contain
from hikeshi.contain.accounts.accounts import services
from hikeshi.contain.accounts_cli import STEPS
from hikeshi.site import dispatch
from tests.cast import Cast, assemble
from tests.engines.accounts.provider import TOKEN, Service, google, graph, serving

pytestmark = pytest.mark.django_db(transaction=True)
HANAKO = "hanako@example.co.jp"


@pytest.fixture
def cast() -> Cast:
    """花子 and her business."""
    return assemble()


@pytest.fixture
def case(cast: Cast) -> Any:
    """The only open incident."""
    return cast.open_case()


def descriptor(token: str = TOKEN) -> str:
    """A file descriptor from which the token can be read once."""
    out, into = os.pipe()
    os.write(into, token.encode() + b"\n")
    os.close(into)
    return str(out)


def close(service: Service, name: str, *more: str, token: str = TOKEN) -> int:
    """`hikeshi accounts close …` at the local provider; its exit code."""
    words = ["accounts", "close", name, HANAKO, "--base", service.base, "--token-fd", descriptor(token), *more]
    return dispatch.main(words)


def recorded(case: Any) -> list[tuple[str, dict[str, Any]]]:
    """What was recorded of programs, in order."""
    kinds = ["account.intended", "account.done", "account.failed", "evidence.kept"]
    return [(one.kind, dict(one.data)) for one in casebook.entries(case, kinds)]


def nowhere(secret: str) -> None:
    """A secret lies in no file of the data folder."""
    for path in Path(settings.HIKESHI_DATA).rglob("*"):
        if path.is_file():
            assert secret.encode() not in path.read_bytes(), path


def test_entra_is_closed_with_its_record(case: Any, cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    """意図、返事の証拠、結果が順に記録になり、アカウントの手順に証拠が付き、残りは人の手順として開いている。"""
    (account,) = contain.name_accounts(case, cast.actor, ["microsoft-365"], contain.SaidOfAccount(), lang="ja")
    with serving(graph(), "graph") as service:
        assert close(service, "microsoft-365", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["state"], told["case"]) == ("closed", case.reference)
    (intended, begun), (kept, evidence), *proofs, (done, ended) = recorded(case)
    assert (intended, kept, done) == ("account.intended", "evidence.kept", "account.done")
    named = [data["name"].rpartition("-")[2] for _, data in proofs]
    assert named == ["user.json", "methods.json", "rules.json", "grants.json"]
    assert begun["account"] == ended["account"] == account
    assert ended["output_sha256"] == told["output_sha256"] == evidence["sha256"]
    assert casebook.is_intact(case, evidence["sha256"])
    one = reading.standing(case, account)
    assert one is not None
    assert {name for name, row in one.rows.items() if row.answer == "seen" and row.photos == [evidence["sha256"]]} == {
        step.id for step in one.account.steps if step.done_by
    }
    assert one.state == "begun"  # what no program sees is left to the person
    nowhere(TOKEN)
    assert dispatch.main(["accounts", "list", "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["accounts"][0]["state"] == "begun"


def test_the_page_shows_the_command_and_what_came_of_it(case: Any, cast: Cast, client: Client) -> None:
    """アカウントのページに、打つ命令と、命令でした結果と元に戻し方が出る。人の手だけのものには出ない。"""
    made = contain.name_accounts(case, cast.actor, ["google-workspace", "line"], contain.SaidOfAccount(), lang="ja")
    client.force_login(cast.hanako)
    page = f"/i/{case.reference}/accounts/{made[0]}/"
    assert (
        f"accounts close google-workspace USER@example.co.jp --case {case.reference} --account {made[0]} --dry-run"
        in str(client.get(page).content.decode())
    )
    with serving(google(), "google") as service:
        service.refuse("POST", "signOut", 503, times=99, headers={"Retry-After": "0"})
        close(service, "google-workspace")
        close(service, "google-workspace", token="old")
    shown = client.get(page).content.decode()
    assert "まだ開いている" in shown
    assert "できなかった" in shown
    assert "{&quot;suspended&quot;: false}" in shown
    assert "accounts close" not in client.get(f"/i/{case.reference}/accounts/{made[1]}/").content.decode()


@pytest.mark.parametrize("answer", ["n", "y", "", "told"])
def test_what_only_a_person_can_photograph_comes_first(
    case: Any, cast: Cast, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, answer: str
) -> None:
    """人が撮る証拠が残っていれば、それを言って聞き、「はい」か --proof-taken でだけ閉じる。答えた手順は聞かない。"""
    (account,) = contain.name_accounts(case, cast.actor, ["google-workspace"], contain.SaidOfAccount(), lang="ja")
    one = reading.standing(case, account)
    assert one is not None
    recording.do_step(case, cast.actor, one, "log", recording.Done("cannot"), lang="ja")
    typed = io.StringIO(f"{answer}\n")
    typed.isatty = lambda: True  # type: ignore[method-assign]
    monkeypatch.setattr("sys.stdin", typed)
    with serving(google(), "google") as service:
        ended = close(service, "google-workspace", *(["--proof-taken"] if answer == "told" else []))
    closed = answer in ("y", "told")
    assert (ended, service.user["suspended"], len(recorded(case)) > 0) == (0 if closed else 3, closed, closed)
    said = capsys.readouterr().err
    assert ("本人のGmailの転送" in said) == (answer != "told")
    assert "管理者のログを保存" not in said
    assert ("--proof-taken" in said) == (not closed)


def test_what_failed_is_recorded_too(case: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """断られても、意図と失敗が記録に残り、理由と次にすることが言われる。"""
    with serving(graph(), "graph") as service:
        assert close(service, "microsoft-365", token="expired") == 3
    said = capsys.readouterr()
    assert (said.out, "アクセストークン" in said.err) == ("", True)
    (intended, _), (failed, data) = recorded(case)
    assert (intended, failed, data["problem"]) == ("account.intended", "account.failed", "accounts.token_refused")
    nowhere("expired\n")


def test_one_door_that_stays_open_is_wanting(case: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """一つでも閉じられなければ、終わりの番号は1で、何が開いているかが言われ、記録される。"""
    with serving(google(), "google") as service:
        service.refuse("DELETE", "tokens/a.apps", 403, body={"error": {"code": 403, "message": "\x1b[2Jno"}})
        assert close(service, "google-workspace") == 1
    said = capsys.readouterr().out
    assert "まだ開いています" in said
    assert "\x1b" not in said
    assert recorded(case)[-1][1]["state"] == "open"
    assert "tokens" in recorded(case)[-1][1]["failed"][0]


def test_a_dry_run_records_nothing(case: Any, capsys: pytest.CaptureFixture[str], monkeypatch: Any) -> None:
    """試しの実行は、何をするかだけを言い、何も変えず、何も記録しない。"""
    monkeypatch.setenv("HIKESHI_LANG", "en")
    with serving(google(), "google") as service:
        assert close(service, "google-workspace", "--dry-run") == 0
    assert service.user["suspended"] is False
    assert "nothing was changed" in capsys.readouterr().out
    assert recorded(case) == []


def test_without_an_incident_a_journal_is_written_and_taken_in(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    """事故がまだなくても手控えに残り、あとで事故に取り込める。"""
    with serving(google(), "google") as service:
        assert close(service, "google-workspace", "--json") == 0
    journal = json.loads(capsys.readouterr().out)["journal"]
    case = cast.open_case()
    assert dispatch.main(["evidence", "import", journal]) == 0
    kinds = [kind for kind, _ in recorded(case)]
    assert [kind for kind in kinds if kind.startswith("account.")] == ["account.intended", "account.done"]
    nowhere(TOKEN)
    Path(journal).unlink()


WRONG = [
    ["close", "facebook", "x"],
    ["close", "linux"],
    ["close", "linux", "a", "b"],
    ["close", "linux", "a;b"],
    ["close", "linux", "hanako", "--host", "-oProxyCommand=x"],
    ["close", "wordpress"],
    ["close", "wordpress", "--site", "/var/www", "--way", "ftp"],
    ["close", "microsoft-365", HANAKO],
    ["close", "microsoft-365", HANAKO, "--token-fd", "987"],
    ["close", "google-workspace", HANAKO, "--base", "http://192.0.2.1/", "--token-fd", "0"],
    ["close", "windows", "x'; reboot; '"],
    ["list", "--case", "HKS-1999-001"],
]


def test_wrong_use_is_told_before_anything_happens(
    case: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """足りない指定やおかしな名前は、何もする前に断り、終わりの番号は2。"""
    monkeypatch.setattr("sys.stdin", io.StringIO())  # nobody at a terminal
    for words in WRONG:
        assert dispatch.main(["accounts", *words]) == 2, words
        said = capsys.readouterr()
        assert (said.out, said.err != "") == ("", True), words
    assert {kind for kind, _ in recorded(case)} <= {"account.intended", "account.failed"}


def test_the_windows_script_is_written_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Windowsの手順は新しいファイルに書かれ、あるものは上書きしない。"""
    out = tmp_path / "close.ps1"
    assert dispatch.main(["accounts", "close", "windows", "hanako", "--out", str(out), "--dry-run"]) == 0
    assert out.read_bytes().startswith(b"\xef\xbb\xbf")
    assert "$name = 'hanako'" in out.read_text(encoding="utf-8-sig")
    assert dispatch.main(["accounts", "close", "windows", "hanako", "--out", str(out)]) == 2
    assert "$dry = $true" in out.read_text(encoding="utf-8-sig")


def test_every_step_that_a_program_does_is_one_of_its_steps() -> None:
    """手順のファイルが名ざす命令の手順は、どれもその命令にある。"""
    for name, account in services().items():
        known = {*STEPS.get(name, ()), "proof-methods", "proof-rules", "proof-grants", "proof-tokens", "proof-asps"}
        for step in account.steps:
            assert set(step.done_by) <= known, (name, step.id)
            assert not step.done_by or account.by == "program"
