"""A run of an array's values as slabs of rows, for libraries that read by index."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from winitgen.files.input.chunk_bytes import ROW


def slabs(
    at: Callable[[Any], Any], shape: Sequence[int], start: int, count: int, index: tuple[int, ...] = ()
) -> Iterator[Any]:
    """Yield a run of the values behind ``index``, in C order, in slabs that are only a little larger than the run.

    ``at`` returns the array that stands at an index, of which the last entry may be a slice; ``shape`` is that of the whole.
    """
    rest = shape[len(index) :]
    if not rest:
        yield at(index).reshape(-1)
        return
    inner = math.prod(rest[1:])
    first, stop = start // inner, -(-(start + count) // inner)
    if inner <= ROW:
        yield at((*index, slice(first, stop))).reshape(-1)[start - first * inner :][:count]
        return
    for row in range(first, stop):
        begin, end = max(start - row * inner, 0), min(start + count - row * inner, inner)
        yield from slabs(at, shape, begin, end - begin, (*index, row))
