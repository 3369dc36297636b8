"""macOSの手順を、macOSの道具のまねの上で動かす（本物のMacではまだ動かしていない）。"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from hikeshi.engines.common.problem import Problem
from hikeshi.engines.isolation import Local, Plan, Report, read, resolved
from hikeshi.engines.isolation.platforms.macos import platform
from tests.components import needs
from tests.engines.isolation.world import DIED, eventually, sh

PFCTL = r"""#!/bin/sh
echo "$@" >>"$FAKE/asked"
anchor=$FAKE/main; [ "$1" != -n ] || { try=yes; shift; }
[ "$1" != -a ] || { anchor=$FAKE/$(echo "$2" | tr / _); shift 2; }
case "$1 ${2-}" in
"-s info") [ -s "$FAKE/on" ] && echo "Status: Enabled for 0 days" || echo "Status: Disabled" ;;
"-s rules") cat "$anchor" 2>/dev/null ;;
"-F rules") rm -f "$anchor" ;;
"-E "*) echo 4711 >>"$FAKE/on"; echo "pf enabled"; echo "Token : 4711" ;;
"-X "*) rm -f "$FAKE/on" ;;
"-f "*) [ -n "${try-}" ] || cp "$2" "$anchor" ;;
"-k "*) ;;
*) exit 1 ;;
esac
"""
# The grammar of pf.conf(5), as far as these rules use it.
HOST = r"(any|[0-9a-f:.]+)( port \d+)?"
RULE = re.compile(
    r"pass( in| out)? quick on lo0 all no state"
    rf"|pass (in|out) quick inet6? (proto (tcp|udp) )?from {HOST} to {HOST}( flags A/A)? no state"
    r"|pass quick inet6 proto icmp6 all icmp6-type (neighbrsol|neighbradv|routeradv|toobig) no state"
    r"|pass in quick inet proto icmp all icmp-type unreach code needfrag no state"
    r"|block drop quick all"
)


@dataclass
class Mac:
    """A folder that stands for a Mac: its tools, its anchors, its notes."""

    folder: Path
    uid: int = 0

    def __post_init__(self) -> None:
        tools = self.folder / "tools"
        tools.mkdir(parents=True)
        own = {
            "pfctl": PFCTL,
            "uname": '#!/bin/sh\n[ "${1-}" = -n ] && echo mac || echo Darwin\n',
            "id": f'#!/bin/sh\n[ "$1" = -u ] && echo {self.uid} || echo hanako\n',
            "sysctl": "#!/bin/sh\necho B007\n",
            "launchctl": '#!/bin/sh\necho "$@" >>"$FAKE/launchd"\n',
        }
        for name, text in own.items():
            (tools / name).write_text(text)
            (tools / name).chmod(0o755)
        (self.folder / "main").write_text('anchor "com.apple/*" all\n')

    def act(self, verb: str, *allow: str, timer: int = 0) -> Report:
        made = platform.text(verb, Plan(resolved(allow), timer), str(self.folder / "kept"))
        made = made.replace("PATH=/usr/bin", f"PATH={self.folder}/tools:/usr/bin")
        made = made.replace("main()", f"export FAKE={self.folder}\nmain()")
        made = made.replace("/Library/LaunchDaemons", str(self.folder))
        marks = re.compile(r"^\s*#: (\w+)$", re.M)
        return read(Local().run(marks.sub(lambda mark: DIED.format(mark[1]), made), ["sh", "-s"]), verb, "mac")

    def rules(self) -> list[str]:
        file = self.folder / "com.apple_hikeshi.isolation"
        return file.read_text().splitlines() if file.exists() else []


@pytest.fixture
def mac(tmp_path: Path) -> Iterator[Mac]:
    made = Mac(tmp_path / "mac")
    yield made
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if str(made.folder / "kept" / "host.sh") in process.cmdline():
                for one in (*process.children(), process):
                    one.kill()


def test_on_confirm_off(mac: Mac) -> None:
    """切る・確定・取り消しが順に働き、規則は pf の文法に合い、最後は全部止め、終わると何も残らない。"""
    report = mac.act("on", "203.0.113.5:22", "2001:db8::5", timer=600)
    assert (report.state, report.layers, report.failed) == ("pending", ["pf"], [])
    rules = mac.rules()
    assert [rule for rule in rules if not RULE.fullmatch(rule)] == []
    assert (rules[0], rules[-1]) == ("pass quick on lo0 all no state", "block drop quick all")
    assert "pass out quick inet proto tcp from any to 203.0.113.5 port 22 no state" in rules
    assert "pass in quick inet6 from 2001:db8::5 to any no state" in rules
    asked = (mac.folder / "asked").read_text()
    assert asked.index("-f ") < asked.index("-k 0.0.0.0/0 -k 0.0.0.0/0")
    assert "-k ::/0 -k ::/0" in asked
    assert not (mac.folder / "jp.hikeshi.isolation.plist").exists()
    assert mac.act("confirm").state == "isolated"
    assert "host.sh</string><string>watch" in (mac.folder / "jp.hikeshi.isolation.plist").read_text()
    assert mac.act("on", "203.0.113.6").already
    off = mac.act("off")
    assert (off.state, off.failed, mac.rules()) == ("open", [], [])
    assert not (mac.folder / "on").exists()
    assert not (mac.folder / "jp.hikeshi.isolation.plist").exists()
    assert mac.act("off").already


def test_the_timer_rolls_back(mac: Mac) -> None:
    """確定しなければ、時間が来ると元に戻る。"""
    assert mac.act("on", timer=1).state == "pending"
    assert eventually(lambda: not mac.rules())
    assert eventually(lambda: mac.act("status").state == "open")


def test_a_confirmed_cut_survives_a_new_one_with_a_timer(mac: Mac) -> None:
    """確定した切り離しを、時間つきで切り直して確定しないと、開かずに、確定した切り離しと通すものに戻る。"""
    mac.act("on", "203.0.113.5:22")
    before = mac.rules()
    again = mac.act("on", "203.0.113.9:22", timer=1)
    assert (again.state, again.already, again.allow) == ("pending", True, ["203.0.113.9:22"])
    assert eventually(lambda: mac.act("status").state == "isolated")
    assert (mac.act("status").allow, mac.rules()) == (["203.0.113.5:22"], before)
    mac.act("on", "203.0.113.9:22", timer=600)
    assert mac.act("confirm").allow == ["203.0.113.9:22"]
    assert not list((mac.folder / "kept").glob("*.before"))
    assert mac.act("off").state == "open"


@pytest.mark.parametrize("mark", ["intended", "timer", "rules", "cut", "killed", "confirmed", "undoing", "removed"])
def test_death_between_steps(mac: Mac, mark: str) -> None:
    """手順の間で殺されても、切れているか元のままで、もう一度実行すれば整う。"""
    verb = {"confirmed": "confirm", "undoing": "off", "removed": "off"}.get(mark, "on")
    if verb != "on":
        mac.act("on")
    (mac.folder / "kept").mkdir(exist_ok=True)
    (mac.folder / "kept" / f"die.{mark}").touch()
    with pytest.raises(Problem, match=r"no_answer|host_failed"):
        mac.act(verb)
    cut = mark in ("cut", "killed", "confirmed")
    assert eventually(lambda: bool(mac.rules()) == cut)
    assert mac.act("on").state == "isolated"
    assert mac.act("off").state == "open"


def test_a_changed_pf_conf_is_no_isolation(mac: Mac) -> None:
    """pf.conf が書き換えられていて規則が呼ばれないなら、切れたふりをせずに知らせる。"""
    (mac.folder / "main").write_text("pass all\n")
    with pytest.raises(Problem, match=r"isolation\.no_anchor"):
        mac.act("on")
    assert mac.rules() == []


def test_a_disk_that_fills_after_the_cut_lets_go(mac: Mac) -> None:
    """切ったあとにディスクが一杯になっても、確定も取り消しもできる。"""
    needs("root", "mount")
    kept = mac.folder / "kept"
    kept.mkdir()
    sh(f"mount -t tmpfs -o size=128k tmpfs {kept}")
    try:
        mac.act("on", timer=600)
        with (kept / "filler").open("wb", buffering=0) as file, suppress(OSError):
            while file.write(b"x" * 4096):
                pass
        assert mac.act("confirm").state == "isolated"
        assert mac.act("off").state == "open"
        assert mac.rules() == []
        (kept / "filler").unlink()
        assert not (kept / "phase").exists() or (kept / "phase").read_text() == "off\n"
        assert mac.act("status").state == "open"
    finally:
        sh(f"umount -l {kept}")


def test_without_rights(tmp_path: Path) -> None:
    """管理者でなければ、そう知らせて何もしない。"""
    mac = Mac(tmp_path / "mac", uid=501)
    with pytest.raises(Problem, match=r"isolation\.not_root"):
        mac.act("on")
    assert not (mac.folder / "kept").exists()


@pytest.mark.parametrize("system", ["linux", "macos"])
def test_shellcheck_finds_nothing(system: str, tmp_path: Path) -> None:
    """shellcheck は、機械に置かれる手順に何も見つけない。"""
    needs("shellcheck")
    from hikeshi.engines.isolation import platform as of

    script = tmp_path / "host.sh"
    script.write_text(of({"linux": "linux", "macos": "darwin"}[system]).host_script())
    done = subprocess.run(["shellcheck", "-s", "sh", "-S", "warning", script], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
    for shell in ("dash", "bash", "busybox"):
        if found := shutil.which(shell):
            words = [found, *(["sh"] if shell == "busybox" else []), "-n", str(script)]
            assert subprocess.run(words, capture_output=True).returncode == 0


def test_a_clock_that_was_set_back_brings_no_more_time(mac: Mac) -> None:
    """時計が戻されて、渡した時間より多く残っているように見えたら、時間切れとして元に戻る。"""
    assert mac.act("on", timer=600).state == "pending"
    (mac.folder / "kept" / "deadline").write_text("9999999999\n")
    assert eventually(lambda: mac.rules() == [])
    assert mac.act("status").state == "open"


def test_a_confirmation_that_comes_too_late_confirms_nothing(mac: Mac) -> None:
    """確定を待つ間に時間切れで戻ったら、確定したことにせず、もう一度切り直しもしない。"""
    mac.act("on", timer=600)
    waits = mac.folder / "tools" / "sleep"
    waits.write_text('#!/bin/sh\n[ "$1" != 0.1 ] || : >"$FAKE/waits"\nexec /bin/sleep "$@"\n')
    waits.chmod(0o755)
    busy = mac.folder / "kept" / "lock"
    busy.mkdir()
    with subprocess.Popen(["sleep", "600"]) as other:
        (busy / "pid").write_text(f"{other.pid}\n")
        with ThreadPoolExecutor() as pool:
            late = pool.submit(mac.act, "confirm")
            assert eventually((mac.folder / "waits").exists)
            (mac.folder / "com.apple_hikeshi.isolation").unlink()
            (mac.folder / "kept" / "phase").write_text("off\n")
            shutil.rmtree(busy)
            with pytest.raises(Problem) as caught:
                late.result()
        other.kill()
    assert caught.value.code == "isolation.not_isolated"
    assert (mac.folder / "kept" / "phase").read_text() == "off\n"


def test_what_comes_after_the_timer_is_told(mac: Mac) -> None:
    """時間切れの後が、つながる状態か、前の切り離しかは、報告で分かる。"""
    assert mac.act("on", timer=600).back_to_cut is False
    mac.act("confirm")
    assert mac.act("on", "203.0.113.5:22", timer=600).back_to_cut is True
    mac.act("off")


def test_a_router_that_still_answers_is_told(mac: Mac) -> None:
    """ほかのプログラムの規則で隣のルーターに届いてしまうときは、切れたとは言わない。"""
    tools = {"route": "echo '    gateway: 10.0.0.1'", "ping": "case $* in *10.0.0.1) exit 0 ;; esac; exit 1"}
    for name, text in tools.items():
        (mac.folder / "tools" / name).write_text(f"#!/bin/sh\n{text}\n")
        (mac.folder / "tools" / name).chmod(0o755)
    said = {(step.name, step.result, step.detail) for step in mac.act("on").steps}
    assert ("forbidden", "failed", "10.0.0.1") in said
    assert ("forbidden", "ok", "192.0.2.1") in said
    said = {(step.name, step.detail) for step in mac.act("on", "10.0.0.1").steps}
    assert ("forbidden", "10.0.0.1") not in said
    mac.act("off")
