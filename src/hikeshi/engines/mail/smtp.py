"""A mail server that takes messages: encrypted, signed in, and asked so that its answer can be relied on (RFC 5321).

`Connection.send` ends in one of four ways. A message is "sent" once the server said so after its last line; "later" and
"failed" when it said no (4xx, 5xx) or was lost before that; "open" when the line broke between the hand-over and the
answer, or the answer was none: then it may have gone or not, and only a person may decide to send it again.
"""

from __future__ import annotations

import base64
import contextlib
import ipaddress
import re
import smtplib
import socket
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from hikeshi.engines.common.problem import Problem

Security = Literal["tls", "starttls", "none"]
State = Literal["sent", "later", "failed", "open"]
# RFC 5321 4.5.3.2: greeting and commands 5 minutes, DATA 2, a block of the message 3, its last line 10.
GREETING, COMMAND, DATA, BLOCK, END = 60.0, 300.0, 120.0, 180.0, 600.0
_ENHANCED = re.compile(r"^([245]\.\d{1,3}\.\d{1,3})\b")


@dataclass(frozen=True, slots=True)
class Server:
    """Where mail is handed in. `trust` is a file of further certificates; the system's own count when it is empty."""

    host: str
    port: int = 587
    security: Security = "starttls"
    user: str = ""
    trust: str = ""
    patience: float = 1.0  # every waiting time, times this


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one message. `code` and `said` are the server's; `closed`: the connection is of no more use."""

    state: State
    code: int = 0
    said: str = ""
    closed: bool = False

    @property
    def status(self) -> str:
        """The enhanced status (RFC 3463) where the server gave one: 5.1.1."""
        found = _ENHANCED.match(self.said)
        return found[1] if found else ""


def local(host: str) -> bool:
    """Whether the server is this machine itself: only there may a password go unencrypted."""
    if host.lower() in ("localhost", "localhost."):
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def context(trust: str) -> ssl.SSLContext:
    """Certificates are verified, always; there is no switch for it."""
    made = ssl.create_default_context(cafile=trust or None)
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    return made


