"""What mean-field theory expects of a layer: the moments of its output, and of the gradient of its inputs.

Theory propagates its own moments. If it has no closed form, such as after a max pooling or an LSTM, it
restarts from the measured moments.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from winitgen.catalog.activations import LINEAR
from winitgen.numeric.arrays import Array
from winitgen.probing import theory
from winitgen.probing.graph import GraphNode
from winitgen.probing.operations.operation import Moments, Operation, moments
from winitgen.probing.signal_stats import SignalStats


class Expected(NamedTuple):
    """The moments before and after the activation, None if theory has no closed form.

    ``slope_square`` is E f'(z)^2, the factor on the mean square of a gradient that goes back through the
    activation.
    """

    pre: Moments | None = None
    out: Moments | None = None
    slope_square: Array | None = None
    forward_gain: float | None = None

    def known(self, measured: SignalStats | None, values: Array, axis: int) -> Moments:
        """Return the moments that theory continues with: the expected ones, else the measured ones."""
        if self.out is not None:
            return self.out
        if measured is None:
            return moments(math.nan, math.nan, math.nan)
        return moments_of(measured, values, axis)


class ExpectedGradient(NamedTuple):
    """The mean square of the gradient before the activation, and of each input's gradient."""

    pre: Array | None
    inputs: list[Array | None]
    gain: float | None


def moments_of(stats: SignalStats, values: Array, axis: int) -> Moments:
    """Return the measured moments of a batch; ``axis`` is the axis of the units.

    The mean square of the units' means over n values each exceeds what two values share by
    (square - shared) / n.
    """
    square = stats.root * stats.root
    axes = tuple(other for other in range(values.ndim) if other != axis % values.ndim)
    count = values.size // values.shape[axis]
    with np.errstate(over="ignore"):
        means = float(np.square(values.mean(axes, dtype=np.float64)).mean())
    shared = (count * means - square) / (count - 1) if count > 1 else 0.0
    return moments(stats.mean, square, min(max(shared, stats.mean * stats.mean), square))


def forward(node: GraphNode, operation: Operation, incoming: Sequence[Moments]) -> Expected:
    """Return what theory expects of a layer's output from the moments of its inputs."""
    pre = operation.predict(incoming)
    if pre is None:
        return Expected()
    if node.applied == LINEAR:
        gain = _gain(pre.square, incoming[0].square) if node.has_gain else None
        inside = node.operation.applies
        return Expected(None if inside else pre, pre, np.asarray(1.0), gain)
    response = theory.response(node.applied, pre.mean, pre.variance)
    if response is None:
        return Expected(pre)
    gain = _gain(response.square, incoming[0].square) if node.has_gain else None
    covariance = theory.covariance(node.applied, *pre.joint)
    out = moments(response.mean, response.square, np.mean(response.mean) ** 2 + covariance)
    return Expected(pre, out, np.asarray(response.slope_square), gain)


def backward(
    expected: Expected, operation: Operation, incoming: Sequence[Moments], square: Array, measured: Array
) -> ExpectedGradient:
    """Return what theory expects of the gradient that goes back through a layer.

    ``square`` is the mean square of the output's gradient, ``measured`` that of the gradient before the
    activation.
    """
    pre = None if expected.slope_square is None else square * expected.slope_square
    inputs = operation.predict_back(incoming, measured if pre is None else pre)
    if inputs is None:
        return ExpectedGradient(pre, [None] * len(incoming), None)
    gain = _gain(inputs[0], square) if len(inputs) == 1 and pre is not None else None
    return ExpectedGradient(pre, list(inputs), gain)


def _gain(after: Array, before: Array) -> float | None:
    """Return the root of the ratio of two mean squares over all positions, None if it is not finite."""
    quotient = float(np.mean(after)) / float(np.mean(before)) if np.mean(before) else math.nan
    return math.sqrt(quotient) if math.isfinite(quotient) else None
