"""OpenVPN's server: its own log file and what it says to syslog."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ...table import Context, LogSource
from ...times import MONTHS, iso_time, local_time
from ..speech import Frame, Speech, stamped

FIELDS = (
    ("time", "local time of the server; the zone must be told"),
    (
        "action, outcome",
        "vpn.login (checked and let in, or refused), vpn.connected, vpn.disconnected, vpn.probe, vpn.message",
    ),
    ("user, address", "the certificate's or account's name, and from where"),
    ("destination", "the address that the client got inside"),
)
PROGRAMS = (b"openvpn", b"ovpn-server", b"ovpn-server1", b"ovpn-client", b"openvpn-server")
_LINE = re.compile(
    rb"(?:(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)|[A-Z][a-z][a-z] ([A-Z][a-z][a-z]) {1,2}(\d{1,2}) (\d\d:\d\d:\d\d) (\d{4})) "
    rb"(?:us=\d++ )?(.*)",
    re.DOTALL,
)
_PEER = rb"(?:(?P<user>[^/ ]++)/)?(?P<address>(?:\d{1,3}\.){3}\d{1,3}|\[?[0-9A-Fa-f:]{3,39}\]?):(?P<src_port>\d{1,5}) "
_OURS = re.compile(
    _PEER.replace(b"?P<user>", b"?:").replace(b"?P<address>", b"?:").replace(b"?P<src_port>", b"?:")
    + rb"|OpenVPN \d|Incoming Control|Outgoing |TUN/TAP|TLS[: ]|Initialization Sequence|MULTI: |Listening"
    rb" for|UDPv?[46]|TCPv?[46]|"
    rb"Diffie-Hellman|ROUTE|net_|/sbin/|IFCONFIG|ifconfig|library versions|Data Channel|WARNING: |NOTE: |Note:"
    rb" |Socket Buffers|"
    rb"Peer Connection|SIGTERM\[|SIGUSR1\[|SIGINT\[|SIGHUP\[|event_wait|Options error|DEPRECATED OPTION|VERIFY"
    rb" |AUTH: |OPTIONS |"
    rb"PUSH: |Control Channel|Timers: |GID set|UID set|Attempting to establish|GDG6?: |TCP/UDP: "
)
_RULES = (
    (
        "vpn.login",
        "failure",
        _PEER + rb"(?:\[[^\]]*+\] )?TLS Auth Error: Auth Username/Password verification failed"
        rb" for peer",
    ),
    ("vpn.login", "failure", _PEER + rb"VERIFY ERROR: .*?(?:CN=(?P<subject>[^,]++))?(?:,|$)"),
    (
        "vpn.login",
        "failure",
        _PEER + rb"(?:SENT CONTROL \[(?P<user__2>[^\]]*+)\]: 'AUTH_FAILED'|AUTH: Received"
        rb" control message: AUTH_FAILED)",
    ),
    (
        "vpn.login",
        "success",
        _PEER + rb"TLS: Username/Password authentication succeeded for username"
        rb" '(?P<user__2>[^']*+)'",
    ),
    (
        "vpn.probe",
        "failure",
        _PEER + rb"(?:\[[^\]]*+\] )?(?:TLS Error: |TLS_ERROR: |WARNING: Bad encapsulated"
        rb" packet|Non-OpenVPN client)",
    ),
    ("vpn.probe", "failure", rb"TLS Error: .*? from \[AF_INET6?\](?P<address>[^ ]*?):(?P<src_port>\d++)$"),
    ("vpn.connected", "success", _PEER + rb"\[(?P<user__2>(?!UNDEF\])[^\]]++)\] Peer Connection Initiated with"),
    ("vpn.connection", "unknown", _PEER + rb"\[UNDEF\] Peer Connection Initiated with"),
    ("vpn.connection", "unknown", _PEER + rb"TCP connection established with"),
    ("vpn.connected", "success", _PEER + rb"MULTI: (?:primary virtual IP for|Learn: (?P<destination>[^ ]++) ->)"),
    (
        "vpn.disconnected",
        "unknown",
        _PEER + rb"(?:\[[^\]]*+\] )?(?:SIGTERM|SIGUSR1|Connection reset|Inactivity"
        rb" timeout|Connection closed)",
    ),
)
_SPEECH = Speech(
    "openvpn",
    _RULES,
    source="openvpn",
    otherwise="vpn.message",
    sources=(LogSource("", "vpn", ""), LogSource("openvpn", "", "")),
    also={"src_port": ("source.port",), "address": ("src_ip",)},
)


def understands(line: bytes) -> bool:
    match = _LINE.match(line)
    return match is not None and _OURS.match(match[6]) is not None


def claims(sample: Sequence[bytes]) -> float:
    """Many programs write a date and a warning: some line must name OpenVPN, or a peer."""
    mine = [match for line in sample if (match := _LINE.match(line)) and _OURS.match(match[6])]
    if not any(b"OpenVPN" in match[6] or b"[AF_INET" in match[6] or _SPEECH.knows(match[6]) for match in mine):
        return 0.0
    return len(mine) / len(sample)


def _cut(line: bytes, context: Context) -> tuple[Frame, bytes] | None:
    match = _LINE.match(line)
    if not match or not _OURS.match(match[6]):
        return None
    if match[1]:
        time = stamped(context, match[1], lambda: iso_time(match[1], context.zone))
    else:
        month = MONTHS.get(match[2])
        time = month and local_time(int(match[5]), month, int(match[3]), match[4], context.zone)
    return None if time is None else (Frame(time, b"", b"openvpn", b"", context.zone_name), match[6])


read = _SPEECH.lines(_cut)
read_messages = _SPEECH.read
