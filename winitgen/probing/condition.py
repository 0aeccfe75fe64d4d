"""The condition number of a small linear map: how unevenly it stretches its input."""

from __future__ import annotations

import numpy as np

from winitgen.numeric.arrays import Array

LARGEST = 2**18
"""Elements of the largest matrix that is decomposed: a larger one would take longer than the probe itself."""


def condition(matrix: Array) -> float | None:
    """Return the largest over the smallest of the min(rows, columns) singular values.

    None if the matrix is empty or has more than LARGEST elements, if a value is not finite, or if the
    matrix is singular in float64.
    """
    if not 0 < matrix.size <= LARGEST or not np.isfinite(matrix).all():
        return None
    values = np.linalg.svd(matrix.astype(np.float64), compute_uv=False)
    largest, smallest = float(values[0]), float(values[-1])
    if smallest <= largest * max(matrix.shape) * np.finfo(np.float64).eps:
        return None
    return largest / smallest
