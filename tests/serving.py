"""A real server of the product, as `hikeshi` starts it, in a data folder of its own; and a visitor with cookies."""

from __future__ import annotations

import http.client
import os
import re
import socket
import subprocess
import sys
import time
import urllib.parse
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import psutil

from tests.cast import PASSWORD
from tests.ports import free_port

ROOT = Path(__file__).resolve().parents[1]
OWNER = {"business": "花子の店", "display_name": "花子", "username": "hanako", "password": PASSWORD}


class Served:
    """`with served(folder) as server:` .port .process .address (the one with the first visitor's token)."""

    def __init__(self, process: subprocess.Popen[str], port: int, address: str) -> None:
        self.process, self.port, self.address = process, port, address

    def memory(self) -> int:
        """Resident memory of the server process in bytes."""
        return int(psutil.Process(self.process.pid).memory_info().rss)


@contextmanager
def served(data: Path, **more: str) -> Iterator[Served]:
    """Start the product and wait until it listens; stop it afterwards."""
    port = free_port()
    env = {**os.environ, "HIKESHI_DATA": str(data), "HIKESHI_PORT": str(port), "HIKESHI_BROWSER": "0"}
    env |= {"PYTHONPATH": f"{ROOT}/src", "HIKESHI_LANG": "en", **more}
    env.pop("HIKESHI_DATABASE_URL", None)
    command = [sys.executable, "-m", "hikeshi"]
    with subprocess.Popen(command, env=env, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            said = "".join(iter(process.stdout.readline, "")) if process.poll() is not None else _said(process)
            (address,) = re.findall(r"http://localhost:\d+(\S*)", said)[:1]
            _wait(port)
            yield Served(process, port, address)
        finally:
            process.terminate()
            process.wait(timeout=120)


def _said(process: subprocess.Popen[str]) -> str:
    """What the server says at its start, up to the line about stopping it."""
    lines = []
    assert process.stdout is not None
    for line in process.stdout:
        lines.append(line)
        if "Ctrl+C" in line:
            break
    return "".join(lines)


def _wait(port: int) -> None:
    end = time.monotonic() + 120
    while time.monotonic() < end:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return
        except OSError:
            time.sleep(0.02)
    raise AssertionError("the server does not listen")


class Visitor:
    """A browser without a screen: cookies, CSRF tokens, forms, uploads that are never held in memory."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.cookies: dict[str, str] = {}

    def get(self, path: str) -> tuple[int, str]:
        """Status and body; redirects are followed."""
        return self._ask("GET", path)

    def post(self, path: str, fields: Mapping[str, str], *, referer: str = "/") -> tuple[int, str]:
        """Send a form with its CSRF token; redirects are followed."""
        body = urllib.parse.urlencode({**fields, "csrfmiddlewaretoken": self.cookies.get("hikeshi_csrf", "")})
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Referer": f"http://localhost{referer}"}
        return self._ask("POST", path, body.encode(), headers)

    def upload(
        self, path: str, name: str, chunks: Iterable[bytes], size: int, fields: Mapping[str, str]
    ) -> tuple[int, str]:
        """Send one file as a browser would, streamed."""
        edge = "----hikeshi-test-edge"
        said = {**fields, "csrfmiddlewaretoken": self.cookies.get("hikeshi_csrf", "")}
        head = "".join(
            f'--{edge}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'
            for key, value in said.items()
        )
        head += (
            f'--{edge}\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n'
            "Content-Type: application/octet-stream\r\n\r\n"
        )
        tail = f"\r\n--{edge}--\r\n"
        headers = {
            "Content-Type": f"multipart/form-data; boundary={edge}",
            "Content-Length": str(len(head.encode()) + size + len(tail)),
            "Referer": "http://localhost/",
        }

        def body() -> Iterator[bytes]:
            yield head.encode()
            yield from chunks
            yield tail.encode()

        return self._ask("POST", path, body(), headers)

    def _ask(
        self,
        method: str,
        path: str,
        body: bytes | Iterable[bytes] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> tuple[int, str]:
        for _ in range(6):
            link = http.client.HTTPConnection("localhost", self.port, timeout=600)
            try:
                cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
                link.request(method, path, body, {"Cookie": cookie, **(headers or {})})
                answer = link.getresponse()
                text = answer.read().decode("utf-8", "replace")
                for name, value in answer.getheaders():
                    if name.lower() == "set-cookie":
                        key, _, rest = value.partition("=")
                        self.cookies[key] = rest.split(";")[0]
            finally:
                link.close()
            if answer.status not in (301, 302, 303):
                return answer.status, text
            path, method, body, headers = answer.headers["Location"], "GET", None, None
        raise AssertionError("redirected without end")


def set_up(server: Served) -> Visitor:
    """The owner, set up through the address that the server printed, and signed in."""
    visitor = Visitor(server.port)
    assert visitor.get(server.address)[0] == 200
    status, _ = visitor.post(server.address, OWNER)
    assert status == 200
    return visitor
