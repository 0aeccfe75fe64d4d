"""Sparse matrices with a fixed number of connections per unit."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

from winitgen.drawing.distributions.distribution import FAR, WIDTH, Extent, Precision, Span
from winitgen.drawing.distributions.normal import Normal
from winitgen.drawing.whole.whole_array import WholeArray, drawn

if TYPE_CHECKING:
    from winitgen.numeric.arrays import Array


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
        chosen = self._chosen()
        np.multiply(values, chosen, out=values)
        return np.add(values, 0.0, out=values)  # turns -0 into 0

    def _chosen(self) -> Array:
        """Return True at the positions with the smallest words of their row or column; ties go to the first."""
        import numpy as np

        from winitgen.drawing import keystream

        words = np.empty((self.matrices, self.rows, self.columns), "<u4")
        keystream.words(self.positions, 0, words)
        axis = 2 if self.incoming else 1
        order = np.argsort(words, axis=axis, kind="stable")
        chosen = np.zeros(words.shape, np.bool_)
        first = order[..., : self.nonzeros] if self.incoming else order[:, : self.nonzeros]
        np.put_along_axis(chosen, first, True, axis=axis)
        return chosen
