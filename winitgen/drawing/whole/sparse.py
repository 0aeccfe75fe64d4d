"""Sparse matrices with a fixed number of connections per unit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

from winitgen.drawing.distributions.distribution import FAR, WIDTH, Extent, Precision, Span
from winitgen.drawing.distributions.normal import Normal
from winitgen.drawing.whole.whole_array import WholeArray, drawn
from winitgen.numeric.stopping import go_on

if TYPE_CHECKING:
    from winitgen.numeric.arrays import Array

_AT_ONCE = 1 << 20
"""Elements among which positions are chosen at once, in some milliseconds."""


@dataclass(frozen=True)
class Sparse(WholeArray):
    """``matrices`` with ``nonzeros`` elements of N(0, std^2) in every row, or every column (Martens 2010).

    A row is a unit with its ``incoming`` connections, a column an input with its outgoing ones.
    ``positions`` is the key of the key stream that chooses the positions of the non-zeros.
    """

    purpose: ClassVar[str] = "positions"

    matrices: int
    rows: int
    columns: int
    nonzeros: int
    incoming: bool
    std: float
    positions: bytes = b""

    @property
    def extent(self) -> Extent:
        """The extent of the normal distribution."""
        return Extent(FAR * self.std, self.std)

    def span(self) -> Span:
        """Return `WIDTH` standard deviations of the non-zeros on either side of zero."""
        return -WIDTH * self.std, WIDTH * self.std

    def with_key(self, key: bytes) -> Sparse:
        """Return the same distribution with the key that chooses the positions."""
        return replace(self, positions=key)

    def array(self, key: bytes, dtype: Precision) -> Array:
        """Return the matrices: the normals that a dense matrix would hold, zero at positions not chosen."""
        import numpy as np

        shape = self.matrices, self.rows, self.columns
        values = drawn(Normal(self.std), key, dtype, self.matrices * self.rows * self.columns).reshape(shape)
        for number, matrix in enumerate(values):
            words = self._words(number)
            for run in self._runs():
                np.multiply(matrix[run], self._chosen(words[run]), out=matrix[run])
        return np.add(values, 0.0, out=values)  # turns -0 into 0

    def _words(self, number: int) -> Array:
        """Return the words of one matrix."""
        import numpy as np

        from winitgen.drawing import keystream

        words = np.empty((self.rows, self.columns), "<u4")
        flat, begin = words.reshape(-1), number * words.size
        for start in range(0, words.size, _AT_ONCE):
            go_on()
            keystream.words(self.positions, (begin + start) * words.itemsize, flat[start : start + _AT_ONCE])
        return words

    def _runs(self) -> Iterator[tuple[slice, slice]]:
        """Yield runs of rows, or of columns: those whose positions are chosen at once."""
        count, length = (self.rows, self.columns) if self.incoming else (self.columns, self.rows)
        step = max(1, _AT_ONCE // max(length, 1))
        for first in range(0, count, step):
            go_on()
            run = slice(first, first + step)
            yield (run, slice(None)) if self.incoming else (slice(None), run)

    def _chosen(self, words: Array) -> Array:
        """Return True at the positions with the smallest words of their row or column; ties go to the first."""
        import numpy as np

        lines = words if self.incoming else np.ascontiguousarray(words.T)
        if not 0 < self.nonzeros < lines.shape[1]:
            return np.full(words.shape, self.nonzeros > 0)
        last = self.nonzeros - 1
        chosen = lines <= np.partition(lines, last, axis=1)[:, last : self.nonzeros]
        tied = np.count_nonzero(chosen, axis=1) > self.nonzeros  # hardly ever: words are 32 random bits
        if tied.any():
            order = np.argsort(lines[tied], axis=1, kind="stable")
            chosen[tied] = np.argsort(order, axis=1) < self.nonzeros
        return chosen if self.incoming else chosen.T
