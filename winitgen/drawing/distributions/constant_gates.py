"""One number for each gate."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from winitgen.drawing.distributions.distribution import Extent, Precision, Sampler, Span

if TYPE_CHECKING:
    from winitgen.numeric.arrays import Array
    from winitgen.numeric.scratch import Workspace


class ConstantGates(NamedTuple):
    """One value for each of the gates stacked along the first axis, such as those of an LSTM.

    All gates have the same size: the parameter's element count over their number.
    """

    values: tuple[float, ...]

    @property
    def extent(self) -> Extent:
        """The largest magnitude of the values."""
        return Extent(max(abs(value) for value in self.values))

    def density(self) -> None:
        """Return None: the values are a few numbers."""

    def span(self) -> Span:
        """Return the smallest and the largest value."""
        return min(self.values), max(self.values)

    def sampler(self, dtype: Precision, count: int) -> Sampler:
        """Return a sampler that reads no words: element i has the value of gate i // (count / gates).

        ``count``, the number of all elements, is a multiple of the number of gates.
        """
        each = count // len(self.values)

        def sample(key: bytes, start: int, count: int, workspace: Workspace) -> Array:
            values = workspace.array("values", count, dtype)
            for index in range(start // each, (start + count - 1) // each + 1):
                first, last = max(index * each, start), min((index + 1) * each, start + count)
                values[first - start : last - start] = self.values[index]
            return values

        return sample
