"""Locks the parts by hash, for every platform at once; needs uv. Where they come from is the user's own setting.

python tools/lock.py               add or remove what pyproject.toml says, keep the other versions
python tools/lock.py --upgrade     take the newest versions that pyproject.toml allows
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HOUSE = Path(__file__).resolve().parents[1]
COMMON = ["--universal", "--generate-hashes", "--no-annotate", "--no-header", "--python-version", "3.11", "--quiet"]
# The test set is held to the versions of the product's set: start.py takes it for the whole product and more.
SETS = {
    "requirements.lock": [],
    "requirements-test.lock": ["--extra", "test", "--constraint", "requirements.lock"],
}


def main(arguments: list[str]) -> int:
    for name, options in SETS.items():
        command = ["uv", "pip", "compile", "pyproject.toml", *options, *COMMON, *arguments, "--output-file", name]
        if (code := subprocess.run(command, cwd=HOUSE, check=False).returncode) != 0:
            return code
        path = HOUSE / name
        # uv writes down where it fetched from when that is not the usual place.
        kept = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith(("-", "#"))]
        path.write_text("\n".join(kept) + "\n", encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
