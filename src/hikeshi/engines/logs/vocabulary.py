"""The shared vocabulary of actions: what an event means to finders and the story, whatever product wrote it.

A parser names an action `<service>.<what>` and an outcome; the tags that finders listen to follow from these, here
and nowhere else. docs/kinds/parser.md tells it to people who add a format.
"""

from __future__ import annotations

import re
from functools import lru_cache

from .tags import bit, bits

LOGIN = re.compile(r"\.(?:\w*_)?(?:log_?[io]n|sign_?in)(?:_failed)?$|^(?:vpn|smb)\.connected$")
"""Actions that are log-ins: ssh.login, win.logon, win.rdp_logon, m365.sign_in …; the outcome says whether it worked.

A connection by VPN or to a share stands only once somebody was let in, be it by a certificate.
"""

_FAMILIES = {
    "windows": "win",
    "ftp": "ftp sftp",
    "mail": "mail exchange",
    "vpn": "vpn ppp l2tp radius",
    "database": "db",
    "device": "router device switch fw",
    "share": "nas smb",
    "cloud": "m365 entra azure google workspace gcp aws github cloudflare okta onelogin cloud",
}
_OF_PREFIX = {prefix: family for family, prefixes in _FAMILIES.items() for prefix in prefixes.split()}
# These have finders of their own, which know more of their lines than success and failure.
_APART = ("ssh", "web", "wp")
FAMILIES = (*_FAMILIES, "service")
"""What is logged in to; "service" is everything that none of the others names."""

_DONE, _ANY = ("success", "unknown"), ("success", "failure", "unknown")
_OTHERS = (
    ("files.fetched", re.compile(r"^\w+\.(?:files?_?)?(?:downloaded|download|fetched)$|^smb\.read$"), _DONE),
    ("files.deleted", re.compile(r"^\w+\.(?:files?_?)?(?:deleted|removed|recycled)$"), _DONE),
    ("files.renamed", re.compile(r"^\w+\.(?:files?_?)?(?:renamed|moved)$"), _DONE),
    ("net.refused", re.compile(r"^fw\.(?:blocked|packet)$"), ("failure", "unknown")),
    ("ids.alert", re.compile(r"^(?:ids|ips)\.(?!message$|unbanned$)\w+$|^fail2ban\.banned$|^fw\.attack$"), _ANY),
)
_FILES = ("ftp", "sftp", "smb", "nas", *_FAMILIES["cloud"].split())


def login_tags(family: str) -> tuple[str, str]:
    """The tags of a log-in to this family that worked, and of one that failed."""
    return f"login.{family}", f"login.{family}_failed"


LOGINS = tuple(login_tags(family)[0] for family in FAMILIES)


def family_of(action: str) -> str:
    """What an action of logging in logs in to: "windows", "mail" … or "service"; empty where it is no log-in."""
    prefix = action.partition(".")[0]
    if prefix in _APART or not LOGIN.search(action):
        return ""
    return _OF_PREFIX.get(prefix, "service")


@lru_cache(10_000)
def shared(action: str, outcome: str) -> int:
    """The bits that follow from an action and its outcome, beside the action's own tag."""
    if family := family_of(action):
        worked, failed = login_tags(family)
        if outcome == "failure" or action.endswith("_failed"):
            return bit(failed)
        return bit(worked) if outcome == "success" else 0
    prefix = action.partition(".")[0]
    chosen = [
        tag
        for tag, rule, outcomes in _OTHERS
        if outcome in outcomes and rule.match(action) and (prefix in _FILES or not tag.startswith("files."))
    ]
    return bits(*chosen)
