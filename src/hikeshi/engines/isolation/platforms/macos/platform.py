"""macOS: an anchor of pf and its states, by a shell script. Written from documentation; not yet run on a Mac."""

from __future__ import annotations

from pathlib import Path

from hikeshi.engines.isolation.plan import Plan

HERE = Path(__file__).parent
FOLDER = "/var/db/hikeshi-isolation"
SYSTEMS = ("darwin",)
SHELL = ["/bin/sh", "-s"]
END = "HIKESHI_END_OF_SCRIPT"
CARRIED = "isolate-macos.sh"


def functions(folder: str = FOLDER) -> str:
    """Every function of the script; nothing runs before all of it was read."""
    return f"STATE={folder}\n" + (HERE / "host.sh").read_text(encoding="utf-8")


def host_script(folder: str = FOLDER) -> str:
    """What is kept on the Mac and runs there."""
    return f'#!/bin/sh\n{functions(folder)}\nmain "$@"\nexit\n'


def carried(folder: str = FOLDER) -> str:
    """What is carried on a stick: cuts everything off at the machine itself, and undoes it."""
    tail = (HERE.parent.parent / "carried.sh").read_text(encoding="utf-8")
    # In braces, so that a file of which only a part came along is refused whole, not run in silence.
    return f"#!/bin/sh\n{{\n{functions(folder)}\n{tail.replace('@NAME@', CARRIED)}\n}}\n"


def text(verb: str, plan: Plan, folder: str = FOLDER) -> str:
    """What is given to the shell. Only `on` leaves something behind."""
    if verb != "on":
        return f"{functions(folder)}\nmain {verb} </dev/null\nexit\n"
    allow = "".join(f"{entry.line()}\n" for entry in plan.allow)
    return f"""{functions(folder)}
keep() {{
cat >"$STATE/host.sh.new" <<'{END}' || fail no_state "$STATE"
{host_script(folder)}{END}
mv -f "$STATE/host.sh.new" "$STATE/host.sh"
cat >"$STATE/allow.wanted" <<'{END}'
{allow}{END}
}}
main on {plan.timer} {"yes" if plan.escape else "no"} </dev/null
exit
"""


def by_hand(folder: str = FOLDER) -> str:
    """The undo that needs no Hikeshi."""
    return f"sudo sh {folder}/host.sh off"
