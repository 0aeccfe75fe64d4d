"""The values of a tensor of a weight file, which are copied and not drawn."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from winitgen.drawing.distributions.distribution import Extent, Precision, Sampler, Span

if TYPE_CHECKING:
    from winitgen.numeric.arrays import Array
    from winitgen.numeric.scratch import Workspace


class FileValues(NamedTuple):
    """The values of ``tensor`` in the weight file at ``path``; ``sha256`` is that of their bytes.

    A plan has only these names. Before anything is drawn, the file is opened, and ``read`` becomes the function
    that returns elements ``start`` to ``start + count`` in the number format of the file, and ``low`` and ``high`` the
    smallest and the largest finite value.
    """

    path: str
    tensor: str
    sha256: str
    read: Callable[[int, int], Array] | None = None
    low: float = 0.0
    high: float = 0.0

    @property
    def extent(self) -> Extent:
        """Nothing: the number format of the file is that of the tensor, so that it holds all values."""
        return Extent(0.0)

    def density(self) -> None:
        """Return None: nothing is known of the values."""

    def span(self) -> Span:
        """Return the smallest and the largest finite value; zeros before the file is opened."""
        return self.low, self.high

    def copied(self, start: int, count: int) -> Array:
        """Return elements ``start`` to ``start + count`` in the number format of the file, bit for bit."""
        if self.read is None:
            raise ValueError(f"{self.path} has not been opened")
        return self.read(start, count)

    def sampler(self, dtype: Precision, count: int) -> Sampler:
        """Return a sampler that gives the values in the drawing precision, which rounds large whole numbers."""

        def sample(key: bytes, start: int, count: int, workspace: Workspace) -> Array:
            return self.copied(start, count).astype(dtype)

        return sample
