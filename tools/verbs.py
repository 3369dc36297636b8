"""What `start.py test`, `check` and `bench` do, in the environment that start.py made."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

HOUSE = Path(__file__).resolve().parents[1]
# What the tests drive beside Python: (how its presence is seen, its Debian package).
COMPONENTS = {
    "chromium": "chromium",
    "/usr/lib/postgresql": "postgresql",
    "nft": "nftables",
    "ip": "iproute2",
    "restic": "restic",
    "borg": "borgbackup",
    "pdftotext": "poppler-utils",
    "strace": "strace",
    "msgfmt": "gettext",
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc": "fonts-noto-cjk",
    "ssh-keygen": "openssh-client",
    "/usr/sbin/sshd": "openssh-server",
    "/usr/sbin/dovecot": "dovecot-imapd",
    "shellcheck": "shellcheck",
    "busybox": "busybox",
    "systemd-analyze": "systemd",
    "openssl": "openssl",
    "git": "git",
    "javac": "default-jdk-headless",
    "mvn": "maven",
}
# veraPDF, which holds our PDF files against PDF/A: what it is made of, and where it is put.
VERAPDF, PARTS = HOUSE / "tests" / "verapdf" / "pom.xml", Path(sys.prefix) / "verapdf"


def test(words: list[str]) -> int:
    """Every test, on all processors but at most four, or those that the words after `test` name, on one."""
    install_components()
    named = any(not word.startswith("-") for word in words)
    several = [] if named else ["-n", str(min(os.cpu_count() or 1, 4)), "--dist=loadfile", "--no-loadscope-reorder"]
    return python("-m", "pytest", *several, *words)


def check(words: list[str]) -> int:
    """The rules of the house: style, types, borders, documents and words. All of them run; the worst result counts."""
    results = {
        "ruff check": python("-m", "ruff", "check"),
        "ruff format": python("-m", "ruff", "format", "--check"),
        "mypy": python("-m", "mypy"),
        "import-linter": python(
            "-c", "import sys; from importlinter.cli import lint_imports_command as c; sys.exit(c())"
        ),
        "house tests": python("-m", "pytest", "-q", "-m", "not slow", "tests/house", *words),
    }
    wrong = [name for name, code in results.items() if code]
    say("check: " + (f"not kept: {', '.join(wrong)}" if wrong else "all rules of the house are kept"))
    return 1 if wrong else 0


def bench(words: list[str]) -> int:
    """The measurements of tests/bench/, all or those named; writes docs/benchmarks.md when all ran."""
    return python("-m", "tests.bench.run", *words)


def install_components() -> None:
    """On Debian as root, bring what the tests drive. Elsewhere the tests say what they skipped and why."""
    missing = [package for sign, package in COMPONENTS.items() if not (Path(sign).exists() or shutil.which(sign))]
    if sys.platform == "win32" or os.geteuid() != 0 or not shutil.which("apt-get"):
        return
    if missing:
        say(f"installing what the tests drive: {' '.join(missing)}")
        with no_services():
            install = ("apt-get", "install", "-qy", "--no-install-recommends", *missing)
            told(thrice(("apt-get", "update", "-q"), install))
    if not PARTS.is_dir():
        say("installing what the tests drive: veraPDF")
        bring = ("mvn", "-q", "-B", "-f", str(VERAPDF), "dependency:copy-dependencies", f"-DoutputDirectory={PARTS}")
        told(thrice(bring))


def thrice(*commands: tuple[str, ...]) -> bool:
    """A proxy or a lock held by another package run passes; three tries are cheap beside a lost test run."""
    return any(all(quietly(*command) for command in commands) for _ in range(3))


def told(installed: bool) -> None:
    """Say it when something is missing after all."""
    if not installed:
        say("some of it could not be installed; the tests that need it will say so")


@contextmanager
def no_services() -> Iterator[None]:
    """The tests start their own servers: an SSH or database service of the machine's must not begin because of them."""
    policy = Path("/usr/sbin/policy-rc.d")
    ours = not policy.exists()
    if ours:
        policy.write_text("#!/bin/sh\nexit 101\n")
        policy.chmod(0o755)
    try:
        yield
    finally:
        if ours:
            policy.unlink(missing_ok=True)


def quietly(*command: str) -> bool:
    """Run a command of Debian's; only its errors are seen."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    return subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=False).returncode == 0


def python(*words: str) -> int:
    """Run this environment's Python in the clone."""
    sys.stdout.flush()
    with tempfile.TemporaryDirectory(prefix="hikeshi-check-") as data:
        # mypy reads the settings, and these make their data folder: it must not be the owner's.
        environment = {**os.environ, "HIKESHI_DATA": data}
        return subprocess.run([sys.executable, *words], cwd=HOUSE, env=environment, check=False).returncode


def say(text: str) -> None:
    """One line to whoever waits."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    try:
        sys.exit({"test": test, "check": check, "bench": bench}[sys.argv[1]](sys.argv[2:]))
    except KeyboardInterrupt:
        sys.exit(130)
