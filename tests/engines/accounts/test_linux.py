"""Linuxの利用者：本物の /etc の写しの上で閉じ、SSHで入れなくなったことを確かめ、元に戻す。"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from hikeshi.engines.accounts import Local, Report, Ssh, close_linux, linux_script
from hikeshi.engines.accounts.hosts.running import read
from hikeshi.engines.common.problem import Problem
from tests.components import needs
from tests.ports import free_port

USER, ID = "shinobi", 61_774
SSHD = "/usr/sbin/sshd"
# A machine of its own: its users, homes, jobs and notes lie in a folder of the test.
OWN = (
    'for one in etc home var; do mount --bind "$DISK/$one" "/$one"; done;'
    "mount -t tmpfs none /run/sshd; chmod 755 /run/sshd;"
    'exec "$@"'
)


@pytest.fixture
def disk(tmp_path: Path) -> Path:
    """A machine with a user who has a password, a key, a job and root's confidence."""
    needs("root", "unshare", "usermod", "base64")
    for one in ("home", "var/spool/cron/crontabs", "var/lib/hikeshi", "etc/ssh"):
        (tmp_path / one).mkdir(parents=True)
    Path("/run/sshd").mkdir(exist_ok=True)
    for name in ("passwd", "group", "nsswitch.conf", "login.defs", "shadow", "gshadow", "ld.so.cache"):
        if Path("/etc", name).exists():
            shutil.copy2(f"/etc/{name}", tmp_path / "etc" / name)
    for name in ("alternatives", "pam.d", "security", "ssl"):
        if Path("/etc", name).is_dir():
            shutil.copytree(f"/etc/{name}", tmp_path / "etc" / name, symlinks=True)
    home = tmp_path / "home" / USER
    (home / ".ssh").mkdir(parents=True)
    with (tmp_path / "etc/passwd").open("a") as file:
        file.write(f"{USER}:x:{ID}:{ID}::/home/{USER}:/bin/sh\n")
    with (tmp_path / "etc/group").open("a") as file:
        file.write(f"{USER}:x:{ID}:\n")
    with (tmp_path / "etc/shadow").open("a") as file:
        file.write(f"{USER}:$6$x$notarealhash:19000:0:99999:7:::\n")
    (home / ".ssh/authorized_keys").write_text("ssh-ed25519 AAAA someone\n")
    (tmp_path / "var/spool/cron/crontabs" / USER).write_text("* * * * * curl evil\n")
    for path in (home, *home.rglob("*")):
        os.chown(path, ID, ID)
        path.chmod(0o700 if path.is_dir() else 0o600)
    return tmp_path


def machine(disk: Path) -> Local:
    """This machine with that disk."""
    return Local(before=("env", f"DISK={disk}", "unshare", "-m", "sh", "-c", OWN, "sh"))


def shadow(disk: Path) -> list[str]:
    """The user's line."""
    lines = (disk / "etc/shadow").read_text().splitlines()
    return next(line.split(":") for line in lines if line.startswith(f"{USER}:"))


def results(report: Report) -> dict[str, str]:
    """Each step and how it ended."""
    return {step.name: step.result for step in report.steps}


@contextmanager
def at_work() -> Iterator[subprocess.Popen[bytes]]:
    """A program of this user that runs."""
    with subprocess.Popen(["sleep", "1000"], user=ID, group=ID, extra_groups=[]) as process:
        try:
            yield process
        finally:
            process.kill()


