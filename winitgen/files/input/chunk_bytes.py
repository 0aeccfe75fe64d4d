"""How many bytes the chunks of a dataset take in memory, and how many are unpacked, and looked up, to read all of it."""

from __future__ import annotations

import math

CACHE = 1 << 28
"""The most bytes of unpacked chunks that are kept."""

ROW = 1 << 16
"""Rows of up to this many values are read whole, even if a run needs only some of them."""

RUN = 1 << 18
"""Values that are read at once."""

_BELIEVED = 1 << 27
_LARGEST = 1 << 30
_MOST_UNPACKED = 16


def oversized(nbytes: int, stored: int) -> str:
    """Return why chunks are not read that take too much memory, as the library unpacks each as a whole; empty if they do not.

    Up to 128 MiB are always believed, and up to 1 GiB if the file stores a sixteenth of it.
    """
    most = _LARGEST if nbytes <= _MOST_UNPACKED * stored else _BELIEVED
    return (
        f"its chunks have {nbytes:,} bytes each, and the most that winitgen reads is {most:,}"
        if nbytes > most
        else ""
    )


def row_bytes(shape: tuple[int, ...], chunk: tuple[int, ...], itemsize: int) -> int:
    """Return the bytes of the chunks that hold the values of one index of the first axis."""
    across = math.prod(-(-size // part) for size, part in zip(shape[1:], chunk[1:], strict=True))
    return math.prod(chunk) * itemsize * across


def unpacked(shape: tuple[int, ...], chunk: tuple[int, ...], itemsize: int) -> int:
    """Return the bytes that are unpacked to read all values in C order, chunks that are not kept again and again.

    >>> unpacked((100, 10), (10, 10), 4), unpacked((1 << 14, 1 << 14), (1 << 14, 1), 4) >> 30
    (4000, 256)
    """
    row = row_bytes(shape, chunk, itemsize)
    whole = row * -(-shape[0] // chunk[0])
    if row <= CACHE:
        return whole
    runs = -(-math.prod(shape) // (1 << 20))
    return whole * max(1, min(-(-runs // -(-shape[0] // chunk[0])), chunk[0]))


def lookups(shape: tuple[int, ...], chunk: tuple[int, ...]) -> int:
    """Return how often a chunk is looked up to read all values in C order, in slabs of about `RUN` values.

    Each takes a few microseconds, even of a chunk that is not stored.

    >>> lookups((500, 70000), (1, 4)), lookups((64, 10, 70000), (64, 10, 1))
    (8750000, 44800000)
    """
    if 0 in shape:
        return 0
    axis = next(axis for axis in range(len(shape)) if math.prod(shape[axis + 1 :]) <= ROW)
    size, part = shape[axis], chunk[axis]
    slab = RUN // math.prod(shape[axis + 1 :])
    same_ends = (size - 1) // math.lcm(slab, part)
    along = -(-size // slab) + -(-size // part) - 1 - same_ends
    across = zip(shape[axis + 1 :], chunk[axis + 1 :], strict=True)
    return math.prod(shape[:axis]) * along * math.prod(-(-size // part) for size, part in across)
