"""What is wrong with a network at initialization, and from which layer on.

Where a verdict begins was chosen by training; specs/reference/verdicts.md has networks that were trained, and what became of them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from winitgen.probing.graph import GraphNode
from winitgen.probing.layer_stats import LayerStats
from winitgen.probing.sizes import Shown, Size, hidden, norms, shown, sizes
from winitgen.probing.thresholds import Thresholds

VERDICTS = ("exploding", "vanishing", "saturating", "dead")
"""The problems a network can have; the first one found is the verdict. Without one it is healthy."""

HEALTHY = "healthy"

ANY = "any"
"""Stands for all problems where verdicts are listed."""


class Finding(NamedTuple):
    """One problem: its verdict, the layer where it starts, and an explanation with numbers."""

    verdict: str
    layer: str
    text: str


class FoundBy(NamedTuple):
    """A finding, and the figure whose threshold it is beyond, as in ``--threshold``."""

    figure: str
    finding: Finding


class SignalBounds(NamedTuple):
    """The root mean square from which on a signal has vanished, and that from which on it has exploded."""

    low: float
    high: float


def findings(
    nodes: Sequence[GraphNode],
    stats: Sequence[LayerStats],
    entering: float | None,
    thresholds: Thresholds,
    margins: Mapping[str, float | None],
) -> list[Finding]:
    """Return every problem of a network, each once, at the layer where it starts.

    ``entering`` is the root mean square of the input, None for tokens; `bounds` makes bounds of it. Where several figures come to one
    problem, as signal and gradient may both vanish, that with the least of the ``margins`` tells it.
    Signal and gradient are judged over the `hidden` layers, the gradient's norm against that at the last of them, unless it is 0
    there, as behind a head that starts at 0. A deviation that a later layer corrects,
    such as a norm, or a sum with a shortcut past a small branch, is not a problem.
    """
    every = shown(nodes, stats)
    judged = hidden(every)
    found = [
        *_signal(sizes(judged), bounds(judged, entering, thresholds.signal)),
        *_distinct(judged, thresholds.distinct),
        *_gradient(norms(judged), thresholds),
        *_units(every, thresholds),
    ]
    worst: dict[str, FoundBy] = {}
    for one in found:
        before = worst.setdefault(one.finding.verdict, one)
        if _left(margins, one) < _left(margins, before):
            worst[one.finding.verdict] = one
    return sorted(
        (one.finding for one in worst.values()), key=lambda finding: VERDICTS.index(finding.verdict)
    )


def _left(margins: Mapping[str, float | None], one: FoundBy) -> float:
    margin = margins.get(one.figure)
    return math.inf if margin is None else margin


def bounds(judged: Shown, entering: float | None, factor: float) -> SignalBounds:
    """Return the bounds of the signal: a factor from the input's size or from 1, whichever is farther.

    Without an input's size, as for tokens, that of the first layer counts.
    """
    if entering is None:
        entering = next((size for _, size in sizes(judged) if math.isfinite(size)), 1.0)
    return SignalBounds(min(entering, 1.0) / factor, max(entering, 1.0) * factor)


def verdict(found: Sequence[Finding]) -> str:
    """Return the verdict of a list of findings."""
    return found[0].verdict if found else HEALTHY


def _signal(found: Sequence[Size], within: SignalBounds) -> Iterator[FoundBy]:
    """Find where the signal leaves its bounds for good, in the forward pass."""
    for size in _from_here_on(found, lambda size: size > within.high):
        what = (
            f"has a root mean square of {size.size:.3g}"
            if math.isfinite(size.size)
            else "exceeds the range of float64"
        )
        yield FoundBy("signal", Finding("exploding", size.layer, f"the signal {what}"))
    for size in _from_here_on(found, lambda size: size < within.low):
        text = f"the signal has a root mean square of {size.size:.3g}"
        yield FoundBy("signal", Finding("vanishing", size.layer, text))


def _distinct(judged: Shown, least: float) -> Iterator[FoundBy]:
    """Find where the samples have become alike for good."""
    found = [Size(node.name, layer.distinct) for node, layer in judged if layer.distinct is not None]
    for layer, size in _from_here_on(found, lambda size: size < least):
        text = f"two samples differ by {size:.3g} of their size"
        yield FoundBy("distinct", Finding("vanishing", layer, text))


def _gradient(found: Sequence[Size], most: Thresholds) -> Iterator[FoundBy]:
    """Find where the norm of the gradient leaves its bounds for good, in the backward pass."""
    if not found or not 0 < found[0].size < math.inf:
        return
    relative = [Size(layer, norm / found[0].size) for layer, norm in found]
    for verdict, beyond in (
        ("exploding", lambda size: size > most.growth),
        ("vanishing", lambda size: size < 1 / most.gradient),
    ):
        for layer, size in _from_here_on(relative, beyond):
            text = f"the gradient's norm is {size:.3g} times that at {found[0].layer}"
            yield FoundBy("gradient", Finding(verdict, layer, text))


def _from_here_on(found: Sequence[Size], beyond: Callable[[float], bool]) -> list[Size]:
    """Return the first size from which on all are beyond a bound, or nothing."""
    start = len(found)
    while start and beyond(found[start - 1].size):
        start -= 1
    return list(found[start : start + 1])


def saturated_share(node: GraphNode, layer: LayerStats) -> float | None:
    """Return the share of saturated inputs, None unless the activation is bounded on both sides and gives an output of the model.

    A hidden layer that saturates holds up training only as far as it makes the gradient vanish or explode, or the samples alike.
    """
    return layer.saturated if layer.extreme is not None and node.ends else None


def _units(layers: Shown, most: Thresholds) -> Iterator[FoundBy]:
    """Find layers with saturated activations, and with dead units."""
    for node, layer in layers:
        path, activation = node.name, node.activation
        saturated = saturated_share(node, layer)
        if saturated is not None and saturated > most.saturated:
            share = f"{100 * saturated:.3g} %"
            text = f"for {share} of the values the slope of the {activation} is below 1 % of its maximum"
            yield FoundBy("saturated", Finding("saturating", path, text))
        if layer.dead is not None and layer.dead > most.dead:
            text = f"{100 * layer.dead:.3g} % of the units are 0 for every sample"
            yield FoundBy("dead", Finding("dead", path, text))
