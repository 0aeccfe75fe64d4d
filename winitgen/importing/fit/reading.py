"""Rows of an array, as many as a test needs, spread over all of it."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from winitgen.audit.blocks import runs
from winitgen.files.input.stored_array import StoredArray
from winitgen.numeric.arrays import Array

MOST = 1 << 18
"""Values that are tested at most: a distribution function is then known to 0.4 %."""


_RUN = 1 << 8
"""Values that one read gives at least, of rows that follow one another: one value alone takes as long."""


class Rows(NamedTuple):
    """Rows of an array as a matrix (rows, the rest), in the format of the file.

    ``whole`` says that they are all there is; ``adjacent`` that each follows the one before it.
    """

    values: Array
    whole: bool
    adjacent: bool


def rows_of(array: StoredArray, most: int = MOST) -> Rows:
    """Return all rows of an array of at most ``most`` values, or rows from everywhere in a larger one.

    Rows that are short are read several at once; a row that is longer than ``most`` is cut.
    """
    count = array.shape[0] if array.shape else 1
    width = max(1, array.size // max(count, 1))
    if array.size <= most:
        return Rows(array.read(0, array.size).reshape(count, width), whole=True, adjacent=True)
    taken = min(width, most)
    together = max(1, _RUN // taken)
    places = max(1, most // (taken * together))
    starts = np.unique(np.linspace(0, count - together, places).astype(np.int64)).tolist()
    read = [array.read(row * width, taken * together) for row in starts]
    return Rows(np.concatenate(read).reshape(-1, taken), whole=False, adjacent=False)


def zero_rows(array: StoredArray) -> list[int]:
    """Return the rows of a matrix that hold nothing but 0; all of it is read."""
    count = array.shape[0]
    width = array.size // count
    filled = np.zeros(count, bool)
    for start, values in runs(array):
        places = np.flatnonzero(values) + start
        filled[np.unique(places // width)] = True
    return np.flatnonzero(~filled).tolist()


def bits_of(values: Array) -> Array:
    """Return values as whole numbers with the same bits, so that 0.0 and -0.0 are two."""
    return values.view(f"u{values.itemsize}")


def equal_values(one: StoredArray, two: StoredArray) -> bool:
    """Return whether two arrays of one shape and format hold the same bits."""
    return all(
        np.array_equal(bits_of(values), bits_of(two.read(start, values.size))) for start, values in runs(one)
    )


def all_but(matrix: Array, row: int | None) -> Array:
    """Return a matrix without one row, or as it is."""
    return matrix if row is None else np.delete(matrix, row, axis=0)


def size_of(shape: tuple[int, ...]) -> int:
    """Return the number of elements."""
    return math.prod(shape)
