"""The measurements of one layer, and what theory expects."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from winitgen.numeric.arrays import Array
from winitgen.numeric.histogram import Histogram
from winitgen.planning.plan import Parameter
from winitgen.probing.activate import Activated
from winitgen.probing.effective_rank import RepresentationRank
from winitgen.probing.expectations import Expected
from winitgen.probing.operations.operation import Moments, Operation
from winitgen.probing.signal_stats import SignalStats


@dataclass
class LayerStats:
    """Statistics of one layer, each None if it does not exist or if a value is not finite.

    ``out`` describes the output, ``pre`` the input of the activation, ``gradient`` the gradient of ``pre``,
    or of ``out`` if the activations are inside. ``saturated``, ``extreme`` and ``dead`` are shares of
    values, values and units; ``distinct`` is how much two samples' outputs differ, as a share of their size. A gain is the
    root mean square after a layer over the one before it, in the direction of the pass; ``entropy`` is that of attention,
    and ``rank`` of a representation; ``size`` counts the values of one sample's gradient. ``weights`` are the drawn
    parameters with histograms of their values.
    """

    expected: Expected
    out: SignalStats | None = None
    pre: SignalStats | None = None
    saturated: float | None = None
    extreme: float | None = None
    dead: float | None = None
    distinct: float | None = None
    condition: float | None = None
    forward_gain: float | None = None
    gradient: SignalStats | None = None
    size: int = 0
    backward_gain: float | None = None
    expected_gradient: float | None = None
    expected_backward_gain: float | None = None
    entropy: float | None = None
    rank: RepresentationRank | None = None
    weights: list[tuple[Parameter, Histogram]] = field(default_factory=list)


class LayerPass(NamedTuple):
    """One layer after the forward pass, with what the backward pass needs, if there is one; ``out`` is an output of a loss."""

    stats: LayerStats
    shape: tuple[int, ...]
    operation: Operation | None
    activated: Activated | None
    incoming: tuple[Moments, ...]
    out: Array | None = None


def ratio(value: float | None, reference: float | None) -> float | None:
    """Return value / reference, None if either is None or the reference is 0."""
    return value / reference if value is not None and reference else None
