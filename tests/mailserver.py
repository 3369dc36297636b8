"""A real mail server of a test's own, which may fail in every way that RFC 5321 knows; and certificates for it."""

from __future__ import annotations

import datetime
import ipaddress
import random
import ssl
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

PASSWORD = "合言葉-4649"
USER = "hanako"


@dataclass
class Mood:
    """How likely each failure is, from 0 to 1; `refuse` are mailboxes that do not exist."""

    seed: int = 1
    later_at_rcpt: float = 0.0
    later_at_end: float = 0.0
    gone_at_data: float = 0.0
    gone_in_message: float = 0.0
    gone_after_taking: float = 0.0
    gone_before_taking: float = 0.0
    refuse: frozenset[str] = frozenset()


@dataclass
class Post:
    """What the server took: (recipient, message) in order. Only that has arrived."""

    mails: list[tuple[str, bytes]] = field(default_factory=list)
    senders: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def count(self) -> Counter[str]:
        with self.lock:
            return Counter(to for to, _mail in self.mails)

    def read(self, number: int = -1) -> EmailMessage:
        message = message_from_bytes(self.mails[number][1], policy=policy.default)
        assert isinstance(message, EmailMessage)
        return message


class Handler:
    """Takes or refuses, as its mood is."""

    def __init__(self, post: Post, mood: Mood) -> None:
        self.post, self.mood, self.chance = post, mood, random.Random(mood.seed)

    def happens(self, likely: float) -> bool:
        return likely > 0 and self.chance.random() < likely

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.mood.refuse:
            return "550 5.1.1 no such mailbox"
        if self.happens(self.mood.later_at_rcpt):
            return "451 4.7.1 greylisted"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.happens(self.mood.gone_before_taking):
            _cut(server)
            return "451 gone"
        if self.happens(self.mood.later_at_end):
            return "452 4.3.1 full for now"
        with self.post.lock:
            self.post.mails += [(to, bytes(envelope.content or b"")) for to in envelope.rcpt_tos]
            self.post.senders.append(envelope.mail_from or "")
        if self.happens(self.mood.gone_after_taking):
            _cut(server)
        return "250 2.0.0 taken"


class Unreliable(SMTP):
    """Also hangs up between a command and its answer."""

    async def smtp_DATA(self, arg: str) -> None:
        handler: Handler = self.event_handler
        if handler.happens(handler.mood.gone_at_data):
            _cut(self)
            return
        await super().smtp_DATA(arg)


def _cut(server: SMTP) -> None:
    if server.transport is not None:
        server.transport.abort()


class _Controller(Controller):
    def factory(self) -> SMTP:
        return Unreliable(self.handler, **self.SMTP_kwargs)

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


def _sign_in(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
    known = (data.login, data.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=known, handled=False)


@contextmanager
def mail_server(
    certificate: Certificate | None = None, mood: Mood | None = None
) -> Iterator[tuple[int, Post, Handler]]:
    """A server on the loopback: (port, what it took, its handler). With a certificate: STARTTLS and sign-in."""
    post = Post()
    handler = Handler(post, mood or Mood())
    more: dict[str, Any] = {"server_hostname": "mx.example", "timeout": 600}
    if certificate is not None:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(certificate.file, certificate.key)
        more |= {"tls_context": context, "authenticator": _sign_in, "auth_required": True}
    controller = _Controller(handler, hostname="127.0.0.1", port=0, ready_timeout=60, **more)
    controller.start()
    try:
        yield controller.port, post, handler
    finally:
        controller.stop()


@dataclass(frozen=True)
class Certificate:
    """A certificate with its key, and the authority that signed it."""

    file: Path
    key: Path
    authority: Path


def certificate(folder: Path, *names: str) -> Certificate:
    """A certificate for these names (and addresses), signed by an authority made for it."""
    folder.mkdir(parents=True, exist_ok=True)
    authority_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Test authority")])
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0])])
    alternatives = [_name(name) for name in names]
    authority = (
        _dated(issuer, issuer, authority_key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.KeyUsage(False, False, False, False, False, True, True, False, False), critical=True)
        .sign(authority_key, hashes.SHA256())
    )
    made = (
        _dated(subject, issuer, key.public_key())
        .add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key()), critical=False)
        .sign(authority_key, hashes.SHA256())
    )
    places = Certificate(folder / "server.pem", folder / "server.key", folder / "authority.pem")
    places.file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    places.authority.write_bytes(authority.public_bytes(serialization.Encoding.PEM))
    form = serialization.PrivateFormat.PKCS8
    places.key.write_bytes(key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()))
    places.key.chmod(0o600)
    return places


def _name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _dated(subject: x509.Name, issuer: x509.Name, key: Any) -> x509.CertificateBuilder:
    now = datetime.datetime.now(datetime.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )
