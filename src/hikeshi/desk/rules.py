"""Who may do what: one table, role × verb. Pure."""

from typing import Literal, get_args

Role = Literal["owner", "technical", "liaison", "reader"]
Verb = Literal[
    "read",  # see the workspace, its cases and its preparation
    "record",  # note, answer a card, state a fact, add evidence
    "open_case",
    "isolate",  # cut a host off, revoke accounts
    "point_at",  # name a file on the server's own disk (DESIGN: owner only, inside folders the owner named)
    "prepare",  # contacts, devices, holdings, insurance, the plan
    "write_documents",
    "approve",  # the leader's approval of exactly one text (R1)
    "send",  # file that something was sent
    "seal",  # make the sealed archive
    "close_case",
    "people",  # invite, change roles, remove
    "settings",
]

ROLES: tuple[str, ...] = get_args(Role)
VERBS: tuple[str, ...] = get_args(Verb)

_ALLOWED: dict[str, frozenset[str]] = {
    # R1 Incident Response Leader インシデント対応責任者: every final decision.
    "owner": frozenset(VERBS),
    # R2 Technical lead 技術担当者: investigation, isolation, recovery.
    "technical": frozenset({"read", "record", "open_case", "isolate", "prepare", "write_documents", "seal"}),
    # R3 External liaison 対外連絡担当者: customers, partners, police, lawyer.
    "liaison": frozenset({"read", "record", "open_case", "prepare", "write_documents", "send"}),
    # The lawyer, the insurer, the adviser: sees, and changes nothing.
    "reader": frozenset({"read"}),
}


def may(role: str | None, verb: str) -> bool:
    """Whether `role` may do `verb`. An unknown role may nothing; an unknown verb is a mistake in the program."""
    if verb not in VERBS:
        raise KeyError(verb)
    return verb in _ALLOWED.get(role or "", frozenset())
