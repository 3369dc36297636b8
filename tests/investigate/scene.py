"""What tests of the investigation share: somebody signed in, and a log of a break-in that was read."""

import io
from typing import Any

from django.test import Client

from hikeshi.casebook import services as casebook
from hikeshi.investigate import services
from tests.cast import Cast

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def signed_in(person: Any) -> Client:
    client = Client(headers={"host": "localhost"})
    client.force_login(person, backend=BACKEND)
    return client


def auth_log(failures: int = 40, *, success: bool = True) -> bytes:
    """A brute force against root from one address, in the words of OpenSSH."""
    lines = [
        f"Nov  5 03:{i // 60:02d}:{i % 60:02d} web-01 sshd[{1000 + i}]: "
        f"Failed password for root from 203.0.113.5 port {40000 + i} ssh2\n"
        for i in range(failures)
    ]
    if success:
        lines.append("Nov  5 03:12:00 web-01 sshd[2000]: Accepted password for root from 203.0.113.5 port 50000 ssh2\n")
    lines.append("Nov  5 03:12:01 web-01 sshd[2000]: これは壊れた行\x1b[31m <script>alert(1)</script>\n")
    return "".join(lines).encode()


def brought(cast: Cast, case: Any, content: bytes, name: str = "auth.log") -> None:
    kept = casebook.keep_file(case, io.BytesIO(content), name, cast.actor, purpose=services.LOG)
    services.ask(case, [kept], cast.actor)
    while services.do_owed():
        pass
