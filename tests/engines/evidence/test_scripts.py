"""持っていく手順（collect.sh・collect.ps1）：どこでも動き、読むだけで、何も入れない。"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from datetime import datetime
from pathlib import Path

import pytest

from hikeshi.engines import evidence
from hikeshi.engines.common.problem import Problem
from tests.components import needs

SHELLS = ("linux", "macos")
# What a shell script must never do on a machine that is evidence.
CHANGES = re.compile(
    r"(?:^|[;&|{(]\s*|\bthen\s+|\bdo\s+)(?:rm|mv|cp|chmod|chown|kill|pkill|dd|tee|touch|ln|truncate|mkfs|mount\s+[^;|&]|umount|"
    r"systemctl\s+(?:start|stop|restart|enable|disable)|apt|yum|dnf|brew\s+(?!list)|pip|curl|wget|nc|ssh|launchctl\s+(?:un)?load)\b",
    re.M,
)
# PowerShell's verbs that only read or show; the frame's own functions are Save-… and Get-….
READING = {"Get", "Select", "Where", "Sort", "ForEach", "ConvertTo", "Out", "Test", "Format", "Measure"}
TOOLS = {
    "w32tm /query", "route print", "arp -a", "netstat -ano", "ipconfig /all", "netsh advfirewall show",
    "netsh advfirewall firewall show", "netsh winhttp show", "netsh interface portproxy show", "quser",
    "klist sessions", "manage-bde -status", "vssadmin list", "fltmc filters", "schtasks /query", "systeminfo",
    "bcdedit /enum",
}  # fmt: skip


@pytest.mark.parametrize("system", SHELLS)
def test_shellcheck_finds_nothing(system: str, tmp_path: Path) -> None:
    """shellcheck は、できた手順にも、その中の一つ一つの命令にも、何も見つけない。"""
    needs("shellcheck")
    made = tmp_path / "collect.sh"
    made.write_text(evidence.script(system), encoding="utf-8")
    files = [made]
    for item in evidence.collector(system).items:
        one = tmp_path / f"{item.name}.sh"
        # SC2010, SC2012: ls is what a person reads here. SC2086: `$sums` holds words. SC2015: `||` after `&&` is meant.
        one.write_text(f"#!/bin/sh\n# shellcheck disable=SC2010,SC2012,SC2086,SC2015\n{item.run}\n", encoding="utf-8")
        files.append(one)
    done = subprocess.run(["shellcheck", "-s", "sh", *files], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("system", SHELLS)
def test_items_only_read(system: str) -> None:
    """集める命令は、相手の機械を何も変えない。"""
    for item in evidence.collector(system).items:
        assert CHANGES.findall(item.run) == [], item.name
        targets = re.findall(r"(?<![-=2&])>{1,2}\s*([^\s;&|)]+)", re.sub(r"'[^']*'|\"[^\"]*\"", "", item.run))
        assert set(targets) <= {"/dev/null", "&2"}, item.name


def taken_with(shell: list[str], path: Path, out: Path, system: str = "linux") -> evidence.Package:
    """Run the script as somebody with a USB stick would, with only the programs of `path`."""
    made = out.with_suffix(".sh")
    made.write_text(evidence.script(system), encoding="utf-8")
    environment = {"HIKESHI_PATH": str(path), "PATH": str(path), "HIKESHI_STAGES": "volatile", "HIKESHI_WHO": "太郎"}
    with out.open("wb") as file:
        subprocess.run([*shell, made], stdout=file, env=environment, check=True, timeout=600)
    return evidence.verify(out)


def tools(folder: Path, *, without: tuple[str, ...] = ()) -> Path:
    """A folder with this machine's programs, but some."""
    folder.mkdir()
    for place in ("/usr/bin", "/bin", "/usr/sbin", "/sbin"):
        for program in Path(place).iterdir():
            link = folder / program.name
            if program.name not in without and not link.is_symlink():
                link.symlink_to(program)
    return folder


@pytest.mark.skipif(sys.platform != "linux", reason="runs the Linux collector")
def test_busybox_alone_is_enough(tmp_path: Path) -> None:
    """busybox だけの機械（ルーターやNAS）でも、集めたものは完全で、ない道具の分だけが欠ける。"""
    needs("busybox")
    busybox = shutil.which("busybox")
    assert busybox
    only = tmp_path / "bin"
    only.mkdir()
    for applet in subprocess.run([busybox, "--list"], capture_output=True, text=True, check=True).stdout.split():
        (only / applet).symlink_to(busybox)
    package = taken_with([busybox, "sh"], only, tmp_path / "box.tar")
    assert package.intact
    assert len(package.items) >= 18
    status = {item["name"]: item["exit"] for item in package.items}
    assert status["processes"] == status["routes"] == status["users"] == 0
    assert status["firewall"] == 127


