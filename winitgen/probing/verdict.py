"""What is wrong with a network at its start, and from which layer on.

The bounds are wide: a network that trains well may lose or gain a factor of ten on the way.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from winitgen.probing.graph import Node
from winitgen.probing.seen import Seen

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


def findings(nodes: Sequence[Node], seen: Sequence[Seen], entering: float | None) -> list[Finding]:
    """Return every trouble of a network, each once, where it starts.

    ``entering`` is the root mean square of the input, None for tokens. The signal vanishes below a
    hundredth of it, or of 1 where that is less, and explodes above a hundred times it, or 100. The
    gradient's norm is compared with the one that comes back to the output.
    """
    shown = [(node, layer) for node, layer in zip(nodes, seen, strict=True) if node.shown]
    found = [*_signal(shown, entering), *_gradient(shown), *_units(shown)]
    first: dict[str, Finding] = {}
    for finding in found:
        first.setdefault(finding.verdict, finding)
    return sorted(first.values(), key=lambda finding: VERDICTS.index(finding.verdict))


def verdict(found: Sequence[Finding]) -> str:
    """Return the verdict that a list of findings gives."""
    return found[0].verdict if found else HEALTHY


Shown = list[tuple[Node, Seen]]


def _signal(shown: Shown, entering: float | None) -> Iterator[Finding]:
    """Find where the signal leaves its bounds, on the way forward."""
    if entering is None:
        entering = next((layer.out.root for _, layer in shown if layer.out is not None), 1.0)
    low, high = min(entering, 1.0) / FACTOR, max(entering, 1.0) * FACTOR
    for node, layer in shown:
        path = node.planned.path
        if layer.out is None:
            yield Finding("exploding", path, "the signal leaves the range of float64")
            return
        for what, figures in (("activation", layer.out), ("pre-activation", layer.pre)):
            # Sums inside a layer, such as an attention's scores, may be small; large ones are trouble.
            if figures is not None and figures.root > high:
                yield Finding("exploding", path, f"the {what} has a root mean square of {figures.root:.3g}")
                break
        else:
            if layer.out.root < low:
                text = f"the activation has a root mean square of {layer.out.root:.3g}"
                yield Finding("vanishing", path, text)


def _gradient(shown: Shown) -> Iterator[Finding]:
    """Find where the norm of the gradient leaves its bounds, on the way back."""
    outermost: float | None = None
    for node, layer in reversed(shown):
        if layer.gradient is None:
            continue
        norm = layer.gradient.root * math.sqrt(layer.size)
        if outermost is None:
            outermost = math.sqrt(layer.size)  # what is sent back is standard Gaussian
        for verdict, beyond in (
            ("vanishing", norm < outermost / FACTOR),
            ("exploding", norm > outermost * FACTOR),
        ):
            if beyond:
                text = f"the gradient's norm is {norm / outermost:.3g} times that at the output"
                yield Finding(verdict, node.planned.path, text)


def _units(shown: Shown) -> Iterator[Finding]:
    """Find layers with saturated activations, and with dead units."""
    for node, layer in shown:
        path, activation = node.planned.path, node.activation
        if layer.extreme is not None and layer.saturated is not None and layer.saturated > MOST_SATURATED:
            share = f"{100 * layer.saturated:.3g} %"
            text = f"at {share} of the values the {activation} has a slope below 1 % of its largest"
            yield Finding("saturating", path, text)
        if layer.dead is not None and layer.dead > MOST_DEAD:
            yield Finding("dead", path, f"{100 * layer.dead:.3g} % of the units are 0 for every sample")
