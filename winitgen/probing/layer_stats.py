"""What was measured at one layer, and what theory says of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from winitgen.numeric.histogram import Histogram
from winitgen.planning.plan import Parameter
from winitgen.probing.activate import Activated
from winitgen.probing.expectations import Expected
from winitgen.probing.operations.operation import Moments, Operation
from winitgen.probing.signal_stats import SignalStats


@dataclass
class LayerStats:
    """One layer's figures, each None where it does not exist or where a value is not finite.

    ``out`` is what flows out, ``pre`` what enters the activation, ``gradient`` that of ``pre``, or of
    ``out`` where the activations are inside. ``saturated``, ``extreme`` and ``dead`` are shares of
    values, values and units. A gain is the root mean square behind a layer over the one before it, in
    the signal's direction; ``size`` counts the values of one sample's gradient. ``weights`` are the drawn
    parameters with histograms of their values.
    """

    expected: Expected
    out: SignalStats | None = None
    pre: SignalStats | None = None
    saturated: float | None = None
    extreme: float | None = None
    dead: float | None = None
    condition: float | None = None
    forward_gain: float | None = None
    gradient: SignalStats | None = None
    size: int = 0
    backward_gain: float | None = None
    expected_gradient: float | None = None
    expected_backward_gain: float | None = None
    weights: list[tuple[Parameter, Histogram]] = field(default_factory=list)


class LayerPass(NamedTuple):
    """One layer after the batch has gone through; with what the way back needs where there will be one."""

    stats: LayerStats
    shape: tuple[int, ...]
    operation: Operation | None
    activated: Activated | None
    incoming: tuple[Moments, ...]


def ratio(part: float | None, whole: float | None) -> float | None:
    """Return a quotient, None where it has no value."""
    return part / whole if part is not None and whole else None
