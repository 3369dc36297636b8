"""手順2：ログを証拠として保管し、別の囲いで読み、見つかったことを人が事実にする。"""

import gzip
import io
import json
import os
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import settings as trials
from hypothesis import strategies as st
from typer.testing import CliRunner

from hikeshi.casebook import services as casebook
from hikeshi.desk import services as desk
from hikeshi.engines.common.problem import Problem
from hikeshi.investigate import rules, services
from hikeshi.investigate.cli import console
from hikeshi.investigate.entries import FolderNamed
from hikeshi.investigate.models import Scan, ScanProgress
from tests.cast import Cast
from tests.investigate.scene import auth_log, brought, signed_in

pytestmark = pytest.mark.django_db


def test_a_brute_force_with_its_success_is_found_and_judged(cast: Cast, case: Any) -> None:
    """総当たりと、その成功が見つかり、人が決めて初めて事実になる。"""
    brought(cast, case, auth_log())
    (found,) = [one for one in services.findings(case) if one["row"].found == "ssh_bruteforce"]
    row = found["row"]
    assert (row.success, row.addresses, row.accounts) == ("yes", ["203.0.113.5"], ["root"])
    assert "203.0.113.5" in found["title"]
    assert [key for key in casebook.facts(case) if key.startswith("finding:")] == []
    services.judge(case, row.finding, "fact", cast.actor, reason="本人に聞いた", also=["period", "route", "crime"])
    facts = casebook.facts(case)
    assert facts[f"finding:{row.finding}"].status == "confirmed"
    assert facts["period"].value == {"from": row.first, "to": row.last}
    assert facts["malicious"].value is True
    services.judge(case, row.finding, "wrong", cast.actor)
    assert casebook.facts(case)[f"finding:{row.finding}"].status == "refuted"
    detail = services.detail(case, row)
    assert any("Accepted password" in sample.raw for sample in detail["samples"])


def test_without_success_nothing_says_so(cast: Cast, case: Any) -> None:
    """成功の行がなければ、成功とは言わない。"""
    brought(cast, case, auth_log(success=False))
    assert {one["row"].success for one in services.findings(case)} <= {"no", "unknown"}


def test_a_compressed_log_reads_like_the_plain_one(cast: Cast, case: Any) -> None:
    """圧縮したログも、同じ答えになる。"""
    brought(cast, case, gzip.compress(auth_log()), "auth.log.1.gz")
    assert [one["row"].success for one in services.findings(case)] == ["yes"]


@pytest.mark.parametrize(
    "content", [b"", b"\x00" * 5000, os.urandom(4096), "日本語だけの文章".encode("shift_jis"), b"PK\x03\x04garbage"]
)
def test_what_is_no_log_is_told_and_the_record_stays_whole(cast: Cast, case: Any, content: bytes) -> None:
    """空・バイナリ・別の文字コード・壊れた zip でも、仕事は終わり、理由が残り、証拠は保管される。"""
    brought(cast, case, content, "x.zip" if content[:2] == b"PK" else "x.log")
    (scan,) = services.scans(case)
    assert scan["scan"].state in ("done", "failed")
    assert services.findings(case) == []
    assert casebook.evidence_of(case).filter(purpose="log").count() == 1
    assert casebook.stale(case) == []


