"""Step 4 as Django knows it."""

from django.apps import AppConfig


class NotifyConfig(AppConfig):
    name = "hikeshi.notify"
    label = "notify"
