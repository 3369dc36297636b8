"""Runs a collector here or on another host over SSH, and writes what it streams to a file, whole or not at all."""

from __future__ import annotations

import hashlib
import os
import select
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

from hikeshi.engines.common import openssh
from hikeshi.engines.common.problem import Problem
from hikeshi.engines.evidence.collecting import collector, script
from hikeshi.engines.evidence.passing import Passing
from hikeshi.engines.ledger.entry import timestamp

CHUNK = 1 << 18
FIRST = b"evidence/bagit.txt\0"
"""How every package begins."""
GREETING = 1 << 16
RESERVE = 256 << 20
GRACE = 2
"""Seconds for the rest to come when the time is up; then nobody waits for whoever still holds the pipe."""
ROOT_IF_FREE = (
    'if [ "$(id -u)" = 0 ]; then exec sh -s; elif sudo -n sh -c : </dev/null >/dev/null 2>&1; '
    "then exec sudo -n sh -s; else exec sh -s; fi"
)
"""What the other host's shell runs: as root where that asks nobody for a password, else as who one is."""


@dataclass(frozen=True)
class Order:
    """What to collect. `host` empty: this machine. `most` bytes and `seconds` bound the whole.

    `sudo`: as root, or not at all. `sudo_if_free`: on another host as root where sudo asks for no password.
    """

    out: Path
    host: str = ""
    os: str = ""
    stages: tuple[str, ...] = ("volatile", "logs")
    who: str = ""
    why: str = ""
    sudo: bool = False
    sudo_if_free: bool = False
    ssh_config: Path | None = None
    version: str = ""
    most: int = 16 << 30
    seconds: float = 3600
    id: str = field(default_factory=lambda: str(uuid4()))

    @property
    def system(self) -> str:
        """The collector's name: what was asked for, else Linux for another host, else this machine's."""
        return self.os or ("linux" if self.host else here())


@dataclass(frozen=True)
class Taken:
    """A stream that arrived to its end. `heard_at`: when its first byte came, by this machine's clock."""

    path: Path
    sha256: str
    size: int
    asked_at: datetime
    heard_at: datetime
    ended_at: datetime
    said: str


def here() -> str:
    """The collector for this machine. Raises Problem("evidence.no_such_system")."""
    return {"linux": "linux", "darwin": "macos", "win32": "windows"}.get(sys.platform, sys.platform)


def take(order: Order, on_item: Callable[[str], None] | None = None) -> Taken:
    """Collect into `order.out`. Until it is whole it is called `<out>.part`; what came before a failure stays there.

    Raises Problem("evidence.exists" | "evidence.bad_host" | "evidence.no_ssh" | "evidence.ssh_failed" |
    "evidence.refused" | "evidence.cut_off" | "evidence.too_large" | "evidence.too_long" | …).
    """
    part = order.out.with_name(order.out.name + ".part")
    if order.out.exists() or part.exists():
        raise Problem("evidence.exists", path=str(order.out if order.out.exists() else part), exit=2)
    command = _command(order)
    asked_at = datetime.now(UTC)
    program = _program(order, asked_at)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        try:
            child = subprocess.Popen(  # noqa: S603 - a list, its host checked; no shell of ours
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                start_new_session=not order.sudo and not order.host,  # these may have to ask for a password
            )
        except FileNotFoundError:
            part.unlink()
            raise Problem("evidence.no_ssh" if order.host else "evidence.no_shell", host=order.host) from None
        passing = Passing(on_item)
        stream = _Stream(child, program, order, passing)
        try:
            stream.into(file)
        except BaseException:
            stream.kill()
            raise
        finally:
            stream.end()
        file.flush()
        os.fsync(file.fileno())
    stream.judge(part)
    _publish(part, order.out)
    return Taken(
        order.out, stream.sha256, stream.size, asked_at, stream.heard_at or asked_at, datetime.now(UTC), stream.said
    )


def _command(order: Order) -> list[str]:
    if order.system == "windows":
        raise Problem("evidence.by_hand", system="Windows", script=collector("windows").script, exit=2)
    shell = ["sh", "-s"]
    if not order.host:
        return ["sudo", "--", *shell] if order.sudo else shell
    if not openssh.HOST.fullmatch(order.host):
        raise Problem("evidence.bad_host", host=order.host, exit=2)
    options = ["-T", "-C", "-o", "ConnectTimeout=15", "-o", "ServerAliveInterval=5", "-o", "ServerAliveCountMax=3"]
    if not sys.stdin.isatty():
        options += ["-o", "BatchMode=yes"]  # nobody is there to type a password
    if order.ssh_config:
        options += ["-F", str(order.ssh_config)]
    far = "sudo -n sh -s" if order.sudo else ROOT_IF_FREE if order.sudo_if_free else "sh -s"
    return ["ssh", *options, "--", order.host.replace("[", "").replace("]", ""), far]


def _program(order: Order, asked_at: datetime) -> bytes:
    settings = {
        "HIKESHI_STAGES": " ".join(order.stages),
        "HIKESHI_WHO": order.who,
        "HIKESHI_WHY": order.why,
        "HIKESHI_ID": order.id,
        "HIKESHI_ASKED_AT": timestamp(asked_at),
    }
    return script(order.system, stages=order.stages, settings=settings, version=order.version).encode()


