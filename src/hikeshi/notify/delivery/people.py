"""The people of a list: who they are, what is wrong with a row, and the texts in which the list is kept.

Nobody is dropped: a row that cannot go this way stays in the list with its number and with what is wrong.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from hikeshi.casebook import services as casebook
from hikeshi.engines.mail import sheet
from hikeshi.engines.mail.address import Address, key, parse

CHUNK = 120_000
_DIGITS = re.compile(r"\d{9,15}")
_POSTAL = re.compile(r"\d{7}")


@dataclass(frozen=True, slots=True)
class Recipient:
    """One of the list. `wrong` is the code of why it cannot go this way; `note` what was seen and is no fault."""

    number: int
    name: str = ""
    email: str = ""
    postal_code: str = ""
    address: str = ""
    phone: str = ""
    items: str = ""
    records: str = ""
    wrong: str = ""
    note: str = ""


def read(rows: Sequence[Sequence[str]], columns: Sequence[str], way: str) -> list[Recipient]:
    """The people of a table, each with a number from 1, judged for the way they are to be told."""
    found: list[Recipient] = []
    seen: dict[tuple[str, str], int] = {}
    places: dict[str, int] = {}
    for number, row in enumerate(rows, 1):
        cells = {field: cell for field, cell in zip(columns, row, strict=False) if field in sheet.FIELDS}
        wrong, place = _judged(cells, way)
        note = ""
        name = _plain(cells.get("name", ""))
        if not wrong:
            first = seen.setdefault((place, name), number)
            if first != number:
                wrong = f"doubled:{first}"
            elif places.setdefault(place, number) != number:
                note = f"shared:{places[place]}"
        found.append(Recipient(number, **cells, wrong=wrong, note=note))
    return found


def _judged(cells: dict[str, str], way: str) -> tuple[str, str]:
    """(what is wrong, the place it goes to in a form that can be compared)."""
    if way == "mail":
        address = parse(cells.get("email", ""))
        return ("", key(address.plain)) if isinstance(address, Address) else (f"email_{address}", "")
    if way == "phone":
        digits = re.sub(r"\D", "", unicodedata.normalize("NFKC", cells.get("phone", "")))
        return ("", digits) if _DIGITS.fullmatch(digits) else ("phone", "")
    if not cells.get("name"):
        return "name", ""
    address_ = _plain(cells.get("address", ""))
    return ("", address_) if len(address_) >= 4 else ("address", "")


def _plain(text: str) -> str:
    return re.sub(r"[\s　\-‐−ー－]+", "", unicodedata.normalize("NFKC", text)).lower()  # words: data


def postal(text: str) -> str:
    """「〒100-0001」 out of however it was written; a spreadsheet takes the first zero away."""
    digits = re.sub(r"\D", "", unicodedata.normalize("NFKC", text))
    digits = digits.zfill(7) if len(digits) == 6 else digits
    return f"〒{digits[:3]}-{digits[3:]}" if _POSTAL.fullmatch(digits) else text.strip()


# --- keeping --------------------------------------------------------------------------------------------------------


def keep(case: Any, rows: Iterable[Any]) -> list[casebook.Blob]:
    """Rows (of cells, or people) as disposable texts, as many as are needed."""
    blobs: list[casebook.Blob] = []
    part: list[str] = []
    size = 0
    for row in rows:
        line = json.dumps(asdict(row) if isinstance(row, Recipient) else row, ensure_ascii=False)
        if part and size + len(line) > CHUNK:
            blobs.append(casebook.keep_text(case, "\n".join(part)))
            part, size = [], 0
        part.append(line)
        size += len(line) + 1
    return [*blobs, *([casebook.keep_text(case, "\n".join(part))] if part else [])]


def table(case: Any, blobs: Iterable[str]) -> list[list[str]]:
    """The rows of a kept table; fewer when a part was disposed of."""
    return [json.loads(line) for blob in blobs for line in casebook.text(case, blob).splitlines() if line[:1] == "["]


def kept(case: Any, blobs: Iterable[str]) -> dict[int, Recipient]:
    """The people of a kept list by their number; those of a part that was disposed of are not there any more."""
    lines = (line for blob in blobs for line in casebook.text(case, blob).splitlines() if line[:1] == "{")
    return {one.number: one for one in (Recipient(**json.loads(line)) for line in lines)}
