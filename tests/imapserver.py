"""A real mailbox of a test's own: Debian's dovecot, started without rights, with a configuration of its own."""

from __future__ import annotations

import grp
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.mailserver import PASSWORD, Certificate
from tests.ports import free_port

CONFIG = """
base_dir = {home}/run
state_dir = {home}/state
log_path = {home}/log
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
protocols = imap
listen = 127.0.0.1
ssl = required
ssl_cert = <{home}/server.pem
ssl_key = <{home}/server.key
disable_plaintext_auth = yes
mail_location = maildir:{home}/mail
first_valid_uid = 1
passdb {{
  driver = passwd-file
  args = {home}/users
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={home}/home
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = 0
  }}
  inet_listener imaps {{
    port = {port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"""


class Mailbox:
    """A mailbox that is served: `port`, and mails laid into it."""

    def __init__(self, home: Path, port: int, owner: tuple[int, int]) -> None:
        self.port, self._new, self._owner, self._count = port, home / "mail" / "new", owner, 0

    def deliver(self, raw: bytes) -> None:
        """Lay a mail into it, as a delivery agent does."""
        self._count += 1
        draft = self._new.parent / "tmp" / f"{self._count}.mail.example"
        draft.write_bytes(raw.replace(b"\r\n", b"\n"))
        os.chown(draft, *self._owner)
        draft.rename(self._new / draft.name)


@contextmanager
def mailbox(certificate: Certificate, user: str = "hanako") -> Iterator[Mailbox]:
    """dovecot on the loopback, over TLS, until the test is done. Never as root: then it takes nobody's name."""
    name = "nobody" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
    who = pwd.getpwnam(name)
    home = Path(tempfile.mkdtemp(prefix="hk-imap-"))  # short: its sockets' names have a hundred letters
    port = free_port()
    said = {"home": home, "user": name, "group": grp.getgrgid(who.pw_gid).gr_name, "port": port}
    (home / "dovecot.conf").write_text(CONFIG.format(**said), encoding="utf-8")
    (home / "users").write_text(f"{user}:{{PLAIN}}{PASSWORD}::::::\n", encoding="utf-8")
    for file in (certificate.file, certificate.key):
        shutil.copy(file, home / file.name)
    for folder in ("run", "state", "home", "mail/new", "mail/cur", "mail/tmp"):
        (home / folder).mkdir(parents=True)
    for path in (home, *home.rglob("*")):
        os.chown(path, who.pw_uid, who.pw_gid)
    rights = {"user": who.pw_uid, "group": who.pw_gid, "extra_groups": []} if os.geteuid() == 0 else {}
    command = [shutil.which("dovecot") or "/usr/sbin/dovecot", "-F", "-c", str(home / "dovecot.conf")]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, **rights) as process:  # type: ignore[call-overload]
        try:
            _wait(port, process, home)
            yield Mailbox(home, port, (who.pw_uid, who.pw_gid))
        finally:
            process.terminate()
            process.wait(timeout=120)
            process.stderr.close()
    shutil.rmtree(home, ignore_errors=True)


def _wait(port: int, process: subprocess.Popen[bytes], home: Path) -> None:
    for _ in range(2400):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        if process.poll() is not None:
            break
        time.sleep(0.05)
    log = home / "log"
    raise AssertionError(f"dovecot does not listen: {log.read_text() if log.exists() else process.stderr.read()}")  # type: ignore[union-attr]
