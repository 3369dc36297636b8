"""Tells a text that looks like a password, a code or a key, so that it is refused before it is kept anywhere. Pure."""

import re
import tomllib
from functools import cache
from pathlib import Path

# What is a key by its shape alone, and card numbers.
_SHAPES = re.compile(
    r"""-----BEGIN[ ][A-Z ]*PRIVATE[ ]KEY|\b(?:ghp_|gho_|ghs_|glpat-|xox[abp]-|sk_live_|AKIA)[A-Za-z0-9_-]{8,}
    |\bya29\.\S{10,}|\beyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}|\botpauth://\S+
    |(?<!\d)\d{4}[ -]?\d{4}[ -]?\d{4}[ -]?\d{4}(?!\d)""",
    re.X,
)
# Words that may follow: "password reset was sent", "token revoked".
_PLAIN = re.compile(r"[A-Za-z]+[.,;!?]*")


@cache
def _said() -> re.Pattern[str]:
    """A name of a secret, a sign between (the group names which), then a value of four characters or more."""
    data = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
    names, between = "|".join(data["names"]), "|".join(data["between"])
    value = f"[!-~{data['wide']}]{{4,}}"
    return re.compile(rf"(?<![a-z])(?:{names})(?:(?P<sign>{data['sign']})|{between})(?P<value>{value})", re.I)


def looks_secret(text: str) -> bool:
    """Whether these words hold what must never be written down. Words about a password are no password."""
    if _SHAPES.search(text):
        return True
    return any(found["sign"] or not _PLAIN.fullmatch(found["value"]) for found in _said().finditer(text))
