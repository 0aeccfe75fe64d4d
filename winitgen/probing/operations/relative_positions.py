"""The row of a position bias for each query and key."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from winitgen.drawing.distributions.relative_position_index import RelativePositionIndex
from winitgen.drawing.whole.whole_array import drawn
from winitgen.numeric.arrays import Array


def bucket_index(positions: int, buckets: int, most: int, *, bidirectional: bool) -> Array:
    """Return the bucket of each key for each query, (positions, positions) (Raffel et al. 2020, section 2.1).

    Of the buckets of one direction, half are for one distance each; the others divide the logarithm of the
    distances up to ``most`` evenly, and the last has all beyond. ``bidirectional`` gives keys after the query
    the second half of the buckets; otherwise they count as the query itself.
    """
    offset = np.arange(positions) - np.arange(positions)[:, None]
    own = buckets // 2 if bidirectional else buckets
    distance = np.abs(offset) if bidirectional else np.maximum(-offset, 0)
    found = _buckets(positions, own, most)[distance]
    return np.asarray(found + own * (offset > 0) if bidirectional else found)


def _buckets(distances: int, buckets: int, most: int) -> Array:
    """Return the bucket of each distance below ``distances``, in whole numbers.

    From m = buckets / 2 on it is the largest m + k with (n / m)^(buckets - m) >= (most / m)^k.
    """
    exact = buckets // 2
    wide = buckets - exact
    found = []
    for n in range(distances):
        bucket = min(n, exact)
        while exact <= bucket < buckets - 1 and (
            n**wide * exact ** (bucket + 1 - exact) >= most ** (bucket + 1 - exact) * exact**wide
        ):
            bucket += 1
        found.append(bucket)
    return np.array(found)


def window_index(window: Sequence[int]) -> Array:
    """Return the row of each pair of positions in a window, (positions, positions): that of the index a file stores."""
    positions = math.prod(window)
    index = drawn(RelativePositionIndex(tuple(window)), b"", "float64", positions**2)
    return index.astype(np.int64).reshape(positions, positions)
