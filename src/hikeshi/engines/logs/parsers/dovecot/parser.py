"""Dovecot: log-ins to IMAP, POP3, submission and ManageSieve, and those that failed."""

from __future__ import annotations

from ...table import LogSource
from .. import pam
from ..speech import Speech

FIELDS = (
    ("time, host", "from the syslog frame; its own file leaves the host out"),
    ("action, outcome", "mail.login, success or failure; mail.disconnected, mail.message"),
    ("user, address, destination", "who, from where (rip), to where (lip)"),
    ("method", "PLAIN, LOGIN …"),
    ("count", "how many tries the line counts"),
    ("sent", "bytes that went to the reader, where the line says it (out=)"),
)
PROGRAMS = (
    *(b"dovecot", b"imap-login", b"pop3-login", b"managesieve-login", b"submission-login", b"auth", b"auth-worker"),
    *(b"imap", b"pop3", b"lmtp"),
)
_LEVEL = rb"(?:(?:(?P<service>imap|pop3|submission|managesieve)-login): )?(?:Info: |Warning: |Error: |Debug: )?"
# The name comes from the attacker and may hold ">, rip=192.0.2.1": `.*` takes all up to the last such words.
_WHO = (
    rb"user=<(?:(?P<user>.*)>(?:, method=(?P<method>[^,]++))?, rip=(?P<address>[^,]++)(?:,"
    rb" lip=(?P<destination>[^,]++))?|(?P<user__2>[^>]*+)>(?:, method=(?P<method__2>[^,]++))?)"
)
_AUTH = (
    rb"(?:auth(?:-worker)?(?:\(\d++\))?: )?(?:Info: |Warning: |Error: )?(?:conn unix:[^:]*?:"
    rb" )?(?:auth-worker<\d++>: )?"
)
_RULES = (
    ("mail.login", "success", _LEVEL + rb"(?:Login|Logged in): " + _WHO),
    ("mail.login", "failure", _LEVEL + rb"(?:Login aborted|Disconnected|Aborted login)[^(]*?\((?:auth"
         rb" failed|[^()]*?auth failed), "
     rb"(?P<count>\d++) attempts[^)]*+\)(?: \([^)]*+\))?: " + _WHO),
    ("mail.login", "failure", _LEVEL + rb"(?:Disconnected|Aborted login)[^(]*?\((?:auth failed|tried to use|client"
         rb" didn't finish|"
     rb"disconnected (?:before|while)|no auth attempts)[^)]*+\)(?: \([^)]*+\))?: " + rb"(?!user=<>)" + _WHO),
    ("mail.disconnected", "unknown", _LEVEL + rb"(?:Disconnected|Aborted login)[^(]*?(?:\([^)]*+\))?(?:"
         rb" \([^)]*+\))?: " + _WHO),
    ("mail.disconnected", "unknown", _LEVEL + rb"(?:Disconnected|Aborted login)[^(]*?(?:\([^)]*+\))?(?: \([^)]*+\))?: "
     rb"(?:user=<>, )?rip=(?P<address>[^,]++)(?:, lip=(?P<destination>[^,]++))?"),
    ("mail.login", "failure", _AUTH + rb"(?:pam|passwd|passwd-file|sql|ldap|ldaps|lua|static|shadow|plain|login|cra"
         rb"m-md5|digest-md5)"
     rb"\((?P<user>.*),(?P<address>[0-9A-Fa-f.:]++)(?:,[^)]*+)?\): (?:[a-z_]++\(\) failed: )?"
     rb"(?i:unknown user|password mismatch|authentication failure|invalid password|user not known|user is not"
     rb" allowed)"),
    pam.refused("mail.login"),
    ("mail.disconnected", "unknown", rb"(?:imap|pop3)\((?P<user>[^)]*+)\)(?:<[^>]*+>)*+: (?:Info: )?"
     rb"(?:Disconnected|Logged out|Connection closed).*?(?: in=(?P<received>\d++))?(?:,? out=(?P<sent>\d++)|"
     rb" retr=\d++/(?P<sent__2>\d++))"),
    ("mail.delivered", "success", rb"lmtp\((?P<user>[^)]*+)\)(?:<[^>]*+>)*+: .*?saved mail to (?P<path>.*)"),
    ("mail.deleted", "unknown", rb"(?:imap|pop3)\((?P<user>[^)]*+)\)(?:<[^>]*+>)*+: (?:Info: )?(?:expunge|delete):"
         rb" (?P<what>.*)"),
)  # fmt: skip
_SPEECH = Speech(
    "dovecot",
    _RULES,
    source="dovecot",
    otherwise="mail.message",
    sources=(LogSource("linux", "", "dovecot"), LogSource("linux", "mail", ""), LogSource("linux", "", "syslog")),
)
read_messages = _SPEECH.read
