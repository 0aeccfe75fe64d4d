"""What is wrong with a network at initialization, and from which layer on.

The bounds are wide: a network that trains well may lose or gain a factor of ten from input to output.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from winitgen.probing.graph import GraphNode
from winitgen.probing.layer_stats import LayerStats
from winitgen.probing.thresholds import DEFAULT, Thresholds

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


def findings(
    nodes: Sequence[GraphNode],
    stats: Sequence[LayerStats],
    entering: float | None,
    thresholds: Thresholds = DEFAULT,
) -> list[Finding]:
    """Return every problem of a network, each once, at the layer where it starts.

    ``entering`` is the root mean square of the input, None for tokens. By default the signal vanishes below a
    hundredth of it, or of 1 if that is less, and explodes above a hundred times it, or 100 if that is more.
    The gradient's norm is compared with that at the last layer. A deviation that a later layer corrects,
    such as a norm, or a sum with a shortcut past a small branch, is not a problem.
    """
    shown = [(node, layer) for node, layer in zip(nodes, stats, strict=True) if node.shown]
    found = [
        *_signal(shown, entering, thresholds.signal),
        *_gradient(shown, thresholds.gradient),
        *_units(shown, thresholds),
    ]
    first: dict[str, Finding] = {}
    for finding in found:
        first.setdefault(finding.verdict, finding)
    return sorted(first.values(), key=lambda finding: VERDICTS.index(finding.verdict))


def measured(
    nodes: Sequence[GraphNode], stats: Sequence[LayerStats], entering: float | None
) -> dict[str, float | None]:
    """Return what each threshold is compared with, None for what the network does not have or is beyond float64.

    ``signal`` is the root mean square at the last layer over that of the input, ``gradient`` the norm at the first layer
    that a gradient reaches over that at the last; ``saturated`` and ``dead`` are the largest shares of any layer.
    """
    shown = [(node, layer) for node, layer in zip(nodes, stats, strict=True) if node.shown]
    sizes, norms = _sizes(shown), _norms(shown)
    first = next((size for _, size in sizes if math.isfinite(size)), 1.0) if entering is None else entering
    return {
        "signal": _share(sizes[-1].size, first) if sizes else None,
        "gradient": _share(norms[-1].size, norms[0].size) if norms else None,
        "saturated": max(
            (share for _, layer in shown if (share := _saturated(layer)) is not None), default=None
        ),
        "dead": max((layer.dead for _, layer in shown if layer.dead is not None), default=None),
    }


def _share(size: float, of: float) -> float | None:
    return size / of if math.isfinite(size) and 0 < of < math.inf else None


def _saturated(layer: LayerStats) -> float | None:
    """Return the share of saturated inputs, None unless the activation is bounded on both sides."""
    return None if layer.extreme is None else layer.saturated


def verdict(found: Sequence[Finding]) -> str:
    """Return the verdict of a list of findings."""
    return found[0].verdict if found else HEALTHY


Shown = list[tuple[GraphNode, LayerStats]]


class _Size(NamedTuple):
    """The size of the signal or of the gradient at one layer; infinite beyond float64."""

    layer: str
    size: float


def _signal(shown: Shown, entering: float | None, factor: float) -> Iterator[Finding]:
    """Find where the signal leaves its bounds for good, in the forward pass.

    The input of an activation counts: the output of a sigmoid is never small or large.
    """
    sizes = _sizes(shown)
    if entering is None:
        entering = next((size for _, size in sizes if math.isfinite(size)), 1.0)
    low, high = min(entering, 1.0) / factor, max(entering, 1.0) * factor
    for size in _from_here_on(sizes, lambda size: size > high):
        what = (
            f"has a root mean square of {size.size:.3g}"
            if math.isfinite(size.size)
            else "exceeds the range of float64"
        )
        yield Finding("exploding", size.layer, f"the signal {what}")
    for size in _from_here_on(sizes, lambda size: size < low):
        yield Finding("vanishing", size.layer, f"the signal has a root mean square of {size.size:.3g}")


def _sizes(shown: Shown) -> list[_Size]:
    """Return the size of the signal at each layer."""
    return [_Size(node.name, _root(node, layer)) for node, layer in shown]


def _root(node: GraphNode, layer: LayerStats) -> float:
    """Return the root mean square of an activation's input, or of the output if the activation is inside."""
    stats = layer.out if node.operation.applies else layer.pre
    return math.inf if stats is None else stats.root


def _gradient(shown: Shown, factor: float) -> Iterator[Finding]:
    """Find where the norm of the gradient leaves its bounds for good, in the backward pass."""
    norms = _norms(shown)
    if not norms or not 0 < norms[0].size < math.inf:
        return
    sizes = [_Size(layer, norm / norms[0].size) for layer, norm in norms]
    for verdict, beyond in (
        ("exploding", lambda size: size > factor),
        ("vanishing", lambda size: size < 1 / factor),
    ):
        for layer, size in _from_here_on(sizes, beyond):
            yield Finding(verdict, layer, f"the gradient's norm is {size:.3g} times that at the last layer")


def _norms(shown: Shown) -> list[_Size]:
    """Return the norm of the gradient at each layer that it has reached, the last layer first."""
    return [_Size(node.name, _norm(layer)) for node, layer in reversed(shown) if layer.size]


def _norm(layer: LayerStats) -> float:
    """Return the norm of one sample's gradient, infinite beyond float64."""
    return math.inf if layer.gradient is None else layer.gradient.root * math.sqrt(layer.size)


def _from_here_on(sizes: Sequence[_Size], beyond: Callable[[float], bool]) -> list[_Size]:
    """Return the first size from which on all are beyond a bound, or nothing."""
    start = len(sizes)
    while start and beyond(sizes[start - 1].size):
        start -= 1
    return list(sizes[start : start + 1])


def _units(shown: Shown, most: Thresholds) -> Iterator[Finding]:
    """Find layers with saturated activations, and with dead units."""
    for node, layer in shown:
        path, activation = node.name, node.activation
        saturated = _saturated(layer)
        if saturated is not None and saturated > most.saturated:
            share = f"{100 * saturated:.3g} %"
            text = f"for {share} of the values the slope of the {activation} is below 1 % of its maximum"
            yield Finding("saturating", path, text)
        if layer.dead is not None and layer.dead > most.dead:
            yield Finding("dead", path, f"{100 * layer.dead:.3g} % of the units are 0 for every sample")
