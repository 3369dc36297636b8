"""What was corrected by hand in the documents of a case, as the record has it."""

from __future__ import annotations

from typing import Any

from hikeshi.casebook import services as casebook
from hikeshi.notify.letters import editing
from hikeshi.notify.models import Edited


def row(case: Any, key: str, lang: str) -> Edited | None:
    """The newest corrections of one document in one language, unless they were taken back."""
    found = Edited.objects.filter(id=f"{case.chain_id}:{key}:{lang}").first()
    return found if found is not None and found.edits_sha256 else None


def edits_of(case: Any, key: str, lang: str) -> editing.Edits:
    """The corrections themselves; a My Number in them is masked, as everywhere."""
    found = row(case, key, lang)
    return editing.from_json(casebook.text(case, found.edits_sha256)) if found else editing.Edits()
