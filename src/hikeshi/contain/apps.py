"""Tells the desk where an emergency begins: an incident is open, and its next card is the first thing seen.

It also tells how the sentences that cards wrote into facts are said in another language.
"""

from typing import Any

from django.apps import AppConfig


class ContainConfig(AppConfig):
    name = "hikeshi.contain"

    def ready(self) -> None:
        from hikeshi.casebook import services as casebook
        from hikeshi.desk import services as desk

        desk.emergency[:] = [_begin]
        casebook.WORDS.update({"contain.said": _said})


def _said(text: str, lang: str) -> str:
    from hikeshi.contain import speech

    return speech.said_in(text, lang)


def _begin(workspace: Any, person: Any) -> str:
    """Who lost the window and presses again goes on in the incident that is open."""
    from django.urls import reverse

    from hikeshi.casebook import services as casebook

    actor = casebook.Actor(str(person.pk), str(person), "owner")
    case = casebook.cases(workspace, open_only=True).first() or casebook.open_case(workspace, actor)
    return reverse("contain:first_hour", args=[case.reference])
