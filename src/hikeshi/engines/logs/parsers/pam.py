"""PAM's sentence for a refused log-in, which every program that asks PAM writes under its own name."""

from __future__ import annotations

FAILURE = (
    rb"authentication failure;(?: logname=(?P<logname>[^ ]*+))?(?: uid=\d++)?"
    rb"(?: euid=\d++)?(?: tty=(?P<tty>[^ ]*+))?(?: ruser=(?P<ruser>[^ ]*+))?(?: rhost=(?P<address>[^ ]*+))?"
    rb"(?: ++user=(?P<user>.*?))? *$"
)
SAID = rb"(?:auth: )?pam_\w++\([^)]*\): "
"""What stands before it; dovecot says first that it is its auth process."""


def refused(action: str) -> tuple[str, str, bytes]:
    """The rule for a program whose log-ins are called `action`."""
    return action, "failure", SAID + FAILURE