@pytest.mark.skipif(sys.platform != "linux", reason="runs the Linux collector")
def test_without_timeout_and_sha256sum_it_still_ends(tmp_path: Path) -> None:
    """timeout も sha256sum もない機械（macOS など）でも、時間は守られ、ハッシュは付く。"""
    needs("openssl", "bash")
    some = tools(tmp_path / "bin", without=("timeout", "sha256sum", "shasum"))
    package = taken_with(["bash", "--posix"], some, tmp_path / "plain.tar")
    assert package.intact
    seconds = {item.name: item.seconds for item in evidence.collector("linux").items}
    for item in package.items:
        took = datetime.fromisoformat(item["ended"]) - datetime.fromisoformat(item["started"])
        assert item["exit"] != 137 or took.total_seconds() >= seconds[item["name"]], item["name"]


@pytest.mark.skipif(sys.platform != "linux", reason="runs the collector dry, on Linux")
def test_the_macos_collector_runs_dry_and_says_what_is_missing(tmp_path: Path) -> None:
    """macOS の手順を Linux で空回しすると、ない道具は 127 として残り、まとまりは完全なままである。"""
    some = tools(tmp_path / "bin", without=("timeout", "sha256sum"))
    package = taken_with(["sh"], some, tmp_path / "mac.tar", "macos")
    assert package.intact
    assert package.package["collector"] == "macos"
    status = {item["name"]: item["exit"] for item in package.items}
    assert len(status) == len([item for item in evidence.collector("macos").items if item.stage == "volatile"])
    assert status["neighbours"] == status["modules"] == 127
    assert status["clock"] == status["users"] == 0


@pytest.mark.skipif(sys.platform != "linux", reason="runs a collector of its own")
@pytest.mark.parametrize("without", [(), ("timeout",)])
def test_a_hanging_or_flooding_or_missing_tool_costs_that_item_only(tmp_path: Path, without: tuple[str, ...]) -> None:
    """止まる命令、あふれる命令、ない命令は、その項目だけが欠け、終わり方が残る。"""
    text = evidence.script("linux")
    start, end = text.index("    item 01-clock"), text.index("\n    finish\n")
    calls = [
        'item 01-hangs volatile 3 4096 \'"name":"hangs","command":"sleep"\' \'echo begun; sleep 600\'',
        'item 02-floods volatile 60 8192 \'"name":"floods","command":"yes"\' \'yes\'',
        'item 03-missing volatile 60 4096 \'"name":"missing","command":"no"\' \'no-such-tool-here\'',
        'item 04-works volatile 60 4096 \'"name":"works","command":"echo"\' \'echo done\'',
    ]
    made = tmp_path / "odd.sh"
    made.write_text(text[:start] + "\n".join(calls) + text[end:], encoding="utf-8")
    some = tools(tmp_path / "bin", without=without)
    out = tmp_path / "odd.tar"
    with out.open("wb") as file:
        subprocess.run(["sh", made], stdout=file, env={"PATH": str(some), "HIKESHI_PATH": str(some)}, check=True)
    package = evidence.verify(out)
    assert package.intact
    found = {item["name"]: item for item in package.items}
    assert found["hangs"]["exit"] == 137
    assert found["hangs"]["size"] == len("begun\n")
    assert found["floods"]["exit"] != 0
    assert found["floods"]["cut"]
    assert found["floods"]["size"] <= 8192
    assert found["missing"]["exit"] == 127
    assert found["missing"]["stderr"]
    assert found["works"]["exit"] == 0
    assert [item["name"] for item in package.failed] == ["hangs", "floods", "missing"]


@pytest.mark.skipif(sys.platform != "linux", reason="runs a collector of its own")
def test_copied_files_keep_their_bytes_and_the_list_says_where_they_were(tmp_path: Path) -> None:
    """写したファイルは中身が同じで、元の場所と時刻が一覧に残り、数が多すぎれば知らせる。"""
    folder = tmp_path / "logs"
    folder.mkdir()
    for number in range(4):
        (folder / f"ログ {number}.log").write_bytes(os.urandom(700))
    text = evidence.script("linux")
    start, end = text.index("    item 01-clock"), text.index("\n    finish\n")
    call = f'files 01-logs volatile 60 4096 \'"name":"logs","command":"find"\' \'find {folder} -type f | sort\' 3'
    made = tmp_path / "files.sh"
    made.write_text(text[:start] + call + text[end:], encoding="utf-8")
    out = tmp_path / "files.tar"
    with out.open("wb") as file:
        subprocess.run(["sh", made], stdout=file, check=True)
    assert evidence.verify(out).intact
    subprocess.run(["tar", "xf", out], cwd=tmp_path, check=True)
    listed = (tmp_path / "evidence/data/01-logs.txt").read_text().splitlines()
    assert len(listed) == 3
    for line in listed:
        member, _, _, path = line.split("\t")
        assert (tmp_path / "evidence" / member).read_bytes() == Path(path).read_bytes()
    assert "ログ 3.log" in (tmp_path / "evidence/data/01-logs.err.txt").read_text()


