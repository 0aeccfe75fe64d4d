"""One number for each of several maps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from winitgen.drawing.distributions.distribution import Extent, Precision, Sampler, Span

if TYPE_CHECKING:
    import numpy as np

    from winitgen.numeric.scratch import Workspace


class ConstantMaps(NamedTuple):
    """One value for each of the maps stacked along the first axis, such as the gates of an LSTM.

    The maps are of one size, the parameter's element count over their number.
    """

    values: tuple[float, ...]

    @property
    def extent(self) -> Extent:
        """The largest magnitude that may be drawn, and the spread."""
        return Extent(max(abs(value) for value in self.values))

    def density(self) -> None:
        """Return None: the values are a few numbers."""

    def span(self) -> Span:
        """Return the smallest and the largest value."""
        return min(self.values), max(self.values)

    def sampler(self, dtype: Precision, count: int) -> Sampler:
        """Return a sampler that reads no words: element i has the value of map i // (count / maps).

        ``count``, all elements, is a multiple of the number of maps.
        """
        each = count // len(self.values)

        def sample(key: bytes, start: int, count: int, workspace: Workspace) -> np.ndarray[Any, Any]:
            values = workspace.array("values", count, dtype)
            for index in range(start // each, (start + count - 1) // each + 1):
                first, last = max(index * each, start), min((index + 1) * each, start + count)
                values[first - start : last - start] = self.values[index]
            return values

        return sample
