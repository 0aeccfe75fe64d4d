"""Send a gradient back through a network, from its outputs to its first layer, and measure it."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from winitgen.catalog.activations import LINEAR
from winitgen.numeric.arrays import Array
from winitgen.numeric.workers import Workers
from winitgen.planning.plan import INPUT
from winitgen.probing import expectations
from winitgen.probing.activate import back
from winitgen.probing.diagnostics.updates import Updates
from winitgen.probing.graph import GraphNode
from winitgen.probing.layer_stats import LayerPass
from winitgen.probing.layers_passed import nothing
from winitgen.probing.operations.operation import Operation
from winitgen.probing.signal_stats import SignalStats, stats_of

MODERATE = 30
"""A gradient with a binary exponent up to this, in magnitude, is not rescaled."""

Gradients = Callable[[tuple[int, ...]], Array]
"""A function from the shape of an output to the gradient that is sent back from it."""


class _Gradient(NamedTuple):
    """A gradient, 2^exponent times ``values``, with the statistics of ``values`` and its predicted mean square.

    If theory predicts none (``known`` is false), ``square`` is the measured mean square. The backward pass
    is linear, so a gradient outside the range of float32 is rescaled to moderate size.
    """

    values: Array
    exponent: int
    stats: SignalStats | None
    square: Array
    known: bool

    def scaled_to(self, exponent: int) -> Array:
        """Return the values for another exponent."""
        return self.values if exponent == self.exponent else np.ldexp(self.values, self.exponent - exponent)

    @property
    def reported(self) -> SignalStats | None:
        """The statistics of the gradient itself."""
        if self.stats is None or not self.exponent:
            return self.stats
        low, high, mean, std, root = (
            _times(value, self.exponent) for value in (*self.stats.histogram[:2], *self.stats[:3])
        )
        return SignalStats(mean, std, root, self.stats.histogram._replace(low=low, high=high))

    @property
    def measured(self) -> Array:
        """The measured mean square."""
        reported = self.reported
        return np.asarray(math.nan if reported is None else reported.root * reported.root)


def _rescaled(
    values: Array, exponent: int, square: Array | None, workers: Workers, stats: SignalStats | None = None
) -> _Gradient:
    """Return a gradient rescaled to moderate size; without a predicted mean square, with the measured one.

    ``stats`` are the statistics of ``values``, if known.
    """
    stats = stats_of(values, workers) if stats is None else stats
    shift = math.frexp(stats.root)[1] if stats is not None and stats.root else 0
    if abs(shift) > MODERATE:
        values = np.asarray(np.ldexp(values, -shift))
        exponent += shift
        stats = stats_of(values, workers)
    if square is not None:
        return _Gradient(values, exponent, stats, square, known=True)
    gradient = _Gradient(values, exponent, stats, np.asarray(math.nan), known=False)
    return gradient._replace(square=gradient.measured)


def _sum(one: _Gradient, other: _Gradient, workers: Workers) -> _Gradient:
    """Return the sum of two gradients of the same signal."""
    exponent = max(one.exponent, other.exponent)
    values = one.scaled_to(exponent) + other.scaled_to(exponent)
    return _rescaled(
        values, exponent, one.square + other.square if one.known and other.known else None, workers
    )


def _times(value: float, exponent: int) -> float:
    """Return value * 2^exponent, or infinity beyond the range of float64."""
    try:
        return math.ldexp(value, exponent)
    except OverflowError:
        return math.copysign(math.inf, value)


def backward(
    nodes: Sequence[GraphNode],
    passed: list[LayerPass],
    gradients: Gradients,
    workers: Workers,
    updates: Updates | None = None,
    *,
    done: Callable[[], None] = nothing,
) -> None:
    """Send a gradient back from every output of the model, and record its statistics.

    With ``updates`` it is that of their loss, and they take the gradients of the parameters. ``done`` is called after each
    layer.
    ``passed`` is the result of `forward`; what it keeps of a layer is freed once the gradient has passed it.
    """
    arriving: dict[int, _Gradient] = {}
    for index in range(len(nodes) - 1, -1, -1):
        node, layer = nodes[index], passed[index]
        if node.ends:
            known = arriving.get(index)
            if updates is None:
                sent = _rescaled(gradients(layer.shape), 0, np.asarray(1.0), workers)
            else:
                sent = _rescaled(updates.sent(node, layer), 0, None, workers)
            arriving[index] = sent if known is None else _sum(known, sent, workers)
        if index in arriving:
            for source, gradient in _layer(node, layer, arriving.pop(index), workers, updates):
                known = arriving.get(source)
                arriving[source] = gradient if known is None else _sum(known, gradient, workers)
        passed[index] = layer._replace(operation=None, activated=None, out=None)
        done()


def _layer(
    node: GraphNode, done: LayerPass, outer: _Gradient, workers: Workers, updates: Updates | None
) -> list[tuple[int, _Gradient]]:
    """Send a gradient back through one layer; return the source and gradient of each input."""
    assert done.operation is not None
    pre = outer
    if node.applied != LINEAR and done.activated is not None:
        sent = back(node.applied, done.activated, outer.values, workers, axis=node.unit_axis)
        pre = outer._replace(values=sent.values, stats=sent.stats)
    expected = expectations.backward(
        done.stats.expected, done.operation, done.incoming, outer.square, pre.measured
    )
    _record(done, pre, expected)
    inner = _through(node, done.operation, pre, expected, workers)
    if updates is not None:
        updates.take(done.operation.weights, pre.exponent)
    if len(inner) == 1 and inner[0] is not None:
        done.stats.backward_gain = _gain(inner[0], outer)
    pairs = zip(node.planned.sources, inner, strict=True)
    return [(source, gradient) for source, gradient in pairs if source > INPUT and gradient is not None]


def _through(
    node: GraphNode,
    operation: Operation,
    pre: _Gradient,
    expected: expectations.ExpectedGradient,
    workers: Workers,
) -> list[_Gradient | None]:
    """Return the gradients of a layer's inputs, computed in float64 if they leave the range of float32.

    The incoming gradient has moderate size, but need not keep it inside a layer, such as over many positions.
    """
    same = None if node.shown else pre.stats  # a layer that only moves values keeps their statistics
    with np.errstate(all="ignore"):
        inner = [
            None if given is None else _rescaled(given, pre.exponent, square, workers, same)
            for given, square in zip(operation.backward(pre.values), expected.inputs, strict=True)
        ]
    lost = any(found is not None and (found.stats is None or not found.stats.root) for found in inner)
    if lost and pre.values.dtype == np.float32 and pre.stats is not None and pre.stats.root:
        return _through(
            node, operation, pre._replace(values=pre.values.astype(np.float64)), expected, workers
        )
    return inner


def _record(done: LayerPass, pre: _Gradient, expected: expectations.ExpectedGradient) -> None:
    """Record the statistics of the gradient before the activation."""
    stats = done.stats
    stats.gradient, stats.size = pre.reported, math.prod(done.shape[1:])
    stats.expected_backward_gain = expected.gain
    if expected.pre is not None:
        root = math.sqrt(float(np.mean(expected.pre)))
        stats.expected_gradient = root if math.isfinite(root) else None


def _gain(inner: _Gradient, outer: _Gradient) -> float | None:
    """Return the root mean square of the gradient of a layer's input over that of its output."""
    if inner.stats is None or outer.stats is None or not outer.stats.root:
        return None
    return _times(inner.stats.root / outer.stats.root, inner.exponent - outer.exponent)
