"""A real Ray cluster of two nodes on this machine's loopback, started and ended by the tests."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

RAY = Path(sys.executable).with_name("ray")
_QUIET = {"RAY_USAGE_STATS_ENABLED": "0", "RAY_enable_windows_or_osx_cluster": "1"}


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


@contextmanager
def two_nodes(python_path: Path) -> Iterator[str]:
    """Its address, ray://…; Ray runs nowhere else on this machine for it, and nothing of it stays."""
    head, client = free_port(), free_port()
    common = ["--node-ip-address=127.0.0.1", "--num-cpus=1", "--object-store-memory=100000000", "--disable-usage-stats"]
    common += ["--block"]
    # Ray's sockets lie in this folder, and their names must stay short.
    with tempfile.TemporaryDirectory(prefix="ray-", dir="/tmp", ignore_cleanup_errors=True) as folder:  # noqa: S108
        nodes = [
            ["--head", f"--port={head}", f"--ray-client-server-port={client}", f"--temp-dir={folder}"],
            [f"--address=127.0.0.1:{head}"],
        ]
        running: list[subprocess.Popen[bytes]] = []
        try:
            for node in nodes:
                environment = {**os.environ, **_QUIET, "PYTHONPATH": str(python_path)}
                command = [str(RAY), "start", *node, *common]
                command += ["--include-dashboard=false"] if "--head" in node else []
                running.append(
                    subprocess.Popen(
                        command,
                        env=environment,
                        stdout=subprocess.DEVNULL,
                        stderr=subprocess.DEVNULL,
                        start_new_session=True,
                    )
                )
                _wait(client if "--head" in node else head)
            _wait_for_both(f"ray://127.0.0.1:{client}")
            yield f"ray://127.0.0.1:{client}"
        finally:
            for one in reversed(running):
                _end(one)


def _wait(port: int) -> None:
    end = time.monotonic() + 120
    while time.monotonic() < end:
        with socket.socket() as one:
            if one.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise TimeoutError(port)


def _wait_for_both(address: str) -> None:
    """Until the cluster says that it has two machines; asked from another process, for Ray leaves threads behind."""
    script = f"import ray; ray.init({address!r}, log_to_driver=False); print(sum(n['Alive'] for n in ray.nodes()))"
    said = ""
    for _ in range(10):
        words = [sys.executable, "-W", "ignore", "-c", script]
        done = subprocess.run(words, env={**os.environ, **_QUIET}, capture_output=True, timeout=120, check=False)
        if done.stdout.strip() == b"2":
            return
        said = (done.stdout + done.stderr).decode()
        time.sleep(1)
    raise TimeoutError(said)


def _end(one: subprocess.Popen[bytes]) -> None:
    """`ray start --block` ends what it started when it is asked to; what is left goes with its group."""
    one.terminate()
    with suppress(subprocess.TimeoutExpired):
        one.wait(20)
    with suppress(ProcessLookupError):
        os.killpg(one.pid, signal.SIGKILL)
    one.wait()