class Connection:
    """A session with one server; one at a time, closed with `close`."""

    def __init__(self, server: Server, password: str = "") -> None:
        self.server = server
        with _told(server):
            self._smtp = self._opened()
            try:
                self._signed_in(password)
            except BaseException:
                self.close()
                raise

    def _opened(self) -> smtplib.SMTP:
        server, wait = self.server, GREETING * self.server.patience
        if server.security == "none" and not local(server.host):
            raise Problem("mail.not_encrypted", host=server.host)
        name = _own_name()
        if server.security == "tls":
            trusted = context(server.trust)
            return smtplib.SMTP_SSL(server.host, server.port, name, timeout=wait, context=trusted)
        smtp = smtplib.SMTP(server.host, server.port, name, timeout=wait)
        if server.security == "starttls":
            try:
                smtp.ehlo()
                if not smtp.has_extn("starttls"):
                    raise Problem("mail.no_starttls", host=server.host)
                smtp.starttls(context=context(server.trust))
            except BaseException:
                smtp.close()
                raise
        return smtp

    def _signed_in(self, password: str) -> None:
        self._smtp.ehlo()
        if not self.server.user:
            return
        if "PLAIN" not in self._smtp.esmtp_features.get("auth", "").upper().split():
            self._smtp.login(self.server.user, password)
            return
        # RFC 4616 says UTF-8; the standard library's login takes ASCII alone.
        word = base64.b64encode(f"\0{self.server.user}\0{password}".encode()).decode("ascii")
        code, said = self._smtp.docmd("AUTH", f"PLAIN {word}")
        if code not in (235, 503):
            raise smtplib.SMTPAuthenticationError(code, said)

    def send(self, sender: str, to: str, data: bytes, *, before: Callable[[], None] = lambda: None) -> Outcome:
        """Hand over one message to one mailbox. `before` is called when the server waits for the message itself.

        Up to that call nothing can have gone; what `before` raises goes on to the caller, and nothing was sent.
        """
        try:
            for command, wait in ((f"MAIL FROM:<{sender}>", COMMAND), (f"RCPT TO:<{to}>", COMMAND), ("DATA", DATA)):
                code, said = self._ask(command, wait)
                if code != 354 if command == "DATA" else code not in (250, 251):
                    return self._refused(code, said)
        except (OSError, smtplib.SMTPException) as lost:
            return Outcome("later", 0, _said(lost), closed=True)
        try:
            before()
        except BaseException:
            self.close()
            raise
        try:
            self._hand_over(data)
            code, said = self._answer()
        except (OSError, smtplib.SMTPException) as lost:
            return Outcome("open", 0, _said(lost), closed=True)
        if 200 <= code < 300:
            return Outcome("sent", code, said)
        if not 400 <= code < 600:  # no answer that anybody can read (smtplib says -1): it may have been taken
            return Outcome("open", max(code, 0), said, closed=True)
        return self._refused(code, said)

    def _ask(self, command: str, wait: float) -> tuple[int, str]:
        self._wait(wait)
        code, said = self._smtp.docmd(command)
        return code, _text(said)

    def _hand_over(self, data: bytes) -> None:
        self._wait(BLOCK)
        dotted = re.sub(rb"(?m)^\.", b"..", data)
        # In one piece: two small ones wait for each other's acknowledgement (40 ms a message, Nagle's algorithm).
        self._smtp.send(dotted + (b".\r\n" if dotted.endswith(b"\r\n") else b"\r\n.\r\n"))

    def _answer(self) -> tuple[int, str]:
        self._wait(END)
        code, said = self._smtp.getreply()
        return code, _text(said)

    def _wait(self, seconds: float) -> None:
        if self._smtp.sock is None:
            raise smtplib.SMTPServerDisconnected("closed")
        self._smtp.sock.settimeout(seconds * self.server.patience)

    def _refused(self, code: int, said: str) -> Outcome:
        """A refusal: 5xx for good, all else for now. The session is made ready for the next message, or given up."""
        state: State = "failed" if 500 <= code < 600 else "later"
        closed = code in (421, -1) or not 400 <= code < 600
        if not closed:
            try:
                closed = self._ask("RSET", COMMAND)[0] != 250
            except (OSError, smtplib.SMTPException):
                closed = True
        return Outcome(state, max(code, 0), said, closed)

    def close(self) -> None:
        """Say good-bye if the server still listens."""
        with contextlib.suppress(OSError, smtplib.SMTPException):
            if self._smtp.sock is not None:
                self._smtp.sock.settimeout(2.0 * self.server.patience)
                self._smtp.docmd("QUIT")
        with contextlib.suppress(OSError):
            self._smtp.close()


@contextlib.contextmanager
def _told(server: Server) -> Iterator[None]:
    """What may go wrong before a message is handed over, as Problems: nothing was sent."""
    try:
        yield
    except smtplib.SMTPAuthenticationError as wrong:
        raise Problem("mail.sign_in", host=server.host, user=server.user, said=_text(wrong.smtp_error)[:200]) from None
    except smtplib.SMTPNotSupportedError:
        raise Problem("mail.no_sign_in", host=server.host) from None
    except ssl.SSLCertVerificationError as wrong:
        raise Problem("mail.certificate", host=server.host, reason=wrong.verify_message) from None
    except UnicodeEncodeError:
        raise Problem("mail.no_sign_in", host=server.host) from None
    except (OSError, smtplib.SMTPException) as lost:
        raise Problem("mail.unreachable", host=server.host, port=server.port, reason=_said(lost)) from None


def _own_name() -> str:
    # The machine's own name goes to every server on the way; an address literal tells them no more than they know.
    return "[127.0.0.1]"


def _text(said: Any) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
    return " ".join(text.split())[:500]


def _said(lost: Exception) -> str:
    if isinstance(lost, socket.timeout | TimeoutError):
        return "timeout"
    return _text(lost) or type(lost).__name__
