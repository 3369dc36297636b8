"""USBメモリーで持っていく手順：その機械の前で、何も入れずに切り、元に戻せる。"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from hikeshi.engines.isolation import carried
from hikeshi.engines.isolation.platforms.linux import platform as linux
from hikeshi.engines.isolation.platforms.macos import platform as macos
from hikeshi.engines.isolation.platforms.windows import platform as windows
from tests.components import needs
from tests.engines.isolation.test_allow import SYSTEM
from tests.engines.isolation.test_macos import Mac, mac
from tests.engines.isolation.world import HOST, RESPONDER, World, eventually, gets_through, reaches

__all__ = ["mac"]


def on_stick(folder: Path, text: str, name: str) -> Path:
    folder.mkdir()
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def run(world: World, script: Path, *words: str, before: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
    command = ["ip", "netns", "exec", world.host, *before, "sh", str(script), *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=600, env={"PATH": "/usr/bin:/bin"})


def test_from_a_stick_it_cuts_and_is_undone_without_the_stick(pair: World, tmp_path: Path) -> None:
    """USBメモリーの一つのファイルで切れ、抜いたあとも見張りが続き、機械に残した控えだけで元に戻る。"""
    script = on_stick(tmp_path / "my stick", linux.carried(pair.state), linux.CARRIED)
    done = run(pair, script, "on")
    assert (done.returncode, done.stderr) == (0, "")
    assert "切り離されています。電源は切らないでください" in done.stdout
    assert f"sudo sh '{script}' off" in done.stdout
    assert f"sudo sh {pair.folder}/host.sh off" in done.stdout
    assert not reaches(pair.host, pair.responder, RESPONDER, 80)
    again = run(pair, script, "on")
    assert (again.returncode, "切り離されています" in again.stdout) == (0, True)
    shutil.rmtree(tmp_path / "my stick")
    pair.nft("flush", "ruleset")
    assert eventually(pair.is_cut)
    kept = pair.folder / "host.sh"
    done = run(pair, kept, "off")
    assert (done.returncode, "切り離されていません" in done.stdout, "Not cut off" in done.stdout) == (0, True, True)
    assert pair.nft("list", "ruleset") == ""
    assert run(pair, kept, "off").returncode == 0


def test_over_ssh_the_stick_keeps_the_way_in_and_goes_back_unless_confirmed(pair: World, tmp_path: Path) -> None:
    """SSHで入って sudo で切っても、入ってきた道は残り、確定すると続く。リモートデスクトップも時間つき。"""
    script = on_stick(tmp_path / "stick", linux.carried(pair.state), linux.CARRIED)
    forgot = ("sh", "-c", 'env -u SSH_CONNECTION -u XRDP_SESSION "$@"; exit', "sh")
    odd = "ODD=a\nSSH_CONNECTION=192.0.2.66 1 192.0.2.66 80"  # a line within a value is no variable
    way = f"SSH_CONNECTION={RESPONDER} 50022 {HOST} 22"
    done = run(pair, script, "on", before=("env", odd, way, *forgot))
    assert (done.returncode, done.stderr) == (0, "")
    assert f"sudo sh {script} confirm" in done.stdout
    assert pair.act("status").allow == [f"{RESPONDER} → :22"]
    assert pair.act("status").state == "pending"
    done = run(pair, script, "confirm")
    assert (done.returncode, pair.act("status").state) == (0, "isolated")
    assert gets_through(pair.responder, pair.host, HOST, 22)
    assert not reaches(pair.responder, pair.host, HOST, 80)
    assert run(pair, script, "off").returncode == 0
    done = run(pair, script, "on", before=("env", "XRDP_SESSION=1", *forgot))
    assert (done.returncode, pair.act("status").state, pair.act("status").allow) == (0, "pending", [])
    assert run(pair, script, "off").returncode == 0


def test_a_stick_in_the_hand_of_nobody_changes_nothing(pair: World, tmp_path: Path) -> None:
    """管理者でない、言葉がない、半分しかないときは、何も変えず、次にすることを言う。"""
    needs("setpriv")
    text = linux.carried(pair.state)
    with tempfile.TemporaryDirectory() as open_to_all:  # pytest's own folders are for root alone
        Path(open_to_all).chmod(0o755)
        script = on_stick(Path(open_to_all) / "stick", text, linux.CARRIED)
        nobody = run(pair, script, "on", before=("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"))
    script = on_stick(tmp_path / "stick", text, linux.CARRIED)
    assert (nobody.returncode, "管理者の権限" in nobody.stdout, "sudo sh" in nobody.stdout) == (3, True, True)
    silent = run(pair, script)
    assert "何も変えていません" in silent.stdout
    assert (silent.returncode, "isolate.sh on" in silent.stdout, "set -u" in silent.stdout) == (2, True, False)
    ends = [found.end() for found in re.finditer("\n", text)][1:-1]
    for part in (*ends[::9], *ends[-3:], len(text) - 60):
        script.write_text(text[:part], encoding="utf-8")
        assert run(pair, script, "on").returncode != 0, text[:part][-200:]
    assert run(pair, tmp_path / "stick" / "gone.sh", "on").returncode != 0
    assert pair.nft("list", "ruleset") == ""
    assert not pair.folder.exists()


def test_on_a_mac_the_stick_cuts_and_undoes(mac: Mac, tmp_path: Path) -> None:
    """macOSの手順も、道具のまねの上で、切れて、控えだけで元に戻る（本物のMacではまだ動かしていない）。"""
    made = macos.carried(str(mac.folder / "kept")).replace("PATH=/usr/bin", f"PATH={mac.folder}/tools:/usr/bin")
    made = made.replace("main()", f"export FAKE={mac.folder}\nmain()").replace(
        "/Library/LaunchDaemons", str(mac.folder)
    )
    script = on_stick(tmp_path / "stick", made, macos.CARRIED)
    done = subprocess.run(["sh", script, "on"], capture_output=True, text=True, timeout=600)
    assert (done.returncode, "切り離されています" in done.stdout) == (0, True)
    assert mac.rules()[-1] == "block drop quick all"
    kept = mac.folder / "kept" / "host.sh"
    assert kept.read_text() == made
    done = subprocess.run(["sh", kept, "off"], capture_output=True, text=True, timeout=600)
    assert (done.returncode, "切り離されていません" in done.stdout, mac.rules()) == (0, True, [])


def test_a_cut_that_is_not_proved_is_told_beside_the_person(mac: Mac, tmp_path: Path) -> None:
    """止まるはずの相手に届いてしまったら、切れたと言うだけでなく、線を抜くように言う。時間の後にどうなるかも言う。"""
    tools = mac.folder / "tools"
    for name, text in {"route": "echo '    gateway: 10.0.0.1'", "ping": "exit 0"}.items():
        (tools / name).write_text(f"#!/bin/sh\n{text}\n")
        (tools / name).chmod(0o755)
    made = macos.carried(str(mac.folder / "kept")).replace("PATH=/usr/bin", f"PATH={tools}:/usr/bin")
    made = made.replace("main()", f"export FAKE={mac.folder}\nmain()").replace(
        "/Library/LaunchDaemons", str(mac.folder)
    )
    script = on_stick(tmp_path / "stick", made, macos.CARRIED)
    done = subprocess.run(["sh", script, "on"], capture_output=True, text=True, timeout=600)
    assert "forbidden failed 10.0.0.1" in done.stdout
    assert "LANケーブルを抜き" in done.stdout
    assert "Pull out the network cable" in done.stdout
    mac.act("confirm")
    mac.act("on", timer=600)
    done = subprocess.run(["sh", script, "status"], capture_output=True, text=True, timeout=600)
    assert "前に確定した切り離しに戻ります" in done.stdout
    assert "元に戻ります" not in done.stdout
    mac.act("off")
    # An answer that broke off tells of no cut at all.
    (tools / "uname").write_text("#!/bin/sh\nkill -9 $PPID\n")
    done = subprocess.run(["sh", script, "on"], capture_output=True, text=True, timeout=600)
    assert "切りましたが" not in done.stdout
    text = windows.carried()
    assert "(rules_loaded|forbidden) failed" in text
    assert "$told['back'] -eq 'cut'" in text


def test_what_is_carried_to_windows_holds_together() -> None:
    """Windowsの手順は、括弧と引用符が合い、決めた命令だけを使い、全部を止め、自分自身を控えに残す（動かしてはいない）。"""
    text = windows.carried()
    body = re.sub(r"'(?:[^']|'')*'", "''", re.sub(r"(?m)^\s*#.*$", "", text))
    for left, right in ("()", "[]", "{}"):
        assert body.count(left) == body.count(right)
    assert re.sub(r'`"', "", body).count('"') % 2 == 0
    called = set(re.findall(r"\b[A-Z][A-Za-z]+-[A-Z]\w+", body, re.ASCII)) - set(re.findall(r"function ([\w-]+)", body))
    assert called <= SYSTEM | {"Add-Type", "Write-Host", "Wi-Fi"}
    assert body.index("param(") < body.index("$State")
    rules = re.search(r"(?m)^\$Blocks = @\('((?:[^']|'')*)'", text)
    assert rules is not None
    blocked = {(rule["direction"], *rule["addresses"]) for rule in json.loads(rules[1])}
    assert {one for one, *_ in blocked} == {"Inbound", "Outbound"}
    assert all(any(place.startswith("::") for place in places) for _, *places in blocked)
    assert text.rstrip().endswith("Write-Told @(Invoke-Verb)")
    # From afar there is a timer, set before anything runs, and the words say how it is kept.
    asked = text[text.index("if ($Verb -eq 'on' -and (Test-Afar))") :]
    assert asked.index("$Timer = 60") < asked.index("Invoke-Verb")
    assert "confirm" in asked
    assert "-Verb confirm" in text[: text.index("param(")]


def test_shellcheck_finds_nothing_in_what_is_carried(tmp_path: Path) -> None:
    """shellcheck も、dash・bash・busybox も、持っていく手順に何も見つけない。"""
    needs("shellcheck")
    for system in ("linux", "darwin"):
        name, text = carried(system)
        script = tmp_path / name
        script.write_text(text, encoding="utf-8")
        done = subprocess.run(["shellcheck", "-s", "sh", "-S", "warning", script], capture_output=True, text=True)
        assert done.returncode == 0, done.stdout
        for shell in ("dash", "bash", "busybox"):
            if found := shutil.which(shell):
                words = [found, *(["sh"] if shell == "busybox" else []), "-n", str(script)]
                assert subprocess.run(words, capture_output=True).returncode == 0
