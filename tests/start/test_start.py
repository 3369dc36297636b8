"""start.py: from git and python3 to the product, and one clear line when something is missing."""

from __future__ import annotations

import ast
import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from types import ModuleType

import pytest

HOUSE = Path(__file__).resolve().parents[2]
JAPANESE = {"HIKESHI_LANG": "ja"}
ENGLISH = {"HIKESHI_LANG": "en"}


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A clone in a folder with a Japanese name and a space, whose lock files ask for nothing."""
    return lay_out(tmp_path / "火消し の 置き場")


def lay_out(folder: Path) -> Path:
    """The files that a start needs."""
    for name in ("start.py", "tools/start.json"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(HOUSE / name, folder / name)
    shutil.copytree(HOUSE / "src", folder / "src", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("requirements.lock", "requirements-test.lock"):
        (folder / name).write_text("")
    return folder


@pytest.fixture(scope="module")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clone that was started once."""
    folder = lay_out(tmp_path_factory.mktemp("made") / "火消し")
    assert start(folder, "--version").returncode == 0
    return folder


@pytest.fixture
def prepared(made_once: Path, tmp_path: Path) -> Path:
    """A clone of this test's own that was started once."""
    return shutil.copytree(made_once, tmp_path / "火消し の 置き場", symlinks=True)


