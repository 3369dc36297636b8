"""Pure-FTPd, by syslog: `(user@address) [LEVEL] …`. Its own access log is in the form of a web server's (CLF)."""

from __future__ import annotations

from ...table import LogSource
from .. import pam
from ..speech import Speech

FIELDS = (
    ("time, host", "from the syslog frame"),
    ("action, outcome", "ftp.login, ftp.connection, ftp.upload, ftp.download, ftp.deleted, ftp.renamed, ftp.message"),
    ("user, address", "who, from where; ? is nobody yet"),
    ("path, sent", "the file and its size in bytes"),
)
PROGRAMS = (b"pure-ftpd",)
_WHO = rb"\((?:\?|(?P<user>[^)]*?))@(?P<address>[^)@]++)\) \[[A-Z]++\] "
_FROM = rb"\([^)@]*+@(?P<address>[^)@]++)\) \[[A-Z]++\] "
_BYTES = rb"\((?P<sent>\d++) bytes, [\d.]++ ?KB/sec\)$"
_RULES = (
    ("ftp.login", "failure", _FROM + rb"Authentication failed for user \[(?P<user>.*)\]$"),
    ("ftp.login", "success", _FROM + rb"(?P<user>.*) is now logged in$"),
    ("ftp.connection", "unknown", _FROM + rb"New connection from "),
    ("ftp.connection", "unknown", _WHO + rb"Logout\.$"),
    ("ftp.upload", "success", _WHO + rb"(?P<path>.*) uploaded +" + _BYTES),
    ("ftp.download", "success", _WHO + rb"(?P<path>.*) downloaded +" + _BYTES),
    ("ftp.deleted", "success", _WHO + rb"Deleted (?P<path>.*)$"),
    ("ftp.renamed", "success", _WHO + rb"File successfully renamed or moved: \[(?P<old>.*)\]->\[(?P<path>.*)\]$"),
    pam.refused("ftp.login"),
    ("ftp.refused", "failure", _WHO + rb"(?:Too many (?:authentication failures|connections)|Sorry, )"),
)
_SPEECH = Speech(
    "pureftpd",
    _RULES,
    source="pure-ftpd",
    otherwise="ftp.message",
    sources=(LogSource("linux", "", "pureftpd"), LogSource("", "ftp", "")),
)
read_messages = _SPEECH.read
