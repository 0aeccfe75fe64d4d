"""Reads a tensor that is stored as boxes, each an array of its own: any run of the whole is put together of theirs."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from winitgen.errors import UnreadableError
from winitgen.files.formats.dcp.checkpoint import Chunk
from winitgen.files.input.open_file import quoted
from winitgen.files.input.stored_array import Read

if TYPE_CHECKING:
    import numpy as np

    from winitgen.numeric.arrays import Array


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


def assembled(
    name: str,
    path: str,
    whole: tuple[int, ...],
    dtype: np.dtype[Any],
    chunks: Sequence[tuple[Chunk, Callable[[], Read]]],
) -> Read:
    """Return a function that reads a tensor of these boxes; each comes with a function that opens it."""

    def read(start: int, count: int) -> Array:
        import numpy as np

        found = np.empty(count, dtype)
        filled = np.zeros(count, bool)
        total = 0
        for chunk, opened in chunks if count else ():
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


def _places(first: int, count: int, whole: Sequence[int], chunk: Chunk) -> Array:
    """Return where values of a box stand in the whole, both in C order."""
    import numpy as np

    rest = np.arange(first, first + count)
    places = np.zeros(count, np.int64)
    for axis in reversed(range(len(whole))):
        rest, index = np.divmod(rest, chunk.shape[axis])
        places += (index + chunk.begin[axis]) * math.prod(whole[axis + 1 :])
    return places
