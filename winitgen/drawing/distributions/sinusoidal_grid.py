"""Tables of the places of a grid: half of the features are sinusoids of the column, half of the row."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from winitgen.drawing.distributions.distribution import Extent, Precision, Sampler, Span
from winitgen.drawing.distributions.sinusoidal import Sinusoidal

if TYPE_CHECKING:
    from winitgen.numeric.arrays import Array
    from winitgen.numeric.scratch import Workspace


class SinusoidalGrid(NamedTuple):
    """A table of ``height`` x ``width`` places, row by row: the sinusoids of the column, then those of the row.

    ``table`` gives those of one coordinate; its rows are the larger of height and width.
    """

    height: int
    width: int
    table: Sinusoidal

    @property
    def largest_angle(self) -> float:
        """The largest angle, in radians, from which a sine is computed."""
        return self.table.largest_angle

    @property
    def extent(self) -> Extent:
        """One."""
        return Extent(1.0)

    def density(self) -> None:
        """Return None: nothing is random."""

    def span(self) -> Span:
        """Return the ends of a sine."""
        return -1.0, 1.0

    def sampler(self, dtype: Precision, count: int) -> Sampler:
        """Return a sampler that reads no words; it does not depend on ``count``."""
        import numpy as np

        at, features = self.table.by_place(), self.table.features

        def sample(key: bytes, start: int, count: int, workspace: Workspace) -> Array:
            coordinates, columns = np.divmod(np.arange(start, start + count), features)
            places, is_row = np.divmod(coordinates, 2)
            row, column = np.divmod(places, self.width)
            values = workspace.array("values", count, dtype)
            values[:] = at(np.where(is_row == 1, row, column), columns)
            return values

        return sample

    def mean(self) -> float:
        """Return the mean of all elements, to 12 digits."""
        sides = (self.table._replace(rows=rows).mean() for rows in (self.height, self.width))
        return float(f"{sum(sides) / 2:.12g}")
