"""Linux: one nftables transaction over the IP and the device layer, by a POSIX shell script that needs nothing else."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from hikeshi.engines.isolation.plan import Plan

HERE = Path(__file__).parent
PARTS = ("rules.sh", "keeping.sh", "verbs.sh")
FOLDER = "/var/lib/hikeshi-isolation"
SYSTEMS = ("linux",)
SHELL = ["sh", "-s"]
END = "HIKESHI_END_OF_SCRIPT"
CARRIED = "isolate.sh"


@cache
def functions(folder: str = FOLDER) -> str:
    """Every function of the script. Nothing runs before all of it was read: a connection may break while it is sent."""
    body = "\n".join((HERE / name).read_text(encoding="utf-8") for name in PARTS)
    return f"STATE={folder}\n{body}"


def host_script(folder: str = FOLDER) -> str:
    """What is kept on the host and runs there: `sh host.sh off` needs no Hikeshi."""
    return f'#!/bin/sh\n{functions(folder)}\nmain "$@"\nexit\n'


def carried(folder: str = FOLDER) -> str:
    """What is carried on a stick: cuts everything off at the machine itself, and undoes it."""
    tail = (HERE.parent.parent / "carried.sh").read_text(encoding="utf-8")
    # In braces, so that a file of which only a part came along is refused whole, not run in silence.
    return f"#!/bin/sh\n{{\n{functions(folder)}\n{tail.replace('@NAME@', CARRIED)}\n}}\n"


def text(verb: str, plan: Plan, folder: str = FOLDER) -> str:
    """What is given to a shell on the host. Only `on` leaves something there."""
    if verb != "on":
        return f"{functions(folder)}\nmain {verb} </dev/null\nexit\n"
    allow = "".join(f"{entry.line()}\n" for entry in plan.allow)
    escape = "yes" if plan.escape else "no"
    return f"""{functions(folder)}
keep() {{
cat >"$STATE/host.sh.new" <<'{END}' || fail no_state "$STATE"
{host_script(folder)}{END}
mv -f "$STATE/host.sh.new" "$STATE/host.sh"
cat >"$STATE/allow.wanted" <<'{END}'
{allow}{END}
}}
main on {plan.timer} {escape} </dev/null
exit
"""


def by_hand(folder: str = FOLDER) -> str:
    """The undo that needs no Hikeshi."""
    return f"sudo sh {folder}/host.sh off"
