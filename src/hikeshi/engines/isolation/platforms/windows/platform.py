"""Windows: rules of its own firewall that block the complement of the allowlist; adapters where policy ignores rules.

Written from documentation; not yet run on Windows.
"""

from __future__ import annotations

import ipaddress
import json
from collections import defaultdict
from pathlib import Path

from hikeshi.engines.isolation.allow import Allowed, complement
from hikeshi.engines.isolation.places import connection
from hikeshi.engines.isolation.plan import Plan

FOLDER = r"C:\ProgramData\HikeshiIsolation"
SYSTEMS = ("win32",)
# The whole script is read before any of it runs.
READ = "[Console]::InputEncoding=[Text.Encoding]::UTF8; [Console]::OutputEncoding=[Text.Encoding]::UTF8; "
RUN = "& ([ScriptBlock]::Create([Console]::In.ReadToEnd()))"
SHELL = ["powershell.exe", "-NoProfile", "-NonInteractive", "-ExecutionPolicy", "Bypass", "-Command", READ + RUN]
# A rule takes many addresses; lists longer than this have been seen to be refused.
MOST = 1000
CARRIED = "isolate.ps1"
USE = r"""# From a stick, at the machine itself, as administrator; nothing needs to be installed:
#   powershell -NoProfile -ExecutionPolicy Bypass -File isolate.ps1 -Verb on       ネットワークから切り離す / cut off
#   … -Verb off      元に戻す / undo it          … -Verb status   いまの様子 / how it stands
#   … -Verb confirm  切ったままにする（離れたところから切って、時間つきのとき） / keep it (after a cut from afar)
# LANケーブルを抜きWi-Fiを切るほうが確か。電源は切らない。 / Pulling the cable out is surer. Leave the power on.
"""


def blocks(allow: list[Allowed]) -> list[dict[str, object]]:
    """The block rules: every address but the allowed ones, and of those with a port every other port."""
    four, six = complement([ipaddress.ip_address(entry.address) for entry in allow])
    ranges = [f"{first}-{last}" for first, last in [*four, *six]]
    made: list[dict[str, object]] = []
    for direction in ("Inbound", "Outbound"):
        for start in range(0, len(ranges), MOST):
            made.append({"name": direction, "direction": direction, "addresses": ranges[start : start + MOST]})
        for address, ports in _ports(allow).items():
            others = _other_ports(ports)
            # The port is theirs where we connect, ours where they do.
            side = "local" if direction == "Inbound" else "remote"
            for protocol in ("TCP", "UDP"):
                rule = {"name": f"{direction} {address}", "direction": direction, "addresses": [address]}
                made.append({**rule, "protocol": protocol, side: others})
    return made


def text(verb: str, plan: Plan, folder: str = FOLDER) -> str:
    """What is given to PowerShell. Only `on` leaves something behind."""
    body = (Path(__file__).parent / "host.ps1").read_text(encoding="utf-8")
    allow = [*plan.allow, *(_escape() if plan.escape and verb == "on" else [])]
    kept = f"param([string]$Verb = 'off')\n$State = '{_quoted(folder)}'\n$Timer = 0\n$Allow = @()\n$Blocks = @()\n"
    made = _quoted(json.dumps(blocks(allow) if verb == "on" else []))
    head = (
        f"$Verb = '{verb}'\n$State = '{_quoted(folder)}'\n$Timer = {plan.timer}\n"
        f"$Allow = @({', '.join(repr(entry.line()) for entry in allow)})\n"
        f"$Blocks = @('{made}' | ConvertFrom-Json | ForEach-Object {{ $_ }})\n"
    )
    script = f"$Script = '{_quoted(kept + body + 'Invoke-Verb')}'\n" if verb == "on" else ""
    return f"{head}{script}{body}Invoke-Verb\n"


def carried(folder: str = FOLDER) -> str:
    """What is carried on a stick: cuts everything off at the machine itself, and undoes it."""
    here = Path(__file__).parent
    head = (
        f"{USE}param([string]$Verb = 'status')\n$State = '{_quoted(folder)}'\n$Timer = 0\n$Allow = @()\n"
        f"$Blocks = @('{_quoted(json.dumps(blocks([])))}' | ConvertFrom-Json | ForEach-Object {{ $_ }})\n"
        "$Script = $(if ($PSCommandPath) { [IO.File]::ReadAllText($PSCommandPath) })\n"
    )
    return head + "".join((here / name).read_text(encoding="utf-8") for name in ("host.ps1", "carried.ps1"))


def by_hand(folder: str = FOLDER) -> str:
    """The undo that needs no Hikeshi, for a PowerShell that was started as administrator."""
    return rf"powershell -NoProfile -ExecutionPolicy Bypass -File {folder}\host.ps1 -Verb off"


def _ports(allow: list[Allowed]) -> dict[str, set[int]]:
    """Address → its ports; an address that is allowed whole has none."""
    found: dict[str, set[int]] = defaultdict(set)
    for entry in allow:
        found[entry.address].add(entry.port)
    return {address: ports for address, ports in found.items() if 0 not in ports}


def _other_ports(ports: set[int]) -> list[str]:
    """Every port but these, as ranges."""
    ranges, start = [], 0
    for port in [*sorted(ports), 65536]:
        if start < port:
            ranges.append(f"{start}-{port - 1}" if start < port - 1 else str(start))
        start = port + 1
    return ranges


def _escape() -> list[Allowed]:
    """The address from which an SSH session leads this machine."""
    words = (connection() or "").split()
    return [Allowed(words[0].partition("%")[0], int(words[3]))] if len(words) == 4 and words[3].isdigit() else []


def _quoted(text: str) -> str:
    """The inside of a single-quoted PowerShell string."""
    return text.replace("'", "''")
