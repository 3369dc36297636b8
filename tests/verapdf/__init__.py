"""veraPDF, the reference implementation that says whether a file keeps PDF/A and PDF/UA; brought by `start.py test`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
# Beside this environment's programs: made with it, and gone with it.
PARTS = Path(sys.prefix) / "verapdf"


def verdicts(folder: Path) -> dict[str, dict[str, list[str]]]:
    """{file name: {"2b" | "ua1": the clauses it breaks, or none}} of every PDF file in a folder."""
    command = ["java", "-cp", f"{PARTS}/*", str(HERE / "Check.java"), *sorted(map(str, folder.glob("*.pdf")))]
    ran = subprocess.run(command, capture_output=True, check=True, timeout=600)
    found: dict[str, dict[str, list[str]]] = {}
    for line in ran.stdout.decode().splitlines():
        file, standard, *said = line.split("\t")
        broken = found.setdefault(Path(file).name, {}).setdefault(standard, [])
        if said != ["ok"]:
            broken.append(" ".join(said))
    return found
