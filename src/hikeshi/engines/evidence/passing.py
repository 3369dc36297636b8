"""Sees which members of a tar go by, for progress and to know its end; keeps nothing, believes nothing."""

from __future__ import annotations

from collections.abc import Callable

BLOCK = 512


class Passing:
    """Fed with the pieces of a stream. `items`: how many members began; `ended`: the two empty blocks were seen."""

    def __init__(self, on_item: Callable[[str], None] | None = None) -> None:
        self._on_item = on_item
        self._head = bytearray()
        self._skip = 0
        self._empty = 0
        self.items = 0

    @property
    def ended(self) -> bool:
        return self._empty >= 2

    def see(self, piece: bytes) -> None:
        """The next bytes of the stream."""
        place = 0
        while place < len(piece) and not self.ended:
            if self._skip:
                step = min(self._skip, len(piece) - place)
                self._skip -= step
                place += step
                continue
            step = min(BLOCK - len(self._head), len(piece) - place)
            self._head += piece[place : place + step]
            place += step
            if len(self._head) == BLOCK:
                self._member(bytes(self._head))
                self._head.clear()

    def _member(self, head: bytes) -> None:
        if not any(head):
            self._empty += 1
            return
        self._empty = 0
        try:
            size = int(head[124:136].rstrip(b" \0") or b"0", 8)
        except ValueError:
            size = 0
        self._skip = (size + BLOCK - 1) // BLOCK * BLOCK if size >= 0 else 0
        self.items += 1
        if self._on_item:
            self._on_item(head[:100].rstrip(b"\0").decode("ascii", "replace").removeprefix("evidence/data/"))
