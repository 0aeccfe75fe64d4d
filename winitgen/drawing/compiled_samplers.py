"""Samplers whose arithmetic is one call of a compiled kernel, in place: words become values.

They give the bits of the samplers in ``distributions``, which are used where there are no kernels.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from winitgen.drawing import keystream, quantile

if TYPE_CHECKING:
    from types import ModuleType

    from winitgen.drawing.distributions.distribution import Precision, Sampler
    from winitgen.numeric.arrays import Array
    from winitgen.numeric.scratch import Workspace


class NormalLaw(NamedTuple):
    """A normal of standard deviation ``std``; ``mean`` is added last.

    With ``cut`` the ranks f become ``inside`` f + copysign(``tail``, f), and values end at +-``limit``.
    """

    std: float
    mean: float = 0.0
    cut: bool = False
    inside: float = 0.0
    tail: float = 0.0
    limit: float = 0.0


class UniformEnds(NamedTuple):
    """The uniform distribution ``width`` f + ``centre``, cut to its ends."""

    low: float
    high: float
    width: float
    centre: float


def normal(kernels: ModuleType, law: NormalLaw, dtype: Precision, count: int) -> Sampler:
    """Return a sampler of a normal for a parameter of ``count`` elements.

    Every number of the law is rounded to ``dtype`` once. Large parameters have lines of their own, small ones scale each
    line that they look up: the same bits.
    """
    if dtype == "float64":
        draw, lines = kernels.scaled_normal64, quantile.line_pairs(1.0, "float64")
    elif count < quantile.MANY:
        draw, lines = kernels.scaled_normal32, quantile.line_pairs(1.0, "float64")
    else:
        draw, lines = kernels.normal32, quantile.line_pairs(law.std, "float32")

    def sample(key: bytes, start: int, count: int, workspace: Workspace) -> Array:
        values = _words(key, start, count, dtype, workspace)
        draw(values, values, lines, *law)
        return values

    return sample


def uniform(kernels: ModuleType, ends: UniformEnds, dtype: Precision) -> Sampler:
    """Return a sampler of a uniform distribution, whose numbers are rounded to ``dtype`` once."""
    draw = kernels.uniform64 if dtype == "float64" else kernels.uniform32

    def sample(key: bytes, start: int, count: int, workspace: Workspace) -> Array:
        values = _words(key, start, count, dtype, workspace)
        draw(values, values, *ends)
        return values

    return sample


def _words(key: bytes, start: int, count: int, dtype: Precision, workspace: Workspace) -> Array:
    """Return the words of a range of elements in the array that shall hold their values."""
    values = workspace.array("values", count, dtype)
    keystream.words(key, values.itemsize * start, values)
    return values
