"""Lengths of the first rows and columns of a tensor, which are not all equal if its values are drawn one by one."""

from __future__ import annotations

import math

import numpy as np

from winitgen.numeric.arrays import Array

MOST = 64
"""Rows, and columns, whose lengths are compared."""

LEAST = 8
"""A row or a column that is compared has at least so many values."""

LONGEST = 1 << 14
"""A column that is compared has at most so many values."""

CHANCE = 1e-9


class Lengths:
    """Accumulates the squares of the first rows and columns of each matrix as which the values of a tensor are seen.

    Its first axis is along the rows, or its last along the columns: frameworks draw orthogonal kernels as one or the other.
    """

    def __init__(self, shape: tuple[int, ...]) -> None:
        size = math.prod(shape)
        widths = {size // shape[0], shape[-1]} if len(shape) > 1 and size else set()
        self._matrices = [_Matrix(size // width, width) for width in sorted(widths)]

    def see(self, start: int, values: Array) -> None:
        """Add the standardised values of elements from ``start`` on, in order."""
        for matrix in self._matrices:
            matrix.see(start, values)

    def equal(self, values: Array, weights: Array, step: float) -> str:
        """Return which vectors are of one length, beyond chance, or an empty text.

        ``values`` are the possible ones, in standard deviations, with ``weights``; each is rounded to ``step``, as a share.
        """
        square = float((weights * values**2).sum())
        if not square:  # the law's spread is beyond float64
            return ""
        spread = math.sqrt(max(float((weights * values**4).sum()) - square * square, 0.0)) / square
        for matrix in self._matrices:
            for which, squares, width in matrix.vectors():
                if _are_equal(squares, width, spread / math.sqrt(width), step):
                    return f"the {which} are all of one length, as those of an orthogonal matrix are; values drawn one by one were planned"
        return ""


class _Matrix:
    """The sums of squares of the first rows and columns of one matrix."""

    def __init__(self, rows: int, width: int) -> None:
        self.rows, self.width = rows, width
        self._of_rows = np.zeros(min(rows, MOST) if width >= LEAST else 0)
        self._of_columns = np.zeros(min(width, MOST) if LEAST <= rows <= LONGEST else 0)

    def vectors(self) -> list[tuple[str, Array, int]]:
        """Return what they are called, their sums of squares, and how many values each has."""
        return [("rows", self._of_rows, self.width), ("columns", self._of_columns, self.rows)]

    def see(self, start: int, values: Array) -> None:
        head = values[: max(0, self._of_rows.size * self.width - start)]
        if head.size:
            numbers = np.arange(start, start + head.size) // self.width
            self._of_rows += np.bincount(numbers, head * head, self._of_rows.size)
        count = self._of_columns.size
        first = -start % self.width  # where the first whole row begins
        for place, few in ((self.width - first, values[:first]), (0, values[first:])):
            if count and place < count and few.size:
                whole = few[: few.size - few.size % self.width].reshape(-1, self.width)[:, :count]
                self._of_columns += np.einsum("ij,ij->j", whole, whole) if len(whole) else 0.0
                rest = few[few.size - few.size % self.width :][: count - place]
                self._of_columns[place : place + rest.size] += rest * rest


def _are_equal(squares: Array, width: int, spread: float, step: float) -> bool:
    """Return whether the squared lengths of vectors are equal but for rounding, though by chance their shares would spread.

    Around its middle their distribution is nearly normal, with a density of less than half in standard deviations.
    """
    middle = float(squares.mean()) if squares.size else 0.0
    if not middle or not spread:
        return False
    room = 2 * (2.5 * step / math.sqrt(width) + step**2 / 4 + 2e-5)
    if float(np.abs(squares / middle - 1.0).max()) > room:
        return False
    return bool(min(1.0, room / spread) ** (squares.size - 1) < CHANCE)