def test_a_user_is_closed_and_given_back(disk: Path) -> None:
    """証拠のあとで鍵をかけ、動いているものを終え、鍵と予定を移し、印刷された取り消しで元どおりになる。"""
    key, job = disk / f"home/{USER}/.ssh/authorized_keys", disk / f"var/spool/cron/crontabs/{USER}"
    before = shadow(disk)
    with at_work() as process:
        dry = close_linux(machine(disk), USER, dry=True)
        assert (dry.state, shadow(disk), key.exists(), process.poll()) == ("open", before, True, None)
        assert results(dry)["lock"] == "would"
        report = close_linux(machine(disk), USER, dry=False)
        assert process.wait(60) == -signal.SIGKILL
    assert (report.state, report.failed) == ("closed", [])
    assert shadow(disk)[1].startswith("!")
    assert shadow(disk)[7] == "1"
    assert (key.exists(), job.exists()) == (False, False)
    assert b"ssh-ed25519 AAAA someone" in report.files["keys"]
    assert b"curl evil" in report.files["jobs"]
    assert b"sleep" in report.files["processes"]
    assert b"notarealhash" not in report.said + b"".join(report.files.values())
    again = close_linux(machine(disk), USER, dry=False)
    assert again.state == "closed"
    undo(disk, report)
    assert shadow(disk)[1] == before[1]
    assert shadow(disk)[7] == ""
    assert key.read_text() == "ssh-ed25519 AAAA someone\n"
    assert job.exists()


def undo(disk: Path, report: Report) -> None:
    """Run what the report says undoes it."""
    command = [*machine(disk).before, "sh", report.undo.removeprefix("sudo sh ")]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_the_undo_of_a_second_closing_gives_back_what_was_before_the_first(disk: Path) -> None:
    """二度閉じても、あとの取り消しだけで、鍵、期限、予定が一度目の前に戻る。似た名前の人の取り消しは動かさない。"""
    key, job = disk / f"home/{USER}/.ssh/authorized_keys", disk / f"var/spool/cron/crontabs/{USER}"
    other = disk / f"var/lib/hikeshi/accounts/{USER}-2-20261101T000000Z"
    other.mkdir(parents=True)
    (other / "undo.sh").write_text("touch /var/lib/hikeshi/wrong\n")
    before = shadow(disk)
    close_linux(machine(disk), USER, dry=False)
    again = close_linux(machine(disk), USER, dry=False)
    assert again.state == "closed"
    undo(disk, again)
    assert (shadow(disk), key.read_text(), job.exists()) == (before, "ssh-ed25519 AAAA someone\n", True)
    assert not (disk / "var/lib/hikeshi/wrong").exists()


def test_what_was_undone_does_not_come_back(disk: Path) -> None:
    """取り消したあとで期限を決め直し、もう一度閉じたら、その取り消しは決め直した期限に戻す。"""
    undo(disk, close_linux(machine(disk), USER, dry=False))
    subprocess.run([*machine(disk).before, "usermod", "-e", "2030-01-01", USER], check=True)
    before = shadow(disk)
    assert before[7] == "21915"
    undo(disk, close_linux(machine(disk), USER, dry=False))
    assert shadow(disk) == before


def test_long_proof_is_kept_whole(disk: Path) -> None:
    """200 kBより長い鍵や予定も、全部が証拠に残る。"""
    job = disk / f"var/spool/cron/crontabs/{USER}"
    job.write_text("# " + "x" * 1_000_000 + "\nend\n")
    report = close_linux(machine(disk), USER, dry=False)
    assert report.state == "closed"
    assert report.files["jobs"].endswith(b"end\n")


@pytest.mark.parametrize("short", [False, True])
def test_proof_that_would_be_lost_is_not_closed_over(disk: Path, short: bool) -> None:
    """長すぎて残しきれず、閉じると消える証拠があれば、それを言って閉じない。よいと言われたら閉じる。"""
    before = shadow(disk)
    script = linux_script(USER, "/var/lib/hikeshi/accounts/x", dry=False, short=short)
    said = machine(disk).run(script.replace("KEPT=3999999\n", "KEPT=3\n"), root=True)
    report = read(said, Report("linux", USER))
    proof = report.step("proof")
    assert proof is not None
    assert {"user", "jobs", "before"} & set(proof.detail.split()) >= ({"user", "jobs"} if short else {"user"})
    assert (proof.result, report.state, shadow(disk) == before) == (
        ("ok", "closed", False) if short else ("failed", "open", True)
    )
    assert len(report.files["user"]) == 4


