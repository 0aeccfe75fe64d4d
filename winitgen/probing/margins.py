"""What the thresholds are compared with, and how far it is from them."""

from __future__ import annotations

import math
from collections.abc import Sequence

from winitgen.probing.graph import GraphNode
from winitgen.probing.layer_stats import LayerStats
from winitgen.probing.sizes import Shown, hidden, norms, shown, sizes
from winitgen.probing.thresholds import Thresholds
from winitgen.probing.verdict import SignalBounds, bounds, saturated_share

Figures = dict[str, float | None]


def measured(nodes: Sequence[GraphNode], stats: Sequence[LayerStats], entering: float | None) -> Figures:
    """Return what each threshold is compared with, None for what the network does not have or is beyond float64.

    ``signal`` is the root mean square at the last of the `hidden` layers over that of the input, ``gradient`` the norm at the first layer
    that a gradient reaches over that at the last hidden one; ``distinct`` is how much two samples differ there, as a share of
    their size. ``saturated`` is the largest share of any output's activation, ``dead`` that of any layer.
    """
    every = shown(nodes, stats)
    judged = hidden(every)
    forward, back = sizes(judged), norms(judged)
    first = next((size for _, size in forward if math.isfinite(size)), 1.0) if entering is None else entering
    return {
        "signal": _share(forward[-1].size, first) if forward else None,
        "gradient": _share(back[-1].size, back[0].size) if back else None,
        "distinct": _last_distinct(judged),
        "saturated": max(
            (share for each in every if (share := saturated_share(*each)) is not None), default=None
        ),
        "dead": max((layer.dead for _, layer in every if layer.dead is not None), default=None),
    }


def margins(
    nodes: Sequence[GraphNode],
    stats: Sequence[LayerStats],
    entering: float | None,
    thresholds: Thresholds,
    found: Figures,
) -> Figures:
    """Return for each figure the part of the way to its threshold that is left: 1 at the best value, below 0 beyond the threshold.

    Of factors, and of ``distinct``, the way is that of the logarithm, from no change; of shares it is the share itself, from 0. ``found`` are
    the figures that `measured` returns. None for those that the network does not have.
    """
    judged = hidden(shown(nodes, stats))
    forward, gradient, most = sizes(judged), found["gradient"], thresholds
    within = bounds(judged, entering, most.signal)
    return {
        "signal": _of_signal(forward[-1].size, within, most.signal) if forward else None,
        "gradient": None
        if gradient is None
        else min(_left(gradient, most.growth), _left(gradient, 1 / most.gradient)),
        "distinct": None if found["distinct"] is None else _left(found["distinct"], most.distinct),
        "saturated": _below(found["saturated"], most.saturated),
        "dead": _below(found["dead"], most.dead),
    }


def _of_signal(size: float, within: SignalBounds, factor: float) -> float:
    """Return what is left from the farther ends of the range in which a signal counts as unchanged."""
    above = _left(size / (within.high / factor), factor)
    return min(above, _left(size / (within.low * factor), 1 / factor)) if within.low else above


def _left(size: float, bound: float) -> float:
    """Return how much of the way from 1 to a bound is left, in logarithms; 1 on the other side of 1.

    >>> _left(4.0, 16.0), _left(0.1, 16.0), _left(0.5, 0.25)
    (0.5, 1.0, 0.5)
    """
    if not 0 < size < math.inf:  # at 0 there is no way down left, at infinity none up
        return -math.inf if (size > 1) == (bound > 1) else 1.0
    if bound in (0, 1):
        return 1.0 if bound == 0 or size >= 1 else -math.inf
    return min(1 - math.log(size) / math.log(bound), 1.0)


def nearest(left: Figures) -> str | None:
    """Return the figure with the smallest margin, None if there is none."""
    known = {name: margin for name, margin in left.items() if margin is not None}
    return min(known, key=lambda name: known[name]) if known else None


def _last_distinct(judged: Shown) -> float | None:
    return next((layer.distinct for _, layer in reversed(judged) if layer.distinct is not None), None)


def _share(size: float, of: float) -> float | None:
    return size / of if math.isfinite(size) and 0 < of < math.inf else None


def _below(share: float | None, most: float) -> float | None:
    """Return how much of the way from 0 to the largest share is left."""
    if share is None:
        return None
    if most == 0:
        return 0.0 if share == 0 else -math.inf
    return 1 - share / most
