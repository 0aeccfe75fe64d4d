"""The condition number of a small linear map: how unevenly it stretches what goes through it."""

from __future__ import annotations

import numpy as np

from winitgen.numeric.arrays import Array

LARGEST = 2**18
"""Elements of the largest map that is decomposed: beyond, it would take longer than the probe's own passes."""


def condition(matrix: Array) -> float | None:
    """Return the largest over the smallest of the min(rows, columns) singular values.

    None where the matrix has more than LARGEST elements or none, where a value is not finite, and
    where it is singular: where the smallest is 0 as far as float64 can tell.
    """
    if not 0 < matrix.size <= LARGEST or not np.isfinite(matrix).all():
        return None
    values = np.linalg.svd(matrix.astype(np.float64), compute_uv=False)
    largest, smallest = float(values[0]), float(values[-1])
    if smallest <= largest * max(matrix.shape) * np.finfo(np.float64).eps:
        return None
    return largest / smallest
