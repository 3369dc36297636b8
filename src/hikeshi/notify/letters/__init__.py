"""Documents of a case on their way out: made from facts, corrected, checked, approved, sent and proved.

steps: the verbs · making: the text · editing, hand: corrections · leaving: what holds it back · lawyers: their lock ·
ways, closing: while our own mail is suspect · shelf, since: what is next, and new · papers, by_hand, sending: pages.
"""

from hikeshi.notify.letters.making import STAGES, Paper, facts_of, key_of, paper_of, parties, sender
from hikeshi.notify.letters.steps import (
    DUTY_STAGE,
    STEPS,
    approve,
    beforehand,
    check,
    earlier,
    edit,
    findings,
    may_leave,
    objections,
    open_targets,
    override,
    printed,
    prove,
    send,
    serves,
    without_lawyer,
)

__all__ = [
    "DUTY_STAGE",
    "STAGES",
    "STEPS",
    "Paper",
    "approve",
    "beforehand",
    "check",
    "earlier",
    "edit",
    "facts_of",
    "findings",
    "key_of",
    "may_leave",
    "objections",
    "open_targets",
    "override",
    "paper_of",
    "parties",
    "printed",
    "prove",
    "send",
    "sender",
    "serves",
    "without_lawyer",
]
