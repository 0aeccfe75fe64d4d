"""Reads a tensor that is stored as boxes, each an array of its own: any run of the whole is put together of theirs."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from winitgen.errors import UnreadableError
from winitgen.files.formats.dcp.checkpoint import Chunk
from winitgen.files.input.open_file import quoted
from winitgen.files.input.stored_array import Read

if TYPE_CHECKING:
    import numpy as np

    from winitgen.numeric.arrays import Array


_RUN = 1 << 17
"""Elements that are read at once, about."""
_MOST_PARTS, _BYTES_OF_PART = 200_000, 512
"""A part of a box takes some ten microseconds: the time of so many is allowed whatever is stored, and of one for so many bytes."""


def values_before(flat: int, whole: Sequence[int], chunk: Chunk) -> int:
    """Return how many values of a box come before the element ``flat`` of the whole, both in C order.

    >>> box = Chunk((1, 2), (2, 3), None)
    >>> [values_before(flat, (4, 6), box) for flat in (0, 8, 10, 11, 15, 24)]
    [0, 0, 2, 3, 4, 6]
    """
    index = []
    for size in reversed(whole):
        flat, place = divmod(flat, size)
        index.append(place)
    if flat:  # the end of the whole
        return math.prod(chunk.shape)
    before = 0
    for axis, place in enumerate(reversed(index)):
        inner = math.prod(chunk.shape[axis + 1 :])
        past = place - chunk.begin[axis]
        before += min(max(past, 0), chunk.shape[axis]) * inner
        if not 0 <= past < chunk.shape[axis]:
            break
    return before


def too_scattered(whole: Sequence[int], chunks: Sequence[Chunk], stored: int) -> str:
    """Return why a tensor is not read whose boxes are so many and so thin that time goes by them; empty if it is.

    Boxes side by side, as of columns, all have a part of each run that is read. ``stored`` are the bytes of the files.
    """
    parts = sum(1 + (last - first) // _RUN for first, last in _ends(whole, chunks))
    if parts <= _MOST_PARTS + stored // _BYTES_OF_PART:
        return ""
    return f"its {len(chunks):,} chunks are read in {parts:,} parts, and {stored:,} bytes are stored"


def assembled(
    name: str,
    path: str,
    whole: tuple[int, ...],
    dtype: np.dtype[Any],
    chunks: Sequence[tuple[Chunk, Callable[[], Read]]],
) -> Read:
    """Return a function that reads a tensor of these boxes; each comes with a function that opens it."""
    ends = _Ends(whole, [chunk for chunk, _ in chunks])

    def read(start: int, count: int) -> Array:
        import numpy as np

        found = np.empty(count, dtype)
        filled = np.zeros(count, bool)
        total = 0
        for place in ends.meeting(start, start + count) if count else ():
            chunk, opened = chunks[place]
            first = values_before(start, whole, chunk)
            own = values_before(start + count, whole, chunk) - first
            if own:
                places = _places(first, own, whole, chunk) - start
                found[places] = opened()(first, own)
                filled[places] = True
                total += own
        if total != count or not filled.all():
            raise UnreadableError(
                f"{path} is a damaged index of a distributed checkpoint: the chunks of {quoted(name)} overlap, or leave gaps"
            )
        return found

    return read


class _Ends:
    """The first and the last element of each box, by which the few that meet a run are found."""

    def __init__(self, whole: Sequence[int], chunks: Sequence[Chunk]) -> None:
        self._whole, self._chunks = whole, chunks
        self._ends: Array | None = None

    def meeting(self, start: int, stop: int) -> list[int]:
        """Return the numbers of the boxes that may have elements from ``start`` up to ``stop`` of the whole."""
        import numpy as np

        if self._ends is None:
            self._ends = np.array([*_ends(self._whole, self._chunks)], np.int64).reshape(-1, 2)
        firsts, lasts = self._ends.T
        found: list[int] = np.flatnonzero((firsts < stop) & (lasts >= start)).tolist()
        return found


def _ends(whole: Sequence[int], chunks: Sequence[Chunk]) -> Iterator[tuple[int, int]]:
    """Yield the first and the last element of each box, both in C order of the whole; an empty box has none."""
    steps = [math.prod(whole[axis + 1 :]) for axis in range(len(whole))]
    for chunk in chunks:
        first = sum(map(operator.mul, chunk.begin, steps))
        reach = sum((size - 1) * step for size, step in zip(chunk.shape, steps, strict=True))
        yield (first, first + reach) if all(chunk.shape) else (0, -1)


def _places(first: int, count: int, whole: Sequence[int], chunk: Chunk) -> Array:
    """Return where values of a box stand in the whole, both in C order."""
    import numpy as np

    rest = np.arange(first, first + count)
    places = np.zeros(count, np.int64)
    for axis in reversed(range(len(whole))):
        rest, index = np.divmod(rest, chunk.shape[axis])
        places += (index + chunk.begin[axis]) * math.prod(whole[axis + 1 :])
    return places
