"""Blank cells, tasks and old contacts in words. The words stand in texts/ and kinds.toml."""

from typing import Any

from hikeshi import words
from hikeshi.prepare import rules
from hikeshi.prepare.catalog import contact_kinds, texts
from hikeshi.prepare.reading import href


def place_name(cell: rules.Cell, lang: str) -> str:
    """What the cell is about: the thing's own name once it has one, else the place's."""
    if cell.name:
        return words.visible(cell.name)
    if cell.subject == "contact":
        return str(contact_kinds()[cell.kind].name[lang])
    known = texts(lang)["cells"]
    return str(known[f"role_{cell.key}" if cell.subject == "role" else cell.subject])


def slot_name(slot: str, lang: str) -> str:
    """What a cell of the plan is called, by its id ("contact.lawyer"), whatever stands in it."""
    subject, _, key = slot.partition(".")
    if subject == "contact" and key in contact_kinds():
        return str(contact_kinds()[key].name[lang])
    known = texts(lang)["cells"]
    return str(known.get(f"role_{key}" if subject == "role" else subject) or words.visible(slot))


def cell_name(cell: rules.Cell, lang: str) -> str:
    """「顧問弁護士」 while nothing is there, 「山田法律事務所の電話番号」 once only that is missing."""
    known = texts(lang)
    if not cell.missing:
        return place_name(cell, lang)
    fields = known["cells"]["and"].join(known["fields"][name] for name in cell.missing)
    return str(words.fill(known["cells"]["missing"], {"name": place_name(cell, lang), "fields": fields}))


def cell_words(cell: rules.Cell, lang: str) -> dict[str, Any]:
    """A blank cell for a list: name, address, whether somebody answered 「わからない」, the plan's clause."""
    key = cell.key or "new"
    return {
        "id": cell.id,
        "name": cell_name(cell, lang),
        "href": href(cell.subject, key),
        "unknown": cell.state == "unknown",
        "clause": cell.clause,
        "subject": cell.subject,
    }


def task_words(task: rules.Task | None, lang: str) -> dict[str, Any] | None:
    """The next five minutes: title, why, href, minutes."""
    if task is None:
        return None
    if task.cell is not None:
        return {"what": "fill", **_fill(task.cell, lang), "minutes": 5}
    assert task.old is not None
    return {"what": "verify", **_verify(task.old, lang), "minutes": 5}


def _fill(cell: rules.Cell, lang: str) -> dict[str, Any]:
    known = texts(lang)["tasks"]
    address = href(cell.subject, cell.key or "new")
    if cell.subject in ("plan", "role") or not (cell.missing or cell.name):
        if cell.subject == "contact":
            kind = contact_kinds()[cell.kind]
            return {"id": cell.id, "title": kind.task[lang], "why": kind.why[lang], "href": address}
        said = known[f"role_{cell.key}" if cell.subject == "role" else cell.subject]
        return {"id": cell.id, "title": said["task"], "why": said["why"], "href": address}
    fields = texts(lang)["cells"]["and"].join(texts(lang)["fields"][name] for name in cell.missing)
    title = words.fill(known["detail"]["task"], {"name": place_name(cell, lang), "fields": fields})
    return {"id": cell.id, "title": title, "why": known["detail"]["why"], "href": address}


def _verify(old: rules.Old, lang: str) -> dict[str, Any]:
    said = texts(lang)["tasks"]["verify_backup" if old.subject == "backup" else "verify"]
    title = words.fill(said["task"], {"name": old.name})
    why = said["why_never"] if old.days is None else words.fill(said["why_days"], {"days": old.days})
    return {"id": f"{old.subject}.{old.key}", "title": title, "why": why, "href": href(old.subject, old.key)}


def old_words(old: rules.Old, lang: str) -> dict[str, Any]:
    """Something not checked for long, for a list."""
    return {"subject": old.subject, "key": old.key, "name": words.visible(old.name), "days": old.days,
            "href": href(old.subject, old.key), "why": _verify(old, lang)["why"]}  # fmt: skip
