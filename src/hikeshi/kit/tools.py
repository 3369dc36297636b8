"""The tools of the kit: scripts that collect evidence and cut a machine off, with nothing installed there."""

import hashlib
import io
import zipfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from hikeshi import __version__
from hikeshi.engines import evidence, isolation

ZIP_NAME = "hikeshi-kit-tools.zip"
FOLDER = "hikeshi-kit-tools"
SYSTEMS = {"windows": "win32", "macos": "darwin", "linux": "linux"}
"""The collector's name for a system (commonest first) → the isolation's name for it."""
WHEN = (1980, 1, 1, 0, 0, 0)  # the same tools give the same zip, whose hash can then be printed and compared
BOM = "\ufeff"
HERE = Path(__file__).parent / "pocket"


@dataclass(frozen=True)
class Tool:
    """One script. `command` is what a person types, as administrator, where the file lies."""

    name: str
    system: str
    what: Literal["collect", "isolate"]
    command: str
    undo: str
    text: str

    @property
    def data(self) -> bytes:
        """The file. Windows' own PowerShell takes one without a byte order mark for one in the local encoding."""
        return ((BOM if self.name.endswith(".ps1") else "") + self.text).encode()

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()


@cache
def tools() -> tuple[Tool, ...]:
    """Every script: for each system the collector, then the isolation."""
    found: list[Tool] = []
    for system, other in SYSTEMS.items():
        made = evidence.collector(system)
        name, text = isolation.carried(other)
        collecting = evidence.script(system, version=__version__)
        found.append(Tool(made.script, made.system, "collect", _collecting(made.script), "", collecting))
        found.append(Tool(name, made.system, "isolate", _isolating(name, "on"), _isolating(name, "off"), text))
    return tuple(found)


def _collecting(name: str) -> str:
    if name.endswith(".ps1"):
        return rf"powershell -NoProfile -ExecutionPolicy Bypass -File .\{name} -Out .\evidence.zip"
    return f"sudo sh {name}"


def _isolating(name: str, verb: str) -> str:
    if name.endswith(".ps1"):
        return rf"powershell -NoProfile -ExecutionPolicy Bypass -File .\{name} -Verb {verb}"
    return f"sudo sh {name} {verb}"


@cache
def packed() -> bytes:
    """All of them as one zip, with how to use them and their hashes (`sha256sum -c SHA256SUMS`)."""
    sums = "".join(f"{tool.sha256}  {tool.name}\n" for tool in tools())
    files = [("README.txt", (BOM + readme()).replace("\n", "\r\n").encode()), ("SHA256SUMS", sums.encode())]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in [*files, *((tool.name, tool.data) for tool in tools())]:
            about = zipfile.ZipInfo(f"{FOLDER}/{name}", WHEN)
            about.external_attr = (0o755 if name.endswith(".sh") else 0o644) << 16
            about.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(about, data)
    return out.getvalue()


def readme() -> str:
    """What lies beside the scripts, in both languages."""
    text = (HERE / "README.txt").read_text(encoding="utf-8")
    head, _, tail = text.partition("@EACH@\n")
    each, _, tail = tail.partition("@END@\n")
    rows = ""
    for tool in tools():
        for line in each.splitlines():
            kind, _, said = line.partition(" ")
            if kind == tool.what:
                rows += said.format(system=tool.system, command=tool.command, undo=tool.undo) + "\n"
    return (head + rows + tail).replace("@VERSION@", __version__)
