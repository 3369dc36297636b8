"""Linux's own words about people: PAM, su, sudo, accounts and groups made and changed, sessions of systemd-logind."""

from __future__ import annotations

from ...table import LogSource
from ..pam import FAILURE
from ..speech import Speech

FIELDS = (
    ("time, host", "from the syslog frame"),
    ("source", "the program: sudo, su, useradd …"),
    (
        "action",
        "sudo.command, su.login, auth.login, session.opened, account.created, account.password, group.changed …",
    ),
    ("outcome", "success or failure where the line says so"),
    ("user", "who did it; for accounts and sessions: whose they are"),
    ("address", "where from, where PAM says it (rhost)"),
    ("process", "the program that sudo or pkexec was to run; the whole command is in the column COMMAND"),
    ("USER, PWD, TTY, COMMAND", "as sudo writes them; USER is whose rights were asked for"),
)
PROGRAMS = (
    *(b"sudo", b"su", b"su-l", b"login", b"doas", b"pkexec", b"polkitd", b"runuser", b"systemd-logind", b"systemd"),
    *(b"useradd", b"usermod", b"userdel", b"groupadd", b"groupmod", b"groupdel", b"adduser", b"newusers", b"chage"),
    *(b"passwd", b"chpasswd", b"gpasswd", b"chfn", b"chsh", b"unix_chkpwd", b"cockpit-session", b"webmin"),
    *(b"su(pam_unix)", b"login(pam_unix)", b"sudo(pam_unix)", b"gdm(pam_unix)", b"gdm-password", b"systemd-user"),
)
_TTY = (
    rb"TTY=(?P<tty>[^;]*?) ; PWD=(?P<pwd>.*?) ; USER=(?P<runas>[^;]*?) ; (?:GROUP=[^;]*+; )?(?:TSID=[^;]*+;"
    rb" )?(?:ENV=.*? ; )?"
)
_COMMAND = _TTY + rb"COMMAND=(?P<command>(?P<process>[^ ]++).*)"
_HOST = rb"(?:HOST=[^ ]++ : )?"  # in the file that sudo writes itself
_PAM = rb"(?:pam_\w++\([^)]*\): )?"
_RULES = (
    ("sudo.command", "failure", rb" *(?P<user>[^ :]++) : " + _HOST + rb"(?:\d++ incorrect password attempts?|"
     rb"a password is required|"
     rb"command not allowed|user NOT in sudoers|user NOT authorized on host|(?:unknown|invalid) [^;]*?) ; " + _COMMAND),
    ("sudo.command", "success", rb" *(?P<user>[^ :]++) : " + _HOST + _COMMAND),
    ("auth.login", "failure", _PAM + FAILURE),
    ("auth.login", "failure", rb"pam_\w++\([^)]*\): user (?P<user>.+?) \(\d++\) tally \d++, deny \d++"),
    ("auth.login", "failure", rb"pam_(?:faillock|tally2?)\([^)]*\): Consecutive login failures for user (?P<user>[^"
         rb" ]++) "
     rb"account temporarily locked"),
    ("auth.login", "failure", _PAM + rb"check pass; user unknown"),
    ("session.opened", "success", _PAM + rb"session opened for user (?P<user>[^ (]++)(?:\(uid=\d++\))?"
     rb" by (?P<by>[^ (]*+)\(uid=\d++\)"),
    ("session.closed", "unknown", _PAM + rb"session closed for user (?P<user>[^ ]++)"),
    ("account.password", "success", _PAM + rb"password changed for (?P<user>[^ ]++)"),
    ("su.login", "failure", rb"FAILED (?:SU|su) (?:for |\(to )(?P<runas>[^ )]++)(?: by |\) )(?P<user>[^ ]++)"
     rb"(?: on (?P<tty>[^ ]++))?"),
    ("su.login", "success", rb"(?:Successful su for (?P<runas>[^ ]++) by (?P<user>[^ ]++)|"
     rb"\(to (?P<runas__2>[^ )]++)\) (?P<user__2>[^ ]++) on (?P<tty>[^ ]++))$"),
    ("su.login", "success", rb"\+ (?P<tty>[^ ]++) (?P<user>[^ :]++):(?P<runas>[^ ]++)$"),
    ("su.login", "failure", rb"- (?P<tty>[^ ]++) (?P<user>[^ :]++):(?P<runas>[^ ]++)$"),
    ("auth.login", "failure", rb"FAILED LOGIN (?:SESSION |\(?\d++\)? )?(?:FROM|on) (?P<tty>[^ ]*+)"
     rb"(?: FROM (?P<address>[^ ]++))? FOR '?(?P<user>[^',]*+)'?,"),
    ("auth.login", "success", rb"(?P<user>(?i:root)) LOGIN {1,2}(?:ON|on) '?(?P<tty>[^ ']++)'?(?: FROM"
         rb" '?(?P<address>[^ ']++)'?)?"),
    ("auth.login", "success", rb"LOGIN ON (?P<tty>[^ ]++)(?: BY (?P<user>[^ ]++))?(?: FROM (?P<address>[^ ]++))?"),
    ("account.created", "success", rb"new user: name=(?P<user>[^,]++), UID=(?P<uid>\d++), GID=(?P<gid>\d++), "
     rb"home=(?P<home>[^,]*+)(?:, shell=(?P<shell>[^,]*+))?(?:, from=(?P<tty>[^,]*+))?"),
    ("account.created", "failure", rb"failed adding user '?(?P<user>[^',]++)'?"),
    ("account.deleted", "success", rb"delete user '(?P<user>[^']++)'"),
    ("account.locked", "success", rb"lock user '(?P<user>[^']++)' password"),
    ("account.unlocked", "success", rb"unlock user '(?P<user>[^']++)' password"),
    ("account.changed", "success", rb"change user '(?P<user>[^']++)' (?P<what>.*)"),
    ("account.changed", "success", rb"changed (?P<what>.*?) (?:of|for) '?(?P<user>[^' ]++)'?$"),
    ("group.member_added", "success", rb"add '(?P<user>[^']++)' to (?:shadow )?group '(?P<group>[^']++)'"),
    ("group.member_added", "success", rb"user (?P<user>[^ ]++) added by (?P<by>[^ ]++) to group (?P<group>[^ ]++)"),
    ("group.member_removed", "success", rb"delete '(?P<user>[^']++)' from (?:shadow )?group '(?P<group>[^']++)'"),
    ("group.created", "success", rb"new group: name=(?P<group>[^,]++), GID=(?P<gid>\d++)"),
    ("group.deleted", "success", rb"(?:remove group|group) '(?P<group>[^']++)' removed"),
    ("session.opened", "success", rb"New session '?(?P<session>[^' ]++)'? of user '?(?P<user>[^' .]++)'?"),
    ("session.closed", "unknown", rb"(?:Removed session|Session) (?P<session>[^ .]++)(?: logged out)?\."),
    ("system.shutdown", "unknown", rb"(?:System is (?:powering down|rebooting|halting)|The system will (?:power"
         rb" off|reboot))"),
    ("system.power_button", "unknown", rb"Power key pressed"),
    ("sudo.command", "success", rb"(?P<user>[^ :]++): Executing command \[USER=(?P<runas>[^\]]*+)\]"
         rb" \[TTY=(?P<tty>[^\]]*+)\] "
     rb"\[CWD=(?P<pwd>[^\]]*+)\] \[COMMAND=(?P<command>(?P<process>[^ \]]++).*)\]$"),
    ("sudo.command", "failure", rb"(?P<user>[^ :]++): (?:The value for |Error executing"
         rb" command).*?\[USER=(?P<runas>[^\]]*+)\] "
     rb"\[TTY=(?P<tty>[^\]]*+)\] \[CWD=(?P<pwd>[^\]]*+)\] \[COMMAND=(?P<command>.*)\]$"),
)  # fmt: skip
_SPEECH = Speech(
    "linux_auth",
    _RULES,
    otherwise="auth.message",
    sources=(LogSource("linux", "", "auth"), LogSource("linux", "", "sudo"), LogSource("linux", "", "syslog")),
    also={
        "runas": ("USER", "user.target.name"),
        "pwd": ("PWD", "process.working_directory"),
        "tty": ("TTY",),
        "command": ("COMMAND", "process.command_line"),
        "group": ("group.name",),
    },
)
read_messages = _SPEECH.read
