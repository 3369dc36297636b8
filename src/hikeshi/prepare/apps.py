"""The room as a Django app: it words the blanks of the plan for the record."""

from django.apps import AppConfig


class PrepareConfig(AppConfig):
    """Readiness: the plan, its blanks and what fills them."""

    name = "hikeshi.prepare"

    def ready(self) -> None:
        """What an answered blank is called, for whoever reads the record."""
        from hikeshi.casebook import services as casebook

        casebook.WORDS.update({"prepare.slot": _slot})


def _slot(code: str, lang: str) -> str:
    from hikeshi.prepare import wording

    return wording.slot_name(code, lang)
