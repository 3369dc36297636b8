"""What may stand in the log file: no token that lets somebody in, no My Number, nothing that redraws a screen."""

import logging
import re

from hikeshi import words
from hikeshi.engines.common.mynumber import masked

SECRET = re.compile(r"(/(?:start|join)/)[^/\s?#'\"]+")
"""Addresses that let their bearer in; Django logs the address of whatever it refuses (CSRF, 404, 405, 500)."""


def clean(text: str) -> str:
    """What may be written down of it."""
    return masked(SECRET.sub(r"\1…", words.visible(text)))[0]


class Formatter(logging.Formatter):
    """A line of the log, stack trace included, with the secrets taken out. Others may be asked to read a log."""

    def __init__(self) -> None:
        super().__init__("{asctime} {levelname} {name}: {message}", style="{")

    def format(self, record: logging.LogRecord) -> str:
        return clean(super().format(record))
