"""Where a distribution's values lie, known before one is drawn: the ends of their histogram."""

from __future__ import annotations

import math
from functools import singledispatch
from typing import TYPE_CHECKING

from winitgen.drawing.density import bounds, density_of
from winitgen.drawing.distributions import Constant, ConstantMaps
from winitgen.drawing.whole.orthogonal import DeltaOrthogonal, Orthogonal
from winitgen.drawing.whole.patterns import Bilinear, Dirac, Identity
from winitgen.drawing.whole.repeated import Repeated
from winitgen.drawing.whole.sparse import Sparse
from winitgen.drawing.whole.timescales import LogRange, TimeSteps

if TYPE_CHECKING:
    from winitgen.planning.plan import Parameter

WIDTH = 4.5
"""Standard deviations on either side of the mean: of a million normals seven lie beyond."""

Span = tuple[float, float]


def span_of(parameter: Parameter) -> Span:
    """Return the ends between which a parameter's values lie, all or nearly all of them."""
    distribution = parameter.distribution
    density = density_of(distribution)
    if density is None:
        low, high = _span(distribution)
    else:
        lowest, highest = bounds(density)
        low = max(lowest, parameter.mean - WIDTH * parameter.std)
        high = min(highest, parameter.mean + WIDTH * parameter.std)
    return (low, high) if parameter.zeroed is None else (min(low, 0.0), max(high, 0.0))


@singledispatch
def _span(distribution: object) -> Span:
    """Return the range that a distribution states of itself."""
    reach: float = distribution.extent.reach  # type: ignore[attr-defined]
    return -reach, reach


@_span.register
def _(distribution: Constant) -> Span:
    return distribution.value, distribution.value


@_span.register
def _(distribution: ConstantMaps) -> Span:
    return min(distribution.values), max(distribution.values)


@_span.register(Identity)
@_span.register(Dirac)
@_span.register(Bilinear)
@_span.register(LogRange)
def _(distribution: Identity | Dirac | Bilinear | LogRange) -> Span:
    return 0.0, distribution.extent.reach


@_span.register
def _(distribution: Repeated) -> Span:
    return _span(distribution.base)


@_span.register
def _(distribution: Sparse) -> Span:
    return -WIDTH * distribution.std, WIDTH * distribution.std


@_span.register
def _(distribution: Orthogonal) -> Span:
    return _of_unit_columns(distribution.gain, max(distribution.rows, distribution.columns))


@_span.register
def _(distribution: DeltaOrthogonal) -> Span:
    rows, columns = distribution.shape[0] // distribution.groups, distribution.shape[1]
    return _of_unit_columns(distribution.gain, max(rows, columns))


def _of_unit_columns(gain: float, size: int) -> Span:
    """Return the range of elements whose squares, ``size`` of them, add up to the gain's."""
    half = gain * min(1.0, WIDTH / math.sqrt(size))
    return -half, half


@_span.register
def _(distribution: TimeSteps) -> Span:
    # The last digits of these functions differ between machines, and a report's may not.
    ends = (math.log(math.expm1(math.exp(end))) for end in (distribution.low, distribution.high))
    low, high = (float(f"{end:.12g}") for end in ends)
    return low, high
