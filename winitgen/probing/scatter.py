"""How much the standard deviation of a small layer differs from seed to seed, though nothing is wrong with it.

A layer of few units is a small sample of what its distribution gives, however many samples flow through it: what the
samples share, as after a sigmoid whose outputs are all near 0.5, each unit weighs anew.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from winitgen.drawing.whole.whole_array import WholeArray
from winitgen.probing.graph import GraphNode
from winitgen.probing.layer_stats import LayerPass
from winitgen.probing.operations.dense import DenseOp

NOTED = 0.1
"""The least relative scatter that a note names."""

MOST_NAMED = 4
"""The most layers that the note names."""


def expected(node: GraphNode, done: LayerPass) -> float | None:
    """Return the relative standard deviation, over seeds, of the standard deviation before a dense layer's activation.

    That is of the layer's own draws; what the layers before it scatter comes on top. None for other layers, and where the
    elements of the kernel are not independent, as those of an orthogonal one.
    """
    pre = done.stats.expected.pre or (done.stats.expected.out if node.operation is DenseOp else None)
    kernels = [one for one in (*node.planned.parameters, *node.planned.omitted) if one.role == "kernel"]
    if node.operation is not DenseOp or pre is None or len(kernels) != 1:
        return None
    kernel = kernels[0]
    if isinstance(kernel.distribution, WholeArray) or not kernel.std:
        return None
    units, inputs = kernel.shape
    return relative(units, math.prod(done.shape) // units, inputs, pre.correlation)


def relative(units: int, samples: int, inputs: int, correlation: float) -> float | None:
    r"""Return the relative standard deviation of the standard deviation over units and samples of y = W x.

    W has independent elements of mean 0. For one unit, the values of two samples have the ``correlation`` r. The mean over N
    ``samples`` of each of m ``units`` has the share k = r + (1 - r) / N of the variance v, of which the mean over all units
    takes off one m-th. So the variance that is measured, q, has the mean v (1 - k / m). Its own variance is 2 / m times v^2 times
    k^2 (1 - 1/m), of the units' means, and (1 - r)^2 (1 - 1/N) (1/N + 1/n), within units, where samples are alike by chance in n
    ``inputs``. A root has half the relative deviation. None for a single value.

    >>> relative(10, 500, 784, 0.0), relative(10, 500, 500, 0.96)
    (0.0127..., 0.22...)
    """
    of_means = correlation + (1 - correlation) / samples
    inside = (1 - correlation) ** 2 * (1 - 1 / samples) * (1 / samples + 1 / inputs)
    left = 1 - of_means / units
    total = of_means**2 * (1 - 1 / units) + inside
    return math.sqrt(total / (2 * units)) / left if left > 0 and math.isfinite(total) else None


def notes(runs: Sequence[dict[str, Any]], seeds: Sequence[int]) -> list[str]:
    """Return the note on small layers, if there are any that one seed cannot be relied on for."""
    if len(seeds) > 1:
        return []
    small: dict[str, tuple[int, float]] = {}
    for run in runs:
        for row in run["layers"]:
            share = row["scatter"]
            if share is not None and share >= max(NOTED, small.get(row["layer"], (0, 0.0))[1]):
                small[row["layer"]] = row["units"], share
    named = [f"{name} (±{100 * share:.0f} %, {units} units)" for name, (units, share) in small.items()]
    if not named:
        return []
    more = f" and {len(named) - MOST_NAMED} more" if len(named) > MOST_NAMED else ""
    return [
        f"the std of a small layer differs from seed to seed: {', '.join(named[:MOST_NAMED])}{more}; --seeds 20 measures it"
    ]
