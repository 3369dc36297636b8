"""Step 4 as Django knows it; it tells the plan which reports there are."""

from django.apps import AppConfig


class NotifyConfig(AppConfig):
    name = "hikeshi.notify"
    label = "notify"

    def ready(self) -> None:
        from hikeshi.prepare import services as prepare

        prepare.duty_rows[:] = [_planned]


def _planned(lang: str) -> list[dict[str, str]]:
    from hikeshi.notify import services

    return services.planned(lang)
