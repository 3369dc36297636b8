"""The kinds of entry of a delivery: the list, what began, what became of each batch, what came back, what was decided.

Names and addresses are in disposable texts; an entry names people by their number in the list.
"""

from dataclasses import field
from typing import Literal

from hikeshi.engines.ledger.kinds import Blob, kind


@kind("mail.set_up", version=1)
class MailSetUp:
    """On the workspace's chain: the servers through which mail goes out and bounces come in; never a password."""

    host: str
    port: int
    security: Literal["tls", "starttls", "none"]
    user: str
    sender: str
    sender_name: str
    reply_to: str = ""
    per_minute: int = 20
    returns: Literal["plain", "plus"] = "plain"
    imap_host: str = ""
    imap_port: int = 993
    imap_security: Literal["tls", "starttls", "none"] = "tls"
    imap_user: str = ""
    imap_folder: str = "INBOX"


@kind("reminders.set_up", version=1)
class RemindersSetUp:
    """On the workspace's chain: where reminders of deadlines go. A chat's address is a secret: only its host stands."""

    mail: str = ""
    chat_host: str = ""


@kind("delivery.drafted", version=1)
class DeliveryDrafted:
    """A list of people to be told was given, for exactly one text; the list itself is kept as disposable texts."""

    delivery: str
    way: Literal["mail", "post", "phone"]
    document: str
    language: Literal["ja", "en"]
    sha256: str
    source: Literal["upload", "typed"]
    rows: int
    heading: bool
    guessed: list[str]
    table: list[Blob]


@kind("delivery.listed", version=1)
class DeliveryListed:
    """A person said which column is which; the people with what was found wrong, kept as disposable texts."""

    delivery: str
    columns: list[str]
    heading: bool
    count: int
    broken: int
    recipients: list[Blob]


@kind("delivery.test_asked", version=1)
class DeliveryTestAsked:
    """One mail to oneself was asked for, to see what people will get."""

    delivery: str
    test: str
    to: Blob


@kind("delivery.tested", version=1)
class DeliveryTested:
    """What became of the mail to oneself: the server's answer, or the problem by its code."""

    delivery: str
    test: str
    state: Literal["sent", "later", "failed", "open"]
    code: int = 0
    problem: str = ""
    params: dict[str, str] = field(default_factory=dict)


@kind("delivery.begun", version=1)
class DeliveryBegun:
    """Exactly this approved text (its SHA-256) begins to go to the people of this list, one message each.

    `held` are the numbers that cannot go this way (broken or doubled): they stand in the list and are named.
    """

    delivery: str
    document: str
    language: Literal["ja", "en"]
    sha256: str
    subject: str
    slot: str
    count: int
    held: list[int]
    text: Blob
    recipients: list[Blob]


@kind("delivery.batch_begun", version=1)
class DeliveryBatchBegun:
    """Before a batch goes out: the numbers in the list, and the process that took them (no other may)."""

    delivery: str
    batch: int
    claim: str
    sha256: str
    numbers: list[int]


@kind("delivery.batch_ended", version=1)
class DeliveryBatchEnded:
    """What became of a batch. `open`: handed over, but nobody knows whether it went; never sent again by itself."""

    delivery: str
    batch: int
    sha256: str
    sent: list[int] = field(default_factory=list)
    later: list[int] = field(default_factory=list)
    failed: list[int] = field(default_factory=list)
    open: list[int] = field(default_factory=list)
    codes: dict[str, int] = field(default_factory=dict)


@kind("delivery.paused", version=1)
class DeliveryPaused:
    """Sending was stopped or let go on, by a person, or by a problem (its code) that a person must settle first."""

    delivery: str
    on: bool
    problem: str = ""
    params: dict[str, str] = field(default_factory=dict)


@kind("delivery.returned", version=1)
class DeliveryReturned:
    """A mail came back: whose it was, whether for good, and the mail itself. Not certain: only its address fits."""

    delivery: str
    recipient: int
    what: Literal["failed", "delayed"]
    status: str
    certain: bool
    mail: str


@kind("delivery.settled", version=1)
class DeliverySettled:
    """What a person decided about one of the list: it went, send again, by letter, by telephone, or not at all."""

    delivery: str
    recipient: int
    what: Literal["went", "again", "post", "phone", "leave"]
    remarks: Blob | None = None


@kind("delivery.called", version=1)
class DeliveryCalled:
    """A telephone call to one of the list: what came of it, who called and what was said."""

    delivery: str
    recipient: int
    outcome: Literal["told", "absent", "wrong_number", "call_again", "refused"]
    said: Blob


@kind("delivery.printed", version=1)
class DeliveryPrinted:
    """Letters for window envelopes were made from exactly this text: for whom, and the file."""

    delivery: str
    sha256: str
    numbers: list[int]
    file: str


@kind("delivery.ended", version=1)
class DeliveryEnded:
    """Nobody of the list waits any more: how many got it, did not, and stand open; of exactly this text."""

    delivery: str
    sha256: str
    sent: int
    failed: int
    open: int
