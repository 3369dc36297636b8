"""封印：記録・証拠・書類が一つになり、こちらの道具がなくても確かめられる。"""

import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from typer.testing import CliRunner

from hikeshi.archive import services
from hikeshi.archive.cli import app
from hikeshi.casebook import services as casebook
from hikeshi.casebook.entries import TextDisposed
from hikeshi.engines.common.problem import Problem
from hikeshi.engines.ledger.bagcheck import check_bag
from hikeshi.engines.ledger.verifytext import commands
from tests.cast import Cast, assemble

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return assemble()


@pytest.fixture
def case(cast: Cast) -> Any:
    case = cast.open_case()
    casebook.add_note(case, "赤い画面を見た", cast.actor)
    casebook.keep_file(case, io.BytesIO(b"Nov  6 sshd\n"), "auth.log", cast.actor)
    casebook.keep_file(
        case, io.BytesIO(b"%PDF-1.7"), "お知らせ <1>.pdf", cast.actor, purpose="document:customer-letter"
    )
    return case


def test_the_archive_holds_record_evidence_and_documents(cast: Cast, case: Any, tmp_path: Path) -> None:
    """封印の中には、行・証拠・文章・名前の付いた書類があり、封印したこと自体も記録に残る。"""
    sealed = services.seal(case, tmp_path / "a.zip", cast.actor)
    names = zipfile.ZipFile(tmp_path / "a.zip").namelist()
    assert sum("/data/evidence/" in name for name in names) == 3
    (document,) = [name for name in names if "/data/documents/" in name]
    assert document.endswith("お知らせ_1_.pdf")
    kinds = [entry.kind for entry in casebook.entries(case)]
    assert kinds[-2:] == ["archive.sealing", "archive.sealed"]
    (row,) = services.archives(case)
    assert row.sha256 == sealed.sha256


def test_a_stranger_checks_it_with_plain_tools(cast: Cast, case: Any, tmp_path: Path) -> None:
    """VERIFY.txt のとおりに、sha256sum・ssh-keygen・openssl だけで確かめられる。1バイト変えると見つかる。"""
    services.seal(case, tmp_path / "bag", cast.actor)
    japanese, english = commands((tmp_path / "bag" / "VERIFY.txt").read_bytes())
    for command in [*japanese, *english]:
        done = subprocess.run(["bash", "-c", command], cwd=tmp_path / "bag", capture_output=True, text=True)
        assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    (letter,) = (tmp_path / "bag" / "data" / "documents").iterdir()
    letter.chmod(0o600)
    letter.write_bytes(b"%PDF-1.8")
    done = subprocess.run(["sha256sum", "--strict", "-c", "manifest-sha256.txt"], cwd=tmp_path / "bag", check=False)
    assert done.returncode == 1


def test_verify_passes_without_django_or_database(cast: Cast, case: Any, tmp_path: Path) -> None:
    """`hikeshi archive verify` は Django もデータベースも読み込まずに、行のつながりまで確かめる。"""
    services.seal(case, tmp_path / "a.zip", cast.actor)
    code = (
        "import sys; from hikeshi.site.dispatch import main\n"
        "try: code = main(['archive', 'verify', sys.argv[1], '--json'])\n"
        "except SystemExit as stop: code = stop.code\n"
        "assert not [m for m in sys.modules if m.split('.')[0] in ('django', 'sqlite3', 'psycopg')], 'imported'\n"
        "sys.exit(code)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path / "a.zip")], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr + done.stdout
    found = json.loads(done.stdout)
    assert found["intact"]
    assert found["lines"] == casebook.head(case).number - 1


def test_failing_to_seal_is_recorded(cast: Cast, case: Any, tmp_path: Path) -> None:
    """書き出せなかったときは、その事実が記録に残り、中途半端なファイルは残らない。"""
    with pytest.raises((Problem, OSError)):
        services.seal(case, tmp_path / "no-such-folder" / "a.zip", cast.actor)
    assert [entry.kind for entry in casebook.entries(case)][-1] == "archive.failed"
    assert list(tmp_path.iterdir()) == []


def test_a_sealing_that_fails_leaves_no_copy(cast: Cast, case: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """画面からの封印が途中で失敗しても、記録の写しは置き去りにならず、わけが言葉で出る。"""

    def full(_case: Any, target: Path, _actor: Any) -> None:
        target.write_bytes(b"half of it")
        raise Problem("common.disk_full", path=str(target.parent))

    monkeypatch.setattr(services, "seal", full)
    client = Client(headers={"host": "localhost"})
    client.force_login(cast.hanako, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.post(f"/i/{case.reference}/archive/seal/").status_code == 422
    assert list(Path(settings.FILE_UPLOAD_TEMP_DIR).glob("seal-*")) == []


def test_an_existing_file_is_never_overwritten(cast: Cast, case: Any, tmp_path: Path) -> None:
    """すでにあるファイルには上書きしない。"""
    (tmp_path / "a.zip").write_bytes(b"mine")
    with pytest.raises(Problem) as told:
        services.seal(case, tmp_path / "a.zip", cast.actor)
    assert told.value.code == "ledger.target_exists"
    assert (tmp_path / "a.zip").read_bytes() == b"mine"


def test_the_command_seals(case: Any, tmp_path: Path) -> None:
    """`hikeshi archive seal` はファイルと指紋を言い、JSON でも出す。"""
    done = CliRunner().invoke(app, ["seal", case.reference, "--out", str(tmp_path / "a.zip"), "--json"])
    assert done.exit_code == 0, done.output
    assert Path(json.loads(done.stdout)["path"]).is_file()


def test_the_page_gives_the_zip_to_members_only(cast: Cast, case: Any) -> None:
    """ボタンで封印を受け取れるのは仲間だけで、三郎には存在も見えない。"""
    client = Client(headers={"host": "localhost"})
    url = f"/i/{case.reference}/archive/"
    client.force_login(cast.saburo, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.get(url).status_code == 404
    assert client.post(f"{url}seal/").status_code == 404
    client.force_login(cast.hanako, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.get(url).status_code == 200
    response = client.post(f"{url}seal/")
    content = b"".join(response)
    response.close()
    assert zipfile.ZipFile(io.BytesIO(content)).testzip() is None


@pytest.mark.parametrize("form", ["bag", "bag.zip"])
def test_evidence_that_is_gone_is_missed(cast: Cast, case: Any, tmp_path: Path, form: str) -> None:
    """記録にある証拠が保管場所から消えていれば、封印は確かめたときに「ない」と言う。廃棄の記録があれば言わない。"""
    (kept,) = [entry for entry in casebook.entries(case, ["evidence.kept"]) if entry.data["name"] == "auth.log"]
    casebook.evidence_path(case, kept.data["sha256"]).unlink()
    services.seal(case, tmp_path / form, cast.actor)
    (told,) = check_bag(tmp_path / form).findings
    assert (told.code, told.params["name"]) == ("ledger.evidence_missing", "auth.log")
    disposed = TextDisposed(blob=kept.data["sha256"], reason=casebook.keep_text(case, "保管期間が過ぎた"))
    casebook.record(case, [casebook.Entry(disposed, cast.actor)])
    services.seal(case, tmp_path / f"later-{form}", cast.actor)
    assert check_bag(tmp_path / f"later-{form}").intact


def spoilt(case: Any) -> str:
    """A kept file whose content somebody changed behind our back."""
    (kept,) = [entry for entry in casebook.entries(case, ["evidence.kept"]) if entry.data["name"] == "auth.log"]
    path = casebook.evidence_path(case, kept.data["sha256"])
    path.chmod(0o600)
    path.write_bytes(b"nothing happened\n")
    return str(kept.data["sha256"])


@pytest.mark.django_db(transaction=True)  # closing a response closes the database connection
def test_a_changed_file_is_told_before_and_after_sealing(cast: Cast, case: Any) -> None:
    """記録した後に変わったファイルは、封印の前に名前を挙げて知らせ、承知で封印すれば、その後も画面に残る。"""
    sha256 = spoilt(case)
    client = Client(headers={"host": "localhost"})
    client.force_login(cast.hanako, backend="allauth.account.auth_backends.AuthenticationBackend")
    url = f"/i/{case.reference}/archive/"
    answer = client.post(f"{url}seal/")
    assert answer.status_code == 409
    for said in ("auth.log", sha256, "元のファイル", "VERIFY.txt", 'name="despite"'):
        assert said in answer.text
    assert services.archives(case) == []
    answer = client.post(f"{url}seal/", {"despite": "1"})
    content = io.BytesIO(b"".join(answer))
    answer.close()
    (row,) = services.archives(case)
    assert row.changed == [sha256]
    page = client.get(url).text
    assert "auth.log" in page
    assert sha256 in page
    bag = zipfile.ZipFile(content)
    (verify,) = [bag.read(name).decode() for name in bag.namelist() if name.endswith("/VERIFY.txt")]
    assert f"- data/evidence/{sha256} auth.log" in verify.split("（日本語）")[0]


def test_the_command_tells_what_changed(cast: Cast, case: Any, tmp_path: Path) -> None:
    """命令で封印しても、変わったファイルを挙げ、終了コードは 1 になる。外の人も VERIFY.txt のとおりにして見つける。"""
    sha256 = spoilt(case)
    out = tmp_path / "bag"
    done = CliRunner().invoke(app, ["seal", case.reference, "--out", str(out), "--json"])
    assert done.exit_code == 1
    assert [one["path"] for one in json.loads(done.stdout)["changed"]] == [f"data/evidence/{sha256}"]
    assert sha256 in done.stderr
    said = ""
    for commands_of_one in commands((out / "VERIFY.txt").read_bytes()):
        for command in commands_of_one:
            ran = subprocess.run(["bash", "-c", command], cwd=out, capture_output=True, text=True)
            assert ran.returncode == 0, command
            said += ran.stdout
    assert said.count(f"changed: data/evidence/{sha256}") == 2


def test_an_untouched_record_is_sealed_without_a_question(cast: Cast, case: Any, tmp_path: Path) -> None:
    """何も変わっていなければ、何も聞かず、VERIFY.txt にも注意は出ない。"""
    services.seal(case, tmp_path / "bag", cast.actor)
    assert services.changed(case) == []
    assert "NOTE:" not in (tmp_path / "bag" / "VERIFY.txt").read_text(encoding="utf-8")
    (entry,) = casebook.entries(case, ["archive.sealed"])
    assert entry.data["changed"] == []
