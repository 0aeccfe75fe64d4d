"""Samplers whose arithmetic is one call of a compiled kernel, in place: words become values.

They give the bits of the samplers in ``distributions``, which are used where there are no kernels.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from winitgen.drawing import keystream
from winitgen.drawing.shipped_lines import narrow_lines

if TYPE_CHECKING:
    from types import ModuleType

    from winitgen.drawing.distributions.distribution import PlainSampler, Precision, Sampler


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
    from winitgen.drawing import quantile

    if dtype == "float64":
        draw, lines = kernels.scaled_normal64, quantile.line_pairs(1.0, "float64")
    elif count < quantile.MANY:
        draw, lines = kernels.scaled_normal32, quantile.line_pairs(1.0, "float64")
    else:
        draw, lines = kernels.normal32, quantile.line_pairs(law.std, "float32")
    sampler: Sampler = _in_place(draw, dtype, lines, *law)
    return sampler


def plain_normal(kernels: ModuleType, law: NormalLaw) -> PlainSampler:
    """Return a sampler of a normal in float32 that needs no NumPy: it scales each line that it looks up."""
    sampler: PlainSampler = _in_place(kernels.scaled_normal32, "float32", narrow_lines(), *law)
    return sampler


def uniform(kernels: ModuleType, ends: UniformEnds, dtype: Precision) -> Sampler:
    """Return a sampler of a uniform distribution, whose numbers are rounded to ``dtype`` once."""
    draw = kernels.uniform64 if dtype == "float64" else kernels.uniform32
    sampler: Sampler = _in_place(draw, dtype, *ends)
    return sampler


def plain_uniform(kernels: ModuleType, ends: UniformEnds) -> PlainSampler:
    """Return a sampler of a uniform distribution in float32 that needs no NumPy."""
    sampler: PlainSampler = _in_place(kernels.uniform32, "float32", *ends)
    return sampler


def _in_place(draw: Callable[..., None], dtype: Precision, *numbers: Any) -> Any:
    """Return a sampler, plain or not, whose words become values where they are."""

    def sample(key: bytes, start: int, count: int, scratch: Any) -> Any:
        values = scratch.array("values", count, dtype)
        keystream.words(key, values.itemsize * start, values)
        draw(values, values, *numbers)
        return values

    return sample
