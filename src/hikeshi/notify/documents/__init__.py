"""Documents that leave the house, found by folder: adding one is adding a folder (docs/kinds/document.md).

A folder `customer_letter` is the kind "customer-letter". It holds `document.py` with
`build(facts, frame) -> Document`, and its texts in `ja.toml` and `en.toml`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, Literal, get_args

from hikeshi.engines.common.problem import Problem
from hikeshi.engines.paper.model import Document, Lang
from hikeshi.notify.documents import layout
from hikeshi.notify.documents.parties import Parties, Party
from hikeshi.notify.documents.pieces import texts_of
from hikeshi.notify.wording import Facts

__all__ = ["AUDIENCES", "STAGES", "Kind", "Parties", "Party", "Stage", "build", "kinds"]

HERE = Path(__file__).parent
# 速報 (Rule 8(1)) and 確報 (Rule 8(2)), and what comes between; documents without stages ignore it.
Stage = Literal["preliminary", "follow_up", "final"]
STAGES: tuple[Stage, ...] = get_args(Stage)
# For whom a document is, in the order of the list; named in documents/ja.toml and en.toml under [audiences].
AUDIENCES = ("authorities", "customers", "money", "partners", "helpers")


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
        return str(self.code.CLAUSE)

    @property
    def audience(self) -> str:
        """For whom it is: one of AUDIENCES."""
        return str(self.code.AUDIENCE)

    @property
    def haste(self) -> int:
        """How early it is due among those that the facts call for, 0 to 100; a duty's days come on top."""
        return int(self.code.HASTE)

    @property
    def suits(self) -> Mapping[str, tuple[Any, ...]]:
        """Facts and values that call for it, beside the duties that it serves."""
        return dict(getattr(self.code, "SUITS", {}))

    @property
    def narrow(self) -> bool:
        """Whether a duty alone does not call for it: of several that serve the same duty, the facts choose."""
        return bool(getattr(self.code, "ONLY_IF_SUITS", False))

    @property
    def published(self) -> bool:
        """Whether it goes onto a website, so that a page is offered beside PDF and Word."""
        return bool(getattr(self.code, "PUBLISHED", False))

    def stages(self, lang: Lang) -> dict[Stage, str]:
        """Its stages with their names, if it has several."""
        named = texts_of(self.folder, lang).get("stages", {})
        return {stage: str(named[stage]) for stage in STAGES if stage in named}

    def why(self, lang: Lang) -> str:
        """Why it is wanted once the facts call for it, and what happens if it waits."""
        return str(texts_of(self.folder, lang)["why"])

    @property
    def code(self) -> Any:
        return import_module(f"{__name__}.{self.folder.name}.document")

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
    frame = layout.Frame(kind, parties, texts_of(found.folder, lang), lang, now, drill, reference, stage)
    make: Callable[..., Document] = found.code.build
    return make(facts, frame)
