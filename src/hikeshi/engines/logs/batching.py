"""Records that a framing finds one after the other, handed on in batches of bounded size."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from .objects import Object, Objects

_MOST, _BYTES, _SHOWN = 2048, 8 << 20, 400


def batched(records: Iterable[tuple[Object | None, bytes, int]]) -> Iterator[Objects]:
    """Batches of (object, original, byte offset); a record whose object is None is broken, and counts as one."""
    first, offsets = 1, list[int]()
    batch, size = Objects([], [], first, offsets), 0
    for obj, raw, at in records:
        if obj is None:
            batch.broken.append((first + len(offsets) + len(batch.broken), at, raw[:_SHOWN]))
        else:
            batch.objects.append(obj)
            batch.raw.append(raw)
            offsets.append(at)
            size += len(raw)
        count = len(offsets) + len(batch.broken)
        if size > _BYTES or count >= _MOST:
            yield batch
            first, offsets = first + count, []
            batch, size = Objects([], [], first, offsets), 0
    if batch.objects or batch.broken:
        yield batch
