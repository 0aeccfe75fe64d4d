"""A run as plain values, from which the terminal output, JSON, plots and pages are made."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from winitgen.numeric.histogram import Histogram
from winitgen.planning.plan import Parameter
from winitgen.probing.graph import GraphNode
from winitgen.probing.layer_stats import LayerStats
from winitgen.probing.operations.operation import Moments
from winitgen.probing.signal_stats import SignalStats

DIGITS = 6
"""Significant digits: sums in another order, by other threads or another BLAS, hardly change these."""

NOTHING = 1e-7
"""A mean below this share of the root mean square is reported as 0: it is rounding error of float32."""


def layer_row(node: GraphNode, stats: LayerStats) -> dict[str, Any]:
    """Return the row of one layer."""
    expected = stats.expected
    return {
        "layer": node.name,
        "type": node.planned.layer.type,
        "activation": "" if node.activation is None else str(node.activation),
        "units": _units(node),
        "pre": _moments(stats.pre, expected.pre),
        "out": _moments(stats.out, expected.out),
        "gradient": _gradient(stats),
        "saturated": short(stats.saturated),
        "at_the_ends": short(stats.extreme),
        "dead": short(stats.dead),
        "distinct": short(stats.distinct),
        "gain": {
            "forward": short(stats.forward_gain),
            "backward": short(stats.backward_gain),
            "predicted_forward": short(expected.forward_gain),
            "predicted_backward": short(stats.expected_backward_gain),
        },
        "condition": short(stats.condition),
    }


def _units(node: GraphNode) -> int | None:
    shape = node.outgoing.shape or ()
    return shape[0 if node.outgoing.image else -1] if shape else None


def _moments(stats: SignalStats | None, expected: Moments | None) -> dict[str, Any] | None:
    """Return measured and expected moments over all positions; None if there are neither."""
    if stats is None and expected is None:
        return None
    whole = None if expected is None else expected.overall()
    return {
        "mean": None if stats is None else _mean(stats.mean, stats.root),
        "std": None if stats is None else short(stats.std),
        "predicted_mean": None if whole is None else _mean(float(whole.mean), math.sqrt(float(whole.square))),
        "predicted_std": None if whole is None else short(math.sqrt(float(whole.variance))),
        "histogram": None if stats is None else histogram_row(stats.histogram),
    }


def _mean(mean: float, root: float) -> float | None:
    """Return a mean, or 0 if it is only rounding error."""
    return 0.0 if abs(mean) < NOTHING * root else short(mean)


def _gradient(stats: LayerStats) -> dict[str, Any] | None:
    if stats.gradient is None:
        return None
    return {
        "mean": _mean(stats.gradient.mean, stats.gradient.root),
        "std": short(stats.gradient.std),
        "predicted_mean": None if stats.expected_gradient is None else 0.0,
        "predicted_std": short(stats.expected_gradient),
        "histogram": histogram_row(stats.gradient.histogram),
    }


def weight_row(layer: str, parameter: Parameter, histogram: Histogram) -> dict[str, Any]:
    """Return the row of one drawn parameter."""
    return {
        "id": parameter.id,
        "layer": layer,
        "shape": list(parameter.shape),
        "scheme": parameter.scheme,
        "formula": parameter.formula,
        "mean": parameter.mean,
        "std": parameter.std,
        "histogram": histogram_row(histogram),
        "density": parameter.distribution.density(),
    }


def sample_row(stats: SignalStats | None) -> dict[str, Any] | None:
    """Return the summary of the batch, None for tokens."""
    if stats is None:
        return None
    return {
        "mean": short(stats.mean),
        "std": short(stats.std),
        "histogram": histogram_row(stats.histogram),
    }


def histogram_row(histogram: Histogram) -> dict[str, Any] | None:
    """Return a histogram as plain values, None if its ends are not finite."""
    low, high = short(histogram.low), short(histogram.high)
    if low is None or high is None:
        return None
    return {"low": low, "high": high, "counts": [int(count) for count in histogram.counts]}


def short(number: float | None) -> float | None:
    """Return ``number`` rounded to the reported digits, None unless it is finite."""
    if number is None or not np.isfinite(number):
        return None
    return float(f"{number:.{DIGITS}g}")


def layer_rows(nodes: Sequence[GraphNode], stats: Sequence[LayerStats]) -> list[dict[str, Any]]:
    """Return a row for every layer that has one."""
    return [layer_row(node, layer) for node, layer in zip(nodes, stats, strict=True) if node.shown]