def test_work_is_owed_until_a_result_is_recorded(cast: Cast, case: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """読んでいる途中で落ちても、頼んだ記録から、もう一度やり直される。結果は一度だけ残る。"""
    kept = casebook.keep_file(case, io.BytesIO(auth_log()), "auth.log", cast.actor)
    services.ask(case, [kept], cast.actor)

    def dies(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr("hikeshi.engines.logs.scan", dies)
        with pytest.raises(KeyboardInterrupt):
            services.do_owed()
    assert Scan.objects.get().state == "owed"
    assert services.do_owed() == 1
    assert services.do_owed() == 0
    assert len(list(casebook.entries(case, ["investigate.scan_done"]))) == 1


def test_a_named_folder_is_the_only_door(cast: Cast, case: Any, tmp_path: Path) -> None:
    """決めたフォルダの外、リンクの先、ない場所は読まない。"""
    inside, outside = tmp_path / "logs", tmp_path / "secret"
    inside.mkdir()
    outside.mkdir()
    (inside / "auth.log").write_bytes(auth_log())
    (outside / "shadow").write_text("x")
    (inside / "link").symlink_to(outside / "shadow")
    services.name_folder(cast.workspace, str(inside), cast.actor)
    assert services.point_at(case, cast.workspace, str(inside / "auth.log"), cast.actor).data["name"] == "auth.log"
    for path in (outside / "shadow", inside / "link", inside / ".." / "secret" / "shadow", inside / "none", inside):
        with pytest.raises(Problem) as told:
            services.point_at(case, cast.workspace, str(path), cast.actor)
        assert told.value.code in ("investigate.not_in_folder", "investigate.no_file")
    services.forget_folder(cast.workspace, str(inside), cast.actor)
    with pytest.raises(Problem):
        services.point_at(case, cast.workspace, str(inside / "auth.log"), cast.actor)


def test_our_own_data_is_never_read_as_a_log(cast: Cast, case: Any) -> None:
    """火消し自身のデータ（鍵、ほかの事業の記録）とシステムの内部は、決めたフォルダの中でもログとして読まない。"""
    data = Path(settings.HIKESHI_DATA)
    for place in (data, data / "keys", Path("/proc/self")):
        with pytest.raises(Problem, match="our_own_data"):
            services.name_folder(cast.workspace, str(place), cast.actor)
    services.name_folder(cast.workspace, str(data.parent), cast.actor)
    with pytest.raises(Problem, match="our_own_data"):
        services.point_at(case, cast.workspace, str(data / "keys" / "django-secret"), cast.actor)
    assert not list(casebook.evidence_of(case))


def test_a_link_put_in_its_place_meanwhile_is_not_followed(
    cast: Cast, case: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """場所を確かめてから開くまでの間に、途中のフォルダやファイルがリンクに替えられても、外のファイルは読まない。"""
    inside, outside = tmp_path / "logs", tmp_path / "secret"
    (inside / "old").mkdir(parents=True)
    outside.mkdir()
    (outside / "auth.log").write_text("the secret")
    services.name_folder(cast.workspace, str(inside), cast.actor)

    for swapped in (inside / "old", inside / "auth.log"):
        target = inside / "old" / "auth.log" if swapped.name == "old" else swapped
        target.write_text("a log")

        def swap(place: Path, gone: Path = swapped) -> bool:
            gone.rename(tmp_path / f"{gone.name}-was")
            gone.symlink_to(outside / "auth.log" if gone.suffix else outside)
            return False

        # The last thing that is asked before the file is opened: here somebody else is quicker.
        with monkeypatch.context() as patched:
            patched.setattr(services, "_forbidden", swap)
            with pytest.raises(Problem, match="no_file"):
                services.point_at(case, cast.workspace, str(target), cast.actor)
    assert not list(casebook.evidence_of(case))


def test_the_pages_do_it_all(cast: Cast, case: Any, tmp_path: Path) -> None:
    """画面から渡し、待ち、元の行を見て、事実にし、影響を書ける。太郎は場所を指せず、三郎には見えない。"""
    url = f"/i/{case.reference}/investigate/"
    hanako, taro, saburo = map(signed_in, (cast.hanako, cast.taro, cast.saburo))
    for path in ("", "affected/", "scans/"):
        assert saburo.get(url + path).status_code == 404
    assert saburo.post(f"{url}take/", {"files": io.BytesIO(b"x")}).status_code == 404
    assert taro.post(f"{url}take/", {"path": "/etc/passwd"}).status_code == 403
    assert taro.post(f"{url}folders/", {"folder": str(tmp_path)}).status_code == 403
    assert hanako.post(f"{url}take/", {}).status_code == 422
    file = io.BytesIO(auth_log())
    file.name = "auth<b>.log"
    assert taro.post(f"{url}take/", {"files": file}).status_code == 302
    assert "data-running" in hanako.get(url).text
    services.do_owed()
    page = hanako.get(url).text
    assert "data-running" not in page
    assert "203.0.113.5" in page
    row = services.findings(case)[0]["row"]
    page = hanako.get(f"{url}finding/{row.finding}/").text
    assert "Accepted password" in page
    assert "<script>alert" not in page
    assert hanako.post(f"{url}finding/{row.finding}/", {}).status_code == 422
    hanako.post(f"{url}finding/{row.finding}/", {"verdict": "suspicion", "also": ["period"]})
    assert casebook.facts(case)["period"].status == "suspected"
    scan = services.scans(case)[0]["scan"].scan
    assert "<script>alert" not in hanako.get(f"{url}scan/{scan}/").text
    assert hanako.post(f"{url}affected/", {"at_least": "9", "at_most": "3", "status": "suspected"}).status_code == 422
    said = {"at_least": "412", "at_most": "431", "data_items": ["name", "address"], "status": "suspected"}
    assert hanako.post(f"{url}affected/", said).status_code == 302
    assert casebook.facts(case)["persons"].value == {"at_least": 412, "at_most": 431}
    assert 'value="412"' in hanako.get(f"{url}affected/").text


@pytest.mark.parametrize(
    ("done", "seconds", "told"),
    [(50, 10, "毎秒 5 MB ・ あと約 30 秒"), (150, 10, "毎秒 15 MB ・ あと約 3 秒"), (0, 0, "毎秒 0 MB<")],
)
def test_the_page_tells_rate_and_time_left(cast: Cast, case: Any, done: int, seconds: int, told: str) -> None:
    """読んでいる間、どこまで進み、毎秒どれだけで、あと何秒かがページに出る。まだ読めていなければ、時間は言わない。"""
    kept = casebook.keep_file(case, io.BytesIO(auth_log()), "auth.log", cast.actor)
    services.ask(case, [kept], cast.actor)
    now = casebook.now()
    ScanProgress.objects.create(
        scan=Scan.objects.get().scan,
        path="auth.log",
        done=done << 20,
        total=200 << 20,
        started_at=now - timedelta(seconds=seconds),
        seen_at=now,
    )
    page = signed_in(cast.hanako).get(f"/i/{case.reference}/investigate/").text
    assert f"auth.log ・ 200 MB のうち {done} MB、{told}" in page


DAYS = st.sampled_from(["2026-11-01T00:00:00Z", "2026-11-09T00:00:00Z"])


@trials(deadline=None)
@given(st.dictionaries(st.sampled_from(["from", "to"]), DAYS))
def test_a_period_only_grows(period: dict[str, str]) -> None:
    """期間は、見つかったことを含むように広がるだけで、縮まない。"""
    grown = rules.grown(period, "2026-11-05T00:00:00Z", "2026-11-06T00:00:00Z")
    assert grown["from"] <= min("2026-11-05T00:00:00Z", period.get("from", "9"))
    assert grown["to"] >= max("2026-11-06T00:00:00Z", period.get("to", ""))


@pytest.mark.parametrize(("zone", "offset"), [("", "+09:00"), ("UTC", "+00:00")])
def test_a_log_without_year_and_zone_is_read_as_the_person_says(
    cast: Cast, case: Any, zone: str, offset: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """年のないログは書いた年で、時間帯のないログは選んだ時間帯（空欄なら日本時間）で読む。機械の設定にはよらない。"""
    monkeypatch.setenv("TZ", "America/New_York")
    upload = io.BytesIO(auth_log())
    upload.name = "auth.log"
    post = {"files": upload, "zone": zone, "year": "2023"}
    assert signed_in(cast.hanako).post(f"/i/{case.reference}/investigate/take/", post).status_code == 302
    while services.do_owed():
        pass
    (entry,) = casebook.entries(case, ["investigate.scan_asked"])
    assert (entry.data["year"], entry.data["zone"]) == (2023, zone or "Asia/Tokyo")
    (row,) = [one["row"] for one in services.findings(case) if one["row"].found == "ssh_bruteforce"]
    assert datetime.fromisoformat(row.first) == datetime.fromisoformat(f"2023-11-05T03:00:00{offset}")


def test_a_clock_that_was_slow_is_corrected(cast: Cast, case: Any) -> None:
    """1時間遅れていた時計のログは、その分だけ直した時刻で見つかり、直したと書かれる。"""
    upload = io.BytesIO(auth_log())
    upload.name = "auth.log"
    post = {"files": upload, "zone": "", "year": "2023", "clock": "slow", "clock_error": "3600"}
    hanako = signed_in(cast.hanako)
    assert hanako.post(f"/i/{case.reference}/investigate/take/", post).status_code == 302
    while services.do_owed():
        pass
    (entry,) = casebook.entries(case, ["investigate.scan_asked"])
    assert (entry.version, entry.data["clock_error"]) == (2, -3600)
    (row,) = [one["row"] for one in services.findings(case) if one["row"].found == "ssh_bruteforce"]
    assert datetime.fromisoformat(row.first) == datetime.fromisoformat("2023-11-05T04:00:00+09:00")
    page = hanako.get(f"/i/{case.reference}/investigate/scan/{entry.data['scan']}/").text
    told = "時計が 3600 秒遅れていた分、時刻を遅らせて直してあります"
    finding = hanako.get(f"/i/{case.reference}/investigate/finding/{row.finding}/").text
    story = hanako.get(f"/i/{case.reference}/investigate/story/").text
    assert [told in one for one in (page, finding, story)] == [True] * 3


@pytest.mark.parametrize(
    ("clock", "seconds", "said"),
    [
        ("", "90", "進んでいたか、遅れていたかを選んでください"),
        ("fast", "", "何秒ずれていたかを書いてください"),
        ("fast", "-90", "0 以上"),
        ("slow", "1e5", "整数"),
        ("slow", "99999999999", "以下"),
        ("both", "90", "both"),
    ],
)
def test_half_an_answer_about_the_clock_is_asked_again(
    cast: Cast, case: Any, clock: str, seconds: str, said: str
) -> None:
    """進んでいたのか遅れていたのかと、何秒か。片方だけや、ありえない答えは、その場で聞き直し、ファイルは預からない。"""
    upload = io.BytesIO(auth_log())
    upload.name = "auth.log"
    post = {"files": upload, "zone": "", "year": "2023", "clock": clock, "clock_error": seconds}
    answer = signed_in(cast.hanako).post(f"/i/{case.reference}/investigate/take/", post)
    assert (answer.status_code, said in answer.text) == (422, True)
    assert not list(casebook.entries(case, ["evidence.kept", "investigate.scan_asked"]))


@pytest.mark.parametrize("year", ["1999", "9999", "abc", "-1"])
def test_a_year_that_cannot_be_is_asked_again(cast: Cast, case: Any, year: str) -> None:
    """ありえない年は、その場で言葉で返し、ファイルは預からない。"""
    upload = io.BytesIO(auth_log())
    upload.name = "auth.log"
    answer = signed_in(cast.hanako).post(f"/i/{case.reference}/investigate/take/", {"files": upload, "year": year})
    assert answer.status_code == 422
    assert '<details class="more" open><summary>時刻について' in answer.text
    assert list(casebook.entries(case, ["evidence.kept", "investigate.scan_asked"])) == []


def test_owning_a_business_is_not_owning_the_machine(cast: Cast, case: Any, tmp_path: Path) -> None:
    """ほかの事業の責任者は、機械の中のフォルダを開けない。最初に始めた責任者と、機械の前の人だけが決められる。"""
    (tmp_path / "secret.log").write_text("x")
    theirs = casebook.open_case(cast.other_workspace, casebook.Actor(str(cast.saburo.pk), "三郎", "owner"))
    saburo = signed_in(cast.saburo)
    url = f"/i/{theirs.reference}/investigate/"
    answer = saburo.post(f"{url}folders/", {"folder": str(tmp_path)})
    assert answer.status_code == 403
    assert "python3 start.py investigate allow" in answer.text
    assert services.folders(cast.other_workspace) == []
    assert 'name="folder"' not in saburo.get(url).text
    assert 'name="folder"' in signed_in(cast.hanako).get(f"/i/{case.reference}/investigate/").text
    services.name_folder(cast.other_workspace, str(tmp_path), services.CONSOLE)
    assert services.folders(cast.other_workspace) == [str(tmp_path)]
    # An owner whom the first owner made one in the same business does not own the machine either.
    desk.add_member(cast.workspace, cast.taro, "owner")
    assert signed_in(cast.taro).post(f"/i/{case.reference}/investigate/folders/", {"folder": "/var"}).status_code == 403
    # And who began it, but owns nothing any more, has no say.
    desk.add_member(cast.workspace, cast.hanako, "reader")
    with pytest.raises(Problem, match="not_your_machine"):
        services.name_folder(cast.workspace, str(tmp_path), cast.actor)


def test_a_folder_named_before_the_rule_is_closed(cast: Cast, tmp_path: Path) -> None:
    """どの責任者も決められた頃に開かれたフォルダは、もう読めない。機械の前の人が開き直せば、また読める。"""
    (tmp_path / "secret.log").write_text("x")
    saburo = casebook.Actor(str(cast.saburo.pk), "三郎", "owner")
    theirs = casebook.open_case(cast.other_workspace, saburo)
    casebook.record_for_workspace(cast.other_workspace, [casebook.Entry(FolderNamed(path=str(tmp_path)), saburo)])
    assert services.folders(cast.other_workspace) == []
    with pytest.raises(Problem, match="not_in_folder"):
        services.point_at(theirs, cast.other_workspace, str(tmp_path / "secret.log"), saburo)
    services.name_folder(cast.other_workspace, str(tmp_path), services.CONSOLE)
    assert services.point_at(theirs, cast.other_workspace, str(tmp_path / "secret.log"), saburo).data["size"] == 1


def test_the_person_at_the_machine_opens_and_closes_folders(cast: Cast, case: Any, tmp_path: Path) -> None:
    """機械の前の人は、事業を名指しして、フォルダを開き、一覧を見て、閉じられる。リンクは本当の場所で決まる。"""
    (tmp_path / "logs").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "logs")
    run = CliRunner()
    assert isinstance(run.invoke(console, ["allow", str(tmp_path / "link")]).exception, Problem)
    named = ["--workspace", "三郎の会社"]
    assert run.invoke(console, ["allow", str(tmp_path / "link"), *named]).exit_code == 0
    assert json.loads(run.invoke(console, ["folders", "--json", *named]).stdout) == [str(tmp_path / "logs")]
    assert services.folders(cast.workspace) == []
    (entry,) = casebook.entries(cast.other_workspace, ["investigate.folder_named"])
    assert entry.actor.id == "console"
    for place in (settings.HIKESHI_DATA, Path(settings.HIKESHI_DATA) / "evidence", "/proc/self", "/dev", "/sys"):
        refused = run.invoke(console, ["allow", str(place), *named]).exception
        assert isinstance(refused, Problem)
        assert refused.code == "investigate.our_own_data"
    assert run.invoke(console, ["forget", str(tmp_path / "link"), *named]).exit_code == 0
    assert services.folders(cast.other_workspace) == []
    assert isinstance(run.invoke(console, ["forget", str(tmp_path / "link"), *named]).exception, Problem)
