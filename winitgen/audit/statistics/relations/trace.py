"""What is kept of the values of one tensor, to compare it and its parts with others: little, and gathered in one pass."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from winitgen.audit.statistics.lattice import Lattice
from winitgen.audit.statistics.relations.fingerprints import Fingerprints
from winitgen.audit.statistics.relations.lagged import Lags
from winitgen.audit.statistics.relations.lengths import Lengths
from winitgen.audit.statistics.relations.matrix_view import matrix_view
from winitgen.audit.statistics.relations.sketch import Sketch
from winitgen.numeric.arrays import Array

if TYPE_CHECKING:
    from winitgen.audit.statistics.row import TensorRow

CHUNK = 1 << 17
"""Values that are looked at at once: they fit a core's cache."""

FIRST = 64
"""Values at the beginning of a tensor that are compared with those of tensors of other shapes."""

BITS = {1: 3.0, 2: 5.0}
"""Most bits that a value of so many bytes counts for: some frameworks draw narrow formats from few values."""

WIDE_BITS = 16.0
"""The same for wider formats: their uniforms have 2^23 values at least."""


class Trace:
    """The fingerprints, the sketch, the lengths and the products of neighbours of one tensor's standardised values.

    ``bits`` are the bits of chance in each drawn value: two are equal with a probability of at most 2^-bits.
    ``scale`` is what a standardised value of 1 is. ``independent`` says that the values are drawn one by one; else
    neighbours are not tested. ``smooth`` says that neighbours are alike, so that many runs of them are nearly alike.
    """

    def __init__(
        self, row: TensorRow, shape: tuple[int, ...], bits: float, scale: float, *, independent: bool = True
    ) -> None:
        self.row, self.shape, self.bits, self.scale = row, shape, bits, scale
        self.independent, self.smooth = independent, False
        self.size = self.drawn = math.prod(shape)
        self.view = matrix_view(shape)
        self.prints = None if self.view is None else Fingerprints(self.view)
        self.sketch = Sketch(self.size)
        self.lags = Lags(shape if independent else ())
        self.lengths = Lengths(shape if independent else ())
        self.first = np.zeros(min(FIRST, self.size))

    def see(self, start: int, values: Array) -> None:
        """Add standardised float64 values of the elements from ``start`` on, in order; 0 for those that are not drawn.

        The array is not changed later.
        """
        if start < self.first.size:
            head = values[: self.first.size - start]
            self.first[start : start + head.size] = head
        for first in range(0, values.size, CHUNK):
            chunk = values[first : first + CHUNK]
            if self.prints is not None:
                self.prints.see(start + first, chunk)
            if self.independent:
                self.sketch.see(start + first, chunk)
                self.lags.see(chunk)
                self.lengths.see(start + first, chunk)

    def blank(self, elements: Array) -> None:
        """Note that elements with these indices are not drawn."""
        self.drawn -= elements.size
        if self.prints is not None:
            self.prints.blank(elements)


def bits_of(itemsize: int, lattices: Iterable[Lattice | None] = ()) -> float:
    """Return the bits of chance in a value in a number format, of laws with these lattices.

    They are the negative logarithm of the probability that two values are equal after rounding.
    """
    squares = [float((one.shares * one.shares).sum()) for one in lattices if one is not None]
    found = [-math.log2(min(1.0, max(square, 2.0**-60))) for square in squares]
    return min([BITS.get(itemsize, WIDE_BITS), *found])
