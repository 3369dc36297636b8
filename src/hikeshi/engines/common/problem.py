"""The one exception an engine raises at its caller: a code and the things it concerns, never a sentence."""

from __future__ import annotations


class Problem(Exception):  # noqa: N818  (what a person meets is a problem; half of them are no errors)
    """Something could not be done; `hikeshi.words` says it in the user's language.

    `code` is "<engine or room>.<what>" and names a table in the `problems.toml` beside that engine or room.
    `params` fill its sentence. The parameter `exit` (1, 2 or 3) chooses another exit code than 3 on the command line.
    """

    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code, params)
        self.code = code
        self.params = params

    def __str__(self) -> str:
        shown = ", ".join(f"{name}={value!r}" for name, value in self.params.items())
        return f"{self.code} ({shown})" if shown else self.code

    def __reduce__(self) -> tuple[object, ...]:
        # An engine works in a process of its own; its problem must cross the pipe whole.
        return (_rebuild, (type(self), self.code, self.params))


def _rebuild(cls: type[Problem], code: str, params: dict[str, object]) -> Problem:
    return cls(code, **params)
