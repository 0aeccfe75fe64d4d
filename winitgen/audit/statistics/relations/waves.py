"""Fingerprints of runs of numbers: their sums weighted with two waves, as four coordinates.

Independent numbers of a continuous law have, but for a factor, another direction of these four coordinates than any other
numbers have. Equal runs have the same direction and the same length, and a multiple has the same direction. A wave that
begins later is the same wave times one complex number, so that sums over parts give those of the whole.
"""

from __future__ import annotations

import numpy as np

from winitgen.numeric.arrays import Array

ANGLES = np.array([2.399963229728653, 0.9151035725018341])
"""The steps of the two waves per element, in radians: no low multiple of either is near a whole turn."""

SAME = 2.0**-20
"""Largest difference of a coordinate of two directions that are the same after rounding to float32."""


def phases(first: int, count: int) -> Array:
    """Return the waves at elements ``first`` to ``first + count``, complex, shape (count, 2)."""
    return np.asarray(np.exp(1j * np.multiply.outer(np.arange(first, first + count), ANGLES)))


def columns(waves: Array) -> Array:
    """Return complex waves of shape (n, 2) as four real columns, shape (4, n): a matrix is multiplied by these."""
    return np.ascontiguousarray(np.ascontiguousarray(waves).view(np.float64).T)


def joined(real: Array) -> Array:
    """Return sums weighted with the four real columns, shape (4, n), as complex sums, shape (n, 2)."""
    return np.ascontiguousarray(real.T).view(np.complex128)


def directions(sums: Array) -> tuple[Array, Array]:
    """Return unit vectors in four dimensions, shape (n, 4), the first coordinate not negative, and signed lengths.

    ``sums`` are complex, shape (n, 2). The direction of nothing is 0.
    """
    flat = np.ascontiguousarray(sums).view(np.float64).reshape(-1, 4)
    lengths = np.sqrt((flat * flat).sum(axis=1))
    lengths = np.where(flat[:, 0] < 0.0, -lengths, lengths)
    return flat / np.where(lengths == 0.0, 1.0, lengths)[:, np.newaxis], lengths


def of_ones(count: int) -> Array:
    """Return the direction of ``count`` equal numbers, shape (4,)."""
    whole = (np.exp(1j * ANGLES * count) - 1.0) / (np.exp(1j * ANGLES) - 1.0)
    return np.asarray(directions(whole)[0][0])
