"""Documents that leave the house, found by folder: adding one is adding a folder (docs/kinds/document.md).

A folder `customer_letter` is the kind "customer-letter". It holds `document.py` with
`build(facts, parties, lang, *, now, drill, stage, reference) -> Document`, and its texts in `ja.toml` and `en.toml`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Literal

from hikeshi.engines.common.problem import Problem
from hikeshi.engines.paper.model import Document, Lang
from hikeshi.notify.documents.parties import Parties, Party
from hikeshi.notify.documents.pieces import texts_of
from hikeshi.notify.wording import Facts

__all__ = ["Kind", "Parties", "Party", "Stage", "build", "kinds"]

HERE = Path(__file__).parent
# 速報 (Rule 8(1)) and 確報 (Rule 8(2)); documents without stages ignore it.
Stage = Literal["preliminary", "final"]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of document. `id` is what approvals and entries name; `folder` holds its code and texts."""

    id: str
    folder: Path

    def name(self, lang: Lang) -> str:
        return str(texts_of(self.folder, lang)["name"])

    @property
    def clause(self) -> str:
        """The clause of the plan that this document carries out; its entries bear it as their step."""
        return str(import_module(f"{__name__}.{self.folder.name}.document").CLAUSE)

    def purpose(self, lang: Lang) -> str:
        return str(texts_of(self.folder, lang)["purpose"])


@cache
def kinds() -> dict[str, Kind]:
    """Every kind of document by its id, in the order of the alphabet."""
    folders = sorted(path.parent for path in HERE.glob("*/document.py"))
    return {kind.id: kind for kind in (Kind(folder.name.replace("_", "-"), folder) for folder in folders)}


def build(
    kind: str,
    facts: Facts,
    parties: Parties,
    lang: Lang,
    *,
    now: datetime,
    drill: bool = False,
    stage: Stage = "preliminary",
    reference: str = "",
) -> Document:
    """The document as the facts stand. `now` carries its zone and becomes the document's date in Japan.

    Pure: the same facts, parties and time give the same document. Raises Problem("notify.no_such_document").
    """
    found = kinds().get(kind)
    if found is None:
        raise Problem("notify.no_such_document", kind=kind, known="、".join(kinds()))
    make: Callable[..., Document] = import_module(f"{__name__}.{found.folder.name}.document").build
    return make(facts, parties, lang, now=now, drill=drill, stage=stage, reference=reference)