def test_every_system_has_eighteen_volatile_items_or_more() -> None:
    """どの機械の手順にも、消えやすいものが18種類以上あり、消えやすい順に並ぶ。"""
    assert set(evidence.collectors()) >= {"linux", "macos", "windows"}
    for made in evidence.collectors().values():
        stages = [item.stage for item in made.items]
        assert stages.count("volatile") >= 18, made.os
        assert stages == sorted(stages, key=evidence.STAGES.index), made.os


def test_an_unknown_system_is_told(tmp_path: Path) -> None:
    """ない手順を頼まれたら、あるものを挙げて知らせる。"""
    with pytest.raises(Problem, match=r"evidence\.no_such_system"):
        evidence.script("amiga")


def bare(text: str) -> str:
    """PowerShell without its comments and strings; a block inside "$(…)" is left out with its string."""
    return re.sub(r"#[^\n]*|'(?:[^']|'')*'|\"(?:[^\"`]|`.|\"\")*\"", "", text)


def test_powershell_is_balanced() -> None:
    """collect.ps1 は、かっこと引用符の数が合っている（ここでは動かしていない）。"""
    text = bare(evidence.script("windows"))
    assert "'" not in text
    assert '"' not in text
    depth: list[str] = []
    pairs = {")": "(", "]": "[", "}": "{"}
    for character in text:
        if character in pairs.values():
            depth.append(character)
        elif character in pairs:
            assert depth
            assert depth.pop() == pairs[character]
    assert depth == []
    for item in evidence.collector("windows").items:
        assert bare(item.run).count("{") == bare(item.run).count("}"), item.name


def test_powershell_items_use_reading_commands_only() -> None:
    """collect.ps1 が集める命令は、読むだけのもの（決めた一覧）に限る。"""
    for item in evidence.collector("windows").items:
        plain = re.sub(r"'(?:[^']|'')*'", "''", item.run)
        verbs = set(re.findall(r"(?<![\w$.-])([A-Z][A-Za-z]+)-[A-Z][A-Za-z]+", plain))
        assert verbs <= READING, (item.name, verbs - READING)
        begun = [part.strip() for part in re.split(r"[;|\n{]", plain)]
        for word in (part for part in begun if re.match(r"[a-z][a-z0-9-]*(\s|$)", part)):
            known = any(word == tool or word.startswith(f"{tool} ") for tool in TOOLS)
            assert known or word.startswith(("foreach (", "if (")), (item.name, word)
        assert not re.search(r">\s*\S|Invoke|Start-|Set-|Remove-|New-|\biex\b|DownloadString", plain), item.name


def test_the_windows_frame_writes_one_new_file_only() -> None:
    """collect.ps1 の枠は、指定された新しいファイルのほかには書かない。"""
    frame = (Path(evidence.__file__).parent / "frames" / "windows.ps1").read_text(encoding="utf-8")
    assert frame.count("[IO.FileMode]::CreateNew") == 1
    assert frame.count("[IO.FileMode]::Open,") == 1
    frame = frame.replace("BagIt-Version", "")
    used = set(re.findall(r"(?<![\w$.-])([A-Z][A-Za-z]+-[A-Z][A-Za-z]+)", re.sub(r"#[^\n]*", "", frame)))
    own = set(re.findall(r"function ([A-Za-z-]+)", frame))
    assert used - own == {"Set-StrictMode", "New-Object", "Write-Warning", "Write-Host", "Out-String", "Add-Type"}


@pytest.mark.skipif(sys.platform != "linux", reason="runs the Linux collector")
def test_without_rights_what_can_be_read_is_taken_and_the_rest_is_named() -> None:
    """管理者でない人が動かしても、まとまりは完全で、取れなかったものの名前と、管理者でなかったことが残る。"""
    needs("root", "setpriv")
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o777)
        made, out = Path(folder, "collect.sh"), Path(folder, "evidence.tar")
        made.write_text(evidence.script("linux"), encoding="utf-8")
        nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
        environment = {"PATH": os.environ["PATH"], "HIKESHI_STAGES": "volatile", "TMPDIR": folder}
        with out.open("wb") as file:
            subprocess.run([*nobody, "sh", made], stdout=file, env=environment, check=True, cwd=folder, timeout=600)
        package = evidence.verify(out)
        assert package.intact
        assert package.package["user"].startswith("uid=65534(")
        assert {"clock", "processes", "routes"} <= {item["name"] for item in package.items if item["exit"] == 0}
        assert package.failed
        assert [path.name for path in Path(folder).iterdir() if path not in (made, out)] == []
