"""Postfix: connections, log-ins for sending, refusals, and what was sent to whom."""

from __future__ import annotations

from ...table import LogSource
from ..speech import Speech

FIELDS = (
    ("time, host", "from the syslog frame"),
    ("action", "mail.login, mail.refused, mail.connection, mail.accepted, mail.sent, mail.queued, mail.message"),
    ("outcome", "failure where sending, log-in or relay was refused; success where the line says sent or signed in"),
    ("user", "the name signed in with (sasl_username)"),
    ("address", "the client; for mail.sent the server that took it is in relay"),
    ("target", "to whom; the sender is in the column mail.from"),
    ("sent", "the size of the mail in bytes"),
    ("status", "the answer's code, where it is refused"),
)
PROGRAMS = (b"postfix",)
_CLIENT = rb"[^ \[]*+\[(?P<address>[^\]]*+)\](?::(?P<src_port>\d++))?"
_MAIL = rb"(?P<queue>[0-9A-Za-z]{6,20}): "
_RULES = (
    ("mail.login", "failure", rb"(?:warning: )?" + _CLIENT + rb": SASL (?P<method>[^ ]++) authentication failed"
     rb"(?:: .*?(?:, sasl_username=(?P<user>.*))?)?$"),
    ("mail.login", "success", _MAIL + rb"client=" + _CLIENT + rb", sasl_method=(?P<method>[^,]++),"
         rb" sasl_username=(?P<user>.*?)"
     rb"(?:, sasl_sender=.*)?$"),
    ("mail.accepted", "unknown", _MAIL + rb"client=" + _CLIENT),
    ("mail.refused", "failure", rb"(?:NOQUEUE|[0-9A-Za-z]{6,20}): (?:milter-)?reject: (?P<method>[A-Z-]++)[^:]*?"
         rb" from " + _CLIENT +
     rb": (?P<status>\d{3}) (?P<why>.*?)(?:; from=<(?P<sender>[^>]*+)>)?(?: to=<(?P<target>[^>]*+)>)?(?: proto=[^ ]++)?"
     rb"(?: (?:helo|sasl_username)=<?(?P<helo>[^>]*+)>?)?$"),
    ("mail.refused", "failure", rb"(?:warning: )?too many errors after (?P<method>[A-Z-]++)[^\[]*? from " + _CLIENT),
    ("mail.connection", "unknown", rb"(?P<what>timeout|lost connection) after (?P<method>[A-Z-]++)"
     rb"[^\[]*? from " + _CLIENT),
    ("mail.probe", "failure", rb"warning: non-SMTP command from " + _CLIENT),
    ("mail.probe", "failure", rb"(?:warning: )?SSL_accept error from " + _CLIENT),
    ("mail.probe", "failure", rb"(?:PREGREET|HANGUP|DNSBL)\b.*? (?:from|for)"
         rb" \[(?P<address>[^\]]*+)\]:(?P<src_port>\d++)"),
    ("mail.refused", "failure", rb"warning: (?:Connection|Recipient|Message|New TLS session)[a-z ]*+ limit"
         rb" exceeded: .*? from " + _CLIENT),
    ("mail.connection", "unknown", rb"(?P<what>connect|disconnect) from " + _CLIENT),
    ("mail.connection", "unknown", rb"(?P<what>CONNECT) from \[(?P<address>[^\]]*+)\]:(?P<src_port>\d++)"),
    ("mail.sent", "success", _MAIL + rb"to=<(?P<target>[^>]*+)>,(?: orig_to=<[^>]*+>,)? relay=(?P<relay>[^,]*+),.*"
         rb" status=sent "),
    ("mail.sent", "failure", _MAIL + rb"to=<(?P<target>[^>]*+)>,(?: orig_to=<[^>]*+>,)? relay=(?P<relay>[^,]*+),.*"
         rb" status=bounced "),
    ("mail.deferred", "unknown", _MAIL + rb"to=<(?P<target>[^>]*+)>,(?: orig_to=<[^>]*+>,)?"
         rb" relay=(?P<relay>[^,]*+),.* status=deferred "),
    ("mail.queued", "unknown", _MAIL + rb"from=<(?P<sender>[^>]*+)>, size=(?P<sent>\d++), nrcpt=(?P<recipients>\d++)"),
    ("mail.local", "unknown", _MAIL + rb"uid=(?P<uid>\d++) from=<(?P<sender>[^>]*+)>"),
)  # fmt: skip
_SPEECH = Speech(
    "postfix",
    _RULES,
    otherwise="mail.message",
    sources=(LogSource("linux", "", "postfix"), LogSource("linux", "mail", ""), LogSource("linux", "", "syslog")),
    also={"sender": ("email.from.address",), "target": ("email.to.address",), "queue": ("email.message_id",)},
)
read_messages = _SPEECH.read
