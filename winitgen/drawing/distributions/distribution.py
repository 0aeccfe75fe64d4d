"""The protocol of every distribution, and of its sampler."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol

if TYPE_CHECKING:
    from winitgen.drawing.density import Density
    from winitgen.numeric.arrays import Array
    from winitgen.numeric.plain_values import PlainScratch
    from winitgen.numeric.scratch import Workspace

Precision = Literal["float32", "float64"]

Span = tuple[float, float]

FAR = 10.0
"""Standard deviations that no drawn normal reaches: the farthest is 9.1 from the mean."""

WIDTH = 4.5
"""Standard deviations of a span on either side of the mean: of a million normals seven lie outside."""


class Sampler(Protocol):
    """Draws elements ``start`` to ``start + count`` from the key stream of ``key`` (16 bytes).

    The result is a flat array in the workspace, valid until its next use. A sampler may be shared
    between threads; a workspace may not.
    """

    def __call__(self, key: bytes, start: int, count: int, workspace: Workspace) -> Array:
        """Return ``count`` values of the drawing precision."""
        ...


class PlainSampler(Protocol):
    """A sampler that the compiled kernels make, which draws in float32 into plain scratch, without NumPy.

    A distribution that has one returns it from ``plain_sampler(kernels)``.
    """

    def __call__(self, key: bytes, start: int, count: int, scratch: PlainScratch) -> memoryview:
        """Return ``count`` values: the bits that the sampler of float32 draws."""
        ...


class Extent(NamedTuple):
    """The largest magnitude of values, and, unless they are fixed, the width that must keep its digits."""

    reach: float
    width: float | None = None


class Distribution(Protocol):
    """Anything values can be drawn from."""

    @property
    def extent(self) -> Extent:
        """The largest magnitude that may be drawn, and the width."""
        ...

    def density(self) -> Density | None:
        """Return the density of the values, as plain values for reports, or None if it is not a known one."""
        ...

    def span(self) -> Span:
        """Return the ends between which all or nearly all values lie, used for their histogram."""
        ...

    def sampler(self, dtype: Precision, count: int) -> Sampler:
        """Return a sampler for a parameter of ``count`` elements."""
        ...
