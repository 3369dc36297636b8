"""Connects the casebook to the desk below it: how a case is found, and what happens at the desk is recorded."""

from django.apps import AppConfig


class CasebookConfig(AppConfig):
    name = "hikeshi.casebook"

    def ready(self) -> None:
        from hikeshi.casebook import services
        from hikeshi.desk import services as desk

        desk.find_case[:] = [services.find_case]
        desk.happened.connect(services.record_desk_event, dispatch_uid="casebook")
