"""Numbers that are written out one by one, over and over."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from winitgen.drawing.distributions.distribution import Extent, Precision, Sampler, Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from winitgen.numeric.arrays import Array
    from winitgen.numeric.scratch import Workspace


class Listed(NamedTuple):
    """``values``, each ``each`` times in a row, and again from the first where they end.

    ``narrow`` says that the file's format has fewer digits than the drawing precision.
    """

    values: tuple[float, ...]
    each: int = 1
    narrow: bool = False

    @property
    def extent(self) -> Extent:
        """The largest magnitude of the values."""
        return Extent(max(abs(value) for value in self.values))

    def density(self) -> None:
        """Return None: nothing is random."""

    def span(self) -> Span:
        """Return the smallest and the largest value."""
        return min(self.values), max(self.values)

    def sampler(self, dtype: Precision, count: int) -> Sampler:
        """Return a sampler that reads no words: element n has value number n // ``each``, modulo their number."""
        table = as_drawn(self.values, dtype, narrow=self.narrow)

        def sample(key: bytes, start: int, count: int, workspace: Workspace) -> Array:
            import numpy as np

            values = workspace.array("values", count, dtype)
            values[:] = table[np.arange(start, start + count) // self.each % len(table)]
            return values

        return sample


class Powers(Listed):
    """Listed powers of one number, which frameworks compute by exponents that are rounded to float32."""

    __slots__ = ()


def as_drawn(numbers: Sequence[float], dtype: Precision, *, narrow: bool) -> Array:
    """Return numbers in the drawing precision, so that they become the nearest ones of the file's format.

    Numbers that are rounded to nearest twice need not be the nearest. The first rounding is therefore to odd if a
    second one follows, in a ``narrow`` format: what float32 does not hold becomes the neighbour whose last bit
    is 1, which keeps the side on which a number lies of each midpoint (Boldo & Melquiond 2008).
    """
    import numpy as np

    exact = np.array(numbers, np.float64)
    rounded = exact.astype(dtype)
    if narrow and dtype == "float32":
        off = rounded != exact
        above = np.abs(rounded.astype(np.float64)) > np.abs(exact)
        bits = rounded.view(np.uint32)
        bits[off & above] -= 1  # now towards 0
        bits[off] |= 1
    return rounded