def _publish(part: Path, out: Path) -> None:
    """Give the whole file its name, never over another one, and make the name durable."""
    try:
        os.link(part, out)
    except FileExistsError:
        raise Problem("evidence.exists", path=str(out), exit=2) from None
    except OSError:  # FAT on a stick knows no second name
        if out.exists():
            raise Problem("evidence.exists", path=str(out), exit=2) from None
        part.rename(out)
    else:
        part.unlink()
    if os.name == "posix":
        folder = os.open(out.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


class _Stream:
    """The running collector: its script goes in, its package comes out, its words are kept."""

    def __init__(self, child: subprocess.Popen[bytes], program: bytes, order: Order, passing: Passing) -> None:
        self._child, self._order, self._passing = child, order, passing
        self._words = bytearray()
        self._greeting = b""
        self._late = threading.Event()
        self._late_at = 0.0
        self.size = 0
        self.heard_at: datetime | None = None
        self._digest = hashlib.sha256()
        self._threads = [
            threading.Thread(target=self._feed, args=(program,), daemon=True),
            threading.Thread(target=self._listen, daemon=True),
        ]
        for thread in self._threads:
            thread.start()
        self._timer = threading.Timer(order.seconds, self._time_is_up)
        self._timer.daemon = True
        self._timer.start()

    @property
    def sha256(self) -> str:
        return self._digest.hexdigest()

    @property
    def said(self) -> str:
        """The end of what the collector or ssh wrote to standard error."""
        told = bytes(self._words) + (b"" if self.size else b"\n" + self._greeting)
        return told.decode("utf-8", "backslashreplace").strip()[-2000:]

    def into(self, file: BinaryIO) -> None:
        """Everything that comes, into the file. Raises Problem("evidence.too_large" | "common.disk_full")."""
        for piece in self._pieces():
            self.heard_at = self.heard_at or datetime.now(UTC)
            # What a hostile host sends must leave room for the record of it; asked once in a while.
            asked = not self.size or self.size // RESERVE != (self.size + len(piece)) // RESERVE
            if asked and shutil.disk_usage(self._order.out.parent).free < RESERVE:
                raise Problem("common.disk_full", path=str(self._order.out))
            self.size += len(piece)
            if self.size > self._order.most:
                raise Problem("evidence.too_large", limit=self._order.most, path=file.name)
            self._digest.update(piece)
            file.write(piece)
            self._passing.see(piece)

    def _pieces(self) -> Iterator[bytes]:
        """The package's bytes. A log-on script may greet first: what comes before the package is told, not kept."""
        head = b""
        while (start := head.find(FIRST)) < 0 and len(head) < GREETING:
            piece = self._read()
            if not piece:
                break
            head += piece
        self._greeting = head[: start if start >= 0 else None][:GREETING]
        if start < 0:
            return
        yield head[start:]
        while piece := self._read():
            yield piece

    def _read(self) -> bytes:
        """The next bytes; none at the end, and none once the time is up, whoever still holds the pipe."""
        assert self._child.stdout
        handle = self._child.stdout.fileno()
        while True:
            if self._late.is_set() and time.monotonic() > self._late_at + GRACE:
                self.kill(hard=True)
                return b""
            if os.name != "posix" or select.select([handle], [], [], 1)[0]:
                return os.read(handle, CHUNK)

    def end(self) -> None:
        """The program ends with the stream: nothing is left running."""
        self._timer.cancel()
        late = self._late.is_set()
        try:
            self._child.wait(GRACE if late else 10)
        except subprocess.TimeoutExpired:
            self.kill(hard=True)
            with suppress(subprocess.TimeoutExpired):  # root's by sudo: it ends when nobody reads it
                self._child.wait(GRACE)
        for thread in self._threads:
            thread.join(1 if late else 5)
        for pipe in (self._child.stdout, self._child.stderr):
            if pipe:
                pipe.close()

    def judge(self, part: Path) -> None:
        """Whether that was all; raises the Problem that says why not."""
        code, host, said = self._child.returncode, self._order.host, self.said
        if self._passing.ended and code == 0:
            return
        arrived = {"path": str(part), "items": self._passing.items}
        if not self.size:
            part.unlink()
        if self._late.is_set():
            raise Problem("evidence.too_long", seconds=int(self._order.seconds), **arrived)
        if host and not self.size and code == 255:
            raise Problem("evidence.ssh_failed", host=host, reason=said or "ssh 255")
        if not self.size:
            raise Problem("evidence.refused", host=host or "localhost", reason=said or f"exit {code}")
        raise Problem("evidence.cut_off", reason=said or f"exit {code}", **arrived)

    def _feed(self, program: bytes) -> None:
        assert self._child.stdin
        try:
            self._child.stdin.write(program)
            self._child.stdin.close()
        except OSError:
            return

    def _listen(self) -> None:
        assert self._child.stderr
        handle = self._child.stderr.fileno()
        for piece in iter(lambda: os.read(handle, 4096), b""):
            self._words += piece
            del self._words[:-65536]

    def _time_is_up(self) -> None:
        self._late_at = time.monotonic()
        self._late.set()
        self.kill()

    def kill(self, *, hard: bool = False) -> None:
        """End the program and what it began; `hard`: without asking."""
        try:
            if os.name == "posix" and os.getpgid(self._child.pid) == self._child.pid:
                os.killpg(self._child.pid, signal.SIGKILL if hard else signal.SIGTERM)
            elif hard:
                self._child.kill()
            else:
                self._child.terminate()
        except (ProcessLookupError, PermissionError):  # gone, or root's by sudo: it ends when nobody reads it
            return
