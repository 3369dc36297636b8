"""`hikeshi isolate` をはじめて使う人の間違い：何が起き、何が無事で、次に何をするかが分かり、安全に終わる。"""

from __future__ import annotations

import os
import re
import shlex
import threading
import tomllib
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError

from hikeshi import words
from hikeshi.contain import isolate_cli
from hikeshi.engines.common.problem import Problem
from hikeshi.engines.evidence import journal, running
from hikeshi.engines.isolation import Local, Ssh, Step, answer, read
from hikeshi.site import dispatch
from tests.contain.test_isolate_cli import pair
from tests.contain.test_isolation import CUT, OPEN
from tests.engines.evidence.parts import time_is_up_when
from tests.engines.isolation.far import hikeshi, sshd
from tests.engines.isolation.world import HOST, World, eventually

__all__ = ["pair"]
ENGINES = Path(answer.__file__).parents[1]
# What is safe, and what comes next, in the words of each language.
SAFE = {
    "ja": r"何も(変|切|し|取り)|変(えて|わって)いません|戻り(ます|に)|失われていません|無事です|"
    r"確定するものがありません|影響しません|使っていません|手控えも証拠も",
    "en": r"[Nn]othing (was|has)|no(thing| other .+) was (done|changed|cut)|goes back|not lost|is safe|"
    r"nothing to confirm|not affected|was not used|was touched|only the first was read|No other (rule|setting)",
}
BY_ITSELF = {"bad_name", "twice", "bad_line"}
"""Told beside a result that says what to do."""


@pytest.mark.parametrize("engine", ["isolation", "evidence"])
def test_every_problem_says_what_is_safe(engine: str) -> None:
    """切る・集めるときのどの困りごとも、両方の言葉で何が無事かを言い、次にすることを言う。"""
    texts = tomllib.loads((ENGINES / engine / "problems.toml").read_text(encoding="utf-8"))
    for code, said in texts.items():
        for lang in ("ja", "en"):
            assert re.search(SAFE[lang], said[lang]), f"{engine}.{code}: {said[lang]}"
        assert code in BY_ITSELF or re.search("ください|できます|られます|省けます", said["ja"]), f"{engine}.{code}"


