"""A gradient back through a network, from its outputs to its first layer, with all that is measured."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from winitgen.activations import LINEAR
from winitgen.probing import expectations
from winitgen.probing.activate import back
from winitgen.probing.figures import Figures, figures_of
from winitgen.probing.graph import INPUT, Node
from winitgen.probing.seen import Passed, ratio
from winitgen.probing.weights import Array
from winitgen.probing.workers import Workers

MODERATE = 30
"""Powers of two within which a gradient is left as it is."""

Gradients = Callable[[tuple[int, ...]], Array]
"""From the shape of an output to the gradient that comes back from it."""


class _Gradient(NamedTuple):
    """A gradient, 2^exponent times ``values``, and its mean square as theory expects it.

    Going back is linear, so a gradient that leaves the range of float32, large or small, is carried on as
    one of moderate size.
    """

    values: Array
    exponent: int
    square: Array

    def plus(self, other: _Gradient) -> _Gradient:
        """Return the sum of two gradients of one signal."""
        exponent = max(self.exponent, other.exponent)
        mine, theirs = (g.scaled_to(exponent) for g in (self, other))
        return _Gradient(mine + theirs, exponent, self.square + other.square)

    def scaled_to(self, exponent: int) -> Array:
        """Return the values that go with another exponent."""
        return self.values if exponent == self.exponent else np.ldexp(self.values, self.exponent - exponent)

    def moderate(self, figures: Figures | None) -> _Gradient:
        """Return the same gradient with values of moderate size."""
        shift = math.frexp(figures.root)[1] if figures is not None and figures.root else 0
        if abs(shift) <= MODERATE:
            return self
        return self._replace(values=np.ldexp(self.values, -shift), exponent=self.exponent + shift)

    def told(self, figures: Figures | None) -> Figures | None:
        """Return figures of the values as those of the gradient."""
        if figures is None or not self.exponent:
            return figures
        low, high, mean, std, root = (
            _times(figure, self.exponent) for figure in (*figures.histogram[:2], *figures[:3])
        )
        return Figures(mean, std, root, figures.histogram._replace(low=low, high=high))


def _times(figure: float, exponent: int) -> float:
    """Return figure * 2^exponent, infinite where that leaves the range of float64."""
    try:
        return math.ldexp(figure, exponent)
    except OverflowError:
        return math.copysign(math.inf, figure)


def backward(nodes: Sequence[Node], passed: list[Passed], gradients: Gradients, workers: Workers) -> None:
    """Send a gradient back from every output that nothing takes, and note what is seen.

    ``passed`` is what `forward` has kept; each layer's part is let go when the gradient has passed it.
    """
    arriving: dict[int, _Gradient] = {}
    for index in range(len(nodes) - 1, -1, -1):
        node, done = nodes[index], passed[index]
        if not node.consumers:
            arriving[index] = _Gradient(gradients(done.shape), 0, np.asarray(1.0))
        if index in arriving:
            for source, gradient in _layer(node, done, arriving.pop(index), workers):
                arriving[source] = arriving[source].plus(gradient) if source in arriving else gradient
        passed[index] = done._replace(operation=None, activated=None)


def _layer(node: Node, done: Passed, gradient: _Gradient, workers: Workers) -> list[tuple[int, _Gradient]]:
    """Send a gradient back through one layer; return that of each input with where it comes from."""
    assert done.operation is not None
    outer = figures_of(gradient.values, workers)
    gradient = gradient.moderate(outer)
    if gradient.exponent and outer is not None:
        outer = figures_of(gradient.values, workers)
    pre, figures = gradient, outer
    if node.applied != LINEAR and done.activated is not None:
        values = back(node.applied, done.activated, gradient.values, workers, axis=node.unit_axis)
        pre = gradient._replace(values=values)
        figures = figures_of(values, workers)
    with np.errstate(all="ignore"):
        inner = done.operation.backward(pre.values)
        measured = _square(pre, figures)
        expected = expectations.backward(
            done.seen.expected, done.operation, done.incoming, gradient.square, measured
        )
    _note(done, pre, figures, expected)
    return _inputs(node, done, pre, outer, inner, expected, workers)


def _note(done: Passed, pre: _Gradient, figures: Figures | None, expected: expectations.Returned) -> None:
    """Note the figures of a gradient behind the way back through an activation."""
    seen = done.seen
    seen.gradient, seen.size = pre.told(figures), math.prod(done.shape[1:])
    seen.expected_backward_gain = expected.gain
    if expected.pre is not None:
        root = math.sqrt(float(np.mean(expected.pre)))
        seen.expected_gradient = root if math.isfinite(root) else None


def _inputs(
    node: Node,
    done: Passed,
    pre: _Gradient,
    outer: Figures | None,
    inner: Sequence[Array | None],
    expected: expectations.Returned,
    workers: Workers,
) -> list[tuple[int, _Gradient]]:
    """Return the gradient of each input that is another layer's output, and note the layer's gain."""
    found = []
    for source, values, square in zip(node.planned.sources, inner, expected.inputs, strict=True):
        if values is None:
            continue
        figures = None
        if node.shown and len(inner) == 1:
            figures = figures_of(values, workers)
            done.seen.backward_gain = ratio(figures and figures.root, outer and outer.root)
        if source == INPUT:
            continue
        gradient = _Gradient(values, pre.exponent, np.asarray(math.nan) if square is None else square)
        if square is None:
            measured = _square(gradient, figures or figures_of(values, workers))
            gradient = gradient._replace(square=np.asarray(measured))
        found.append((source, gradient))
    return found


def _square(gradient: _Gradient, figures: Figures | None) -> float:
    """Return the mean square of a gradient as it was measured."""
    told = gradient.told(figures)
    return math.nan if told is None else told.root * told.root
