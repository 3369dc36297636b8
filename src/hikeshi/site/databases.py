"""The database: SQLite in the data folder by default, PostgreSQL by HIKESHI_DATABASE_URL."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from hikeshi.engines.common.problem import Problem

# synchronous=FULL: an acknowledged entry is on the disk, not only in the system's cache (DESIGN truth 3).
# recursive_triggers=ON: without it INSERT OR REPLACE would delete a line past the trigger that refuses it.
PRAGMAS = (
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA busy_timeout=30000;"
    " PRAGMA recursive_triggers=ON;"
)


def database(folder: Path, url: str | None) -> dict[str, Any]:
    """Django's DATABASES["default"]. Raises Problem("site.database_url") when the URL cannot be read."""
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": folder / "hikeshi.sqlite3",
            "OPTIONS": {"transaction_mode": "IMMEDIATE", "init_command": PRAGMAS, "timeout": 30},
        }
    parts = urlsplit(url)
    if parts.scheme not in ("postgres", "postgresql") or not parts.path.strip("/"):
        raise Problem("site.database_url", url=parts._replace(netloc=parts.hostname or "").geturl())
    options: dict[str, Any] = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "OPTIONS": options,
        "CONN_MAX_AGE": 60,
    }