def told(capsys: pytest.CaptureFixture[str], folder: Path, *named: str) -> tuple[int, str, str, list[str]]:
    """What a person sees of one command, and what its journal says happened."""
    code = dispatch.main(["isolate", *named, "--out", str(folder)])
    said, complained = capsys.readouterr()
    lines = [line.kind for file in sorted(folder.glob("*.journal")) for line in journal.read(file)]
    return code, said, complained, lines


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize("code", answer.FAILURES)
def test_a_host_that_cannot_is_told_and_recorded(
    code: str, lang: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """管理者でない、nft がない、別のOSなど、断られたわけは言葉で伝わり、したかったことも、できなかったことも残る。"""
    monkeypatch.setenv("HIKESHI_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("HIKESHI_LANG", lang)
    monkeypatch.setattr(Local, "run", lambda *_: f"failed\t{code}\ndetail\tnobody \x1b[2J\n")
    exit_code, said, complained, lines = told(capsys, tmp_path / "stick", "on", "--no-evidence")
    assert (exit_code, said, lines) == (3, "", ["isolation.intended", "isolation.failed"])
    assert words.problem(Problem(f"isolation.{code}", where="localhost", detail="", step="-"), lang)[:12] in complained
    assert "\x1b" not in complained
    assert "Traceback" not in complained


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize(
    ("spoken", "code"),
    [
        ("ssh: Could not resolve hostname web9: Name or service not known", "ssh_no_such_host"),
        ("Host key verification failed.", "ssh_unknown_key"),
        ("root@web9: Permission denied (publickey).", "ssh_denied"),
        ("ssh: connect to host web9 port 22: Connection refused", "ssh_refused"),
        ("ssh: connect to host web9 port 22: Connection timed out", "ssh_unreachable"),
        ("sudo: a password is required", "not_root"),
    ],
)
def test_the_wrong_host_is_told_apart_and_nothing_is_done(
    spoken: str,
    code: str,
    lang: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """相手を間違えると、どう間違えたかで言葉が変わり、証拠が取れなかったことも、切れなかったことも手控えに残る。"""
    tools = tmp_path / "tools"
    tools.mkdir()
    (tools / "ssh").write_text(f"#!/bin/sh\ncat >/dev/null\necho '{spoken}' >&2\nexit 255\n")
    (tools / "ssh").chmod(0o755)
    monkeypatch.setenv("PATH", str(tools), prepend=":")
    monkeypatch.setenv("HIKESHI_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("HIKESHI_LANG", lang)
    exit_code, _, complained, lines = told(capsys, tmp_path / "stick", "on", "--host", "root@web9")
    assert exit_code == 3
    assert lines == ["collection.begun", "collection.failed", "isolation.intended", "isolation.failed"]
    wanted = words.problem(Problem(f"isolation.{code}", where="root@web9", detail=spoken, step="-"), lang)
    assert wanted in complained


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_evidence_of_the_wrong_host_leaves_no_file(
    lang: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """証拠を集める相手を間違えると、相手では何もしていないと言い、ファイルは残さず、しようとしたことは手控えに残る。"""
    tools = tmp_path / "tools"
    tools.mkdir()
    (tools / "ssh").write_text("#!/bin/sh\ncat >/dev/null\necho 'Could not resolve hostname web9' >&2\nexit 255\n")
    (tools / "ssh").chmod(0o755)
    monkeypatch.setenv("PATH", str(tools), prepend=":")
    monkeypatch.setenv("HIKESHI_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("HIKESHI_LANG", lang)
    out = tmp_path / "a.tar"
    assert dispatch.main(["evidence", "collect", "--host", "root@web9", "--out", str(out)]) == 3
    said, complained = capsys.readouterr()
    assert said == ""
    assert {"ja": "相手では何もしていません", "en": "Nothing was done there"}[lang] in complained
    assert "Could not resolve hostname web9" in complained
    assert [path.name for path in tmp_path.glob("a.tar*")] == ["a.tar.journal"]
    assert [line.kind for line in journal.read(tmp_path / "a.tar.journal")] == ["collection.begun", "collection.failed"]


@pytest.mark.skipif(os.name != "posix", reason="Windows tells of missing rights by itself")
@pytest.mark.parametrize(("lang", "sentence"), [("ja", "sudo を付けて"), ("en", "run it again with sudo")])
def test_without_rights_nobody_waits_for_evidence(
    lang: str, sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """管理者でなければ、証拠集めを待たせずにすぐそう言い、したかったこととできなかったことは手控えに残る。"""
    monkeypatch.setenv("HIKESHI_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("HIKESHI_LANG", lang)
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    monkeypatch.setattr(running, "_program", lambda *_: pytest.fail("evidence was collected"))
    monkeypatch.setattr(Local, "run", lambda *_: "failed\tnot_root\ndetail\thanako\n")
    code, said, complained, lines = told(capsys, tmp_path / "stick", "on")
    assert (code, said, lines) == (3, "", ["isolation.intended", "isolation.failed"])
    assert sentence in complained


def test_an_unknown_incident_cuts_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """事故の番号を間違えたら、まだ何もしていないことと、番号なしでも切れることを言う。"""
    monkeypatch.setenv("HIKESHI_DATA", str(tmp_path / "data"))
    monkeypatch.setattr(Local, "run", lambda *_: pytest.fail("something was run"))
    for lang, sentence in (("ja", "まだ何もしていません"), ("en", "Nothing was done")):
        monkeypatch.setenv("HIKESHI_LANG", lang)
        code, said, complained, lines = told(capsys, tmp_path / "stick", "on", "--case", "HKS-2026-999")
        assert (code, said, lines) == (2, "", [])
        assert sentence in complained
        assert "--case" in complained


def test_the_undo_works_where_no_casebook_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """sudo で記録が見えなくても、画面から写した「--case つき」の取り消しは働き、手控えに残る。"""
    monkeypatch.setenv("HIKESHI_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("HIKESHI_LANG", "ja")
    monkeypatch.setattr(Local, "run", lambda *_: OPEN)
    code, said, complained, lines = told(capsys, tmp_path / "stick", "off", "--case", "HKS-2026-001")
    assert (code, complained, lines) == (0, "", ["isolation.intended", "isolation.done"])
    assert "切り離されていません" in said
    assert "手控え" in said


def test_the_undo_works_where_root_has_a_casebook_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """sudo の先に別の記録があり、写した番号がそこになくても、取り消しは働く。自分の記録での間違いは、する前に言う。"""

    def elsewhere(*_: object) -> None:
        raise Problem("contain.no_such_case", reference="HKS-2026-001", exit=2)

    monkeypatch.setenv("HIKESHI_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("HIKESHI_LANG", "ja")
    monkeypatch.setattr("hikeshi.contain.evidence_books.there", lambda: True)
    monkeypatch.setattr("hikeshi.contain.evidence_books.at_hand", elsewhere)
    monkeypatch.setattr(Local, "run", lambda *_: OPEN)
    monkeypatch.delenv("SUDO_USER", raising=False)
    assert told(capsys, tmp_path / "stick", "off", "--case", "HKS-2026-001")[0] == 2
    monkeypatch.setenv("SUDO_USER", "hanako")
    code, said, _, lines = told(capsys, tmp_path / "stick", "off", "--case", "HKS-2026-001")
    assert (code, lines) == (0, ["isolation.intended", "isolation.done"])
    assert "手控え" in said


@pytest.mark.parametrize(
    ("lang", "pull", "back", "opens"),
    [
        ("ja", "LANケーブルを抜き、Wi-Fiを切って", "前に確定した切り離しに、自動で戻ります", "自動で元に戻ります"),
        ("en", "Pull out the network cable", "the cut that was confirmed before comes back", "it goes back by itself"),
    ],
)
def test_what_is_not_proved_and_what_comes_after_the_timer_is_told(
    lang: str,
    pull: str,
    back: str,
    opens: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """届いてはいけないところに届いたら線を抜くように言い、時間切れで前の切り離しに戻るなら、つながるとは言わない。"""
    monkeypatch.setenv("HIKESHI_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("HIKESHI_LANG", lang)
    monkeypatch.setattr("hikeshi.engines.isolation.tried", lambda *_: [])
    monkeypatch.setattr(Local, "run", lambda *_: CUT)
    _, said, _, _ = told(capsys, tmp_path / "stick", "on", "--no-evidence", "--timer", "60")
    assert (pull in said, back in said, opens in said) == (False, False, True)
    monkeypatch.setattr(Local, "run", lambda *_: f"back\tcut\nstep\tforbidden failed 192.0.2.1 silent\n{CUT}")
    _, said, _, _ = told(capsys, tmp_path / "stick", "on", "--no-evidence", "--timer", "60")
    assert (pull in said, back in said, opens in said) == (True, True, False)


def test_what_was_tried_in_vain_is_told_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """同じ結果の試しは一行にまとまり、失敗だけは一つずつ出て、入ってくる道は言葉で言う。"""
    lost = [Step("forbidden", "skipped", f"tcp 192.0.2.{n}: [Errno 101] Network is unreachable") for n in range(7)]
    bad = [Step("forbidden", "failed", "udp 192.0.2.9"), Step("forbidden", "failed", "icmp 192.0.2.9")]
    monkeypatch.setenv("HIKESHI_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("HIKESHI_LANG", "ja")
    monkeypatch.setattr(Local, "run", lambda *_: CUT)
    monkeypatch.setattr("hikeshi.engines.isolation.tried", lambda *_: [*lost, *bad])
    code, said, _, _ = told(capsys, tmp_path / "stick", "on", "--no-evidence")
    assert code == 1
    assert said.count("試せなかった (7とおり: もともと行き先がありません)") == 1
    assert "Errno" not in said
    assert [said.count(step.detail) for step in bad] == [1, 1]
    assert "203.0.113.9（この機械の22番の入口だけ）" in said


def test_a_database_that_cannot_be_used_stops_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """名指しした事故の記録が読めなくても、証拠を集める途中で台帳が使えなくなっても、切って、手控えに残し、そう知らせる。"""

    def locked(*_: object) -> None:
        raise OperationalError("database is locked")

    monkeypatch.setenv("HIKESHI_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("HIKESHI_LANG", "ja")
    monkeypatch.setattr("os.geteuid", lambda: 0)
    monkeypatch.setattr(Local, "run", lambda *_: CUT.replace("pending", "isolated"))
    monkeypatch.setattr("hikeshi.contain.evidence_books.at_hand", locked)
    monkeypatch.setattr("hikeshi.contain.evidence.collect", locked)
    monkeypatch.setattr("hikeshi.engines.isolation.tried", lambda *_: [])
    code, said, complained, lines = told(capsys, tmp_path / "stick", "on", "--case", "HKS-2026-001")
    assert (code, complained, lines) == (0, "", ["isolation.intended", "isolation.done"])
    assert "消えやすい証拠: できなかった (OperationalError: database is locked)" in said
    assert "切り離されています" in said


def test_evidence_that_never_ends_does_not_hold_up_the_cut(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """証拠集めが終わらないときは、決めた時間でやめて切り、そのわけを言い、両方を手控えに残す。"""
    monkeypatch.setenv("HIKESHI_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("HIKESHI_LANG", "ja")
    monkeypatch.setattr("os.geteuid", lambda: 0)
    spoke = tmp_path / "spoke"
    monkeypatch.setattr(isolate_cli, "EVIDENCE_SECONDS", 0)
    time_is_up_when(monkeypatch, spoke.exists)
    script = f"printf 'evidence/bagit.txt\\0'; : >{spoke}; exec sleep 3000\n"
    monkeypatch.setattr(running, "_program", lambda *_: script.encode())
    monkeypatch.setattr(Local, "run", lambda *_: CUT.replace("pending", "isolated"))
    monkeypatch.setattr("hikeshi.engines.isolation.tried", lambda *_: [])
    code, said, complained, lines = told(capsys, tmp_path / "stick", "on")
    assert (code, complained) == (0, "")
    assert lines == ["collection.begun", "collection.failed", "isolation.intended", "isolation.done"]
    assert "消えやすい証拠: できなかった (時間がかかりすぎるため、切るほうを先にしました" in said
    assert len(list((tmp_path / "stick").glob("*.tar.part"))) == 1


def test_a_screen_that_will_stop_is_told_of_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """リモートデスクトップで入って切るときは、時間で戻るようにし、この画面が止まることを先に言う。"""
    before: list[str] = []

    def run(*_: object) -> str:
        before.append(capsys.readouterr().err)
        return CUT

    monkeypatch.setenv("HIKESHI_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("HIKESHI_LANG", "ja")
    monkeypatch.setenv("SESSIONNAME", "RDP-Tcp#0")
    monkeypatch.delenv("SSH_CONNECTION", raising=False)
    monkeypatch.setattr(Local, "run", run)
    monkeypatch.setattr("hikeshi.engines.isolation.tried", lambda *_: [])
    code, said, _, _ = told(capsys, tmp_path / "stick", "on", "--no-evidence")
    assert (code, "60 秒のタイマーを付けました" in said) == (0, True)
    assert "切ると、この画面も止まります。60 秒たてば自動で元に戻る" in before[0]


@pytest.mark.skipif(os.name != "posix", reason="quoted for a POSIX shell")
@pytest.mark.parametrize("host", ["root@[2001:db8::1]", ""])
def test_the_printed_commands_are_those_that_work(
    host: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """表示される確定と取り消しの命令は、はじめに指定したものと要る権限を含み、そのまま貼れば同じ機械で働く。"""
    asked: list[tuple[str, tuple[str, ...]]] = []

    def run(place: Any, *_: object) -> str:
        asked.append((place.name, getattr(place, "more", ())))
        return CUT

    monkeypatch.setenv("HIKESHI_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("HIKESHI_LANG", "ja")
    monkeypatch.setattr(Local, "run", run)
    monkeypatch.setattr(Ssh, "run", run)
    monkeypatch.setattr("hikeshi.engines.isolation.tried", lambda *_: [])
    stick = tmp_path / "my stick; id"
    way = ["--host", host, "--ssh-config", str(tmp_path / "its config")] if host else []
    code, said, _, _ = told(capsys, stick, "on", "--no-evidence", *way)
    assert code == 0
    first = asked[0]
    for before, verb in (("続けるなら：", "confirm"), ("元に戻すには：", "off")):
        (line,) = re.findall(f"{before}(.*)", said)
        words = shlex.split(line)
        rights = [] if host else ["sudo"]
        assert words == [*rights, "python3", "start.py", "isolate", verb, *way, "--out", str(stick)]
        asked.clear()
        assert dispatch.main(words[len(rights) + 2 :]) == 0
        assert first in asked


def test_the_printed_commands_name_the_incident() -> None:
    """事故と事業を指定して切ったら、表示される命令も同じ事故と事業を指す。"""
    where = isolate_cli._Where(None, "HKS-2026-001", "花子 商店", None)
    line = isolate_cli._to_type("off", read(CUT, "on", "root@web1"), where)
    assert "--host root@web1 --case HKS-2026-001 --workspace " in line
    assert "花子 商店" in line


# The first session ends by force at the moment when the timer is set; what it ran goes on, and nobody hears it.
DROPS = """exec 3<&0
[ -e {mark} ] && exec sh -c "$SSH_ORIGINAL_COMMAND"
: >{mark}
sh -c "$SSH_ORIGINAL_COMMAND" <&3 &
until [ -e /var/lib/hikeshi-isolation/deadline ]; do sleep 0.01; done
kill -9 $PPID
until [ -n "$(nft list ruleset)" ]; do sleep 0.01; done
: >{mark}.cut
"""


def test_the_line_drops_and_nobody_comes_back_in_time(pair: World, tmp_path: Path) -> None:
    """切る途中でSSHが切れ、戻らないうちに時間が過ぎても、機械はひとりで元に戻り、遅い確定はそう知らせ、やり直せる。"""
    home, drops, mark = tmp_path / "home", tmp_path / "drops.sh", tmp_path / "dropped"
    drops.write_text(DROPS.format(mark=mark))
    with sshd(pair, tmp_path / "ssh", f"sh {drops}") as config:
        link = ["--host", f"root@{HOST}", "--ssh-config", str(config)]
        cut = hikeshi(pair.responder, home, "isolate", "on", "--no-evidence", "--timer", "5", *link)
        assert (cut.returncode, "時間が来れば" in cut.stderr, "status" in cut.stderr) == (3, True, True)
        assert eventually(Path(f"{mark}.cut").exists)
        assert eventually(lambda: pair.nft("list", "ruleset") == "")

        late = hikeshi(pair.responder, home, "isolate", "confirm", *link, lang="en")
        assert (late.returncode, late.stdout) == (3, "")
        assert "If the timer ran out and it went back" in late.stderr


def test_two_people_cut_at_the_same_moment(pair: World) -> None:
    """二人が同時に切っても、どちらにも切れたと伝わり、取り消せば一度で元に戻る。"""
    found: list[str] = []

    def cut() -> None:
        found.append(pair.act("on").state)

    hands = [threading.Thread(target=cut) for _ in range(2)]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    assert found == ["isolated", "isolated"]
    assert pair.act("off").state == "open"
    assert pair.nft("list", "ruleset") == ""