def test_proof_that_stays_holds_up_nothing(disk: Path) -> None:
    """鍵や予定は移すだけで消えないので、長すぎても閉じ、切れたことを言う。"""
    job = disk / f"var/spool/cron/crontabs/{USER}"
    job.write_text("# " + "x" * 4_000_000 + "\nend\n")
    report = close_linux(machine(disk), USER, dry=False)
    proof = report.step("proof")
    assert proof is not None
    assert (report.state, proof.result, proof.detail.split()) == ("closed", "ok", ["truncated", "jobs"])


@pytest.mark.parametrize("where", ["folder", "file"])
def test_a_link_laid_by_the_user_moves_nothing_of_others(disk: Path, where: str) -> None:
    """利用者が置いたリンクの先（root の鍵）は動かさず、フォルダーごとのリンクなら開いたままと言う。"""
    target = disk / "var/lib/hikeshi/roots"
    target.mkdir()
    (target / "authorized_keys").write_text("root's own\n")
    ssh = disk / f"home/{USER}/.ssh"
    (ssh / "authorized_keys").unlink()
    if where == "folder":
        ssh.rmdir()
        ssh.symlink_to("/var/lib/hikeshi/roots")
    else:
        (ssh / "authorized_keys").symlink_to("/var/lib/hikeshi/roots/authorized_keys")
    report = close_linux(machine(disk), USER, dry=False)
    assert (target / "authorized_keys").read_text() == "root's own\n"
    assert b"root's own" not in report.files.get("keys", b"")
    assert report.state == ("open" if where == "folder" else "closed")


@pytest.mark.parametrize(("user", "code"), [("root", "own_account"), ("nobody-here", "no_such_user")])
def test_who_may_not_be_closed(disk: Path, user: str, code: str) -> None:
    """root や、いない利用者は、何も変えずに断る。"""
    before = shadow(disk)
    with pytest.raises(Problem) as caught:
        close_linux(machine(disk), user, dry=False)
    assert caught.value.code == f"accounts.{code}"
    assert shadow(disk) == before


# As su leaves it: the shell is root's, the one that waits for it is the user's.
BY_SU = """import os, sys
out, into = os.pipe()
child = os.fork()
if child == 0:
    os.read(out, 1)
    os.execvp(sys.argv[2], sys.argv[2:])
os.setresuid(*3 * [int(sys.argv[1])])
os.write(into, b"1")
os.waitpid(child, 0)
"""


def test_who_became_root_by_su_is_not_closed(disk: Path) -> None:
    """su で root になった元の利用者は、自分が入れなくなるので、何も変えずに断る。"""
    before = shadow(disk)
    python = "/usr/bin/python3" if Path("/usr/bin/python3").exists() else sys.executable
    place = Local(before=(*machine(disk).before, python, "-c", BY_SU, str(ID)))
    for dry in (True, False):
        with pytest.raises(Problem) as caught:
            close_linux(place, USER, dry=dry)
        assert caught.value.code == "accounts.own_account"
    assert shadow(disk) == before


@pytest.mark.parametrize("user", ["", "-rf", "a b", "x;reboot", "$(id)", "A", "../x", "x\ny"])
def test_odd_names_never_reach_a_shell(user: str) -> None:
    """おかしな名前は、どの機械にも届く前に断る。"""
    with pytest.raises(Problem) as caught:
        close_linux(Ssh("root@192.0.2.1"), user, dry=True)
    assert caught.value.code == "accounts.bad_user"


