"""A tensor seen as a matrix, whose rows and columns are compared with others."""

from __future__ import annotations

import math
from typing import NamedTuple

LEAST = 16
"""A row has at least so many values, if the tensor has axes enough."""

LONGEST = 1 << 17
"""A row has at most so many values, if a number of them divides the last axes."""

TOO_LONG = 1 << 20
"""Length beyond which rows have no fingerprints."""

MOST = 1 << 17
"""Most rows with fingerprints of their own; of more rows, some in succession have one together."""


class MatrixView(NamedTuple):
    """A matrix of ``rows`` times ``columns`` values in the order of the file.

    The first ``leading`` axes of the tensor run along the rows, the others along the columns; 0 if the matrix cuts
    through an axis. ``together`` rows have one fingerprint.
    """

    rows: int
    columns: int
    leading: int
    together: int = 1

    @property
    def units(self) -> int:
        """The number of fingerprints of rows."""
        return -(-self.rows // self.together)


def matrix_view(shape: tuple[int, ...]) -> MatrixView | None:
    """Return the matrix as which a tensor with values is seen; None if its rows would be too long.

    >>> matrix_view((64, 32)), matrix_view((64, 32, 3, 3))
    (MatrixView(rows=64, columns=32, leading=1, together=1), MatrixView(rows=64, columns=288, leading=1, together=1))
    """
    size = math.prod(shape)
    leading = max(0, len(shape) - 1)
    while leading > 1 and math.prod(shape[leading:]) < LEAST:
        leading -= 1
    columns = math.prod(shape[leading:])
    if columns > LONGEST:
        divisor = _divisor(size)
        columns, leading = (divisor, 0) if divisor >= LEAST else (columns, leading)
    if columns > TOO_LONG:
        return None
    rows = size // columns
    return MatrixView(rows, columns, leading, -(-rows // MOST))


def _divisor(size: int) -> int:
    """Return the largest divisor of a size that a row may have as its length."""
    return next((length for length in range(LONGEST, 0, -1) if size % length == 0), 1)
