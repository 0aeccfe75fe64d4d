"""What one layer does to a signal on the geometric mean, and the depth over which that adds up."""

from __future__ import annotations

import math
from collections.abc import Sequence

from winitgen.probing.graph import GraphNode
from winitgen.probing.layer_stats import LayerStats
from winitgen.probing.sizes import Size, has_matrix, hidden, norms, shown, sizes

LEAST = 3
"""The fewest layers of which a mean slope is told."""


def slopes(nodes: Sequence[GraphNode], stats: Sequence[LayerStats]) -> dict[str, float | int | None] | None:
    """Return the geometric mean of the factors by which one layer changes the signal, and the gradient on its way back.

    Hidden layers that have a matrix are counted, from the first to the last of them: n layers have n - 1 factors. ``signal`` is
    that of the root mean square before the activation, ``gradient`` that of the norm, ``distinct`` that of the difference of two samples
    as a share of their size. ``depth_scale`` is ξ = 1 / |ln χ| with χ = gradient^2, the layers over which the square of a
    gradient changes by a factor e (Schoenholz et al. 2017, section 5): depths of several ξ do not train. None for fewer than `LEAST` layers;
    a figure is None if it is 0 or not finite at an end.
    """
    counted = [(node, layer) for node, layer in hidden(shown(nodes, stats)) if has_matrix(node)]
    if len(counted) < LEAST:
        return None
    differences = [Size(node.name, layer.distinct or math.nan) for node, layer in counted]
    gradient = _mean(list(reversed(norms(counted))))
    back = None if gradient is None else 1 / gradient
    return {
        "layers": len(counted),
        "signal": _mean(sizes(counted)),
        "gradient": back,
        "distinct": _mean(differences),
        "depth_scale": depth_scale(back),
    }


def depth_scale(factor: float | None) -> float | None:
    """Return 1 / |ln factor^2| in layers, None if it is unbounded.

    >>> round(depth_scale(0.5), 6), round(depth_scale(2.0), 6), depth_scale(1.0)
    (0.721348, 0.721348, None)
    """
    return None if factor is None or factor == 1 else 1 / abs(2 * math.log(factor))


def _mean(found: Sequence[Size]) -> float | None:
    """Return the geometric mean of the factors from each size to the next; that is one root of the whole."""
    if len(found) < LEAST or not all(0 < end.size < math.inf for end in (found[0], found[-1])):
        return None
    # the difference of the logarithms: the quotient may overflow
    return math.exp((math.log(found[-1].size) - math.log(found[0].size)) / (len(found) - 1))
