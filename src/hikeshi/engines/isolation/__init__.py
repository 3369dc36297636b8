"""Cuts a host off the network, keeps an escape path, and undoes it to the byte.

    plan = make(resolved(["203.0.113.5:22"]), timer=None, over_link=False)
    report = act("on", Local(), plan)          # or Ssh("root@web1"); then "confirm", "off", "status"
    report.state, report.steps, report.undo

The same words run on every system: platforms/<os>/ writes the script that does it.
"""

from hikeshi.engines.isolation.acting import act, carried, platform, script
from hikeshi.engines.isolation.allow import Allowed, complement, resolved, split
from hikeshi.engines.isolation.answer import Report, Step, read
from hikeshi.engines.isolation.places import Local, Place, Ssh, connection, over_link
from hikeshi.engines.isolation.plan import Plan, make
from hikeshi.engines.isolation.probes import tried

__all__ = [
    "Allowed",
    "Local",
    "Place",
    "Plan",
    "Report",
    "Ssh",
    "Step",
    "act",
    "carried",
    "complement",
    "connection",
    "make",
    "over_link",
    "platform",
    "read",
    "resolved",
    "script",
    "split",
    "tried",
]
