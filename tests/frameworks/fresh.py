"""Freshly initialized layers of a framework and of winitgen, and a comparison of their distributions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np
from scipy.stats import ks_2samp

import winitgen
from winitgen.drawing.draw import whole

LEAST = 100_000
"""Number of values of each parameter that are compared, over as many copies of the layer as needed."""
MOST = 300_000

Arrays = Mapping[str, Any]


class Case(NamedTuple):
    """A layer in a spec, its input, and the same layer in a framework.

    ``fresh`` returns the framework's arrays of one new layer, by part and role: ``kernel``,
    ``l0.forward/bias``. ``copies`` is the number of layers that are drawn.
    """

    layer: dict[str, Any]
    input: Any
    fresh: Callable[..., Arrays]
    copies: int = 1


def drawn(case: Case, preset: str) -> dict[str, np.ndarray[Any, Any]]:
    """Return winitgen's values of all copies of a layer, by part and role, of shape (copies, *shape)."""
    layers = [{"name": f"copy{i}", "from": "input", **case.layer} for i in range(case.copies)]
    plan = winitgen.plan({"input": case.input, "defaults": {"preset": preset}, "layers": layers})
    found: dict[str, list[Any]] = {}
    for parameter in plan.parameters:
        if parameter.why != "buffer":
            copy = parameter.id.partition("/")[0].partition(".")[0]
            found.setdefault(parameter.id.removeprefix(copy)[1:], []).append(whole(parameter))
    return {key: np.stack(arrays) for key, arrays in found.items()}


def fresh(case: Case, *args: Any) -> dict[str, np.ndarray[Any, Any]]:
    """Return the framework's values of as many new layers, by part and role, flattened."""
    copies = [case.fresh(*args) for _ in range(case.copies)]
    return {key: np.concatenate([np.asarray(copy[key]).ravel() for copy in copies]) for key in copies[0]}


def differences(ours: Arrays, theirs: Arrays, least: int = LEAST, far: float = 0.01) -> list[str]:
    """Return the differences between two sets of arrays, one line each: names, sizes, distributions.

    Fewer values than ``least`` are too few; standard deviations may be ``far`` apart.
    """
    if set(ours) != set(theirs):
        return [f"{sorted(ours)} is not {sorted(theirs)}"]
    lines = [_difference(ours[key].ravel(), theirs[key].ravel(), least, far) for key in ours]
    return [f"{key}: {line}" for key, line in zip(ours, lines, strict=True) if line]


def _difference(ours: Any, theirs: Any, least: int, far: float) -> str:
    """Return the difference between the distributions of two flat arrays, or nothing.

    Constants must be the same numbers at the same positions. Values must pass the two-sample test of
    Kolmogorov and Smirnov, and standard deviations and bounds be the same, these within 1 %.
    """
    if ours.size != theirs.size:
        return f"{ours.size} values, not {theirs.size}"
    if len(np.unique(theirs)) <= 2 or len(np.unique(ours)) <= 2:
        return "" if np.array_equal(ours, theirs) else f"{np.unique(ours)[:4]}, not {np.unique(theirs)[:4]}"
    if ours.size < least:
        return f"{ours.size} values are too few to tell"
    fixed = theirs == ours  # constants among drawn values, such as biases that a gate has not
    if fixed.sum() > 1 and len(np.unique(theirs[fixed])) == 1:
        ours, theirs = ours[~fixed], theirs[~fixed]
    ours, theirs = (values[:: max(1, ours.size // MOST)].astype(np.float64) for values in (ours, theirs))
    summaries = [(values.std(), np.abs(values).max()) for values in (ours, theirs)]
    bounded = summaries[1][1] < 2.5 * summaries[1][0]
    for what, mine, other in zip(("std", "bound"), *summaries, strict=True):
        if (what == "std" or bounded) and abs(mine / other - 1) > (far if what == "std" else 0.01):
            return f"{what} {mine:.5g}, not {other:.5g}"
    chance = ks_2samp(ours, theirs).pvalue
    return "" if chance > 1e-3 else f"distributed otherwise: p = {chance:.2g}"


def scatter(tensor: Any) -> float:
    """Return how far the standard deviations of two draws of a tensor of PyTorch may differ: 2 %, or five errors."""
    return max(0.02, 5 / float(tensor.numel()) ** 0.5)
