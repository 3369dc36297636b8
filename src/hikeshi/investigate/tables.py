"""Where the event tables of scans lie. They are made from evidence and can be made again: no record, only a help."""

import shutil
from pathlib import Path
from typing import Any

from django.conf import settings

from hikeshi.engines.logs import shards
from hikeshi.investigate.models import Scan


def place(scan: Scan) -> Path:
    """The folder of a scan's table, whether it is there or not."""
    return Path(settings.HIKESHI_DATA) / "tables" / str(scan.chain_id) / scan.scan


def forget(scan: Scan) -> None:
    """Take away what an earlier try left."""
    shutil.rmtree(place(scan), ignore_errors=True)
    place(scan).parent.mkdir(parents=True, exist_ok=True)


def there(case: Any, chosen: str = "") -> list[Scan]:
    """The finished scans of a case whose table is there, newest first; or only the chosen one."""
    scans = Scan.objects.filter(chain_id=case.chain_id, state="done").order_by("-number")
    scans = scans.filter(scan=chosen) if chosen else scans
    return [scan for scan in scans if (place(scan) / shards.DONE).is_file()]


def turn(person: Any) -> Path:
    """The lock file of a person's question to the tables."""
    folder = Path(settings.HIKESHI_DATA) / "tables" / "asking"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"{person}.lock"
