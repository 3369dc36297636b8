"""The tools of the kit: scripts that collect evidence and cut a machine off, with nothing installed there."""

import hashlib
import io
import zipfile
from dataclasses import dataclass
from functools import cache
from typing import Literal

from hikeshi import __version__
from hikeshi.engines import evidence, isolation

ZIP_NAME = "hikeshi-kit-tools.zip"
FOLDER = "hikeshi-kit-tools"
SYSTEMS = {"windows": "win32", "macos": "darwin", "linux": "linux"}
"""The collector's name for a system (commonest first) → the isolation's name for it."""
WHEN = (1980, 1, 1, 0, 0, 0)  # the same tools give the same zip, whose hash can then be printed and compared
BOM = "\ufeff"


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
    return f"sudo sh {name} > evidence.tar"


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
    rows = []
    for tool in tools():
        what = {"collect": "証拠を集める / collect evidence", "isolate": "切り離す / cut off the network"}[tool.what]
        rows.append(f"[{tool.system}] {what}\n    {tool.command}\n")
        if tool.undo:
            rows.append(f"    元に戻す / undo:  {tool.undo}\n")
    return f"""火消し 携帯キットの道具 {__version__} / Hikeshi, the kit's tools

1. 相手が操作している、ファイルが変わり続けるときは、先にLANケーブルを抜き、Wi-Fiを切る。電源は切らない。
2. 証拠を集める。このフォルダーをUSBメモリーに置き、その機械の管理者として、USBメモリーの中で打つ。
   Windowsは「管理者として実行」で開いたPowerShellで打つ。
3. 線が抜けない機械は、切り離す。
4. したことと時刻を紙に書く。集めたファイルは、火消しの「証拠を残す」のページで取り込む。

1. If somebody is in control or files go on changing: first pull out the cable and switch Wi-Fi off. Leave the power on.
2. Collect evidence. Put this folder on a USB stick and type there, as the machine's administrator.
   On Windows, type in a PowerShell opened with "Run as administrator".
3. Cut off a machine whose cable cannot be pulled.
4. Write down what you did, and when. Bring the collected file to Hikeshi's page "Keep the evidence".

{"".join(rows)}
確かめ方 / To check these files:  sha256sum -c SHA256SUMS
Linux のものは本物の通信と機械で確かめた。Windows と macOS のものは、実機ではまだ動かしていない。先に無事な機械で試す。
Linux: tested with real traffic. Windows and macOS: not yet run on such machines; try them on a healthy one first.
"""
