"""Step 4 as Django knows it; it tells the plan which reports there are, and the timeline what they are called."""

from django.apps import AppConfig


class NotifyConfig(AppConfig):
    name = "hikeshi.notify"
    label = "notify"

    def ready(self) -> None:
        from hikeshi.casebook import services as casebook
        from hikeshi.prepare import services as prepare

        prepare.duty_rows[:] = [_planned]
        casebook.WORDS.update({"notify.duty": _duty, "notify.document": _document})


def _planned(lang: str) -> list[dict[str, str]]:
    from hikeshi.notify import services

    return services.planned(lang)


def _duty(code: str, lang: str) -> str:
    from hikeshi.notify import services

    return services.duty_name(code, lang)


def _document(code: str, lang: str) -> str:
    from hikeshi.notify import services

    return services.document_name(code, lang)