def start(clone: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run start.py as a user does, with the Python that made this environment and nothing of this one."""
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "TMPDIR", "SYSTEMROOT")}
    return subprocess.run(
        [interpreter(), str(clone / "start.py"), *words],
        env={**kept, "HIKESHI_DATA": str(clone.parent / "data"), **JAPANESE, **environment},
        capture_output=True,
        encoding="utf-8",
        timeout=120,
    )


def interpreter() -> str:
    """The Python outside of this virtual environment."""
    return str(getattr(sys, "_base_executable", sys.executable))


@pytest.fixture
def module(clone: Path) -> ModuleType:
    """start.py of the clone, imported."""
    spec = importlib.util.spec_from_file_location("start", clone / "start.py")
    assert spec is not None
    assert spec.loader is not None
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


def wheel(folder: Path) -> str:
    """A wheel of our own in `folder`; returns its SHA-256."""
    folder.mkdir(exist_ok=True)
    path = folder / "hikeshi_sample-1.0-py3-none-any.whl"
    info = "hikeshi_sample-1.0.dist-info"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("hikeshi_sample.py", "LIT = True\n")
        archive.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\nName: hikeshi-sample\nVersion: 1.0\n")
        archive.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        archive.writestr(f"{info}/RECORD", "")
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_first_and_second_start(clone: Path) -> None:
    """はじめての start.py は環境を作って命令へ渡し、二度目は何も作らずにすぐ渡す。"""
    first = start(clone, "--version")
    assert (first.returncode, first.stdout) == (0, "hikeshi 0.1.0\n")
    assert first.stderr.splitlines() == ["準備をしています。1〜2分かかります…"]
    made = (clone / ".venv" / "installed.txt").stat().st_mtime_ns
    second = start(clone, "--version")
    assert (second.returncode, second.stdout, second.stderr) == (0, "hikeshi 0.1.0\n", "")
    assert (clone / ".venv" / "installed.txt").stat().st_mtime_ns == made


def test_everything_is_compiled_while_setting_up(clone: Path) -> None:
    """準備のときに、火消しも部品も翻訳ずみ（.pyc）になり、二度目から速く始まる。"""
    sha256 = wheel(clone / "wheels")
    (clone / "requirements.lock").write_text(f"hikeshi-sample==1.0 --hash=sha256:{sha256}\n")
    assert start(clone, "--version", PYTHONDONTWRITEBYTECODE="1").returncode == 0
    assert list((clone / ".venv").rglob("hikeshi_sample.*.pyc"))
    site = clone / "src" / "hikeshi" / "site"
    compiled = {file.name.split(".")[0] for file in (site / "__pycache__").glob("*.pyc")}
    assert {file.stem for file in site.glob("*.py")} - compiled == set()


def test_a_moved_folder_goes_on_working(prepared: Path) -> None:
    """準備のすんだフォルダを動かしても、作り直さずに動く。"""
    moved = prepared.rename(prepared.with_name("よそ"))
    done = start(moved, "--version")
    assert (done.returncode, done.stdout, done.stderr) == (0, "hikeshi 0.1.0\n", "")


def test_files_where_one_stands_do_not_enter_the_product(prepared: Path, tmp_path: Path) -> None:
    """いまいるフォルダに同じ名前の .py が置いてあっても、火消しはそれを読み込まない。"""
    (tmp_path / "ast.py").write_text("raise SystemExit('stranger')")
    done = subprocess.run(
        [interpreter(), str(prepared / "start.py"), "--version"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stdout) == (0, "hikeshi 0.1.0\n")


def test_a_half_made_environment_is_made_anew(clone: Path) -> None:
    """途中で止まった環境が残っていても、作り直して始まる。"""
    (clone / ".venv" / "bin").mkdir(parents=True)
    (clone / ".venv" / "bin" / "python").write_text("broken")
    assert start(clone, "--version").stdout == "hikeshi 0.1.0\n"


def test_killed_while_renewing_keeps_what_worked(prepared: Path) -> None:
    """新しくする途中で止められても、前に動いていた環境が戻る。"""
    (prepared / ".venv").rename(prepared / ".venv.before")
    (prepared / ".venv" / "bin").mkdir(parents=True)
    done = start(prepared, "--version")
    assert (done.returncode, done.stdout, done.stderr) == (0, "hikeshi 0.1.0\n", "")
    assert not (prepared / ".venv.before").exists()


def test_two_starts_at_once_prepare_once(clone: Path) -> None:
    """二つ同時に始めても、準備は一度だけで、どちらも始まる。"""
    kept = {**os.environ, **JAPANESE, "HIKESHI_DATA": str(clone.parent / "data")}
    command = [interpreter(), str(clone / "start.py"), "--version"]
    both = [
        subprocess.Popen(command, env=kept, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8")
        for _ in "12"
    ]
    said = [one.communicate(timeout=120) for one in both]
    assert [out for out, _ in said] == ["hikeshi 0.1.0\n"] * 2
    assert sum(err.count("準備をしています。1〜2分") for _, err in said) == 1


def test_a_new_lock_file_is_installed(prepared: Path) -> None:
    """固定された部品の一覧が変われば、次に始めたとき新しくなる。"""
    sha256 = wheel(prepared / "wheels")
    (prepared / "requirements.lock").write_text(f"hikeshi-sample==1.0 --hash=sha256:{sha256}\n")
    assert start(prepared, "--version").returncode == 0
    assert list((prepared / ".venv").rglob("hikeshi_sample.py"))


def test_a_part_that_was_changed_is_refused(clone: Path) -> None:
    """中身の違う部品は入れず、そう言って終わり、作りかけを残さない。"""
    wheel(clone / "wheels")
    (clone / "requirements.lock").write_text(f"hikeshi-sample==1.0 --hash=sha256:{'0' * 64}\n")
    done = start(clone, "--version")
    assert done.returncode == 3
    assert "決められたもの（requirements.lock）と違った" in done.stderr
    assert not (clone / ".venv").exists()


def without_network(**environment: str) -> dict[str, str]:
    """pip finds nobody at the address it asks."""
    nobody = "http://127.0.0.1:9/"
    return {"PIP_INDEX_URL": nobody, "UV_INDEX_URL": nobody, "PIP_CONFIG_FILE": os.devnull, **environment}


def test_without_a_network_one_line_says_so(clone: Path) -> None:
    """ネットワークがなければ、一行でそう言い、作りかけを残さない。"""
    (clone / "requirements.lock").write_text(f"hikeshi-sample==1.0 --hash=sha256:{'0' * 64}\n")
    done = start(clone, "--version", **without_network())
    assert done.returncode == 3
    assert done.stderr.splitlines()[1:] == [
        "部品を取り寄せられませんでした。インターネットにつないで、もう一度始めてください。記録はそのままです。"
    ]
    assert not (clone / ".venv").exists()


def test_on_the_bad_day_the_old_parts_serve(prepared: Path) -> None:
    """新しい部品を取り寄せられないときは、前の部品のまま始まる。"""
    (prepared / "requirements.lock").write_text(f"hikeshi-sample==1.0 --hash=sha256:{'0' * 64}\n")
    done = start(prepared, "--version", **without_network(**ENGLISH))
    assert (done.returncode, done.stdout) == (0, "hikeshi 0.1.0\n")
    assert [line.split(".")[0] for line in done.stderr.splitlines()] == [
        "Setting up; this takes a minute or two…",
        "The parts could not be fetched",
        "Starting with the parts from before, without the newer ones",
    ]


def test_a_full_disk_does_not_stop_what_is_there(prepared: Path) -> None:
    """新しい部品を入れる空きがなくても、前の部品のまま始まる。"""
    source = (prepared / "start.py").read_text(encoding="utf-8")
    (prepared / "start.py").write_text(source.replace("LOCKS[0]: 600", "LOCKS[0]: 10**9"), encoding="utf-8")
    (prepared / "requirements.lock").write_text("# another set\n")
    done = start(prepared, "--version", **ENGLISH)
    assert (done.returncode, done.stdout) == (0, "hikeshi 0.1.0\n")
    assert "There is too little free disk space" in done.stderr
    assert not (prepared / ".venv.before").exists()


def test_a_full_disk_is_told_before_anything_is_written(clone: Path) -> None:
    """ディスクの空きが足りなければ、書き始める前に一行で言う。"""
    source = (clone / "start.py").read_text(encoding="utf-8")
    (clone / "start.py").write_text(source.replace("LOCKS[0]: 600", "LOCKS[0]: 10**9"), encoding="utf-8")
    done = start(clone, "--version")
    assert done.returncode == 3
    assert f"「{clone}」に 1000000000 MB の空きを作って" in done.stderr
    assert not (clone / ".venv").exists()


@pytest.mark.parametrize(
    ("said", "key"),
    [
        ("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device", "disk"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.", "hash"),
        ("[Errno 13] Permission denied: '/srv/hikeshi/.venv.lock'", "write"),
        ("Retrying (Retry(total=1)) after connection broken by 'NewConnectionError(...)'", "network"),
        ("E: Failed to fetch http://mirror.example/x  Temporary failure resolving 'mirror.example'", "network"),
        ("error: Request failed\n  Caused by: dns error: failed to lookup address information", "network"),
        ("ERROR: No matching distribution found for typst==0.15\n", "other"),
        ("", "other"),
    ],
)
def test_each_failure_has_its_sentence(module: ModuleType, said: str, key: str) -> None:
    """失敗した命令の言葉から、利用者に言う一文が決まる。"""
    found = module.reason(said, "requirements.lock")
    assert found[0] == key
    sentences = json.loads((HOUSE / "tools" / "start.json").read_text(encoding="utf-8"))
    for lang in ("ja", "en"):
        assert "{" not in sentences[key][lang].format(*found[1:])


def test_every_sentence_is_one_line_in_both_languages(module: ModuleType) -> None:
    """start.py の文は、どれも日英そろった一行で、使われている。"""
    sentences = json.loads((HOUSE / "tools" / "start.json").read_text(encoding="utf-8"))
    source = (HOUSE / "start.py").read_text(encoding="utf-8")
    for key, both in sentences.items():
        assert set(both) == {"ja", "en"}
        assert not any("\n" in text for text in both.values())
        assert f'"{key}"' in source


def old_python(clone: Path, path: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """start.py, made to believe that its Python is 3.8."""
    code = (
        "import sys, runpy; sys.version_info = (3, 8, 10); sys.argv = sys.argv[1:]; "
        "runpy.run_path(sys.argv[0], run_name='__main__')"
    )
    return subprocess.run(
        [interpreter(), "-c", code, str(clone / "start.py"), "--version"],
        env={"PATH": path, **environment},
        capture_output=True,
        encoding="utf-8",
        timeout=60,
    )


def test_a_too_old_python_is_told_in_one_line(clone: Path) -> None:
    """古い Python では、必要な版を一行で言って終わる。"""
    done = old_python(clone, str(clone), **ENGLISH)
    assert done.returncode == 3
    assert done.stderr == (
        "Hikeshi needs Python 3.11 or newer (this one is 3.8). Please install a newer Python and start again.\n"
    )


@pytest.mark.skipif(sys.platform == "win32", reason="Windows chooses a Python by its own launcher")
def test_a_newer_python_on_the_machine_is_used(clone: Path, tmp_path: Path) -> None:
    """古い Python で始めても、同じ機械に動く新しい Python があれば、それで続ける。"""
    newer = tmp_path / "bin" / "python3.12"
    newer.parent.mkdir()
    newer.write_text('#!/bin/sh\n[ "$1" = -c ] || echo "newer $2"\n')
    newer.chmod(0o755)
    broken = newer.with_name("python3.13")
    broken.write_text("#!/bin/sh\nexit 127\n")
    broken.chmod(0o755)
    assert old_python(clone, f"{newer.parent}:/bin:/usr/bin").stdout == "newer --version\n"


def test_any_python_can_read_it() -> None:
    """start.py は、古い Python の文法だけで書かれている。"""
    source = (HOUSE / "start.py").read_text(encoding="utf-8")
    tree = ast.parse(source, feature_version=(3, 4))
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.JoinedStr | ast.NamedExpr | ast.AnnAssign)]
    assert not [arg for arg in ast.walk(tree) if isinstance(arg, ast.arg) and arg.annotation]
    assert "coding: utf-8" in source.splitlines()[1]


def test_it_stands_on_the_standard_library_alone() -> None:
    """start.py は標準ライブラリだけを使い、配布元の名前を書かない。"""
    tree = ast.parse((HOUSE / "start.py").read_text(encoding="utf-8"))
    used = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    assert used <= set(sys.stdlib_module_names)
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]


def test_waiting_for_another_start_is_said(module: ModuleType, capfd: pytest.CaptureFixture[str]) -> None:
    """ほかの start.py が準備しているあいだは、待っていると言う。"""
    first = module.turn()
    waiting = subprocess.Popen(
        [sys.executable, "-c", f"import sys; sys.path.insert(0, {module.HERE!r}); import start; start.turn()"],
        env={**os.environ, **JAPANESE},
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    time.sleep(1)
    assert waiting.poll() is None
    first.close()
    assert "終わるのを待ちます" in waiting.communicate(timeout=20)[1]
    assert waiting.returncode == 0
