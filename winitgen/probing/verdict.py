"""What is wrong with a network at its start, and from which layer on.

The bounds are wide: a network that trains well may lose or gain a factor of ten on the way.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from winitgen.probing.graph import GraphNode
from winitgen.probing.layer_stats import LayerStats

FACTOR = 100.0
"""A signal or a gradient this many times smaller, or larger, than it began has vanished, or exploded."""

MOST_SATURATED = 0.5
"""Of the values that enter an activation bounded on both sides. Of N(0, 1), hard tanh saturates 0.32."""

MOST_DEAD = 0.75
"""Of the units of a layer. Half are dead where the samples have become alike, which ReLU's depth does."""

VERDICTS = ("exploding", "vanishing", "saturating", "dead")
"""What a network can suffer from; the first found names the verdict. Without one it is healthy."""

HEALTHY = "healthy"


class Finding(NamedTuple):
    """One trouble: which, the layer where it starts, and the figures in words."""

    verdict: str
    layer: str
    text: str


def findings(
    nodes: Sequence[GraphNode], stats: Sequence[LayerStats], entering: float | None
) -> list[Finding]:
    """Return every trouble of a network, each once, where it starts.

    ``entering`` is the root mean square of the input, None for tokens. The signal vanishes below a
    hundredth of it, or of 1 where that is less, and explodes above a hundred times it, or 100. The
    gradient's norm is compared with that at the last layer. What a later layer makes good, such as a
    norm, or a sum with what went past a small branch, is no trouble.
    """
    shown = [(node, layer) for node, layer in zip(nodes, stats, strict=True) if node.shown]
    found = [*_signal(shown, entering), *_gradient(shown), *_units(shown)]
    first: dict[str, Finding] = {}
    for finding in found:
        first.setdefault(finding.verdict, finding)
    return sorted(first.values(), key=lambda finding: VERDICTS.index(finding.verdict))


def verdict(found: Sequence[Finding]) -> str:
    """Return the verdict that a list of findings gives."""
    return found[0].verdict if found else HEALTHY


Shown = list[tuple[GraphNode, LayerStats]]


class _Size(NamedTuple):
    """How large the signal, or the gradient, is at one layer; infinite beyond float64."""

    layer: str
    size: float


def _signal(shown: Shown, entering: float | None) -> Iterator[Finding]:
    """Find where the signal leaves its bounds for good, on the way forward.

    What enters an activation counts: what leaves a sigmoid is never small, nor large.
    """
    sizes = [_Size(node.name, _root(node, layer)) for node, layer in shown]
    if entering is None:
        entering = next((size for _, size in sizes if math.isfinite(size)), 1.0)
    low, high = min(entering, 1.0) / FACTOR, max(entering, 1.0) * FACTOR
    for size in _from_here_on(sizes, lambda size: size > high):
        what = (
            f"has a root mean square of {size.size:.3g}"
            if math.isfinite(size.size)
            else "leaves float64's range"
        )
        yield Finding("exploding", size.layer, f"the signal {what}")
    for size in _from_here_on(sizes, lambda size: size < low):
        yield Finding("vanishing", size.layer, f"the signal has a root mean square of {size.size:.3g}")


def _root(node: GraphNode, layer: LayerStats) -> float:
    """Return the root mean square of what enters a layer's activation, or flows out where that is inside."""
    stats = layer.out if node.operation.applies else layer.pre
    return math.inf if stats is None else stats.root


def _gradient(shown: Shown) -> Iterator[Finding]:
    """Find where the norm of the gradient leaves its bounds for good, on the way back."""
    norms = [
        _Size(node.name, _norm(layer))
        for node, layer in reversed(shown)
        if layer.size  # a gradient has come back to it
    ]
    if not norms or not 0 < norms[0].size < math.inf:
        return
    sizes = [_Size(layer, norm / norms[0].size) for layer, norm in norms]
    for verdict, beyond in (
        ("exploding", lambda size: size > FACTOR),
        ("vanishing", lambda size: size < 1 / FACTOR),
    ):
        for layer, size in _from_here_on(sizes, beyond):
            yield Finding(verdict, layer, f"the gradient's norm is {size:.3g} times that at the last layer")


def _norm(layer: LayerStats) -> float:
    """Return the norm of one sample's gradient, infinite beyond float64."""
    return math.inf if layer.gradient is None else layer.gradient.root * math.sqrt(layer.size)


def _from_here_on(sizes: Sequence[_Size], beyond: Callable[[float], bool]) -> list[_Size]:
    """Return the place from which on every size is beyond a bound, or nothing."""
    start = len(sizes)
    while start and beyond(sizes[start - 1].size):
        start -= 1
    return list(sizes[start : start + 1])


def _units(shown: Shown) -> Iterator[Finding]:
    """Find layers with saturated activations, and with dead units."""
    for node, layer in shown:
        path, activation = node.name, node.activation
        if layer.extreme is not None and layer.saturated is not None and layer.saturated > MOST_SATURATED:
            share = f"{100 * layer.saturated:.3g} %"
            text = f"at {share} of the values the {activation} has a slope below 1 % of its largest"
            yield Finding("saturating", path, text)
        if layer.dead is not None and layer.dead > MOST_DEAD:
            yield Finding("dead", path, f"{100 * layer.dead:.3g} % of the units are 0 for every sample")