def test_an_answer_that_breaks_off_is_no_success() -> None:
    """途中で切れた返事や、飾りの入った返事は、閉じたことにならない。"""
    for said in (b"", b"step\tlock\tok\nstate\tclosed\n", b"\xff\xfe\x00", b"failed\tsomething new\n"):
        with pytest.raises(Problem) as caught:
            read(said, Report("linux", USER))
        assert caught.value.code == "accounts.broke_off"
    told = read(
        b"step\tlock\tok\tx\x1b[2J\nstep\t../x\tok\nfile\t../x\tAAAA\nfile\tkeys\t!!\ndone\t\n", Report("linux", USER)
    )
    assert told.steps[0].detail == "x\ufffd[2J"
    assert (len(told.steps), told.files, told.state) == (1, {"keys": b""}, "unknown")


def test_the_script_is_clean() -> None:
    """動かす手順は、shellcheck の注意が何もない。"""
    needs("shellcheck")
    text = linux_script(USER, "/var/lib/hikeshi/accounts/x", dry=False)
    checked = subprocess.run(
        ["shellcheck", "-s", "sh", "-e", "SC2015", "-"], input=text, capture_output=True, text=True
    )
    assert checked.stdout == ""


def test_over_ssh_the_door_is_shut(disk: Path) -> None:
    """SSHごしに閉じると、それまで鍵で入れた利用者が入れなくなり、管理者は入れる。"""
    needs(SSHD, "ssh", "ssh-keygen")
    with sshd(disk) as config:
        assert enters(config, USER)
        report = close_linux(Ssh("root@127.0.0.1", more=("-F", str(config))), USER, dry=False)
        assert (report.state, report.host) == ("closed", "root@127.0.0.1")
        assert not enters(config, USER)
        assert enters(config, "root")
        shutil.copy2(disk / "user.pub", disk / f"home/{USER}/.ssh/authorized_keys")
        assert not enters(config, USER)  # a key that comes back opens nothing
        wrong = Ssh("nobody@127.0.0.1", more=("-F", str(config)))
        with pytest.raises(Problem) as caught:
            close_linux(wrong, USER, dry=True)
        assert caught.value.code == "accounts.ssh_denied"


def enters(config: Path, user: str) -> bool:
    """Whether this user gets a shell by the key."""
    command = ["ssh", "-F", str(config), "-oBatchMode=yes", f"{user}@127.0.0.1", "true"]
    return subprocess.run(command, capture_output=True).returncode == 0


@contextmanager
def sshd(disk: Path) -> Iterator[Path]:
    """sshd on a machine with that disk; the configuration that leads to it."""
    for name in ("host", "user"):
        key = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", disk / name]
        subprocess.run(key, check=True, capture_output=True)
    port = free_port()
    (disk / "root_keys").write_text((disk / "user.pub").read_text())
    keys = disk / f"home/{USER}/.ssh/authorized_keys"
    keys.write_text((disk / "user.pub").read_text())
    (disk / "sshd_config").write_text(
        f"Port {port}\nListenAddress 127.0.0.1\nHostKey {disk}/host\nPidFile none\nStrictModes no\nUsePAM no\n"
        "PasswordAuthentication no\nPermitRootLogin yes\nUseDNS no\nAuthorizedKeysFile .ssh/authorized_keys\n"
        f"Match User root\n  AuthorizedKeysFile {disk}/root_keys\n"
    )
    config = disk / "ssh_config"
    (disk / "known").write_text(f"[127.0.0.1]:{port} {(disk / 'host.pub').read_text()}")
    config.write_text(
        f"Host *\n  Port {port}\n  IdentityFile {disk}/user\n  IdentitiesOnly yes\n  UserKnownHostsFile {disk}/known\n"
        "  GlobalKnownHostsFile /dev/null\n  StrictHostKeyChecking yes\n"
    )
    command = [*machine(disk).before, SSHD, "-D", "-e", "-f", str(disk / "sshd_config")]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        try:
            _listens(port)
            yield config
        finally:
            process.kill()


def _listens(port: int) -> None:
    for _ in range(1200):
        with socket.socket() as there:
            if there.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    pytest.fail("sshd did not come up")
