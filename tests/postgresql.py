"""A PostgreSQL server that the tests start themselves, on a free port of the loopback, and throw away."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from types import TracebackType

from tests.components import SERVER_PROGRAMS
from tests.ports import free_port

OWNER = "hikeshi"


class Server:
    """`with Server() as server:` a running server; `server.url` is a HIKESHI_DATABASE_URL for it."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="hikeshi-postgresql-"))
        self.port = free_port()
        # initdb refuses to run as root, as it should; Debian's package brings the user for it.
        self.user = "postgres" if hasattr(os, "geteuid") and os.geteuid() == 0 else None

    @property
    def url(self) -> str:
        return f"postgresql://{OWNER}@127.0.0.1:{self.port}/postgres"

    def __enter__(self) -> Server:
        if self.user:
            shutil.chown(self.folder, self.user)
        self._run("initdb", "--auth=trust", f"--username={OWNER}", "--encoding=UTF8", "--locale=C.UTF-8")
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={self.folder}"
        self._run("pg_ctl", "start", "--wait", f"--log={self.folder}/log", f"--options={options} -c fsync=on")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._run("pg_ctl", "stop", "--mode=immediate")
        shutil.rmtree(self.folder, ignore_errors=True)

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(SERVER_PROGRAMS[-1] / program), f"--pgdata={self.folder}/data", *arguments]
        done = subprocess.run(
            command,
            user=self.user,
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=300,
        )
        if done.returncode:
            raise RuntimeError(f"{program} failed: {done.stderr}")
